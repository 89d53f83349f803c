"""The lexical block: weighted counts of the words and word pairs of the training texts, sparse.

A text's features are the words of the training texts that it has, and the pairs of adjacent ones. They are
weighed by sublinear TF-IDF; see ``wordglass.tfidf``.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings
from wordglass.counting import count_pairs, count_words, words_at
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.parallel import in_order
from wordglass.passes import Floats
from wordglass.sparse import SparseRows, join
from wordglass.tfidf import ROWS, CountBlock, CountScores
from wordglass.tokens import Token
from wordglass.vectors.vocabulary import Vocabulary, concatenate, index_bits, token_blocks

WORD = np.uint64(32)  # bits of a word's number in a pair's


def index_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """An index in which each of some distinct hashes is found; see ``wordglass.kernels.find``."""
    bits = index_bits(len(hashes))
    numbers = np.arange(1, len(hashes) + 1)
    while True:
        slots = native.build_index(hashes, bits)
        if np.array_equal(native.find(hashes, slots), numbers):
            return slots
        if len(np.unique(hashes)) < len(hashes):
            raise DataError("a word or a pair is there twice; give each once, from texts in UTF-8")
        bits += 1  # two of them look alike in an index of this size


class Shares(NamedTuple):
    """The exact parts of one text's lexical scores: all of them sum to the scores."""

    tokens: list[Token]
    words: Floats  # (tokens, outputs)
    pairs: Floats  # (tokens, outputs) of the pair that each token makes with the next
    counted: NDArray[np.bool_]  # (tokens,) whether each is a word of the block
    paired: NDArray[np.bool_]  # (tokens,) and whether it begins a pair


