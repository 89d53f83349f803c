"""gensim's own saves: ``KeyedVectors.save`` and the vectors of a saved Word2Vec or FastText model.

A save is a pickle, read by the reader of ``restricted_pickle``, which builds nothing that it names. Arrays of
more than ten million numbers lie beside it, one ``.npy`` each, named after the attribute. gensim 4 calls the
words ``index_to_key`` and the matrix ``vectors``; before, they were ``index2word`` or ``index2entity``, and
``syn0``, and before gensim 1 they were the model's own. A FastText save has no vectors of words: they are the
mean of ``vectors_vocab`` and the rows of the word's n-grams in ``vectors_ngrams``, as in Facebook's fastText.
"""

from collections.abc import Iterator
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.vectors.formats import restricted_pickle
from wordglass.vectors.formats.found import (
    Block,
    Found,
    FoundNgrams,
    NgramRule,
    OddRows,
    checked_dimensions,
    damaged,
)
from wordglass.vectors.formats.npy import Matrix, as_float32, mapped, of_array
from wordglass.vectors.formats.restricted_pickle import WAY_OUT, Dictionary, Pickle, Record, as_array, fields
from wordglass.vectors.formats.source import Source
from wordglass.vectors.formats.words import Word, joined
from wordglass.vectors.ngrams import Ngrams

WORDS = ("index_to_key", "index2word", "index2entity")
VECTORS = ("vectors", "syn0")
LONGEST_NGRAM, MOST_BUCKETS = 1000, 1 << 26


def recognises(source: Source) -> bool:
    """Whether this is a pickle: no other format here begins like one."""
    return restricted_pickle.recognises(source.head)


def find(source: Source, odd: OddRows) -> Found:
    """Read the words and where the matrix is. ``DataError`` for a pickle that has more than vectors."""
    with source.on_disk() as path, path.open("rb") as file:
        pickle = Pickle(mmap(file.fileno(), 0, access=ACCESS_READ), source.name)
    save = _Save(source, pickle)
    words, ngrams = save.words, save.ngrams()
    if save.has(*VECTORS) or not ngrams:
        matrix = save.matrix(*VECTORS)
    else:
        matrix = _composed(save.matrix("vectors_vocab"), words, ngrams)
    if matrix.rows < len(words):
        damaged(source.name, "vectors", f"{matrix.rows:,} rows for {len(words):,} words")
    matrix = matrix.first(len(words))  # gensim makes room in advance
    checked_dimensions(source.name, len(words), matrix.dim, None)
    if ngrams and len(ngrams.vectors) and ngrams.vectors.shape[1] != matrix.dim:
        damaged(source.name, "vectors_ngrams", f"{ngrams.vectors.shape[1]} numbers a row, not {matrix.dim}")

    def read(start: int) -> Iterator[Block]:
        return joined(
            matrix.read(start),
            _encoded(words, start),
            start,
            odd,
            lambda row: f"word {row + 1}",
            source.name,
        )

    return Found(f"gensim {save.kind}", matrix.dim, len(words), read, ngrams=_found_ngrams(ngrams, odd))


class _Ngrams(NamedTuple):
    """The n-grams of a FastText save."""

    shortest: int
    longest: int
    buckets: int
    vectors: NDArray[Any]  # (rows, dim)
    rows_of: NDArray[np.int32] | None  # (buckets,) the row of each, -1 for none; None: row = bucket


