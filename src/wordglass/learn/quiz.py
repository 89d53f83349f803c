"""Three questions after a training: the lesson's own, and two made of the run."""

from random import Random

from wordglass.learn.questions import GENERATORS, OWN
from wordglass.learn.questions.question import Generator, Question
from wordglass.trace.document import TrainingTrace

QUESTIONS = 3


def quiz(trace: TrainingTrace, seed: int = 0) -> list[Question]:
    """Three questions of different topics about a run, the same ones for the same seed.

    The first is the lesson's own: why pre-trained vectors rather than random numbers. The answers to the
    others are computed from the trace; of each question exactly one option is right.

    >>> from wordglass import TextClassifier
    >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
    >>> run = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
    >>> [len(question["options"]) for question in quiz(run.trace_, seed=1)]
    [4, 4, 4]
    """
    rng = Random(f"quiz {seed}")
    return questions(trace, rng, QUESTIONS, first=OWN)


def questions(
    trace: TrainingTrace,
    rng: Random,
    count: int,
    first: Generator | None = None,
    among: tuple[Generator, ...] = GENERATORS,
) -> list[Question]:
    """So many questions, at random: of other topics as long as there are any, none by the same generator."""
    order = rng.sample(among, len(among))
    if first:
        order.insert(0, first)
    found: list[Question] = []
    topics: dict[str, int] = {}
    ids: set[str] = set()
    while len(found) < count:
        left = [generator for generator in order if generator.id not in ids]
        if not left:
            break
        generator = min(left, key=lambda one: topics.get(one.topic, 0))  # the first of equals
        ids.add(generator.id)
        if question := generator(trace, rng):
            found.append(question)
            topics[generator.topic] = topics.get(generator.topic, 0) + 1
    return found
