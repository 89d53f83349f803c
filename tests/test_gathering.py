"""Training in parts: the model is that of all rows at once, and what is refused leaves it as it was."""

import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass import TextClassifier
from wordglass.errors import ArgumentError, DataError
from wordglass.targets import Targets

GOOD = ["good film", "fine story", "great cast", "lovely music", "warm and funny", "superb, a delight"]
BAD = ["bad film", "awful story", "dull cast", "ugly music", "cold and boring", "dreadful, a failure"]
WET = [
    "rain all day",
    "wet streets",
    "clouds and storms",
    "an umbrella",
    "snow tonight",
    "fog, mist, drizzle",
]
TEXTS = [f"{text} {place}" for place in ("tonight", "in london", "at home") for text in GOOD + BAD + WET]
LABELS = (["pos"] * 6 + ["neg"] * 6 + ["weather"] * 6) * 3
TWO = [("pos", "neg")[label == "neg"] for label in LABELS]
LISTS = [[label, "film"] if "film" in text else [label] for text, label in zip(TEXTS, LABELS, strict=True)]
MATRIX = np.column_stack([np.array(LABELS) == "pos", ["film" in text for text in TEXTS]]).astype(int)
NUMBERS = [LABELS.index(label) for label in LABELS]
WEIGHTS = 0.5 + np.arange(len(TEXTS)) % 3


def quick(**params):
    return TextClassifier(**{"preset": "fast", "held_out": 0, **params})


def in_parts(clf, labels, sizes, weights=None, classes=None):
    first = 0
    for size in sizes:
        rows = slice(first, first + size)
        clf.partial_fit(
            TEXTS[rows], labels[rows], classes, None if weights is None else np.asarray(weights)[rows]
        )
        first, classes = first + size, None
    assert first == len(TEXTS)
    return clf


def without_seconds(trace):
    """A trace without what no two runs have alike: seconds, and the command."""
    if isinstance(trace, dict):
        unlike = ("seconds", "command", "created", "date", "finished")
        return {key: without_seconds(value) for key, value in trace.items() if key not in unlike}
    return [without_seconds(value) for value in trace] if isinstance(trace, list) else trace


def same_model(one, other):
    assert one.classes_.tolist() == other.classes_.tolist()
    assert np.array_equal(one.predict_proba(TEXTS), other.predict_proba(TEXTS))
    assert np.array_equal(one.held_out_rows_, other.held_out_rows_)


# The same model as at once --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "sizes", "params"),
    [
        (TWO, (30, 24), {}),
        (LABELS, (8, 1, 45), {}),  # the third class comes with the last part
        (LABELS, (30, 24), {"held_out": 0.25}),
        (LABELS, (30, 24), {"preset": "lesson", "C": 1.0}),
        (NUMBERS, (12, 42), {"class_weight": "balanced"}),
        (LISTS, (12, 20, 22), {}),  # so does a label
        (MATRIX, (12, 42), {}),
    ],
    ids=[
        "two classes",
        "a class comes later",
        "held out",
        "lesson",
        "numbers",
        "lists of labels",
        "a matrix",
    ],
)
def test_training_in_parts_gives_the_bits_of_training_at_once(labels, sizes, params):
    parts = in_parts(quick(**params), labels, sizes)
    whole = quick(**params).fit(TEXTS, labels)
    same_model(parts, whole)
    assert without_seconds(parts.trace_) == without_seconds(whole.trace_)


def test_weights_are_those_of_their_rows():
    whole = quick().fit(TEXTS, LABELS, WEIGHTS)
    same_model(in_parts(quick(), LABELS, (20, 34), WEIGHTS), whole)
    some = (
        quick().partial_fit(TEXTS[:20], LABELS[:20]).partial_fit(TEXTS[20:], LABELS[20:], None, WEIGHTS[20:])
    )
    same_model(some, quick().fit(TEXTS, LABELS, np.append(np.ones(20), WEIGHTS[20:])))


