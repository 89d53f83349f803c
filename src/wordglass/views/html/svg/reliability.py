"""How often predictions of a confidence are right: the reliability diagram."""

from collections.abc import Sequence
from math import sqrt

from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.trace.document import ReliabilityBin
from wordglass.views.html.svg.plane import BOTTOM, TOP, Plane, drawing, hit, ticks

SIZE = 420
LARGEST = 11  # radius


def reliability(name: str, bins: Sequence[ReliabilityBin]) -> Markup:
    """Draw each bin as a disc at its mean confidence and accuracy, larger for more rows.

    On the diagonal a model is as often right as it says; a line shows how far from it a bin is.
    """
    full = [step for step in bins if step["rows"]]
    most = max((step["rows"] for step in full), default=1)
    plane = Plane(52, TOP, SIZE - 52 - 20, SIZE - TOP - BOTTOM, (0.0, 0.0), (1.0, 1.0))
    body = [plane.axes(ticks(0, 1), ticks(0, 1), _percent, _percent, ("mean confidence", "accuracy"))]
    body.append(f'<path class="axis" d="M{plane.x(0):g} {plane.y(0):g}L{plane.x(1):g} {plane.y(1):g}"/>')
    for step in full:
        x, y, even = plane.x(step["confidence"]), plane.y(step["accuracy"]), plane.y(step["confidence"])
        radius = 2.5 + (LARGEST - 2.5) * sqrt(step["rows"] / most)
        body.append(f'<path class="gap" d="M{x:g} {even:g}V{y:g}"/>')
        body.append(f'<circle class="dot a" cx="{x:g}" cy="{y:g}" r="{radius:.1f}"/>')
    for step in full:
        left = plane.x(step["low"])
        says = (
            f"confidence {numbers.percent(step['low'])} to {numbers.percent(step['high'])}: "
            f"{numbers.plural(step['rows'], 'row')}, mean confidence {numbers.percent(step['confidence'])}, "
            f"accuracy {numbers.percent(step['accuracy'])}"
        )
        body.append(hit(left, plane.top, round(plane.x(step["high"]) - left, 1), plane.height, says))
    description = f"{numbers.plural(len(full), 'bin')} of confidence; a disc on the diagonal is calibrated."
    return drawing(name, SIZE, SIZE, "Accuracy by confidence", description, "".join(body), "square")


def _percent(value: float) -> str:
    return f"{value:.0%}"
