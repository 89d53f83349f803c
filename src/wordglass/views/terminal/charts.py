"""The charts that a lesson may call, by name: what the other views of a terminal print."""

from collections.abc import Callable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from wordglass.learn.facts.worked import example_of
from wordglass.learn.wording import wording
from wordglass.opened import Opened
from wordglass.trace.document import Map
from wordglass.views.terminal.chart import loss_chart
from wordglass.views.terminal.explanation import telling
from wordglass.views.terminal.page import cropped, dim
from wordglass.views.terminal.prediction import layers
from wordglass.views.terminal.scores import confusion_matrix
from wordglass.views.terminal.training import stages_table
from wordglass.views.visible import visible

HEIGHT = 20  # rows of a map
LETTERS = "abcdefghijklmnopqrstuvwxyz"  # of the classes of a map
SEVERAL = "+"
NAME_WIDTH = 20

Parts = Iterator[RenderableType]


def chart(name: str, opened: Opened, ascii_only: bool, width: int) -> RenderableType:
    """The chart of a name, of a run; where it cannot be drawn, a sentence that says so."""
    parts = list(CHARTS[name](opened, ascii_only, width))
    return Group(*parts) if parts else dim(wording("charts")["missing"][name])


def _stages(opened: Opened, ascii_only: bool, width: int) -> Parts:
    yield stages_table(visible(opened.trace["stages"], ascii_only))


def _training(opened: Opened, ascii_only: bool, width: int) -> Parts:
    yield loss_chart(opened.trace["training"]["epochs"], width)


def _prediction(opened: Opened, ascii_only: bool, width: int) -> Parts:
    yield from layers(opened.classifier.trace(example_of(opened).text), ascii_only, width)


def _telling(opened: Opened, ascii_only: bool, width: int) -> Parts:
    if any(of["words"] for of in opened.trace["telling"]):
        yield from telling(visible(opened.trace["telling"], ascii_only))


def _confusion(opened: Opened, ascii_only: bool, width: int) -> Parts:
    scores = opened.trace["scores"]
    if scores and scores["confusion"]:
        names = [visible(of["name"], ascii_only) for of in scores["classes"]]
        yield from confusion_matrix(names, scores["confusion"], width)


def _map(opened: Opened, ascii_only: bool, width: int) -> Parts:
    if opened.trace["map"]:
        yield text_map(visible(opened.trace["map"], ascii_only), width)


def text_map(drawn: Map, width: int) -> Text:
    """Draw each text of a map as the letter of its class; + where texts of several classes meet."""
    letters = {of["name"]: LETTERS[i % len(LETTERS)] for i, of in enumerate(drawn["classes"])}
    points = drawn["points"]
    left, right = min(point["x"] for point in points), max(point["x"] for point in points)
    low, high = min(point["y"] for point in points), max(point["y"] for point in points)
    cells: dict[tuple[int, int], str] = {}
    for point in points:
        column = round((point["x"] - left) / ((right - left) or 1.0) * (width - 1))
        row = round((high - point["y"]) / ((high - low) or 1.0) * (HEIGHT - 1))
        letter = letters.get(point["truth"][0], SEVERAL) if point["truth"] else SEVERAL
        cells[row, column] = letter if cells.get((row, column), letter) == letter else SEVERAL
    lines = [
        "".join(cells.get((row, column), " ") for column in range(width)).rstrip() for row in range(HEIGHT)
    ]
    shown = list(letters.items())[: len(LETTERS)]
    legend = ", ".join(f"{letter} {cropped(name, NAME_WIDTH)}" for name, letter in shown)
    return Text.assemble("\n".join(lines), "\n\n", (f"{legend}; {SEVERAL} several", "dim"))


CHARTS: dict[str, Callable[[Opened, bool, int], Parts]] = {
    "stages": _stages,
    "training": _training,
    "prediction": _prediction,
    "telling": _telling,
    "map": _map,
    "confusion": _confusion,
}
