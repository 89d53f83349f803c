"""What several of these pages share."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from wordglass.trace import numbers
from wordglass.views.terminal.page import cropped, table

WORD = 24  # cells

Numbered = tuple[str, float]  # a word and its number


def said(*paragraphs: str) -> Text:
    """Set paragraphs below each other."""
    return Text("\n\n".join(paragraphs))


def of_two(left: Sequence[Numbered], right: Sequence[Numbered], names: tuple[str, str]) -> Table:
    """Set two lists of words with their numbers beside each other."""
    rows = []
    for i in range(max(len(left), len(right))):
        one, other = (_cells(side[i]) if i < len(side) else ("", "") for side in (left, right))
        rows.append((*one, *other))
    sheet = table((names[0], "", names[1], ""), rows)
    for place, side in enumerate(("left", "right", "left", "right")):
        sheet.columns[place].justify = "right" if side == "right" else "left"
    return sheet


def _cells(one: Numbered) -> tuple[str, str]:
    return cropped(one[0], WORD), numbers.entry(one[1])
