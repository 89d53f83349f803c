"""The terminal shows the trace's numbers, within its columns, and nothing that a text could smuggle in."""

import copy
import doctest
import io
import itertools
import math
import re
import subprocess
import sys
from decimal import Decimal

import jsonschema
import pytest
from examples import CLASSES, SENTENCES, prediction, scores, training
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from wordglass.trace import numbers
from wordglass.trace.document import VERSION
from wordglass.trace.observations import observe
from wordglass.trace.schema import build_schema
from wordglass.views import visible as visible_module
from wordglass.views.heads import SHORT
from wordglass.views.terminal import (
    console,
    epoch_heading,
    epoch_row,
    page,
    show_demo,
    show_prediction,
    show_scores,
    show_training,
)
from wordglass.views.terminal.chart import loss_chart
from wordglass.views.visible import visible

LONG_TEXT = " ".join(text for text, _ in SENTENCES * 9)
NASTY = (
    "[red]a[/red] \x1b[31m\u202eevil\u2066 日本語🙂" * 3 + "w" * 300 + "\n\t\x00\ud800 :smile: [/] \\[bold]"
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def shown(show, *documents, ascii=False, width=80, **options):
    file = io.StringIO()
    target = console(file, ascii=ascii)
    target.width = width
    show(*documents, target, **options)
    return file.getvalue()


def pages(**options):
    yield shown(show_training, training(), **options)
    yield shown(show_training, training(held_out=False), **options)
    yield shown(show_prediction, prediction(), **options)
    yield shown(show_prediction, prediction(LONG_TEXT), **options)
    yield shown(show_scores, scores(), **options)


def section_of(text, heading):
    """The lines of one section: what stands between its heading and the next one."""
    return re.search(rf"^{heading}.*?\n\n(.*?)(?:\n\n\n|\Z)", text, re.DOTALL | re.MULTILINE)[1]


def with_every_string(document, text):
    """The same trace with a hostile text wherever a user's words can stand."""
    document = copy.deepcopy(document)
    for holder, key in (
        *((c, "name") for c in document.get("classes", [])),
        *((c, "name") for c in document.get("data", {}).get("classes", [])),
        *((c, "sentence") for c in document.get("data", {}).get("checks", [])),
        *((s, "sample_note") for s in document.get("stages", [])),
        *((c, "name") for c in document.get("coverage", {}).get("by_class", [])),
        *((w, "word") for w in document.get("coverage", {}).get("missing", [])),
        *((b, "name") for b in document.get("baselines", [])),
        *((m, "text") for m in document.get("mistakes", [])),
        *((w, "word") for m in document.get("mistakes", []) for w in m["telling"]),
        *((o, "name") for o in document.get("outputs", [])),
        *((t, "token") for t in document.get("tokens", [])),
    ):
        holder[key] = text
    for stage in document.get("stages", []):
        stage["sample"] = [text, text]
    for mistake in document.get("mistakes", []):
        mistake.update(truth=[text], predicted=[text, text])
    if "data" in document:
        document["data"]["source"] = document["provenance"]["command"] = text
    if "outputs" in document:
        document.update(text=text, predicted=[text], truth=[text], vectors=text)
    return document


# Numbers


def test_every_epoch_is_a_row_with_its_figures():
    trace = training()
    text = shown(show_training, trace)
    rows = {line.split()[0]: line for line in text.splitlines() if re.match(r" +\d+ +\d\.\d{4} +\d", line)}
    for epoch in trace["training"]["epochs"]:
        assert rows[str(epoch["epoch"])].split()[:5] == [
            str(epoch["epoch"]),
            numbers.loss(epoch["train_loss"]),
            numbers.percent(epoch["train_accuracy"]),
            numbers.loss(epoch["held_out_loss"]),
            numbers.percent(epoch["held_out_accuracy"]),
        ]
        assert epoch["observation"]["sentence"].split()[:3] == rows[str(epoch["epoch"])].split()[5:8]


@pytest.mark.parametrize("ascii", [False, True])
def test_live_rows_are_the_rows_of_the_page(ascii):
    trace, file = training(), io.StringIO()
    live = console(file, ascii=ascii)
    live.print(epoch_heading())
    for epoch in trace["training"]["epochs"]:
        live.print(epoch_row(epoch))
    assert file.getvalue() in shown(show_training, trace, ascii=ascii)


def test_the_surest_mistakes_are_shown_with_as_many_words_as_have_room():
    trace = training()
    mistake = {**trace["mistakes"][0], "text": "The minister\n\n ran the marathon"}
    trace["mistakes"] = [{**mistake, "row": row, "telling": mistake["telling"] * 4} for row in range(16, 25)]
    lines = section_of(shown(show_training, trace), "Most confident mistakes").splitlines()
    assert [line.split()[-1] for line in lines[::4]] == [str(row + 1) for row in range(16, 21)]
    assert lines[0] == "  sport, 97.0% sure, but it is politics, 2.0%   row 17"
    assert lines[1] == "  The minister ran the marathon…"
    assert lines[2] == "  marathon +2.5000   ran +0.7500   marathon +2.5000   ran +0.7500"


def test_a_mistake_about_labels_may_lack_one_or_all():
    trace = training()
    trace["mistakes"][0].update(predicted=[], of_truth=0.25)
    trace["mistakes"].append({**trace["mistakes"][0], "predicted": ["sport", "weather"], "truth": []})
    text = section_of(shown(show_training, trace), "Most confident mistakes")
    assert "without a label, 97.0% sure, but it is politics, 25.0%   row" in text
    assert "sport, weather, 97.0% sure, but it is without a label   row" in text


def test_without_mistakes_none_are_announced():
    assert "Most confident mistakes" not in shown(show_training, training(held_out=False))


@pytest.mark.parametrize("how", ["combined", "chosen"])
def test_trials_show_their_figures_and_their_shares_or_which_was_chosen(how):
    trace = training()
    selection = trace["selection"]
    if how == "chosen":
        selection.update(how="chosen", together=None)
        for trial in selection["trials"]:
            trial["share"] = float(trial["C"] == 10.0)
    text = section_of(shown(show_training, trace, width=100), "Model selection")
    lines = [line.strip() for line in text.splitlines() if re.match(r" *(vectors|counts,) ", line)]
    for line, trial in zip(lines, selection["trials"], strict=True):
        shared = numbers.score(trial["share"]) if trial["share"] else "-"
        chosen = "← chosen" if trial["share"] else ""
        assert re.split(r"  +", line) == [
            SHORT[trial["block"]],
            numbers.strength(trial["C"]),
            numbers.strength(trial["names"]),
            numbers.loss(trial["loss"]),
            numbers.loss(trial["loss_error"]),
            numbers.percent(trial["accuracy"]["value"]),
            numbers.seconds(trial["seconds"]),
            *filter(None, [shared if how == "combined" else chosen]),
        ]
    assert ("added up by their shares: loss 0.8123, accuracy 77.8%" in text) == (how == "combined")
    assert text.splitlines()[-1].strip() == selection["stopped"]


def test_heads_that_were_not_tried_are_said_to_be_given():
    trace = training()
    trials = [{**trial, "loss": None, "accuracy": None} for trial in trace["selection"]["trials"][:2]]
    trials[1]["share"] = 0.5
    trace["selection"].update(how="given", trials=trials, together=None)
    text = section_of(shown(show_training, trace), "Model selection")
    assert " ".join(text.split()) == (
        "vectors (C = 0.3162, share 0.8100); "
        "vectors (C = 1, names of classes as 3 texts, share 0.5000), as given"
    )


def test_coverage_shows_its_counts_and_shares():
    coverage = training()["coverage"]
    text = section_of(shown(show_training, training()), "Words found")
    assert "95.3% of tokens found: 41 of 43" in text
    for part in coverage["by_class"]:
        share = numbers.percent(part["known"] / part["tokens"])
        assert [part["name"], str(part["tokens"]), str(part["known"]), share] in [
            line.split() for line in text.splitlines()
        ]
    assert all(f"{word['word']} {word['count']}" in text for word in coverage["missing"])


def test_scores_stand_beside_the_baselines_with_their_intervals():
    trace = training()
    text = section_of(shown(show_training, trace), "How good it is")
    for score in (trace["scores"], *trace["baselines"]):
        accuracy, macro_f1 = score["accuracy"], score["macro_f1"]
        for part in (
            numbers.percent(accuracy["value"]),
            f"{numbers.percent(accuracy['low'])}–{numbers.percent(accuracy['high'])}",
            numbers.ratio(macro_f1["value"]),
            f"{numbers.ratio(macro_f1['low'])}–{numbers.ratio(macro_f1['high'])}",
        ):
            assert part in text
    assert "majority class" in text


def test_marks_are_words_and_signs_not_colours_alone():
    text = shown(show_training, training())
    assert re.search(r"✓ good +no text is empty", text)
    assert re.search(r"! warning +3 classes", text)
    assert re.search(r"✗ bad +1 held-out", text)


def test_without_held_out_rows_there_are_no_scores():
    text = shown(show_training, training(held_out=False))
    assert "How good it is" not in text
    assert "○" not in text


def test_the_evaluation_shows_every_class_and_the_whole_confusion_matrix():
    document = scores()
    text = shown(show_scores, document)
    classes = [line.split() for line in section_of(text, "Each class").splitlines()[1:]]
    assert classes == [
        [
            part["name"],
            *(numbers.ratio(part[key]) for key in ("precision", "recall", "f1")),
            numbers.count(part["support"]),
        ]
        for part in document["classes"]
    ]
    matrix = [line.split()[2:] for line in section_of(text, "Confusion").splitlines()[3:]]
    assert matrix == [[numbers.count(cell) if cell else "·" for cell in row] for row in document["confusion"]]
    calibration = [line.split() for line in section_of(text, "Calibration").splitlines()[3:]]
    assert [[row[3], row[4], row[5]] for row in calibration] == [
        [numbers.count(step["rows"]), numbers.percent(step["confidence"]), numbers.percent(step["accuracy"])]
        for step in document["reliability"]
        if step["rows"]
    ]
    sure = [line.split() for line in section_of(text, "Where it answers").splitlines()[1:]]
    assert sure == [
        [
            numbers.percent(point["coverage"]),
            numbers.count(point["rows"]),
            numbers.percent(point["least"]),
            numbers.percent(point["accuracy"]),
        ]
        for point in document["abstaining"]
    ]
    assert section_of(text, "Where it answers") in shown(show_training, training())


@pytest.mark.parametrize(
    ("confidence", "accuracy", "drawn"),
    [(0.52, 0.25, "━" * 5 + " " * 5 + "●"), (0.12, 0.5, "━━●" + "━" * 7), (1.0, 1.0, "━" * 19 + "●")],
)
def test_in_the_reliability_diagram_the_bar_is_the_accuracy_and_the_mark_the_confidence(
    confidence, accuracy, drawn
):
    step = {"low": 0.0, "high": 1.0, "rows": 3, "confidence": confidence, "accuracy": accuracy}
    text = section_of(shown(show_scores, {**scores(), "reliability": [step]}), "Calibration")
    assert text.splitlines()[-1].endswith(f"{numbers.percent(accuracy)}   {drawn}")


def test_what_is_wrong_with_the_answers_stands_below_their_scores():
    check = {"check": "one class predicted", "mark": "bad", "sentence": "only ham is ever", "count": 3}
    document = {**scores(), "checks": [check]}
    for text in (shown(show_scores, document), shown(show_training, {**training(), "scores": document})):
        assert re.search("✗ bad +only ham is ever", text)


def test_of_several_labels_a_text_each_is_shown_with_its_threshold():
    document = scores()
    document["classes"][1]["threshold"] = 0.17
    text = section_of(shown(show_scores, {**document, "confusion": None, "abstaining": []}), "Each class")
    assert "predicted from" in text
    assert text.splitlines()[2].endswith(" 17.0%")
    for part in document["classes"][::2]:
        part["threshold"] = 0.5
    text = shown(show_training, {**training(), "scores": document})
    assert "a label is predicted from its own probability on, of 17.0% to 50.0%" in text
    trace = prediction()
    trace["outputs"] = [{**output, "threshold": 0.31} for output in trace["outputs"]]
    text = section_of(shown(show_prediction, trace), "5  Prediction")
    assert "predicted from" in text
    assert text.count(" 31.0%") == len(CLASSES)


def test_many_classes_show_the_commonest_mistakes_instead_of_a_matrix():
    names = [f"class number {n}" for n in range(40)]
    confusion = [[(n + 7 * m) % 5 if n != m else 50 for m in range(40)] for n in range(40)]
    confusion[3][9] = 77
    text = section_of(shown(show_scores, scores(names, confusion)), "Confusion")
    assert text.splitlines()[3].split() == ["class", "number", "3", "class", "number", "9", "77"]
    assert len(text.splitlines()) == 3 + 10


# The sum


@pytest.mark.parametrize("text", ["I love sunny days", "snow", "", "the striker scored twice", LONG_TEXT])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_sum_as_printed_adds_up_to_the_score(text, width):
    trace = prediction(text)
    page = shown(show_prediction, trace, width=width)
    line = " ".join(page[page.index("the score written out") :].split())
    line = line[line.index(trace_start(trace, line)) :]
    terms, total = line.rsplit(" = ", 1)
    signed = terms.replace("+ ", "+").replace("- ", "-")
    values = [Decimal(number) for number in re.findall(r"[+-]?\d+\.\d{4}(?= \()", signed)]
    output = winning(trace)
    assert sum(values) == Decimal(total) == Decimal(numbers.score(output["score"]))
    assert values[0] == Decimal(numbers.score(output["bias"]))
    assert "unexplained" not in line
    known = [token for token in trace["tokens"] if token["known"]]
    if len(known) <= 12:
        assert [str(abs(value)) for value in values[1 : len(known) + 1]] == [
            numbers.share(token["shares"][CLASSES.index(output["name"])])[1:] for token in known
        ]
    else:
        assert re.search(r"\(… \d+ more tokens\)", line)


def trace_start(trace, line):
    return numbers.score(winning(trace)["bias"]) + " (bias)"


def winning(trace):
    return next(output for output in trace["outputs"] if output["name"] == trace["predicted"][0])


def test_a_trace_whose_shares_do_not_sum_to_its_score_says_so():
    trace = prediction()
    winning(trace)["score"] += 0.5
    assert "+ 0.5000 (unexplained)" in shown(show_prediction, trace)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=60), st.floats(-3, 3))
