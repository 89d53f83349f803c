"""Stage 4 as compiled loops: the vectors of a text's known words into one vector.

Row 0 of a table belongs to the unknown word. It is all zeros, so that a sum need not ask what is known.
A stretch of words is added in single precision, stretches in double: a book keeps as many digits as a line.
"""

import numpy as np

from wordglass.kernels.arrays import LANES, Doubles, Floats, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.machine import add_1, add_2, add_4, add_8, add_line, add_lines, prefetch

AHEAD = 64  # words between asking for a vector and adding it
STRETCH = 64  # words added in one go: their vectors fit the fastest cache


@inlined
def add_stretch(vectors: Floats, ids: Ints, begin: int, end: int, width: int, sums: Doubles) -> None:
    """Add rows of ``width`` floats to the sums, four lines, one line or less at a time."""
    t = 0
    while t + 4 * LANES <= width:
        add_lines(vectors, ids, begin, end, width, t, sums, t)
        t += 4 * LANES
    while t + LANES <= width:
        add_line(vectors, ids, begin, end, width, t, sums, t)
        t += LANES
    if width == 8:
        add_8(vectors, ids, begin, end, width, t, sums, t)
    elif width == 4:
        add_4(vectors, ids, begin, end, width, t, sums, t)
    elif width == 2:
        add_2(vectors, ids, begin, end, width, t, sums, t)
    elif width == 1:
        add_1(vectors, ids, begin, end, width, t, sums, t)


@kernel
def mean(
    ids: Ints,
    offsets: Longs,
    vectors: Floats,
    width: int,
    sums: Doubles,
    dim: int,
    out: Floats,
    stride: int,
) -> None:
    """The mean vector of each text's known words, ``dim`` numbers every ``stride`` in ``out``.

    The table of vectors is flat, its rows ``width`` wide; ``sums`` has room for one row.
    """
    n = len(ids)
    asked = 0
    for row in range(len(offsets) - 1):
        begin = offsets[row] - offsets[0]
        stop = offsets[row + 1] - offsets[0]
        found = 0
        for x in range(begin, stop):
            found += ids[x] > 0
        for t in range(width):
            sums[t] = 0.0
        while begin < stop and found > 0:
            end = min(begin + STRETCH, stop)
            asked = max(asked, begin)
            while asked < min(n, end + AHEAD):
                if ids[asked] > 0:
                    place = ids[asked] * width
                    for t in range(0, width, LANES):
                        prefetch(vectors, place + t)
                asked += 1
            add_stretch(vectors, ids, begin, end, width, sums)
            begin = end
        share = 1.0 / max(found, 1)
        for t in range(dim):
            out[row * stride + t] = sums[t] * share


@kernel
def extreme(ids: Ints, offsets: Longs, table: Floats, sign: np.float32, out: Floats) -> None:
    """The largest (``sign`` 1) or smallest (-1) value of each column over each text's known words."""
    width = out.shape[1]
    for row in range(len(offsets) - 1):
        first = True
        for x in range(offsets[row] - offsets[0], offsets[row + 1] - offsets[0]):
            i = ids[x]
            if i == 0:
                continue
            for t in range(width):
                value = table[i, t]
                if first or value * sign > out[row, t] * sign:
                    out[row, t] = value
            first = False


@kernel
def mean_cube(ids: Ints, offsets: Longs, table: Floats, out: Doubles) -> None:
    """The mean cube of each column over each text's known words."""
    width = out.shape[1]
    for row in range(len(offsets) - 1):
        found = 0
        for t in range(width):
            out[row, t] = 0.0
        for x in range(offsets[row] - offsets[0], offsets[row + 1] - offsets[0]):
            i = ids[x]
            if i == 0:
                continue
            found += 1
            for t in range(width):
                value = np.float64(table[i, t])
                out[row, t] += value * value * value
        for t in range(width):
            out[row, t] /= max(found, 1)


@kernel
def texts_with(ids: Ints, offsets: Longs, last: Longs, counts: Longs) -> None:
    """Count the texts that have each row; ``last`` has room for the last such text, from 1 on, of each."""
    for row in range(len(offsets) - 1):
        for x in range(offsets[row] - offsets[0], offsets[row + 1] - offsets[0]):
            i = ids[x]
            if last[i] != row + 1:
                last[i] = row + 1
                counts[i] += 1
