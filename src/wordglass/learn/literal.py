"""What strangers wrote, set into Markdown: it shows as it is, and means nothing."""

import re

from wordglass.views.visible import visible

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def literal(value: object) -> str:
    r"""Escape what Markdown would read as more than text; on one line, with all that it hides shown.

    Every sign of ASCII may be escaped (CommonMark 0.31.2, section 2.4), so all are.

    >>> print(literal("[x](javascript:alert)\n# `a|b`"))
    \[x\]\(javascript\:alert\) \# \`a\|b\`
    """
    return _PUNCTUATION.sub(r"\\\1", visible(" ".join(str(value).split())))


def unescaped(block: str) -> str:
    r"""What stands in a fenced block, which Markdown takes as it is, without the escapes of ``literal``.

    >>> unescaped(literal("a*b = `c`"))
    'a*b = `c`'
    """
    return _ESCAPED.sub(r"\1", block)
