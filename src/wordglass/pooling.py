"""Stage 4: the vectors of a text's words into one vector of fixed length.

A pooling is named by its kinds, joined by ``+`` where their vectors stand side by side: ``mean+max``.

mean
    the average over the known words
max, min
    the largest or smallest value of each dimension over the known words
sif
    the average with each word weighed by a / (a + p), p its share of the training tokens and a = 0.001:
    smooth inverse frequency (Arora, Liang and Ma, 2017, A simple but tough-to-beat baseline for sentence
    embeddings)

Words that the table does not have are left out; a text without any known word gives zeros.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError
from wordglass.kernels import native
from wordglass.parallel import in_order
from wordglass.vectors.composing import Composer
from wordglass.vectors.gathering import gather
from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Rows, padded
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup

KINDS = ("mean", "max", "min", "sif")
LINEAR = (
    "mean",
    "sif",
)  # a weighted mean: each word adds its part, so that scores can be folded into the words
SIF_A = 1e-3
ROWS = 4096  # pooled in one go by one thread


def kinds_of(pooling: str) -> tuple[str, ...]:
    """The kinds that a pooling's name joins.

    >>> kinds_of("mean+max")
    ('mean', 'max')
    """
    kinds = tuple(pooling.split("+"))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ArgumentError(f"pooling {pooling!r}: {unknown[0]!r} is none of {', '.join(KINDS)}")
    if len(set(kinds)) < len(kinds):
        raise ArgumentError(f"pooling {pooling!r} names a kind twice")
    return kinds


def sif_weights(lookup: Lookup, words: int) -> NDArray[np.float32]:
    """The weight of each row of a table of ``words`` words, (words + 1,), from the training texts' tokens."""
    counts = np.bincount(lookup.ids, minlength=words + 1)[: words + 1]  # after them stand composed words
    share = counts / max(1, len(lookup.ids))
    return (SIF_A / (SIF_A + share)).astype(np.float32)


