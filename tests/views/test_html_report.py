"""The report shows the trace's numbers, is one file that nothing runs or loads in, and small."""

import json
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256

import pytest
from examples import prediction, training
from pages import assert_nothing_runs_or_loads, parsed
from small import drawn, table

from wordglass.classifier import TextClassifier
from wordglass.trace import numbers
from wordglass.views.html import render_report
from wordglass.views.html.live import live_payload

NASTY = "</script></style><script>alert(1)</script><img src=x onerror=a>{{ 1 }}\u202eevil\u2066 --> ]]> \x00"


def page(trace=None, **how):
    trace = trace or training()
    return render_report(trace, trace["predictions"], **how)


def section(root, name):
    return root.one("section", id=name)


def nasty(value):
    """The document with every text replaced, but for those that are from a list of words."""
    fixed = {"format", "kind", "mark", "block", "how", "which", "rung", "loss", "pooling", "stopped", "rule"}
    match value:
        case str():
            return NASTY
        case list():
            return [nasty(item) for item in value]
        case dict():
            return {
                key: item if key in fixed and isinstance(item, str) else nasty(item)
                for key, item in value.items()
            }
    return value


def test_every_section_of_a_whole_trace_is_there_and_in_the_table_of_contents():
    root = parsed(page())
    sections = [node.attributes["id"] for node in root.all("section")]
    assert sections == [
        "stages", "data", "coverage", "selection", "training", "scores", "mistakes", "telling", "map",
        "predictions", "sizes", "provenance",
    ]  # fmt: skip
    assert [link.attributes["href"] for link in root.one("nav").all("a")] == [
        "#main",
        *(f"#{id}" for id in sections),
    ]
    assert_nothing_runs_or_loads(root, scripts=1)


def test_what_a_trace_does_not_have_is_left_out():
    bare = {**training(held_out=False), "telling": [], "predictions": [], "map": None, "mistakes": []}
    root = parsed(page(bare))
    gone = {"scores", "mistakes", "telling", "map", "predictions"}
    assert not gone & {node.attributes["id"] for node in root.all("section")}
    assert "how well the model does on new texts is not known" in root.text


def test_the_policy_lets_only_this_style_and_this_script_through():
    html = page()
    root = parsed(html)
    policy = root.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    hashes = {
        tag: "'sha256-" + b64encode(sha256(root.one(tag).raw.encode()).digest()).decode() + "'"
        for tag in ("style", "script")
    }
    assert policy == (
        f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"https?://(?!www\.w3\.org)", html)


def test_the_epochs_and_scores_are_those_of_the_trace():
    trace = training()
    root = parsed(page(trace))
    rows = section(root, "training").rows()
    for epoch in trace["training"]["epochs"]:
        assert [
            str(epoch["epoch"]),
            numbers.loss(epoch["train_loss"]),
            numbers.percent(epoch["train_accuracy"]),
            numbers.loss(epoch["held_out_loss"]),
            numbers.percent(epoch["held_out_accuracy"]),
            f"{epoch['gradient']:.1e}",
            epoch["observation"]["sentence"],
        ] in rows
    rows = section(root, "scores").rows()
    scores = trace["scores"]
    for part in scores["classes"]:
        figures = [numbers.ratio(part[of]) for of in ("precision", "recall", "f1")]
        assert [part["name"], *figures, numbers.count(part["support"])] in rows
    for part, cells in zip(scores["classes"], scores["confusion"], strict=True):
        assert [part["name"], *(numbers.count(cell) if cell else "·" for cell in cells)] in rows
    for step in scores["reliability"]:
        shown = [
            numbers.count(step["rows"]),
            numbers.percent(step["confidence"]),
            numbers.percent(step["accuracy"]),
        ]
        assert any(row[1:] == shown for row in rows) == bool(step["rows"])
    for point in scores["abstaining"]:
        assert [
            numbers.percent(point["coverage"]),
            numbers.count(point["rows"]),
            numbers.percent(point["least"]),
            numbers.percent(point["accuracy"]),
        ] in rows
    for way in trace["baselines"]:
        assert any(row[:2] == [way["name"], numbers.percent(way["accuracy"]["value"])] for row in rows)


def test_the_other_tables_are_those_of_the_trace():
    trace = training()
    root = parsed(page(trace))
    for size in trace["data"]["classes"]:
        shown = [size["name"], numbers.count(size["train"]), numbers.count(size["held_out"]), ""]
        assert shown in section(root, "data").rows()
    for check in trace["data"]["checks"]:
        assert check["sentence"] in section(root, "data").text
    for trial, row in zip(trace["selection"]["trials"], section(root, "selection").rows()[1:], strict=False):
        assert numbers.loss(trial["loss"]) in row
        assert (numbers.score(trial["share"]) if trial["share"] else "–") in row
    for of in trace["telling"]:
        for word in of["words"]:
            shown = [word["text"], numbers.count(word["texts"]), numbers.share(word["share"]), ""]
            assert shown in section(root, "telling").rows()
    for stage in trace["stages"]:
        for line in (*stage["sample"], stage["shape_out"]):
            assert " ".join(line.split()) in section(root, "stages").text
    mistakes = section(root, "mistakes").text
    assert "sport 97.0%, is politics 2.0%" in mistakes
    assert "marathon +2.5000" in mistakes
    where = section(root, "provenance")
    source = trace["provenance"]
    assert where.one("pre").text == source["command"]
    for fact in ("data_sha256", "vectors_sha256", "vectors_licence", "created"):
        assert source[fact] in where.text
    for size in trace["sizes"]:
        assert any(numbers.size(size["bytes"]) in row for row in section(root, "sizes").rows())


