"""Chosen words in two dimensions, and what of their nearness the plane keeps."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from wordglass.errors import ArgumentError
from wordglass.exploring.known import known_words
from wordglass.trace.mapping import kept_neighbours, nearest_of, principal
from wordglass.vectors.table import VectorTable

LEAST, MOST = 3, 500  # words


class MapWord(TypedDict):
    """A word on the map."""

    word: str
    x: float
    y: float
    nearest: str  # of the words on the map, by all dimensions
    cosine: float  # to it


class WordsMap(TypedDict):
    """Words in the plane in which they differ most."""

    table: str
    dim: int
    words: list[MapWord]
    spread: list[float]  # the share of the words' variance along x and y
    neighbours: float  # of each word's nearest by all dimensions, the share that are nearest in the plane
    of: int  # how many nearest were looked at
    unknown: list[str]


def words_map(table: VectorTable, words: Sequence[str]) -> WordsMap:
    """Turn the unit vectors of 3 to 500 words so that the first two directions hold most of their variance.

    Principal components: Pearson, 1901, On lines and planes of closest fit to systems of points in space.
    ``spread`` and ``neighbours`` say what is kept. ``ArgumentError`` where too few words are known, or too
    many.

    >>> table = VectorTable.of(["sun", "rain", "snow"], np.array([[1, 0], [1, 5], [0, 2]], np.float32))
    >>> drawn = words_map(table, ["sun", "rain", "snow"])
    >>> [place["nearest"] for place in drawn["words"]], round(sum(drawn["spread"]), 6)
    (['rain', 'snow', 'rain'], 1.0)
    """
    found = known_words(table, words)
    if not LEAST <= len(found.words) <= MOST:
        raise ArgumentError(
            f"a map needs {LEAST} to {MOST} different words that {table.name} has: it has "
            f"{len(found.words)} of these"
        )
    at, spread = principal(found.units)
    cosines = found.units @ found.units.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = cosines.argmax(axis=1).tolist()
    return WordsMap(
        table=table.name,
        dim=table.dim,
        words=[
            MapWord(word=word, x=x, y=y, nearest=found.words[k], cosine=float(cosines[i, k]))
            for i, (word, (x, y), k) in enumerate(zip(found.words, at.tolist(), nearest, strict=True))
        ],
        spread=spread.tolist(),
        neighbours=kept_neighbours(found.units, at),
        of=nearest_of(len(found.words)),
        unknown=found.unknown,
    )
