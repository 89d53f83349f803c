"""What a smaller model costs: accuracy over size."""

from collections.abc import Sequence
from math import ceil, floor, log10

from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.trace.document import Kept, Size
from wordglass.views.html.svg.plane import BOTTOM, TOP, Plane, drawing, hit, ticks

WIDTH, HEIGHT = 520, 280
REACH = 14  # of a point, to each side


def sizes(name: str, measured: Sequence[Size], own: Kept, described: Sequence[str]) -> Markup:
    """Draw each size as a disc, one in int8 as a hollow square, the model's own with a ring.

    The axis of sizes is logarithmic; ``described`` says in words what each keeps.
    """
    logs = [log10(max(size["bytes"], 1)) for size in measured]
    accuracies = [size["accuracy"] for size in measured]
    room = max(0.2 * (max(accuracies) - min(accuracies)), 0.002)
    low, high = max(min(accuracies) - room, 0.0), min(max(accuracies) + room, 1.0)
    plane = Plane(
        60, TOP, WIDTH - 60 - 24, HEIGHT - TOP - BOTTOM, (min(logs) - 0.15, low), (max(logs) + 0.15, high)
    )
    decades = range(floor(plane.low[0]), ceil(plane.high[0]) + 1)
    across = [
        d + log10(by)
        for d in decades
        for by in (1, 1.5, 2, 3, 5, 7)
        if plane.low[0] <= d + log10(by) <= plane.high[0]
    ]
    body = [
        plane.axes(
            across, ticks(low, high, 4), _bytes, lambda value: f"{value:.1%}", ("size on disk", "accuracy")
        )
    ]
    for log, size in zip(logs, measured, strict=True):
        x, y = plane.x(log), plane.y(size["accuracy"])
        if size["kept"]["int8"]:
            body.append(f'<rect class="dot b" x="{x - 4.5:g}" y="{y - 4.5:g}" width="9" height="9"/>')
        else:
            body.append(f'<circle class="dot a" cx="{x:g}" cy="{y:g}" r="4.5"/>')
        if size["kept"] == own:
            body.append(f'<circle class="wrong" cx="{x:g}" cy="{y:g}" r="9"/>')
    for log, size, words in zip(logs, measured, described, strict=True):
        says = f"{words}: {numbers.size(size['bytes'])}, accuracy {numbers.percent(size['accuracy'])}"
        x, y = plane.x(log), plane.y(size["accuracy"])
        body.append(hit(round(x - REACH, 1), round(y - REACH, 1), 2 * REACH, 2 * REACH, says))
    description = (
        f"{numbers.plural(len(measured), 'size')} of a model; squares are in int8, the ring is this one."
    )
    return drawing(name, WIDTH, HEIGHT, "Accuracy by size", description, "".join(body))


def _bytes(log: float) -> str:
    return numbers.size(round(10**log)).replace(".0 ", " ")
