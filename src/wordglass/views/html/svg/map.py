"""Texts in two dimensions: a shape and a colour a class, a ring around those called something else."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from wordglass.trace import numbers
from wordglass.trace.document import Map, MapPoint
from wordglass.views.html.svg.plane import Plane, drawing

WIDTH, HEIGHT = 640, 480
TOLD = 48  # characters of a text
COLOURS = 8  # .c0 to .c7 in page.css
SHAPES = (  # paths at a point; .s0 and .s1 are drawn by the caps of a line without length
    "h0",  # disc
    "h0",  # square
    "m0-4l3.5 6h-7z",  # triangle
    "m0-4l4 4-4 4-4-4z",  # diamond
    "m-3-3l6 6m0-6l-6 6",  # cross
    "m0 4l3.5-6h-7z",  # triangle, point down
    "m-4 0h8m-4-4v8",  # plus
)


def shape(index: int) -> tuple[str, str]:
    """The classes of style and the path of the ``index``-th class."""
    return f"class c{index % COLOURS} s{index % len(SHAPES)}", SHAPES[index % len(SHAPES)]


def sign(index: int) -> Markup:
    """The shape of a class for a legend."""
    style, path = shape(index)
    return Markup(
        '<svg class="chart" viewBox="-9 -7 18 14" aria-hidden="true"><path class="{}" d="M0 0{}"/></svg>'
    ).format(style, path)


def document_map(name: str, drawn: Map, names: Sequence[str]) -> Markup:
    """Draw all points, and the name of each class where its texts are on average."""
    points, places = drawn["points"], {label: i for i, label in enumerate(names)}
    xs, ys = [point["x"] for point in points], [point["y"] for point in points]
    plane = Plane(8, 8, WIDTH - 16, HEIGHT - 16, (min(xs), min(ys)), (max(xs), max(ys)))
    paths: dict[int, list[str]] = {}
    rings, hits = [], []
    for point in points:
        x, y = plane.x(point["x"]), plane.y(point["y"])
        index = places.get(point["truth"][0], 0) if point["truth"] else len(names)
        paths.setdefault(index, []).append(f"M{x:g} {y:g}{shape(index)[1]}")
        if set(point["truth"]) != set(point["predicted"]):
            rings.append(f"M{x:g} {y:g}m-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0")
        hits.append(f'<path d="M{x:g} {y:g}h0"><title>{escape(_told(point))}</title></path>')
    body = [f'<path class="{shape(index)[0]}" d="{"".join(path)}"/>' for index, path in sorted(paths.items())]
    if rings:
        body.append(f'<path class="wrong" d="{"".join(rings)}"/>')
    for label in drawn["classes"]:
        x, y = plane.x(label["x"]), plane.y(label["y"])
        text = escape(_short(label["name"]))
        body.append(f'<text class="name" x="{x:g}" y="{y:g}" text-anchor="middle">{text}</text>')
    body.append(f'<g class="hits">{"".join(hits)}</g>')
    description = (
        f"{numbers.plural(len(points), 'text')} of {numbers.plural(len(names), 'class')}; "
        f"{numbers.plural(len(rings), 'ring')} around texts that are called something else than they are."
    )
    return drawing(name, WIDTH, HEIGHT, "Held-out texts by their scores", description, "".join(body))


def _told(point: MapPoint) -> str:
    """What a point is, and the beginning of its text."""
    truth, called = " + ".join(point["truth"]) or "none", " + ".join(point["predicted"]) or "none"
    said = truth if truth == called else f"{truth}, called {called}"
    text = point["text"]
    return f"{said}: {text if len(text) <= TOLD else text[: TOLD - 1] + '…'}"


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23] + "…"