def test_any_shares_written_out_add_up(shares, bias):
    trace = prediction()
    token = trace["tokens"][0]
    trace["tokens"] = [
        {**token, "token": f"t{k}", "shares": [share], "by_vector": [share / 3], "as_word": [share / 1.5]}
        for k, share in enumerate(shares)
    ]
    output = {"name": "yes", "bias": bias, "score": bias + sum(shares), "probability": 0.5, "threshold": None}
    trace["outputs"] = [output]
    trace["predicted"], trace["truth"] = ["yes"], None
    text = shown(show_prediction, trace, width=10_000)
    terms, total = text.splitlines()[-1].rsplit(" = ", 1)
    values = re.findall(r"(?:^ *|([+-]) )(-?\d+\.\d{4}) \(", terms)
    assert sum(Decimal(sign + number) for sign, number in values) == Decimal(total)
    assert "unexplained" not in text


def test_all_occurrences_of_a_word_are_one_term_in_a_long_text():
    trace = prediction(LONG_TEXT)
    winner = CLASSES.index(trace["predicted"][0])
    the = [token for token in trace["tokens"] if token["token"] == "the"]
    parts = [sum(token[part][winner] for token in the) for part in ("by_vector", "as_word", "shares")]
    row = " +".join(re.escape(part) for part in ["the ×45", *map(numbers.share, parts[:2]), "-"])
    row += f" +{re.escape(numbers.share(parts[2]))} "
    assert re.search(row, shown(show_prediction, trace))


