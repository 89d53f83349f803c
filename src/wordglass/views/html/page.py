"""A whole page: style and scripts in it, and a policy that lets nothing else run or load."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from wordglass.views.html.environment import render

HERE = Path(__file__).parent


def page(
    template: str,
    title: str,
    contents: Sequence[tuple[str, str]],  # ids and names of the sections
    given: Mapping[str, object],
    scripts: Sequence[str] = (),  # beside page.js
    payloads: Mapping[str, str] | None = None,  # JSON by the id of its element
) -> str:
    """Fill a template that extends base.html with what it is given."""
    css, code = asset("page.css"), [asset("page.js"), *scripts]
    return render(
        template,
        title=title,
        contents=contents,
        policy=policy(css, code),
        css=Markup(css),
        scripts=[Markup(script) for script in code],
        payloads={name: Markup(embedded(data)) for name, data in (payloads or {}).items()},
        **given,
    )


@cache
def asset(name: str) -> str:
    """A style sheet or script beside this file, without lines that are comments, and without indentation."""
    text = (HERE / name).read_text(encoding="utf-8")
    # no match may run past the end of a comment, as of a type with code behind it, to that of the next
    bare = re.sub(r"^\s*(/\*(?:(?!\*/)[\s\S])*\*/|//.*)\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^\s+", "", bare, flags=re.MULTILINE)


def policy(css: str, scripts: Sequence[str]) -> str:
    """The content security policy: this style and these scripts, images as data, and nothing else."""
    hashes = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; style-src {_hash(css)}; script-src {hashes}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(data: str) -> str:
    r"""JSON such that no text in it can end the element that it stands in.

    >>> embedded('{"text": "</script>"}')
    '{"text": "\\u003c/script>"}'
    """
    return data.replace("<", "\\u003c")


def _hash(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"
