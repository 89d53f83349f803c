"""Bars that stand in a table beside their number; the style sheet gives them their room and their axis."""

from markupsafe import Markup

_BAR = Markup(
    '<svg class="bar {}" aria-hidden="true"><rect class="{}" x="{}%" y="1" width="{}%" height="8"/></svg>'
)


def one_side(part: float, kind: str = "for") -> Markup:
    """Draw a part (0 to 1) of the width."""
    return _BAR.format("one", kind, 0, f"{min(max(part, 0.0), 1.0) * 100:.1f}")


def both_sides(part: float) -> Markup:
    """Draw a part above 0 (to 1) to the right of the middle, and one below to the left."""
    width = min(abs(part), 1.0) * 50
    left, kind = (50.0, "for") if part >= 0 else (50 - width, "against")
    return _BAR.format("both", kind, f"{left:.1f}", f"{width:.1f}")
