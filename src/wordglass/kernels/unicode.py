"""The character table of the tokeniser: what kind a code point is, and its lower case.

One array of 32-bit numbers: 4,352 starts of pages, then the pages of 256 entries, equal pages kept once.
An entry is ``(lower case - code point) * 8 + kind``. ``script/unicode-tables`` writes it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VERSION = "14.0.0"  # of the Unicode data in the table
PATH = Path(__file__).with_suffix(".npy")

# IDEOGRAPH and SYLLABLE are letters of scripts without spaces between words, without and with marks on them;
# MARK is a character that combines with the one before it.
SPACE, LETTER, DIGIT, SYMBOL, IDEOGRAPH, IGNORED, MARK, SYLLABLE = range(8)
LONGEST = 30  # characters of a word that is looked for where no spaces are written
PAGES = 0x110000 >> 8

TABLE: NDArray[np.int32] = np.load(PATH) if PATH.exists() else np.zeros(0, np.int32)
AS_WRITTEN = np.concatenate([TABLE[:PAGES], TABLE[PAGES:] & 7])  # the same, every letter its own lower case


def kind_and_lower(code: int) -> tuple[int, int]:
    """The kind of a code point and the code point of its lower case.

    >>> kind_and_lower(ord("É")) == (LETTER, ord("é"))
    True
    """
    entry = int(TABLE[int(TABLE[code >> 8]) + (code & 255)])
    return entry & 7, code + (entry >> 3)
