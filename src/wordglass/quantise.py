"""Numbers as steps of 8 bits: a quarter of the room, and nearly the same numbers.

Each column of each block of rows has its own scale, so that one outlying row makes the steps of its block
coarse and no others: Dettmers, Lewis, Shleifer and Zettlemoyer, 2022, 8-bit optimizers via block-wise
quantization. A number is its step, -127 to 127, times the scale.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

ROWS = 128  # of a block: the scales take a 32nd of the steps' room
STEPS = 127
LEAST = np.finfo(np.float32).tiny  # no scale is 0, so that one can divide by it
MOST = np.finfo(np.float32).max / np.float32(STEPS + 1)  # beyond which steps would be infinite
BLOCKS = 16  # at a time: what is computed on the way stays in the processor's caches


def scales_of(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """The size of a step in each block and column of numbers (rows, columns): (blocks, columns).

    >>> scales_of(np.array([[0, 254], [-127, 0]], np.float32)).tolist()
    [[1.0, 2.0]]
    """
    scales = np.empty((blocks(len(numbers)), numbers.shape[1]), np.float32)
    for rows, of in _parts(len(numbers)):
        sizes = np.abs(numbers[rows])
        scales[of] = np.maximum.reduceat(sizes, np.arange(0, len(sizes), ROWS))
    scales /= STEPS
    return np.maximum(scales, LEAST, out=scales)


def to_steps(numbers: NDArray[np.float32], scales: NDArray[np.float32]) -> NDArray[np.int8]:
    """Numbers (rows, columns) as the nearest steps; those of ``from_steps`` come back as they were."""
    steps = np.empty(numbers.shape, np.int8)
    for rows, of in _parts(len(numbers)):
        part = numbers[rows]
        steps[rows] = np.rint(part / np.repeat(scales[of], ROWS, axis=0)[: len(part)])
    return steps


def from_steps(
    steps: NDArray[np.int8], scales: NDArray[np.float32], out: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Write the numbers of steps (rows, columns) with ``scales`` (blocks, columns) to ``out``, and give it.

    >>> numbers = np.array([[1, 25.5], [-12.5, 0]], np.float32)
    >>> scales = scales_of(numbers)
    >>> from_steps(to_steps(numbers, scales), scales, np.empty((2, 2), np.float32)).round(2).tolist()
    [[0.9800000190734863, 25.5], [-12.5, 0.0]]
    """
    for rows, of in _parts(len(steps)):
        part = steps[rows]
        np.multiply(part, np.repeat(scales[of], ROWS, axis=0)[: len(part)], out=out[rows])
    return out


def blocks(rows: int) -> int:
    """How many blocks rows make."""
    return -(-rows // ROWS)


def _parts(rows: int) -> Iterator[tuple[slice, slice]]:
    """Some blocks at a time: their rows, and their scales."""
    for block in range(0, blocks(rows), BLOCKS):
        yield slice(block * ROWS, (block + BLOCKS) * ROWS), slice(block, block + BLOCKS)
