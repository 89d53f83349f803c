"""word2vec's binary files, such as GoogleNews: a line with two numbers, then words and their bytes of floats.

A word ends with a space, and its vector with a line feed (the original's writing) or with nothing (gensim's).
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import NoReturn

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers, take
from wordglass.kernels import native
from wordglass.vectors.formats.found import (
    LONGEST_WORD,
    Block,
    Found,
    OddRows,
    checked_dimensions,
    damaged,
    finite_rows,
)
from wordglass.vectors.formats.source import Source, fill
from wordglass.vectors.formats.text import HEADER, is_text
from wordglass.vectors.formats.utf8 import broken_words, fault

ROOM = 1 << 22  # bytes of records read at a time
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def recognises(source: Source) -> bool:
    """Whether a line with two numbers comes first, and then no text."""
    header = HEADER.match(source.head)
    if not header:
        return False
    rest = source.head[header.end() :]
    cut_off = fault(rest)  # as the last character may be
    return not is_text(rest) and bool(CONTROL.search(rest) or (cut_off and cut_off < len(rest) - 3))


def find(source: Source, odd: OddRows) -> Found:
    """Read the header."""
    header = HEADER.match(source.head)
    if header is None:
        damaged(source.name, "byte 0", "no line with two numbers")
    words, dim, begin = int(header[1]), int(header[2]), header.end()
    checked_dimensions(source.name, words, dim, None)
    if source.size is not None and (room := (source.size - begin) // (4 * dim + 1)) < words:
        damaged(
            source.name,
            f"byte {source.size:,}",
            f"the file ends by word {room + 1:,}, its first line says {words:,} words of {dim} numbers",
        )
    return Found("word2vec binary", dim, words, partial(_read, source, odd, words, dim, begin))


def _read(source: Source, odd: OddRows, words: int, dim: int, begin: int, start: int) -> Iterator[Block]:
    """Read on after ``start`` words, which are stepped over: nothing else tells where the next begins."""
    data = np.empty(ROOM, np.uint8)
    done, at, size = 0, begin, 0  # words, the byte where the next begins, how many bytes of it are there
    with source.open(begin) as file:
        while done < words:
            size += fill(file, data[size:])
            passing = done < start
            most = min(start, words) - done if passing else words - done
            room = 0 if passing else min(most, size // (4 * dim + 1))
            vectors = np.empty((room, dim), np.float32)
            letters, offsets = np.empty(size if room else 0, np.uint8), np.zeros(room + (room > 0), np.int64)
            used, count = native.read_records(
                data, size, 4 * dim, LONGEST_WORD, most, vectors.reshape(-1).view(np.uint8), letters, offsets
            )
            if not count:
                _no_record(source.name, at, data[:size], done + 1, words)
            if not passing:
                array = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(letters))
                array, vectors = _usable(array, vectors[:count], odd, done)
                if len(array):
                    yield Block(array, vectors, done + count)
            done, at, size = done + count, at + used, size - used
            data[:size] = data[used : used + size]
        if (data[:size].tobytes() + file.read(2))[:2] not in (b"", b"\n"):
            odd.met(f"byte {at:,}", f"more follows the {words:,} words that the first line says")


def _no_record(name: str, at: int, data: NDArray[np.uint8], word: int, words: int) -> NoReturn:
    """Say why no whole record lies at the byte ``at``, from where ``data`` are."""
    if len(data) > LONGEST_WORD + 1 and b" " not in data[: LONGEST_WORD + 2].tobytes():
        damaged(name, f"byte {at:,}", f"word {word:,} does not end within {LONGEST_WORD:,} bytes")
    end = at + len(data)
    damaged(name, f"byte {end:,}", f"the file ends in word {word:,} of {words:,}: get it again")


def _usable(
    words: pa.LargeStringArray, vectors: NDArray[np.float32], odd: OddRows, done: int
) -> tuple[pa.LargeStringArray, NDArray[np.float32]]:
    """Leave out what is no word or no vector; ``done`` words came before."""
    data, offsets = buffers(words)
    empty = set(np.flatnonzero(np.diff(offsets) == 0).tolist())
    bad = sorted(broken_words(words) | empty)
    for i in bad:
        wrong = fault(data[offsets[i] : offsets[i + 1]].tobytes())
        problem = "an empty word" if i in empty else f"it is no UTF-8 at its byte {wrong}"
        odd.met(f"word {done + i + 1:,}", problem)
    rows = np.delete(np.arange(len(words)), bad)
    if bad:
        words, vectors = take(words, rows), vectors[rows]
    return finite_rows(words, vectors, odd, lambda i: f"word {done + int(rows[i]) + 1:,}")
