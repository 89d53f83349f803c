"""Stage 3 as compiled loops: from a word's hash to its row in the table of vectors.

The index is an array of 64-bit slots, open addressing with linear probing: the fingerprint in the high half,
the row in the low half, 0 where empty: row 0 of a table belongs to the unknown word.
"""

import numpy as np

from wordglass.kernels.arrays import Bytes, Hashes, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.hashing import EMPTY, finish, step
from wordglass.kernels.machine import prefetch

AHEAD = 16  # words between asking for a slot and reading it
LOW = np.uint64(0xFFFFFFFF)


@kernel
def hash_words(data: Bytes, offsets: Longs, hashes: Hashes) -> None:
    """The hash of each word as it stands."""
    for i in range(len(hashes)):
        h = EMPTY
        for p in range(offsets[i], offsets[i + 1]):
            h = step(h, data[p])
        hashes[i] = finish(h)


@kernel
def build(hashes: Hashes, slots: Hashes, shift: np.uint64) -> int:
    """Fill the empty slots; the first of equal words wins. Returns how many were left out."""
    mask = np.uint64(len(slots) - 1)
    repeated = 0
    for i in range(len(hashes)):
        if i + AHEAD < len(hashes):
            prefetch(slots, np.int64(hashes[i + AHEAD] >> shift))
        h = hashes[i]
        j = h >> shift
        while slots[j] != 0 and slots[j] >> np.uint64(32) != h & LOW:
            j = (j + np.uint64(1)) & mask
        if slots[j] == 0:
            slots[j] = (h & LOW) << np.uint64(32) | np.uint64(i + 1)
        else:
            repeated += 1
    return repeated


@inlined
def find_one(h: np.uint64, slots: Hashes, shift: np.uint64) -> np.uint64:
    """The row of one hashed word, 0 where the table has none."""
    mask = np.uint64(len(slots) - 1)
    j = h >> shift
    slot = slots[j]
    while slot != 0 and slot >> np.uint64(32) != h & LOW:
        j = (j + np.uint64(1)) & mask
        slot = slots[j]
    return np.uint64(slot & LOW)


@kernel
def find(hashes: Hashes, slots: Hashes, shift: np.uint64, ids: Ints) -> None:
    """The row of each hashed word, 0 where the table has none."""
    n = len(hashes)
    for x in range(n):
        if x + AHEAD < n:
            prefetch(slots, np.int64(hashes[x + AHEAD] >> shift))
        ids[x] = find_one(hashes[x], slots, shift)


@kernel
def recall(h: np.uint64, keys: Hashes, rows: Ints) -> np.int64:
    """The row that was remembered with a hash, 0 for none; -1 where nothing was. ``keys`` are never full."""
    mask = np.uint64(len(keys) - 1)
    j = h & mask
    while keys[j] != 0:
        if keys[j] == h:
            return np.int64(rows[j])
        j = (j + np.uint64(1)) & mask
    return np.int64(-1)


@kernel
def remember(hashes: Hashes, found: Ints, keys: Hashes, rows: Ints) -> None:
    """Keep the rows of hashed words for ``recall``; a hash of 0 is not kept."""
    mask = np.uint64(len(keys) - 1)
    for x in range(len(hashes)):
        j = hashes[x] & mask
        while keys[j] != 0 and keys[j] != hashes[x]:
            j = (j + np.uint64(1)) & mask
        keys[j], rows[j] = hashes[x], found[x]
