"""Makes whatever a text may contain safe to show: nothing hidden, nothing that moves the page."""

from typing import TypeVar, cast
from unicodedata import category

Document = TypeVar("Document")

# Control, format (zero-width, bidirectional), surrogate, private, unassigned; line and paragraph separators.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(document: Document, ascii_only: bool = False) -> Document:
    r"""Escape every character that does not show itself, in every string of ``document``.

    >>> visible({"text": "a\tb\u202ec", "tokens": ["é"]})
    {'text': 'a\\tb\\u202ec', 'tokens': ['é']}
    """
    return cast(Document, _visible(document, ascii_only))


def _visible(value: object, ascii_only: bool) -> object:
    match value:
        case str():
            plain = value.isascii() and value.isprintable()
            return value if plain else "".join(_shown(character, ascii_only) for character in value)
        case list():
            return [_visible(item, ascii_only) for item in value]
        case dict():
            return {key: _visible(item, ascii_only) for key, item in value.items()}
    return value


def _shown(character: str, ascii_only: bool) -> str:
    if category(character) in _UNSEEN or (ascii_only and not character.isascii()):
        return character.encode("unicode_escape").decode()
    return character
