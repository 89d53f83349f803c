"""The model files of fastText and floret: ``.bin``, and ``.ftz`` with a quantised matrix.

A file is a magic number and a version, the settings, the dictionary (words, then labels) and two matrices, of
which the first has a row for each word and then one for each bucket of n-grams. A word's vector is the mean
of its own row and those of its n-grams; in floret it has no row of its own. All numbers are little-endian.
Source: fastText's and floret's own code, ``args.cc``, ``dictionary.cc`` and ``fasttext.cc``.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.vectors.formats.found import (
    LONGEST_WORD,
    Block,
    Found,
    FoundNgrams,
    NgramRule,
    OddRows,
    checked_dimensions,
    damaged,
    finite_rows,
    rows_of_block,
)
from wordglass.vectors.formats.quantised import Matrix, NgramPart, matrix_of
from wordglass.vectors.formats.source import Source
from wordglass.vectors.ngrams import check_rule

MAGIC = struct.pack("<i", 793712314)
VERSIONS = (11, 12)
SUPERVISED, FLORET_MODE = 3, 2
FLORET_SEED = 2166136261
MOST_PRUNED_BUCKETS = 1 << 24  # an index of them takes memory that no file pays for; 2 million are usual
CHUNK = 1 << 20


class Settings(NamedTuple):
    """The numbers at the beginning of a file that matter for vectors."""

    dim: int
    rule: NgramRule
    version: int
    supervised: bool
    entries: int  # of the dictionary
    words: int  # which come first; the others are labels
    pruned: int  # n-grams that were kept; -1: all
    dictionary: int  # the byte where the dictionary's entries begin


@dataclass(frozen=True)
class Model:
    """What stands before the matrices."""

    settings: Settings
    index: NDArray[np.int32] | None  # (buckets,)
    ngram_rows: int  # 0: a word that is not in the dictionary has no vector
    matrix: int  # the byte where the first matrix begins


def recognises(source: Source) -> bool:
    """Whether the file begins with fastText's magic number."""
    return source.head.startswith(MAGIC)


def find(source: Source, odd: OddRows) -> Found:
    """Read the settings and pass over the dictionary. ``DataError`` naming the byte where it is damaged."""
    model = _beginning(source)
    settings = model.settings
    if source.size is not None:
        matrix_of(source.path, source.name, model.matrix, settings.dim, settings.words + model.ngram_rows)
    kind = "floret" if settings.rule["kind"] == "floret" else "fastText"
    ngrams = FoundNgrams(
        settings.rule,
        model.ngram_rows,
        lambda start: _ngrams(source, model, odd, start),
        model.index,
    )
    return Found(
        f"{kind} model" + (", supervised" if settings.supervised else ""),
        settings.dim,
        settings.words,
        lambda start: _blocks(source, model, odd, start),
        ngrams=ngrams if model.ngram_rows else None,
    )


def _beginning(source: Source) -> Model:
    settings = _settings(source)
    if source.size is not None and settings.entries * 10 > source.size:
        damaged(source.name, "header", f"{settings.entries:,} words do not fit into a file of this size")
    with source.open(settings.dictionary) as file:
        stream = _Stream(file, source.name, settings.dictionary)
        for _ in _entries(stream, settings):
            pass
        index = _index(stream, settings) if settings.pruned > 0 else None
    rule = settings.rule
    if settings.pruned == 0 or (rule["kind"] == "fasttext" and rule["maxn"] == 0):
        rows = 0
    else:
        rows = rule["buckets"] if settings.pruned < 0 else settings.pruned
    if rows:
        check_rule(rule, source.name)
    return Model(settings, index, rows, stream.at)


