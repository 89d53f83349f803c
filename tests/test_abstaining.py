from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordglass import TextClassifier
from wordglass.abstaining import SHARES, check_abstaining, coverage_curve
from wordglass.errors import ArgumentError


@settings(max_examples=60, deadline=None)
@given(rows=st.integers(1, 80), classes=st.integers(2, 5), seed=st.integers(0, 10**6), ties=st.booleans())
def test_the_curve_is_what_asking_for_its_probabilities_gives(rows, classes, seed, ties):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(classes), rows)
    if ties:
        p = np.round(p, 1)
    truth = rng.integers(0, classes, rows)
    curve = coverage_curve(truth, p)
    assert (curve[0]["rows"], curve[0]["coverage"]) == (rows, 1.0)
    assert all(a["rows"] > b["rows"] for a, b in pairwise(curve))
    for point in curve:
        answered = p.max(axis=1) >= point["least"]
        assert (point["rows"], point["coverage"]) == (answered.sum(), answered.mean())
        assert point["accuracy"] == pytest.approx((p.argmax(axis=1) == truth)[answered].mean())
    for share in SHARES:  # no fewer than asked for, and no more than it takes
        confidence = np.sort(p.max(axis=1))[::-1]
        least = confidence[int(np.ceil(round(share * rows, 6))) - 1]
        assert any(point["rows"] == (confidence >= least).sum() for point in curve)


def test_below_its_probability_a_text_is_not_answered():
    texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
    for labels in (["pos"] * 3 + ["neg"] * 3, [1, 2, 3] * 2):
        clf = TextClassifier(held_out=0, C=1.0).fit(texts, labels)
        p, answers = clf.predict_proba(texts), clf.predict(texts)
        below = float(np.median(p.max(axis=1)))
        found = clf.predict_or_abstain(texts, below)
        assert found.dtype == object
        assert found.tolist() == [
            answer if sure >= below else None
            for answer, sure in zip(answers.tolist(), p.max(axis=1), strict=True)
        ]
        assert clf.predict_or_abstain(texts, 0).tolist() == answers.tolist()
        assert clf.predict_or_abstain([], 0.5).tolist() == []


def test_what_no_answer_can_be_given_to_is_refused():
    for below in (-0.1, 1.5, float("nan")):
        with pytest.raises(ArgumentError, match="give a probability from 0 to 1"):
            check_abstaining(below, multi_label=False)
    many = TextClassifier(held_out=0, C=1.0).fit(["good film", "bad film"], [["a"], ["b"]])
    with pytest.raises(ArgumentError, match="needs one class a text"):
        many.predict_or_abstain(["film"], 0.5)
