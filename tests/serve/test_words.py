"""The page of words: whole without scripts, its state in the address, words of strangers shown as words."""

import re

import numpy as np
import pytest
from sessions import HOSTILE, LABELS, TEXTS, TOKEN, client, opened, session

from wordglass.classifier import TextClassifier
from wordglass.exploring import analogies, direction, words_map
from wordglass.opened import Opened
from wordglass.parts import divide
from wordglass.rows import Rows, Told
from wordglass.trace import numbers
from wordglass.vectors import VectorTable, load_vectors

ASKED = {
    "near": "w1",
    "a": "w1",
    "b": "w2",
    "c": "w3",
    "map": "w1 w2 w3 w4",
    "from": "w1",
    "to": "w2",
    "left": "w5 w6",
    "right": "w7 w8",
    "test": "career",
}


def of_table(table):
    clf = TextClassifier(table, characters=False, C=1.0).fit(TEXTS, LABELS)
    rows = Rows(lambda: divide(TEXTS, LABELS, clf.held_out, clf.random_state, "sentences.csv"))
    return Opened("other", clf, rows, Told(None))


@pytest.mark.parametrize("params", [{}, ASKED, {**ASKED, "model": "1"}])
def test_the_page_is_whole_without_a_script(params):
    found = client().get("learn/words", params=params)
    assert found.status_code == 200
    html = found.text
    assert html.count("<h1") == 1
    assert not re.search(r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son\w+=|javascript:", html)
    for address in re.findall(r'(?:href|src|action)="([^"]+)"', html):
        assert address.startswith(("#", f"/{TOKEN}/")), address
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label for="([^"]+)"', html))
    fields = re.findall(r'<(?:input(?![^>]*type="hidden")|textarea|select)[^>]*\sid="([^"]+)"', html)
    assert set(fields) == labelled


def test_the_page_shows_what_the_functions_find():
    of = opened()
    table = of.model.table
    html = client(session(of)).get("learn/words", params=ASKED).text
    for word, cosine in table.neighbours("w1", 12):
        assert f'<bdi>{word}</bdi></a></th><td class="n">{numbers.ratio(cosine)}' in html
    drawn = words_map(table, ASKED["map"].split())
    assert f"{numbers.percent(drawn['neighbours'])} are among its nearest here" in html
    along = direction(table, "w1", "w2", ["w5", "w6"], ["w7", "w8"])
    assert f"<strong>{numbers.percent(along['auc']['value'])}</strong>" in html
    assert "the list &#39;career&#39; needs 2 to 200 words" in html  # made-up words are in no test of ours
    assert "Too few of our pairs of words" in html


def test_every_form_keeps_what_the_others_ask():
    html = client().get("learn/words", params=ASKED).text
    forms = re.findall(r'<form class="filters".*?</form>', html, re.DOTALL)
    assert len(forms) == 5
    for form in forms:
        sent = set(re.findall(r'name="(\w+)"', form))
        assert sent == {*ASKED, "at"}
    for at in ("near", "analogy", "map", "direction", "bias"):
        page = client().get("learn/words", params={**ASKED, "at": at}).text
        section = page.partition(f'<section id="{at}"')[2].partition("</section>")[0]
        assert page.count("autofocus") == section.count("autofocus") == 1


def test_where_nothing_is_asked_words_that_tell_the_classes_are_shown():
    of = opened()
    html = client(session(of)).get("learn/words").text
    telling = of.trace["telling"][0]["words"][0]["text"]
    assert f'name="near" value="{telling}"' in html
    assert '<ul class="legend">' in html


@pytest.mark.parametrize("text", HOSTILE[:8])
def test_whatever_is_asked_is_shown_as_text(text):
    for name in ASKED:
        found = client().get("learn/words", params={name: text})
        assert found.status_code == 200
        for harm in ("<script>alert", "<img", "<svg onload", "\u202e"):
            assert harm not in re.sub(
                r'value="[^"]*"|<textarea.*?</textarea>', "", found.text, flags=re.DOTALL
            )
        assert "<img src" not in found.text


def test_words_of_a_table_that_mean_ill_are_shown_as_words():
    words = ["w1", "w2", "w3", "<script>alert(1)</script>", "\u202eevil", *(f"w{i}" for i in range(10, 50))]
    table = VectorTable.of(words, np.random.default_rng(2).normal(size=(len(words), 3)).astype(np.float32))
    html = (
        client(session(of_table(table)))
        .get("learn/words", params={"near": "w1", "from": "w1", "to": "w2"})
        .text
    )
    assert "&lt;script&gt;" in html
    assert "<script>alert" not in html
    assert "\u202e" not in html


def test_a_model_whose_table_is_not_at_hand_says_so():
    of = opened("away", lexical=False)
    model = of.model
    kept, table = vars(model).get("table"), model.table
    try:
        model.table = None
        html = client(session(of)).get("learn/words").text
        assert "are not at hand" in html
        assert '<form class="filters"' not in html
    finally:
        model.table = table if kept is None else kept


def test_analogies_are_measured_on_the_models_table_and_on_a_large_one_when_asked(monkeypatch):
    table = load_vectors("wordglass-en")
    of = of_table(table)
    rates = analogies(table)["rates"]
    told = f"<strong>{numbers.percent(rates['honest']['value'])}</strong>"
    assert told in client(session(of)).get("learn/words").text
    monkeypatch.setattr("wordglass.serve.learn.words.QUICK", 10)
    assert told not in client(session(of)).get("learn/words").text
    assert told in client(session(of)).get("learn/words?rates=1").text
