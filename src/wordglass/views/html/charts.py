"""The charts that a lesson may call, by name: drawings of the report with their tables."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from wordglass.learn.facts.worked import example_of
from wordglass.learn.wording import wording
from wordglass.opened import Opened
from wordglass.views.html.environment import render
from wordglass.views.html.prediction import render_prediction
from wordglass.views.html.report import report_parts

Parts = dict[str, Any]


def chart(name: str, opened: Opened) -> Markup:
    """The chart of a name, of a run; where it cannot be drawn, a sentence that says so."""
    drawn = CHARTS[name](opened)
    if drawn is None:
        return Markup('<p class="lost">{}</p>').format(wording("charts")["missing"][name])
    return Markup('<div class="chart-of">{}</div>\n').format(drawn)


def _section(
    name: str, there: Callable[[Parts], Any] = lambda parts: True
) -> Callable[[Opened], Markup | None]:
    """A section of the report of a run, where what it shows is there."""

    def drawn(opened: Opened) -> Markup | None:
        parts = opened.remembered("report", lambda: report_parts(opened.trace, opened.trace["predictions"]))
        if not there(parts):
            return None
        return render(f"sections/{name}.html", **parts, scores=parts["trace"]["scores"])

    return drawn


def _prediction(opened: Opened) -> Markup:
    return render_prediction(opened.classifier.trace(example_of(opened).text), "lesson-text")


CHARTS: dict[str, Callable[[Opened], Markup | None]] = {
    "stages": _section("stages"),
    "training": _section("training"),
    "prediction": _prediction,
    "telling": _section("telling", lambda parts: any(of["words"] for of in parts["trace"]["telling"])),
    "map": _section("map", lambda parts: parts["map"]),
    "confusion": _section(
        "confusion", lambda parts: parts["trace"]["scores"] and parts["trace"]["scores"]["confusion"]
    ),
}
