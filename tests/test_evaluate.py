import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from wordglass.errors import DataError
from wordglass.evaluate import decide, intervals, scores


def predictions(rows, classes, seed, sharpness=2.0):
    """Truth and probabilities that know something of it; some classes may not occur."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, rows)
    z = rng.normal(size=(rows, classes)) * sharpness
    z[np.arange(rows), truth] += 1.5
    return truth, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def labelled(rows, labels, seed):
    rng = np.random.default_rng(seed)
    truth = rng.random((rows, labels)) < rng.random(labels) * 0.6
    return truth, np.clip(0.4 * truth + rng.random((rows, labels)) * 0.6, 0.0, 1.0)


def names(classes):
    return [f"class {k}" for k in range(classes)]


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 40), classes=st.integers(2, 7), seed=st.integers(0, 10**6))
def test_scores_are_those_of_scikit_learn(rows, classes, seed):
    truth, p = predictions(rows, classes, seed)
    ours, guess, labels = scores(truth, p, names(classes), False), p.argmax(axis=1), range(classes)
    assert ours["rows"] == rows
    assert ours["accuracy"]["value"] == pytest.approx(metrics.accuracy_score(truth, guess))
    expected = metrics.f1_score(truth, guess, average="macro", zero_division=0)
    assert ours["macro_f1"]["value"] == pytest.approx(expected)
    assert ours["log_loss"] == pytest.approx(metrics.log_loss(truth, p, labels=labels))
    brier = metrics.brier_score_loss(truth, p, labels=labels, scale_by_half=False)
    assert ours["brier"] == pytest.approx(brier)
    assert ours["confusion"] == metrics.confusion_matrix(truth, guess, labels=labels).tolist()
    table = metrics.precision_recall_fscore_support(truth, guess, labels=labels, zero_division=0)
    for c, row in zip(ours["classes"], np.array(table).T, strict=True):
        assert [c["precision"], c["recall"], c["f1"], c["support"]] == pytest.approx(row)


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 40), labels=st.integers(2, 10), seed=st.integers(0, 10**6))
def test_multi_label_scores_are_those_of_scikit_learn(rows, labels, seed):
    truth, p = labelled(rows, labels, seed)
    ours, guess = scores(truth, p, names(labels), True), p >= 0.5
    assert ours["accuracy"]["value"] == pytest.approx(metrics.accuracy_score(truth, guess))
    occurs = np.flatnonzero(truth.any(axis=0) | guess.any(axis=0))
    if len(occurs):
        expected = metrics.f1_score(truth, guess, average="macro", labels=occurs, zero_division=0)
        assert ours["macro_f1"]["value"] == pytest.approx(expected)
    columns = list(zip(truth.T, p.T, strict=True))
    by_label = [metrics.log_loss(t, q, labels=[False, True]) for t, q in columns]
    assert ours["log_loss"] == pytest.approx(sum(by_label))
    assert ours["brier"] == pytest.approx(sum(((q - t) ** 2).mean() for t, q in columns))
    assert ours["confusion"] is None
    table = metrics.precision_recall_fscore_support(truth, guess, zero_division=0, average=None)
    for c, row in zip(ours["classes"], np.array(table).T, strict=True):
        assert [c["precision"], c["recall"], c["f1"], c["support"]] == pytest.approx(row)


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 60), classes=st.integers(2, 5), seed=st.integers(0, 10**6))
def test_calibration_is_that_of_a_plain_loop(rows, classes, seed):
    truth, p = predictions(rows, classes, seed)
    bins = {}
    for t, row in zip(truth, p.tolist(), strict=True):
        confidence = max(row)
        bins.setdefault(min(int(confidence * 10), 9), []).append((confidence, row.index(confidence) == t))
    ours = scores(truth, p, names(classes), False)
    gap = 0.0
    for found, (number, members) in zip(ours["reliability"], sorted(bins.items()), strict=True):
        confidence, right = (sum(column) / len(members) for column in zip(*members, strict=True))
        assert (found["low"], found["high"], found["rows"]) == (number / 10, (number + 1) / 10, len(members))
        assert (found["confidence"], found["accuracy"]) == (pytest.approx(confidence), pytest.approx(right))
        gap += len(members) / rows * abs(confidence - right)
    assert ours["calibration_error"] == pytest.approx(gap)


def test_multi_label_calibration_is_of_each_label():
    truth, p = np.array([[True, False], [True, True]]), np.array([[0.95, 0.15], [0.91, 0.12]])
    low, high = scores(truth, p, names(2), True)["reliability"]
    assert (low["rows"], low["accuracy"], high["rows"], high["accuracy"]) == (2, 0.5, 2, 1.0)


@pytest.mark.parametrize(("hits", "rows"), [(0, 10), (10, 10), (7, 10), (81, 263)])
def test_the_interval_of_accuracy_solves_wilsons_equation(hits, rows):
    truth = np.zeros(rows, dtype=int)
    guess = (np.arange(rows) >= hits).astype(int)
    accuracy, _ = intervals(truth, guess, 2)
    for bound in (accuracy["low"], accuracy["high"]):  # where it lies 1.96 standard errors from the share
        assert (hits / rows - bound) ** 2 == pytest.approx(1.959964**2 * bound * (1 - bound) / rows, abs=1e-7)


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_interval_of_macro_f1_is_that_of_resampled_rows(multi_label):
    truth, p = labelled(200, 4, 0) if multi_label else predictions(200, 4, 0)
    guess = decide(p, multi_label)
    _, ours = intervals(truth, guess, 4)
    rng = np.random.default_rng(1)
    values = []
    for _ in range(400):
        rows = rng.integers(0, 200, 200)
        values.append(metrics.f1_score(truth[rows], guess[rows], average="macro", zero_division=0))
    low, high = np.quantile(values, [0.025, 0.975])
    assert ours["low"] == pytest.approx(low, abs=0.015)
    assert ours["high"] == pytest.approx(high, abs=0.015)
    assert ours["low"] < ours["value"] < ours["high"]
    assert intervals(truth, guess, 4, seed=0)[1] == ours != intervals(truth, guess, 4, seed=1)[1]


def test_a_tie_goes_to_the_first_class_and_a_half_to_the_label():
    assert decide(np.array([[0.4, 0.4, 0.2]]), False).tolist() == [0]
    assert decide(np.array([[0.5, 0.499]]), True).tolist() == [[True, False]]


def test_a_label_is_predicted_from_its_threshold_on():
    p, truth = np.array([[0.3, 0.7], [0.2, 0.9]]), np.array([[True, False], [False, True]])
    assert decide(p, True, np.array([0.3, 0.8])).tolist() == truth.tolist()
    found = scores(truth, p, names(2), True, thresholds=np.array([0.3, 0.8]))
    assert (found["accuracy"]["value"], found["macro_f1"]["value"]) == (1.0, 1.0)
    assert [part["threshold"] for part in found["classes"]] == [0.3, 0.8]
    assert [part["threshold"] for part in scores(truth, p, names(2), True)["classes"]] == [0.5, 0.5]
    single = scores(np.array([0, 1]), p / p.sum(axis=1, keepdims=True), names(2), False)
    assert [part["threshold"] for part in single["classes"]] == [None, None]


def test_certain_and_wrong_is_a_finite_loss_and_the_scores_are_valid_json():
    result = scores(np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]]), names(2), False)
    assert result["log_loss"] == pytest.approx(metrics.log_loss([0, 1], [[0.0, 1.0], [0.0, 1.0]]))
    assert result["reliability"] == [{"low": 0.9, "high": 1.0, "rows": 2, "confidence": 1.0, "accuracy": 0.5}]
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert all(type(v) is float for v in result["accuracy"].values())


def test_what_cannot_be_scored_is_refused_with_its_row():
    with pytest.raises(DataError, match="no rows"):
        scores(np.zeros(0, dtype=int), np.zeros((0, 2)), names(2), False)
    with pytest.raises(DataError, match="row 2: a probability"):
        scores(np.zeros(2, dtype=int), np.array([[0.5, 0.5], [np.nan, 0.5]]), names(2), False)
