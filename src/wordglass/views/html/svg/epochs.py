"""The probability of each class of one text, epoch by epoch."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from wordglass.trace.numbers import percent
from wordglass.views.html.svg.plane import BOTTOM, TOP, Plane, drawing, hit, ticks

WIDTH, HEIGHT, LINE = 640, 300, 17
DASHES = ("", "7 4", "2 4", "10 3 2 3")  # beside the colours, which alone tell some readers nothing
MOST = 8  # classes that are drawn, as many as there are colours


def by_epoch(name: str, classes: Sequence[str], probabilities: Sequence[Sequence[float]], now: int) -> Markup:
    """Draw a line for each class, the likeliest in the end first, of ``probabilities`` (epochs + 1, classes).

    A rule marks the epoch ``now``.
    """
    last = len(probabilities) - 1
    plane = Plane(52, TOP, WIDTH - 52 - 150, HEIGHT - TOP - BOTTOM, (0, 0.0), (max(last, 1), 1.0))
    body: list[str] = [
        plane.axes(
            ticks(0, max(last, 1), 6),
            ticks(0.0, 1.0),
            "{:g}".format,
            "{:.0%}".format,
            ("epoch", "probability"),
        )
    ]
    body.append(f'<path class="now" d="M{plane.x(now):g} {plane.top:g}v{plane.height:g}"/>')
    ends = probabilities[-1]
    drawn = sorted(range(len(classes)), key=lambda k: -ends[k])[:MOST]
    below = plane.top - LINE
    for place, k in enumerate(drawn):
        path = "L".join(f"{plane.x(epoch):g} {plane.y(row[k]):g}" for epoch, row in enumerate(probabilities))
        dash = f' stroke-dasharray="{DASHES[place % 4]}"' if place % 4 else ""
        body.append(f'<g class="c{place}"><path class="line of" d="M{path}"{dash}/></g>')
        below = max(below + LINE, plane.y(ends[k]))  # so that no name stands on another
        text = classes[k] if len(classes[k]) <= 18 else classes[k][:17] + "…"
        body.append(f'<text x="{plane.x(last) + 10:g}" y="{below + 4:g}">{escape(text)}</text>')
    room = plane.width / max(last, 1)
    for epoch, row in enumerate(probabilities):
        says = ", ".join(f"{classes[k]} {percent(row[k])}" for k in drawn)
        x = round(plane.x(epoch) - room / 2, 1)
        body.append(hit(x, plane.top, round(room, 1), plane.height, f"epoch {epoch}: {says}"))
    spoken = "; ".join(f"{classes[k]} {percent(probabilities[0][k])} to {percent(ends[k])}" for k in drawn)
    what = f"From epoch 0 to epoch {last}: {spoken}."
    return drawing(name, WIDTH, HEIGHT, "probability by epoch", what, "".join(body))