def _settings(source: Source) -> Settings:
    """The settings as fastText writes them, or floret, which has two numbers more and the same magic."""
    head = source.head[:100].ljust(100, b"\0")
    version = struct.unpack_from("<i", head, 4)[0]
    if version not in VERSIONS:
        damaged(source.name, "byte 4", f"version {version} of fastText's format: 11 and 12 are read")
    layouts = (56, 0, 1), (64, *struct.unpack_from("<2i", head, 52))
    layout = next((layout for layout in layouts if _fits(head, layout)), None)
    if layout is None:
        damaged(source.name, "header", "the settings are not those of fastText or floret")
    size, mode, hashes = layout
    entries, words, _, _, pruned = struct.unpack_from("<3i2q", head, 8 + size)
    dim, *_, model, buckets, minn, maxn = struct.unpack_from("<11i", head, 8)
    checked_dimensions(source.name, words, dim, None)
    if version == 11 and model == SUPERVISED:
        maxn = 0  # such models took no n-grams of characters, whatever they say
    rule: NgramRule = {
        "kind": "floret" if mode == FLORET_MODE else "fasttext",
        "minn": minn,
        "maxn": maxn,
        "buckets": buckets,
        "hashes": hashes if mode == FLORET_MODE else 1,
        "seed": FLORET_SEED if mode == FLORET_MODE else 0,
        "begin": "<",
        "end": ">",
    }
    supervised = model == SUPERVISED
    return Settings(dim, rule, version, supervised, entries, words, pruned, 8 + size + 28)


def _fits(head: bytes, layout: tuple[int, int, int]) -> bool:
    """Whether the dictionary begins after so many bytes of settings; ``layout`` has floret's mode, too."""
    size, mode, _ = layout
    entries, words, labels, tokens, pruned = struct.unpack_from("<3i2q", head, 8 + size)
    modes = (0,) if size == 56 else (1, FLORET_MODE)
    return mode in modes and min(words, labels, tokens, pruned + 1) >= 0 and entries == words + labels


class _Stream:
    """A file read from front to back that knows where it stands."""

    def __init__(self, file: IO[bytes], name: str, at: int) -> None:
        self.file = file
        self.name = name
        self.at = at
        self.data = b""
        self.done = 0

    def more(self) -> None:
        """Have some more bytes, or refuse the file."""
        read = self.file.read(CHUNK)
        if not read:
            damaged(self.name, f"byte {self.at + len(self.data) - self.done:,}", "the file ends too early")
        self.data, self.done = self.data[self.done :] + read, 0

    def exactly(self, n: int) -> bytes:
        """The next ``n`` bytes."""
        while len(self.data) - self.done < n:
            self.more()
        self.done += n
        self.at += n
        return self.data[self.done - n : self.done]

    def entry(self) -> tuple[bytes, int]:
        """The next entry of the dictionary: a word that ends with a zero byte, its count, and its type."""
        while (end := self.data.find(b"\0", self.done)) < 0 or end + 10 > len(self.data):
            if len(self.data) - self.done > LONGEST_WORD + 10:
                damaged(self.name, f"byte {self.at:,}", f"a word of more than {LONGEST_WORD:,} bytes")
            self.more()
        word, kind = self.data[self.done : end], self.data[end + 9]
        self.at += end + 10 - self.done
        self.done = end + 10
        return word, kind


def _entries(stream: _Stream, settings: Settings) -> Iterator[tuple[int, bytes]]:
    """The words of the dictionary and the bytes where they stand; the labels are passed over."""
    for i in range(settings.entries):
        at = stream.at
        word, kind = stream.entry()
        if len(word) > LONGEST_WORD:
            damaged(stream.name, f"byte {at:,}", f"a word of more than {LONGEST_WORD:,} bytes")
        if kind != (i >= settings.words):
            damaged(stream.name, f"byte {stream.at - 1:,}", "labels among the words of the dictionary")
        if i < settings.words:
            yield at, word