class _Save:
    """The fields of the object that has the vectors, and its arrays, in the pickle or beside it."""

    def __init__(self, source: Source, pickle: Pickle) -> None:
        self.pickle, self.name = pickle, source.name
        self.stem = source.path
        root = pickle.root
        if not (isinstance(root, Record) and root.name.startswith("gensim.")):
            raise DataError(f"{source.name}: a pickle, but not one that gensim's save() wrote; {WAY_OUT}")
        self.fields = fields(root)
        self.kind = root.name.rsplit(".", 1)[-1]
        inner = self.fields.get("wv")
        if isinstance(inner, Record):
            self.fields = fields(inner)
            self.stem = source.path.with_name(f"{source.path.name}.wv")
            self.subwords = inner.name.endswith("FastTextKeyedVectors")
        else:
            self.subwords = root.name.endswith("FastTextKeyedVectors")
        words = next((self.fields[name] for name in WORDS if name in self.fields), None)
        if type(words) is not list:
            raise DataError(f"{source.name}: a gensim {self.kind}, which has no list of words; {WAY_OUT}")
        self.words: list[Any] = words

    def matrix(self, *names: str) -> Matrix:
        """A matrix under the first of these names that there is."""
        return of_array(self.array(*names))

    def array(self, *names: str) -> NDArray[Any]:
        """The same as an array, (rows, dim)."""
        for name in names:
            if self.fields.get(name) is not None:
                array = as_array(self.pickle, self.fields[name], name)
                if array.ndim != 2 or array.dtype.kind != "f" or not array.shape[1]:
                    raise DataError(f"{self.name}: {name} is not a matrix of floats; {WAY_OUT}")
                return array
            if (beside := self._beside(name)).is_file():
                return mapped(beside)
        packed = self._beside(names[0]).with_suffix(".npz")
        if packed.is_file():
            raise DataError(f"{self.name}: its arrays are packed beside it ({packed.name}); {WAY_OUT}")
        raise DataError(
            f"{self.name}: gensim saved the vectors in a file of their own: put {self._beside(names[0]).name}"
            " back beside it"
        )

    def _beside(self, name: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}.{name}.npy")

    def has(self, *names: str) -> bool:
        """Whether there is an array of one of these names, in the pickle or beside it."""
        return any(self.fields.get(name) is not None or self._beside(name).is_file() for name in names)

    def ngrams(self) -> _Ngrams | None:
        """The n-grams and their vectors; None where there are none that the rule of fastText finds."""
        if not self.subwords:
            return None
        minn, maxn, buckets = (self.fields.get(name) for name in ("min_n", "max_n", "bucket"))
        if (
            self.fields.get("compatible_hash") is not True
            or not type(minn) is type(maxn) is type(buckets) is int
        ):
            if self.has(*VECTORS):
                return None  # words have their own vectors; n-grams that were hashed otherwise are of no use
            raise DataError(f"{self.name}: a FastText save of gensim before 3.8, hashed otherwise; {WAY_OUT}")
        vectors = self.array("vectors_ngrams") if buckets else np.zeros((0, 1), np.float32)
        index = self._index(buckets, len(vectors))
        if not (1 <= minn <= maxn <= LONGEST_NGRAM) or buckets > MOST_BUCKETS:
            damaged(self.name, "min_n, max_n, bucket", f"{minn}, {maxn} and {buckets} are out of range")
        if index is None and len(vectors) != buckets:
            damaged(self.name, "vectors_ngrams", f"{len(vectors):,} rows for {buckets:,} buckets")
        return _Ngrams(minn, maxn, buckets, vectors, index)

    def _index(self, buckets: int, rows: int) -> NDArray[np.int32] | None:
        """gensim 3 kept the buckets that were used alone."""
        pairs = self.fields.get("hash2index")
        if not isinstance(pairs, Dictionary):
            return None
        used, row = pairs[::2], pairs[1::2]
        if not all(type(n) is int and 0 <= n < buckets for n in used) or not all(
            type(n) is int and 0 <= n < rows for n in row
        ):
            damaged(self.name, "hash2index", "buckets or rows that are not there")
        index = np.full(buckets, -1, np.int32)
        index[np.array(used, np.int64)] = np.array(row, np.int32)
        return index


def _encoded(words: list[Any], start: int) -> Iterator[Word]:
    for word in islice(words, start, None):
        if type(word) is str:
            yield word.encode("utf-8", "surrogatepass")
        else:
            yield word if type(word) is bytes else None


def _composed(matrix: Matrix, words: list[Any], ngrams: _Ngrams) -> Matrix:
    """The vectors of words as FastText makes them: the mean of the word's own and its n-grams'."""
    if not ngrams.buckets:
        return matrix

    rows = np.ascontiguousarray(as_float32(ngrams.vectors))
    composer = Ngrams(_rule(ngrams), rows, ngrams.rows_of)

    def read(start: int) -> Iterator[NDArray[np.float32]]:
        encoded = _encoded(words, start)
        for own in matrix.read(start):
            some = [word or b"" for word in islice(encoded, len(own))]
            yield composer.compose(_arrow(some), own=own[: len(some)])  # gensim makes room in advance

    return Matrix(matrix.rows, matrix.dim, read)


def _arrow(words: list[bytes]) -> pa.LargeStringArray:
    """Words as the kernels read them, whether they are UTF-8 or not."""
    offsets = np.concatenate([[0], np.cumsum([len(word) for word in words], dtype=np.int64)])
    return pa.LargeStringArray.from_buffers(len(words), pa.py_buffer(offsets), pa.py_buffer(b"".join(words)))


def _found_ngrams(ngrams: _Ngrams | None, odd: OddRows) -> FoundNgrams | None:
    """The n-grams as they are handed on; a row with NaN or infinity becomes zeros."""
    if not ngrams or not len(ngrams.vectors):
        return None
    matrix = of_array(ngrams.vectors)

    def read(start: int) -> Iterator[NDArray[np.float32]]:
        at = start
        for rows in matrix.read(start):
            bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
            for i in bad.tolist():
                odd.met(f"row {at + i + 1} of vectors_ngrams", "its vector has NaN or infinity")
            if len(bad):
                rows = rows.copy()  # it can be the file itself
                rows[bad] = 0
            yield rows
            at += len(rows)

    return FoundNgrams(_rule(ngrams), len(ngrams.vectors), read, ngrams.rows_of)


def _rule(ngrams: _Ngrams) -> NgramRule:
    return {
        "kind": "fasttext",
        "minn": ngrams.shortest,
        "maxn": ngrams.longest,
        "buckets": ngrams.buckets,
        "hashes": 1,
        "seed": 0,
        "begin": "<",
        "end": ">",
    }
