"""Files of vectors to words and floats."""

from typing import Any

from wordglass.kernels import parse
from wordglass.kernels.lines import OVERHANG
from wordglass.kernels.machine import vector_at


def parse_lines(
    data: Any,
    size: int,
    dim: int,
    longest: int,
    powers: Any,
    power_count: int,
    vectors: Any,
    vector_room: int,
    words: Any,
    word_room: int,
    offsets: Any,
    offset_room: int,
    odd: Any,
    odd_room: int,
    state: Any,
) -> None:
    """``parse.lines``."""
    parse.lines(
        vector_at(data, size + OVERHANG),
        size,
        dim,
        longest,
        vector_at(powers, power_count),
        vector_at(vectors, vector_room),
        vector_at(words, word_room),
        vector_at(offsets, offset_room),
        vector_at(odd, odd_room),
        vector_at(state, 5),
    )


def read_records(
    data: Any,
    size: int,
    width: int,
    longest: int,
    most: int,
    vectors: Any,
    vector_room: int,
    words: Any,
    word_room: int,
    offsets: Any,
    offset_room: int,
    state: Any,
) -> None:
    """``parse.records``."""
    parse.records(
        vector_at(data, size),
        size,
        width,
        longest,
        most,
        vector_at(vectors, vector_room),
        vector_at(words, word_room),
        vector_at(offsets, offset_room),
        vector_at(state, 2),
    )
