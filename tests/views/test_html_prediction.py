"""The page of a prediction has the trace's numbers, in formulas that are true, and runs nothing."""

import re
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from examples import prediction
from pages import assert_nothing_runs_or_loads, parsed
from small import drawn, table

from wordglass.classifier import TextClassifier
from wordglass.trace import numbers
from wordglass.views.html import render_prediction

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</p></article>",
    "jinja": "{{ 7*7 }}{% raw %}",
    "bidi": "a\u202eb\u2066c\u200b\u0000\x1b[31m \ud800 \u2028",
    "empty": "",
    "blank": "\n\n\n \t \r\n",
    "unknown": "zzyzx qwertzuiop",
    "one long word": "w" * 300_000,
    "marks": "a" + "\u0301" * 500,
}


@cache
def trained(kind, **parameters):
    texts, targets = drawn(kind, rows=90)
    labels = (
        [[f"l{k}" for k in np.flatnonzero(row)] for row in targets]
        if kind == "labels"
        else targets.astype(str)
    )
    return TextClassifier(table(), threads=1, **parameters).fit(texts, labels)


def terms(formula):
    """The numbers of a formula, each before its name."""
    found = []
    for piece in formula.all("span"):
        written = re.match(r"([−+]?)\s*([\d.]+)(?: × (\d+))?", piece.text)
        if written and "result" not in (piece.attributes.get("class") or ""):
            sign, value, times = written.groups()
            found.append(
                (Decimal(value) * (-1 if sign == "−" else 1) * int(times or 1), piece.one("bdi").text)
            )
    return found


def result(formula):
    return Decimal(formula.one("span", kind="result").text.removeprefix("= "))


def formula(root, name):
    return root.one(data_formula=name)


CASES = [
    ("many", {}),
    ("binary", {}),
    ("labels", {}),
    ("many", {"pooling": "mean+max"}),
    ("many", {"pooling": "sif"}),
    ("many", {"pooling": "p3"}),
    ("many", {"lexical": False, "C": 1.0}),
]


@pytest.mark.parametrize(("kind", "parameters"), CASES)
def test_every_formula_is_true_and_has_the_numbers_of_the_trace(kind, parameters):
    texts, _ = drawn(kind, rows=90)
    trace = trained(kind, **parameters).trace(" ".join(texts[:9]))
    root = parsed(render_prediction(trace))
    best = max(trace["outputs"], key=lambda output: output["probability"])
    for name in ("sources", "score", "score-all"):
        for found in root.all(data_formula=name):
            parts = terms(found)
            assert sum(value for value, _ in parts) == result(found) == Decimal(numbers.score(best["score"]))
            assert parts[0] == (Decimal(numbers.score(best["bias"])), "bias")
            assert "unexplained" not in dict(map(reversed, parts))
    if trace["pooling"].startswith("mean"):
        mean = list(root.all(data_formula="mean-all")) or list(root.all(data_formula="mean"))
        *parts, total, number = [*terms(mean[0]), *re.findall(r"= (-?[\d.]+) / (\d+)", mean[0].text)[-1]]
        rounding = sum(value for value, name in parts if name == "rounding")
        parts = [value for value, name in parts if name != "rounding"]
        assert sum(parts) == Decimal(total)
        assert int(number) == trace["known"]
        assert result(mean[0]) == Decimal(numbers.score(trace["pooled"][0]))
        assert (Decimal(total) / int(number)).quantize(Decimal("0.0001")) + rounding == result(mean[0])
    else:
        assert not list(root.all(data_formula="mean"))
    added = sum(token["by_vector"][trace["outputs"].index(best)] for token in trace["tokens"])
    assert np.dot(trace["weights"], trace["pooled"]) == pytest.approx(added, abs=1e-6)
    for dot in (formula(root, "dot"), *root.all(data_formula="dot-all")):
        factors = [(Decimal(w), Decimal(x)) for w, x in re.findall(r"(-?[\d.]+)·\(?(-?[\d.]+)", dot.text)]
        products = sum(w * x for w, x in factors).quantize(Decimal("0.0001"))
        assert (
            products + sum(value for value, _ in terms(dot)) == result(dot) == Decimal(numbers.score(added))
        )
    assert [w for w, _ in factors] == [Decimal(numbers.score(w)) for w in trace["weights"]]
    if kind == "many":
        powers = terms(formula(root, "softmax-all"))
        assert [name for _, name in powers] == [output["name"] for output in trace["outputs"]]
        assert sum(value for value, _ in powers) == result(formula(root, "softmax-all"))
        assert abs(result(formula(root, "softmax")) - Decimal(best["probability"])) <= Decimal("0.00005")
    else:
        assert abs(result(formula(root, "sigmoid")) - Decimal(best["probability"])) <= Decimal("0.00005")


