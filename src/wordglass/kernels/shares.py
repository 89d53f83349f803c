"""The parts that tokens have in the scores of their texts, as compiled loops, and where tokens stand.

A flat ``out`` has a row of as many numbers as there are outputs for each token.
"""

import numpy as np

from wordglass.kernels.arrays import Bytes, Doubles, Floats, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.machine import prefetch

AHEAD = 32  # words between asking for a row and reading it


@kernel
def of_vectors(ids: Ints, offsets: Longs, table: Floats, width: int, outputs: int, out: Doubles) -> None:
    """Write each word's row of a flat table, ``width`` wide, over how many words of its text are known."""
    n = len(ids)
    asked = 0
    for row in range(len(offsets) - 1):
        first, last = offsets[row] - offsets[0], offsets[row + 1] - offsets[0]
        found = 0
        for x in range(first, last):
            found += ids[x] > 0
        known = np.float64(max(found, 1))
        for x in range(first, last):
            while asked < min(n, x + AHEAD):
                prefetch(table, ids[asked] * width)
                asked += 1
            for t in range(outputs):
                out[x * outputs + t] = np.float64(table[ids[x] * width + t]) / known


@inlined
def set_parts(
    first: int,
    last: int,
    ids: Ints,
    counts: Floats,
    values: Floats,
    parts: Doubles,
    weights: Doubles,
    outputs: int,
) -> None:
    """Note what one occurrence of each of a text's features counts, and ask for all their weights."""
    for k in range(first, last):
        parts[ids[k]] = np.float64(values[k]) / np.float64(counts[k])
        prefetch(weights, ids[k] * outputs)


@kernel
def of_words(
    ids: Ints,
    pairs: Ints,
    offsets: Longs,
    words: int,
    indptr: Longs,
    features: Ints,
    counts: Floats,
    values: Floats,
    parts: Doubles,
    weights: Doubles,
    outputs: int,
    out: Doubles,
) -> None:
    """Add each counted word's part, and half of each pair's to either of its words.

    Words and pairs are numbered as in ``lexical.gather``. ``parts`` is room for a number a feature; what is
    left in it of other texts is not read.
    """
    for row in range(len(offsets) - 1):
        set_parts(indptr[row], indptr[row + 1], features, counts, values, parts, weights, outputs)
        first, last = offsets[row] - offsets[0], offsets[row + 1] - offsets[0]
        for x in range(first, last):
            if ids[x] > 0:
                f = ids[x] - 1
                for t in range(outputs):
                    out[x * outputs + t] += parts[f] * weights[f * outputs + t]
            if x + 1 < last and len(pairs) > 0 and pairs[x] > 0:
                f = words + pairs[x] - 1
                for t in range(outputs):
                    half = parts[f] * weights[f * outputs + t] / 2.0
                    out[x * outputs + t] += half
                    out[(x + 1) * outputs + t] += half


@kernel
def of_ngrams(
    ngrams: Ints,
    begins: Longs,
    offsets: Longs,
    indptr: Longs,
    features: Ints,
    counts: Floats,
    values: Floats,
    parts: Doubles,
    weights: Doubles,
    outputs: int,
    out: Doubles,
) -> None:
    """Add the parts of each token's n-grams, those of token ``x`` being from ``begins[x]`` on."""
    for row in range(len(offsets) - 1):
        set_parts(indptr[row], indptr[row + 1], features, counts, values, parts, weights, outputs)
        for x in range(offsets[row] - offsets[0], offsets[row + 1] - offsets[0]):
            for k in range(begins[x], begins[x + 1]):
                f = ngrams[k]
                for t in range(outputs):
                    out[x * outputs + t] += parts[f] * weights[f * outputs + t]


@inlined
def characters_between(data: Bytes, first: int, last: int) -> int:
    """How many characters begin in a stretch of UTF-8."""
    n = 0
    for at in range(first, last):
        n += data[at] & 0xC0 != 0x80
    return n


@kernel
def in_characters(data: Bytes, begins: Longs, offsets: Longs, starts: Longs, ends: Longs, out: Ints) -> None:
    """Write where each token starts and ends in its text, two numbers a token, in characters.

    ``begins`` is where each text begins in ``data``, ``offsets`` at which token; ``starts`` and ``ends`` are
    the tokens' bytes, rising within a text.
    """
    for row in range(len(offsets) - 1):
        at, n = begins[row], 0
        for x in range(offsets[row] - offsets[0], offsets[row + 1] - offsets[0]):
            n += characters_between(data, at, starts[x])
            out[2 * x] = n
            n += characters_between(data, starts[x], ends[x])
            out[2 * x + 1] = n
            at = ends[x]
