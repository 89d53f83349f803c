"""A measure of training and held-out rows over the epochs."""

from collections.abc import Callable, Sequence
from math import ceil, floor, isfinite, log10

from markupsafe import Markup

from wordglass.views.html.svg.plane import BOTTOM, TOP, Plane, drawing, hit, ticks

WIDTH, HEIGHT = 520, 300
RATIO = 20  # of the largest value to the smallest, from which an axis is logarithmic
MARKED = 40  # epochs up to which each has a mark of its own
TOLD = 400  # and up to which each tells its values

Values = Sequence[float | None]


def curve(
    name: str,
    what: str,
    training: Values,
    held_out: Values,
    written: Callable[[float], str],
    tick: Callable[[float], str],
    logarithmic: bool = False,
) -> Markup:
    """Draw training values as a line with discs and held-out ones as a dashed line with hollow squares.

    Values that are not finite are left out; ``logarithmic`` asks for such an axis where values differ much.
    """
    lines = {"training": _points(training), "held-out": _points(held_out)}
    values = [value for points in lines.values() for _, value in points]
    if not values:
        return Markup('<p class="note">No finite {} to draw.</p>').format(what)
    last = max(len(training) - 1, 1)
    by_log = logarithmic and 0 < min(values) * RATIO < max(values)
    scale = log10 if by_log else float
    low, high = (scale(min(values)), scale(max(values))) if by_log else (min(0.0, *values), max(values))
    plane = Plane(52, TOP, WIDTH - 52 - 84, HEIGHT - TOP - BOTTOM, (0, low), (last, high))
    marks = range(floor(low), ceil(high) + 1) if by_log else ticks(low, high)
    labels = (lambda value: f"{10**value:g}") if by_log else tick
    axis = f"{what}, logarithmic" if by_log else what
    inside = [value for value in marks if low <= value <= high]
    body = [plane.axes(ticks(0, last, 6), inside, lambda value: f"{value:g}", labels, ("epoch", axis))]
    ends = _apart([plane.y(scale(points[-1][1])) for points in lines.values() if points])
    for kind, (label, points) in zip("ab", lines.items(), strict=True):
        if not points:
            continue
        path = "L".join(f"{plane.x(x):g} {plane.y(scale(y)):g}" for x, y in points)
        body.append(f'<path class="line {kind}" d="M{path}"/>')
        if len(points) <= MARKED:
            body += [_mark(kind, plane.x(x), plane.y(scale(y))) for x, y in points]
        body.append(f'<text x="{plane.x(points[-1][0]) + 10:g}" y="{ends.pop(0) + 4:g}">{label}</text>')
    room = plane.width / last
    for epoch in range(0, last + 1, max(1, last // TOLD)):
        told = [
            f"{label} {written(dict(points)[epoch])}"
            for label, points in lines.items()
            if epoch in dict(points)
        ]
        if told:
            says = f"epoch {epoch}: {what} {', '.join(told)}"
            body.append(
                hit(round(plane.x(epoch) - room / 2, 1), plane.top, round(room, 1), plane.height, says)
            )
    spoken = "; ".join(
        f"{label} from {written(p[0][1])} to {written(p[-1][1])}" for label, p in lines.items() if p
    )
    return drawing(name, WIDTH, HEIGHT, f"{what} by epoch", f"{last} epochs: {spoken}.", "".join(body))


def _points(values: Values) -> list[tuple[int, float]]:
    return [(epoch, value) for epoch, value in enumerate(values) if value is not None and isfinite(value)]


def _mark(kind: str, x: float, y: float) -> str:
    if kind == "a":
        return f'<circle class="dot a" cx="{x:g}" cy="{y:g}" r="2.5"/>'
    return f'<rect class="dot b" x="{x - 3:g}" y="{y - 3:g}" width="6" height="6"/>'


def _apart(places: list[float], room: float = 17) -> list[float]:
    """Places of labels that stand clear of each other."""
    if len(places) == 2 and abs(places[0] - places[1]) < room:
        middle = sum(places) / 2
        first = -1 if places[0] <= places[1] else 1
        return [middle + first * room / 2, middle - first * room / 2]
    return places
