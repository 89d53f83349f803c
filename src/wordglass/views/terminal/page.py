"""The sheet that every terminal view is written on: console, headings, tables, bars, and their ASCII."""

import os
from collections.abc import Iterable, Sequence
from typing import IO

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text

from wordglass.trace.document import Mark

INDENT = 2
GAP = 3  # cells between the columns of a table

# One cell for one cell, so that a page is laid out alike in both.
_IN_ASCII = str.maketrans("─━╸╺│┤└●○◉·→←…✓✗×–", "-=--|++*o@.><~+xx-")

_MARKS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}


class Page:
    """Parts below each other: no trailing blanks, and ASCII where the stream has no more."""

    def __init__(self, *parts: RenderableType) -> None:
        self.parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the parts line by line."""
        for line in console.render_lines(Group(*self.parts), options, pad=False):
            for text, style, control in _without_trailing_blanks(line):
                yield Segment(text.translate(_IN_ASCII) if options.ascii_only else text, style, control)
            yield Segment.line()


class _AsciiConsole(Console):
    """A console that takes its stream for one that has only ASCII."""

    @property
    def encoding(self) -> str:
        return "ascii"


def console(file: IO[str] | None = None, ascii: bool = False) -> Console:
    """Open the console that views print on: 80 columns (or ``COLUMNS``) where there is no terminal.

    ``ascii`` asks for ASCII alone, which a stream that is not UTF-8 gets in any case. With ``NO_COLOR`` set
    no escape code is written.

    >>> console(ascii=True).options.ascii_only
    True
    """
    kind = _AsciiConsole if ascii else Console
    opened = kind(file=file, color_system=None if os.environ.get("NO_COLOR") else "auto", highlight=False)
    if not opened.is_terminal:
        columns = os.environ.get("COLUMNS", "")
        opened.width = int(columns) if columns.isdecimal() and int(columns) > 0 else 80
    return opened


def title(name: str, subject: str) -> Text:
    """Write the first line of a page."""
    return Text.assemble("\n", ("wordglass", "bold"), "  ", (name, "bold cyan"), "  ", subject)


def section(name: str, *parts: RenderableType, note: str = "") -> Group:
    """Set parts under a heading, indented, with room above."""
    heading = Text.assemble("\n\n", (name, "bold"), ("   " + note if note else "", "dim"), "\n")
    return Group(heading, *(indented(part) for part in parts))


def indented(part: RenderableType) -> Padding:
    """Move a part in from the left edge."""
    return Padding(part, (0, 0, 0, INDENT))


def dim(text: str) -> Text:
    """Write what matters less."""
    return Text(text, "dim")


def marked(mark: Mark, sentence: str) -> Table:
    """Write a finding with its mark as a sign and as a word."""
    sign, colour = _MARKS[mark]
    row = Table.grid(Column(width=9), Column(ratio=1), padding=(0, 2, 0, 0), expand=True)
    row.add_row(Text(f"{sign} {mark}", colour), Text(sentence))
    return row


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str | Text]], left: int = 1, gap: int = GAP
) -> Table:
    """Set rows under headings; the first ``left`` columns are words, others with a heading numbers."""
    sheet = Table(box=None, padding=(0, gap, 0, 0), header_style="dim", pad_edge=False)
    for position, heading in enumerate(headings):
        words = position < left or not heading  # bars and remarks have no heading
        sheet.add_column(Text(heading), justify="left" if words else "right", no_wrap=not words)
    for row in rows:
        sheet.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return sheet


def cropped(text: str, width: int) -> str:
    """Cut a text to ``width`` cells, with a sign where something is left out.

    >>> cropped("sunshine", 5)
    'suns…'
    """
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def bar(part: float, width: int, style: str = "cyan") -> Text:
    """Draw a part (0 to 1) of ``width`` cells, to half a cell."""
    halves = round(min(max(part, 0.0), 1.0) * 2 * width)
    return Text("━" * (halves // 2) + "╸" * (halves % 2), style)


def flowing(pieces: Iterable[Text], width: int, gap: int = 1) -> Text:
    """Set pieces beside each other, each whole on one line as far as it fits."""
    flow, used = Text(), 0
    for piece in pieces:
        if used and used + gap + piece.cell_len > width:
            flow.append("\n")
            used = 0
        elif used:
            flow.append(" " * gap)
            used += gap
        flow.append_text(piece)
        used += piece.cell_len
    return flow


def _without_trailing_blanks(line: list[Segment]) -> list[Segment]:
    kept = list(line)
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    if kept:
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip(" "))
    return kept
