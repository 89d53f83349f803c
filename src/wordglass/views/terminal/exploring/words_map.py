"""Chosen words in two dimensions, drawn in characters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from wordglass.trace import numbers
from wordglass.views.terminal.exploring.parts import said
from wordglass.views.terminal.page import INDENT, Page, cropped, section, table, title
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.exploring.words_map import WordsMap

ROWS = 22
LONGEST = 18  # cells of a word
DOT = "●"


def show_map(found: "WordsMap", console: Console) -> None:
    """Print words in a plane, what it keeps, and the nearest of each."""
    found = visible(found, console.options.ascii_only)
    rows = [
        (
            cropped(one["word"], LONGEST),
            numbers.entry(one["x"]),
            numbers.entry(one["y"]),
            numbers.ratio(one["cosine"]),
            cropped(one["nearest"], LONGEST),
        )
        for one in found["words"]
    ]
    across, upward = (numbers.percent(share) for share in found["spread"])
    kept = (
        f"The two axes have {across} and {upward} of the variance of {numbers.plural(len(rows), 'vector')} "
        f"of {numbers.plural(found['dim'], 'number')}. Of each word's "
        f"{numbers.plural(found['of'], 'nearest word')} by all of these, "
        f"{numbers.percent(found['neighbours'])} are among its nearest here: what looks near is not "
        "always so."
    )
    console.print(
        Page(
            title("map", f"{numbers.plural(len(rows), 'word')} in {found['table']}"),
            section("Words in the plane in which they differ most", _scatter(found, console.width - INDENT)),
            section("What it keeps", said(kept)),
            section("The nearest of each, by all numbers", table(("word", "x", "y", "cosine", ""), rows)),
        )
    )


def _scatter(found: "WordsMap", width: int) -> Text:
    """Words at their places: a dot, and the word to the right of it or to the left, where there is room."""
    xs, ys = [one["x"] for one in found["words"]], [one["y"] for one in found["words"]]
    cells = [[" "] * width for _ in range(ROWS)]
    margin = min(LONGEST + 2, width // 4)
    places = []
    for one in found["words"]:
        x = margin + round((width - 1 - 2 * margin) * _part(one["x"], xs))
        y = round((ROWS - 1) * (1 - _part(one["y"], ys)))
        cells[y][x] = DOT
        places.append((x, y, cropped(one["word"], LONGEST)))
    for x, y, word in places:
        size = cell_len(word)
        for begin in (x + 2, x - 1 - size):
            around = cells[y][max(begin - 1, 0) : begin + size + 1]
            if begin >= 0 and begin + size <= width and set(around) == {" "}:
                cells[y][begin : begin + size] = [word, *[""] * (size - 1)]
                break
    return Text("\n".join("".join(row).rstrip() for row in cells))


def _part(value: float, values: Sequence[float]) -> float:
    low, high = min(values), max(values)
    return (value - low) / (high - low) if high > low else 0.5