def test_training_goes_on_after_fit():
    clf = (
        quick()
        .fit(TEXTS[:12], LABELS[:12], WEIGHTS[:12])
        .partial_fit(TEXTS[12:], LABELS[12:], None, WEIGHTS[12:])
    )
    same_model(clf, quick().fit(TEXTS, LABELS, WEIGHTS))
    again = clf.fit(TEXTS[:12], LABELS[:12]).partial_fit(TEXTS[12:], LABELS[12:])  # fit begins anew
    same_model(again, quick().fit(TEXTS, LABELS))


def test_threads_change_no_bit():
    one, two = (in_parts(quick(threads=threads), LABELS, (20, 34)) for threads in (1, 2))
    same_model(one, two)


def test_the_parts_may_come_in_any_container():
    clf = quick().partial_fit(np.array(TEXTS[:20]), np.array(LABELS[:20]))
    clf.partial_fit(tuple(TEXTS[20:]), iter(LABELS[20:]))
    same_model(clf, quick().fit(TEXTS, LABELS))


label = st.text("abc", min_size=1, max_size=2)
numbers = st.integers(-3, 3)


@given(
    st.one_of(
        st.tuples(st.lists(one), st.lists(one))
        for one in (label, numbers, st.booleans(), st.lists(label, min_size=1), st.lists(numbers, min_size=1))
    )
)
def test_targets_one_after_the_other_are_those_encoded_at_once(parts):
    first, more = parts
    if not first or not more:
        return
    both, whole = Targets.encode(first).followed_by(Targets.encode(more)), Targets.encode(first + more)
    assert both.classes.tolist() == whole.classes.tolist()
    assert np.array_equal(both.values, whole.values)


# Classes that are given ------------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [LABELS, LISTS], ids=["one a row", "lists"])
@pytest.mark.parametrize("params", [{}, {"held_out": 0.25}, {"preset": "lesson", "C": 1.0}])
def test_a_class_that_is_given_and_has_no_rows_has_a_probability_and_waits_for_them(labels, params):
    classes = ["weather", "pos", "neg", "film", "pos", "zebra"]  # in any order
    clf = quick(**params).partial_fit(TEXTS[:12], labels[:12], classes)
    assert clf.classes_.tolist() == ["film", "neg", "pos", "weather", "zebra"]
    found = clf.predict_proba(TEXTS)
    assert found.shape == (len(TEXTS), 5)
    assert np.isfinite(found).all()
    if labels is LABELS:
        assert not (clf.predict(TEXTS) == "zebra").any()
    clf.partial_fit(TEXTS[12:], labels[12:], classes)  # again, as scikit-learn's tools may do
    assert clf.classes_.tolist() == ["film", "neg", "pos", "weather", "zebra"]
    assert clf.score(TEXTS, labels) > 0.9


def test_shares_sum_to_the_score_where_a_class_has_no_rows():
    clf = quick().partial_fit(TEXTS[:12], LABELS[:12], ["neg", "pos", "weather"])
    trace = clf.trace("a good film, and bad weather")
    shares = np.sum([token["shares"] for token in trace["tokens"]], axis=0)
    scores = clf.decision_function([trace["text"]])[0]
    assert shares + [output["bias"] for output in trace["outputs"]] == pytest.approx(scores, abs=1e-5)


