"""Stage 4: the vectors of a text's words into one vector of fixed length.

A pooling is named by its kinds, joined by ``+`` where their vectors stand side by side: ``mean+max``.

mean
    the average over the known words
max, min
    the largest or smallest value of each dimension over the known words
p3
    the cube root of each dimension's mean cube: the power mean between mean and maximum that keeps signs
    (Rücklé, Eger, Peyrard and Gurevych, 2018, Concatenated power mean word embeddings as universal
    cross-lingual sentence representations)
sif
    the average with each word weighed by how rare it is among the training tokens: smooth inverse frequency
    (Arora, Liang and Ma, 2017, A simple but tough-to-beat baseline for sentence embeddings)
usif
    the average with each word weighed by how rare it is in general, which is told from its place in the
    table: tables of pre-trained vectors have the most frequent words first; less the parts along the five
    directions that the training texts have most in common, each by its share of their squares (Ethayarajh,
    2018, Unsupervised random walk sentence embeddings: a strong but simple baseline; the scaling of the
    vectors anew for each text is left out, with which a text would be no weighted mean of its words)
tfidf
    the average with each word weighed by its inverse document frequency among the training texts

All averages are over the number of known words. Words that the table does not have are left out; a text
without any known word gives zeros.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wordglass.kernels import native
from wordglass.kinds import LINEAR, kinds_of
from wordglass.parallel import in_order
from wordglass.vectors.composing import Composer
from wordglass.vectors.gathering import gather
from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Rows, padded
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup
from wordglass.weighing import LESS_COMMON, NOTHING, WEIGH, Learned, common_components, without

ROWS = 4096  # pooled in one go by one thread
Vectors = NDArray[np.float32]


class Kind(Protocol):
    """One kind of pooling."""

    def pool(self, lookup: Lookup, rows: Vectors, X: Vectors, first: int, dim: int) -> None:
        """Write a vector a text to ``dim`` columns of X, from ``first`` on."""

    def parts(self, vectors: Vectors) -> NDArray[np.float64]:
        """What each vector of one text, (known, dim), adds to the pooled one, to which they sum."""


class Mean:
    """The mean of the vectors, which may have been weighed."""

    def pool(self, lookup: Lookup, rows: Vectors, X: Vectors, first: int, dim: int) -> None:
        """Write straight to X."""
        native.mean(lookup.ids, lookup.offsets, rows, dim, X.reshape(-1)[first:], X.shape[1])

    def parts(self, vectors: Vectors) -> NDArray[np.float64]:
        """Each vector's part is itself over their number."""
        return vectors.astype(np.float64) / max(len(vectors), 1)


@dataclass(frozen=True)
class Extreme:
    """The largest or smallest value of each dimension."""

    sign: int  # 1 for the largest, -1 for the smallest

    def pool(self, lookup: Lookup, rows: Vectors, X: Vectors, first: int, dim: int) -> None:
        """Write by way of an array of their own."""
        X[:, first : first + dim] = native.extreme(lookup.ids, lookup.offsets, rows, dim, self.sign)

    def parts(self, vectors: Vectors) -> NDArray[np.float64]:
        """All of a value is the part of the vector that has it, the first of equals."""
        parts = np.zeros(vectors.shape)
        if len(vectors):
            best, columns = (vectors * self.sign).argmax(axis=0), np.arange(vectors.shape[1])
            parts[best, columns] = vectors[best, columns]
        return parts


class CubicMean:
    """The cube root of the mean cube of each dimension."""

    def pool(self, lookup: Lookup, rows: Vectors, X: Vectors, first: int, dim: int) -> None:
        """Add up in double precision: near 0 a root makes much of small errors."""
        X[:, first : first + dim] = np.cbrt(native.mean_cube(lookup.ids, lookup.offsets, rows, dim))

    def parts(self, vectors: Vectors) -> NDArray[np.float64]:
        """A vector's part is the value times its cube's part in the sum of cubes.

        Where positive and negative cubes nearly cancel, the parts are larger than their sum; where they
        cancel, value and parts are 0.
        """
        x = vectors.astype(np.float64)
        cubes = x * x * x
        total = cubes.cumsum(axis=0)[-1:]  # in the order that the compiled loop adds in, to the bit
        value = np.cbrt(total / max(len(x), 1)).astype(np.float32)
        return np.asarray(cubes * np.divide(value, total, out=np.zeros(total.shape), where=total != 0))


HOW: dict[str, Kind] = {
    "mean": Mean(),
    "max": Extreme(1),
    "min": Extreme(-1),
    "p3": CubicMean(),
    "sif": Mean(),
    "usif": Mean(),
    "tfidf": Mean(),
}