def with_pairs(trace):
    """The same trace with a share for each pair of known neighbours, taken from the biases."""
    trace = copy.deepcopy(trace)
    for i, (one, other) in enumerate(itertools.pairwise(trace["tokens"])):
        if one["known"] and other["known"]:
            shares = [0.0311 * (i + 1) * (k - 1.1) for k in range(len(CLASSES))]
            trace["pairs"].append({"first": i, "pair": f"{one['token']} {other['token']}", "shares": shares})
            for k, share in enumerate(shares):
                one["shares"][k] += share / 2
                other["shares"][k] += share / 2
                trace["outputs"][k]["bias"] -= share
    return trace


@pytest.mark.parametrize("text", ["I love sunny days", "the striker scored twice", LONG_TEXT])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_pairs_are_terms_of_a_sum_that_adds_up_and_half_stands_with_each_word(text, width):
    trace = with_pairs(prediction(text))
    winner = CLASSES.index(trace["predicted"][0])
    page = " ".join(shown(show_prediction, trace, width=width).split())
    written = page[page.index(trace_start(trace, page)) :].replace("+ ", "+").replace("- ", "-")
    values = [Decimal(number) for number in re.findall(r"[+-]?\d+\.\d{4}(?= \()", written)]
    assert sum(values) == Decimal(numbers.score(winning(trace)["score"]))
    assert "unexplained" not in written
    if text == LONG_TEXT:
        assert re.search(r"\(… \d+ more pairs\)", written)
        return
    for token in filter(lambda token: token["known"], trace["tokens"]):
        own = token["by_vector"][winner] + token["as_word"][winner]
        assert f"{numbers.share(own)} ({token['token']})" in written.replace("= ", "+")
        parts = token["by_vector"][winner], token["as_word"][winner], token["shares"][winner] - own
        shares = [numbers.share(part) if part else "-" for part in parts]
        assert " ".join([token["token"], *shares, numbers.share(token["shares"][winner])]) in page
    for pair in trace["pairs"]:
        share = numbers.share(pair["shares"][winner])
        assert f"{pair['pair']} {share} " in page
        assert f"{share} ({pair['pair']})" in written


