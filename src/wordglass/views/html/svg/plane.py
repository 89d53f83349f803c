"""What charts with two axes share: a plane to draw on, numbers along its axes, a title and a description."""

from collections.abc import Callable, Iterable
from math import ceil, floor, log10
from typing import NamedTuple

from markupsafe import Markup, escape

TOP, BOTTOM = 34, 46  # room for the names of the axes and the numbers


class Plane(NamedTuple):
    """A rectangle of the drawing and the values at its edges."""

    left: float
    top: float
    width: float
    height: float
    low: tuple[float, float]  # x and y at the lower left
    high: tuple[float, float]  # at the upper right

    def x(self, value: float) -> float:
        """Where a value is, from the left of the drawing."""
        return round(self.left + self.width * _part(value, self.low[0], self.high[0]), 1)

    def y(self, value: float) -> float:
        """Where a value is, from its top."""
        return round(self.top + self.height * (1 - _part(value, self.low[1], self.high[1])), 1)

    def axes(
        self,
        x_ticks: Iterable[float],
        y_ticks: Iterable[float],
        x_text: Callable[[float], str],
        y_text: Callable[[float], str],
        names: tuple[str, str],  # of x and y
    ) -> str:
        """Lines, numbers and names of both axes."""
        bottom, right = self.top + self.height, self.left + self.width
        parts = [
            f'<path class="grid" d="M{self.left:g} {self.y(tick):g}H{right:g}"/>'
            + _text(self.left - 8, self.y(tick) + 4, y_text(tick), "end")
            for tick in y_ticks
        ]
        parts += [
            f'<path class="axis" d="M{self.x(tick):g} {bottom:g}v4"/>'
            + _text(self.x(tick), bottom + 20, x_text(tick), "middle")
            for tick in x_ticks
        ]
        parts.append(f'<path class="axis" d="M{self.left:g} {bottom:g}H{right:g}"/>')
        parts.append(_text(self.left + self.width / 2, bottom + 42, names[0], "middle"))
        parts.append(_text(0, self.top - 16, names[1], "start"))
        return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _part(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from low to high, about so many.

    >>> ticks(0.0, 1.66)
    [0.0, 0.5, 1.0, 1.5]
    """
    if not high > low:
        return [low]
    rough = (high - low) / about
    size = 10.0 ** floor(log10(rough))
    step = next(size * by for by in (1, 2, 5, 10) if size * by >= rough * 0.999)
    return [round(i * step, 12) for i in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def drawing(
    name: str, width: int, height: int, title: str, description: str, body: str, kind: str = ""
) -> Markup:
    """Wrap a chart; ``name`` is the beginning of its ids, of which it has none without; ``body`` is SVG."""
    named = Markup(' aria-labelledby="{0}-title {0}-desc" data-reads="{0}"').format(name) if name else ""
    title_id, desc_id = (Markup(' id="{}-{}"').format(name, of) if name else "" for of in ("title", "desc"))
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img"{}><title{}>{}</title><desc{}>{}</desc>{}</svg>'
    ).format(kind, width, height, named, title_id, title, desc_id, description, Markup(body))


def hit(x: float, y: float, width: float, height: float, says: str) -> str:
    """Draw an invisible rectangle that tells a value: by its tooltip, and by the script where one runs."""
    return (
        f'<rect class="hit" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}">'
        f"<title>{escape(says)}</title></rect>"
    )
