"""The report: one page of all that a training run did, and of texts on their way through the model."""

import json
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.trace.claim import ClaimTrace
from wordglass.trace.document import Baseline, Map, Mistake, PredictionTrace, Scores, TrainingTrace
from wordglass.views.forms import found_in_forms
from wordglass.views.heads import SHORT, heads_in_words
from wordglass.views.html.claim import claim_parts
from wordglass.views.html.live import live_script
from wordglass.views.html.page import asset, page
from wordglass.views.html.prediction import render_prediction
from wordglass.views.html.svg.abstaining import abstaining
from wordglass.views.html.svg.bars import one_side
from wordglass.views.html.svg.curve import curve
from wordglass.views.html.svg.map import document_map, sign
from wordglass.views.html.svg.ranges import Scale
from wordglass.views.html.svg.reliability import reliability
from wordglass.views.html.svg.sizes import sizes
from wordglass.views.kept import HEADINGS, kept_sentence, size_rows
from wordglass.views.visible import visible

CONFUSION_SHOWN = 24  # classes up to which the whole matrix is shown
CONFUSED_SHOWN = 20
NEAR = 0.15  # of accuracy: ways that are further behind do not widen the scale
SHADES = (0.005, 0.1, 0.4, 0.8)  # shares of a row from which a cell of the confusion matrix is darker


def render_report(
    trace: TrainingTrace,
    predictions: Sequence[PredictionTrace],
    live: str | None = None,
    command: str = "",
    claim: ClaimTrace | None = None,
) -> str:
    """Render the report of a training run, with the traces of some predictions.

    ``live`` is the payload with which the page predicts by itself, JSON from ``live_payload``; ``command``
    is what wrote the page; ``claim`` is shown as a section of its own.
    """
    given = report_parts(trace, predictions, live, command, claim)
    title, contents = f"{given['trace']['data']['source']} · wordglass report", given.pop("contents")
    if live is None:
        return page("report.html", title, contents, given)
    scripts = [f"{live_script()}\n{asset('live_page.js')}"]
    return page("report.html", title, contents, given, scripts, {"live": live})


def report_parts(
    trace: TrainingTrace,
    predictions: Sequence[PredictionTrace],
    live: str | None = None,
    command: str = "",
    claim: ClaimTrace | None = None,
) -> dict[str, Any]:
    """What the template of the report is filled with, on this or another page."""
    mistakes: list[Mistake] = [{**one, "text": _on_one_line(one["text"])} for one in trace["mistakes"]]
    shortened: TrainingTrace = {**trace, "predictions": [], "mistakes": mistakes, "map": _lines(trace["map"])}
    shown = visible(shortened)
    mapped = [of["name"] for of in shown["map"]["classes"]] if shown["map"] else []
    rendered = [render_prediction(one, f"text-{i}") for i, one in enumerate(predictions, 1)]
    carried = json.loads(live) if live else {}
    return {
        "contents": list(_contents(shown, bool(rendered), live is not None, claim is not None)),
        "trace": shown,
        "places": {name: i for i, name in enumerate(mapped)},
        "predictions": rendered,
        "kept": carried.get("kept"),
        "agreement": carried.get("agreement"),
        "one_side": one_side,
        "page_command": visible(command),
        "forms": found_in_forms(shown["coverage"]),
        "map": document_map("map-drawing", shown["map"], mapped) if shown["map"] else None,
        "sign": sign,
        "claim": claim_parts(claim) if claim else None,
        **_selection(shown),
        **_training(shown),
        **(_scores(shown, shown["scores"]) if shown["scores"] else {}),
        **_sizes(shown),
    }


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(drawn: Map | None) -> Map | None:
    """The map with each text on one line."""
    if drawn is None:
        return None
    return {**drawn, "points": [{**point, "text": _on_one_line(point["text"])} for point in drawn["points"]]}