def test_a_model_that_rounds_its_scores_shows_no_dot_product_that_is_not_its_score():
    texts, _ = drawn("many", rows=90)
    classifier = trained("many", int8=True)
    trace = classifier.trace(" ".join(texts[:9]))
    best = max(range(3), key=lambda k: trace["outputs"][k]["probability"])
    added = sum(token["by_vector"][best] for token in trace["tokens"])
    assert abs(classifier.model_.weights[:, best] @ trace["pooled"] - added) > 1e-4
    assert "weights" not in trace
    assert not list(parsed(render_prediction(trace)).all(data_formula="dot"))


def test_the_tables_have_the_numbers_of_the_trace():
    trace = prediction()
    root = parsed(render_prediction(trace))
    rows = {row[0]: row for row in root.rows() if row}
    for token in trace["tokens"]:
        cells = next(row for row in root.rows() if row[0] == token["token"] and "found" in row[1])
        assert cells[2:4] == [numbers.count(token["row"]), numbers.score(token["norm"])]
        assert cells[4].split() == [numbers.entry(number) for number in token["vector"]]
        assert rows[token["token"]][5] == numbers.share(token["shares"][2])
    for output in trace["outputs"]:
        assert rows[output["name"]][1:3] == [
            numbers.score(output["score"]),
            numbers.percent(output["probability"]),
        ]
    assert root.one("h3").text == "weather 88.3%"


def test_the_text_is_whole_and_each_token_is_marked_where_it_stands():
    trace = prediction("I love,\nsunny <days>!")
    running = parsed(render_prediction(trace)).one("p", kind="running")
    assert running.raw == trace["text"]
    marks = [mark for mark in running.all("mark") if mark.attributes.get("title")]
    assert [mark.text.lower() for mark in marks] == [token["token"] for token in trace["tokens"]]
    shares = [numbers.share(token["shares"][2]) for token in trace["tokens"]]
    assert [mark.attributes["title"] for mark in marks] == shares
    for mark, share in zip(marks, shares, strict=True):
        signs = {"p": "+", "n": "-", "u": "+"}
        assert share[0] == signs[mark.attributes["class"][0]]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["many", "binary", "labels"])
def test_no_text_gets_out_of_its_element_or_is_seen_otherwise_than_it_is(name, kind):
    text = HOSTILE[name]
    trace = trained(kind).trace(text.replace("\ud800", "")) if "\ud800" not in text else prediction(text)
    html = render_prediction({**trace, "truth": [text[:50]], "predicted": [text[:50]]})
    root = parsed(html)
    assert_nothing_runs_or_loads(root, scripts=0)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u2028\x00-\x08\x0b-\x1f\ud800]", html)
    html.encode()
    if name in ("markup", "jinja"):
        assert root.one("p", kind="running").raw == text
    if name == "bidi":
        assert "a\\u202eb\\u2066c\\u200b" in root.one("p", kind="running").raw
    if name == "empty":
        assert "An empty text" in root.text


def test_a_long_text_is_cut_with_a_note_and_its_formulas_stay_whole():
    texts, _ = drawn("many", rows=2000)
    text = " ".join(texts)[:30_000] + " w1 " * 20_000
    trace = trained("many").trace(text)
    html = render_prediction(trace)
    root = parsed(html)
    assert len(html) < 300_000
    assert "The first 6,000 of 110,000 characters are shown" in root.text
    for name in ("score", "sources"):
        assert sum(value for value, _ in terms(formula(root, name))) == result(formula(root, name))


def test_vectors_that_are_not_at_hand_are_not_made_up():
    trace = prediction()
    for token in trace["tokens"]:
        token["norm"] = None
        del token["vector"]
    root = parsed(render_prediction({**trace, "pooled": None}))
    assert "so the pooled vector cannot be shown" in root.text
    assert not list(root.all(data_formula="mean"))


def test_many_classes_are_unfolded_and_all_are_in_the_softmax():
    trace = prediction()
    outputs = [
        {"name": f"c{i}", "bias": 0.0, "score": -i / 100, "probability": 0.0, "threshold": None}
        for i in range(150)
    ]
    total = sum(np.exp(output["score"]) for output in outputs)
    for output in outputs:
        output["probability"] = float(np.exp(output["score"]) / total)
    tokens = [
        {**token, **dict.fromkeys(("shares", "by_vector", "as_word"), [0.0] * 150)}
        for token in trace["tokens"]
    ]
    root = parsed(render_prediction({**trace, "outputs": outputs, "tokens": tokens, "predicted": ["c0"]}))
    assert "140 more classes" in root.text
    assert len(terms(formula(root, "softmax-all"))) == 150
