"""The matrices of fastText's model files: dense, or quantised to a byte for every few numbers.

Quantised, the numbers of a row lie in groups of ``dsub``, the last one perhaps shorter; each group is one of
256 centroids of its own, and one byte says which. With ``qnorm``, another byte says by what length the row is
multiplied. Source: Jegou and others, Product Quantization for Nearest Neighbor Search, 2011, and fastText's
code, ``densematrix.cc``, ``quantmatrix.cc`` and ``productquantizer.cc``.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.vectors.formats.found import NgramRule, damaged, rows_of_block
from wordglass.vectors.ngrams import Ngrams

CENTROIDS = 256


class NgramPart(NamedTuple):
    """The rows of a matrix that belong to n-grams, and which n-gram has which."""

    rule: NgramRule
    buckets: NDArray[np.int32] | None  # the row of each, as in Ngrams.index
    first: int
    last: int


class Matrix(Protocol):
    """Rows of a matrix in a file, which stays there."""

    def rows(self, first: int, last: int) -> NDArray[np.float32]:
        """The rows ``first`` to ``last - 1``, (n, dim), copied."""

    def compose(
        self, part: NgramPart, words: pa.LargeStringArray, own: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The mean of the rows of each word's n-grams and its ``own``, (n, dim), or (n, 0) where none."""


@dataclass(frozen=True)
class Dense(Matrix):
    """A matrix as it is, mapped from the file."""

    numbers: NDArray[np.float32]  # (rows, dim)

    def rows(self, first: int, last: int) -> NDArray[np.float32]:
        """See ``Matrix``."""
        return np.array(self.numbers[first:last])

    def compose(
        self, part: NgramPart, words: pa.LargeStringArray, own: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """See ``Matrix``."""
        ngrams = Ngrams(part.rule, self.numbers[part.first : part.last], part.buckets)
        return ngrams.compose(words, own=own if own.size else None)


@dataclass(frozen=True)
class Quantised(Matrix):
    """A matrix of codes, mapped from the file, and what they stand for."""

    codes: NDArray[np.uint8]  # (rows, groups)
    centroids: list[NDArray[np.float32]]  # one (256, numbers of the group) a group
    norm_codes: NDArray[np.uint8] | None  # (rows,)
    norms: NDArray[np.float32]  # (256,)

    def rows(self, first: int, last: int) -> NDArray[np.float32]:
        """See ``Matrix``."""
        return self.decoded(np.arange(first, last))

    def decoded(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Chosen rows, (n, dim)."""
        codes = self.codes[rows]
        groups = [centroids[codes[:, group]] for group, centroids in enumerate(self.centroids)]
        numbers: NDArray[np.float32] = np.concatenate(groups, axis=1)
        if self.norm_codes is not None:
            with np.errstate(invalid="ignore", over="ignore"):
                numbers *= self.norms[self.norm_codes[rows]][:, None]
        return numbers

    def compose(
        self, part: NgramPart, words: pa.LargeStringArray, own: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """See ``Matrix``."""
        dim = sum(centroids.shape[1] for centroids in self.centroids)
        sums = own.copy() if own.size else np.zeros((len(words), dim), np.float32)
        counts = np.full(len(words), 1 if own.size else 0)
        ngrams = Ngrams(part.rule, np.empty((part.last - part.first, 0), np.float32), part.buckets)
        most = rows_of_block(dim)
        for ids, owners in ngrams.rows_of(words):
            counts += np.bincount(owners, minlength=len(words))
            for at in range(0, len(ids), most):
                theirs = owners[at : at + most]
                begins = np.flatnonzero(np.diff(theirs, prepend=-1))
                rows = self.decoded(part.first + ids[at : at + most].astype(np.int64))
                sums[theirs[begins]] += np.add.reduceat(rows, begins)
        sums /= np.maximum(counts, 1).astype(np.float32)[:, None]
        return sums


def matrix_of(path: Path, name: str, at: int, dim: int, rows: int) -> Matrix:
    """The first matrix of a model file: from a flag at byte ``at`` on, of ``rows`` rows at least.

    Nothing is believed that the file's size does not leave room for; the second matrix is looked at as well,
    so that a file that was cut off is refused even where its vectors are whole.
    """
    reader = _Reader(path, name, at)
    first = reader.matrix(bool(reader.number("<B")))
    if first.dim != dim or first.count < rows:
        reader.refuse(at, f"a matrix of {first.count:,} x {first.dim:,} numbers, not {rows:,} x {dim:,}")
    quantised = bool(reader.number("<B"))
    reader.matrix(quantised and isinstance(first.matrix, Quantised))
    return first.matrix


@dataclass(frozen=True)
class _Sized:
    matrix: Matrix
    count: int
    dim: int


class _Reader:
    """Reads a model file's matrices, one after the other, from some byte on."""

    def __init__(self, path: Path, name: str, at: int) -> None:
        self.path = path
        self.name = name
        self.size = path.stat().st_size
        self.at = at

    def refuse(self, at: int, problem: str) -> NoReturn:
        damaged(self.name, f"byte {at:,}", problem)

    def number(self, kind: str) -> int:
        """One number as ``struct`` knows it."""
        (value,) = struct.unpack(kind, self.array("<u1", struct.calcsize(kind)).tobytes())
        return int(value)

    def array(self, kind: str, count: int) -> NDArray[np.uint8]:
        """Some numbers, mapped from the file."""
        size = count * np.dtype(kind).itemsize
        if count < 0 or self.at + size > self.size:
            self.refuse(self.at, f"{size:,} bytes are missing: the file is cut off or damaged")
        if size == 0:
            return np.empty(0, kind)
        mapped = np.memmap(self.path, kind, "r", self.at, (count,))
        self.at += size
        return mapped

    def matrix(self, quantised: bool) -> _Sized:
        """One matrix with its size."""
        start = self.at
        with_norms = quantised and bool(self.number("<B"))
        count, dim = self.number("<q"), self.number("<q")
        if min(count, dim) < 0 or max(count, dim) > self.size:  # NumPy refuses such shapes even where empty
            self.refuse(start, f"a matrix of {count:,} x {dim:,} numbers")
        if not quantised:
            numbers = self.array("<f4", count * dim).view(np.float32).reshape(count, dim)
            return _Sized(Dense(numbers), count, dim)
        at = self.at
        size = self.number("<i")
        codes = self.array("<u1", size)
        centroids = self.quantiser(dim)
        if size != count * len(centroids):
            self.refuse(at, f"{size:,} codes for {count:,} rows of {len(centroids)}")
        norm_codes = self.array("<u1", count) if with_norms else None
        norms = self.quantiser(1)[0][:, 0] if with_norms else np.empty(0, np.float32)
        return _Sized(
            Quantised(codes.reshape(count, len(centroids)), centroids, norm_codes, norms), count, dim
        )

    def quantiser(self, dim: int) -> list[NDArray[np.float32]]:
        """The centroids of each group of numbers."""
        at = self.at
        width, groups, dsub, last = (self.number("<i") for _ in range(4))
        if width != dim or min(groups, dsub, last) < 1 or (groups - 1) * dsub + last != dim or last > dsub:
            self.refuse(at, f"{groups} groups of {dsub} and one of {last} numbers in rows of {dim}")
        numbers = np.array(self.array("<f4", CENTROIDS * dim)).view(np.float32)
        cuts = range(CENTROIDS * dsub, CENTROIDS * dim, CENTROIDS * dsub)
        return [part.reshape(CENTROIDS, -1) for part in np.split(numbers, list(cuts))]
