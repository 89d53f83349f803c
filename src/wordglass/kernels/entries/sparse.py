"""Sparse rows: multiplied, transposed."""

from typing import Any

from wordglass.kernels import sparse
from wordglass.kernels.machine import vector_at


def sparse_times(
    indptr: Any,
    rows: int,
    ids: Any,
    values: Any,
    first: int,
    last: int,
    table: Any,
    features: int,
    width: int,
    out: Any,
) -> None:
    """``sparse.times``."""
    begins = vector_at(indptr, rows + 1)
    n = begins[rows]
    sparse.times(
        begins,
        vector_at(ids, n),
        vector_at(values, n),
        first,
        last,
        vector_at(table, features * width),
        width,
        vector_at(out, rows * width),
    )


def transpose(
    indptr: Any, rows: int, ids: Any, values: Any, features: int, begins: Any, columns: Any, turned: Any
) -> None:
    """``sparse.transpose``."""
    edges = vector_at(indptr, rows + 1)
    n = edges[rows]
    sparse.transpose(
        edges,
        vector_at(ids, n),
        vector_at(values, n),
        vector_at(begins, features + 2),
        vector_at(columns, n),
        vector_at(turned, n),
    )
