"""Texts of strangers in a page: isolated, so that their direction ends where they do, and all visible."""

import re

from markupsafe import Markup, escape

from wordglass.views.visible import visible

_MANY = re.compile(r"\n{3,}")


def bdi(text: str) -> Markup:
    """Isolate a text from the direction of what stands around it.

    >>> print(bdi("<b>"))
    <bdi>&lt;b&gt;</bdi>
    """
    return Markup(f"<bdi>{escape(text)}</bdi>")


def lines(text: str) -> str:
    r"""Escape what does not show itself, but for the ends of lines; of many empty lines show them, too.

    >>> lines("a\nb\u202ec\n\n\n\nd")
    'a\nb\\u202ec\n\\n\\n\nd'
    """
    few = _MANY.sub(lambda many: "\n" + "\0" * (len(many[0]) - 2) + "\n", text)
    return "\n".join(visible(line) for line in few.split("\n")).replace("\\x00", "\\n")
