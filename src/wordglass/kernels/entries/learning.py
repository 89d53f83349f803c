"""Word vectors and a head learned together: one pass over the rows."""

from typing import Any

from wordglass.kernels import learning
from wordglass.kernels.machine import vector_at


def learn_rows(
    ids: Any,
    n: int,
    offsets: Any,
    texts: int,
    order: Any,
    rows: int,
    targets: Any,
    softmax: int,
    rate: Any,
    vectors: Any,
    words: int,
    dim: int,
    weights: Any,
    bias: Any,
    outputs: int,
    sums: Any,
    room: Any,
) -> None:
    """``learning.learn``: ``rate`` is one number, ``sums`` and ``room`` are parts one after the other."""
    squares, space = vector_at(sums, words + outputs + 1), vector_at(room, 2 * dim + outputs)
    learning.learn(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        vector_at(order, rows),
        vector_at(targets, texts * outputs),
        softmax,
        vector_at(rate, 1)[0],
        vector_at(vectors, words * dim),
        vector_at(weights, outputs * dim),
        vector_at(bias, outputs),
        squares[:words],
        squares[words : words + outputs],
        squares[words + outputs :],
        space[:dim],
        space[2 * dim :],
        space[dim : 2 * dim],
    )
