"""Questions about a run: a generator each, one file a topic."""

from wordglass.learn.questions import arithmetic, better, concepts, coverage, epochs, scores, shapes, telling
from wordglass.learn.questions.question import Generator, Question

__all__ = ["GENERATORS", "OWN", "Generator", "Question"]

OWN = concepts.why_pre_trained

GENERATORS: tuple[Generator, ...] = tuple(
    found
    for topic in (shapes, coverage, epochs, scores, telling, arithmetic, better, concepts)
    for found in vars(topic).values()
    if isinstance(found, Generator)
)
