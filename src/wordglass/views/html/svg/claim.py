"""Charts of a claim: accuracy by labels, paired differences, and how soon each arm gets how far."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import log10
from typing import NamedTuple

from markupsafe import Markup, escape

from wordglass.trace.claim import Arm, ClaimDifference, ClaimPoint
from wordglass.trace.document import Interval
from wordglass.trace.numbers import count, percent
from wordglass.views.claims import ARMS, points, size_name
from wordglass.views.html.svg.epochs import apart
from wordglass.views.html.svg.map import SHAPES
from wordglass.views.html.svg.plane import BOTTOM, TOP, Plane, drawing, hit, ticks

WIDTH, HEIGHT = 580, 370
LEFT, NAMES, LINE = 56, 130, 20  # room for the numbers and for the names at the ends of lines
CLEAR = 36  # between two numbers of an axis
DODGE = 9  # between the arms at one size


class Look(NamedTuple):
    """How an arm is drawn, in every chart: three signs that do not need each other."""

    colour: int  # .c0 to .c7 of page.css
    shape: int  # of SHAPES
    dash: str


LOOKS: dict[Arm, Look] = {
    "pretrained": Look(0, 0, ""),
    "random": Look(6, 1, "2 4"),
    "shuffled": Look(3, 2, "7 4"),
    "scratch": Look(2, 3, "10 3 2 3"),
    "tf-idf": Look(1, 4, "14 4"),
    "hybrid": Look(7, 5, "1 3 7 3"),
}


def arm_sign(arm: Arm) -> Markup:
    """The line and the shape of an arm, for tables and legends."""
    return Markup(
        '<svg class="chart sign" viewBox="0 0 34 14" aria-hidden="true"><g class="c{}">{}</g></svg>'
    ).format(LOOKS[arm].colour, Markup(f"{_line(arm, 'M1 7h32')}{_mark(arm, 17, 7)}"))


def accuracy_by_labels(name: str, measured: Sequence[ClaimPoint]) -> Markup:
    """Draw held-out accuracy over training rows, on a logarithmic axis, a line with its band for each arm."""
    rows = {point["rows"]: point["size"] for point in measured}
    intervals = [point["accuracy"] for point in measured]
    plane = _plane(
        (_log(min(rows)), min(one["low"] for one in intervals)),
        (_log(max(rows)), max(one["high"] for one in intervals)),
    )
    lines = {
        arm: sorted(
            ((_log(point["rows"]), point["accuracy"]) for point in measured if point["arm"] == arm),
            key=lambda at: at[0],
        )
        for arm in ARMS
    }
    body = [_axes(plane, {_log(n): _short(size) for n, size in rows.items()}, "labels a class", "accuracy")]
    for arm, line in lines.items():
        if line:
            up = "L".join(f"{plane.x(x):g} {plane.y(one['high']):g}" for x, one in line)
            down = "L".join(f"{plane.x(x):g} {plane.y(one['low']):g}" for x, one in reversed(line))
            body.append(f'<path class="band c{LOOKS[arm].colour}" d="M{up}L{down}Z"/>')
    body += _lines(plane, {arm: [(x, one["value"]) for x, one in line] for arm, line in lines.items()})
    says = {}
    for n, size in rows.items():
        at = [point for point in measured if point["rows"] == n]
        at.sort(key=lambda point: -point["accuracy"]["value"])
        told = "; ".join(f"{ARMS[point['arm']]} {_percents(point['accuracy'])}" for point in at)
        says[_log(n)] = f"{size_name(size)} ({count(n)} rows): {told}"
    body += _strips(plane, says)
    last = max(rows)
    best = [f"{ARMS[p['arm']]} {percent(p['accuracy']['value'])}" for p in measured if p["rows"] == last]
    description = f"{len(rows)} sizes; with {count(last)} rows: {', '.join(best)}."
    return drawing(name, WIDTH, HEIGHT, "Held-out accuracy by labels a class", description, "".join(body))


def paired_differences(name: str, differences: Sequence[ClaimDifference]) -> Markup:
    """Draw what the pre-trained arm is ahead of each other, at each size, with intervals, in points."""
    rows = {one["rows"]: one["size"] for one in sorted(differences, key=lambda one: one["rows"])}
    places = {n: i for i, n in enumerate(rows)}
    others = [arm for arm in ARMS if any(one["other"] == arm for one in differences)]
    low = min(0.0, *(one["accuracy"]["low"] for one in differences))
    high = max(0.0, *(one["accuracy"]["high"] for one in differences))
    plane = _plane((-0.5, 100 * low), (len(rows) - 0.5, 100 * high), names=24)
    ticked = {float(places[n]): _short(size) for n, size in rows.items()}
    body = [_axes(plane, ticked, "labels a class", "points ahead", points_of=True)]
    body.append(f'<path class="zero" d="M{plane.left:g} {plane.y(0):g}h{plane.width:g}"/>')
    says: dict[float, list[str]] = {}
    for one in differences:
        place = places[one["rows"]]
        dodge = DODGE * (others.index(one["other"]) - (len(others) - 1) / 2)
        x = round(plane.x(place) + dodge, 1)
        ends = [plane.y(100 * one["accuracy"][end]) for end in ("low", "high")]
        look = LOOKS[one["other"]]
        whisker = f'<path class="whisker" d="M{x:g} {ends[0]:g}V{ends[1]:g}"/>'
        mark = _mark(one["other"], x, plane.y(100 * one["accuracy"]["value"]))
        body.append(f'<g class="c{look.colour}">{whisker}{mark}</g>')
        says.setdefault(place, []).append(f"{ARMS[one['other']]} {points_with(one['accuracy'])}")
    sizes = list(rows.items())
    body += _strips(
        plane,
        {
            place: f"{size_name(sizes[int(place)][1])} ({count(sizes[int(place)][0])} rows): points ahead of "
            + "; ".join(told)
            for place, told in sorted(says.items())
        },
    )
    description = (
        f"What the pre-trained vectors are ahead of {len(others)} other arms at {len(rows)} sizes, with 95% "
        "intervals. Above zero they are more accurate."
    )
    return drawing(name, WIDTH, HEIGHT, "Points ahead by labels a class", description, "".join(body))


Way = Sequence[tuple[float, float]]


def accuracy_by_time(
    name: str,
    ways: Mapping[Arm, Way],  # of each arm: (epochs or seconds, accuracy), in order
    unit: str,
    written: Callable[[float], str],
    logarithmic: bool = False,
) -> Markup:
    """Draw how soon each arm gets how far; its shape stands where it ends."""
    scale = _log if logarithmic else float
    drawn = {arm: [(scale(x), y) for x, y in way] for arm, way in ways.items() if way}
    xs = [x for way in drawn.values() for x, _ in way]
    ys = [y for way in drawn.values() for _, y in way]
    plane = _plane((min(xs), min(ys)), (max(xs), max(ys)))
    if logarithmic:
        marks = (by * 10.0**decade for decade in range(-6, 7) for by in (1, 2, 5))
        ticked = {_log(mark): f"{mark:g}" for mark in marks if min(xs) <= _log(mark) <= max(xs)}
    else:
        ticked = {x: f"{x:g}" for x in ticks(min(xs), max(xs), 6)}
    body = [_axes(plane, ticked, unit + (", logarithmic" if logarithmic else ""), "accuracy")]
    body += _lines(plane, drawn, marks_at_end=True)
    ends = {arm: way[-1] for arm, way in ways.items() if way}
    says = {}
    steps = sorted({x for way in ways.values() for x, _ in way})
    for x in steps[:: max(1, len(steps) // 60)]:
        told = "; ".join(
            f"{ARMS[arm]} {percent(at)}" for arm, way in ways.items() if (at := _reached(way, x)) is not None
        )
        says[scale(x)] = f"{written(x)}: {told}"
    body += _strips(plane, says)
    description = (
        "; ".join(f"{ARMS[arm]} {percent(y)} after {written(x)}" for arm, (x, y) in ends.items()) + "."
    )
    return drawing(name, WIDTH, HEIGHT, f"Held-out accuracy by {unit}", description, "".join(body))


def _reached(way: Way, x: float) -> float | None:
    """The accuracy after so many; None before the first, and the last one's after it."""
    return next((y for at, y in reversed(way) if at <= x), None)


