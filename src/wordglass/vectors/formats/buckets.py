"""The n-grams of words and the buckets that they are hashed to, for many words at once, as fastText has them.

The n-grams of ``<word>`` in characters, the brackets being part of it, but for a bracket alone; each hashed
by 32-bit FNV-1a over its bytes, each byte read as signed. Source: Bojanowski et al. (2017), "Enriching Word
Vectors with Subword Information"; the signs are those of fastText's C++.
"""

import numpy as np
from numpy.typing import NDArray

FNV_BASIS, FNV_PRIME = np.uint32(2166136261), np.uint32(16777619)


def buckets_of(
    words: list[bytes], minn: int, maxn: int, buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of every n-gram, word after word, the word's number and the bucket; both (n-grams,).

    >>> owners, _ = buckets_of([b"ab", b"c"], 3, 4, 100)
    >>> owners.tolist()
    [0, 0, 0, 1]
    """
    data = np.frombuffer(b"".join(b"<%b>" % word for word in words), np.uint8)
    signed = data.view(np.int8).astype(np.int32).view(np.uint32)
    starts = np.flatnonzero((data & 0xC0) != 0x80)  # of characters, (characters,)
    word_ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)) + 2)
    owner = np.searchsorted(word_ends, starts, "right")  # (characters,)
    bounds = np.append(starts, len(data))
    after = np.searchsorted(starts, word_ends)[owner]  # the character at which each one's word has ended
    first = np.diff(owner, prepend=-1) > 0  # whether it is its word's first character
    hashes = np.full(len(starts), FNV_BASIS)
    alive = np.arange(len(starts))
    owners, found, places = [], [], []
    for n in range(1, maxn + 1):
        alive = alive[alive + n <= after[alive]]
        if not len(alive):
            break
        begin, end = bounds[alive + n - 1], bounds[alive + n]
        for k in range(int((end - begin).max())):
            longer = begin + k < end
            grown = alive[longer]
            hashes[grown] = (hashes[grown] ^ signed[begin[longer] + k]) * FNV_PRIME
        if n >= minn:
            whole = alive if n > 1 else alive[~first[alive] & (alive + 1 < after[alive])]
            owners.append(owner[whole])
            found.append(hashes[whole] % np.uint32(buckets))
            places.append(whole)
    if not owners:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.argsort(np.concatenate(places), kind="stable")
    return np.concatenate(owners)[order], np.concatenate(found)[order].astype(np.int64)
