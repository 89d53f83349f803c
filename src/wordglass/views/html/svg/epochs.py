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
    epochs = [tick for tick in ticks(0, max(last, 1), 6) if tick.is_integer()]
    body: list[str] = [
        plane.axes(
            epochs,
            ticks(0.0, 1.0),
            "{:g}".format,
            "{:.0%}".format,
            ("epoch", "probability"),
        )
    ]
    body.append(f'<path class="now" d="M{plane.x(now):g} {plane.top:g}v{plane.height:g}"/>')
    ends = probabilities[-1]
    drawn = sorted(range(len(classes)), key=lambda k: -ends[k])[:MOST]
    places = apart([plane.y(ends[k]) for k in drawn], plane.top + plane.height)
    for number, k in enumerate(drawn):
        path = "L".join(f"{plane.x(epoch):g} {plane.y(row[k]):g}" for epoch, row in enumerate(probabilities))
        dash = f' stroke-dasharray="{DASHES[number % 4]}"' if number % 4 else ""
        body.append(f'<g class="c{number}"><path class="line of" d="M{path}"{dash}/></g>')
        text = classes[k] if len(classes[k]) <= 18 else classes[k][:17] + "…"
        body.append(f'<text x="{plane.x(last) + 10:g}" y="{places[number] + 4:g}">{escape(text)}</text>')
    room = plane.width / max(last, 1)
    for epoch, row in enumerate(probabilities):
        says = ", ".join(f"{classes[k]} {percent(row[k])}" for k in drawn)
        x = round(plane.x(epoch) - room / 2, 1)
        body.append(hit(x, plane.top, round(room, 1), plane.height, f"epoch {epoch}: {says}"))
    spoken = "; ".join(f"{classes[k]} {percent(probabilities[0][k])} to {percent(ends[k])}" for k in drawn)
    what = f"From epoch 0 to epoch {last}: {spoken}."
    return drawing(name, WIDTH, HEIGHT, "probability by epoch", what, "".join(body))


def apart(places: list[float], bottom: float, room: float = LINE) -> list[float]:
    """Places of lines of text, from the top down, that stand clear of each other and end at the bottom.

    >>> apart([10.0, 12.0, 100.0], bottom=100)
    [10.0, 27.0, 100.0]
    >>> apart([90.0, 100.0], bottom=100)
    [83.0, 100.0]
    """
    down: list[float] = []
    for place in places:
        down.append(max(place, down[-1] + room) if down else place)
    up: list[float] = []
    for place in reversed(down):
        up.append(min(place, up[-1] - room if up else bottom))
    return up[::-1]
