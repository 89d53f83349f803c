from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import drawn, table

from wordglass import TextClassifier
from wordglass.explain import trace_prediction
from wordglass.trace.mistakes import MISTAKES, WORDS, beginning


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
        assert [word["share"] for word in one["telling"]] == most
        assert all(shares[word["word"]] == word["share"] for word in one["telling"])


def test_without_samples_no_text_and_no_map_is_kept():
    texts, targets = drawn("many", rows=60)
    trace = TextClassifier(table(), samples=False, held_out=0.5).fit(texts, targets.tolist()).trace_
    assert (trace["mistakes"], trace["map"], trace["telling"]) == ([], None, [])


@given(st.text(), st.integers(1, 40))
def test_the_beginning_of_a_text_is_one_and_ends_with_a_word(text, most):
    found = beginning(text, most)
    assert text.startswith(found)
    assert len(found) <= most
    assert found == text or text[len(found)] in " \n" or len(found) == most
