"""The rows that some texts found, brought together: few and in float32, however many a table has."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.vectors.rows import Rows
from wordglass.vectors.vocabulary import Lookup

Compose = Callable[[pa.LargeStringArray], NDArray[np.float32]]


def gather(
    lookup: Lookup, rows: Rows, compose: Compose | None
) -> tuple[Lookup, NDArray[np.float32], NDArray[np.int64]]:
    """The lookup in numbers of the rows gathered, those rows (gathered, width), and their table's numbers.

    Row 0 is the unknown word's. Rows composed for words that the table does not have come last, and have no
    number.
    """
    composed = lookup.composed if compose else None
    found, numbered = distinct(lookup.ids, len(rows) + (len(composed) if composed else 0))
    own = found[found < len(rows)]
    gathered = rows.take(own)
    if compose and composed:
        gathered = np.concatenate([gathered, compose(take(composed, found[len(own) :] - len(rows)))])
    return replace(lookup, ids=numbered), gathered, own


def distinct(ids: NDArray[np.int32], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The rows that occur among ``ids``, ascending, row 0 always first; and ``ids`` as places among them.

    >>> distinct(np.array([7, 0, 7, 3], np.int32), rows=9)
    (array([0, 3, 7]), array([2, 0, 2, 1], dtype=int32))
    """
    occurs = np.zeros(rows, bool)
    occurs[0] = True
    occurs[ids] = True
    found = np.flatnonzero(occurs)
    places = np.empty(rows, np.int32)
    places[found] = np.arange(len(found), dtype=np.int32)
    return found, places[ids]