def _contents(trace: TrainingTrace, predictions: bool, live: bool, claim: bool) -> Iterator[tuple[str, str]]:
    """The sections that there is something to say in, by id."""
    there = {
        "main": ("Overview", True),
        "try": ("Try it", live),
        "stages": ("Five stages", True),
        "data": ("The data", True),
        "coverage": ("Words found", True),
        "selection": ("Model selection", True),
        "training": ("Training, epoch by epoch", True),
        "scores": ("How good it is", trace["scores"] is not None),
        "claim": ("The claim, measured", claim),
        "mistakes": ("Surest mistakes", bool(trace["mistakes"])),
        "telling": ("Telling words", any(of["words"] for of in trace["telling"])),
        "map": ("Map of texts", trace["map"] is not None),
        "predictions": ("Predictions", predictions),
        "sizes": ("What it keeps", True),
        "provenance": ("Provenance", True),
    }
    return ((id, name) for id, (name, present) in there.items() if present)


def _selection(trace: TrainingTrace) -> dict[str, object]:
    selection = trace["selection"]
    accuracies = [trial["accuracy"] for trial in selection["trials"] if trial["accuracy"]]
    if selection["together"]:
        accuracies.append(selection["together"]["accuracy"])
    return {
        "heads": heads_in_words(selection),
        "short": SHORT,
        "named": any(trial["names"] for trial in selection["trials"]),
        "selection_scale": Scale.of(accuracies) if accuracies else None,
    }


def _training(trace: TrainingTrace) -> dict[str, Markup]:
    epochs = trace["training"]["epochs"]
    return {
        "losses": curve(
            "losses",
            "loss",
            [epoch["train_loss"] for epoch in epochs],
            [epoch["held_out_loss"] for epoch in epochs],
            numbers.loss,
            lambda value: f"{value:g}",
            logarithmic=True,
        ),
        "accuracies": curve(
            "accuracies",
            "accuracy",
            [epoch["train_accuracy"] for epoch in epochs],
            [epoch["held_out_accuracy"] for epoch in epochs],
            numbers.percent,
            lambda value: f"{value:.0%}",
        ),
    }


def _scores(trace: TrainingTrace, scores: Scores) -> dict[str, object]:
    own = Baseline(
        name="wordglass",
        accuracy=scores["accuracy"],
        macro_f1=scores["macro_f1"],
        seconds=trace["provenance"]["seconds"],
    )
    ways = [own, *trace["baselines"]]
    near = [way["accuracy"] for way in ways if way["accuracy"]["value"] > own["accuracy"]["value"] - NEAR]
    full = any(step["rows"] for step in scores["reliability"])
    return {
        "ways": ways,
        "scale": Scale.of(near),
        "heat": heat,
        "CONFUSION_SHOWN": CONFUSION_SHOWN,
        "confused": list(confused(scores)),
        "reliability": reliability("reliability", scores["reliability"]) if full else None,
        "abstaining": abstaining("abstaining", scores["abstaining"]) if scores["abstaining"] else None,
    }


def heat(cell: int, row: int, right: bool) -> str:
    """Name the shade of a cell of the confusion matrix by its share of its row.

    >>> heat(41, 44, right=True), heat(3, 44, right=False), heat(0, 44, right=False)
    ('right r4', 'h1', '')
    """
    shade = sum(cell / max(row, 1) >= least for least in SHADES) if cell else 0
    if right:
        return f"right r{shade}" if shade else "right"
    return f"h{shade}" if shade else ""


def confused(scores: Scores) -> Iterator[tuple[int, str, str]]:
    """The largest wrong cells of the confusion matrix: rows, true class, predicted class."""
    names = [part["name"] for part in scores["classes"]]
    wrong = [
        (cell, names[truth], names[predicted])
        for truth, row in enumerate(scores["confusion"] or [])
        for predicted, cell in enumerate(row)
        if cell and truth != predicted
    ]
    yield from sorted(wrong, key=itemgetter(0), reverse=True)[:CONFUSED_SHOWN]


def _sizes(trace: TrainingTrace) -> dict[str, object]:
    rows = size_rows(trace, mark="← this model")
    described = [f"{row[0]}{', int8' if row[1] == 'yes' else ''}" for row in rows]
    return {
        "kept_sentence": kept_sentence(trace),
        "size_headings": HEADINGS,
        "size_rows": rows,
        "sizes": sizes("size-drawing", trace["sizes"], trace["kept"], described) if rows else None,
    }