def _index(stream: _Stream, settings: Settings) -> NDArray[np.int32]:
    """The row of each bucket that was kept when the model was pruned, (buckets,)."""
    buckets = settings.rule["buckets"]
    if not settings.pruned <= buckets <= MOST_PRUNED_BUCKETS:
        problem = f"{settings.pruned:,} n-grams kept of {buckets:,}: at most {MOST_PRUNED_BUCKETS:,} are read"
        damaged(stream.name, f"byte {stream.at:,}", problem)
    index = np.full(buckets, -1, np.int32)
    for first in range(0, settings.pruned, CHUNK):
        at = stream.at
        pairs = np.frombuffer(stream.exactly(8 * min(CHUNK, settings.pruned - first)), "<i4").reshape(-1, 2)
        if (pairs < 0).any() or (pairs >= [buckets, settings.pruned]).any():
            damaged(stream.name, f"byte {at:,}", "an n-gram that was kept has no such bucket or row")
        index[pairs[:, 0]] = pairs[:, 1]
    return index


def _blocks(source: Source, model: Model, odd: OddRows, start: int) -> Iterator[Block]:
    """The words from one on, with the vectors that fastText gives them."""
    settings, size = model.settings, rows_of_block(model.settings.dim)
    with source.on_disk() as path, source.open(settings.dictionary) as file:
        matrix = _matrix(path, source, model)
        places: list[int] = []
        words: list[bytes] = []
        for i, (at, word) in enumerate(_entries(_Stream(file, source.name, settings.dictionary), settings)):
            if i >= start:
                places.append(at)
                words.append(word)
            if words and (len(words) == size or i + 1 == settings.words):
                yield _block(matrix, model, words, places, i + 1 - len(words), odd)
                places, words = [], []


def _block(
    matrix: Matrix, model: Model, words: list[bytes], places: list[int], first: int, odd: OddRows
) -> Block:
    good = np.array([_is_word(word, f"byte {at:,}", odd) for word, at in zip(words, places, strict=True)])
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in words], out=offsets[1:])
    array = pa.LargeStringArray.from_buffers(len(words), pa.py_buffer(offsets), pa.py_buffer(b"".join(words)))
    vectors = _vectors(matrix, model, array, first)
    if not good.all():
        array, vectors, kept = take(array, np.flatnonzero(good)), vectors[good], np.flatnonzero(good)
        places = [places[i] for i in kept]
    array, vectors = finite_rows(array, vectors, odd, lambda i: f"byte {places[i]:,}")
    return Block(array, vectors, first + len(words))


def _is_word(word: bytes, where: str, odd: OddRows) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        odd.met(where, f"the word {word[:50]!r} is not UTF-8")
        return False
    return True


def _vectors(matrix: Matrix, model: Model, words: pa.LargeStringArray, first: int) -> NDArray[np.float32]:
    """The vectors of the words of the dictionary from the one with number ``first`` on, (n, dim)."""
    own = matrix.rows(first, first + len(words))
    if model.ngram_rows == 0:
        return own
    rule, begin = model.settings.rule, model.settings.words
    part = NgramPart(rule, model.index, begin, begin + model.ngram_rows)
    if rule["kind"] == "fasttext":
        return matrix.compose(part, words, own)
    vectors = matrix.compose(part, words, own[:, :0])
    if first == 0:  # floret leaves the first word of the dictionary its own row
        vectors[:1] = matrix.compose(part, words[:1], own[:1])
    return vectors


def _ngrams(source: Source, model: Model, odd: OddRows, start: int) -> Iterator[NDArray[np.float32]]:
    """The rows of the n-grams from one on; one with NaN or infinity becomes zeros."""
    begin, size = model.settings.words, rows_of_block(model.settings.dim)
    with source.on_disk() as path:
        matrix = _matrix(path, source, model)
        for first in range(start, model.ngram_rows, size):
            rows = matrix.rows(begin + first, begin + min(first + size, model.ngram_rows))
            for i in np.flatnonzero(~np.isfinite(rows).all(axis=1)):
                odd.met(f"n-gram {first + i:,}", "its vector has NaN or infinity")
                rows[i] = 0
            yield rows


def _matrix(path: Path, source: Source, model: Model) -> Matrix:
    rows = model.settings.words + model.ngram_rows
    return matrix_of(path, source.name, model.matrix, model.settings.dim, rows)