def test_every_chart_has_a_title_and_a_description_and_tells_the_values_of_the_table_beside_it():
    trace = training()
    root = parsed(page(trace))
    charts = list(root.all("svg", role="img"))
    names = ["losses", "accuracies", "reliability", "abstaining", "map-drawing", "size-drawing"]
    assert [chart.attributes["data-reads"] for chart in charts] == names
    for chart in charts:
        title, description = chart.content[:2]
        assert (title.tag, description.tag) == ("title", "desc")
        assert title.text
        assert description.text
    told = [hit.one("title").text for hit in charts[0].all("rect", kind="hit")]
    assert told == [
        f"epoch {epoch['epoch']}: loss training {numbers.loss(epoch['train_loss'])}, "
        f"held-out {numbers.loss(epoch['held_out_loss'])}"
        for epoch in trace["training"]["epochs"]
    ]
    points = [hit.one("title").text for hit in charts[4].one("g", kind="hits").all("path")]
    assert points == ["sport: I love sunny days", "politics, called sport: The minister ran"]
    tables = {section.attributes["id"] for section in root.all("section") if list(section.all("table"))}
    assert {"training", "scores", "map", "sizes"} <= tables


def test_texts_that_are_markup_are_shown_as_texts_everywhere():
    trace = nasty(training())
    html = render_report(trace, [nasty(prediction())], command=NASTY)
    root = parsed(html)
    assert_nothing_runs_or_loads(root, scripts=1)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", html)
    assert "alert(1)" not in "".join(node.raw for node in root.all("script"))


def test_a_report_that_predicts_carries_its_model_whatever_its_classes_are_called():
    texts, targets = drawn("binary", rows=60)
    labels = [("</script><script>alert(1)</script>", "<!--")[k] for k in targets]
    model = TextClassifier(table(), threads=1).fit(texts, labels)
    payload = live_payload(model.model_)
    html = render_report(model.trace_, model.trace_["predictions"], payload)
    root = parsed(html)
    assert_nothing_runs_or_loads(root, scripts=2)
    assert json.loads(root.one("script", id="live").raw) == json.loads(payload)
    policy = root.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    for script in root.all("script", type="module"):
        assert b64encode(sha256(script.raw.encode()).digest()).decode() in policy
    assert list(root.all("textarea", id="live-text"))
    assert len("".join(script.raw for script in root.all("script", type="module"))) < 40_000


@pytest.mark.parametrize("kind", ["binary", "many", "labels"])
def test_the_report_of_a_small_model_is_small(kind):
    texts, targets = drawn(kind, rows=90)
    labels = (
        [[f"l{k}" for k in row.nonzero()[0]] for row in targets] if kind == "labels" else targets.astype(str)
    )
    model = TextClassifier(table(), threads=1).fit(texts, labels)
    html = page(model.trace_)
    parsed(html)
    assert len(html.encode()) < 100_000


def test_a_model_without_samples_has_a_report_without_a_word_of_its_texts():
    texts, targets = drawn("many", rows=90)
    model = TextClassifier(table(), threads=1, samples=False).fit(texts, targets.astype(str))
    root = parsed(page(model.trace_))
    body = " ".join(node.text for node in root.all("section") if node.attributes["id"] != "provenance")
    assert not re.search(r"\bw\d+\b", body)


def test_hundreds_of_classes_do_not_make_a_page_of_megabytes():
    trace = training()
    names = [f"class {i}" for i in range(300)]
    data = {**trace["data"], "classes": [{"name": name, "train": 3, "held_out": 1} for name in names]}
    part = trace["scores"]["classes"][0]
    scores = {
        **trace["scores"],
        "classes": [{**part, "name": name} for name in names],
        "confusion": [[int(i != j) + 9 * (i == j) for j in range(300)] for i in range(300)],
    }
    html = page({**trace, "data": data, "scores": scores})
    root = parsed(html)
    assert len(html.encode()) < 250_000
    assert "280 more classes" in root.text
    assert not list(root.all("table", kind="confusion"))


def test_templates_are_not_read_before_a_page_is_wanted():
    ask = "import sys, wordglass, wordglass.cli; print({'jinja2', 'markupsafe'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True) == "set()\n"
