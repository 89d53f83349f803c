import json
import re
from functools import cache

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import drawn, table

from wordglass import TextClassifier
from wordglass.explain import trace_prediction
from wordglass.trace.mistakes import LONGEST, MISTAKES, SHOWN, WORDS, beginning
from wordglass.trace.schema import build_schema


@cache
def fitted(kind):
    texts, targets = drawn(kind, rows=200, told=0.3)
    labels = targets.tolist()
    if kind == "labels":
        labels = [[f"c{k}" for k in np.flatnonzero(row)] for row in targets]
    return TextClassifier(table(), held_out=0.5).fit(texts, labels), texts, labels


@pytest.mark.parametrize("kind", ["binary", "many"])
def test_mistakes_are_the_held_out_rows_that_are_wrong_the_surest_first(kind):
    clf, texts, labels = fitted(kind)
    rows = clf.held_out_rows_
    p, guess = clf.predict_proba([texts[row] for row in rows]), clf.predict([texts[row] for row in rows])
    wrong = [(-p[i].max(), row) for i, row in enumerate(rows.tolist()) if guess[i] != labels[row]]
    found = clf.trace_["mistakes"]
    assert [one["row"] for one in found] == [row for _, row in sorted(wrong)][:MISTAKES]
    for one in found:
        at = rows.tolist().index(one["row"])
        assert one["text"] == texts[one["row"]]
        assert one["probability"] == p[at].max()
        assert one["of_truth"] == p[at][clf.classes_.tolist().index(labels[one["row"]])]
        assert (one["truth"], one["predicted"]) == ([str(labels[one["row"]])], [str(guess[at])])


def test_of_several_labels_the_one_that_is_most_surely_wrong_counts():
    clf, _, labels = fitted("labels")
    names = clf.classes_.tolist()
    found = clf.trace_["mistakes"]
    assert found
    for one in found:
        p = clf.predict_proba([one["text"]])[0]
        extra, missed = set(one["predicted"]) - set(one["truth"]), set(one["truth"]) - set(one["predicted"])
        assert extra or missed
        sure = max(p[names.index(k)] for k in extra) if extra else 1 - min(p[names.index(k)] for k in missed)
        assert one["probability"] == pytest.approx(sure)
        assert one["truth"] == labels[one["row"]]


@pytest.mark.parametrize("kind", ["binary", "many"])
def test_the_words_of_a_mistake_are_those_that_spoke_for_the_wrong_class(kind):
    clf, _, _ = fitted(kind)
    names = [str(name) for name in clf.classes_]
    for one in clf.trace_["mistakes"][:5]:
        wrong, true = names.index(one["predicted"][0]), names.index(one["truth"][0])
        shares = {}
        for token in trace_prediction(one["text"], clf.model_)["tokens"]:
            more = token["shares"][wrong] - token["shares"][true]
            shares[token["token"]] = shares.get(token["token"], 0) + more
        most = sorted((share for share in shares.values() if share > 0), reverse=True)[:WORDS]
        assert [word["share"] for word in one["telling"]] == pytest.approx(most)
        assert all(shares[word["word"]] == pytest.approx(word["share"]) for word in one["telling"])


def test_without_samples_no_text_and_no_map_is_kept():
    texts, targets = drawn("many", rows=60)
    trace = TextClassifier(table(), samples=False, held_out=0.5).fit(texts, targets.tolist()).trace_
    assert (trace["mistakes"], trace["map"], trace["telling"]) == ([], None, [])


def test_no_word_of_the_texts_is_left_without_samples():
    texts, targets = drawn("many", rows=60)
    names = [f"class {k}" for k in targets]
    trace = TextClassifier(table(), samples=False, held_out=0.5).fit(texts, names).trace_
    assert not re.search(r"\bw\d", json.dumps(trace))


@pytest.mark.parametrize("kind", ["binary", "many", "labels"])
def test_the_trace_is_valid_and_is_the_same_after_saving_and_loading(kind, tmp_path):
    clf, _, _ = fitted(kind)
    jsonschema.validate(json.loads(json.dumps(clf.trace_)), build_schema())
    clf.save(tmp_path / "model")
    assert TextClassifier.load(tmp_path / "model").trace_ == clf.trace_


def test_a_held_out_part_of_its_own_has_its_own_row_numbers():
    texts, targets = drawn("many", rows=120, told=0.3)
    more, more_targets = drawn("many", rows=50, seed=5, told=0.3)
    held = (more, more_targets.tolist())
    trace = TextClassifier(table()).fit(texts, targets.tolist(), held_out=held).trace_
    assert trace["mistakes"]
    assert all(more[one["row"]] == one["text"] for one in trace["mistakes"] + trace["map"]["points"])


def test_a_text_too_long_to_be_shown_is_weighed_whole():
    texts, targets = drawn("binary", rows=80)
    long = "w99 " * 200 + "w60 w61 " + "w1 " * 30
    clf = TextClassifier(table()).fit(texts, targets.tolist(), held_out=([long, long], [0, 1]))
    (one,) = clf.trace_["mistakes"]
    assert one["cut"]
    assert len(one["text"]) <= SHOWN
    assert (one["predicted"], one["truth"]) == (["0"], ["1"])
    tokens = trace_prediction(long, clf.model_)["tokens"]
    share = sum(t["shares"][0] - t["shares"][1] for t in tokens if t["token"] == "w1")
    assert one["telling"][0] == {"word": "w1", "share": pytest.approx(share)}


def test_a_text_longer_than_a_book_has_no_words_weighed():
    texts, targets = drawn("binary", rows=80)
    long = "w1 " * (LONGEST // 3 + 1)
    trace = TextClassifier(table()).fit(texts, targets.tolist(), held_out=([long, long], [0, 1])).trace_
    assert [one["telling"] for one in trace["mistakes"]] == [[]]


LETTERS = st.text(st.sampled_from("ab \n\t\u0301\u200d\U0001f469\U0001f3fd字"))


@given(st.text() | LETTERS, st.integers(1, 40))
def test_the_beginning_of_a_text_is_one_and_ends_where_a_word_does(text, most):
    found = beginning(text, most)
    assert text.startswith(found)
    assert most // 2 <= len(found) <= most or found == text
    rest = text[len(found) :]
    assert not rest or rest[0].isspace() or not any(map(str.isspace, text[most // 2 + 1 : most + 1]))


@pytest.mark.parametrize("whole", ["e\u0301", "\U0001f44d\U0001f3fd", "\U0001f469\u200d\U0001f680"])
def test_what_is_drawn_as_one_character_is_not_cut(whole):
    for most in range(12, 18):
        found = beginning(whole * 20, most)
        assert found == whole * (len(found) // len(whole))