def test_a_model_that_counts_nothing_has_shares_in_one_piece():
    trace = prediction()
    for token in trace["tokens"]:
        token.update(counted=False, by_vector=token["shares"], as_word=[0.0] * len(CLASSES))
    text = shown(show_prediction, trace)
    assert "as word" not in text
    assert "counted" not in text
    assert "\n4  Pooling\n" in text


def test_only_words_neither_known_nor_counted_are_said_to_be_without_a_share():
    trace = prediction("the striker saw snow")
    striker, saw, snow = trace["tokens"][1:]
    striker.update(counted=True, as_word=[0.1, 0.2, 0.3], shares=[0.1, 0.2, 0.3])
    lookup = section_of(shown(show_prediction, trace), "3  Lookup")
    assert re.search("without a vector, but counted as words:\n +striker\n", lookup)
    nothing = "without a vector and not counted, so without a share:"
    assert re.search(rf"{nothing}\n +{saw['token']}   {snow['token']}$", lookup)
    assert re.search(r"striker +- +\+0\.\d000 +- +\+0\.\d000", shown(show_prediction, trace))


def test_a_word_known_by_its_characters_alone_has_a_share_and_is_said_to():
    trace = prediction("the striker saw snow")
    parts = [0.1, 0.2, 0.3]
    trace["tokens"][3].update(as_word=parts, shares=parts)
    for output, part in zip(trace["outputs"], parts, strict=True):
        output["bias"] -= part
    text = shown(show_prediction, trace)
    assert re.search(r"with a share by their characters:\n +snow\n", section_of(text, "3  Lookup"))
    assert re.search(r"snow +- +\+0\.\d000 +- +\+0\.\d000", text)
    assert "unexplained" not in text


