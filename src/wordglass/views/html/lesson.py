"""A lesson as a part of a page: headings with anchors, tables, formulas, charts, and its glossary."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from wordglass.learn.literal import unescaped
from wordglass.learn.markdown import MODE, PAGE, TERM, parsed, parser, plain, terms
from wordglass.learn.wording import wording
from wordglass.opened import Opened
from wordglass.views.html.charts import chart
from wordglass.views.html.environment import render

Link = Callable[[str], str]  # from the path of a page to its address


class RenderedLesson(NamedTuple):
    """A lesson, ready to be set into a page."""

    title: str
    contents: list[tuple[str, str]]  # anchors and names of its parts
    body: Markup


def render_lesson(text: str, opened: Opened, link: Link) -> RenderedLesson:
    """Render a lesson's Markdown; its charts are of the run, its links to pages are made by ``link``."""
    tokens = parsed(text)
    headings = [
        (token.tag, str(token.attrs["id"]), plain(tokens[i + 1]))
        for i, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    explained = terms(tokens)
    body = _Renderer(opened, link).render(tokens, parser().options, {})
    said = wording("terms")
    listed = [(name, said[name]["name"], means) for name, means in explained.items()]
    return RenderedLesson(
        title=next((name for tag, _, name in headings if tag == "h1"), ""),
        contents=[(id, name) for tag, id, name in headings if tag == "h2"],
        body=Markup(body) + render("serve/learn/terms.html", terms=listed),
    )


class _Renderer(RendererHTML):
    """Renders what Markdown has, in the pages' own style."""

    def __init__(self, opened: Opened, link: Link) -> None:
        super().__init__()
        self.opened, self.link = opened, link

    def fence(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """A chart, a formula or a command."""
        kind, _, name = tokens[i].info.strip().partition(" ")
        if kind == "chart":
            return str(chart(name, self.opened))
        content = escape(unescaped(tokens[i].content).rstrip("\n"))
        return f'<pre class="{escape(kind or "plain")}" tabindex="0">{content}</pre>\n'

    def link_open(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """A link to the glossary, another mode, a page of the session, or the web."""
        address = str(tokens[i].attrGet("href") or "")
        if address.startswith(TERM):
            return f'<a class="term" href="#term-{escape(address.removeprefix(TERM))}">'
        if address.startswith(MODE):
            return f'<a href="{escape(self.link("learn/" + address.removeprefix(MODE)))}">'
        if address.startswith(PAGE):
            return f'<a href="{escape(self.link(address.removeprefix(PAGE)))}">'
        return f'<a href="{escape(address)}" rel="noreferrer">'

    def table_open(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """A table that scrolls by itself where it is too wide."""
        return '<div class="wide" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """And its end."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """A heading of a column."""
        return f'<th scope="col"{_numeric(tokens[i])}>'

    def td_open(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """A cell."""
        return f'<td dir="auto"{_numeric(tokens[i])}>'

    def blockquote_open(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        """A text of the data."""
        return '<blockquote dir="auto">\n'


def _numeric(token: Token) -> str:
    return ' class="n"' if "right" in str(token.attrGet("style") or "") else ""
