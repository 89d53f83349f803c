"""Explanations say what the model does: every number is held against the model's own scores."""

import io
import json
import pickle
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import data_set
from small import WORDS, drawn, table

from wordglass import ArgumentError, Explanation, TextClassifier
from wordglass.arrow import strings
from wordglass.explain import by_class
from wordglass.explaining.edits import replaced
from wordglass.explaining.ranking import most_telling
from wordglass.tokens import tokenise
from wordglass.views.terminal import console

TEXT = st.lists(
    st.sampled_from([*WORDS[:12], "W3", "w65", "zzz", "don't", "été,", "中文", "😀", "3.5", "."]), max_size=30
).map(" ".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KINDS = {
    "counted": {},
    "counted, characters": {"characters": True, "preset": "best"},
    "vectors alone": {"lexical": False},
    "weighed": {"pooling": "sif+tfidf"},
    "max": {"pooling": "mean+max"},
    "p3": {"pooling": "p3+usif"},
    "int8": {"int8": True},
    "few words": {"keep": 30, "int8": True},
}


def trained(kind, **settings):
    texts, targets = drawn(kind, rows=80)
    labels = [[f"c{k}" for k in np.flatnonzero(row)] if kind == "labels" else f"c{row}" for row in targets]
    return TextClassifier(table(), **{"C": 1.0, "epochs": 8, **settings}).fit(texts, labels)


@pytest.fixture(
    scope="module",
    params=[(kind, name) for kind in ("binary", "many", "labels") for name in KINDS],
    ids="-".join,
)
def fitted(request):
    kind, name = request.param
    return trained(kind, **KINDS[name])


@pytest.fixture(scope="module")
def many():
    return trained("many")


def scores_of(clf, texts):
    return by_class(clf.model_.scores(strings(texts)), len(clf.model_.names))


def summed(table, texts, clf):
    """The shares of a table with the biases of its metadata, (texts, classes)."""
    about = json.loads(table.schema.metadata[b"wordglass"])
    assert about["classes"] == clf.model_.names
    columns = [table[f"share_{name}"].to_numpy() for name in about["classes"]]
    rows = table["row"].to_numpy()
    sums = [np.bincount(rows, column, minlength=len(texts))[: len(texts)] for column in columns]
    return np.stack(sums, axis=1) + about["bias"]


# Many texts


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(TEXT, max_size=8))
def test_shares_of_many_texts_and_the_bias_sum_to_the_scores_and_are_those_of_the_trace(fitted, texts):
    found = fitted.explain_many(texts)
    np.testing.assert_allclose(summed(found, texts, fitted), scores_of(fitted, texts), rtol=0, atol=1e-5)
    expected = [(row, token) for row, text in enumerate(texts) for token in fitted.trace(text)["tokens"]]
    got = found.to_pylist()
    assert [(one["row"], one["token"], one["start"], one["end"]) for one in got] == [
        (row, token["token"], token["start"], token["end"]) for row, token in expected
    ]
    shares = [[one[f"share_{name}"] for name in fitted.model_.names] for one in got]
    if shares:
        np.testing.assert_allclose(shares, [token["shares"] for _, token in expected], rtol=1e-9, atol=1e-12)


def test_a_table_of_shares_is_the_same_at_any_number_of_threads(fitted, monkeypatch):
    monkeypatch.setattr("wordglass.explaining.many.CHUNK_BYTES", 300)
    texts = drawn("many", rows=60, seed=3)[0]
    one = fitted.explain_many(texts, threads=1)
    assert one.equals(fitted.explain_many(texts, threads=3), check_metadata=True)
    assert one["row"].num_chunks > 3
    monkeypatch.undo()
    assert one.combine_chunks().equals(fitted.explain_many(texts, threads=2).combine_chunks())


def test_texts_without_tokens_have_no_rows_and_no_texts_give_an_empty_table(many):
    columns = ["row", "token", "start", "end", *(f"share_c{k}" for k in range(4))]
    assert many.explain_many([]).column_names == columns
    assert many.explain_many(["", "w1", " "])["row"].to_pylist() == [1]


def test_shares_of_real_news_sum_to_their_scores():
    news = data_set("ag_news")
    clf = TextClassifier(preset="fast", C=1.0).fit(news.texts[:2000], news.labels[:2000])
    texts = news.texts[2000:4000].to_pylist()
    assert np.abs(summed(clf.explain_many(texts), texts, clf) - scores_of(clf, texts)).max() < 1e-5


