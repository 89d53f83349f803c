"""Answering only where the model is sure: which rows it answers, and how often it is then right."""

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError
from wordglass.trace.document import Answered

SHARES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)  # of the rows


def check_abstaining(below: float, multi_label: bool) -> None:
    """ArgumentError where ``below`` is no probability, and for several labels a text: none is an answer too.

    >>> check_abstaining(0.8, multi_label=False)
    """
    if multi_label:
        raise ArgumentError(
            "a model of any number of labels a text gives none where none is likely: "
            "abstaining needs one class a text"
        )
    if not 0 <= below <= 1:
        raise ArgumentError(f"abstaining below {below:g}: give a probability from 0 to 1, such as 0.8")


def coverage_curve(truth: NDArray[Any], probabilities: NDArray[Any]) -> list[Answered]:
    """How often the answer is right where only the surest rows are answered, 100% of them to 50%.

    ``truth`` is class numbers (rows,), ``probabilities`` (rows, classes), at least one row. Rows as sure as
    the last one answered are answered too. The curve of risk, one less the accuracy, against coverage is that
    of Geifman and El-Yaniv, 2017, Selective classification for deep neural networks.

    >>> curve = coverage_curve(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]))
    >>> [(point["coverage"], point["least"], point["accuracy"]) for point in curve]
    [(1.0, 0.6, 0.5), (0.5, 0.9, 1.0)]
    """
    p = np.asarray(probabilities, dtype=np.float64)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == truth
    surest = np.argsort(-confidence, kind="stable")
    confidence, hits = confidence[surest], right[surest].cumsum()
    curve: list[Answered] = []
    for share in SHARES:
        least = confidence[ceil(share * len(p) - 1e-9) - 1]
        rows = int(np.searchsorted(-confidence, -least, side="right"))
        if not curve or rows < curve[-1]["rows"]:
            point = Answered(
                coverage=rows / len(p), least=float(least), rows=rows, accuracy=float(hits[rows - 1] / rows)
            )
            curve.append(point)
    return curve
