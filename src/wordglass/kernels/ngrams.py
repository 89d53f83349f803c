"""The n-grams of words as compiled loops: which rows of a table they have, and the mean of those rows.

fastText: Bojanowski and others, Enriching Word Vectors with Subword Information, 2017; its hash is FNV-1a
with 32 bits, whose bytes count as signed. floret and spaCy take MurmurHash3 (x64, 128 bits), of which each
quarter names a row.
"""

import numpy as np

from wordglass.kernels.arrays import LANES, Bytes, Floats, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.machine import load_eight, prefetch

AHEAD = 12  # n-grams between asking for a row and adding it
SPARE = 16  # bytes after a word that hashing may read
FASTTEXT, FLORET, SPACY = range(3)

MASK_32 = np.uint64(0xFFFFFFFF)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
FNV_START, FNV_PRIME, SIGN = np.uint64(2166136261), np.uint64(16777619), np.uint64(0xFFFFFF00)
C1, C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
ADD_1, ADD_2, FIVE = np.uint64(0x52DCE729), np.uint64(0x38495AB5), np.uint64(5)
FINISH_1, FINISH_2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
Halves = tuple[np.uint64, np.uint64]


@inlined
def fnv(h: np.uint64, byte: int) -> np.uint64:
    """Take one byte into fastText's hash."""
    signed = np.uint64(byte) | SIGN if byte >= 128 else np.uint64(byte)
    return ((h ^ signed) * FNV_PRIME) & MASK_32


@inlined
def rotate(x: np.uint64, bits: int) -> np.uint64:
    """Turn the bits of a number to the left."""
    return (x << np.uint64(bits)) | (x >> np.uint64(64 - bits))


@inlined
def finish(h: np.uint64) -> np.uint64:
    """Spread each bit of a half of the hash over all."""
    h = (h ^ (h >> np.uint64(33))) * FINISH_1
    h = (h ^ (h >> np.uint64(33))) * FINISH_2
    return h ^ (h >> np.uint64(33))


@inlined
def some_bytes(data: Bytes, at: int, n: int) -> np.uint64:
    """The first ``n`` of eight bytes as one number, the others 0."""
    if n <= 0:
        return np.uint64(0)
    some: np.uint64 = load_eight(data, at) & (ALL >> np.uint64(64 - 8 * min(n, 8)))
    return some


@kernel
def murmur(data: Bytes, begin: int, end: int, seed: np.uint64) -> Halves:
    """MurmurHash3 of some bytes, after which ``SPARE`` more can be read (A. Appleby, x64, 128 bits)."""
    h1 = h2 = seed
    p = begin
    while p + 16 <= end:
        h1 ^= rotate(load_eight(data, p) * C1, 31) * C2
        h1 = (rotate(h1, 27) + h2) * FIVE + ADD_1
        h2 ^= rotate(load_eight(data, p + 8) * C2, 33) * C1
        h2 = (rotate(h2, 31) + h1) * FIVE + ADD_2
        p += 16
    h2 ^= rotate(some_bytes(data, p + 8, end - p - 8) * C2, 33) * C1
    h1 ^= rotate(some_bytes(data, p, end - p) * C1, 31) * C2
    h1 ^= np.uint64(end - begin)
    h2 ^= np.uint64(end - begin)
    h1 += h2
    h2 += h1
    h1, h2 = finish(h1), finish(h2)
    h1 += h2
    return h1, h2 + h1


@inlined
def put(
    h: np.uint64, buckets: np.uint32, index: Ints, word: int, ids: Ints, owners: Ints, counts: Longs, n: int
) -> int:
    """Write down the row of a hash, if it has one; returns how many rows there are now."""
    row = np.int32(np.uint32(h) % buckets)
    if len(index) > 0:
        row = index[np.int64(row)]
        if row < 0:
            return n
    ids[n] = row
    owners[n] = word
    counts[word] += 1
    return n + 1


@inlined
def put_halves(
    halves: Halves,
    hashes: int,
    buckets: np.uint32,
    index: Ints,
    word: int,
    ids: Ints,
    owners: Ints,
    counts: Longs,
    n: int,
) -> int:
    """Write down the rows of the first ``hashes`` quarters of a hash."""
    for quarter in range(hashes):
        half = halves[0] if quarter < 2 else halves[1]
        h = half >> np.uint64(32) if quarter & 1 else half & MASK_32
        n = put(h, buckets, index, word, ids, owners, counts, n)
    return n


@inlined
def next_char(data: Bytes, at: int, end: int) -> int:
    """Where the character after the one at ``at`` begins."""
    at += 1
    while at < end and data[at] & 0xC0 == 0x80:
        at += 1
    return at


