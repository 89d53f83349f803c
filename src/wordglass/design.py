"""What a head is fitted to: dense features, sparse ones, or both side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.sparse import SparseRows


@dataclass(frozen=True)
class Design:
    """Features (rows, dense + sparse) of which the last are sparse.

    >>> sparse = SparseRows(np.array([0, 1, 1]), np.array([2], np.int32), np.ones(1, np.float32), features=3)
    >>> Design(np.zeros((2, 2)), sparse).shape
    (2, 5)
    """

    dense: NDArray[Any]  # (rows, dense features)
    sparse: SparseRows | None = None

    def __post_init__(self) -> None:
        if self.sparse is not None and len(self.sparse) != len(self.dense):
            raise DataError(
                f"{len(self.dense)} dense rows and {len(self.sparse)} sparse ones: give as many of each"
            )

    def __len__(self) -> int:
        return len(self.dense)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, features)."""
        return len(self), self.dense.shape[1] + (self.sparse.features if self.sparse else 0)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.dense.size + (len(self.sparse.values) if self.sparse else 0)

    def finite(self) -> NDArray[np.bool_]:
        """Whether all numbers of a row are finite, (rows,)."""
        good = np.isfinite(self.dense).all(axis=1)
        if self.sparse is not None:
            bad = np.flatnonzero(~np.isfinite(self.sparse.values))
            good[np.searchsorted(self.sparse.indptr, bad, side="right") - 1] = False
        return np.asarray(good)

    def take(self, rows: NDArray[np.int64]) -> "Design":
        """Some rows, in that order."""
        return Design(self.dense[rows], self.sparse.take(rows) if self.sparse else None)
