"""floret's own file of vectors, which has n-grams and no words: every word is put together from them.

Its first line is ``buckets dim minn maxn hash_count seed BOW EOW``; each line that follows is the number of a
bucket and its vector. Source: floret's README and ``saveFloretVectors`` in its ``fasttext.cc``. Its ``.bin``
is a fastText model: see ``wordglass.vectors.formats.fasttext``.
"""

import re
from collections.abc import Iterator
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from wordglass.vectors.formats.found import (
    Found,
    FoundNgrams,
    NgramRule,
    OddRows,
    checked_dimensions,
    damaged,
)
from wordglass.vectors.formats.source import Source
from wordglass.vectors.ngrams import check_rule

HEADER = re.compile(rb"(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) (\S+) (\S+)\s*\n")
CHUNK = 1 << 23  # bytes of text read at a time
LONGEST_NUMBER = 64  # bytes


def recognises(source: Source) -> bool:
    """Whether the first line is that of floret's vectors."""
    return HEADER.match(source.head) is not None


def find(source: Source, odd: OddRows) -> Found:
    """Read the first line. ``DataError`` where its numbers cannot be."""
    header = HEADER.match(source.head)
    if header is None:
        damaged(source.name, "line 1", "not the first line of floret's vectors")
    buckets, dim, minn, maxn, hashes, seed = (int(number) for number in header.groups()[:6])
    checked_dimensions(source.name, buckets, dim, None if source.size is None else source.size // 2)
    try:
        begin, end = header[7].decode(), header[8].decode()
    except UnicodeDecodeError:
        damaged(source.name, "line 1", "the marks of a word's begin and end are not UTF-8")
    rule: NgramRule = {
        "kind": "floret",
        "minn": minn,
        "maxn": maxn,
        "buckets": buckets,
        "hashes": hashes,
        "seed": seed,
        "begin": begin,
        "end": end,
    }
    check_rule(rule, source.name)

    def read(start: int) -> Iterator[NDArray[np.float32]]:
        return _rows(source, header.end(), buckets, dim, odd, start)

    return Found("floret vectors", dim, 0, lambda start: iter(()), ngrams=FoundNgrams(rule, buckets, read))


def _rows(
    source: Source, begin: int, buckets: int, dim: int, odd: OddRows, start: int
) -> Iterator[NDArray[np.float32]]:
    """The vectors of the buckets from one on; one with NaN or infinity becomes zeros."""
    row = 0
    for lines in _whole_lines(source, begin, (dim + 1) * LONGEST_NUMBER):
        count = lines.count(b"\n")
        if row + count > start:
            if row < start:
                lines = lines.split(b"\n", start - row)[-1]
            first = max(row, start)
            rows = _parsed(source.name, lines, first, dim)
            if row + count > buckets:
                damaged(source.name, f"line {buckets + 2:,}", f"more than the {buckets:,} buckets of line 1")
            for i in np.flatnonzero(~np.isfinite(rows).all(axis=1)):
                odd.met(f"line {first + i + 2:,}", "the vector has NaN or infinity")
                rows[i] = 0
            yield rows
        row += count
    if row < buckets:
        damaged(source.name, f"line {row + 2:,}", f"the file ends after {row:,} of {buckets:,} buckets")


def _whole_lines(source: Source, begin: int, longest: int) -> Iterator[bytes]:
    """The text from a byte on, in pieces that end where a line ends."""
    with source.open(begin) as file:
        rest = b""
        while read := file.read(CHUNK):
            cut = read.rfind(b"\n") + 1
            if not cut and len(rest) + len(read) > longest:
                damaged(source.name, f"byte {begin:,}", f"a line of more than {longest:,} bytes")
            if cut:
                begin += len(rest) + cut
                yield rest + read[:cut]
                rest = read[cut:]
            else:
                rest += read
        if rest.strip():
            yield rest + b"\n"


def _parsed(name: str, lines: bytes, first: int, dim: int) -> NDArray[np.float32]:
    """The numbers of some lines, (lines, dim). ``DataError`` naming the line that is not as it should be."""
    count = lines.count(b"\n")
    try:
        numbers = np.fromstring(lines, np.float64, sep=" ").reshape(count, dim + 1)
        good = (numbers[:, 0] == np.arange(first, first + count)).all()
    except ValueError:
        good = False
    if not good:
        _refuse_line(name, lines, first, dim)
    with np.errstate(over="ignore"):
        return numbers[:, 1:].astype(np.float32)


def _refuse_line(name: str, lines: bytes, first: int, dim: int) -> NoReturn:
    for i, line in enumerate(lines.split(b"\n")[:-1], first):
        fields = line.split()
        try:
            good = len([float(field) for field in fields]) == dim + 1 and float(fields[0]) == i
        except ValueError:
            good = False
        if not good:
            damaged(name, f"line {i + 2:,}", f"not the number {i} of a bucket and {dim} numbers")
    damaged(name, f"line {first + 2:,}", "numbers that cannot be read from this line on")
