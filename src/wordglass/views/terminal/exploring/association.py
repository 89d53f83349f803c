"""What tests of association find, and what they cannot say."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.text import Text

from wordglass.trace import numbers
from wordglass.views.terminal.exploring.parts import Numbered, of_two, said
from wordglass.views.terminal.page import Page, section, table, title
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.exploring.association import Associated, Association

CAN_SAY = (
    "The effect is how much nearer the first group is to the first words than the second group is, in "
    "standard deviations; at most about 2. p is how often a chance division of the same words does as well. "
    "Without one word: the range of effects where any single word is left out.",
    "It speaks of these lists in this table and of no others: by the choice of words nearly anything can be "
    "found. No effect does not mean no bias, and an effect does not say what a classifier on the table does.",
    "Sources: Caliskan, Bryson and Narayanan (2017), Semantics derived automatically from language corpora "
    "contain human-like biases, Science 356; on its limits, Ethayarajh, Duvenaud and Hirst (2019), "
    "Understanding undesirable word embedding associations.",
)


def show_associations(found: "Sequence[Association]", console: Console) -> None:
    """Print effect sizes and p-values, of a single test its words as well."""
    found = visible(list(found), console.options.ascii_only)
    rows = [
        (
            Text(one["test"]).append("\n" + one["what"], "dim"),
            _effect(one["effect"]),
            f"{_effect(one['low'])} to {_effect(one['high'])}",
            numbers.p_value(one["p"]),
        )
        for one in found
    ]
    parts = [section("Tests of association", table(("test", "effect", "without one word", "p"), rows))]
    if len(found) == 1:
        parts += _words(found[0])
    parts.append(section("What this can say", said(*CAN_SAY)))
    subject = f"in {found[0]['table']}" if found else "no test can be made"
    console.print(Page(title("bias", subject), *parts))


def _words(one: "Association") -> tuple[Group, Group]:
    """Each word of a test, and how p was found."""
    x, y, a, b = one["names"]
    words = of_two(_numbered(one["x"]), _numbered(one["y"]), (x, y))
    ways = numbers.count(one["divisions"])
    drawn = (
        f"p is over all {ways} divisions of the words." if one["exact"] else f"p is over {ways} divisions."
    )
    against = said(f"{a}: {', '.join(one['a'])}", f"{b}: {', '.join(one['b'])}", drawn)
    return (
        section("Each word", words, note=f"above 0 nearer to {a}, below 0 to {b}"),
        section("Held against", against),
    )


def _numbered(words: "list[Associated]") -> list[Numbered]:
    return [(one["word"], one["association"]) for one in words]


def _effect(effect: float | None) -> str:
    return "-" if effect is None else numbers.ratio(effect)
