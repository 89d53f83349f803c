"""The byte table of the tokeniser: what a byte of a text can be, seen by itself."""

import numpy as np

from wordglass.kernels.arrays import Bytes

APOSTROPHE, STOP, COMMA, HYPHEN = (ord(char) for char in "'.,-")

# What a byte can be, as bits: part of a plain word, a token of its own, special as the first byte of a token,
# special right after a plain word. A space has none.
WORD, SINGLE, SPECIAL, AFTER = 1, 2, 4, 8


def byte_table() -> Bytes:
    """What each byte can be."""
    can = np.zeros(256, np.uint8)
    can[33:127] = SINGLE
    for byte in range(128):
        if chr(byte).isalnum():
            can[byte] = WORD
    can[[APOSTROPHE, STOP, HYPHEN]] = SPECIAL
    can[[APOSTROPHE, STOP, COMMA]] |= AFTER
    can[128:] = SPECIAL | AFTER
    return can


CAN = byte_table()
