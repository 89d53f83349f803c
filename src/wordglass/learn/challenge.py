"""Problems against the clock: one of each kind that a run gives; points for what is right, and for speed."""

from random import Random

from wordglass.learn.questions import GENERATORS
from wordglass.learn.questions.question import Question
from wordglass.learn.quiz import questions
from wordglass.trace.document import TrainingTrace

KINDS = ("shape", "output", "better model", "metric", "number")
LIMIT = 40.0  # seconds after which a right answer gives no more than half of the points
MOST = 100


def challenge(trace: TrainingTrace, seed: int = 0) -> list[Question]:
    """Five problems about a run: a shape, an output, the better model, the metric to use, a number.

    The same ones for the same seed. Where a run has nothing of a kind, another problem stands in its place.
    """
    rng = Random(f"challenge {seed}")
    found: list[Question] = []
    for kind in KINDS:
        found += questions(trace, rng, 1, among=tuple(one for one in GENERATORS if one.kind == kind))
    ids = {question["id"] for question in found}
    left = tuple(one for one in GENERATORS if one.id not in ids)
    return found + questions(trace, rng, len(KINDS) - len(found), among=left)


def points(right: bool, seconds: float) -> int:
    """What an answer is worth: 50 for a right one, and up to 50 more the sooner it comes.

    >>> points(True, 0.0), points(True, 20.0), points(True, 90.0), points(False, 1.0)
    (100, 75, 50, 0)
    """
    early = max(0.0, 1 - seconds / LIMIT)
    return round(MOST * (1 + early) / 2) if right else 0