class LexicalBlock(CountBlock):
    """The words and pairs of some texts as features, and how much each weighs.

    A feature is a word's number, from 0 on in the order of first occurrence, or after all words a pair's,
    sorted by its words' numbers. ``vocabulary`` is that by whose rules texts are split.

    >>> block = LexicalBlock.fit(["Sunny days", "sunny days, rain", "rain"])
    >>> block.names(np.arange(len(block))).to_pylist()
    ['sunny', 'days', ',', 'rain', 'sunny days']
    >>> block.transform(["rain, rain"]).values.astype(float).round(2).tolist()
    [0.79, 0.61]
    """

    def __init__(
        self,
        words: pa.LargeStringArray,
        pairs: NDArray[np.uint64],
        df: NDArray[np.int64],
        texts: int,
        vocabulary: Vocabulary,
    ) -> None:
        self.words = words
        self.pairs = (
            pairs  # (pairs,) the numbers of two words, from 1 on: the first times 2 ** 32 plus the second
        )
        super().__init__(df, texts, vocabulary)
        self.word_slots = index_of(native.hash_words(*buffers(words)))
        self.pair_slots = index_of(native.hash_pairs(pairs))

    @classmethod
    def fit(
        cls,
        texts: "pa.LargeStringArray | list[str]",
        vocabulary: Vocabulary | None = None,
        *,
        pairs: bool = True,
        min_df: int = 1,
        min_df_pairs: int = 2,
        threads: int | None = None,
    ) -> Self:
        """Take the words that at least ``min_df`` texts have, and the pairs of them in ``min_df_pairs``.

        DataError where there is no such word, ArgumentError for a number below 1.
        """
        return cls.fit_counts(
            texts,
            vocabulary,
            pairs=pairs,
            min_df=min_df,
            min_df_pairs=min_df_pairs,
            threads=threads,
        )[0]

    @classmethod
    def fit_counts(
        cls,
        texts: "pa.LargeStringArray | list[str]",
        vocabulary: Vocabulary | None = None,
        *,
        pairs: bool = True,
        min_df: int = 1,
        min_df_pairs: int = 2,
        threads: int | None = None,
    ) -> tuple[Self, SparseRows]:
        """The same, and how often each of the texts has each feature: splitting them once serves for both."""
        for name, number in (("min_df", min_df), ("min_df_pairs", min_df_pairs)):
            if number < 1:
                raise ArgumentError(f"{name}={number}: must be at least 1")
        vocabulary = Vocabulary.of([]) if vocabulary is None else vocabulary
        source = buffers(strings(texts) if isinstance(texts, list) else texts)
        found = count_words(source, vocabulary.rules, threads)
        kept = np.flatnonzero(found.df >= min_df)
        if not len(kept):
            raise DataError(
                f"no word stands in {min_df} or more of the {len(source.offsets) - 1} texts: "
                "give more texts, or a lower min_df"
            )
        numbers = np.zeros(len(found.df) + 1, np.int32)
        numbers[kept + 1] = np.arange(1, len(kept) + 1)
        ids = numbers[found.ids]
        keys, pair_texts = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        if pairs:
            keys, pair_texts = count_pairs(ids, found.offsets, min_df_pairs, threads)
        words = words_at(source.data, found.starts[kept], found.ends[kept], vocabulary.settings.case)
        block = cls(
            words,
            keys,
            np.concatenate([found.df[kept], pair_texts]),
            len(found.offsets) - 1,
            vocabulary,
        )

        def one(first: int) -> SparseRows:
            within = found.offsets[first : first + ROWS + 1]
            return block.counts_of(ids[within[0] : within[-1]], within)

        return block, join(list(in_order(one, list(range(0, block.texts, ROWS)), threads)), len(block))

    def names(self, features: NDArray[np.integer[Any]]) -> pa.LargeStringArray:
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

    def lookup_rows(
        self, texts: Buffers, first: int, last: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The words of the texts ``first`` to ``last - 1`` as numbers, 0 for none, and where each begins."""
        rules = self.vocabulary.rules
        if rules.plain:
            ids, counts = native.look_up(texts.data, texts.offsets, first, last, self.word_slots)
        else:
            counts = np.zeros(last - first, np.int64)
            blocks = token_blocks(texts, first, last, counts, rules, spans=False)
            ids = concatenate([native.find(block.hashes, self.word_slots) for block in blocks], np.int32)
        return ids, np.concatenate([[0], np.cumsum(counts)])

    def find_pairs(self, ids: NDArray[np.int32]) -> NDArray[np.int32]:
        """The number, from 1 on, of the pair that each word makes with the next; empty without pairs."""
        return native.find_pairs(ids, self.pair_slots) if len(self.pairs) else np.zeros(0, np.int32)

    def count_rows(self, texts: Buffers, first: int, last: int) -> SparseRows:
        """The counts of the texts ``first`` to ``last - 1``, in one thread."""
        return self.counts_of(*self.lookup_rows(texts, first, last))

    def counts_of(self, ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> SparseRows:
        """The counts of texts whose words have been looked up, in one thread."""
        found = native.gather_features(ids, self.find_pairs(ids), offsets, len(self.words))
        return SparseRows(*found, len(self))


@dataclass(frozen=True)
class LexicalScores(CountScores):
    """A head on counts of words and pairs, weighed.

    >>> block = LexicalBlock.fit(["sunny days", "rain"])
    >>> LexicalScores(block, np.array([[1.0], [2.0], [-1.0]])).scores(strings(["rain", "days"])).tolist()
    [[-1.0], [2.0]]
    """

    block: LexicalBlock

    def shares(self, text: str) -> Shares:
        """Each token's and each pair's part of one text's scores.

        A feature that a text has more than once gives each occurrence the same part.
        """
        source, block = buffers(strings([text])), self.block
        ids, _ = block.lookup_rows(source, 0, 1)
        counts, values = block.counts_of(ids, np.array([0, len(ids)])), block.rows(source, 0, 1)
        part = np.zeros(len(block) + 1)  # of one occurrence; the last for what is no feature
        part[values.ids] = values.values.astype(np.float64) / counts.values
        words = ids - 1
        pairs = np.full(len(ids), -1)
        if len(block.pairs):
            found = block.find_pairs(ids)
            pairs[found > 0] = len(block.words) + found[found > 0] - 1
        of_words, of_pairs = (part[places, None] * self.weights[places] for places in (words, pairs))
        return Shares(block.vocabulary.tokens(text), of_words, of_pairs, words >= 0, pairs >= 0)

    def add_shares(self, texts: Buffers, first: int, last: int, out: Floats) -> None:
        """Add each token's part of the scores of the texts ``first`` to ``last - 1`` to ``out``.

        ``out`` is (tokens, outputs). Half of a pair's part goes to each of its two words.
        """
        block = self.block
        ids, offsets = block.lookup_rows(texts, first, last)
        counts, pairs = block.counts_of(ids, offsets), block.find_pairs(ids)
        of_texts = (counts.indptr, counts.ids, counts.values, block.weigh(counts, threads=1).values)
        weights = np.ascontiguousarray(self.weights)
        native.add_word_shares(ids, pairs, offsets, len(block.words), of_texts, weights, out)


def log_count_ratios(
    counts: SparseRows,
    targets: NDArray[Any],
    outputs: int,
    weights: NDArray[Any] | None = None,
    smoothing: float = 1.0,
) -> Floats:
    """How much more often a label's texts have a feature than the others: (features, outputs), in nats.

    log((p / |p|) / (q / |q|)), p being the label's texts with each feature, q the others, both plus
    ``smoothing``: the naive-Bayes log-count ratio of Wang and Manning (2012), Baselines and bigrams: simple,
    good sentiment and topic classification, each label against the rest. A head on features multiplied by
    them is the paper's NBSVM. Where there are several outputs, a feature can be multiplied by the ratio that
    is largest without its sign. ``targets`` are class numbers (rows,), or booleans (rows, labels); a single
    output is that of class 1. ``weights`` (rows,) are how many texts each counts as.

    >>> one = SparseRows(np.array([0, 1, 2]), np.array([0, 1], np.int32), np.ones(2, np.float32), 2)
    >>> log_count_ratios(one, np.array([0, 1]), outputs=1).round(2).tolist()
    [[-0.69], [0.69]]
    """
    of = targets if targets.ndim == 2 else targets[:, None] == (np.arange(outputs) if outputs > 1 else [1])
    columns = counts.T
    present = replace(columns, values=np.minimum(columns.values, 1))
    w = (np.ones(len(counts)) if weights is None else weights)[:, None]
    own = present @ (of * w)  # (features, outputs)
    p, q = own + smoothing, np.maximum(present @ w - own, 0.0) + smoothing
    return np.asarray(np.log(p / p.sum(axis=0)) - np.log(q / q.sum(axis=0)))
