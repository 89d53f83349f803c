"""What a reader finds in a file of word vectors, whatever its format, and how it hands it on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, NoReturn, TypedDict

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.errors import DataError

BLOCK_BYTES = 1 << 25  # of vectors in a block, at most, about: what keeps memory flat on files of any size
MOST_DIMENSIONS = 65_536  # a file that says more is damaged, or made to harm
LONGEST_WORD = 65_536  # bytes


class Block(NamedTuple):
    """Some consecutive words of a file and their vectors."""

    words: pa.LargeStringArray  # (n,)
    vectors: NDArray[np.float32]  # (n, dim), all finite
    next: int  # from where ``Found.read`` goes on after this block


class NgramRule(TypedDict):
    """How a word that is not in the table is taken apart into n-grams, and which rows they have."""

    kind: Literal["fasttext", "floret", "spacy"]  # spaCy's floret takes single characters at the edges, too
    minn: int  # characters of the shortest n-gram
    maxn: int  # and of the longest; 0: no n-grams
    buckets: int  # rows that n-grams are hashed to
    hashes: int  # rows for each n-gram, 1 in fastText
    seed: int  # of floret's hash
    begin: str  # put before a word
    end: str  # put after it


@dataclass(frozen=True)
class FoundNgrams:
    """The vectors of n-grams in a file, for words that it does not have."""

    rule: NgramRule
    rows: int
    read: Callable[[int], Iterator[NDArray[np.float32]]]  # from a row on, blocks of (n, dim)
    index: NDArray[np.int32] | None = None  # (buckets,) row of each, -1 where pruned; None: row = bucket


@dataclass(frozen=True)
class FoundTokenizer:
    """A sub-word tokeniser: the words of the table are its tokens, in the order of their ids."""

    json: str  # as the library ``tokenizers`` has it; says after how many tokens a text is cut off
    normalise: bool  # whether the original scales a pooled vector to length 1
    leave_out: list[int] = field(default_factory=list)  # ids that the original drops: the unknown token, ...
    longest: int | None = None  # characters of a text that the original reads at most


@dataclass(frozen=True)
class Found:
    """A file of vectors: what its beginning tells, and a way to read the rest."""

    format: str  # as people call it, such as "word2vec binary"
    dim: int
    words: int | None  # as the file says; None where only its end tells
    read: Callable[[int], Iterator[Block]]  # from a place on: 0, or ``next`` of a block
    unnamed: int = 0  # vectors left out because the file does not tell their words
    ngrams: FoundNgrams | None = None
    tokenizer: FoundTokenizer | None = None


class OddRows:
    """Rows that cannot be used: the first one is an error, or all are left out and counted.

    >>> odd = OddRows("vectors.txt", skip=True)
    >>> odd.met("line 3", "4 numbers, not 50")
    >>> odd.count, odd.first
    (1, 'line 3: 4 numbers, not 50')
    """

    def __init__(self, source: str, skip: bool) -> None:
        self.source = source
        self.skip = skip
        self.count = 0
        self.first: str | None = None

    def met(self, where: str, problem: str) -> None:
        """Count a row, or raise ``DataError`` with the way out."""
        if not self.skip:
            raise DataError(
                f"{self.source}, {where}: {problem}; --skip-odd-rows leaves such rows out and counts them"
            )
        self.count += 1
        self.first = self.first or f"{where}: {problem}"


def damaged(source: str, where: str, problem: str) -> NoReturn:
    """Refuse a file from some byte, line or part on."""
    raise DataError(f"{source}, {where}: {problem}")


def checked_dimensions(source: str, words: int, dim: int, room: int | None) -> None:
    """Refuse a header that cannot be true: ``room`` is how many numbers the file's size leaves room for."""
    if not 1 <= dim <= MOST_DIMENSIONS:
        damaged(source, "header", f"vectors of {dim} numbers: 1 to {MOST_DIMENSIONS:,} are read")
    if words < 0 or (room is not None and words * dim > room):
        damaged(source, "header", f"{words:,} words of {dim} numbers do not fit into a file of this size")


def rows_of_block(dim: int) -> int:
    """How many rows a block has."""
    return max(1, BLOCK_BYTES // (4 * dim))


def finite_rows(
    words: pa.LargeStringArray,
    vectors: NDArray[np.float32],
    odd: OddRows,
    where: Callable[[int], str],
) -> tuple[pa.LargeStringArray, NDArray[np.float32]]:
    """Tell ``odd`` of every row with NaN or infinity and leave it out; ``where`` names row ``i``."""
    with np.errstate(invalid="ignore", over="ignore"):
        good = np.isfinite(vectors).all(axis=1)
    if good.all():
        return words, vectors
    for i in np.flatnonzero(~good):
        odd.met(where(int(i)), f"the vector of {str(words[int(i)])[:50]!r} has NaN or infinity")
    return take(words, np.flatnonzero(good)), vectors[good]
