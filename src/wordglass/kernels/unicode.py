"""The character table of the tokeniser: what kind a code point is, and its lower case.

One array of 32-bit numbers: 4,352 starts of pages, then the pages of 256 entries, equal pages kept once.
An entry is ``(lower case - code point) * 8 + kind``. ``script/unicode-tables`` writes it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VERSION = "14.0.0"  # of the Unicode data in the table
PATH = Path(__file__).with_suffix(".npy")

SPACE, LETTER, DIGIT, SYMBOL, IDEOGRAPH, IGNORED = range(6)

TABLE: NDArray[np.int32] = np.load(PATH) if PATH.exists() else np.zeros(0, np.int32)


def kind_and_lower(code: int) -> tuple[int, int]:
    """The kind of a code point and the code point of its lower case.

    >>> kind_and_lower(ord("É")) == (LETTER, ord("é"))
    True
    """
    entry = int(TABLE[int(TABLE[code >> 8]) + (code & 255)])
    return entry & 7, code + (entry >> 3)
