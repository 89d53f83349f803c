"""The features of the training rows, computed once: blocks, each for heads of its own.

One block is the pooled vectors, standardised and divided by the root of their number, so that a row is about
as long as one of the others: the weighted counts of words and pairs of words, and those of n-grams of
characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, Literal, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.characters import CharacterBlock
from wordglass.design import Design
from wordglass.ensemble import Member
from wordglass.head import LinearHead
from wordglass.lexical import LexicalBlock, log_count_ratios
from wordglass.passes import Floats
from wordglass.pooling import Pooling
from wordglass.scaling import Scaler
from wordglass.sparse import SparseRows
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup, Vocabulary, join

Block = Literal["vectors", "tf-idf", "nb", "characters"]


class Setting(NamedTuple):
    """What a head is fitted to, and how strongly it is held back."""

    # Pooled vectors; counts of words and pairs by TF-IDF; "nb": these times their naive-Bayes log-count
    # ratios; counts of n-grams of characters by TF-IDF, times their ratios, too.
    block: Block
    C: float  # the inverse strength of the penalty
    names: float = 0.0  # how many texts the name of a class counts as


class Blocks(NamedTuple):
    """Rows as each block has them."""

    pooled: NDArray[np.float32]  # (rows, features)
    words: SparseRows | None  # words and pairs, weighed
    characters: SparseRows | None  # n-grams of characters, weighed


class Weights(NamedTuple):
    """Heads added up: what each block has of them, (features, outputs)."""

    head: LinearHead  # on vectors as pooled
    words: Floats | None  # on TF-IDF of words and pairs
    characters: Floats | None  # and of n-grams of characters


@dataclass(frozen=True)
class Features:
    """The blocks of the training rows, and after them one row for each class: its name as a text."""

    pooling: Pooling
    pooled: NDArray[np.float32]  # (rows + names, features)
    scaler: Scaler  # measured on the rows
    spread: float  # what the scaled vectors are divided by
    block: LexicalBlock | None
    counts: SparseRows | None  # (rows + names, features of the block), how often each has each
    characters: CharacterBlock | None
    character_counts: SparseRows | None  # the same of that block
    targets: NDArray[Any]  # (rows + names,), or (rows + names, labels) of booleans
    weights: Floats  # (rows + names,), of the names 1
    rows: int
    outputs: int
    seconds: tuple[float, float]  # of pooling and counting

    @classmethod
    def of(
        cls,
        table: VectorTable,
        texts: pa.LargeStringArray,
        lookup: Lookup,
        targets: NDArray[Any],
        weights: Floats,
        *,
        outputs: int,
        pooling: str,
        lexical: bool,
        characters: bool,
        names: Sequence[str],
        unlabelled: pa.LargeStringArray,
        threads: int | None,
    ) -> Self:
        """Compute the blocks of texts (rows,) that have been looked up in a table.

        ``names`` are those of the classes as texts, or none. Words are weighed by how many of the texts have
        them, and of the ``unlabelled`` ones. Where no text has a word, none are counted; where no two texts
        share an n-gram of characters, neither are these.
        """
        clock = perf_counter()
        vocabulary = table.vocabulary
        named = strings(list(names))
        every = lookup
        if len(unlabelled):
            every = join([lookup, vocabulary.lookup(unlabelled, threads)])
        of_names = vocabulary.lookup(named)
        fitted = Pooling.fit(pooling, table, every, threads)
        pooled = np.vstack([fitted.pool(lookup, threads), fitted.pool(of_names, threads)])
        counted = perf_counter()
        block = counts = ngrams = ngram_counts = None
        any_word = len(lookup.ids) + len(of_names.ids) > 0  # known or not
        both = pa.concat_arrays([texts, named])
        if lexical and isinstance(vocabulary, Vocabulary) and any_word:
            block, counts = LexicalBlock.fit_counts(both, vocabulary, threads=threads)
            if len(unlabelled):
                block = block.seen(block.counts(unlabelled, threads))
        if characters and isinstance(vocabulary, Vocabulary):
            ngrams, ngram_counts = CharacterBlock.fit_counts(both, vocabulary, threads=threads)
            if len(unlabelled):
                ngrams = ngrams.seen(ngrams.counts(unlabelled, threads))
            if not len(ngrams):
                ngrams = ngram_counts = None
        labels = np.eye(len(names), dtype=bool) if targets.ndim == 2 else np.arange(len(names))
        return cls(
            pooling=fitted,
            pooled=pooled,
            scaler=Scaler.fit(pooled[: len(texts)], weights),
            spread=float(np.sqrt(pooled.shape[1])) if block else 1.0,
            block=block,
            counts=counts,
            characters=ngrams,
            character_counts=ngram_counts,
            targets=np.concatenate([targets, labels]) if len(names) else targets,
            weights=np.concatenate([weights, np.ones(len(names))]),
            rows=len(texts),
            outputs=outputs,
            seconds=(counted - clock, perf_counter() - counted),
        )

    @cached_property
    def own(self) -> Blocks:
        """The rows, and after them the names."""
        block, counts, ngrams, ngram_counts = (
            self.block,
            self.counts,
            self.characters,
            self.character_counts,
        )
        return Blocks(
            self.pooled,
            block.weigh(counts) if block and counts else None,
            ngrams.weigh(ngram_counts) if ngrams and ngram_counts else None,
        )

    def transform(self, texts: pa.LargeStringArray, lookup: Lookup, threads: int | None) -> Blocks:
        """Other texts as the blocks have them."""
        return Blocks(
            self.pooling.pool(lookup, threads),
            self.block.transform(texts, threads) if self.block else None,
            self.characters.transform(texts, threads) if self.characters else None,
        )

    def row_weights(self, names: float) -> Floats:
        """The weights of all rows where a name counts as so many texts, (rows + names,)."""
        return np.concatenate([self.weights[: self.rows], names * self.weights[self.rows :]])

    def factors(self, setting: Setting, rows: NDArray[np.int64]) -> Floats | None:
        """What the counts are multiplied by, (features of the block,), learned from some of the rows.

        A row tells as much as its weight is of the mean of its class, so that weights of classes change
        nothing. Of several classes each feature has the ratio that is largest without its sign.
        """
        counts = {"nb": self.counts, "characters": self.character_counts}.get(setting.block)
        if counts is None:
            return None
        targets, weights = self.targets[rows], self.weights[rows]
        of = targets if targets.ndim == 1 else np.zeros(len(rows), np.int64)
        means = np.bincount(of, weights) / np.maximum(np.bincount(of, weights > 0), 1)
        weights = weights / np.where(means > 0, means, 1.0)[of]
        ratios = log_count_ratios(counts.take(rows), targets, self.outputs, weights)
        return np.asarray(np.abs(ratios).max(axis=1))

    def design(self, setting: Setting, factors: Floats | None) -> Design:
        """All rows as a setting has them, (rows + names, features)."""
        if setting.block != "vectors":
            return counted(self.own, setting, factors)
        dense = self._scaled(self.pooled)
        # Means of few words are far longer than those of texts; without known words they stay 0.
        names = dense[self.rows :]
        lengths = np.sqrt(np.einsum("ij,ij->i", names, names, dtype=np.float64))
        known = self.pooled[self.rows :].any(axis=1)
        typical = np.sqrt(dense.shape[1]) / self.spread
        names *= (np.where(known, typical, 0.0) / np.maximum(lengths, 1e-9))[:, None].astype(np.float32)
        return Design(dense)

    def others(self, rows: Blocks, setting: Setting, factors: Floats | None) -> Design:
        """Other rows as a setting has them."""
        if setting.block != "vectors":
            return counted(rows, setting, factors)
        return Design(self._scaled(rows.pooled))

    def _scaled(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        scaled = self.scaler.transform(pooled)
        return np.asarray(scaled if self.spread == 1.0 else scaled / np.float32(self.spread))

    def member(self, setting: Setting, share: float, held: Blocks) -> Member:
        """A head to train on all rows, without names that count 0, and the held-out rows as it has them."""
        factors = self.factors(setting, np.arange(self.rows))
        design, rows = self.design(setting, factors), len(self.targets)
        if not setting.names and rows > self.rows:
            rows, design = self.rows, design.take(np.arange(self.rows))
        unseen = self.others(held, setting, factors) if len(held.pooled) else None
        weights = self.row_weights(setting.names)
        return Member(design, self.targets[:rows], weights[:rows], setting.C, share, unseen)

    def fold(self, heads: Sequence[tuple[Setting, float, LinearHead]]) -> Weights:
        """Heads with their shares as one."""
        loss = heads[0][2].loss
        features = len(self.scaler.mean)
        vectors, bias = np.zeros((features, self.outputs)), np.zeros(self.outputs)
        sums: dict[str, Floats] = {}
        for setting, share, head in heads:
            if setting.block == "vectors":
                vectors += share * head.weights / self.spread
            else:
                factors = self.factors(setting, np.arange(self.rows))
                weights = share * (head.weights if factors is None else head.weights * factors[:, None])
                of = "characters" if setting.block == "characters" else "words"
                sums[of] = sums.get(of, 0.0) + weights
            bias += share * head.bias
        return Weights(
            self.scaler.fold(LinearHead(vectors, bias, loss)), sums.get("words"), sums.get("characters")
        )


def counted(rows: Blocks, setting: Setting, factors: Floats | None) -> Design:
    """Rows as a setting of counts has them, each feature multiplied by its factor, if any."""
    weighed = rows.characters if setting.block == "characters" else rows.words
    sparse = weighed if weighed is None or factors is None else weighed.scaled(factors)
    return Design(np.zeros((len(rows.pooled), 0), np.float32), sparse)
