"""Which words of a file are no UTF-8."""

from itertools import pairwise

import pyarrow as pa

from wordglass.arrow import buffers


def broken_words(words: pa.LargeStringArray) -> set[int]:
    """The rows of words that are no UTF-8; quick where there are none."""
    try:
        words.validate(full=True)
        return set()
    except pa.ArrowInvalid:
        data, offsets = buffers(words)
        spans = pairwise(offsets.tolist())
        return {row for row, (begin, end) in enumerate(spans) if fault(data[begin:end].tobytes()) is not None}


def fault(word: bytes) -> int | None:
    """At which byte, from 1, a word stops being UTF-8; None where it does not.

    >>> fault("né".encode()[:2])
    2
    """
    try:
        word.decode()
    except UnicodeDecodeError as error:
        return error.start + 1
    return None
