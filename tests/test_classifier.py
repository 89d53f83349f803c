"""What holds of a whole run on real texts: the trace tells the truth, and the shares sum to the score."""

import json

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import data_set
from sklearn.linear_model import LogisticRegression

from wordglass import TextClassifier
from wordglass.arrow import strings, take
from wordglass.pooling import Pooling
from wordglass.scaling import Scaler
from wordglass.trace.schema import build_schema
from wordglass.vectors import load_vectors

TEXTS = ["a lovely sunny film", "great fun, truly", "dull and awful", "I didn't like it...", "zzyzzx", ""] * 5
LABELS = {
    "two classes": ["good", "good", "bad", "bad", "good", "bad"] * 5,
    "three classes": ["good", "fun", "bad", "bad", "good", "fun"] * 5,
    "many labels": [["good"], ["good", "fun"], ["bad"], [], ["good"], ["bad", "fun"]] * 5,
}
POOLINGS = ["mean", "sif", "mean+max", "min", "usif", "tfidf", "p3+usif"]


PRESETS = ["fast", "balanced", "best"]


@pytest.fixture(
    scope="module",
    params=[(kind, "lesson", pooling) for kind in LABELS for pooling in POOLINGS]
    + [(kind, preset, "mean") for kind in LABELS for preset in PRESETS]
    + [("three classes", "balanced", "usif+max")],
    ids="-".join,
)
def fitted(request):
    kind, preset, pooling = request.param
    return TextClassifier(preset=preset, pooling=pooling, held_out=0.3).fit(TEXTS, LABELS[kind])


def test_the_traces_are_valid_against_their_schema(fitted):
    for trace in (fitted.trace_, fitted.trace("a lovely zzyzzx")):
        jsonschema.validate(json.loads(json.dumps(trace, allow_nan=False)), build_schema())


@settings(max_examples=15, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(["a", "lovely", "sunny", "film", "didn't", "zzyzzx", ",", "3.5", "U.S.", "天"]),
        max_size=400,
    ).map(" ".join)
)
def test_shares_and_bias_sum_to_the_score_that_the_model_predicts_with(fitted, text):
    trace = fitted.trace(text)
    scores = fitted.decision_function([text])[0]
    of_pairs = np.zeros((len(trace["tokens"]), len(trace["outputs"])))  # half of each to either token
    for pair in trace["pairs"]:
        first = pair["first"]
        assert pair["pair"] == " ".join(token["token"] for token in trace["tokens"][first : first + 2])
        of_pairs[first : first + 2] += np.array(pair["shares"]) / 2
    for token, halves in zip(trace["tokens"], of_pairs, strict=True):
        parts = np.array(token["by_vector"]) + token["as_word"] + halves
        assert token["shares"] == pytest.approx(parts, abs=1e-12)
        assert token["counted"] or not any(token["as_word"])
        assert token["known"] or not any(token["by_vector"])
    for k, output in enumerate(trace["outputs"]):
        total = output["bias"] + sum(token["shares"][k] for token in trace["tokens"])
        assert total == pytest.approx(output["score"], abs=1e-5, rel=1e-6)  # rel: beyond, float32 is coarser
    if len(trace["outputs"]) == 2 and np.ndim(scores) == 0:
        assert [output["score"] for output in trace["outputs"]] == [-scores, scores]
    else:
        assert [output["score"] for output in trace["outputs"]] == scores.tolist()
    assert [output["probability"] for output in trace["outputs"]] == fitted.predict_proba([text])[0].tolist()


def test_the_pooled_vector_of_the_trace_times_the_weights_gives_the_score(fitted):
    trace, model = fitted.trace("a lovely sunny day, isn't it? zzyzzx"), fitted.model_
    scores = np.array(trace["pooled"]) @ model.weights + model.scorer.bias
    for counted in filter(None, (model.lexical, model.characters)):
        scores += counted.scores(strings([trace["text"]]))[0]
    assert scores == pytest.approx([output["score"] for output in trace["outputs"]][-len(scores) :], abs=1e-4)


def test_a_token_of_the_trace_has_the_vector_of_the_table(fitted):
    table = load_vectors(fitted.trace_["provenance"]["vectors"])
    for token in fitted.trace("a lovely zzyzzx")["tokens"]:
        if token["known"]:
            vector = table.vector(token["token"])
            assert table.vocabulary.word(token["row"] + 1) == token["token"]
            assert token["norm"] == pytest.approx(np.linalg.norm(vector.astype(float)))
            assert token["vector"] == vector[:8].tolist()
        else:
            assert (token["token"], token["row"], token["norm"]) == ("zzyzzx", None, None)
            assert not any(token["by_vector"])


def test_a_text_of_unknown_words_gets_the_default_answer_of_the_trace(fitted):
    default = fitted.trace_["default"]
    trace = fitted.trace("qqqqxx xxqqqq")
    assert trace["predicted"] == default["predicted"]
    assert max(output["probability"] for output in trace["outputs"]) == default["probability"]


def test_what_the_trace_counts_is_what_is_there():
    clf = TextClassifier(preset="lesson", held_out=0).fit(TEXTS, LABELS["two classes"])
    coverage = clf.trace_["coverage"]
    assert clf.trace_["data"]["rows"] == len(TEXTS)
    assert coverage["missing"] == [{"word": "zzyzzx", "count": 5}]
    assert coverage["tokens"] - coverage["known"] == 5
    assert coverage["rows_without_vector"] == 10
    assert sum(part["tokens"] for part in coverage["by_class"]) == coverage["tokens"]
    assert [stage["shape_out"] for stage in clf.trace_["stages"]][3] == "30 rows x 50"


def test_without_samples_the_trace_holds_no_text():
    clf = TextClassifier(samples=False).fit(TEXTS, LABELS["two classes"])
    words = json.dumps([clf.trace_["stages"], clf.trace_["coverage"], clf.trace_["predictions"]])
    assert "lovely" not in words
    assert "zzyzzx" not in words


@pytest.mark.parametrize("name", ["imdb", "ag_news"])
def test_995_of_1000_tokens_of_reviews_and_news_have_a_vector(name):
    found = np.zeros(2, np.int64)
    for part in ("train", "test"):
        lookup = load_vectors("glove-6b-50d").vocabulary.lookup(data_set(name, part).texts)
        found += lookup.known, len(lookup.ids)
    assert found[0] / found[1] >= 0.995


@pytest.mark.parametrize("name", ["trec6", "sms_spam"])
def test_at_convergence_the_objective_is_scikit_learns_on_real_features(name):
    corpus = data_set(name)
    table = load_vectors("glove-6b-50d")
    lookup = table.vocabulary.lookup(corpus.texts)
    X = Pooling.fit("mean", table, lookup).pool(lookup)
    X = Scaler.fit(X).transform(X).astype(np.float64)
    clf = TextClassifier(preset="lesson", held_out=0, C=1.0).fit(corpus.texts, corpus.labels)
    theirs = LogisticRegression(C=1.0, tol=1e-7, max_iter=10_000).fit(X, corpus.labels)
    assert clf.trace_["training"]["stopped"] == "converged"
    ours = clf.trace_["training"]["epochs"][-1]["train_loss"]
    loss = -np.log(
        theirs.predict_proba(X)[np.arange(len(X)), np.searchsorted(theirs.classes_, corpus.labels)]
    ).mean()
    assert ours == pytest.approx(loss, rel=1e-3)
    rows = np.arange(0, len(X), 7)
    ours = clf.predict_proba(take(corpus.texts, rows))
    np.testing.assert_allclose(ours, theirs.predict_proba(X[rows]), atol=2e-3)
