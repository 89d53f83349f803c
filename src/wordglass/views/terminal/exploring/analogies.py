"""How often a table solves analogies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from wordglass.trace import numbers
from wordglass.views.terminal.exploring.parts import said
from wordglass.views.terminal.page import Page, section, table, title
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.exploring.analogies import Analogies, KindRates, Rates
    from wordglass.trace.document import Interval

HEADINGS = ("kind", "pairs", "usual rule", "honest", "C's nearest", "A, B or C")


def show_analogies(found: "Analogies", console: Console) -> None:
    """Print how often analogies are solved, kind by kind and over all."""
    found = visible(found, console.options.ascii_only)
    rows = [_kind(kind) for kind in found["kinds"]]
    if found["rates"]:
        pairs = sum(kind["pairs"] for kind in found["kinds"])
        rows.append(("all kinds alike", str(pairs), *_rates(found["rates"])))
    parts = [section("How often B - A + C is nearest to the right word", table(HEADINGS, rows))]
    if found["rates"]:
        gain = found["rates"]["gain"]
        parts.append(
            section(
                "What the numbers are",
                said(
                    "usual rule: A, B and C are no answers. honest: nothing is left out. C's nearest: no "
                    "arithmetic at all, by the usual rule. A, B or C: how often the honest answer is one of "
                    "these. Below each rate is its 95% interval over pairs.",
                    "What the arithmetic adds to C's nearest word, by the usual rule: "
                    f"{_points(gain['value'])} points ({_points(gain['low'])} to {_points(gain['high'])}).",
                ),
            )
        )
    left = [f"{kind['kind']}: {', '.join(kind['left_out'])}" for kind in found["kinds"] if kind["left_out"]]
    if left:
        parts.append(section("Pairs left out", said(*left), note="not in the table as one word each"))
    console.print(Page(title("analogies", f"in {found['table']}"), *parts))


def _kind(kind: "KindRates") -> Sequence[str | Text]:
    name = Text(kind["kind"]).append("\n" + " : ".join(kind["example"]), "dim")
    pairs = str(kind["pairs"])
    if kind["left_out"]:
        pairs += f" of {kind['pairs'] + len(kind['left_out'])}"
    return (name, pairs, *(_rates(kind["rates"]) if kind["rates"] else ("too few", "", "", "")))


def _rates(rates: "Rates") -> Sequence[str | Text]:
    every = (_with_interval(rate) for rate in (rates["usual"], rates["honest"], rates["neighbour"]))
    return (*every, numbers.percent(rates["given"]))


def _with_interval(rate: "Interval") -> Text:
    interval = f"\n{_points(rate['low'])}–{numbers.percent(rate['high'])}"
    return Text(numbers.percent(rate["value"])).append(interval, "dim")


def _points(share: float) -> str:
    return numbers.percent(share).removesuffix("%")