@dataclass(frozen=True)
class Pooling:
    """A fitted pooling: its kinds, what they have learned, and the vectors that they read.

    >>> from wordglass.vectors import VectorTable
    >>> table = VectorTable.of(["sunny", "days"], np.array([[1, 0], [0, 4]], np.float32))
    >>> lookup = table.vocabulary.lookup(["Sunny days", "rain"])
    >>> Pooling.fit("mean+max", table, lookup).pool(lookup).tolist()
    [[0.5, 2.0, 1.0, 4.0], [0.0, 0.0, 0.0, 0.0]]
    """

    name: str
    dim: int
    rows: Rows  # of (words + 1, padded dim)
    learned: Learned = NOTHING
    composer: Composer | None = None  # of vectors for other words, each of which weighs 1

    @classmethod
    def fit(cls, name: str, table: VectorTable, lookup: Lookup, threads: int | None = None) -> "Pooling":
        """Learn what the kinds learn, from training texts and from unlabelled ones where there are any.

        Look all of them up at once: ``lookup.rows`` gives back the training texts alone.
        """
        weights = {kind: WEIGH[kind](lookup, len(table)) for kind in kinds_of(name) if kind in WEIGH}
        components = {}
        for kind in weights.keys() & LESS_COMMON:
            weighed = cls.of(kind, table, Learned({kind: weights[kind]}))
            components[kind] = common_components(weighed.pool(lookup, threads))
        return cls.of(name, table, Learned(weights, components))

    @classmethod
    def of(cls, name: str, table: VectorTable, learned: Learned) -> "Pooling":
        """The pooling of a table's vectors with what was learned before."""
        return cls(name, table.dim, table.rows, learned, table.composer)

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
        if not self.learned.weights and self.rows.numbers == "float32" and lookup.composed is None:
            return Gathered(lookup, self.rows.stored, {})
        lookup, rows, own = gather(lookup, self.rows, self.composer.compose if self.composer else None)
        weighed = {}
        for kind, weights in self.learned.weights.items():
            weighed[kind] = rows.copy()
            weighed[kind][: len(own)] *= weights[own, None]
        return Gathered(lookup, rows, weighed)

    def only(self, rows: NDArray[np.int64]) -> "Pooling":
        """The pooling of some of the words, (kept,): the others are as if they had no vector."""
        kept = np.concatenate([[0], rows])
        return replace(self, rows=Rows(self.rows.take(kept)), learned=self.learned.only(kept))

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
        for first, kind in self._columns():
            HOW[kind].pool(found.lookup, found.table(kind), X, first, self.dim)
            if kind in self.learned.components:
                own = X[:, first : first + self.dim]
                own[:] = without(self.learned.components[kind], own)

    def parts(self, lookup: Lookup) -> NDArray[np.float64]:
        """What each token of texts adds to its text's pooled vector, (tokens, features): they sum to it."""
        return np.concatenate([np.zeros((0, self.features)), *self.parts_by_text(lookup)])

    def parts_by_text(self, lookup: Lookup) -> Iterator[NDArray[np.float64]]:
        """The same text by text, as those of many texts together are large."""
        found = self.gather(lookup)
        for begin, end in pairwise((found.lookup.offsets - found.lookup.offsets[0]).tolist()):
            ids = found.lookup.ids[begin:end]
            parts = np.zeros((len(ids), self.features))
            known = np.flatnonzero(ids)
            for first, kind in self._columns():
                own = HOW[kind].parts(found.table(kind)[ids[known], : self.dim])  # (known, dim)
                if kind in self.learned.components:
                    own = without(self.learned.components[kind], own)
                parts[known, first : first + self.dim] = own
            yield parts

    def _columns(self) -> Iterator[tuple[int, str]]:
        """The kinds, and at which column of a pooled vector each begins."""
        return zip(count(0, self.dim), kinds_of(self.name), strict=False)

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
                if kind in self.learned.weights:
                    added *= self.learned.weights[kind][place, None]
                scores[place, :outputs] += added
        return scores

    def fold_ngrams(self, weights: NDArray[np.float64]) -> Ngrams | None:
        """The same for the n-grams of other words, where the table has any."""
        if self.composer is None:
            return None
        part = np.sum(list(self._parts_of(weights).values()), axis=0)
        return self.composer.fold(part, padded(weights.shape[1]))

    def _parts_of(self, weights: NDArray[np.float64]) -> dict[str, NDArray[np.float32]]:
        """Each kind's part of a head's weights, (padded dim, outputs), as words are multiplied by it."""
        parts = {}
        for first, kind in self._columns():
            own = weights[first : first + self.dim]
            if kind in self.learned.components:  # taken out of the weights instead of the words
                own = without(self.learned.components[kind], own.T).T
            parts[kind] = np.zeros((self.rows.width, weights.shape[1]), np.float32)
            parts[kind][: self.dim] = own
        return parts


@dataclass(frozen=True)
class Gathered:
    """Texts as numbers of rows, and those rows in float32: all of a table, or only the rows found."""

    lookup: Lookup
    rows: NDArray[np.float32]  # (rows, padded dim), row 0 zeros
    weighed: dict[str, NDArray[np.float32]]  # by kind, the same times the words' weights

    def table(self, kind: str) -> NDArray[np.float32]:
        """The rows that a kind of pooling reads."""
        return self.weighed.get(kind, self.rows)
