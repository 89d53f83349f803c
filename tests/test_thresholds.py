import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from wordglass.evaluate import accuracy_and_f1
from wordglass.thresholds import BELIEVED, choose_thresholds


def labelled(rows, labels, seed, shares=0.5):
    """Calibrated probabilities, and what happened."""
    rng = np.random.default_rng(seed)
    p = rng.beta(0.3, 0.3 / np.linspace(shares, shares / 2, labels), size=(rows, labels))
    return p, rng.random(p.shape) < p


def plain(p, true):
    """The same of one label by a loop over thresholds, nearest to 0.5 first."""
    best, found = 0.5, -1.0
    for step in sorted(range(1, 100), key=lambda step: abs(step - 50)):
        claimed = [(q, t) for q, t in zip(p, true, strict=True) if q >= step / 100]
        hits = sum(t + BELIEVED * q for q, t in claimed)
        mentions = (1 + BELIEVED) * len(claimed) + sum(true) + BELIEVED * sum(p)
        f1 = 2 * hits / mentions if mentions else 0.0
        if f1 > found + 1e-12:
            best, found = step / 100, f1
    return best, found


@settings(max_examples=30, deadline=None)
@given(rows=st.integers(1, 60), labels=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_thresholds_are_those_of_a_plain_loop(rows, labels, seed):
    p, true = labelled(rows, labels, seed)
    found = choose_thresholds(p, true)
    for k in range(labels):
        own, truth = p[:, k].tolist(), true[:, k].tolist()
        best, f1 = plain(own, truth)
        if found[k] != best:  # equally good, but for rounding
            claimed = [(q, t) for q, t in zip(own, truth, strict=True) if q >= found[k]]
            mentions = (1 + BELIEVED) * len(claimed) + sum(truth) + BELIEVED * sum(own)
            assert 2 * sum(t + BELIEVED * q for q, t in claimed) / mentions == pytest.approx(f1, abs=1e-12)


def test_on_new_rows_macro_f1_is_better_than_from_a_half():
    p, true = labelled(4000, 8, 0, shares=0.05)
    found = choose_thresholds(p[:2000], true[:2000])
    _, ours = accuracy_and_f1(true[2000:], p[2000:] >= found, 8)
    _, half = accuracy_and_f1(true[2000:], p[2000:] >= 0.5, 8)
    assert ours == pytest.approx(f1_score(true[2000:], p[2000:] >= found, average="macro"))
    assert ours > half + 0.02
    assert (found < 0.5).all()  # half the F1 that can be had, for calibrated probabilities


def test_a_label_that_no_row_has_gets_a_threshold_from_its_probabilities():
    p, true = labelled(500, 2, 1, shares=0.1)
    true[:, 1] = False
    found = choose_thresholds(p, true)
    assert 0.05 < found[1] < 0.6


def test_where_nothing_is_known_a_label_is_predicted_from_a_half():
    assert choose_thresholds(np.zeros((0, 3)), np.zeros((0, 3), bool)).tolist() == [0.5] * 3
    assert choose_thresholds(np.zeros((4, 1)), np.zeros((4, 1), bool)).tolist() == [0.5]
    assert choose_thresholds(np.ones((4, 1)), np.ones((4, 1), bool)).tolist() == [0.5]
