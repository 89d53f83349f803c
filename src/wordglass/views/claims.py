"""How every view names the arms of a claim, its sizes and its verdicts."""

from wordglass.trace.claim import Answer, Arm, Question, Verdict
from wordglass.trace.numbers import count

ARMS: dict[Arm, str] = {
    "pretrained": "pre-trained",
    "random": "random",
    "shuffled": "shuffled",
    "scratch": "from scratch",
    "tf-idf": "TF-IDF",
    "hybrid": "hybrid",
}
SIGNS: dict[Answer, str] = {"holds": "✓ holds", "fails": "✗ fails", "cannot tell": "! cannot tell"}
QUESTIONS: dict[Question, str] = {
    "more accurate": "More accurate?",
    "faster": "Faster?",
    "with less data": "With less data?",
}


def size_name(size: int | None) -> str:
    """Write how many rows a class has to train on.

    >>> size_name(64), size_name(None)
    ('64 a class', 'all')
    """
    return "all" if size is None else f"{count(size)} a class"


def finding(verdict: Verdict) -> str:
    """What a verdict says, without the question, which stands before it in every view.

    >>> finding(Verdict(question="faster", other=None, verdict="holds", sentence="faster: always", rule=""))
    'always'
    """
    return verdict["sentence"].removeprefix(f"{verdict['question']}: ")


def points(value: float) -> str:
    """Write a difference of two accuracies, or of two F1, in points: one decimal, always with its sign.

    >>> points(0.0312), points(-0.0001)
    ('+3.1', '0.0')
    """
    text = f"{100 * value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text
