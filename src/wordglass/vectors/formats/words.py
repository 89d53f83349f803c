"""Words as the readers get them, one by one, and as Arrow has them, joined with their vectors."""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.vectors.formats.found import LONGEST_WORD, Block, OddRows, damaged, finite_rows

NOT_UTF8, NO_WORD, TOO_LONG = (
    "the word is not UTF-8",
    "no word",
    f"a word of more than {LONGEST_WORD:,} bytes",
)

Word = bytes | None  # None: what stands there is no word


def as_strings(words: list[Word]) -> tuple[pa.LargeStringArray, dict[int, str]]:
    """The words as Arrow has them, and what is wrong with some, in whose place stand empty ones.

    >>> as_strings([b"sunny", None, b"caf\\xe9"])[1]
    {1: 'no word', 2: 'the word is not UTF-8'}
    """
    wrong: dict[int, str] = {}
    try:
        good: list[bytes] = words  # type: ignore[assignment]  # None would raise
        b"\n".join(good).decode()
        fine = max(map(len, good), default=0) <= LONGEST_WORD
    except (TypeError, UnicodeDecodeError):
        fine = False
    if not fine:
        wrong = {i: problem for i, word in enumerate(words) if (problem := _problem(word))}
        good = [b"" if i in wrong or word is None else word for i, word in enumerate(words)]
    offsets = np.zeros(len(good) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, good), np.int64, len(good)), out=offsets[1:])
    strings = pa.LargeStringArray.from_buffers(len(good), pa.py_buffer(offsets), pa.py_buffer(b"".join(good)))
    return strings, wrong


def _problem(word: Word) -> str:
    if word is None:
        return NO_WORD
    if len(word) > LONGEST_WORD:
        return TOO_LONG
    try:
        word.decode()
    except UnicodeDecodeError:
        return NOT_UTF8
    return ""


def joined(
    vectors: Iterator[NDArray[np.float32]],
    words: Iterator[Word],
    start: int,
    odd: OddRows,
    where: Callable[[int], str],
    source: str,
) -> Iterator[Block]:
    """Blocks of rows from ``start`` on with as many words each; ``where`` names a row, counted from 0.

    ``DataError`` where there are more rows than words, or more words than rows.
    """
    at = start
    for block in vectors:
        encoded = list(islice(words, len(block)))
        if len(encoded) < len(block):
            damaged(source, f"word {at + len(encoded) + 1}", "the words end before the rows of the matrix do")
        texts, wrong = as_strings(encoded)
        begin, kept = at, np.arange(len(block))
        at += len(block)
        if wrong:
            for i, problem in wrong.items():
                odd.met(where(begin + i), problem)
            kept = np.delete(kept, list(wrong))
            texts, block = take(texts, kept), block[kept]
        named = _named(where, begin, kept)
        yield Block(*finite_rows(texts, block, odd, named), at)
    if next(words, b"") != b"":
        damaged(source, f"word {at + 1}", "there are more words than rows of the matrix")


def _named(where: Callable[[int], str], begin: int, kept: NDArray[np.int64]) -> Callable[[int], str]:
    return lambda i: where(begin + int(kept[i]))
