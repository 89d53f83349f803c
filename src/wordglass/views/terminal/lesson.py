"""A lesson on a terminal."""

from collections.abc import Iterator

from markdown_it.token import Token
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wordglass.learn.literal import unescaped
from wordglass.learn.markdown import MODE, TERM, parsed, terms
from wordglass.learn.modes import Mode
from wordglass.learn.wording import wording
from wordglass.opened import Opened
from wordglass.views.terminal.charts import chart
from wordglass.views.terminal.page import INDENT, Page, dim, table, title
from wordglass.views.visible import visible

MOST = 90  # cells of a line of text
_MARKS = {"strong_open": "bold", "em_open": "italic"}


def show_lesson(text: str, opened: Opened, console: Console) -> None:
    """Print a lesson's Markdown: its charts are of the run, its terms are explained where it ends."""
    tokens = parsed(text)
    width = min(console.width, MOST)
    console.print(Page(*_Blocks(opened, console.options.ascii_only, width).of(tokens)), width=width)
    if explained := terms(tokens):
        said = wording("terms")
        sheet = Table.grid(padding=(0, 2, 0, 0))
        for name, means in explained.items():
            sheet.add_row(Text(said[name]["name"], "cyan"), dim(means))
        console.print(Page(Text("\nTerms\n", "bold"), Padding(sheet, (0, 0, 0, INDENT))), width=width)


def show_modes(modes: list[Mode], done: set[str], name: str, console: Console) -> None:
    """Print the list of the modes; those that are ``done`` have a mark."""
    sheet = Table.grid(padding=(0, 2, 0, 0))
    for mode in modes:
        mark = Text("✓", "green") if mode.name in done else Text(" ")
        sheet.add_row(Text(str(mode.number), "cyan"), Text(mode.title, "bold"), mark, Text(mode.what))
    name = visible(name, console.options.ascii_only)
    console.print(Page(title("learn", name), Text(), Padding(sheet, (0, 0, 1, INDENT))))


class _Blocks:
    """Markdown's blocks as what Rich prints."""

    def __init__(self, opened: Opened, ascii_only: bool, width: int) -> None:
        self.opened, self.ascii_only, self.width = opened, ascii_only, width

    def of(self, tokens: list[Token]) -> Iterator[RenderableType]:
        """The blocks of a lesson, each with an empty line above."""
        deep, marks, i = 0, [""], 0
        while i < len(tokens):
            token = tokens[i]
            match token.type:
                case "heading_open":
                    line = self._line(tokens[i + 1])
                    line.stylize("bold cyan" if token.tag == "h1" else "bold")
                    yield Padding(line, (2 if token.tag == "h2" else 1, 0, 0, 0))
                    i += 2
                case "bullet_list_open" | "ordered_list_open":
                    deep += 1
                    marks.append("1" if token.type.startswith("o") else "-")
                    yield Text()
                case "bullet_list_close" | "ordered_list_close":
                    deep -= 1
                    marks.pop()
                case "list_item_open":
                    sign = f"{token.info}." if marks[-1] == "1" else "-"
                    yield self._item(sign, tokens[i + 2], deep)
                    i += 3
                case "blockquote_open":
                    marks.append(">")
                case "blockquote_close":
                    marks.pop()
                case "inline":
                    yield Padding(self._line(token), (1, 0, 0, INDENT if marks[-1] == ">" else 0))
                case "fence":
                    yield from self._fence(token)
                case "table_open":
                    end = next(j for j in range(i, len(tokens)) if tokens[j].type == "table_close")
                    yield Padding(self._table(tokens[i:end]), (1, 0, 0, INDENT))
                    i = end
            i += 1

    def _item(self, sign: str, inline: Token, deep: int) -> RenderableType:
        sheet = Table.grid(padding=(0, 1, 0, 0))
        sheet.add_row(Text(sign, "dim"), self._line(inline))
        return Padding(sheet, (0, 0, 0, INDENT * (deep - 1)))

    def _fence(self, token: Token) -> Iterator[RenderableType]:
        kind, _, name = token.info.strip().partition(" ")
        yield Text()
        if kind == "chart":
            drawn = chart(name, self.opened, self.ascii_only, self.width - INDENT)
            yield Padding(drawn, (0, 0, 0, INDENT))
            return
        content = unescaped(token.content).rstrip("\n")
        yield Padding(Text(visible_lines(content, self.ascii_only), "cyan"), (0, 0, 0, INDENT))

    def _table(self, tokens: list[Token]) -> Table:
        rows: list[list[Text]] = []
        right: list[bool] = []
        for i, token in enumerate(tokens):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(self._line(tokens[i + 1]))
                if token.type == "th_open":
                    right.append("right" in str(token.attrGet("style") or ""))
        sheet = table([cell.plain for cell in rows[0]], rows[1:], left=len(rows[0]), gap=2)
        for column, numeric in zip(sheet.columns, right, strict=True):
            column.justify = "right" if numeric else "left"
            column.no_wrap = numeric
        return sheet

    def _line(self, inline: Token) -> Text:
        line, styles = Text(), [""]
        for child in inline.children or []:
            if child.type in _MARKS:
                styles.append(_MARKS[child.type])
            elif child.type == "link_open":
                address = str(child.attrGet("href") or "")
                styles.append("cyan" if address.startswith((TERM, MODE)) else "")
            elif child.type.endswith("_close"):
                styles.pop()
            elif child.type in ("softbreak", "hardbreak"):
                line.append(" " if child.type == "softbreak" else "\n")
            else:
                style = "bold" if child.type == "code_inline" else " ".join(filter(None, styles))
                line.append(visible(child.content, self.ascii_only), style)
        return line


def visible_lines(text: str, ascii_only: bool) -> str:
    """Lines with all that they hide shown."""
    return "\n".join(visible(line, ascii_only) for line in text.split("\n"))
