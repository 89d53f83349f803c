"""What the numbers of a run mean: statements of the language's file, some true of this run alone."""

from collections.abc import Mapping, Sequence
from random import Random

from wordglass.learn.questions.question import Draft, Option, asks
from wordglass.learn.questions.shapes import dimensions
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def statements(rng: Random, wrong: Sequence[str], evidence: str, words: Mapping[str, str]) -> Draft:
    """One statement of the file is right; the others are wrong whatever the run."""
    options = [Option(reason, False) for reason in wrong]
    return Draft(Option("right", True), rng.sample(options, len(options)), evidence, bool, words)


@asks("pre-trained vectors", "concept", "easy", "coverage")
def why_pre_trained(trace: TrainingTrace, rng: Random) -> Draft:
    """The lesson's own: why pre-trained vectors rather than random numbers."""
    found = trace["coverage"]
    wrong = ["trained-here", "smaller", "changed", "order"]
    if found["known"] < found["tokens"]:
        wrong.append("all-known")
    words = {
        "dim": numbers.count(dimensions(trace)[0]),
        "rows": numbers.count(trace["data"]["train_rows"]),
        "known": numbers.count(found["known"]),
        "tokens": numbers.count(found["tokens"]),
        "missing": numbers.count(found["tokens"] - found["known"]),
        "distinct": numbers.count(found["distinct"]),
    }
    return statements(rng, wrong, "/coverage/distinct", words)
