"""Texts to scores: what a fitted model needs to predict, and nothing else.

Where the pooling is a weighted mean, the head is multiplied into the words once, and a text's score is its
bias plus the mean of its words' numbers, one a class: the vectors are not needed, however wide they were.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.passes import Floats
from wordglass.pooling import Pooling
from wordglass.quantise import from_steps, scales_of, to_steps
from wordglass.vectors.gathering import gather
from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Rows as VectorRows
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Lookup, Vocabulary

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class WordScores:
    """The head folded into the words: one row of numbers a word, one number an output."""

    vocabulary: Vocabulary | SubwordVocabulary
    table: NDArray[np.float32]  # (words + 1, padded outputs), row 0 zeros
    bias: Floats  # (outputs,)
    scales: NDArray[np.float32] | None = None  # (blocks, outputs) where the numbers are steps of 8 bits
    ngrams: Ngrams | None = None  # of numbers for other words, (n-grams, padded outputs)

    def scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The logits of texts, (rows, outputs)."""
        return _in_chunks(self, texts, threads)

    def scores_of(self, lookup: Lookup) -> Floats:
        """The logits of texts whose words have been looked up, (rows, outputs), in one thread."""
        outputs = len(self.bias)
        means = np.empty((len(lookup.offsets) - 1, outputs), np.float32)
        found, table = self._gathered(lookup)
        native.mean(found.ids, found.offsets, table, outputs, means.reshape(-1), outputs)
        return means + self.bias

    def shares(self, lookup: Lookup) -> Floats:
        """Each token's part of its text's scores, (tokens, outputs): with the bias they sum to the scores."""
        found, table = self._gathered(lookup)
        return native.vector_shares(found.ids, found.offsets, table, len(self.bias))

    def _gathered(self, lookup: Lookup) -> tuple[Lookup, NDArray[np.float32]]:
        """The lookup and the numbers it is of: all words', or where words are composed, those found."""
        if self.ngrams is None or lookup.composed is None:
            return lookup, self.table
        found, table, _ = gather(lookup, VectorRows(self.table), self.ngrams.compose)
        return found, table

    def only(self, rows: Rows, vocabulary: Vocabulary | SubwordVocabulary) -> Self:
        """The scorer of some words, those of ``rows`` (kept,), which ``vocabulary`` numbers from 1 on."""
        return replace(
            self, vocabulary=vocabulary, table=self.table[np.concatenate([[0], rows])], scales=None
        )

    def in_int8(self) -> Self:
        """The scorer with the numbers that int8 has."""
        table, scales = _rounded(self.table, len(self.bias))
        return replace(self, table=table, scales=scales)


@dataclass(frozen=True)
class PooledScores:
    """A head on pooled vectors, for poolings that are no weighted mean, which cannot be folded."""

    vocabulary: Vocabulary | SubwordVocabulary
    pooling: Pooling
    weights: Floats  # (features, outputs)
    bias: Floats  # (outputs,)
    scales: NDArray[np.float32] | None = None  # (blocks, dim) where the vectors are steps of 8 bits

    def scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The logits of texts, (rows, outputs)."""
        return _in_chunks(self, texts, threads)

    def scores_of(self, lookup: Lookup) -> Floats:
        """The logits of texts whose words have been looked up, (rows, outputs), in one thread."""
        scores: Floats = self.pooling.pool(lookup, threads=1) @ self.weights + self.bias
        return scores

    def shares(self, lookup: Lookup) -> Floats:
        """Each token's part of its text's scores, (tokens, outputs): with the bias they sum to the scores.

        A maximum or minimum is credited to the token that has it, the first of equals, a power mean to each
        token by its power's part in the sum of powers.
        """
        by_text = (parts @ self.weights for parts in self.pooling.parts_by_text(lookup))
        return np.concatenate([np.zeros((0, len(self.bias))), *by_text])

    @property
    def ngrams(self) -> Ngrams | None:
        """The n-grams that vectors of other words are put together from, in float32."""
        composer = self.pooling.composer
        if composer is None:
            return None
        return Ngrams(composer.ngrams.rule, composer.rows.take(slice(None)), composer.ngrams.index)

    def only(self, rows: Rows, vocabulary: Vocabulary | SubwordVocabulary) -> Self:
        """The scorer of some words, those of ``rows`` (kept,), which ``vocabulary`` numbers from 1 on."""
        return replace(self, vocabulary=vocabulary, pooling=self.pooling.only(rows), scales=None)

    def in_int8(self) -> Self:
        """The scorer with the vectors that int8 has."""
        vectors, scales = _rounded(self.pooling.rows.take(slice(None)), self.pooling.dim)
        return replace(self, pooling=replace(self.pooling, rows=VectorRows(vectors)), scales=scales)


Scorer = WordScores | PooledScores


def fold(
    vocabulary: Vocabulary | SubwordVocabulary, pooling: Pooling, weights: Floats, bias: Floats
) -> Scorer:
    """The scorer of a head on a pooling: folded into the words where that can be."""
    if pooling.linear:
        return WordScores(vocabulary, pooling.fold(weights), bias, ngrams=pooling.fold_ngrams(weights))
    return PooledScores(vocabulary, pooling, weights, bias)


def _in_chunks(scorer: Scorer, texts: pa.LargeStringArray, threads: int | None) -> Floats:
    source = buffers(texts)
    scores = np.empty((len(texts), len(scorer.bias)))

    def fill(rows: tuple[int, int]) -> None:
        scores[slice(*rows)] = scorer.scores_of(scorer.vocabulary.lookup_rows(source, *rows))

    list(in_order(fill, row_chunks(source.offsets), threads))
    return scores


def _rounded(table: NDArray[np.float32], columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A table as int8 has its numbers, (words + 1, padded columns), and their scales."""
    numbers, rounded = table[1:, :columns], np.zeros_like(table)
    scales = scales_of(numbers)
    from_steps(to_steps(numbers, scales), scales, rounded[1:, :columns])
    return rounded, scales