@dataclass(frozen=True)
class Pooling:
    """A fitted pooling: its kinds, and the tables that each kind reads.

    >>> from wordglass.vectors import VectorTable
    >>> table = VectorTable.of(["sunny", "days"], np.array([[1, 0], [0, 4]], np.float32))
    >>> lookup = table.vocabulary.lookup(["Sunny days", "rain"])
    >>> Pooling.fit("mean+max", table, lookup).pool(lookup).tolist()
    [[0.5, 2.0, 1.0, 4.0], [0.0, 0.0, 0.0, 0.0]]
    """

    name: str
    dim: int
    rows: Rows  # of (words + 1, padded dim)
    weights: NDArray[np.float32] | None = None  # (words + 1,) of sif
    composer: Composer | None = None  # of vectors for other words, which sif does not weigh

    @classmethod
    def fit(cls, name: str, table: VectorTable, lookup: Lookup) -> "Pooling":
        """Take the word weights, where the pooling has any, from the training texts."""
        weights = sif_weights(lookup, len(table)) if "sif" in kinds_of(name) else None
        return cls.of(name, table, weights)

    @classmethod
    def of(cls, name: str, table: VectorTable, weights: NDArray[np.float32] | None) -> "Pooling":
        """The pooling of a table's vectors with word weights that are known."""
        return cls(name, table.dim, table.rows, weights, table.composer)

    @property
    def features(self) -> int:
        """How many numbers a pooled vector has."""
        return self.dim * len(kinds_of(self.name))

    @property
    def linear(self) -> bool:
        """Whether every kind is a weighted mean over words."""
        return set(kinds_of(self.name)) <= set(LINEAR)

    def gather(self, lookup: Lookup) -> "Gathered":
        """The rows that a lookup found, as the kernels read them: float32, and weighed where they are."""
        if self.weights is None and self.rows.numbers == "float32" and lookup.composed is None:
            return Gathered(lookup, self.rows.stored, self.rows.stored)
        lookup, rows, own = gather(lookup, self.rows, self.composer.compose if self.composer else None)
        weighed = rows
        if self.weights is not None:
            weighed = rows.copy()
            weighed[: len(own)] *= self.weights[own, None]
        return Gathered(lookup, rows, weighed)

    def only(self, rows: NDArray[np.int64]) -> "Pooling":
        """The pooling of some of the words, (kept,): the others are as if they had no vector."""
        kept = np.concatenate([[0], rows])
        weights = None if self.weights is None else self.weights[kept]
        return Pooling(self.name, self.dim, Rows(self.rows.take(kept)), weights, self.composer)

    def pool(self, lookup: Lookup, threads: int | None = None) -> NDArray[np.float32]:
        """One vector a text, (rows, features)."""
        X = np.empty((len(lookup.offsets) - 1, self.features), np.float32)
        gathered = self.gather(lookup)

        def fill(first: int) -> None:
            part = replace(gathered, lookup=gathered.lookup.rows(first, first + ROWS))
            self.pool_into(X[first : first + ROWS], part)

        list(in_order(fill, list(range(0, len(X), ROWS)), threads))
        return X

    def pool_into(self, X: NDArray[np.float32], found: "Gathered") -> None:
        """Write one vector a text to the rows of X, (rows, features), in one thread."""
        ids, offsets = found.lookup.ids, found.lookup.offsets
        for k, kind in enumerate(kinds_of(self.name)):
            if kind in LINEAR:
                out = X.reshape(-1)[k * self.dim :]
                native.mean(ids, offsets, found.table(kind), self.dim, out, self.features)
            else:
                sign = 1 if kind == "max" else -1
                columns = slice(k * self.dim, (k + 1) * self.dim)
                X[:, columns] = native.extreme(ids, offsets, found.rows, self.dim, sign)

    def parts(self, lookup: Lookup) -> NDArray[np.float32]:
        """What each token of one text adds to its pooled vector, (tokens, features): they sum to it."""
        parts = np.zeros((len(lookup.ids), self.features), np.float32)
        known = np.flatnonzero(lookup.ids)
        found = self.gather(lookup)
        for k, kind in enumerate(kinds_of(self.name)):
            vectors = found.table(kind)[found.lookup.ids[known], : self.dim]  # (known, dim)
            columns = np.arange(k * self.dim, (k + 1) * self.dim)
            if kind in LINEAR:
                parts[known, columns[0] : columns[-1] + 1] = vectors / max(len(known), 1)
            elif len(known):
                best = vectors.argmax(axis=0) if kind == "max" else vectors.argmin(axis=0)
                parts[known[best], columns] = vectors[best, np.arange(self.dim)]
        return parts

    def fold(self, weights: NDArray[np.float64]) -> NDArray[np.float32]:
        """Multiply a head's weights (features, outputs) into the words: (words + 1, padded outputs).

        The mean of these rows over a text's known words is what its pooled vector gives the head.
        """
        outputs = weights.shape[1]
        scores = np.zeros((len(self.rows), padded(outputs)), np.float32)
        parts = self._parts_of(weights)
        for place, rows in self.rows.blocks():
            for kind, part in parts.items():
                added = rows @ part
                if kind == "sif" and self.weights is not None:
                    added *= self.weights[place, None]
                scores[place, :outputs] += added
        return scores

    def fold_ngrams(self, weights: NDArray[np.float64]) -> Ngrams | None:
        """The same for the n-grams of other words, where the table has any."""
        if self.composer is None:
            return None
        part = np.sum(list(self._parts_of(weights).values()), axis=0)
        return self.composer.fold(part, padded(weights.shape[1]))

    def _parts_of(self, weights: NDArray[np.float64]) -> dict[str, NDArray[np.float32]]:
        """Each kind's part of a head's weights, (padded dim, outputs)."""
        parts = {}
        for k, kind in enumerate(kinds_of(self.name)):
            parts[kind] = np.zeros((self.rows.width, weights.shape[1]), np.float32)
            parts[kind][: self.dim] = weights[k * self.dim : (k + 1) * self.dim]
        return parts


@dataclass(frozen=True)
class Gathered:
    """Texts as numbers of rows, and those rows in float32: all of a table, or only the rows found."""

    lookup: Lookup
    rows: NDArray[np.float32]  # (rows, padded dim), row 0 zeros
    weighed: NDArray[np.float32]  # the same times the words' weights

    def table(self, kind: str) -> NDArray[np.float32]:
        """The rows that a kind of pooling reads."""
        return self.weighed if kind == "sif" else self.rows
