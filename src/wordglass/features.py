"""The features of the training rows: computed once, and put side by side as a setting asks.

Two blocks stand under one head: the pooled vectors, standardised and divided by the root of their number so
that a row is about as long as one of the other block, and the weighted counts of words and pairs of words.
How much each block may say is a matter of the penalty: a block of strength s is multiplied by the root of s,
and so penalised 1 / s times as much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, Literal, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.design import Design
from wordglass.head import LinearHead
from wordglass.lexical import LexicalBlock, log_count_ratios
from wordglass.passes import Floats
from wordglass.pooling import Pooling
from wordglass.scaling import Scaler
from wordglass.sparse import SparseRows
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup, Vocabulary, join

Counts = Literal["none", "tf-idf", "nb"]


class Setting(NamedTuple):
    """What a head is fitted to, and how strongly it is held back."""

    pooling: str  # the kinds of pooling, "mean" or more
    counts: Counts  # how words and pairs are weighed; "nb": times their naive-Bayes log-count ratios
    vectors: float  # the strength of the pooled vectors; 0 leaves them out
    words: float  # the strength of the counts; 0 leaves them out
    C: float  # the inverse strength of the penalty
    names: float  # how many texts the name of a class counts as


@dataclass(frozen=True)
class Features:
    """The blocks of the training rows, and after them one row for each class: its name as a text."""

    poolings: Mapping[str, Pooling]  # by name
    pooled: Mapping[str, NDArray[np.float32]]  # by pooling, (rows + names, features) as pooled
    scalers: Mapping[str, Scaler]  # by pooling, measured on the rows
    block: LexicalBlock | None
    counts: SparseRows | None  # (rows + names, features of the block), how often each has each
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
        poolings: Sequence[str],
        lexical: bool,
        names: Sequence[str],
        unlabelled: pa.LargeStringArray,
        threads: int | None,
    ) -> Self:
        """Compute the blocks of texts (rows,) that have been looked up in a table.

        ``names`` are those of the classes as texts, or none. Words are weighed by how many of the texts have
        them, and of the ``unlabelled`` ones.
        """
        clock = perf_counter()
        vocabulary = table.vocabulary
        named = strings(list(names))
        every = lookup
        if len(unlabelled):
            every = join([lookup, vocabulary.lookup(unlabelled, threads)])
        of_names = vocabulary.lookup(named)
        fitted = {name: Pooling.fit(name, table, every, threads) for name in poolings}
        pooled = {
            name: np.vstack([pooling.pool(lookup, threads), pooling.pool(of_names, threads)])
            for name, pooling in fitted.items()
        }
        counted = perf_counter()
        block = counts = None
        if lexical and isinstance(vocabulary, Vocabulary):
            both = pa.concat_arrays([texts, named])
            block, counts = LexicalBlock.fit_counts(both, vocabulary, threads=threads)
            if len(unlabelled):
                block = block.seen(block.counts(unlabelled, threads))
        labels = np.eye(len(names), dtype=bool) if targets.ndim == 2 else np.arange(len(names))
        return cls(
            poolings=fitted,
            pooled=pooled,
            scalers={name: Scaler.fit(X[: len(texts)], weights) for name, X in pooled.items()},
            block=block,
            counts=counts,
            targets=np.concatenate([targets, labels]) if len(names) else targets,
            weights=np.concatenate([weights, np.ones(len(names))]),
            rows=len(texts),
            outputs=outputs,
            seconds=(counted - clock, perf_counter() - counted),
        )

    @cached_property
    def weighed(self) -> SparseRows | None:
        """The counts weighed by sublinear TF-IDF."""
        return self.block.weigh(self.counts) if self.block and self.counts else None

    def row_weights(self, names: float) -> Floats:
        """The weights of all rows where a name counts as so many texts, (rows + names,)."""
        return np.concatenate([self.weights[: self.rows], names * self.weights[self.rows :]])

    def scaled(self, setting: Setting) -> tuple[Scaler, float]:
        """The scaler of the setting's pooling, and what multiplies the scaled vectors."""
        scaler = self.scalers[setting.pooling]
        return scaler, float(np.sqrt(setting.vectors / len(scaler.mean)))

    def factors(self, setting: Setting, rows: NDArray[np.int64]) -> Floats | None:
        """What the counts are multiplied by, (features of the block,), learned from some of the rows.

        Of several classes each feature has the ratio that is largest without its sign.
        """
        if setting.counts != "nb" or not setting.words or self.counts is None:
            return None
        ratios = log_count_ratios(self.counts.take(rows), self.targets[rows], self.outputs)
        return np.asarray(np.abs(ratios).max(axis=1))

    def design(self, setting: Setting, factors: Floats | None) -> Design:
        """All rows as a setting has them, (rows + names, features)."""
        dense = self._dense(self.pooled[setting.pooling], setting)
        if dense.shape[1]:
            self._lengthen(dense[self.rows :], setting)
        return self._beside(dense, self.weighed, setting, factors)

    def _lengthen(self, names: NDArray[np.float32], setting: Setting) -> None:
        """Make the names' vectors, means of few words, as long as those of texts; 0 without known words."""
        known = self.pooled[setting.pooling][self.rows :].any(axis=1)
        lengths = np.sqrt(np.einsum("ij,ij->i", names, names, dtype=np.float64))
        factor = np.where(known, np.sqrt(setting.vectors), 0.0) / np.maximum(lengths, 1e-9)
        names *= factor[:, None].astype(np.float32)

    def others(
        self,
        pooled: NDArray[np.float32],
        weighed: SparseRows | None,
        setting: Setting,
        factors: Floats | None,
    ) -> Design:
        """Other rows, as pooled and as weighed, as a setting has them."""
        return self._beside(self._dense(pooled, setting), weighed, setting, factors)

    def _dense(self, pooled: NDArray[np.float32], setting: Setting) -> NDArray[np.float32]:
        if not setting.vectors:
            return np.zeros((len(pooled), 0), np.float32)
        scaler, factor = self.scaled(setting)
        dense = scaler.transform(pooled)
        return np.asarray(dense if factor == 1.0 else dense * np.float32(factor))

    def _beside(
        self, dense: NDArray[np.float32], weighed: SparseRows | None, setting: Setting, factors: Floats | None
    ) -> Design:
        if not setting.words or weighed is None:
            return Design(dense)
        multiplied = np.full(weighed.features, np.sqrt(setting.words)) * (1.0 if factors is None else factors)
        return Design(dense, weighed if (multiplied == 1.0).all() else weighed.scaled(multiplied))

    def unscaled(
        self, head: LinearHead, setting: Setting, factors: Floats | None
    ) -> tuple[LinearHead, NDArray[np.float64] | None]:
        """A head on a design as one on vectors as pooled, and its weights of TF-IDF, (features, outputs)."""
        scaler, factor = self.scaled(setting)
        dense = len(scaler.mean) if setting.vectors else 0
        vectors = np.zeros((len(scaler.mean), head.weights.shape[1]))
        vectors[:dense] = head.weights[:dense] * factor
        counts = None
        if setting.words:
            counts = (
                head.weights[dense:] * np.sqrt(setting.words) * (1.0 if factors is None else factors[:, None])
            )
        return scaler.fold(LinearHead(vectors, head.bias, head.loss)), counts
