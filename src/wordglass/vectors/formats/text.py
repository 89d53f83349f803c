"""Vectors as text, a word and its numbers a line: GloVe's files, and word2vec's and fastText's ``.vec``.

GloVe's have no header; in ``glove.840B`` words hold spaces, so the numbers are the last fields of a line, as
many as in most of the first lines. word2vec's first line says how many words there are and how many numbers
each has. Fields stand between spaces or tabs. A line ends in LF or CR LF and in nothing else: words may hold
U+0085 or U+2028.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.kernels import native
from wordglass.kernels.lines import CLOSE, OVERHANG
from wordglass.parallel import few_ahead
from wordglass.vectors.formats.found import (
    LONGEST_WORD,
    MOST_DIMENSIONS,
    Block,
    Found,
    OddRows,
    checked_dimensions,
    damaged,
)
from wordglass.vectors.formats.source import HEAD, Source, fill
from wordglass.vectors.formats.utf8 import broken_words, fault

TEXT = 1 << 22  # bytes of lines parsed at a time; a line may not be longer
BLANK = b" \t\r\n"
BOM = b"\xef\xbb\xbf"
HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t\r]*\n")
NUMBER = re.compile(rb"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?")
NOT_FINITE = re.compile(rb"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)


class Layout(NamedTuple):
    """What the beginning of a text file tells."""

    words: int | None  # as the header says
    dim: int
    begin: int  # byte of the first word


class Parsed(NamedTuple):
    """A stretch of whole lines, parsed."""

    text: NDArray[np.uint8]
    words: pa.LargeStringArray  # (n,)
    vectors: NDArray[np.float32]  # (n, dim)
    rows: NDArray[np.int64]  # (n,) the line of each
    odd: NDArray[np.int32]  # (m, 3) line, where it begins and ends, of those that are no rows
    lines: int
    end: int  # byte of the file


def recognises(source: Source) -> bool:
    """Whether the first lines are words and numbers."""
    return _layout(source) is not None


def find(source: Source, odd: OddRows) -> Found:
    """Read the header, or count the numbers of the first lines."""
    layout = _layout(source)
    if layout is None:
        damaged(source.name, "line 1", "no word and numbers")
    words, dim, begin = layout
    room = None if source.size is None else (source.size - begin) // 2  # a digit and a space
    checked_dimensions(source.name, words or 0, dim, room)
    kind = "GloVe text" if words is None else "word2vec text"
    return Found(kind, dim, words, partial(_read, source, odd, layout))


def is_text(content: bytes) -> bool:
    """Whether one of the lines that begin here ends in numbers, be they only some of a line cut off."""
    lines = map(_fields, _first_lines(content, False))
    return any(_numbers_at_end(fields) > (len(fields) > 2) for fields in lines)


def _layout(source: Source) -> Layout | None:
    content, whole = source.head, len(source.head) < HEAD
    if b"\n" not in content and not whole:
        if not is_text(content):
            return None
        with source.open() as file:
            content = file.read(TEXT)
    begin = len(BOM) if content.startswith(BOM) else 0
    header = HEADER.match(content, begin)
    if header and (is_text(content[header.end() :]) or not content[header.end() :].strip(BLANK)):
        return Layout(int(header[1]), int(header[2]), header.end())
    lines = map(_fields, _first_lines(content[begin:], whole))
    counts = Counter(min(_numbers_at_end(fields), len(fields) - 1) for fields in lines)
    if not counts:
        return None
    # A word that holds spaces makes a line look wider if it ends in a number; most do not.
    dim = max(counts, key=lambda dim: (counts[dim], -dim))
    return Layout(None, dim, begin) if 2 <= dim <= MOST_DIMENSIONS else None


def _first_lines(content: bytes, whole: bool) -> list[bytes]:
    """The lines, without blank ones; where the content is not ``whole``, the last one is cut off."""
    lines = content.split(b"\n")
    if not whole and len(lines) > 1:
        lines.pop()
    elif not whole:
        lines = [lines[0][: max(lines[0].rfind(b" "), lines[0].rfind(b"\t"), 0)]]
    return [line for line in lines if line.strip(BLANK)]


def _fields(line: bytes) -> list[bytes]:
    return re.split(rb"[ \t]+", line.strip(BLANK))


def _numbers_at_end(fields: list[bytes]) -> int:
    """How many of the last fields are finite numbers."""
    return next((n for n, field in enumerate(reversed(fields)) if not NUMBER.fullmatch(field)), len(fields))


def _read(source: Source, odd: OddRows, layout: Layout, start: int) -> Iterator[Block]:
    expected, dim, begin = layout
    with source.open() as file:
        head = file.read(begin)
        before = head.count(b"\n")  # lines
        done = _count_lines(file, start - begin) if start else 0
        texts = _whole_lines(file, source.name, start or begin)
        for part in few_ahead(lambda text: _parse(*text, dim), texts):
            first = before + done + 1
            left = part.lines if expected is None else max(0, expected - done)  # lines that there may be
            for row in part.odd:
                line, at, stop = row.tolist()
                if line < left:
                    odd.met(f"line {first + line}", _problem(part.text[at:stop].tobytes(), dim))
            for line in range(left, part.lines):
                odd.met(f"line {first + line}", f"the first line says that there are {expected:,} words")
            done += part.lines
            rows = int(np.searchsorted(part.rows, left))
            if rows:
                yield Block(part.words[:rows], part.vectors[:rows], part.end)
        if expected is not None and done < expected:
            damaged(
                source.name,
                f"line {before + done}",
                f"the file ends after {done:,} words, its first line says {expected:,}: get it again",
            )


def _count_lines(file: BinaryIO, size: int) -> int:
    """How many lines the next bytes are."""
    lines = 0
    while size > 0 and (passed := file.read(min(size, TEXT))):
        lines += passed.count(b"\n")
        size -= len(passed)
    return lines


def _whole_lines(file: BinaryIO, name: str, at: int) -> Iterator[tuple[NDArray[np.uint8], int, int]]:
    """Stretches of whole lines: (the bytes and some more, how many are lines, where in the file they end).

    A stretch does not end in blank lines: so those at the file's end are left out.
    """
    rest = np.empty(0, np.uint8)
    while True:
        text = np.empty(TEXT + OVERHANG, np.uint8)
        text[: len(rest)] = rest
        size = len(rest) + fill(file, text[len(rest) : TEXT])
        ended = size < TEXT
        if ended:
            text[size] = ord("\n")
        whole = _end_of_lines(text[: size + ended])
        if whole:
            at += whole
            yield text, whole, at
        elif not ended:
            damaged(name, f"byte {at:,}", f"no line of text ends in {TEXT:,} bytes")
        if ended:
            return
        rest = text[whole:size]


def _end_of_lines(text: NDArray[np.uint8]) -> int:
    """Where the last whole line that is not blank ends; 0 where there is none."""
    window = HEAD
    while True:
        begin = max(0, len(text) - window)
        tail = text[begin:].tobytes()
        end = len(tail[: tail.rfind(b"\n") + 1].rstrip(BLANK))
        if end:
            return begin + tail.index(b"\n", end) + 1
        if not begin:
            return 0
        window *= 8


def _parse(text: NDArray[np.uint8], size: int, end: int, dim: int) -> Parsed:
    """Parse whole lines; lets go of the GIL for nearly all the time that it takes."""
    room = size // (2 * dim + 2) + 1
    vectors = np.empty((room, dim), np.float32)
    words, offsets = np.empty(size, np.uint8), np.zeros(room + 1, np.int64)
    state = np.zeros(5, np.int64)
    odd, close = [np.zeros((0, 3), np.int32)], [np.zeros((0, 5), np.int64)]
    while state[0] < size:
        met = native.parse_lines(text, size, dim, LONGEST_WORD, vectors, words, offsets, state)
        is_close = met[:, 3] == CLOSE
        close.append(met[is_close])
        odd.append(met[~is_close, :3].astype(np.int32))  # a file can have them by the million
    _, lines, rows, _, _ = state.tolist()
    no_rows = np.concatenate(odd)
    array = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(words))
    vectors = vectors[:rows]
    row_lines = np.delete(np.arange(lines), no_rows[:, 0])
    bad = broken_words(array)
    for _, at, stop, _, row in np.concatenate(close).tolist():
        with np.errstate(over="ignore"):
            vectors[row] = [float(field) for field in _fields(text[at:stop].tobytes())[-dim:]]
        if not np.isfinite(vectors[row]).all():
            bad.add(row)
    if bad:
        ends = np.flatnonzero(text[:size] == ord("\n"))
        more = row_lines[sorted(bad)]
        begins = np.where(more > 0, ends[more - 1] + 1, 0)
        added = np.stack([more, begins, ends[more]], axis=1).astype(np.int32)
        no_rows = np.concatenate([no_rows, added])
        no_rows = no_rows[np.argsort(no_rows[:, 0])]
        good = np.delete(np.arange(rows), sorted(bad))
        array, vectors, row_lines = take(array, good), vectors[good], row_lines[good]
    return Parsed(text, array, vectors, row_lines, no_rows, lines, end)


def _problem(line: bytes, dim: int) -> str:
    """Why a line is no row."""
    fields = _fields(line)
    if not line.strip(BLANK):
        return "an empty line"
    if len(fields) == dim and line[:1] in (b" ", b"\t"):
        return "no word before the numbers"
    if len(fields) <= dim:
        return f"{len(fields) - 1} numbers, not {dim}"
    strange = next((field for field in fields[-dim:] if not NUMBER.fullmatch(field)), None)
    word = line.rstrip(BLANK).rsplit(None, dim)[0]
    if strange and not NOT_FINITE.fullmatch(strange):
        return f"{strange[:30].decode(errors='replace')!r} is no number"
    if wrong := fault(word):
        return f"the word is no UTF-8 at its byte {wrong}"
    if len(word) > LONGEST_WORD:
        return f"a word of {len(word):,} bytes: up to {LONGEST_WORD:,} are read"
    return f"the vector of {word[:50].decode(errors='replace')!r} has NaN or infinity"
