"""The vocabulary of some texts as compiled loops: their words numbered, the texts of words and pairs counted.

Words are numbered from 1 on in the order of their first occurrence. The tables that are filled here are an
open addressing of two numbers a slot, the key first, 0 where empty; half of the slots at least stay empty.
"""

import numpy as np

from wordglass.kernels.arrays import Hashes, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.lexical import ONE, pair_hash, pair_key
from wordglass.kernels.machine import prefetch

AHEAD = 16  # words between asking for a slot and reading it
RING = np.int64(15)  # pairs between the same, less one
FIELDS = 4  # of a word: where it first stands (start, end), texts that have it, the last of them


@kernel
def number_words(
    hashes: Hashes,
    starts: Longs,
    ends: Longs,
    first: int,
    last: int,
    offsets: Longs,
    row: int,
    before: int,
    slots: Hashes,
    shift: np.uint64,
    known: Hashes,
    words: Longs,
    count: int,
    ids: Ints,
) -> tuple[int, int]:
    """Number the tokens ``first`` to ``last - 1``, new words after the ``count`` there are.

    ``offsets`` say where each text's tokens begin; ``before`` texts came before the first of them, and the
    search for a token's text begins at ``row``. ``known`` takes the hashes of new words, ``words`` their
    fields. Returns (words, row) to go on with.
    """
    mask = np.uint64((len(slots) >> 1) - 1)
    for x in range(first, last):
        if x + AHEAD < last:
            prefetch(slots, np.int64(hashes[x + AHEAD] >> shift) * 2)
        while x >= offsets[row + 1]:
            row += 1
        h = hashes[x] | np.uint64(hashes[x] == 0)
        j = h >> shift
        while slots[j << ONE] != h and slots[j << ONE] != 0:
            j = (j + ONE) & mask
        if slots[j << ONE] == 0:
            known[count] = h
            words[FIELDS * count], words[FIELDS * count + 1] = starts[x], ends[x]
            words[FIELDS * count + 2], words[FIELDS * count + 3] = 0, -1
            count += 1
            slots[j << ONE], slots[j << ONE | ONE] = h, np.uint64(count)
        number = np.int64(slots[j << ONE | ONE])
        ids[x] = number
        at = FIELDS * (number - 1)
        if words[at + 3] != before + row:
            words[at + 3] = before + row
            words[at + 2] += 1
    return count, row


@kernel
def number_again(known: Hashes, count: int, slots: Hashes, shift: np.uint64) -> None:
    """Fill empty slots with the words that there are."""
    mask = np.uint64((len(slots) >> 1) - 1)
    for i in range(count):
        j = known[i] >> shift
        while slots[j << ONE] != 0:
            j = (j + ONE) & mask
        slots[j << ONE], slots[j << ONE | ONE] = known[i], np.uint64(i + 1)


@inlined
def add_pair(key: np.uint64, row: np.uint64, slots: Hashes, shift: np.uint64) -> bool:
    """Count a pair of text ``row``, from 1 on, once a text; returns whether it is new."""
    mask = np.uint64((len(slots) >> 1) - 1)
    j = pair_hash(key) >> shift
    while slots[j << ONE] != key and slots[j << ONE] != 0:
        j = (j + ONE) & mask
    new = slots[j << ONE] == 0
    slots[j << ONE] = key
    if slots[j << ONE | ONE] >> np.uint64(32) != row:
        slots[j << ONE | ONE] = row << np.uint64(32) | ((slots[j << ONE | ONE] & np.uint64(0xFFFFFFFF)) + ONE)
    return bool(new)


@kernel
def count_pairs(
    ids: Ints,
    offsets: Longs,
    row: int,
    part: np.uint64,
    parts: np.uint64,
    slots: Hashes,
    shift: np.uint64,
    count: int,
    ring: Hashes,
) -> tuple[int, int]:
    """Count the texts of each pair whose hash falls into ``part`` of ``parts``, from text ``row`` on.

    A slot's second number is the last text, from 1 on, and below it how many had the pair. Stops before a
    text that could fill more than half of the slots, of which ``count`` are taken. Returns (row, slots taken)
    to go on with. ``ring`` is room for the pairs whose slots have been asked for, keys and rows.
    """
    waiting = np.int64(0)
    room = len(slots) >> 2
    while row < len(offsets) - 1 and count + RING + 1 + offsets[row + 1] - offsets[row] <= room:
        for x in range(offsets[row], offsets[row + 1] - 1):
            key = pair_key(ids[x], ids[x + 1])
            h = pair_hash(key)
            if key == 0 or h & (parts - ONE) != part:
                continue
            prefetch(slots, np.int64(h >> shift) * 2)
            at = 2 * (waiting & RING)
            if waiting > RING and add_pair(ring[at], ring[at + 1], slots, shift):
                count += 1
            ring[at], ring[at + 1] = key, np.uint64(row + 1)
            waiting += 1
        row += 1
    for w in range(max(np.int64(0), waiting - RING - 1), waiting):
        at = 2 * (w & RING)
        if add_pair(ring[at], ring[at + 1], slots, shift):
            count += 1
    return row, count


@kernel
def move_pairs(old: Hashes, slots: Hashes, shift: np.uint64) -> None:
    """Fill empty slots with the pairs of others."""
    mask = np.uint64((len(slots) >> 1) - 1)
    for i in range(0, len(old), 2):
        if old[i] != 0:
            j = pair_hash(old[i]) >> shift
            while slots[j << ONE] != 0:
                j = (j + ONE) & mask
            slots[j << ONE], slots[j << ONE | ONE] = old[i], old[i + 1]
