"""Texts to scores: what a fitted model needs to predict, and nothing else.

Where the pooling is a weighted mean, the head is multiplied into the words once, and a text's score is its
bias plus the mean of its words' numbers, one a class: the vectors are not needed, however wide they were.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.passes import Floats
from wordglass.pooling import Pooling
from wordglass.vectors.vocabulary import Lookup, Vocabulary


@dataclass(frozen=True)
class WordScores:
    """The head folded into the words: one row of numbers a word, one number an output."""

    vocabulary: Vocabulary
    table: NDArray[np.float32]  # (words + 1, padded outputs), row 0 zeros
    bias: Floats  # (outputs,)

    def scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The logits of texts, (rows, outputs)."""
        source = buffers(texts)
        outputs = len(self.bias)
        scores = np.empty((len(texts), outputs))

        def fill(rows: tuple[int, int]) -> None:
            lookup = self.vocabulary.lookup_rows(source, *rows)
            means = np.empty((rows[1] - rows[0], outputs), np.float32)
            native.mean(lookup.ids, lookup.offsets, self.table, outputs, means.reshape(-1), outputs)
            scores[slice(*rows)] = means + self.bias

        list(in_order(fill, row_chunks(source.offsets), threads))
        return scores

    def shares(self, lookup: Lookup) -> Floats:
        """Each token's part of one text's scores, (tokens, outputs): with the bias they sum to the scores."""
        return self.table[lookup.ids, : len(self.bias)].astype(np.float64) / max(lookup.known, 1)


@dataclass(frozen=True)
class PooledScores:
    """A head on pooled vectors, for poolings with a maximum or minimum, which cannot be folded."""

    vocabulary: Vocabulary
    pooling: Pooling
    weights: Floats  # (features, outputs)
    bias: Floats  # (outputs,)

    def scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The logits of texts, (rows, outputs)."""
        source = buffers(texts)
        scores = np.empty((len(texts), len(self.bias)))

        def fill(rows: tuple[int, int]) -> None:
            X = self.pooling.pool(self.vocabulary.lookup_rows(source, *rows), threads=1)
            scores[slice(*rows)] = X @ self.weights + self.bias

        list(in_order(fill, row_chunks(source.offsets), threads))
        return scores

    def shares(self, lookup: Lookup) -> Floats:
        """Each token's part of one text's scores, (tokens, outputs): with the bias they sum to the scores.

        A maximum or minimum is credited to the token that has it, the first of equals.
        """
        parts = self.pooling.parts(lookup)  # (tokens, features)
        return parts.astype(np.float64) @ self.weights


Scorer = WordScores | PooledScores


def fold(vocabulary: Vocabulary, pooling: Pooling, weights: Floats, bias: Floats) -> Scorer:
    """The scorer of a head on a pooling: folded into the words where that can be."""
    if pooling.linear:
        return WordScores(vocabulary, pooling.fold(weights), bias)
    return PooledScores(vocabulary, pooling, weights, bias)
