"""Products of sparse rows as compiled loops: values that are not zero, and their columns."""

from wordglass.kernels.arrays import Doubles, Floats, Ints, Longs
from wordglass.kernels.compiling import kernel
from wordglass.kernels.machine import prefetch, weigh_1, weigh_2, weigh_4, weigh_8, weigh_16

AHEAD = 16  # values between asking for a row of the table and adding it
LINE = 8  # doubles of a cache line


@kernel
def times(
    indptr: Longs, ids: Ints, values: Floats, first: int, last: int, table: Doubles, width: int, out: Doubles
) -> None:
    """Add up rows of a flat table, ``width`` wide, each times its value: the rows ``first`` to ``last - 1``.

    A column's terms are added in the order of the values, one by one, whatever the width.
    """
    end_of_all = indptr[last]
    asked = indptr[first]
    for row in range(first, last):
        begin, end = indptr[row], indptr[row + 1]
        while asked < min(end_of_all, end + AHEAD):
            place = ids[asked] * width
            for t in range(0, width, LINE):
                prefetch(table, place + t)
            asked += 1
        t = 0
        while t + 16 <= width:
            weigh_16(table, ids, values, begin, end, width, t, out, row * width + t)
            t += 16
        if t + 8 <= width:
            weigh_8(table, ids, values, begin, end, width, t, out, row * width + t)
            t += 8
        if t + 4 <= width:
            weigh_4(table, ids, values, begin, end, width, t, out, row * width + t)
            t += 4
        if t + 2 <= width:
            weigh_2(table, ids, values, begin, end, width, t, out, row * width + t)
            t += 2
        if t < width:
            weigh_1(table, ids, values, begin, end, width, t, out, row * width + t)


@kernel
def transpose(indptr: Longs, ids: Ints, values: Floats, begins: Longs, columns: Ints, turned: Floats) -> None:
    """Turn rows into columns: ``begins`` (features + 2,), all 0, then the rows of each and their values.

    Afterwards a feature's values are those from ``begins[feature]`` to ``begins[feature + 1] - 1``, by row.
    """
    for k in range(indptr[0], indptr[-1]):
        begins[ids[k] + 2] += 1
    for f in range(2, len(begins)):
        begins[f] += begins[f - 1]
    for row in range(len(indptr) - 1):
        for k in range(indptr[row], indptr[row + 1]):
            at = begins[ids[k] + 1]
            begins[ids[k] + 1] = at + 1
            columns[at], turned[at] = row, values[k]
