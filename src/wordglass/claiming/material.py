"""What all arms share: rows divided, split into words and looked up once, and the vectors gathered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.claiming.learned import Bags
from wordglass.kernels import native
from wordglass.lexical import LexicalBlock
from wordglass.parts import Parts
from wordglass.passes import Loss
from wordglass.vectors.gathering import gather
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup, Vocabulary

Vectors = NDArray[np.float32]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """The rows as every arm reads them. ``train`` and ``test`` are numbers of rows of ``texts``."""

    texts: pa.LargeStringArray  # (rows,)
    targets: NDArray[Any]  # (rows,), or (rows, labels) of booleans
    classes: list[str]
    train: Longs
    test: Longs
    loss: Loss
    outputs: int
    table: VectorTable
    lookup: Lookup  # of all rows, in numbers of ``vectors``
    vectors: Vectors  # (words found + 1, width): row 0, all zeros, is the unknown word's
    bags: Bags  # the same rows as the words that they have, with a vector or not
    wordless: VectorTable  # no vector for any word, for the arm that has none; texts are split alike
    coverage: float  # of the tokens of the training rows

    @property
    def multi_label(self) -> bool:
        """Whether a row can have any number of labels."""
        return self.targets.ndim == 2

    @property
    def truth(self) -> NDArray[Any]:
        """The targets of the held-out rows."""
        return np.asarray(self.targets[self.test])

    def pool(self, vectors: Vectors) -> Vectors:
        """The mean vector of every row, (rows, dim), from a table that has its words in the same order."""
        out = np.empty((len(self.texts), self.table.dim), np.float32)
        native.mean(
            self.lookup.ids, self.lookup.offsets, vectors, self.table.dim, out.reshape(-1), out.shape[1]
        )
        return out


def material(parts: Parts, table: VectorTable, threads: int | None = None) -> Material:
    """Split all rows into words by the settings that fit the training rows, and find their vectors."""
    table, _ = table.fitted(parts.training[0])
    lookup = table.vocabulary.lookup(parts.texts, threads)
    found, vectors, _ = gather(lookup, table.rows, table.composer.compose if table.composer else None)
    softmax = not parts.targets.multi_label and len(parts.targets.classes) > 2
    targets = parts.targets.values
    return Material(
        texts=parts.texts,
        targets=targets,
        classes=parts.targets.names,
        train=parts.train,
        test=parts.test,
        loss="softmax" if softmax else "sigmoid",
        outputs=len(parts.targets.classes) if softmax or targets.ndim == 2 else 1,
        table=table,
        lookup=found,
        vectors=vectors,
        bags=_bags(parts.texts, table),
        wordless=_wordless(table),
        coverage=_coverage(found, parts.train),
    )


def words_of(table: VectorTable) -> Vocabulary:
    """The vocabulary by whose rules words are split: the table's, or where it has parts of words, none's."""
    return table.vocabulary if isinstance(table.vocabulary, Vocabulary) else Vocabulary.of([])


def random_vectors(vectors: Vectors, dim: int, seed: Sequence[int]) -> Vectors:
    """Vectors of the same shape and scale: each column drawn from a normal of its mean and spread.

    ``vectors`` is (words + 1, width), of which row 0 and the columns from ``dim`` on stay 0.
    """
    own = vectors[1:, :dim].astype(np.float64)
    out = np.zeros_like(vectors)
    if len(own):
        drawn = np.random.default_rng(seed).standard_normal(own.shape)
        out[1:, :dim] = own.mean(axis=0) + drawn * own.std(axis=0)
    return out


def shuffled_vectors(vectors: Vectors, seed: Sequence[int]) -> Vectors:
    """The same vectors dealt anew among the words: (words + 1, width), of which row 0 stays."""
    order = np.random.default_rng(seed).permutation(len(vectors) - 1)
    return np.concatenate([vectors[:1], vectors[1:][order]])


def _wordless(table: VectorTable) -> VectorTable:
    empty = VectorTable.of([], np.zeros((0, 1), np.float32))
    return empty.with_settings(words_of(table).settings)


def _bags(texts: pa.LargeStringArray, table: VectorTable) -> Bags:
    block = LexicalBlock.fit(texts, words_of(table), pairs=False)
    ids, offsets = block.lookup_rows(buffers(texts), 0, len(texts))
    return Bags(ids, offsets, len(block))


def _coverage(lookup: Lookup, rows: Longs) -> float:
    """The share of the rows' tokens that have a vector."""
    known = np.concatenate([[0], np.cumsum(lookup.ids > 0)])[lookup.offsets]
    tokens = int(np.diff(lookup.offsets)[rows].sum())
    return float(np.diff(known)[rows].sum() / max(tokens, 1))
