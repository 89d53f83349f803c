"""How often a model is right where it answers only what it is surest of."""

from collections.abc import Sequence

from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.trace.document import Answered
from wordglass.views.html.svg.plane import BOTTOM, TOP, Plane, drawing, hit, ticks

WIDTH, HEIGHT = 520, 280


def abstaining(name: str, points: Sequence[Answered]) -> Markup:
    """Draw accuracy over the share of rows that are answered."""
    low = min(point["accuracy"] for point in points)
    low = max(0.0, low - max(0.25 * (1 - low), 0.005))
    least = min(point["coverage"] for point in points)
    plane = Plane(60, TOP, WIDTH - 60 - 24, HEIGHT - TOP - BOTTOM, (min(least, 0.999), low), (1.0, 1.0))
    body = [plane.axes(ticks(least, 1), ticks(low, 1, 4), _percent, _fine, ("answered", "accuracy"))]
    ordered = sorted(points, key=lambda point: point["coverage"])
    path = "L".join(f"{plane.x(point['coverage']):g} {plane.y(point['accuracy']):g}" for point in ordered)
    body.append(f'<path class="line a" d="M{path}"/>')
    edges = [plane.x(point["coverage"]) for point in ordered]
    for point, x in zip(ordered, edges, strict=True):
        body.append(f'<circle class="dot a" cx="{x:g}" cy="{plane.y(point["accuracy"]):g}" r="4"/>')
    for i, point in enumerate(ordered):
        left = (edges[i - 1] + edges[i]) / 2 if i else edges[i] - 12
        right = (edges[i] + edges[i + 1]) / 2 if i + 1 < len(edges) else edges[i] + 12
        says = (
            f"{numbers.percent(point['coverage'])} answered ({numbers.plural(point['rows'], 'row')}), "
            f"from a probability of {numbers.percent(point['least'])}: "
            f"accuracy {numbers.percent(point['accuracy'])}"
        )
        body.append(hit(round(left, 1), plane.top, round(right - left, 1), plane.height, says))
    description = (
        f"From {_fine(ordered[-1]['accuracy'])} with all answered to {_fine(ordered[0]['accuracy'])}."
    )
    return drawing(name, WIDTH, HEIGHT, "Accuracy by share answered", description, "".join(body))


def _percent(value: float) -> str:
    return f"{value:.0%}"


def _fine(value: float) -> str:
    return f"{value:.1%}"