# One text


@settings(max_examples=10, deadline=None)
@given(text=TEXT)
def test_shares_by_token_and_by_pair_sum_to_the_score_and_their_parts_to_them(fitted, text):
    why = fitted.explain(text)
    score = scores_of(fitted, [text])[0]
    for k, output in enumerate(why.trace["outputs"]):
        for shares in (why.tokens(output["name"]), why.ngrams(output["name"])):
            total = output["bias"] + sum(share.share for share in shares)
            assert total == pytest.approx(score[k], abs=1e-5)
            for share in shares:
                parts = share.by_vector + share.as_word + share.by_characters + share.in_pairs
                assert parts == pytest.approx(share.share, abs=1e-9)
                if not share.pair:
                    assert text[share.start : share.end] or share.start == share.end


@settings(max_examples=10, deadline=None)
@given(text=TEXT)
def test_what_speaks_for_one_class_rather_than_another_sums_to_the_difference_of_their_scores(fitted, text):
    score = scores_of(fitted, [text])[0]
    names = fitted.model_.names
    why = fitted.explain(text)
    for i, j in combinations(range(len(names)), 2):
        versus = why.versus(names[i], names[j])
        shares = [share.share for share in versus.shares]
        assert versus.difference == pytest.approx(score[i] - score[j], abs=1e-5)
        assert versus.bias + sum(shares) == pytest.approx(versus.difference, abs=1e-5)
        assert shares == sorted(shares, reverse=True)


def test_the_part_of_the_characters_is_told_apart_from_that_of_the_word():
    clf = trained("many", **KINDS["counted, characters"])
    assert clf.model_.characters is not None
    without = trained("many", characters=False)
    assert any(share.by_characters for share in clf.explain("w1 w2 w77").tokens())
    assert not any(share.by_characters for share in without.explain("w1 w2 w77").tokens())


def test_the_largest_shares_come_first(many):
    why = many.explain("w1 w2 w3 w11 w12 w25")
    sizes = [abs(share.share) for share in why.top(3, "c0")]
    assert sizes == sorted((abs(share.share) for share in why.ngrams("c0")), reverse=True)[:3]


def test_a_class_that_there_is_not_is_refused_by_name(many):
    why = many.explain("w1")
    for ask in (lambda: why.tokens("sport"), lambda: why.versus("c0", "sport"), lambda: why.top(1, "sport")):
        with pytest.raises(ArgumentError, match="no class 'sport': it has c0, c1, c2, c3"):
            ask()
    for ask in (lambda: why.edits(most=0), lambda: why.nearest(0), lambda: many.explain_global(0)):
        with pytest.raises(ArgumentError, match="at least 1"):
            ask()


def test_an_explanation_is_its_trace_as_dict_and_json_and_the_table_of_many_as_arrow(many):
    why = many.explain("w1 w2, w31")
    assert isinstance(why, Explanation)
    assert why.to_dict() == many.trace("w1 w2, w31")
    assert json.loads(why.to_json()) == why.to_dict()
    assert why.to_arrow().equals(many.explain_many(["w1 w2, w31"]))


