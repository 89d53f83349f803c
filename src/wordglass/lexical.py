"""The lexical block: weighted counts of the words and word pairs of the training texts, sparse.

A text's features are the words of the training texts that it has, and the pairs of adjacent ones. They are
weighed by sublinear TF-IDF: (1 + log count) * (1 + log((1 + texts) / (1 + texts that have it))), and each
text's values divided by the root of the sum of their squares (Salton and Buckley, 1988, Term-weighting
approaches in automatic text retrieval; with the smoothing that scikit-learn's TfidfVectorizer has).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings
from wordglass.counting import count_pairs, count_words, words_at
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.passes import Floats
from wordglass.sparse import SparseRows, join
from wordglass.tokens import Token
from wordglass.vectors.vocabulary import Vocabulary, concatenate, index_bits, token_blocks

ROWS = 4096  # weighed in one go by one thread
WORD = np.uint64(32)  # bits of a word's number in a pair's


def index_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """An index in which each of some distinct hashes is found; see ``wordglass.kernels.find``."""
    bits = index_bits(len(hashes))
    numbers = np.arange(1, len(hashes) + 1)
    while True:
        slots = native.build_index(hashes, bits)
        if np.array_equal(native.find(hashes, slots), numbers):
            return slots
        bits += 1  # two of them look alike in an index of this size


class LexicalBlock:
    """The words and pairs of some texts as features, and how much each weighs.

    A feature is a word's number, from 0 on in the order of first occurrence, or after all words a pair's,
    sorted by its words' numbers. ``vocabulary`` is that by whose rules texts are split.

    >>> block = LexicalBlock.fit(["Sunny days", "sunny days, rain", "rain"])
    >>> block.names(np.arange(len(block))).to_pylist()
    ['sunny', 'days', ',', 'rain', 'sunny days']
    >>> block.transform(["rain, rain"]).values.round(2).tolist()
    [0.83, 0.56]
    """

    def __init__(
        self,
        words: pa.LargeStringArray,
        pairs: NDArray[np.uint64],
        texts_with: NDArray[np.int64],
        texts: int,
        vocabulary: Vocabulary,
    ) -> None:
        self.words = words
        self.pairs = pairs  # (pairs,) the numbers of two words, from 1 on: the first times 2 ** 32 plus the second
        self.texts_with = texts_with  # (features,) how many training texts have each
        self.texts = texts  # of training
        self.vocabulary = vocabulary
        self.idf: Floats = 1.0 + np.log((1 + texts) / (1 + texts_with))  # (features,)
        self.word_slots = index_of(native.hash_words(*buffers(words)))
        self.pair_slots = index_of(native.hash_pairs(pairs))

    @classmethod
    def fit(
        cls,
        texts: "pa.LargeStringArray | list[str]",
        vocabulary: Vocabulary | None = None,
        *,
        pairs: bool = True,
        min_texts: int = 1,
        min_texts_pair: int = 2,
        threads: int | None = None,
    ) -> Self:
        """Take the words that at least ``min_texts`` texts have, and the pairs of them in ``min_texts_pair``.

        DataError where there is no such word, ArgumentError for a number below 1.
        """
        return cls.fit_transform(
            texts,
            vocabulary,
            pairs=pairs,
            min_texts=min_texts,
            min_texts_pair=min_texts_pair,
            threads=threads,
        )[0]

    @classmethod
    def fit_transform(
        cls,
        texts: "pa.LargeStringArray | list[str]",
        vocabulary: Vocabulary | None = None,
        *,
        pairs: bool = True,
        min_texts: int = 1,
        min_texts_pair: int = 2,
        threads: int | None = None,
    ) -> tuple[Self, SparseRows]:
        """The same, and how often each of the texts has each feature: splitting them once serves for both."""
        for name, number in (("min_texts", min_texts), ("min_texts_pair", min_texts_pair)):
            if number < 1:
                raise ArgumentError(f"{name}={number}: must be at least 1")
        vocabulary = Vocabulary.of([]) if vocabulary is None else vocabulary
        source = buffers(strings(texts) if isinstance(texts, list) else texts)
        found = count_words(source, vocabulary.rules, threads)
        kept = np.flatnonzero(found.texts >= min_texts)
        if not len(kept):
            raise DataError(
                f"no word stands in {min_texts} or more of the {len(source.offsets) - 1} texts: "
                "give more texts, or a lower min_texts"
            )
        numbers = np.zeros(len(found.texts) + 1, np.int32)
        numbers[kept + 1] = np.arange(1, len(kept) + 1)
        ids = numbers[found.ids]
        keys, pair_texts = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        if pairs:
            keys, pair_texts = count_pairs(ids, found.offsets, min_texts_pair, threads)
        words = words_at(source.data, found.starts[kept], found.ends[kept], vocabulary.settings.case)
        block = cls(
            words,
            keys,
            np.concatenate([found.texts[kept], pair_texts]),
            len(found.offsets) - 1,
            vocabulary,
        )
        return block, block._counts_of(ids, found.offsets, threads)

    def __len__(self) -> int:
        """How many features there are."""
        return len(self.words) + len(self.pairs)

    def names(self, features: NDArray[np.int64]) -> pa.LargeStringArray:
        """Features as they are shown: a word, or two words with a space between, (features,)."""
        words = len(self.words)
        shown = []
        for feature in features.tolist():
            if feature < words:
                shown.append(str(self.words[feature]))
            else:
                first, second = divmod(int(self.pairs[feature - words]), 1 << 32)
                shown.append(f"{self.words[first - 1]} {self.words[second - 1]}")
        return strings(shown)

    def counts(self, texts: "pa.LargeStringArray | list[str]", threads: int | None = None) -> SparseRows:
        """How often each text has each of the features, (rows, features)."""
        source = buffers(strings(texts) if isinstance(texts, list) else texts)
        chunks = row_chunks(source.offsets)
        return join(list(in_order(lambda rows: self._counts_in(source, *rows), chunks, threads)), len(self))

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
        """Sublinear TF-IDF of texts, (rows, features), each row of length 1, or 0 where no feature is known."""
        return self.weigh(self.counts(texts, threads), threads)

    def lookup_rows(self, texts: Buffers, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The words' numbers in the texts ``first`` to ``last - 1``, 0 for none, and where each text's begin."""
        rules = self.vocabulary.rules
        if rules.plain:
            ids, counts = native.look_up(texts.data, texts.offsets, first, last, self.word_slots)
        else:
            counts = np.zeros(last - first, np.int64)
            blocks = token_blocks(texts, first, last, counts, rules, spans=False)
            ids = concatenate([native.find(block.hashes, self.word_slots) for block in blocks], np.int32)
        return ids, np.concatenate([[0], np.cumsum(counts)])

    def find_pairs(self, ids: NDArray[np.int32]) -> NDArray[np.int32]:
        """The number, from 1 on, of the pair that each word makes with the next; nothing where there are no pairs."""
        return native.find_pairs(ids, self.pair_slots) if len(self.pairs) else np.zeros(0, np.int32)

    def _counts_in(self, texts: Buffers, first: int, last: int) -> SparseRows:
        ids, offsets = self.lookup_rows(texts, first, last)
        return self._gather(ids, offsets)

    def _counts_of(
        self, ids: NDArray[np.int32], offsets: NDArray[np.int64], threads: int | None
    ) -> SparseRows:
        """The counts of texts that are words' numbers already."""

        def one(first: int) -> SparseRows:
            within = offsets[first : first + ROWS + 1]
            return self._gather(ids[within[0] : within[-1]], within)

        return join(list(in_order(one, list(range(0, len(offsets) - 1, ROWS)), threads)), len(self))

    def _gather(self, ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> SparseRows:
        found = native.gather_features(ids, self.find_pairs(ids), offsets, len(self.words))
        return SparseRows(*found, len(self))