def test_the_demo_shows_the_lesson_then_what_balanced_adds_and_is_one_valid_document():
    document = {
        "format": "wordglass-trace",
        "version": VERSION,
        "kind": "demo",
        "lesson": training(),
        "balanced": {**training(), "baselines": [{**training()["baselines"][0], "name": "lesson"}]},
        "sentence": [prediction(), with_pairs(prediction())],
    }
    jsonschema.validate(document, build_schema())
    file = io.StringIO()
    show_demo(document, console(file), "news.model")
    lesson, balanced = file.getvalue().split("\nwordglass  balanced")
    assert lesson.count("What to run next") == 0
    assert lesson.count("Training, epoch by epoch") == 1
    assert "wordglass trace news.model" in balanced
    assert "Model selection" in balanced
    assert re.search(r"\n  balanced +99\.5%.*\n  lesson +22\.9%", balanced)
    assert "i love" in balanced
    assert "i love" not in lesson


def test_the_five_layers_show_tokens_offsets_rows_and_probabilities():
    trace = prediction("the striker scored twice", truth=("sport",))
    text = shown(show_prediction, trace, width=120)
    for heading in ("1  Text", "2  Tokens", "3  Lookup", "4  Pooling", "5  Prediction"):
        assert f"\n{heading}" in text
    lookup = section_of(text, "3  Lookup")
    for token in trace["tokens"]:
        assert f"{token['token']} [{token['start']}:{token['end']}]" in text
        if token["known"]:
            first = " +".join(map(re.escape, map(numbers.entry, token["vector"][:5])))
            assert re.search(
                rf"{token['token']} +✓ found +{token['row']} +{numbers.score(token['norm'])} +{first}",
                lookup,
            )
        else:
            assert re.search(rf"{token['token']} +✗ missing +- +- +-", lookup)
    assert "8 of 10 shown" in section_of(text, "4  Pooling")
    for output in trace["outputs"]:
        line = f"{output['name']} +{numbers.score(output['score'])} +{numbers.percent(output['probability'])}"
        assert re.search(line, section_of(text, "5  Prediction"))


