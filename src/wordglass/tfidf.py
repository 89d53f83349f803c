"""Counts of some features of texts, weighed by sublinear TF-IDF, and the scores of a head on them.

A value is (1 + log count) * (1 + log((1 + texts) / (1 + texts that have the feature))), and each text's
values are divided by the root of the sum of their squares (Salton and Buckley, 1988, Term-weighting
approaches in automatic text retrieval; with the smoothing that scikit-learn's TfidfVectorizer has).
"""

from abc import ABC, abstractmethod
from copy import copy
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.passes import Floats
from wordglass.sparse import SparseRows, join
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Vocabulary

ROWS = 4096  # weighed in one go by one thread


class CountBlock(ABC):
    """Features that can be counted in texts, and how much each weighs.

    ``vocabulary`` is that by whose rules texts are split.
    """

    def __init__(self, df: NDArray[np.int64], texts: int, vocabulary: Vocabulary) -> None:
        self.df = df  # (features,) how many training texts have each
        self.texts = texts  # of training
        self.vocabulary = vocabulary
        self.idf: Floats = 1.0 + np.log((1 + texts) / (1 + df))  # (features,)

    @abstractmethod
    def count_rows(self, texts: Buffers, first: int, last: int) -> SparseRows:
        """The counts of the texts ``first`` to ``last - 1``, in one thread."""

    def __len__(self) -> int:
        """How many features there are."""
        return len(self.df)

    def counts(self, texts: "pa.LargeStringArray | list[str]", threads: int | None = None) -> SparseRows:
        """How often each text has each of the features, (rows, features)."""
        source = buffers(strings(texts) if isinstance(texts, list) else texts)
        chunks = row_chunks(source.offsets)
        return join(list(in_order(lambda rows: self.count_rows(source, *rows), chunks, threads)), len(self))

    def seen(self, counts: SparseRows) -> Self:
        """The block with the texts of these counts, too, in how many texts have each feature.

        >>> from wordglass.lexical import LexicalBlock
        >>> block = LexicalBlock.fit(["rain", "sun"])
        >>> block.seen(block.counts(["sun", "more sun", "snow"])).df.tolist()
        [1, 3]
        """
        other = copy(self)
        df = self.df + np.bincount(counts.ids, minlength=len(self.df))
        CountBlock.__init__(other, df, self.texts + len(counts), self.vocabulary)
        return other

    def split_by(self, vocabulary: Vocabulary) -> Self:
        """The block of texts that are split by another vocabulary's rules."""
        other = copy(self)
        other.vocabulary = vocabulary
        return other

    def weigh(self, counts: SparseRows, threads: int | None = None) -> SparseRows:
        """Counts as sublinear TF-IDF, each row of length 1, or 0 where it is empty."""
        values = np.empty_like(counts.values)
        most = int(counts.values.max(initial=1))
        tf = 1.0 + np.log(np.maximum(np.arange(most + 1), 1))

        def one(first: int) -> None:
            indptr = counts.indptr[first : first + ROWS + 1]
            native.weigh_features(indptr, counts.ids, counts.values, self.idf, tf, values)

        for _ in in_order(one, list(range(0, len(counts), ROWS)), threads):
            pass
        return SparseRows(counts.indptr, counts.ids, values, counts.features)

    def transform(self, texts: "pa.LargeStringArray | list[str]", threads: int | None = None) -> SparseRows:
        """Sublinear TF-IDF of texts, (rows, features), each row of length 1, or 0 without known features."""
        return self.weigh(self.counts(texts, threads), threads)

    def rows(self, texts: Buffers, first: int, last: int) -> SparseRows:
        """Sublinear TF-IDF of the texts ``first`` to ``last - 1``, in one thread and one go."""
        return self.weigh(self.count_rows(texts, first, last), threads=1)


@dataclass(frozen=True)
class CountScores:
    """A head on sublinear TF-IDF, and the texts straight to its scores."""

    block: CountBlock
    weights: Floats  # (features, outputs), numbers that float32 has, in which a model keeps them

    @classmethod
    def of(cls, block: CountBlock, weights: Floats) -> Self:
        """The scores of a head's weights, rounded to float32."""
        return cls(block, weights.astype(np.float32).astype(np.float64))

    def scores(self, texts: pa.LargeStringArray, threads: int | None = None) -> Floats:
        """The scores of texts, (rows, outputs), without a bias."""
        source = buffers(texts)
        chunks = row_chunks(source.offsets)
        parts = in_order(lambda rows: self.scores_of(source, *rows), chunks, threads)
        return np.concatenate([np.zeros((0, self.weights.shape[1])), *parts])

    def split_by(self, vocabulary: Vocabulary | SubwordVocabulary) -> Self:
        """The scores of texts that are split by another vocabulary's rules."""
        assert isinstance(
            vocabulary, Vocabulary
        )  # nothing is counted where texts are split into parts of words
        return replace(self, block=self.block.split_by(vocabulary))

    def scores_of(self, texts: Buffers, first: int, last: int) -> Floats:
        """The scores of the texts ``first`` to ``last - 1``, in one thread and one go."""
        return self.block.rows(texts, first, last) @ self.weights