def points_with(interval: Interval) -> str:
    """A difference with its interval, in points."""
    return f"{points(interval['value'])} ({points(interval['low'])} to {points(interval['high'])})"


def _plane(low: tuple[float, float], high: tuple[float, float], names: int = NAMES) -> Plane:
    return Plane(LEFT, TOP, WIDTH - LEFT - names, HEIGHT - TOP - BOTTOM, low, high)


def _axes(plane: Plane, ticked: Mapping[float, str], x: str, y: str, points_of: bool = False) -> str:
    """Axes; of the numbers along the lower one, the last and those that stand clear of it and each other."""
    kept: list[float] = []
    for tick in sorted(ticked, reverse=True):
        if not kept or plane.x(kept[-1]) - plane.x(tick) >= CLEAR:
            kept.append(tick)
    steps = ticks(plane.low[1], plane.high[1])
    fine = 0 if len(steps) < 2 or steps[1] - steps[0] >= 0.01 else 1
    text = "{:+g}".format if points_of else f"{{:.{fine}%}}".format
    return plane.axes(
        kept, steps, lambda value: ticked[value], lambda value: text(value).replace("+0", "0"), (x, y)
    )


def _lines(plane: Plane, lines: Mapping[Arm, Way], marks_at_end: bool = False) -> list[str]:
    """A line for each arm, its shape on the way and at the end, and its name beside that."""
    drawn = {arm: way for arm, way in lines.items() if way}
    ends = {arm: plane.y(way[-1][1]) for arm, way in drawn.items()}
    below = sorted(ends, key=lambda arm: ends[arm])
    places = dict(
        zip(below, apart([ends[arm] for arm in below], plane.top + plane.height, LINE), strict=True)
    )
    right = plane.left + plane.width
    body = []
    for arm in reversed(drawn):  # the pre-trained one on top
        way = drawn[arm]
        path = "M" + "L".join(f"{plane.x(x):g} {plane.y(y):g}" for x, y in way)
        marks = "".join(_mark(arm, plane.x(x), plane.y(y)) for x, y in (way[-1:] if marks_at_end else way))
        place, colour = places[arm], LOOKS[arm].colour
        leader = f'<path class="leader" d="M{right + 3:g} {ends[arm]:g}L{right + 13:g} {place:g}"/>'
        if plane.x(way[-1][0]) < right - 1:
            leader = ""
        beside = _mark(arm, right + 19, place)
        body.append(f'<g class="c{colour}">{_line(arm, path)}{marks}{leader}{beside}</g>')
        body.append(f'<text x="{right + 28:g}" y="{place + 4:g}">{escape(ARMS[arm])}</text>')
    return body


def _line(arm: Arm, path: str) -> str:
    dash = f' stroke-dasharray="{LOOKS[arm].dash}"' if LOOKS[arm].dash else ""
    return f'<path class="line of" d="{path}"{dash}/>'


def _mark(arm: Arm, x: float, y: float) -> str:
    shape = LOOKS[arm].shape
    return f'<path class="class s{shape}" d="M{x:g} {y:g}{SHAPES[shape]}"/>'


def _strips(plane: Plane, says: Mapping[float, str]) -> list[str]:
    """Strips from top to bottom that tell what is there, each around its place on the lower axis."""
    at = sorted(says)
    edges = [plane.left, *((plane.x(a) + plane.x(b)) / 2 for a, b in pairwise(at))]
    edges.append(plane.left + plane.width)
    return [
        hit(round(edges[i], 1), plane.top, round(edges[i + 1] - edges[i], 1), plane.height, says[x])
        for i, x in enumerate(at)
    ]


def _log(value: float) -> float:
    return log10(max(value, 1e-6))


def _short(size: int | None) -> str:
    return "all" if size is None else count(size)


def _percents(interval: Interval) -> str:
    return f"{percent(interval['value'])} ({percent(interval['low'])} to {percent(interval['high'])})"