def test_a_prediction_without_the_table_says_that_vectors_are_not_at_hand():
    trace = prediction()
    trace["pooled"] = None
    for token in trace["tokens"]:
        token["norm"] = None
        del token["vector"]
    assert "not at hand" in shown(show_prediction, trace)


def test_no_class_predicted_explains_the_likeliest():
    trace = prediction()
    trace["predicted"] = []
    assert "Why weather" in shown(show_prediction, trace)


# The chart


@pytest.mark.parametrize("count", [2, 3, 10, 50, 100, 101])
@pytest.mark.parametrize("width", [48, 78, 118])
def test_the_chart_has_a_mark_for_the_first_and_the_last_epoch(count, width):
    epochs = [
        {"epoch": k, "train_loss": 1 / (k + 1), "held_out_loss": 0.1 + 1 / (k + 1)} for k in range(count)
    ]
    chart = loss_chart(epochs, width).plain
    assert max(map(cell_len, chart.splitlines())) <= width
    lines = chart.splitlines()
    assert any("●" in line for line in lines)
    assert "1.1000" in lines[1]
    axis = next(line for line in lines if line.lstrip().startswith("epoch"))
    assert axis.split()[1] == "0"
    assert axis.split()[-1] == str(count - 1)
    labels = [int(label) for label in axis.split()[1:]]
    assert labels == sorted(set(labels))


def test_training_and_held_out_losses_have_different_glyphs_where_they_should():
    epochs = [{"train_loss": 2.0, "held_out_loss": 2.0}, {"train_loss": 1.0, "held_out_loss": 3.0}]
    rows = [line[10:] for line in loss_chart(epochs, 78).plain.splitlines()[1:12]]
    assert rows[0][8] == "○"  # 3.0, the largest
    assert rows[5][0] == "◉"  # both 2.0, half-way
    assert rows[10][8] == "●"  # 1.0, the smallest


