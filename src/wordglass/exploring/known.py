"""Words that a user gives, found in a table as those of a text are."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.vectors.table import VectorTable


class Known(NamedTuple):
    """Those of some words that a table has a direction for, each once."""

    words: list[str]  # as they were given
    rows: NDArray[np.int64]  # (words,) of the table; 0 for one that is put together from n-grams
    units: NDArray[np.float64]  # (words, dim) their vectors, divided by their lengths
    unknown: list[str]  # those that the table does not have


def known_words(table: VectorTable, words: Sequence[str]) -> Known:
    """Find words in a table, each as if it were a text: one that is several tokens is unknown.

    Of words that find the same row the first is kept. A vector of zeros points nowhere: its word is unknown.

    >>> table = VectorTable.of(["sunny", "days"], np.array([[3, 0], [0, 2]], np.float32))
    >>> found = known_words(table, ["Sunny", "sunny", "rain"])
    >>> found.words, found.units.tolist(), found.unknown
    (['Sunny'], [[1.0, 0.0]], ['rain'])
    """
    given = list(dict.fromkeys(word.strip() for word in words))
    lookup = table.vocabulary.lookup(given)
    single = np.flatnonzero(np.diff(lookup.offsets) == 1)
    ids = np.zeros(len(given), np.int64)
    ids[single] = lookup.ids[lookup.offsets[single]]
    rows = np.where(ids <= len(table), ids, 0)
    vectors = table.rows.take(rows)
    if table.composer and len(composed := np.flatnonzero(ids > len(table))):
        forms = [lookup.composed_word(int(ids[i])) or "" for i in composed]
        vectors[composed] = table.composer.compose(strings(forms))
    exact = vectors[:, : table.dim].astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1)
    first = np.zeros(len(given), bool)
    first[np.unique(ids, return_index=True)[1]] = True
    kept = np.flatnonzero((lengths > 0) & first)
    return Known(
        words=[given[i] for i in kept],
        rows=rows[kept],
        units=exact[kept] / lengths[kept, None],
        unknown=[word for word, length in zip(given, lengths.tolist(), strict=True) if not length],
    )
