"""A test of ten questions over three levels, and what is to be read again after it."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from wordglass.learn.questions import GENERATORS
from wordglass.learn.questions.question import Level, Question
from wordglass.learn.quiz import questions
from wordglass.learn.wording import wording
from wordglass.trace.document import TrainingTrace

SHARES: dict[Level, int] = {"easy": 4, "medium": 3, "hard": 3}


class Topic(NamedTuple):
    """What to read again, and the mode that has it."""

    name: str
    mode: str


class Result(NamedTuple):
    """How a test went: by level, and the topics to read again."""

    levels: dict[Level, tuple[int, int]]  # right, of
    again: list[Topic]


def ten_questions(trace: TrainingTrace, seed: int) -> list[Question]:
    """Four easy, three medium and three hard questions about a run, the same ones for the same seed.

    Where a run has not so many of a level, others take their place; where it has not ten, there are fewer.
    """
    rng = Random(f"test {seed}")
    found: list[Question] = []
    for level, count in SHARES.items():
        among = tuple(generator for generator in GENERATORS if generator.level == level)
        found += questions(trace, rng, count, among=among)
    ids = {question["id"] for question in found}
    rest = tuple(generator for generator in GENERATORS if generator.id not in ids)
    found += questions(trace, rng, sum(SHARES.values()) - len(found), among=rest)
    return sorted(found, key=lambda question: list(SHARES).index(question["level"]))


def short_of(asked: Sequence[Question]) -> dict[Level, int]:
    """How many questions there are of each level of which there are fewer than there should be."""
    counted = Counter(question["level"] for question in asked)
    return {level: counted[level] for level, wanted in SHARES.items() if counted[level] < wanted}


def result(asked: Sequence[Question], answers: Sequence[int | None]) -> Result:
    """Judge a test; None is no answer."""
    topics = {generator.id: generator.topic for generator in GENERATORS}
    said = wording("asking")["topics"]
    levels: dict[Level, tuple[int, int]] = {}
    again = []
    for question, answer in zip(asked, answers, strict=True):
        right = answer == question["right"]
        before = levels.get(question["level"], (0, 0))
        levels[question["level"]] = (before[0] + right, before[1] + 1)
        if not right:
            again.append(Topic(**said[topics[question["id"]]]))
    return Result(levels, list(dict.fromkeys(again)))
