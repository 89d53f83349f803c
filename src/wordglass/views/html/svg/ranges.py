"""A value with its interval, as a dot and a whisker that stand in a table on one scale for all its rows."""

from typing import NamedTuple

from markupsafe import Markup

from wordglass.trace.document import Interval

WIDTH = 200  # of .range in page.css


class Scale(NamedTuple):
    """The values at both ends."""

    low: float
    high: float

    @classmethod
    def of(cls, intervals: list[Interval]) -> "Scale":
        """The scale on which all intervals are seen whole."""
        low, high = min(one["low"] for one in intervals), max(one["high"] for one in intervals)
        return cls(low, high if high > low else low + 1.0)

    def drawn(self, interval: Interval) -> Markup:
        """A dot and a whisker; below the scale, an arrow to the left."""
        if interval["value"] < self.low:
            return Markup(
                '<svg class="range" aria-hidden="true"><path class="grid" d="M0 7H{}"/>'
                '<path class="off" d="M0 7l7-4v8z"/></svg>'
            ).format(WIDTH)
        low, value, high = (self._x(interval[end]) for end in ("low", "value", "high"))
        return Markup(
            '<svg class="range" aria-hidden="true"><path class="grid" d="M0 7H{}"/>'
            '<path class="whisker" d="M{} 7H{}M{} 3v8M{} 3v8"/><circle cx="{}" cy="7" r="4"/></svg>'
        ).format(WIDTH, low, high, low, high, value)

    def _x(self, value: float) -> float:
        value = max(value, self.low)
        return round(5 + (WIDTH - 10) * (value - self.low) / (self.high - self.low), 1)
