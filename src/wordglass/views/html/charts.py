"""The charts that a lesson may call, by name: drawings of the report with their tables."""

from collections.abc import Callable

from markupsafe import Markup

from wordglass.opened import Opened
from wordglass.views.html.environment import render
from wordglass.views.html.report import report_parts


def _section(name: str) -> Callable[[Opened], Markup]:
    """A section of the report of a run."""

    def rendered(opened: Opened) -> Markup:
        parts = opened.remembered("report", lambda: report_parts(opened.trace, opened.trace["predictions"]))
        return Markup('<div class="chart-of">{}</div>').format(render(f"sections/{name}.html", **parts))

    return rendered


CHARTS: dict[str, Callable[[Opened], Markup]] = {
    name: _section(name) for name in ("stages", "training", "predictions", "map", "scores")
}
