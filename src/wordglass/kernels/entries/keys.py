"""The keys of spaCy's tables."""

from typing import Any

from wordglass.kernels import keys
from wordglass.kernels.machine import vector_at


def spacy_keys(data: Any, size: int, offsets: Any, strings: int, found: Any) -> None:
    """``keys.spacy_keys``."""
    keys.spacy_keys(vector_at(data, size), vector_at(offsets, strings + 1), vector_at(found, strings))


def read_map(data: Any, size: int, at: int, numbers: Any, n: int, end: Any) -> None:
    """``keys.read_map``; ``end`` takes what it returns."""
    end[0] = keys.read_map(vector_at(data, size), at, vector_at(numbers, n))
