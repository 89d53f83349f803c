"""The section of a claim shows the document's numbers, says every verdict in words, and hides no text."""

import json

import pytest
from claims import ARMS, claim
from examples import training
from pages import assert_nothing_runs_or_loads, parsed

from wordglass.trace import numbers
from wordglass.views.claims import ARMS as NAMES
from wordglass.views.claims import SIGNS, finding, points, size_name
from wordglass.views.html import render_report
from wordglass.views.html.claim import mean_by_epochs, mean_by_seconds
from wordglass.views.notebook import trace_view

NASTY = "</script></style><script>alert(1)</script><img src=x onerror=a>{{ 1 }}\u202eevil\u2066 --> ]]> \x00"
FIXED = {"format", "kind", "arm", "other", "question", "verdict", "beyond"}


def section(document):
    trace = training()
    root = parsed(render_report(trace, [], claim=document))
    assert_nothing_runs_or_loads(root, scripts=1)
    return root.one("section", id="claim")


def nasty(value):
    match value:
        case str():
            return NASTY
        case list():
            return [nasty(item) for item in value]
        case dict():
            return {k: v if k in FIXED and isinstance(v, str) else nasty(v) for k, v in value.items()}
    return value


def interval(of, write):
    return f"{write(of['value'])} {write(of['low'])} to {write(of['high'])}"


def cells(document, entries, name, measure, write):
    """The rows of a table: a name, then the sizes in order."""
    found = {(one[name], one["size"]): interval(one[measure], write) for one in entries}
    arms = [arm for arm in ARMS if any(one[name] == arm for one in entries)]
    return [[NAMES[arm], *(found.get((arm, s["size"]), "–") for s in document["sizes"])] for arm in arms]


def test_every_number_of_the_tables_is_the_documents():
    document = claim()
    tables = [table.rows() for table in section(document).all("table")]
    ahead = [one for one in document["differences"] if one["arm"] == "pretrained"]
    sizes = [f"{size_name(s['size'])} {numbers.plural(s['rows'], 'row')}" for s in document["sizes"]]
    assert tables[0] == [
        ["accuracy", *sizes],
        *cells(document, document["points"], "arm", "accuracy", numbers.percent),
    ]
    assert tables[1] == [["points ahead of", *sizes], *cells(document, ahead, "other", "accuracy", points)]
    assert tables[2][1:] == cells(document, document["points"], "arm", "macro_f1", numbers.ratio)
    assert tables[3][1:] == cells(document, ahead, "other", "macro_f1", points)
    order = {size["size"]: -size["rows"] for size in document["sizes"]}
    faster, less = (
        sorted(document[of], key=lambda one: order[one[size]])
        for of, size in (("faster", "size"), ("less", "size_other"))
    )
    assert tables[4][1:] + tables[5][1:] == [
        [
            NAMES[one["other"]], size_name(one["size"]), numbers.percent(one["target"]),
            f"{one['reached']} of {one['draws']}", "9", "2", "0.30 s", "4 ms",
        ]
        for one in faster
    ]  # fmt: skip
    assert [row[4] for row in tables[6][1:] + tables[7][1:]] == [
        "at none of the sizes" if one["rows"] is None else numbers.count(round(one["rows"])) for one in less
    ]


def test_every_verdict_stands_in_words_with_a_sign_and_its_sentence_beside_it():
    document = claim()
    found = section(document).text
    for one in document["verdicts"]:
        assert f"{SIGNS[one['verdict']]} {finding(one)}" in found
        assert one["rule"] in found


def test_charts_tell_every_value_that_they_draw():
    document = claim()
    root = section(document)
    told = {
        svg.attributes["data-reads"]: [hit.text for hit in svg.all("rect", kind="hit")]
        for svg in root.all("svg")
        if "data-reads" in svg.attributes
    }
    assert set(told) == {"claim-labels", "claim-differences", "claim-epochs", "claim-seconds"}
    for place, size in enumerate(document["sizes"]):
        for point in document["points"]:
            if point["size"] == size["size"]:
                value, low, high = (numbers.percent(point["accuracy"][of]) for of in ("value", "low", "high"))
                assert f"{NAMES[point['arm']]} {value} ({low} to {high})" in told["claim-labels"][place]
        for one in document["differences"]:
            if one["size"] == size["size"] and one["arm"] == "pretrained":
                value, low, high = (points(one["accuracy"][of]) for of in ("value", "low", "high"))
                says = told["claim-differences"][place]
                assert f"{NAMES[one['other']]} {value} ({low} to {high})" in says


def test_the_mean_over_draws_keeps_a_draw_that_has_ended_at_its_last_value():
    def run(*accuracies, each=1.0):
        return {
            "epochs": [{"held_out_accuracy": a, "seconds": each * e} for e, a in enumerate(accuracies)],
        }

    runs = [run(0.0, 0.4, 0.6), run(0.2, 0.6, each=2.0)]
    assert mean_by_epochs(runs) == [(0, 0.1), (1, 0.5), (2, pytest.approx(0.6))]
    assert mean_by_seconds(runs) == [(2, pytest.approx(0.6))]
    assert mean_by_seconds(runs[:1]) == [(1, 0.4), (2, 0.6)]


@pytest.mark.parametrize(
    "change",
    [
        {"points": [], "differences": [], "faster": [], "less": [], "verdicts": [], "runs": []},
        {"runs": []},
        {"faster": []},
        {"faster": [], "less": []},
        {"sizes": [], "points": [], "differences": []},
    ],
)
def test_what_was_not_finished_is_left_out_and_named(change):
    document = claim(missing=["TF-IDF at all sizes: stopped", NASTY]) | change
    root = section(document)
    assert "TF-IDF at all sizes: stopped" in root.text
    assert all(finding(one) in root.text for one in document["verdicts"])
    assert trace_view(document)


def test_one_size_and_one_draw_are_drawn():
    for sizes in ((None,), (8,), (8, 16)):
        assert section(claim(sizes=sizes, draws=1)).text


def test_hostile_texts_are_shown_as_texts():
    document = nasty(claim())
    root = section(document)
    assert "<script>alert(1)</script>" in root.text
    assert "\u202e" not in root.raw
    view = trace_view(document)
    assert "<script" not in view
    assert "\u202e" not in view
    assert json.loads(json.dumps(document)) == document


def test_a_notebook_shows_verdicts_and_accuracies_without_ids_or_scripts():
    document = claim()
    view = trace_view(document)
    root = parsed(view)
    assert not [node for node in root.all() if "id" in node.attributes]
    for one in document["verdicts"]:
        assert finding(one) in root.text
    assert [row[1:] for row in next(root.all("table")).rows()[1:]] == [
        [
            numbers.percent(point["accuracy"]["value"])
            for size in document["sizes"]
            for point in document["points"]
            if (point["arm"], point["size"]) == (arm, size["size"])
        ]
        for arm in ARMS
    ]
