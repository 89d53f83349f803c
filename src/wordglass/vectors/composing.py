"""Vectors for the words that a table does not have, from the rows of their n-grams as they are stored."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Rows

WORDS = 4096  # whose n-grams are in memory as float32 at a time


@dataclass(frozen=True, eq=False)
class Composer:
    """The n-grams of a table: a vector for any word.

    ``ngrams`` says which rows a word's n-grams have, ``rows`` holds their numbers.
    """

    ngrams: Ngrams
    rows: Rows  # of n-grams, (rows, padded dim)

    def compose(self, words: pa.LargeStringArray) -> NDArray[np.float32]:
        """The vector of each word, (n, padded dim): the mean of its n-grams; zeros where it has none."""
        if self.rows.numbers == "float32":
            return self.ngrams.compose(words)
        vectors = np.zeros((len(words), self.rows.width), np.float32)
        for first in range(0, len(words), WORDS):
            some = words[first : first + WORDS]
            vectors[first : first + WORDS] = self._in_float32(some).compose(some)
        return vectors

    def _in_float32(self, words: pa.LargeStringArray) -> Ngrams:
        """The n-grams that some words have, in float32: they add up to the bits that all of them would."""
        wanted = np.zeros(len(self.rows), bool)
        for ids, _ in self.ngrams.rows_of(words):
            wanted[ids] = True
        found = np.flatnonzero(wanted)
        places = np.full(len(self.rows) + 1, -1, np.int32)  # the last for a bucket that has no row
        places[found] = np.arange(len(found), dtype=np.int32)
        index = self.ngrams.index
        index = places[: self.ngrams.rule["buckets"]] if index is None else places[index]
        return Ngrams(self.ngrams.rule, self.rows.take(found), index)

    def fold(self, part: NDArray[np.float32], width: int) -> Ngrams:
        """The n-grams of scores: each row times ``part`` (padded dim, outputs), padded to ``width``."""
        scores = np.zeros((len(self.rows), width), np.float32)
        for place, rows in self.rows.blocks():
            scores[place, : part.shape[1]] = rows @ part
        return Ngrams(self.ngrams.rule, scores, self.ngrams.index)
