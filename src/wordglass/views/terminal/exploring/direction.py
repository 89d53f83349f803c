"""What lies at the ends of a direction, and what it separates."""

from typing import TYPE_CHECKING

from rich.console import Console

from wordglass.trace import numbers
from wordglass.views.terminal.exploring.parts import Numbered, of_two, said
from wordglass.views.terminal.page import Page, section, title
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.exploring.direction import Direction, Projected


def show_direction(found: "Direction", console: Console) -> None:
    """Print the words at both ends of a direction, and how well it tells two lists apart."""
    found = visible(found, console.options.ascii_only)
    a, b = found["a"], found["b"]
    ends = of_two(_numbered(found["toward_a"]), _numbered(found["toward_b"]), (a, b))
    parts = [section("Farthest along", ends, note=f"of the first {numbers.count(found['among'])} words")]
    if auc := found["auc"]:
        lists = of_two(_numbered(found["left"]), _numbered(found["right"][::-1]), ("left", "right"))
        tells = (
            f"A word of the right list lies nearer to {b!r} than one of the left in "
            f"{numbers.percent(auc['value'])} of the pairs (AUC {numbers.ratio(auc['value'])}, 95% interval "
            f"{numbers.ratio(auc['low'])} to {numbers.ratio(auc['high'])}). A direction that tells nothing "
            "has 0.5."
        )
        parts += [section("The lists", lists), section("What it separates", said(tells))]
    told = [
        f"A number is the projection on the direction: above 0 the word is nearer to {b!r} than to {a!r}. "
        f"{numbers.percent(found['spread'])} of the variance of these words lies along it; of "
        f"{numbers.count(found['dim'])} directions one has {numbers.percent(1 / found['dim'])} on average."
    ]
    if found["left_out"]:
        told.append(f"Left out, being an end itself: {', '.join(found['left_out'])}.")
    parts.append(section("What the numbers are", said(*told)))
    console.print(Page(title("direction", f"from {a} to {b} in {found['table']}"), *parts))


def _numbered(words: "list[Projected]") -> list[Numbered]:
    return [(one["word"], one["projection"]) for one in words]
