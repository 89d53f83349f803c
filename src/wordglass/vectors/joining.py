"""Tables joined word by word into one wider table: once the head is folded in, width costs nothing."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers, take
from wordglass.errors import ArgumentError
from wordglass.kernels import native
from wordglass.vectors.formats.found import MOST_DIMENSIONS, Block, Found, rows_of_block
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Vocabulary

WORDS = 1 << 16  # looked up, or measured, in one go


def join_tables(tables: Sequence[VectorTable]) -> Found:
    """The tables side by side: the words of all, each with its vectors of every table, end to end.

    The words of the first table come first, in its order, then those that only the second has, and so on.
    A word that a table does not have has zeros there, or the vector put together from its n-grams; words
    that no table has are unknown, n-grams or not. Each table is divided by the root mean square length
    of its vectors, so that all count alike in the cosine of two words; a classifier, which standardises its
    features, is indifferent to that. ``ArgumentError`` for fewer than two tables, or too many dimensions.

    >>> warm = VectorTable.of(["sunny", "days"], np.array([[3, 0], [0, 3]], np.float32))
    >>> late = VectorTable.of(["days", "nights"], np.array([[1], [-1]], np.float32))
    >>> joined = join_tables([warm, late])
    >>> for block in joined.read(0):
    ...     for word, vector in zip(block.words.to_pylist(), block.vectors.tolist(), strict=True):
    ...         print(word, vector)
    sunny [1.0, 0.0, 0.0]
    days [0.0, 1.0, 1.0]
    nights [0.0, 0.0, -1.0]
    """
    if len(tables) < 2:
        raise ArgumentError("joining takes two tables of vectors or more")
    words = [_words_of(table) for table in tables]
    dim = sum(table.dim for table in tables)
    if dim > MOST_DIMENSIONS:
        raise ArgumentError(f"the joined table would have {dim:,} dimensions: {MOST_DIMENSIONS:,} at most")
    names = " and ".join(table.name for table in tables)
    own = [_words_only_in(words, k) for k in range(len(tables))]
    lengths = [_typical_length(table) for table in tables]

    def read(start: int) -> Iterator[Block]:
        first = 0  # of the rows of the joined table
        for k, rows in enumerate(own):
            step = rows_of_block(dim)
            for at in range(max(start - first, 0), len(rows), step):
                some = take(words[k].words, rows[at : at + step])
                yield Block(some, _side_by_side(some, tables, lengths), first + at + len(some))
            first += len(rows)

    return Found(f"join of {names}", dim, sum(map(len, own)), read)


def _side_by_side(
    words: pa.LargeStringArray, tables: Sequence[VectorTable], lengths: Sequence[np.float32]
) -> NDArray[np.float32]:
    """The vectors of some words in all tables, (words, sum of the tables' dim)."""
    vectors = np.empty((len(words), sum(table.dim for table in tables)), np.float32)
    at = 0
    for table, length in zip(tables, lengths, strict=True):
        np.divide(table.vectors(words), length, out=vectors[:, at : at + table.dim])
        at += table.dim
    return vectors


def _words_of(table: VectorTable) -> Vocabulary:
    if not isinstance(table.vocabulary, Vocabulary):
        raise ArgumentError(f"{table.name} has parts of words, not words: only tables of words can be joined")
    return table.vocabulary


def _words_only_in(vocabularies: Sequence[Vocabulary], k: int) -> NDArray[np.int64]:
    """Which words of vocabulary ``k``, counted from 0, none before it has; of equal words the one found."""
    words = vocabularies[k].words
    chosen = [np.zeros(0, np.int64)]
    for first in range(0, len(words), WORDS):
        hashes = native.hash_words(*buffers(words[first : first + WORDS]))
        new = vocabularies[k].find(hashes) == np.arange(first, first + len(hashes)) + 1
        for earlier in vocabularies[:k]:
            new &= earlier.find(hashes) == 0
        chosen.append(first + np.flatnonzero(new))
    return np.concatenate(chosen)


def _typical_length(table: VectorTable) -> np.float32:
    """The root mean square length of a table's vectors; 1 where all are zeros."""
    squares = 0.0
    for _, rows in table.rows.blocks():
        squares += float(np.einsum("ij,ij->", rows, rows, dtype=np.float64))
    return np.float32((squares / max(1, len(table))) ** 0.5) or np.float32(1)
