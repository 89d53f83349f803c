"""Cards that come back the later the better they are known, and a test over three levels.

The boxes are those of Leitner (1972, So lernt man lernen): a card that is known goes a box up, one that is
not goes back to the first. Here each box is seen after twice as many days as the one before.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from wordglass.learn.progress import CardDue, Progress
from wordglass.learn.questions import GENERATORS
from wordglass.learn.questions.question import Level, Question
from wordglass.learn.questions.shapes import dimensions
from wordglass.learn.quiz import questions
from wordglass.learn.wording import wording
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace

DAYS = (1, 2, 4, 8, 16)  # until a card of each box is seen again
SHARES: dict[Level, int] = {"easy": 4, "medium": 3, "hard": 3}  # of the ten questions of a test
ANEW = 10  # cards that were never seen, of one sitting


class Card(NamedTuple):
    """A card, its numbers put in."""

    id: str
    level: str  # beginner, intermediate or advanced
    front: str
    back: str


def cards(trace: TrainingTrace) -> list[Card]:
    """The cards that a run has numbers for, with these put in, from beginner to advanced."""
    known = facts(trace)
    found = []
    for id, said in wording("cards").items():
        needed = said.get("needs", [])
        if all(name in known for name in needed):
            front, back = (said[side].format_map(known) for side in ("front", "back"))
            found.append(Card(id, said["level"], front, back))
    order = ("beginner", "intermediate", "advanced")
    return sorted(found, key=lambda card: order.index(card.level))


def facts(trace: TrainingTrace) -> dict[str, str]:
    """The numbers that cards may name."""
    data, found, training = trace["data"], trace["coverage"], trace["training"]
    dim, pooled = dimensions(trace)
    known = {
        "rows": numbers.count(data["train_rows"]),
        "classes": str(len(data["classes"])),
        "tokens": numbers.count(found["tokens"]),
        "known": numbers.count(found["known"]),
        "missing": numbers.count(found["tokens"] - found["known"]),
        "dim": numbers.count(dim),
        "pooled": numbers.count(pooled),
        "features": numbers.count(training["features"]),
        "outputs": numbers.plural(training["outputs"], "output"),
        "weights": numbers.count(training["features"] * training["outputs"]),
        "first_loss": numbers.loss(training["epochs"][0]["train_loss"]),
        "last_loss": numbers.loss(training["epochs"][-1]["train_loss"]),
        "epochs": numbers.plural(training["epochs"][-1]["epoch"], "epoch"),
        "default": numbers.percent(trace["default"]["probability"]),
        "seed": str(trace["provenance"]["seed"]),
    }
    if scores := trace["scores"]:
        known |= {
            "held_out": numbers.count(scores["rows"]),
            "accuracy": numbers.percent(scores["accuracy"]["value"]),
            "low": numbers.percent(scores["accuracy"]["low"]),
            "high": numbers.percent(scores["accuracy"]["high"]),
            "macro_f1": numbers.ratio(scores["macro_f1"]["value"]),
            "calibration": numbers.ratio(scores["calibration_error"]),
            "log_loss": numbers.loss(scores["log_loss"]),
        }
    return known


def due(deck: Sequence[Card], kept: Progress, today: date) -> list[Card]:
    """The cards to be seen today: those due, the longest first, and some that were never seen."""
    seen = [card for card in deck if card.id in kept["cards"]]
    late = [card for card in seen if kept["cards"][card.id]["due"] <= today.isoformat()]
    late.sort(key=lambda card: kept["cards"][card.id]["due"])
    return late + [card for card in deck if card.id not in kept["cards"]][:ANEW]


def moved(before: CardDue | None, known: bool, today: date) -> CardDue:
    """A card after it was seen: a box up where it was known, else back in the first.

    >>> moved(None, True, date(2024, 1, 1)), moved(CardDue(box=4, due=""), False, date(2024, 1, 1))
    ({'box': 2, 'due': '2024-01-03'}, {'box': 1, 'due': '2024-01-02'})
    """
    box = min((before["box"] if before else 1) + 1, len(DAYS)) if known else 1
    return CardDue(box=box, due=(today + timedelta(days=DAYS[box - 1])).isoformat())


def ten_questions(trace: TrainingTrace, seed: int) -> list[Question]:
    """Ten questions about a run: four easy, three medium and three hard, as far as it has so many."""
    rng = Random(f"test {seed}")
    found: list[Question] = []
    for level, count in SHARES.items():
        among = tuple(generator for generator in GENERATORS if generator.level == level)
        found += questions(trace, rng, count, among=among)
    ids = {question["id"] for question in found}
    rest = tuple(generator for generator in GENERATORS if generator.id not in ids)
    return found + questions(trace, rng, sum(SHARES.values()) - len(found), among=rest)


class Result(NamedTuple):
    """How a test went: by level, and the topics to read again."""

    levels: dict[Level, tuple[int, int]]  # right, of
    again: list[str]


def result(asked: Sequence[Question], answers: Sequence[int | None]) -> Result:
    """Judge a test; None is no answer."""
    topics = {generator.id: generator.topic for generator in GENERATORS}
    levels: dict[Level, tuple[int, int]] = {}
    again = []
    for question, answer in zip(asked, answers, strict=True):
        right = answer == question["right"]
        before = levels.get(question["level"], (0, 0))
        levels[question["level"]] = (before[0] + right, before[1] + 1)
        if not right:
            again.append(wording("asking")["topics"][topics[question["id"]]])
    return Result(levels, list(dict.fromkeys(again)))
