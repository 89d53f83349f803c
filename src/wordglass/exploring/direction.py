"""The direction from one word to another: what lies at its ends, and what it separates."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError
from wordglass.evaluate import Z95
from wordglass.exploring.known import known_words
from wordglass.trace.document import Interval
from wordglass.vectors.table import VectorTable

AMONG = 20_000
LEAST, MOST = 2, 1000  # words in a list that is to be told from another


class Projected(TypedDict):
    """A word, and where it lies along the direction."""

    word: str
    projection: float


class Direction(TypedDict):
    """The direction from word ``a`` to word ``b``."""

    table: str
    dim: int
    a: str
    b: str
    among: int  # the first so many words of the table, which are mostly its commonest
    toward_a: list[Projected]  # the farthest first
    toward_b: list[Projected]
    spread: float  # the share of these words' variance along the direction; 1 / dim were nothing special
    left: list[Projected]  # the given lists
    right: list[Projected]
    auc: Interval | None  # how often a word of ``right`` lies nearer to b than one of ``left``
    unknown: list[str]
    left_out: list[str]  # given words that are a or b themselves: they would tell nothing


def direction(
    table: VectorTable,
    a: str,
    b: str,
    left: Sequence[str] = (),
    right: Sequence[str] = (),
    among: int = AMONG,
    n: int = 10,
) -> Direction:
    """Project words on the direction from word ``a`` to word ``b``: unit vectors on their difference.

    A projection is (cosine to b - cosine to a) / |b - a|: above 0 the word is nearer to b. The ``n`` farthest
    on either side are taken from the first ``among`` words of the table that have a letter, without a and b.
    With two lists, ``auc`` is the area under the ROC curve of telling ``right`` from ``left`` by the
    projection, 0.5 for a direction that tells nothing, with Newcombe's 95% interval (2006, Confidence
    intervals for an effect size measure based on the Mann-Whitney statistic, part 2, method 5), which stays
    an interval for few words and at 0 and 1. ``ArgumentError`` for unknown ``a`` or ``b``, one word twice, or
    lists of fewer than two known words.

    >>> vectors = np.array([[1, 0], [0, 1], [3, 1], [1, 2], [2, 1], [1, 3]], np.float32)
    >>> table = VectorTable.of(["cold", "hot", "ice", "fire", "snow", "sun"], vectors)
    >>> found = direction(table, "cold", "hot", left=["ice", "snow"], right=["fire", "sun"], n=1)
    >>> found["toward_a"][0]["word"], found["toward_b"][0]["word"], found["auc"]["value"]
    ('ice', 'sun', 1.0)
    """
    ends = known_words(table, [a, b])
    if ends.unknown:
        raise ArgumentError(f"{table.name} has no word {ends.unknown[0]!r}")
    if len(ends.words) < 2:
        raise ArgumentError(f"{a!r} and {b!r} are one word to {table.name}: give two words")
    line = ends.units[1] - ends.units[0]
    if not line.any():
        raise ArgumentError(f"{a!r} and {b!r} have the same vector in {table.name}: give other words")
    line /= np.linalg.norm(line)
    among = min(among, len(table))
    projections, spread = _along(table, line, among)
    ends_of = _ends(table, projections, set(ends.rows.tolist()), n)
    lists = [_projected(table, words, line, ends.rows) for words in (left, right)]
    both = {word["word"] for word in lists[0][0]} & {word["word"] for word in lists[1][0]}
    if both:
        raise ArgumentError(f"{min(both)!r} is in both lists: give it in one")
    auc = None
    if left or right:
        sides = [np.array([word["projection"] for word in words]) for words, _, _ in lists]
        if not LEAST <= min(map(len, sides)) <= max(map(len, sides)) <= MOST:
            raise ArgumentError(
                f"each list needs {LEAST} to {MOST} words that {table.name} has, besides a and b"
            )
        auc = auc_interval(*sides)
    return Direction(
        table=table.name,
        dim=table.dim,
        a=ends.words[0],
        b=ends.words[1],
        among=among,
        toward_a=ends_of[0],
        toward_b=ends_of[1],
        spread=spread,
        left=lists[0][0],
        right=lists[1][0],
        auc=auc,
        unknown=lists[0][1] + lists[1][1],
        left_out=lists[0][2] + lists[1][2],
    )


def auc_interval(left: NDArray[np.float64], right: NDArray[np.float64]) -> Interval:
    """How often a value of ``right`` is above one of ``left``, of equals half, with Newcombe's 95% interval.

    >>> found = auc_interval(np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.4]))
    >>> found["value"], round(found["low"], 2), round(found["high"], 2)
    (0.75, 0.26, 0.96)
    """
    below = np.sign(right[:, None] - left)
    auc = float((below + 1).mean() / 2)
    m, n = len(left), len(right)
    size = (m + n) / 2 - 1

    def apart(theta: float) -> float:  # above 0 where theta is within the interval
        variance = theta * (1 - theta) * (1 + size * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
        return Z95**2 * variance / (m * n) - (auc - theta) ** 2

    bounds = []
    for outer in (0.0, 1.0):
        inside, outside = auc, outer
        for _ in range(60):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if apart(middle) >= 0 else (inside, middle)
        bounds.append(inside)
    return Interval(value=auc, low=bounds[0], high=bounds[1])


def _along(table: VectorTable, line: NDArray[np.float64], among: int) -> tuple[NDArray[np.float32], float]:
    """Where the first words lie, (among,), and the share of their variance that is along the line."""
    padded = np.zeros(table.rows.width, np.float32)
    padded[: table.dim] = line
    projections = np.zeros(among, np.float32)
    mean, squares = np.zeros(table.rows.width), 0.0
    for first in range(1, among + 1, 4096):
        place = slice(first, min(first + 4096, among + 1))
        norms = table.norms[place]
        units = table.rows.take(place) / np.where(norms > 0, norms, 1)[:, None]
        projections[first - 1 : place.stop - 1] = units @ padded
        mean += units.sum(axis=0, dtype=np.float64)
        squares += float(np.einsum("ij,ij->", units, units, dtype=np.float64))
    variance = squares / among - float(((mean / among) ** 2).sum())
    return projections, float(projections.var(dtype=np.float64)) / variance if variance > 0 else 0.0


def _ends(
    table: VectorTable, projections: NDArray[np.float32], without: set[int], n: int
) -> tuple[list[Projected], list[Projected]]:
    """The farthest words with a letter on either side, those nearer to a and those nearer to b."""
    order = np.argsort(projections, kind="stable")

    def farthest(places: NDArray[np.int64], sign: int) -> list[Projected]:
        found: list[Projected] = []
        for place in places.tolist():
            value = float(projections[place])
            if len(found) == n or sign * value <= 0:
                break
            word = table.vocabulary.word(place + 1)
            if place + 1 not in without and any(map(str.isalpha, word)):
                found.append(Projected(word=word, projection=value))
        return found

    return farthest(order, -1), farthest(order[::-1], 1)


def _projected(
    table: VectorTable, words: Sequence[str], line: NDArray[np.float64], ends: NDArray[np.int64]
) -> tuple[list[Projected], list[str], list[str]]:
    """Given words along the line, far to b last; those unknown; and those that are the ends themselves."""
    found = known_words(table, words)
    rows = found.rows.tolist()
    left_out = [word for word, row in zip(found.words, rows, strict=True) if row and row in ends.tolist()]
    projected = [
        Projected(word=word, projection=float(value))
        for word, value in zip(found.words, found.units @ line, strict=True)
        if word not in left_out
    ]
    return sorted(projected, key=lambda word: word["projection"]), found.unknown, left_out
