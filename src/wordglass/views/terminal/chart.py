"""The losses of all epochs, drawn in characters."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import Epoch

HEIGHT = 11  # rows
LABELLED = 5  # every so many rows the axis has a number
AXIS = 10  # cells left of the drawing
SPREAD = 8  # at most so many cells from one epoch to the next

_STYLES = {"●": "cyan", "○": "yellow", "◉": "bold", "·": "dim"}

Point = tuple[int, float]  # epoch, loss


def loss_chart(epochs: Sequence[Epoch], width: int) -> Text:
    """Draw training loss as ● and held-out loss as ○ over the epochs, at most ``width`` cells wide.

    Dots lead from mark to mark. Losses that are not finite are left out.
    """
    training = _points([epoch["train_loss"] for epoch in epochs])
    held_out = _points([epoch["held_out_loss"] for epoch in epochs])
    losses = [loss for _, loss in training + held_out]
    if not losses:
        return Text("no finite loss to draw", "dim")
    top, bottom = max(losses), min(losses)
    steps = max(len(epochs) - 1, 1)
    room = max(width - AXIS - 3, 2)
    columns = steps * min(room // steps, SPREAD) + 1 if steps < room else room

    def depth(loss: float) -> float:  # in rows below the top
        return (top - loss) / (top - bottom) * (HEIGHT - 1) if top > bottom else HEIGHT // 2

    def column(epoch: float) -> int:
        return round(epoch / steps * (columns - 1))

    cells: dict[tuple[int, int], str] = {}
    for points in (training, held_out):
        for (first, before), (second, after) in pairwise(points):
            left, right = column(first), column(second)
            for x in range(left + 1, right):
                part = (x - left) / (right - left)
                cells[round((1 - part) * depth(before) + part * depth(after)), x] = "·"
    cells |= {(round(depth(loss)), column(epoch)): "●" for epoch, loss in training}
    for epoch, loss in held_out:
        spot = round(depth(loss)), column(epoch)
        cells[spot] = "○" if cells.get(spot) in (None, "·", "○") else "◉"

    chart = Text("loss".rjust(AXIS - 3) + "\n", "dim")
    for y in range(HEIGHT):
        height = top - (top - bottom) * y / (HEIGHT - 1)
        label = numbers.loss(height) if y % LABELLED == 0 and (top > bottom or y == HEIGHT // 2) else ""
        chart.append(f"{label:>{AXIS - 3}} {'┤' if label else '│'} ", "dim")
        for x in range(columns):
            glyph = cells.get((y, x), " ")
            chart.append(glyph, _STYLES.get(glyph))
        chart.append("\n")
    chart.append_text(_epoch_axis(steps, columns))
    chart.append_text(_legend(both="◉" in cells.values(), held_out=bool(held_out)))
    return chart


def _points(losses: Sequence[float | None]) -> list[Point]:
    return [(epoch, loss) for epoch, loss in enumerate(losses) if loss is not None and isfinite(loss)]


def _epoch_axis(steps: int, columns: int) -> Text:
    """Write the numbers of as many epochs as stand clear of each other, the last one among them."""
    every = next(
        n for n in (1, 2, 5, 10, 20, 25, 50, 100, 250, 500, steps) if n * columns >= 6 * steps or n >= steps
    )
    line = list("epoch".rjust(AXIS - 3).ljust(AXIS + columns + 4))
    for epoch in (*range(0, steps + 1 - every // 2, every), steps):
        start = AXIS + round(epoch / steps * (columns - 1))
        line[start : start + len(str(epoch))] = str(epoch)
    return Text("└".rjust(AXIS - 1) + "─" * (columns + 1) + "\n" + "".join(line).rstrip() + "\n", "dim")


def _legend(both: bool, held_out: bool) -> Text:
    entries = [("●", "training")] + [("○", "held-out")] * held_out + [("◉", "both")] * both
    legend = Text("\n" + " " * AXIS)
    for glyph, meaning in entries:
        legend.append(glyph, _STYLES[glyph]).append(f" {meaning}    ")
    return legend
