"""Vectors for the words that a table does not have, from the rows of their n-grams as they are stored."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Rows


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
        sums = np.zeros((len(words), self.rows.width), np.float32)
        counts = np.zeros(len(words), np.int64)
        for ids, owners in self.ngrams.rows_of(words):
            if not len(ids):
                continue
            starts = np.flatnonzero(np.diff(owners, prepend=-1))  # the n-grams of a word stand together
            sums[owners[starts]] += np.add.reduceat(self.rows.take(ids), starts, axis=0)
            counts += np.bincount(owners, minlength=len(words))
        sums /= np.maximum(counts, 1)[:, None]
        return sums

    def fold(self, part: NDArray[np.float32], width: int) -> Ngrams:
        """The n-grams of scores: each row times ``part`` (padded dim, outputs), padded to ``width``."""
        scores = np.zeros((len(self.rows), width), np.float32)
        for place, rows in self.rows.blocks():
            scores[place, : part.shape[1]] = rows @ part
        return Ngrams(self.ngrams.rule, scores, self.ngrams.index)
