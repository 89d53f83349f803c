"""Words at their places in a plane: a shape and the word each, labels where there is room for them."""

from collections.abc import Mapping

from markupsafe import Markup, escape
from rich.cells import cell_len

from wordglass.exploring.words_map import WordsMap
from wordglass.trace import numbers
from wordglass.views.html.svg.map import shape
from wordglass.views.html.svg.plane import Plane, drawing

WIDTH, HEIGHT = 640, 480
CELL, LINE, GAP = 8.4, 15, 3  # of a label, about, and between two
LONGEST = 24  # cells of a label

Box = tuple[float, float, float, float]  # left, top, right, bottom

# A drawing by itself has the colours of page.css with it.
STYLE = Markup(
    "<style>svg{background:#fcfcfb;font:13px system-ui,sans-serif}.name{fill:#1b1d20}"
    ".class{fill:none;stroke:#0072b2;stroke-width:6;stroke-linecap:round}"
    ".hits{stroke:transparent;stroke-width:13;stroke-linecap:round}"
    "@media(prefers-color-scheme:dark){svg{background:#131519}.class{stroke:#56a9e6}.name{fill:#e6e7e9}}</style>"
)


def words_in_plane(name: str, drawn: WordsMap, groups: Mapping[str, int] | None = None) -> Markup:
    """Draw a map; of words in groups, the number of the group decides shape and colour."""
    xs, ys = [one["x"] for one in drawn["words"]], [one["y"] for one in drawn["words"]]
    plane = Plane(60, 20, WIDTH - 120, HEIGHT - 40, (min(xs), min(ys)), (max(xs), max(ys)))
    at = [(plane.x(one["x"]), plane.y(one["y"])) for one in drawn["words"]]
    boxes: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in at]
    dots, labels, hits = [], [], []
    for one, (x, y) in zip(drawn["words"], at, strict=True):
        style, path = shape((groups or {}).get(one["word"], 0))
        dots.append(f'<path class="{style}" d="M{x:g} {y:g}{path}"/>')
        said = f"{one['word']}: nearest {one['nearest']}, cosine {numbers.ratio(one['cosine'])}"
        hits.append(f'<path d="M{x:g} {y:g}h0"><title>{escape(said)}</title></path>')
        text = _short(one["word"])
        if place := _free(x, y, CELL * cell_len(text), boxes):
            anchor, left, baseline, box = place
            boxes.append(box)
            where = f'x="{left:g}" y="{baseline:g}" text-anchor="{anchor}"'
            labels.append(f'<text class="name" {where}>{escape(text)}</text>')
    across, upward = (numbers.percent(share) for share in drawn["spread"])
    description = (
        f"{numbers.plural(len(at), 'word')}; to the right and upwards the directions in which their vectors "
        f"differ most, with {across} and {upward} of the variance."
    )
    body = f'{"".join(dots)}{"".join(labels)}<g class="hits">{"".join(hits)}</g>'
    return drawing(name, WIDTH, HEIGHT, "Words by their vectors", description, body)


def by_itself(svg: Markup) -> str:
    """A drawing as a file of its own: the language named, and its colours with it."""
    begin, rest = str(svg).split(">", 1)
    named = begin.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"{named}>{STYLE}{rest}\n"


def _free(x: float, y: float, width: float, boxes: list[Box]) -> tuple[str, float, float, Box] | None:
    """Where a label stands clear of all others: right of its dot, left, above or below."""
    half = width / 2
    for anchor, left, baseline, begin in (
        ("start", x + 8, y + 4.5, x + 8),
        ("end", x - 8, y + 4.5, x - 8 - width),
        ("middle", x, y - 9, x - half),
        ("middle", x, y + 19, x - half),
    ):
        box = (begin - GAP, baseline - LINE + 4, begin + width + GAP, baseline + 4)
        inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT
        if inside and not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in boxes
        ):
            return anchor, round(left, 1), round(baseline, 1), box
    return None


def _short(word: str) -> str:
    return word if cell_len(word) <= LONGEST else word[: LONGEST // 2] + "…"
