"""The character block: weighted counts of the characters in a row that the words of texts have, sparse.

A feature is a bucket of n-grams: three to five characters in a row of a token as it is looked up, with a
space before and after it, as scikit-learn's ``analyzer="char_wb"`` has them. They tell of words that training
did not see, and of forms and misspellings of those that it did. An n-gram falls into the bucket of its hash
(Weinberger and others, 2009, Feature hashing for large scale multitask learning), so that there are never
more than ``BUCKETS`` features; n-grams that share one count as one. A token's share is exact all the same.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings
from wordglass.counting import count_words, words_at
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.passes import Floats
from wordglass.sparse import SparseRows, join
from wordglass.tfidf import CountBlock, CountScores
from wordglass.vectors.ngrams import KINDS
from wordglass.vectors.vocabulary import Vocabulary, concatenate

SHORTEST, LONGEST = 3, 5  # characters of an n-gram
BUCKETS = 1 << 18
MARK = np.frombuffer(b" ", np.uint8)  # before and after a word; no token has a space
RULE = np.array([KINDS.index("fasttext"), SHORTEST, LONGEST, BUCKETS, 1, 0])  # see kernels.ngrams


class Occurrences(NamedTuple):
    """The n-grams of some texts, one after another."""

    features: NDArray[np.int32]  # (n-grams,)
    tokens: NDArray[np.int64]  # (tokens + 1,) where each token's begin
    texts: NDArray[np.int64]  # (texts + 1,) where each text's begin


def occurrences(
    texts: Buffers, first: int, last: int, vocabulary: Vocabulary, index: NDArray[np.int32] | None
) -> Occurrences:
    """The n-grams of the texts ``first`` to ``last - 1``: those of each distinct word are found once.

    ``index`` is which feature each bucket is, (BUCKETS,), -1 for none; without, every bucket is one.
    """
    found = count_words(texts._replace(offsets=texts.offsets[first : last + 1]), vocabulary.rules, threads=1)
    words = buffers(words_at(texts.data, found.starts, found.ends, vocabulary.settings.case))
    parts = [
        (rows.copy(), owners.copy()) for rows, owners in native.ngram_rows(words, (MARK, MARK), RULE, index)
    ]
    of_words = concatenate([rows for rows, _ in parts], np.int32)
    sizes = np.bincount(concatenate([owners for _, owners in parts], np.int32), minlength=len(found.df))
    begins = np.concatenate([[0], np.cumsum(sizes)])
    tokens = np.concatenate([[0], np.cumsum(sizes[found.ids - 1])])
    places = np.arange(tokens[-1]) + np.repeat(begins[found.ids - 1] - tokens[:-1], np.diff(tokens))
    return Occurrences(of_words[places], tokens, tokens[found.offsets])


def _count(found: Occurrences, features: int) -> SparseRows:
    """How often each text has each feature."""
    none = np.zeros(0, np.int32)
    return SparseRows(*native.gather_features(found.features + np.int32(1), none, found.texts, 0), features)


class CharacterBlock(CountBlock):
    """The n-grams of characters of some texts as features: a feature is one of ``buckets``, rising.

    DataError for buckets that are none, or no features.

    >>> block, counts = CharacterBlock.fit_counts(strings(["rain", "raining", "sun"]), Vocabulary.of([]))
    >>> len(block)  # " ra", "rai", "ain", " rai", "rain" and " rain"
    6
    >>> block.counts(["train, trains"]).values.tolist()
    [2.0, 2.0, 2.0]
    """

    def __init__(
        self, buckets: NDArray[np.int64], df: NDArray[np.int64], texts: int, vocabulary: Vocabulary
    ) -> None:
        super().__init__(df, texts, vocabulary)
        self.buckets = buckets  # (features,)

    @cached_property
    def index(self) -> NDArray[np.int32]:
        """The feature of each bucket, (buckets,), -1 for none."""
        index = np.full(BUCKETS, -1, np.int32)
        index[self.buckets] = np.arange(len(self.buckets))
        return index

    def __getstate__(self) -> dict[str, Any]:
        """Without the index, which is larger than most blocks."""
        return {name: value for name, value in vars(self).items() if name != "index"}

    @classmethod
    def fit_counts(
        cls,
        texts: pa.LargeStringArray,
        vocabulary: Vocabulary,
        *,
        min_df: int = 2,
        threads: int | None = None,
    ) -> tuple[Self, SparseRows]:
        """Take the buckets that at least ``min_df`` texts have, and how often each text has each of them."""
        source = buffers(texts)

        def one(rows: tuple[int, int]) -> SparseRows:
            return _count(occurrences(source, *rows, vocabulary, None), BUCKETS)

        every = join(list(in_order(one, row_chunks(source.offsets), threads)), BUCKETS)
        df = np.bincount(every.ids, minlength=BUCKETS)
        buckets = np.flatnonzero(df >= min_df)
        block = cls(buckets, df[buckets], len(texts), vocabulary)
        ids = block.index[every.ids]
        kept = ids >= 0
        indptr = np.concatenate([[0], np.cumsum(kept)])[every.indptr]
        return block, SparseRows(indptr, ids[kept], every.values[kept], len(block))

    def occurrences(self, texts: Buffers, first: int, last: int) -> Occurrences:
        """The features of the texts ``first`` to ``last - 1``, in one thread."""
        return occurrences(texts, first, last, self.vocabulary, self.index)

    def count_rows(self, texts: Buffers, first: int, last: int) -> SparseRows:
        """The counts of the texts ``first`` to ``last - 1``, in one thread."""
        return _count(self.occurrences(texts, first, last), len(self))


@dataclass(frozen=True)
class CharacterScores(CountScores):
    """A head on counts of n-grams of characters, weighed."""

    block: CharacterBlock

    def shares(self, text: str) -> tuple[Floats, NDArray[np.bool_]]:
        """Each token's part of one text's scores, (tokens, outputs), which sum to them, and whether any
        n-gram of it is counted, (tokens,).

        A feature that a text has more than once gives each occurrence the same part.
        """
        source = buffers(strings([text]))
        found, values = self.block.occurrences(source, 0, 1), self.block.rows(source, 0, 1)
        counts = self.block.count_rows(source, 0, 1).values
        part = np.zeros(len(self.block))  # of one occurrence
        part[values.ids] = values.values.astype(np.float64) / counts
        tokens, outputs = len(found.tokens) - 1, self.weights.shape[1]
        shares = np.zeros((tokens, outputs))
        owners = np.repeat(np.arange(tokens), np.diff(found.tokens))
        np.add.at(shares, owners, part[found.features, None] * self.weights[found.features])
        return shares, np.diff(found.tokens) > 0

    def add_shares(
        self, texts: Buffers, first: int, last: int, offsets: NDArray[np.int64], out: Floats
    ) -> None:
        """Add each token's part of the scores of the texts ``first`` to ``last - 1`` to ``out``.

        ``offsets`` (texts + 1,) is where each text's tokens begin in ``out``, (tokens, outputs).
        """
        found = self.block.occurrences(texts, first, last)
        counts = _count(found, len(self.block))
        of_texts = (counts.indptr, counts.ids, counts.values, self.block.weigh(counts, threads=1).values)
        weights = np.ascontiguousarray(self.weights)
        native.add_ngram_shares(found.features, found.tokens, offsets, of_texts, weights, out)