HOSTILE = [
    "<script>alert(1)</script> w1",
    "[bold]w1[/bold]",
    "\u202ew1 \x1b[31m",
    "",
    "zzz yyy",
    "w1 " * 5000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_text_the_pages_are_plain_and_keep_to_their_width(many, text):
    why = many.explain(text)
    for page in (why, why.versus("c0", "c1"), why.edits(1), many.explain_global(5)):
        lines = str(page).splitlines()
        assert max(map(len, lines)) <= 80
        assert not any(character in str(page) for character in "\x1b\u202e")
    assert "Why " in str(why)
    page = console(io.StringIO())
    page.print(why)
    assert page.file.getvalue().strip("\n") == str(why)


# Edits


def changes(clf, text, edit):
    """Whether the model itself calls the edited text what the edit says, and something else than the text."""
    named = clf.model_.named(clf.model_.probabilities(strings([text, edit.text])))
    return named[1] == edit.predicted and sorted(named[0]) != sorted(named[1])


@settings(max_examples=25, deadline=None)
@given(text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=7, unique=True).map(" ".join))
def test_every_edit_changes_the_prediction_and_no_single_word_does_where_several_are_named(many, text):
    edits = many.explain(text).edits()
    words = text.split()
    if edits.removal:
        assert changes(many, text, edits.removal)
        left = edits.removal.text.split()
        assert sorted([*left, *edits.removal.words]) == sorted(words)
        assert [text[start:end] for start, end in edits.removal.places] == edits.removal.words
    if edits.replacement:
        assert changes(many, text, edits.replacement)
        assert len(set(words) ^ set(edits.replacement.text.split())) <= 2
    singles = [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
    called = many.predict([text, *singles]).tolist()
    flips = any(name != called[0] for name in called[1:])
    assert flips == (edits.removal is not None and len(edits.removal.words) == 1)
    if edits.removal is None:
        assert "changes nothing" in edits.found[0]
        assert "there may be others" in edits.found[0] or len(words) == 1


@pytest.mark.parametrize("kind", ["binary", "labels"])
def test_edits_of_two_classes_and_of_many_labels_change_what_is_predicted(kind):
    clf = trained(kind)
    for text in drawn(kind, rows=10, seed=5, told=0.4)[0]:
        edits = clf.explain(text).edits()
        for edit in (edits.removal, edits.replacement):
            assert edit is None or changes(clf, text, edit)


def test_where_nothing_changes_it_the_edits_say_so_and_how_many_were_tried(many):
    edits = many.explain(" ".join(["w0 w1 w2 w3 w4 w5 w6 w7 w8 w9"] * 4)).edits()
    assert (edits.removal, edits.replacement) == (None, None)
    assert "there may be others" in edits.found[0]
    assert "there may be others" in edits.found[1]
    assert edits.tried > 40
    assert json.loads(json.dumps(edits.to_dict()))["removal"] is None
    nothing = many.explain("").edits()
    assert (nothing.removal, nothing.replacement, nothing.tried) == (None, None, 0)


def test_a_very_long_text_is_edited_within_the_budget(many):
    edits = many.explain("w1 w2 w33 " * 20_000).edits()
    assert edits.tried < 1000
    assert edits.removal is None or changes(many, "w1 w2 w33 " * 20_000, edits.removal)


@given(
    st.lists(st.sampled_from(["salt", "-", "and", " ", "pepper", "3.5", ".", "  ", "it's"]), max_size=12),
    st.data(),
)
def test_taking_a_word_out_leaves_the_other_words_as_they_were(pieces, data):
    text = "".join(pieces)
    tokens = tokenise(text)
    if tokens:
        gone = data.draw(st.integers(0, len(tokens) - 1))
        left = [token.text for i, token in enumerate(tokens) if i != gone]
        found = tokenise(replaced(text, [((tokens[gone].start, tokens[gone].end), "")]))
        assert "".join(token.text for token in found) == "".join(left)
        assert len(found) == len(left)


# Nearest texts


def test_nearest_texts_are_those_of_the_largest_cosine_among_the_training_rows(fitted):
    rows = fitted._gathered.texts
    lookup = fitted.model_.scorer.vocabulary.lookup(rows)
    pooled = fitted.model_.pooled_rows(lookup).astype(float)
    units = pooled / np.maximum(np.linalg.norm(pooled, axis=1), 1e-30)[:, None]
    why = fitted.explain("w1 w2 w13")
    query = np.array(why.trace["pooled"]) / np.linalg.norm(why.trace["pooled"])
    cosines = units @ query
    cosines[fitted.held_out_rows_] = -2
    found = why.nearest(4)
    assert [near.cosine for near in found] == pytest.approx(np.sort(cosines)[::-1][:4].tolist(), abs=1e-5)
    for near in found:
        assert near.text == str(rows[near.row])
        assert near.row not in fitted.held_out_rows_
        assert near.labels == fitted._gathered.targets.names_of(near.row)


def test_without_the_training_rows_the_error_says_what_to_give(many, tmp_path):
    many.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    loaded.model_.table = many.model_.table
    for clf in (loaded, many.shrink(), pickle.loads(pickle.dumps(many))):
        with pytest.raises(ArgumentError, match=r"give explain\(text, among=texts\)"):
            clf.explain("w1").nearest()
    near = loaded.explain("w1 w2", among=["w30", "w1 w2", "zzz"]).nearest(2)
    assert near[0][:3] == (1, "w1 w2", None)
    assert near[0].cosine == pytest.approx(1, abs=1e-6)
    assert many.explain("zzz").nearest() == []


def test_without_the_vectors_nearest_says_where_to_get_them(many, tmp_path):
    many.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    with pytest.raises(ArgumentError, match="need the vectors six, which are not at hand"):
        loaded.explain("w1", among=["w2"]).nearest()


# The model as a whole


def test_the_most_telling_are_those_of_a_full_sort():
    rng = np.random.default_rng(0)
    shares, weights = rng.normal(size=(500, 3)).round(1), rng.random(500).round(1)
    parts = [(np.arange(a, a + 100), shares[a : a + 100], weights[a : a + 100]) for a in range(0, 500, 100)]
    above = shares - shares.mean(axis=1, keepdims=True)
    for k, found in enumerate(most_telling(iter(parts), 3, 20)):
        keys = above[:, k] * weights
        order = sorted(np.flatnonzero(keys > 0), key=lambda i: (-keys[i], i))[:20]
        assert [word.number for word in found] == order
        assert [word.share for word in found] == above[order, k].tolist()


def test_a_word_in_the_global_explanation_adds_what_a_text_of_it_alone_scores(fitted):
    model = fitted.model_
    bias = by_class(model.scorer.bias[None, :], len(model.names))[0]
    for k, of in enumerate(fitted.explain_global(6).classes):
        assert of["name"] == model.names[k]
        assert len(of["words"]) <= 6
        for word in of["words"]:
            found = fitted.explain(word["text"])
            if word["pair"]:
                shares = np.array(found.trace["pairs"][0]["shares"])
            else:
                shares = scores_of(fitted, [word["text"]])[0] - bias
            assert word["share"] == pytest.approx(shares[k] - shares.mean(), abs=1e-6)
            assert word["share"] > 0


def test_the_telling_words_of_the_trace_have_the_mean_of_their_exact_shares(fitted):
    """Against every training text explained one by one."""
    rows = np.setdiff1d(np.arange(80), fitted.held_out_rows_)
    counted = fitted.model_.lexical is not None
    sums, texts = {}, {}
    for text in (str(fitted._gathered.texts[row]) for row in rows):
        why = fitted.explain(text).trace
        shares = {}
        for token in why["tokens"]:
            own = np.array(token["by_vector"]) + token["as_word"]
            if token["known"] or counted or any(own):
                shares[token["token"]] = shares.get(token["token"], 0) + own
        for pair in why["pairs"]:
            shares[pair["pair"]] = shares.get(pair["pair"], 0) + np.array(pair["shares"])
        for name, share in shares.items():
            sums[name], texts[name] = sums.get(name, 0) + share, texts.get(name, 0) + 1
    keys = {}
    for name, n in texts.items():
        mean = sums[name] / n
        keys[name] = (mean - mean.mean(), n)
    for k, of in enumerate(fitted.trace_["telling"]):
        frequent = {
            name: mean[k] * np.sqrt(n / (len(rows) + 1) * (1 - n / (len(rows) + 1)))
            for name, (mean, n) in keys.items()
            if n >= 3 and mean[k] > 1e-9
        }
        best = sorted(frequent, key=frequent.get, reverse=True)[:20]
        assert len(of["words"]) == len(best)
        for word, expected in zip(of["words"], best, strict=True):
            assert frequent[word["text"]] == pytest.approx(frequent[expected], rel=1e-4)
            assert word["share"] == pytest.approx(keys[word["text"]][0][k], rel=1e-4)
            assert word["texts"] == texts[word["text"]]


def test_telling_words_are_the_same_bits_at_any_number_of_threads_and_none_without_samples():
    for given_ in (KINDS["counted, characters"], KINDS["max"]):
        one, three = (trained("many", threads=n, **given_).trace_["telling"] for n in (1, 3))
        assert one == three
        assert any(of["words"] for of in one)
    assert trained("many", samples=False).trace_["telling"] == []


def test_a_global_explanation_is_a_table_and_json(many):
    found = many.explain_global(3)
    assert json.loads(found.to_json()) == found.to_dict()
    rows = found.to_arrow()
    assert rows.schema.names == ["class", "text", "pair", "texts", "share"]
    assert len(rows) == 12
    assert pa.types.is_boolean(rows.schema.field("pair").type)
    assert "c3" in str(found)