# What is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "labels", "more", "says"),
    [
        (["a film"], ["other"], {}, "row 1: label 'other' is none of the classes trained: neg, pos, weather"),
        (["a film"], ["pos"], {"classes": ["pos", "neg"]}, "classes: neg, pos here, but neg, pos, weather"),
        ([], [], {}, "no rows to train on in this part"),
        (["a film"], ["pos", "neg"], {}, "1 texts but 2 labels"),
        (["a film"], [["pos"]], {}, "the rows before have one label a row"),
        (["a film", "one"], ["pos", "neg"], {"sample_weight": [1, -1]}, "row 2 has the sample weight -1.0"),
        (["a film", None], ["pos", "neg"], {}, "row 2"),
    ],
)
def test_a_part_that_is_refused_leaves_model_and_rows_as_they_were(texts, labels, more, says):
    clf = quick().partial_fit(TEXTS[:20], LABELS[:20], ["neg", "pos", "weather"])
    before = clf.predict_proba(TEXTS)
    with pytest.raises(DataError, match=says) as refused:
        clf.partial_fit(texts, labels, **more)
    assert "\n" not in str(refused.value)
    assert np.array_equal(clf.predict_proba(TEXTS), before)
    same_model(clf.partial_fit(TEXTS[20:], LABELS[20:]), quick().fit(TEXTS, LABELS))


@pytest.mark.parametrize(
    ("labels", "classes", "says"),
    [
        (["pos"] * 6, None, "only one class, 'pos'"),
        (["pos"] * 6, ["pos", "neg"], "only one class, 'pos'"),
        (["pos"] * 6, ["neg"], "label 'pos' is none of the classes"),
        ([1] * 6, ["pos", "neg"], "label 1 is none of the classes"),
    ],
)
def test_a_first_part_that_is_refused_leaves_nothing(labels, classes, says):
    clf = quick()
    with pytest.raises(DataError, match=says):
        clf.partial_fit(TEXTS[:6], labels, classes)
    assert not hasattr(clf, "model_")
    same_model(in_parts(clf, LABELS, (20, 34)), quick().fit(TEXTS, LABELS))


def test_rows_of_one_class_whose_weight_alone_is_above_zero_are_refused():
    weights = (np.array(TWO) == "neg").astype(float)
    for train in (quick().fit, quick(preset="lesson").fit, quick().partial_fit):
        with pytest.raises(DataError, match="only one class, 'neg', has"):
            train(TEXTS, TWO, sample_weight=weights)


def test_labels_of_another_kind_are_refused():
    clf = quick().partial_fit(TEXTS[:20], LABELS[:20])
    with pytest.raises(DataError, match="strings in the rows before and numbers here"):
        clf.partial_fit(TEXTS[20:], NUMBERS[20:])


def test_a_model_whose_rows_are_not_kept_is_not_trained_further(tmp_path):
    clf = in_parts(quick(), LABELS, (20, 34))
    clf.save(tmp_path / "model")
    loaded, unpickled = TextClassifier.load(tmp_path / "model"), pickle.loads(pickle.dumps(clf))
    for same in (loaded, unpickled, clf.shrink()):
        assert np.array_equal(same.predict_proba(TEXTS), clf.predict_proba(TEXTS))
        with pytest.raises(ArgumentError, match="are not at hand"):
            same.partial_fit(TEXTS, LABELS)
        same_model(same.fit(TEXTS, LABELS).partial_fit(TEXTS, LABELS), quick().fit(TEXTS * 2, LABELS * 2))


@pytest.mark.parametrize("more", [{"held_out": (TEXTS[:3], LABELS[:3])}, {"unlabelled": TEXTS}])
def test_a_fit_on_more_than_rows_is_not_gone_on_from(more):
    clf = quick().fit(TEXTS, LABELS, **more)
    with pytest.raises(ArgumentError, match="are not at hand"):
        clf.partial_fit(TEXTS, LABELS)


def test_no_text_is_in_a_pickle_but_those_of_the_trace():
    clf = quick(samples=False).partial_fit(TEXTS, LABELS)
    assert not any(text.encode() in pickle.dumps(clf) for text in TEXTS)


def test_the_code_in_the_docs_runs(capsys):
    docs = (Path(__file__).parents[1] / "docs/scikit-learn.md").read_text()
    (code,) = (code for code in re.findall(r"```python\n(.*?)```", docs, re.DOTALL) if "partial_fit" in code)
    exec(code, {})
    assert capsys.readouterr().out == "['neg', 'pos']\n['neg', 'pos', 'weather']\n['weather']\n"
