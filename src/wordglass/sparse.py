"""Sparse rows, of which only the values that are not zero are kept, and the products that a solver needs."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.kernels import native
from wordglass.parallel import Run

Doubles = NDArray[np.float64]
CHUNK = 1 << 16  # values multiplied in one go by one thread


@dataclass(frozen=True)
class SparseRows:
    """Rows of features: the values of row ``i`` are those from ``indptr[i]`` to ``indptr[i + 1] - 1``.

    >>> ids, values = np.array([0, 2, 1], np.int32), np.array([1, 2, 3], np.float32)
    >>> rows = SparseRows(np.array([0, 2, 3]), ids, values, features=3)
    >>> (rows @ np.array([[1.0], [10.0], [100.0]])).tolist()
    [[201.0], [30.0]]
    >>> (rows.T @ np.array([[1.0], [2.0]])).tolist()
    [[1.0], [6.0], [2.0]]
    """

    indptr: NDArray[np.int64]  # (rows + 1,)
    ids: NDArray[np.int32]  # (values,) which feature each is of, no feature twice in a row
    values: NDArray[np.float32]  # (values,)
    features: int

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, features)."""
        return len(self), self.features

    @cached_property
    def T(self) -> "SparseRows":  # noqa: N802 (NumPy's name)
        """The features as rows, their values in the order of the rows."""
        return SparseRows(*native.transpose((self.indptr, self.ids, self.values), self.features), len(self))

    def __matmul__(self, table: Doubles) -> Doubles:
        """The product with a table (features, outputs), in one thread."""
        return self.times(table)

    def times(self, table: Doubles, run: Run = map, out: Doubles | None = None) -> Doubles:
        """Multiply with a table (features, outputs): (rows, outputs), summed in float64, in ``out`` if given.

        Every entry is summed in the order of its row's values: the same bits at any number of threads that
        ``run`` has.
        """
        table = np.ascontiguousarray(table, np.float64)
        product = np.empty((len(self), table.shape[1])) if out is None else out
        rows = self.indptr, self.ids, self.values

        def one(part: tuple[int, int]) -> None:
            native.sparse_times(rows, *part, table, product)

        list(run(one, self.chunks))
        return product

    @cached_property
    def chunks(self) -> list[tuple[int, int]]:
        """Rows of about ``CHUNK`` values each, from one to before another."""
        cuts = np.searchsorted(self.indptr, np.arange(CHUNK, self.indptr[-1], CHUNK)).tolist()
        return list(pairwise(sorted({0, len(self), *cuts})))

    def scaled(self, factors: NDArray[Any]) -> "SparseRows":
        """The same rows with each feature multiplied by its factor, (features,)."""
        values = self.values * factors.astype(np.float32)[self.ids]
        return SparseRows(self.indptr, self.ids, values, self.features)

    def take(self, rows: NDArray[np.int64]) -> "SparseRows":
        """Some rows, in that order.

        >>> one = SparseRows(np.array([0, 2, 3]), np.array([0, 2, 1], np.int32), np.ones(3, np.float32), 3)
        >>> one.take(np.array([1, 0])).ids.tolist()
        [1, 0, 2]
        """
        sizes = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(indptr[-1]) + np.repeat(self.indptr[:-1][rows] - indptr[:-1], sizes)
        return SparseRows(indptr, self.ids[places], self.values[places], self.features)


def join(parts: list[SparseRows], features: int) -> SparseRows:
    """Join consecutive rows."""
    sizes = [np.diff(part.indptr) for part in parts]
    return SparseRows(
        np.concatenate([[0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *sizes]))]),
        np.concatenate([np.zeros(0, np.int32), *(part.ids for part in parts)]),
        np.concatenate([np.zeros(0, np.float32), *(part.values for part in parts)]),
        features,
    )
