"""A mode's text with the numbers of a run put in, as Markdown."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

from wordglass.learn.facts import FACTS
from wordglass.learn.literal import literal
from wordglass.learn.wording import LANGUAGE, TEXTS
from wordglass.opened import Opened
from wordglass.trace import numbers


def lesson(mode: str, opened: Opened) -> str:
    """The text of a mode about a run: Markdown, in which what comes from the run is literal text.

    Links to ``term:NAME`` are to the glossary (``terms``), fenced blocks ``chart NAME`` call a view. A text
    may name every fact of ``facts``; those that it names are worked out.
    """
    return filled((TEXTS / LANGUAGE / f"{mode}.md").read_text(encoding="utf-8"), opened)


def filled(text: str, opened: Opened) -> str:
    """Markdown with placeholders, filled with the facts that it names."""
    named = meta.find_undeclared_variables(environment().parse(text))
    facts = {name: fact(opened) for name, fact in FACTS.items() if name in named}
    return environment().from_string(text).render(facts)


@cache
def environment() -> Environment:
    """The environment of the texts: what is put in is escaped for Markdown, what is not given an error."""
    made = Environment(
        loader=FileSystemLoader(TEXTS / LANGUAGE),
        autoescape=False,
        finalize=literal,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({writer.__name__: writer for writer in numbers.WRITERS})
    return made
