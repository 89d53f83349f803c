"""L-BFGS over all weights: products with remembered vectors, their sums, the first curvature."""

from typing import Any

from wordglass.kernels import lbfgs
from wordglass.kernels.machine import vector_at


def dots(
    vectors: Any, count: int, size: int, vector: Any, first: int, last: int, sums: Any, width: int
) -> None:
    """``lbfgs.dots``."""
    lbfgs.dots(
        vector_at(vectors, count * size),
        vector_at(vector, size),
        first,
        last,
        vector_at(sums, count * width),
    )


def combine(
    vectors: Any, count: int, size: int, factors: Any, width: int, first: int, last: int, out: Any
) -> None:
    """``lbfgs.combine``."""
    lbfgs.combine(
        vector_at(vectors, count * size),
        vector_at(factors, count * width),
        first,
        last,
        vector_at(out, size),
    )


def solve(
    gradient: Any,
    rows: int,
    width: int,
    spread: Any,
    shares: Any,
    coupled: int,
    first: int,
    last: int,
    out: Any,
) -> None:
    """``lbfgs.solve``."""
    lbfgs.solve(
        vector_at(gradient, rows * width),
        vector_at(spread, rows),
        vector_at(shares, width),
        coupled,
        first,
        last,
        vector_at(out, rows * width),
    )
