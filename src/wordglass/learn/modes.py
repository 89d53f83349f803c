"""The nine modes of the lesson, in their order."""

from typing import NamedTuple

from wordglass.errors import ArgumentError
from wordglass.learn.wording import wording

NAMES = ("start", "why", "deep", "visualize", "try", "challenge", "project", "measure", "review")


class Mode(NamedTuple):
    """One way to learn."""

    number: int  # from 1
    name: str
    title: str
    what: str  # one does there, a sentence


def modes() -> list[Mode]:
    """All nine.

    >>> [mode.name for mode in modes()][:3]
    ['start', 'why', 'deep']
    """
    said = wording("modes")
    return [Mode(i, name, said[name]["title"], said[name]["what"]) for i, name in enumerate(NAMES, 1)]


def mode_of(told: str) -> Mode:
    """The mode of a number or a name. ArgumentError for what is neither.

    >>> mode_of("2").name, mode_of(" Deep").number
    ('why', 3)
    """
    asked = told.strip().lower()
    for mode in modes():
        if asked in (str(mode.number), mode.name, mode.title.lower()):
            return mode
    raise ArgumentError(f"there is no mode {told[:40]!r}: give a number from 1 to 9, or {', '.join(NAMES)}")