@given(st.lists(st.floats(min_value=0) | st.just(math.nan), min_size=1, max_size=30))
def test_the_chart_stands_any_losses(losses):
    epochs = [{"train_loss": loss, "held_out_loss": None} for loss in losses]
    assert loss_chart(epochs, 60).plain


# The page


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("ascii", [False, True])
def test_no_line_is_wider_than_the_page_or_ends_in_blanks(width, ascii):
    for text in pages(width=width, ascii=ascii):
        for line in text.splitlines():
            assert cell_len(line) <= width
            assert line == line.rstrip()


@pytest.mark.parametrize("document", [training(), prediction(), prediction(LONG_TEXT)])
@pytest.mark.parametrize("ascii", [False, True])
def test_hostile_texts_stay_inside_the_page(document, ascii):
    show = show_training if document["kind"] == "training" else show_prediction
    text = shown(show, with_every_string(document, NASTY), ascii=ascii)
    assert all(cell_len(line) <= 80 for line in text.split("\n"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "[red]a[/red]" in text
    assert r"\x1b[31m" in text
    assert text.isascii() or not ascii


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_any_text_can_be_shown(text):
    for ascii in (False, True):
        for document, show in ((prediction(text), show_prediction), (prediction(), show_prediction)):
            page = shown(show, with_every_string(document, text), ascii=ascii)
            assert all(cell_len(line) <= 80 for line in page.split("\n"))
            page.encode("ascii" if ascii else "utf-8")


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
def test_any_word_can_stand_in_a_training_trace_and_its_scores(text):
    for document, show in ((training(), show_training), (scores(), show_scores)):
        page = shown(show, with_every_string(document, text))
        assert all(cell_len(line) <= 80 for line in page.split("\n"))
        page.encode()


def test_markup_stays_literal_on_a_console_that_would_interpret_it():
    file = io.StringIO()
    show_prediction(with_every_string(prediction(), "[bold]:smile:[/bold]"), Console(file=file, width=80))
    assert "[bold]:smile:[/bold]" in file.getvalue()


def test_ascii_pages_are_ascii_and_laid_out_alike():
    for plain, drawn in zip(pages(ascii=True), pages(), strict=True):
        assert plain.isascii()
        assert len(plain.splitlines()) == len(drawn.splitlines())


def test_a_stream_that_is_not_utf8_gets_ascii():
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="latin-1")
    show_prediction(prediction("sunny café 日本"), console(file))
    file.flush()
    assert raw.getvalue().isascii()
    assert rb"caf\xe9" in raw.getvalue()


def test_no_color_leaves_no_escape_codes(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in shown(show_training, training())
    monkeypatch.setenv("NO_COLOR", "1")
    assert all("\x1b" not in text for text in pages())


@pytest.mark.parametrize(("columns", "width"), [(None, 80), ("132", 132), ("0", 80), ("wide", 80)])
def test_where_there_is_no_terminal_the_page_has_80_columns_or_those_asked_for(monkeypatch, columns, width):
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert console(io.StringIO()).width == width


def test_views_do_not_change_the_trace():
    for document, show in ((training(), show_training), (prediction(LONG_TEXT), show_prediction)):
        before = copy.deepcopy(document)
        shown(show, document)
        assert document == before


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_visible_text_is_what_it_was_or_an_escape(text):
    result = visible({"a": [text]})["a"][0]
    assert "\n" not in result
    result.encode()
    if text.isprintable():
        assert result == text


def test_observations_fit_beside_their_row():
    epoch = {**training()["training"]["epochs"][0], "held_out_loss": None, "held_out_accuracy": None}
    file = io.StringIO()
    console(file).print(epoch_row({**epoch, "observation": observe([epoch])}))
    assert re.match(r" +0 +1\.0986 +\d+\.\d% +- +- +no weights yet", file.getvalue())


def test_importing_the_views_is_light():
    code = "import sys, wordglass.views.terminal; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"numpy", "numba", "pyarrow", "sklearn"}.isdisjoint(modules.split())


@pytest.mark.parametrize("module", [page, visible_module])
def test_the_examples_in_the_docstrings_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
