"""The words of a table and the index that finds them: stage 3's first half, from words to row numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings, take
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks

BLOCK = 32768  # tokens on their way at a time: their hashes and offsets stay in the processor's caches


class Block(NamedTuple):
    """Up to ``BLOCK`` tokens of consecutive texts."""

    hashes: NDArray[np.uint64]  # (tokens,)
    starts: NDArray[np.int64]  # (tokens,) bytes of the Arrow buffer
    ends: NDArray[np.int64]


def token_blocks(
    texts: Buffers, first: int, last: int, counts: NDArray[np.int64], spans: bool = True
) -> Iterator[Block]:
    """Split the texts ``first`` to ``last - 1`` block by block; adds to ``counts`` each text's tokens.

    The arrays of a block are views that the next block overwrites. Without ``spans``, the blocks do not say
    where their tokens stand.
    """
    hashes = np.empty(BLOCK, np.uint64)
    starts, ends = np.empty((2, BLOCK if spans else 0), np.int64)
    row, at = first, int(texts.offsets[first])
    while row < last:
        n, row, at = native.split(
            texts.data, texts.offsets, first, last, row, at, hashes, starts, ends, counts
        )
        yield Block(hashes[:n], starts[:n], ends[:n])


@dataclass(frozen=True)
class Lookup:
    """The rows of a table that the tokens of some texts found: 0 for a word that it does not have."""

    ids: NDArray[np.int32]  # (tokens,)
    offsets: NDArray[np.int64]  # (rows + 1,) where each text's tokens begin
    missing: Block | None = None  # the tokens not found, where they were asked for
    seconds: tuple[float, float] = (0.0, 0.0)  # of splitting and of finding, summed over threads

    @property
    def known(self) -> int:
        """How many tokens were found."""
        return int(np.count_nonzero(self.ids))

    @cached_property
    def distinct(self) -> NDArray[np.int64]:
        """The rows that were found, each once, rising."""
        found = np.zeros(self.ids.max(initial=0) + 1, bool)
        for begin in range(0, len(self.ids), BLOCK):  # NumPy widens row numbers: a block of them, not all
            found[self.ids[begin : begin + BLOCK].astype(np.intp)] = True
        return np.flatnonzero(found[1:]) + 1

    def rows(self, first: int, last: int) -> "Lookup":
        """The part of the texts ``first`` to ``last - 1``."""
        offsets = self.offsets[first : last + 1]
        return Lookup(self.ids[offsets[0] : offsets[-1]], offsets - offsets[0])


class Vocabulary:
    """Words numbered from 1, found by the hash of their lower-cased bytes.

    >>> words = Vocabulary.of(["sunny", "days"])
    >>> words.lookup(["Sunny days, always"]).ids.tolist()
    [1, 2, 0, 0]
    """

    def __init__(self, words: pa.LargeStringArray, slots: NDArray[np.uint64]) -> None:
        self.words = words
        self.slots = slots  # (a power of two,) see wordglass.kernels.find

    @classmethod
    def of(cls, words: "pa.LargeStringArray | list[str]") -> "Vocabulary":
        """Build the index of these words; of equal words the first is found."""
        words = strings(words) if isinstance(words, list) else words
        return cls(words, native.build_index(native.hash_words(*buffers(words)), index_bits(len(words))))

    def only(self, rows: NDArray[np.int64]) -> "Vocabulary":
        """The words of some rows, (kept,), numbered anew in that order.

        >>> Vocabulary.of(["sunny", "days", "rain"]).only(np.array([1, 3])).words.to_pylist()
        ['sunny', 'rain']
        """
        return Vocabulary.of(take(self.words, rows - 1))

    def __len__(self) -> int:
        return len(self.words)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The row of each hashed word, 0 where there is none."""
        return native.find(hashes, self.slots)

    def row(self, word: str) -> int:
        """The row of one word as it stands, 0 where the table does not have it."""
        return int(self.find(native.hash_words(*buffers(strings([word]))))[0])

    def word(self, row: int) -> str:
        """The word of a row from 1 on."""
        return str(self.words[row - 1])

    def lookup(
        self, texts: "pa.LargeStringArray | list[str]", threads: int | None = None, keep_missing: bool = False
    ) -> Lookup:
        """Split texts and look their tokens up; on request, keep the tokens that are not found."""
        texts = strings(texts) if isinstance(texts, list) else texts
        source = buffers(texts)
        return join(
            in_order(
                lambda rows: self._lookup_rows(source, *rows, keep_missing),
                row_chunks(source.offsets),
                threads,
            )
        )

    def lookup_rows(self, texts: Buffers, first: int, last: int) -> Lookup:
        """Look up the texts ``first`` to ``last - 1``, in one thread and one go."""
        ids, counts = native.look_up(texts.data, texts.offsets, first, last, self.slots)
        return Lookup(ids, np.concatenate([[0], np.cumsum(counts)]))

    def _lookup_rows(self, texts: Buffers, first: int, last: int, keep_missing: bool) -> Lookup:
        """The same step by step: timed, and with the tokens that are not found."""
        counts = np.zeros(last - first, np.int64)
        parts, missing = [], []
        splitting = finding = 0.0
        clock = perf_counter()
        for block in token_blocks(texts, first, last, counts, keep_missing):
            splitting -= clock - (clock := perf_counter())
            ids = self.find(block.hashes)
            parts.append(ids)
            if keep_missing:
                missing.append(Block(*(column[ids == 0] for column in block)))
            finding -= clock - (clock := perf_counter())
        offsets = np.concatenate([[0], np.cumsum(counts)])
        return Lookup(concatenate(parts, np.int32), offsets, stack(missing), (splitting, finding))


def index_bits(words: int) -> int:
    """The size of an index, as a power of two: between a sixth and a third full, so that probes are few."""
    return max(4, (3 * words).bit_length())


def concatenate(parts: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    """Join arrays, of which there may be none."""
    return np.concatenate([np.zeros(0, kind), *parts])


def stack(blocks: list[Block]) -> Block | None:
    """Join blocks; None where there are none."""
    return Block(*(np.concatenate(columns) for columns in zip(*blocks, strict=True))) if blocks else None


def join(lookups: Iterable[Lookup]) -> Lookup:
    """Join the lookups of consecutive texts."""
    parts = list(lookups)
    counts = concatenate([np.diff(part.offsets) for part in parts], np.int64)
    return Lookup(
        concatenate([part.ids for part in parts], np.int32),
        np.concatenate([[0], np.cumsum(counts)]),
        stack([part.missing for part in parts if part.missing]),
        (sum(part.seconds[0] for part in parts), sum(part.seconds[1] for part in parts)),
    )
