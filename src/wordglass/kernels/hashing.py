"""The hash of a word: its lower-cased UTF-8 bytes, eight at a time, through two multiplications.

A word of up to eight bytes is one number, and every step can be undone: no two of them share a hash.
"""

import numpy as np

from wordglass.kernels.compiling import inlined

SEED = np.uint64(0xCBF29CE484222325)
MIX = np.uint64(0xD6E8FEB86659FD93)
SPREAD = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
State = tuple[np.uint64, np.uint64, np.uint64]  # the hash so far, bytes waiting, how many bits they take
EMPTY: State = (SEED, np.uint64(0), np.uint64(0))


@inlined
def mix(h: np.uint64, eight: np.uint64) -> np.uint64:
    """Take eight bytes, the first lowest, into the hash."""
    h = (h ^ eight) * MIX
    return h ^ (h >> HALF)


@inlined
def step(state: State, byte: int) -> State:
    """Take one byte into a hash that is under way."""
    h, waiting, bits = state
    waiting |= np.uint64(byte) << bits
    bits += np.uint64(8)
    if bits == 64:
        return mix(h, waiting), np.uint64(0), np.uint64(0)
    return h, waiting, bits


@inlined
def finish(state: State) -> np.uint64:
    """The hash: the highest bits choose the slot, the lowest 32 are the fingerprint."""
    h, waiting, bits = state
    if bits > 0:
        h = mix(h, waiting)
    return h * SPREAD
