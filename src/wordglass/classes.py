"""The names of classes as texts: what a class is called says something of the texts that it has."""

import re
from collections.abc import Sequence

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
BETWEEN = re.compile(r"[\W_]+")


def as_text(name: str) -> str:
    """A class's name as words; empty where there are none in it.

    >>> as_text("card_payment.notRecognised"), as_text("3")
    ('card payment not Recognised', '')
    """
    words = CAMEL.sub(" ", BETWEEN.sub(" ", name)).strip()
    return words if any(character.isalpha() for character in words) else ""


def as_texts(names: Sequence[str]) -> list[str]:
    """The names of all classes as texts, or of none where one of them is not made of words.

    >>> as_texts(["sports", "sci_tech"]), as_texts(["sports", "4"])
    (['sports', 'sci tech'], [])
    """
    texts = [as_text(name) for name in names]
    return texts if all(texts) else []
