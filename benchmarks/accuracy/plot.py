"""Lines over a logarithmic axis as SVG."""

from html import escape
from itertools import pairwise
from math import ceil, floor, log
from typing import NamedTuple

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 52, 190, 16, 48  # margins; the names stand in the right one
APART = 15  # names, at least
COLOURS = ("#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#a16207", "#0e7490", "#525252", "#be185d")


class Line(NamedTuple):
    """A contender's points, from left to right as they are joined."""

    name: str
    points: list[tuple[float, float]]


def plot(lines: list[Line], label: str, ticks: dict[float, str]) -> str:
    """An SVG of the lines, their names at their ends; ticks are those of the horizontal axis, by value."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    low, high = floor(20 * min(ys)) / 20, ceil(20 * max(ys)) / 20
    left, right = log(min(xs)), log(max(xs)) + 1e-9

    def across(x: float) -> float:
        return round(LEFT + (log(x) - left) / (right - left) * (WIDTH - LEFT - RIGHT), 1)

    def down(y: float) -> float:
        return round(TOP + (high - y) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for step in range(round(20 * low), round(20 * high) + 1):
        y = down(step / 20)
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{step / 20:.2f}</text>')
    for x, text in ticks.items():
        if left - 1e-6 <= log(x) <= right:
            parts.append(
                f'<text x="{across(x)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(text)}</text>'
            )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>')

    places = spread([down(line.points[-1][1]) for line in lines])
    for line, colour, place in zip(lines, COLOURS, places, strict=False):
        at = [(across(x), down(y)) for x, y in line.points]
        joined = " ".join(f"{x},{y}" for x, y in at)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in at]
        x, y = at[-1]
        parts.append(
            f'<path d="M{x} {y}L{WIDTH - RIGHT + 12} {place}" stroke="{colour}" stroke-width="0.5"/>'
        )
        parts.append(
            f'<text x="{WIDTH - RIGHT + 16}" y="{place + 4}" fill="{colour}">{escape(line.name)}</text>'
        )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">\n{body}\n</svg>\n'
    )


def spread(places: list[float]) -> list[float]:
    """Places moved down, and up again at the end of the plot, until each is apart from the next."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + APART)
    lowest = HEIGHT - BOTTOM
    for number in reversed(order):
        moved[number] = min(moved[number], lowest)
        lowest = moved[number] - APART
    return moved
