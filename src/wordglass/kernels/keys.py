"""The keys of spaCy's tables as compiled loops: the hash of a string, and the map from keys to rows."""

import numpy as np

from wordglass.kernels.arrays import Bytes, Hashes, Longs
from wordglass.kernels.compiling import inlined, kernel

MULTIPLY, SHIFT = np.uint64(0xC6A4A7935BD1E995), np.uint64(47)


@kernel
def spacy_keys(data: Bytes, offsets: Longs, keys: Hashes) -> None:
    """MurmurHash64A of each string with the seed 1 (A. Appleby), which is spaCy's key of it."""
    for i in range(len(keys)):
        p, end = offsets[i], offsets[i + 1]
        h = np.uint64(1) ^ (np.uint64(end - p) * MULTIPLY)
        while p < end:
            eight = np.uint64(0)
            n = min(8, end - p)
            for t in range(n):
                eight |= np.uint64(data[p + t]) << np.uint64(8 * t)
            if n == 8:
                eight *= MULTIPLY
                eight = (eight ^ (eight >> SHIFT)) * MULTIPLY
            h = (h ^ eight) * MULTIPLY
            p += n
        h = (h ^ (h >> SHIFT)) * MULTIPLY
        keys[i] = h ^ (h >> SHIFT)


@inlined
def size_of_number(tag: int) -> int:
    """How many bytes follow the first one of a number of MessagePack that is not negative; -1: no number."""
    if tag < 0x80:
        return 0
    return 1 << (tag - 0xCC) if 0xCC <= tag <= 0xCF else -1


@kernel
def read_map(data: Bytes, at: int, numbers: Hashes) -> int:
    """Read numbers of MessagePack one after another until ``numbers`` is full.

    Returns where they end, or -1 - p where something else, or the end of the data, is met at byte p.
    """
    for i in range(len(numbers)):
        if at >= len(data):
            return -1 - at
        tag = int(data[at])
        size = size_of_number(tag)
        if size < 0 or at + 1 + size > len(data):
            return -1 - at
        value = np.uint64(tag) if size == 0 else np.uint64(0)
        for t in range(size):
            value = value << np.uint64(8) | np.uint64(data[at + 1 + t])
        numbers[i] = value
        at += 1 + size
    return at
