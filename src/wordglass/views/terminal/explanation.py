"""Explanations on a terminal: why one class rather than another, what would change it, what is near."""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import ClassTelling, PredictionTrace
from wordglass.views.terminal.page import Page, console, cropped, dim, section, table
from wordglass.views.terminal.prediction import why
from wordglass.views.terminal.shares import Term, bars, largest, together
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.explaining.edits import Edit, Edits
    from wordglass.explaining.explanation import Versus
    from wordglass.explaining.nearest import Neighbour

TELLING_SHOWN = 10  # words of a class
CLASSES_SHOWN = 12
NAME_WIDTH = 24
WORD_WIDTH = 24
TEXT_SHOWN = 240  # characters of an edited text, around the change
NEAR_SHOWN = 160


def show_versus(versus: "Versus", console: Console) -> None:
    """Print why one class has a higher score than another."""
    console.print(Page(*_versus(versus, console.options.ascii_only)))


def show_edits(edits: "Edits", console: Console) -> None:
    """Print the smallest edits that change what a text is called."""
    console.print(Page(_edits(edits, console.options.ascii_only)))


def show_nearest(nearest: "Sequence[Neighbour]", console: Console) -> None:
    """Print the texts nearest to one."""
    console.print(Page(_nearest(nearest, console.options.ascii_only)))


def explanation_page(trace: PredictionTrace) -> str:
    """The scores of a text and why its class has the highest, as plain text."""
    page = _plain()
    page.print(Page(*why(trace, page)))
    return _read(page)


def versus_page(versus: "Versus") -> str:
    """The same for why one class has a higher score than another."""
    page = _plain()
    show_versus(versus, page)
    return _read(page)


def edits_page(edits: "Edits") -> str:
    """The same for the smallest edits."""
    page = _plain()
    show_edits(edits, page)
    return _read(page)


def global_page(classes: list[ClassTelling]) -> str:
    """The same for the most telling words of each class."""
    page = _plain()
    note = "share: of the class, less the mean over classes"
    page.print(Page(section("The most telling words of each class", *telling(visible(classes)), note=note)))
    return _read(page)


def telling(classes: list[ClassTelling], shown: int = TELLING_SHOWN) -> Iterator[RenderableType]:
    """Set the most telling words of each class beside its name, the most telling first."""
    yield table(
        ("class", ""),
        (
            (
                cropped(of["name"], NAME_WIDTH),
                Text(", ".join(cropped(word["text"], WORD_WIDTH) for word in of["words"][:shown]) or "-"),
            )
            for of in classes[:CLASSES_SHOWN]
        ),
    )
    if len(classes) > CLASSES_SHOWN:
        yield dim(f"… {numbers.plural(len(classes) - CLASSES_SHOWN, 'more class')}")


def _versus(versus: "Versus", ascii_only: bool) -> Iterator[RenderableType]:
    one, other = visible([versus.one, versus.other], ascii_only)
    terms = [
        Term(visible(share.text, ascii_only), 0.0, share.share, 0.0, 1)
        for share in versus.shares
        if share.share
    ]
    shown, rest = largest(together(terms), "term")
    shown = sorted(shown, key=lambda term: -term.share)
    yield section(
        f"Why {cropped(one, NAME_WIDTH)} rather than {cropped(other, NAME_WIDTH)}",
        bars(versus.bias, shown + rest, "word or pair"),
        Text(f"\ntheir sum, the difference of the scores: {numbers.score(versus.difference)}"),
        note="the difference of the shares",
    )


def _edits(edits: "Edits", ascii_only: bool) -> RenderableType:
    parts: list[RenderableType] = []
    for edit, sentence in zip((edits.removal, edits.replacement), edits.found, strict=True):
        if edit is None:
            parts.append(dim(sentence))
            continue
        parts.append(Text(_change(edit, ascii_only)))
        named = " + ".join(visible(edit.predicted, ascii_only)) or "no class"
        parts.append(Text(f"  → {named}, probability {numbers.percent(edit.probability)}\n"))
    parts.append(dim(f"{numbers.plural(edits.tried, 'edited text')} tried, each predicted anew"))
    return section("What would change it", *parts, note="the smallest edits found")


def _change(edit: "Edit", ascii_only: bool) -> str:
    words = ", ".join(cropped(visible(word, ascii_only), WORD_WIDTH) for word in edit.words)
    if edit.replacement is None:
        return f"without {words}"
    return f"{cropped(visible(edit.replacement, ascii_only), WORD_WIDTH)} instead of {words}"


def _nearest(nearest: "Sequence[Neighbour]", ascii_only: bool) -> RenderableType:
    if not nearest:
        return section("Nearest texts", dim("none: no word of the text has a vector"))
    rows = [
        (
            numbers.count(near.row),
            numbers.score(near.cosine),
            Text(cropped(visible(" + ".join(near.labels or ()), ascii_only), NAME_WIDTH)),
            Text(cropped(visible(near.text[:NEAR_SHOWN], ascii_only), NEAR_SHOWN)),
        )
        for near in nearest
    ]
    note = "by the cosine of their pooled vectors"
    return section("Nearest texts", table(("row", "cosine", "", ""), rows, left=0), note=note)


def _plain() -> Console:
    """A page in memory, without colours, as wide as a terminal has it by default."""
    page = console(StringIO())
    page.no_color = True
    return page


def _read(page: Console) -> str:
    assert isinstance(page.file, StringIO)
    return page.file.getvalue().strip("\n")
