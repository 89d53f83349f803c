"""The Jinja2 environment of all templates: everything is escaped, and what is not given is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.views.html.text import bdi, lines

HERE = Path(__file__).parent


@cache
def environment() -> Environment:
    """The environment, with a filter for every way that ``trace.numbers`` writes a number."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({writer.__name__: writer for writer in numbers.WRITERS})
    made.filters.update(bdi=bdi, lines=lines)
    return made


def render(template: str, **given: object) -> Markup:
    """Fill a template; what comes out is safe to set into another."""
    return Markup(environment().get_template(template).render(given))
