"""Stage 4 as compiled loops: the vectors of a text's known words into one vector.

Row 0 of a table belongs to the unknown word. It is all zeros, so that a sum need not ask what is known.
"""

import numpy as np

from wordglass.kernels.arrays import Floats, Ints, Longs
from wordglass.kernels.compiling import kernel
from wordglass.kernels.machine import LANES, add_narrow, add_wide, prefetch

AHEAD = 32  # words between asking for a vector and adding it
STRETCH = 32  # words added in one go: their vectors fit the fastest cache


@kernel
def add(ids: Ints, offsets: Longs, table: Floats, sums: Floats, known: Longs) -> None:
    """Add the vectors of each text's words to its sum, and count the known ones."""
    width = table.shape[1]
    vectors = table.reshape(-1)
    into = sums.reshape(-1)
    n = len(ids)
    asked = 0
    for row in range(len(offsets) - 1):
        begin = offsets[row] - offsets[0]
        stop = offsets[row + 1] - offsets[0]
        found = 0
        for x in range(begin, stop):
            found += ids[x] > 0
        known[row] = found
        while begin < stop and found > 0:
            end = min(begin + STRETCH, stop)
            asked = max(asked, begin)
            while asked < min(n, end + AHEAD):
                if ids[asked] > 0:
                    place = ids[asked] * width
                    for t in range(0, width, LANES):
                        prefetch(vectors, place + t)
                asked += 1
            place = row * width
            t = 0
            while t + 4 * LANES <= width:
                add_wide(vectors, ids, begin, end, width, t, into, place + t)
                t += 4 * LANES
            while t < width:
                add_narrow(vectors, ids, begin, end, width, t, into, place + t)
                t += LANES
            begin = end


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
