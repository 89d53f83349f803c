"""The most telling of many words for each class, however many words and classes there are."""

from collections.abc import Iterable
from heapq import nlargest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.passes import Floats

NUMBERS = 1 << 20  # shares computed in one go


class Ranked(NamedTuple):
    """A word among the most telling of a class."""

    number: int  # of the word
    share: float  # of the class, less the mean over classes


def blocks(words: int, classes: int) -> list[tuple[int, int]]:
    """Words from one to before another, so many that their shares are quickly ranked."""
    size = max(256, NUMBERS // classes)
    return [(first, min(first + size, words)) for first in range(0, words, size)]


def apart(share: Floats) -> Floats:
    """How much words set texts apart by being there or not, (words,), of which each has its ``share``.

    The standard deviation of a word's presence: a word of all texts sets none apart, one of few only few.

    >>> apart(np.array([0.04, 0.5, 1.0])).round(2).tolist()
    [0.2, 0.5, 0.0]
    """
    return np.asarray(np.sqrt(share * (1 - share)))


def most_telling(
    shares: Iterable[tuple[NDArray[np.int64], Floats, Floats]], classes: int, n: int
) -> list[list[Ranked]]:
    """The ``n`` words of each class with the highest share above the mean over classes, times their weight.

    ``shares`` gives, some words at a time, their numbers (words,), their shares (words, classes) and what
    each weighs (words,). Of equals the lower number comes first; a share that is none or against the class
    tells nothing of it.

    >>> few = [(np.array([4, 7]), np.array([[1.0, 0.0], [0.0, 3.0]]), np.ones(2))]
    >>> most_telling(few, classes=2, n=1)
    [[Ranked(number=4, share=0.5)], [Ranked(number=7, share=1.5)]]
    """
    found: list[list[tuple[float, int, float]]] = [[] for _ in range(classes)]
    for numbers, of_classes, weights in shares:
        above = of_classes - of_classes.mean(axis=1, keepdims=True)
        keys = above * weights[:, None]
        for k in range(classes):
            column = keys[:, k]
            least = np.partition(column, -n)[-n] if len(column) > n else -np.inf
            best = np.flatnonzero((column >= least) & (column > 0))
            own = zip(column[best].tolist(), numbers[best].tolist(), above[best, k].tolist(), strict=True)
            found[k] = nlargest(n, [*found[k], *((key, -number, share) for key, number, share in own)])
    return [[Ranked(-number, share) for _, number, share in of_class] for of_class in found]
