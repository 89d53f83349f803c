"""The charts that a lesson may call, by name: what the other views of a terminal print."""

from collections.abc import Callable, Iterator

from rich.console import RenderableType

from wordglass.opened import Opened
from wordglass.views.terminal.chart import loss_chart
from wordglass.views.terminal.page import dim

Drawn = Callable[[Opened, bool, int], Iterator[RenderableType]]  # of a run, ASCII alone, cells of a line


def _training(opened: Opened, ascii_only: bool, width: int) -> Iterator[RenderableType]:
    yield loss_chart(opened.trace["training"]["epochs"], width)


def _none(opened: Opened, ascii_only: bool, width: int) -> Iterator[RenderableType]:
    yield dim("(on the page)")


CHARTS: dict[str, Drawn] = {
    "stages": _none,
    "training": _training,
    "predictions": _none,
    "map": _none,
    "scores": _none,
}
