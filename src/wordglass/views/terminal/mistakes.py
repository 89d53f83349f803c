"""The held-out texts that a model is most surely wrong about, a few lines each."""

from collections.abc import Iterator

from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import Mistake
from wordglass.views.terminal.page import cropped, dim, flowing

MISTAKES_SHOWN = 5
NAME_WIDTH = 20
WORD_WIDTH = 20


def mistakes(found: list[Mistake], width: int) -> Iterator[Text]:
    """Write what each text is called and what it is, its beginning, and the words that spoke for it."""
    for position, mistake in enumerate(found[:MISTAKES_SHOWN]):
        if position:
            yield Text()
        yield Text.assemble(
            (_names(mistake["predicted"]), "bold"),
            f", {numbers.percent(mistake['probability'])} sure, but it is ",
            (_names(mistake["truth"]), "bold"),
            f", {numbers.percent(mistake['of_truth'])}" if mistake["truth"] else "",
            (f"   row {numbers.count(mistake['row'] + 1)}", "dim"),
        )
        yield Text(cropped(mistake["text"] + "…" * mistake["cut"], width))
        if mistake["telling"]:
            words = (
                dim(f"{cropped(word['word'], WORD_WIDTH)} {numbers.share(word['share'])}")
                for word in mistake["telling"]
            )
            yield flowing(words, width, gap=3).split()[0]  # as many as one line has room for


def on_one_line(found: list[Mistake]) -> list[Mistake]:
    """The same with each text on one line, to be called before line ends are escaped."""
    return [{**mistake, "text": " ".join(mistake["text"].split())} for mistake in found]


def _names(names: list[str]) -> str:
    return ", ".join(cropped(name, NAME_WIDTH) for name in names) or "without a label"
