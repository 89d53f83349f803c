"""Answers to questions: how they are given, and what they come to."""

from collections.abc import Sequence

from wordglass.errors import ArgumentError
from wordglass.learn.questions.question import OPTIONS, Question

LETTERS = "abcd"
KEY = ("right", "explanation", "wrong", "evidence", "section")  # what gives the answer away


def option_of(told: str) -> int | None:
    """The number of an option, from 0, of a letter or a number from 1; None for anything else.

    >>> option_of("B"), option_of(" 3"), option_of("e")
    (1, 2, None)
    """
    asked = told.strip().lower().rstrip(").")
    if len(asked) != 1:
        return None
    return LETTERS.index(asked) if asked in LETTERS else "1234".index(asked) if asked in "1234" else None


def options_of(told: str, count: int) -> list[int]:
    """The numbers of the options of so many answers, apart by commas. ArgumentError for what is not that.

    >>> options_of("1,c,2", 3)
    [0, 2, 1]
    """
    found = [option_of(one) for one in told.split(",")]
    if len(found) != count or None in found:
        raise ArgumentError(
            f"--answers {told[:40]!r}: give {count} answers apart by commas, each a to d or 1 to {OPTIONS}"
        )
    return [one for one in found if one is not None]


def hits(questions: Sequence[Question], answers: Sequence[int | None]) -> int:
    """How many answers are right; None is none."""
    return sum(question["right"] == answer for question, answer in zip(questions, answers, strict=False))


def without_key(question: Question) -> dict[str, object]:
    """A question as a teacher hands it out."""
    return {name: value for name, value in question.items() if name not in KEY}
