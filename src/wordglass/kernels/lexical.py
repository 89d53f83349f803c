"""Words and pairs of adjacent words as compiled loops: looked up, counted text by text, weighed.

Words are numbered from 1 on, 0 for none. A pair is its words' two numbers in one of 64 bits: no two pairs are
taken for each other.
"""

import numpy as np

from wordglass.kernels.arrays import Doubles, Floats, Hashes, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.find import find_one
from wordglass.kernels.hashing import SEED, SPREAD, mix
from wordglass.kernels.machine import prefetch, square_root

AHEAD = 16  # pairs between asking for a slot and reading it
ONE = np.uint64(1)
WORD = 32  # bits of a word's number


@inlined
def pair_key(first: int, second: int) -> np.uint64:
    """Two words' numbers in one; 0 where one of them is 0."""
    if first == 0 or second == 0:
        return np.uint64(0)
    return np.uint64(first) << np.uint64(WORD) | np.uint64(second)


@inlined
def pair_hash(key: np.uint64) -> np.uint64:
    """The hash of a pair: like a word's, its highest bits choose a slot. Every step can be undone."""
    return mix(SEED, key) * SPREAD


@kernel
def hash_pairs(keys: Hashes, hashes: Hashes) -> None:
    """The hash of each pair, by which ``find.build`` makes their index."""
    for i in range(len(keys)):
        hashes[i] = pair_hash(keys[i])


@kernel
def find_pairs(ids: Ints, slots: Hashes, shift: np.uint64, pairs: Ints) -> None:
    """The number of the pair that each token makes with the next one, 0 where there is none."""
    n = len(ids) - 1
    for x in range(n):
        if x + AHEAD < n:
            prefetch(slots, np.int64(pair_hash(pair_key(ids[x + AHEAD], ids[x + AHEAD + 1])) >> shift))
        key = pair_key(ids[x], ids[x + 1])
        pairs[x] = 0 if key == 0 else find_one(pair_hash(key), slots, shift)


@inlined
def add_feature(
    feature: int, begin: int, n: int, places: Ints, mask: np.uint64, found: Ints, counts: Floats
) -> int:
    """Count a feature of the text whose features are ``begin`` to ``n - 1``; returns how far they go now."""
    j = (np.uint64(feature) * SPREAD) >> np.uint64(32) & mask
    while begin <= places[j] < n and found[places[j]] != feature:
        j = (j + ONE) & mask
    at = np.int64(places[j])
    if begin <= at < n:
        counts[at] += np.float32(1.0)
        return n
    places[j] = n
    found[n], counts[n] = feature, 1.0
    return n + 1


@kernel
def gather(
    ids: Ints,
    pairs: Ints,
    offsets: Longs,
    words: int,
    places: Ints,
    indptr: Longs,
    found: Ints,
    counts: Floats,
) -> None:
    """The distinct features of each text in the order in which they are met, and how often each is.

    A word's feature is its number less 1, a pair's comes after all ``words``; there may be no ``pairs``.
    ``places`` is room for an index of one text's features, twice as many as there can be or more, a power of
    two, all -1; what is left in it of other texts points before this one's features and counts as empty.
    """
    n = 0
    indptr[0] = 0
    for row in range(len(offsets) - 1):
        begin, first, last = n, offsets[row] - offsets[0], offsets[row + 1] - offsets[0]
        size = 4
        while size < 4 * (last - first):
            size *= 2
        mask = np.uint64(size - 1)
        for x in range(first, last):
            if ids[x] > 0:
                n = add_feature(ids[x] - 1, begin, n, places, mask, found, counts)
            if x + 1 < last and len(pairs) > 0 and pairs[x] > 0:
                n = add_feature(words + pairs[x] - 1, begin, n, places, mask, found, counts)
        indptr[row + 1] = n


@kernel
def weigh(indptr: Longs, ids: Ints, counts: Floats, idf: Doubles, tf: Doubles, values: Floats) -> None:
    """TF-IDF: ``tf`` of a count times ``idf`` of a feature, over the root of a text's sum of squares."""
    for row in range(len(indptr) - 1):
        squares = 0.0
        for k in range(indptr[row], indptr[row + 1]):
            value = tf[np.int64(counts[k])] * idf[ids[k]]
            squares += value * value
        share = 1.0 / square_root(squares) if squares > 0.0 else 0.0
        for k in range(indptr[row], indptr[row + 1]):
            values[k] = tf[np.int64(counts[k])] * idf[ids[k]] * share
