"""The vocabulary of training texts: their words and pairs of adjacent words, and how many texts have each."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, strings
from wordglass.kernels import native
from wordglass.parallel import few_ahead, in_order, row_chunks, usable_threads
from wordglass.tokens import Case, looked_up
from wordglass.vectors.vocabulary import Block, stack, token_blocks

BLOCK = 32768  # words numbered in one go


class Counted(NamedTuple):
    """The distinct words of some texts, and the texts as their numbers."""

    starts: NDArray[np.int64]  # (words,) where each first stands, in bytes
    ends: NDArray[np.int64]
    df: NDArray[np.int64]  # (words,) how many texts have it
    ids: NDArray[np.int32]  # (tokens,) from 1 on
    offsets: NDArray[np.int64]  # (texts + 1,)


class Numbering:
    """The words met so far, numbered from 1 on in the order of their first occurrence."""

    def __init__(self) -> None:
        self.count = 0
        self.known = np.empty(2 * BLOCK, np.uint64)  # hashes
        self.fields = np.empty((2 * BLOCK, 4), np.int64)  # start, end, texts, last text
        self.slots = np.zeros(8 * BLOCK, np.uint64)

    def number(self, tokens: Block, offsets: NDArray[np.int64], before: int) -> NDArray[np.int32]:
        """The numbers of the tokens of consecutive texts, before which ``before`` have come."""
        ids = np.empty(len(tokens.hashes), np.int32)
        state = np.array([0, self.count])
        for first in range(0, len(ids), BLOCK):
            last = min(first + BLOCK, len(ids))
            if self.count + BLOCK > len(self.known):
                self._grow()
            native.number_words(
                tokens, first, last, offsets, before, self.slots, self.known, self.fields, ids, state
            )
            self.count = int(state[1])
        return ids

    def _grow(self) -> None:
        self.known = np.concatenate([self.known, np.empty_like(self.known)])
        self.fields = np.concatenate([self.fields, np.empty_like(self.fields)])
        self.slots = native.number_again(self.known[: self.count], len(self.known).bit_length())


def count_words(texts: Buffers, rules: native.Rules, threads: int | None = None) -> Counted:
    """Number the words of texts and count the texts that have each."""

    def tokens_of(rows: tuple[int, int]) -> tuple[Block | None, NDArray[np.int64]]:
        counts = np.zeros(rows[1] - rows[0], np.int64)
        blocks = [
            Block(block.hashes.copy(), block.starts.copy(), block.ends.copy())
            for block in token_blocks(texts, *rows, counts, rules)
        ]
        return stack(blocks), counts

    words = Numbering()
    ids, counts, before = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], 0
    for tokens, in_texts in few_ahead(tokens_of, row_chunks(texts.offsets), threads):
        if tokens:
            ids.append(words.number(tokens, np.concatenate([[0], np.cumsum(in_texts)]), before))
        counts.append(in_texts)
        before += len(in_texts)
    starts, ends, df, _ = words.fields[: words.count].T
    return Counted(
        starts, ends, df, np.concatenate(ids), np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    )


def count_pairs(
    ids: NDArray[np.int32], offsets: NDArray[np.int64], min_df: int, threads: int | None = None
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The pairs of adjacent words, neither of them 0, of at least ``min_df`` texts, and how many have each.

    A pair is its first word's number times 2 ** 32 plus its second's; they come out rising. Every thread
    counts those that their hash gives to it.
    """
    parts = 1 << (usable_threads(threads) - 1).bit_length()
    counted = list(
        in_order(lambda part: _count_part(ids, offsets, part, parts, min_df), list(range(parts)), threads)
    )
    keys, df = (np.concatenate(column) for column in zip(*counted, strict=True))
    order = np.argsort(keys)
    return keys[order], df[order]


def _count_part(
    ids: NDArray[np.int32], offsets: NDArray[np.int64], part: int, parts: int, min_df: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    bits = max(8, (len(ids) // parts // 2).bit_length())
    slots = np.zeros(2 << bits, np.uint64)
    row = count = 0
    while True:
        row, count = native.count_pairs(ids, offsets, row, part, parts, slots, count)
        if row == len(offsets) - 1:
            break
        needed = 2 * (count + 32 + int(offsets[row + 1] - offsets[row]))
        bits = max(bits + 1, needed.bit_length())
        slots = native.move_pairs(slots, bits)
    keys, last_and_texts = slots.reshape(-1, 2).T
    df = (last_and_texts & np.uint64(0xFFFFFFFF)).astype(np.int64)
    kept = np.flatnonzero(df >= max(1, min_df))
    return keys[kept], df[kept]


def words_at(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], case: Case
) -> pa.LargeStringArray:
    """The words that stand at some stretches of texts, as they are looked up."""
    view = memoryview(data)  # type: ignore[arg-type]
    found = [
        looked_up(str(view[start:end], "utf-8", "replace"), case)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return strings(found)
