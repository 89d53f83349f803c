"""A lesson's Markdown, parsed: no HTML in it, tables, headings with anchors, links to the glossary."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from wordglass.learn.wording import wording

TERM, MODE, PAGE = "term:", "mode:", "page:"  # what links of texts begin with, beside https:


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables, and without HTML."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def parsed(text: str) -> list[Token]:
    """The tokens of a lesson; each heading has its anchor as ``id``.

    >>> [token.attrs["id"] for token in parsed("# One text\\n## What it is") if token.type == "heading_open"]
    ['one-text', 'what-it-is']
    """
    tokens = parser().parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrs["id"] = anchor(plain(inline))
    return tokens


def plain(inline: Token) -> str:
    """The text of a line without its marks."""
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))


def anchor(heading: str) -> str:
    """What a heading is called in an address."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "part"


def linked(tokens: list[Token], kind: str) -> Iterator[str]:
    """What links of a kind lead to, each once, in order."""
    found: dict[str, None] = {}
    for token in tokens:
        for child in token.children or []:
            address = str(child.attrGet("href") or "")
            if child.type == "link_open" and address.startswith(kind):
                found[address.removeprefix(kind)] = None
    yield from found


def terms(tokens: list[Token]) -> dict[str, str]:
    """The terms that a lesson links to, by their names, and what each means."""
    said = wording("terms")
    return {name: said[name]["means"] for name in linked(tokens, TERM)}
