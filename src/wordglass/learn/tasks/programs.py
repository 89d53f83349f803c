"""Tasks that take a program in Python."""

import re

import numpy as np

from wordglass.learn.tasks.attempt import Attempt
from wordglass.learn.tasks.place import MODEL
from wordglass.learn.tasks.task import DONE, Found, Task
from wordglass.learn.tasks.telling import table_of, telling
from wordglass.opened import Opened
from wordglass.trace import numbers

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w])")
NEAR = 1e-3  # a program may round to four decimals
MOST_WORDS = 4

POOLED = """
from wordglass import TextClassifier

model = TextClassifier.load({model!r})
print(model.trace({text!r})["pooled"])
"""

BY_HAND = """
from wordglass import TextClassifier

model = TextClassifier.load({model!r})
trace = model.trace({text!r})
k = [output["name"] for output in trace["outputs"]].index({name!r})
print(trace["outputs"][k]["bias"] + sum(token["shares"][k] for token in trace["tokens"]))
"""


def pooled_vector(opened: Opened) -> Task | None:
    """The pooled vector of a text."""
    text, _ = _text(opened)
    found = opened.classifier.trace(text)["pooled"]
    if table_of(opened) is None or not found or not any(found):
        return None
    true = np.array(found)

    def check(attempt: Attempt) -> Found:
        printed = _printed(attempt)
        if len(printed) != len(true):
            return Found("other-count", {"printed": numbers.count(len(printed))})
        apart = np.abs(np.array(printed) - true)
        at = int(apart.argmax())
        words = {
            "apart": f"{apart[at]:.2g}",
            "at": str(at + 1),
            "printed": f"{printed[at]:.6g}",
            "true": f"{true[at]:.6g}",
        }
        return Found(DONE if apart[at] <= NEAR * max(1.0, abs(true[at])) else "other-numbers", words)

    words = {
        "text": text,
        "size": numbers.count(len(true)),
        "pooling": opened.model.pooling,
        "model": MODEL,
        "dim": numbers.count(opened.model.dim),
    }
    program = POOLED.format(model=MODEL, text=text).lstrip()
    return Task("pooled-vector", "hard", "program", program, check, words)


def score_by_hand(opened: Opened) -> Task | None:
    """A score put together from its parts."""
    text, name = _text(opened)
    trace = opened.classifier.trace(text)
    output = next(one for one in trace["outputs"] if one["name"] == name)
    true = output["score"]

    def check(attempt: Attempt) -> Found:
        printed = _printed(attempt)
        if not printed:
            return Found("no-number")
        words = {"printed": f"{printed[-1]:.6g}", "true": numbers.score(true)}
        if abs(printed[-1] - true) <= NEAR * max(1.0, abs(true)):
            return Found(DONE, words)
        if abs(printed[-1] - (true - output["bias"])) <= NEAR * max(1.0, abs(true)):
            return Found("no-bias", words)
        return Found("other-number", words)

    words = {"text": text, "name": name, "model": MODEL, "bias": numbers.score(output["bias"])}
    program = BY_HAND.format(model=MODEL, text=text, name=name).lstrip()
    return Task("score-by-hand", "hard", "program", program, check, words)


def _text(opened: Opened) -> tuple[str, str]:
    """A short text and a class: words that tell of it, or the beginning of a text that was held out."""
    for name, words in telling(opened).items():
        return " ".join(words[:MOST_WORDS]), name
    traces = opened.trace["predictions"]
    text = " ".join(traces[0]["text"].split()[:MOST_WORDS]) if traces else "a text"
    return text, opened.model.names[0]


def _printed(attempt: Attempt) -> list[float]:
    """The numbers that a program printed."""
    return [float(number) for number in NUMBER.findall(attempt.program.out)] if attempt.program else []
