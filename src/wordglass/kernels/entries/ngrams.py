"""Words to the rows of their n-grams, and the sums of those."""

from typing import Any

from wordglass.kernels import ngrams
from wordglass.kernels.machine import vector_at


def ngram_rows(
    data: Any,
    size: int,
    offsets: Any,
    words: int,
    begin: Any,
    begin_size: int,
    end: Any,
    end_size: int,
    rule: Any,
    index: Any,
    index_size: int,
    padded: Any,
    padded_room: int,
    ids: Any,
    owners: Any,
    room: int,
    counts: Any,
    state: Any,
) -> None:
    """``ngrams.ngram_rows`` from the word and byte in ``state`` on, which takes what it returns."""
    n, word, at = ngrams.ngram_rows(
        vector_at(data, size),
        vector_at(offsets, words + 1),
        vector_at(begin, begin_size),
        vector_at(end, end_size),
        vector_at(rule, 6),
        vector_at(index, index_size),
        vector_at(padded, padded_room),
        vector_at(ids, room),
        vector_at(owners, room),
        vector_at(counts, words),
        state[0],
        state[1],
    )
    state[0], state[1], state[2] = word, at, n


def add_ngram_rows(
    table: Any, rows: int, width: int, ids: Any, owners: Any, n: int, out: Any, words: int
) -> None:
    """``ngrams.add_rows``."""
    ngrams.add_rows(
        vector_at(table, rows * width),
        width,
        vector_at(ids, n),
        vector_at(owners, n),
        vector_at(out, words * width),
    )
