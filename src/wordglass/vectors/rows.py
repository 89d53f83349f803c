"""The numbers of a table as they are stored: float32, float16, or int8 with a scale for each row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordglass.kernels.arrays import LANES

Numbers = Literal["float32", "float16", "int8"]
NUMBERS: tuple[Numbers, ...] = get_args(Numbers)
BLOCK = 1 << 22  # numbers made float32 in one go
LARGEST = 127  # of int8; -128 is left out, so that both signs reach as far


def padded(dim: int) -> int:
    """The width of a table's rows: a power of two or whole cache lines, so that few lines hold a row.

    >>> [padded(dim) for dim in (1, 3, 16, 50)]
    [1, 4, 16, 64]
    """
    return 1 << (dim - 1).bit_length() if dim <= LANES else -(-dim // LANES) * LANES


@dataclass(frozen=True, eq=False)
class Rows:
    """A row of numbers for each word, from row 1 on; row 0, all zeros, is the unknown word's.

    >>> rows = Rows(*stored_as(np.array([[0, 0], [1.0, -0.5]], np.float32), "int8"))
    >>> rows.take(np.array([1])).round(2).tolist()
    [[1.0, -0.5]]
    """

    stored: NDArray[Any]  # (words + 1, width)
    scales: NDArray[np.float32] | None = None  # (words + 1,) what an int8 row is multiplied by

    def __len__(self) -> int:
        return len(self.stored)

    @property
    def width(self) -> int:
        """How many numbers a row has, those that pad it included."""
        return int(self.stored.shape[1])

    @property
    def numbers(self) -> str:
        """What kind they are: float32, float16 or int8."""
        return str(self.stored.dtype)

    def take(self, ids: NDArray[np.integer[Any]] | slice) -> NDArray[np.float32]:
        """Some rows as float32, (n, width)."""
        if isinstance(ids, slice):
            rows = self.stored[ids].astype(np.float32, copy=False)
        else:  # several times faster than indexing, where the caller answers for the numbers
            rows = np.take(self.stored, ids, axis=0, mode="clip").astype(np.float32, copy=False)
        if self.scales is not None:
            rows *= self.scales[ids, None]
        return rows

    def blocks(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """All rows as float32, some at a time: where they stand, and the rows."""
        step = max(1, BLOCK // self.width)
        for first in range(0, len(self), step):
            place = slice(first, first + step)
            plain = self.stored.dtype == np.float32
            yield place, self.stored[place] if plain else self.take(place)


def stored_as(rows: NDArray[np.float32], numbers: Numbers) -> tuple[NDArray[Any], NDArray[np.float32] | None]:
    """Rows (n, width) as they are stored, and for int8 the scale of each, its largest number over 127."""
    if numbers == "float16":
        return np.clip(rows, *_float16_bounds()).astype(np.float16), None
    if numbers == "int8":
        scales = np.abs(rows).max(axis=1, initial=0) / np.float32(LARGEST)
        return np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8), scales
    return rows, None


def _float16_bounds() -> tuple[float, float]:
    """What float16 can hold: larger numbers would become infinite."""
    bounds = np.finfo(np.float16)
    return float(bounds.min), float(bounds.max)
