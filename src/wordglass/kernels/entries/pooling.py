"""Rows of a table to one vector a text."""

from typing import Any

from wordglass.kernels import pool
from wordglass.kernels.machine import matrix_at, vector_at


def mean_vectors(
    ids: Any,
    n: int,
    offsets: Any,
    texts: int,
    table: Any,
    rows: int,
    width: int,
    sums: Any,
    dim: int,
    out: Any,
    size: int,
    stride: int,
) -> None:
    """``pool.mean``."""
    pool.mean(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        vector_at(table, rows * width),
        width,
        vector_at(sums, width),
        dim,
        vector_at(out, size),
        stride,
    )


def extreme_values(
    ids: Any,
    n: int,
    offsets: Any,
    texts: int,
    table: Any,
    rows: int,
    stride: int,
    sign: Any,
    out: Any,
    width: int,
) -> None:
    """``pool.extreme``."""
    pool.extreme(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        matrix_at(table, rows, stride),
        sign,
        matrix_at(out, texts, width),
    )


def mean_cubes(
    ids: Any,
    n: int,
    offsets: Any,
    texts: int,
    table: Any,
    rows: int,
    stride: int,
    out: Any,
    width: int,
) -> None:
    """``pool.mean_cube``."""
    pool.mean_cube(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        matrix_at(table, rows, stride),
        matrix_at(out, texts, width),
    )


def count_texts_with(ids: Any, n: int, offsets: Any, texts: int, last: Any, counts: Any, rows: int) -> None:
    """``pool.texts_with``."""
    pool.texts_with(
        vector_at(ids, n), vector_at(offsets, texts + 1), vector_at(last, rows), vector_at(counts, rows)
    )