@inlined
def enclose(data: Bytes, first: int, last: int, begin: Bytes, end: Bytes, padded: Bytes) -> int:
    """Write a word between its marks; returns how many bytes that takes."""
    size = 0
    for t in range(len(begin)):
        padded[size] = begin[t]
        size += 1
    for t in range(first, last):
        padded[size] = data[t]
        size += 1
    for t in range(len(end)):
        padded[size] = end[t]
        size += 1
    return size


@inlined
def is_line_end(data: Bytes, first: int, last: int) -> bool:
    """Whether a word is ``</s>``, which fastText puts at the end of a line and takes as a whole."""
    return (
        last - first == 4
        and data[first] == 0x3C
        and data[first + 1] == 0x2F
        and data[first + 2] == 0x73
        and data[first + 3] == 0x3E
    )


@kernel
def ngram_rows(
    data: Bytes,
    offsets: Longs,
    begin: Bytes,
    end: Bytes,
    rule: Longs,
    index: Ints,
    padded: Bytes,
    ids: Ints,
    owners: Ints,
    counts: Longs,
    word: int,
    at: int,
) -> tuple[int, int, int]:
    """List the rows of the n-grams of words, from byte ``at`` of an enclosed word on, until ``ids`` is full.

    ``rule`` is kind, minn, maxn, buckets, hashes and seed; ``padded`` has room for the longest word enclosed
    and ``SPARE`` bytes. Returns how many rows there are, and where to go on.
    """
    kind, minn, maxn = rule[0], rule[1], rule[2]
    buckets, hashes, seed = np.uint32(rule[3]), rule[4], np.uint64(rule[5])
    most = (max(0, maxn - minn + 1) + 3) * hashes  # rows from one character at most
    words = len(offsets) - 1
    n = 0
    while word < words:
        first, last = offsets[word], offsets[word + 1]
        size = enclose(data, first, last, begin, end, padded)
        if (kind != SPACY and is_line_end(data, first, last)) or (kind == SPACY and first == last):
            size = 0
        while at < size:
            if n + most > len(ids):
                return n, word, at
            if kind == FASTTEXT:
                h = FNV_START
                j, k = at, 1
                while j < size and k <= maxn:
                    stop = next_char(padded, j, size)
                    while j < stop:
                        h = fnv(h, padded[j])
                        j += 1
                    if k >= minn and not (k == 1 and (at == 0 or j == size)):
                        n = put(h, buckets, index, word, ids, owners, counts, n)
                    k += 1
            else:
                empties = 0
                if at == 0:
                    whole = murmur(padded, 0, size, seed)
                    n = put_halves(whole, hashes, buckets, index, word, ids, owners, counts, n)
                    empties = 1
                if kind == SPACY and minn == 0:  # then it takes the empty string before and after each one
                    for _ in range(empties + 1):
                        empty = murmur(padded, 0, 0, seed)
                        n = put_halves(empty, hashes, buckets, index, word, ids, owners, counts, n)
                j, k = at, 1
                while j < size and k <= maxn:
                    j = next_char(padded, j, size)
                    edge = kind == FLORET and k == 1 and (at == 0 or j == size)
                    if k >= minn and not edge:
                        part = murmur(padded, at, j, seed)
                        n = put_halves(part, hashes, buckets, index, word, ids, owners, counts, n)
                    k += 1
            at = next_char(padded, at, size)
        word += 1
        at = 0
    return n, word, 0


@kernel
def add_rows(table: Floats, width: int, ids: Ints, owners: Ints, sums: Floats) -> None:
    """Add rows of the table, ``width`` wide, to the sums of the words that own them; both are flat.

    They are added one after another, in their order: so the sum is fastText's to the last bit.
    """
    n = len(ids)
    asked = x = 0
    while x < n:
        while asked < min(n, x + AHEAD):
            place = np.int64(ids[asked]) * width
            for t in range(0, width, LANES):
                prefetch(table, place + t)
            asked += 1
        at = np.int64(owners[x]) * width
        total = sums[at : at + width]
        place = np.int64(ids[x]) * width
        a = table[place : place + width]
        if x + 3 < n and owners[x + 3] == owners[x]:
            place = np.int64(ids[x + 1]) * width
            b = table[place : place + width]
            place = np.int64(ids[x + 2]) * width
            c = table[place : place + width]
            place = np.int64(ids[x + 3]) * width
            d = table[place : place + width]
            for t in range(width):
                total[t] = (((total[t] + a[t]) + b[t]) + c[t]) + d[t]
            x += 4
        else:
            for t in range(width):
                total[t] += a[t]
            x += 1
