"""NumPy's own files: the header of an ``.npy`` without evaluating it, and the rows of a matrix, in blocks.

The layout is that of NumPy's format description (NEP 1 and ``numpy.lib.format``): the magic bytes, a version,
the header's length, and the header, a Python dictionary as text. Here three patterns are looked for in it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.vectors.formats.found import MOST_DIMENSIONS, damaged, rows_of_block

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 1 << 16
MOST_ROWS = 1 << 17  # of a block, whose words take room as well
DESCR = re.compile(rb"'descr':\s*'([<>|=]?)([a-zA-Z]\d*)'")
ORDER = re.compile(rb"'fortran_order':\s*(True|False)")
SHAPE = re.compile(rb"'shape':\s*\(([0-9L, ]*)\)")
FLOATS = {"f2", "f4", "f8"}


class Header(NamedTuple):
    """What an ``.npy`` file says at its beginning."""

    order: str  # of the bytes: "<", ">", or "" where it does not matter
    kind: str  # as NumPy writes it, such as f4 or U20
    shape: tuple[int, ...]
    fortran: bool
    begins: int  # the byte where the numbers begin

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of an element."""
        return np.dtype(self.order + self.kind)

    @property
    def bytes(self) -> int:
        """How many bytes the elements take."""
        return prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class Matrix:
    """A matrix of floats somewhere: its shape, and its rows from one on, in blocks of float32."""

    rows: int
    dim: int
    read: Callable[[int], Iterator[NDArray[np.float32]]]  # (n, dim) each

    def first(self, rows: int) -> "Matrix":
        """Its first rows alone."""

        def read(start: int) -> Iterator[NDArray[np.float32]]:
            at = start
            for block in self.read(start) if start < rows else ():
                yield block[: rows - at]
                at += len(block)
                if at >= rows:
                    return

        return replace(self, rows=rows, read=read)


def read_header(file: IO[bytes], name: str) -> Header:
    """Read the header of an ``.npy`` file; afterwards ``file`` stands where the elements begin."""
    start = file.read(8)
    if len(start) < 8 or not start.startswith(MAGIC) or start[6] not in (1, 2, 3):
        damaged(name, "byte 0", "not an .npy file of version 1 to 3")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    text = file.read(min(length, LONGEST_HEADER))
    descr, order, shape = DESCR.search(text), ORDER.search(text), SHAPE.search(text)
    if length > LONGEST_HEADER or len(text) < length or not (order and shape):
        damaged(name, "byte 10", "the header of the .npy file is damaged")
    if not descr:
        damaged(name, "byte 10", "an .npy file of records, where numbers or texts are wanted")
    sizes = [size.strip(b" L") for size in shape[1].split(b",") if size.strip()]
    kind = descr[2].decode()
    if not all(size.isdigit() and len(size) < 20 for size in sizes) or len(kind) > 8 or len(sizes) > 8:
        damaged(name, "byte 10", "the header of the .npy file is damaged")
    return Header(
        descr[1].decode().strip("|="), kind, tuple(map(int, sizes)), order[1] == b"True", 8 + width + length
    )


def check_matrix(header: Header, name: str, room: int | None) -> None:
    """Refuse what is not a matrix of floats, or does not fit into the bytes that are there, if known."""
    if header.kind == "O":
        raise DataError(f"{name}: an array of Python objects, which would need pickle: save it as float32")
    if header.kind not in FLOATS or len(header.shape) != 2:
        shape = " x ".join(map(str, header.shape)) or "no"
        raise DataError(
            f"{name}: an array of type {header.kind} and {shape} elements, not a matrix of floats"
        )
    if not 1 <= header.shape[1] <= MOST_DIMENSIONS:
        damaged(name, "header", f"vectors of {header.shape[1]} numbers: 1 to {MOST_DIMENSIONS:,} are read")
    if room is not None and header.begins + header.bytes != room:
        damaged(
            name, f"byte {room}", f"the file ends, but its header tells of {header.bytes:,} bytes of numbers"
        )


def of_array(array: NDArray[Any]) -> Matrix:
    """A matrix of an array that is in memory or mapped, (rows, dim)."""
    rows, dim = array.shape
    step = min(rows_of_block(dim), MOST_ROWS)

    def read(start: int) -> Iterator[NDArray[np.float32]]:
        for at in range(start, rows, step):
            yield as_float32(array[at : at + step])

    return Matrix(rows, dim, read)


def as_float32(block: NDArray[Any]) -> NDArray[np.float32]:
    """These numbers as float32, what is too large for it as infinity."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.ascontiguousarray(block, np.float32)


def mapped(path: Path) -> NDArray[Any]:
    """The matrix of an ``.npy`` file, mapped into memory."""
    name = str(path)
    try:
        with path.open("rb") as file:
            header = read_header(file, name)
        check_matrix(header, name, path.stat().st_size)
        if not header.shape[0]:
            return np.zeros(header.shape, np.float32)
        return np.memmap(path, header.dtype, "r", header.begins, header.shape, "F" if header.fortran else "C")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error


def streamed(opened: Callable[[], AbstractContextManager[IO[bytes]]], name: str, room: int | None) -> Matrix:
    """The matrix of an ``.npy`` file that can only be read from front to back, such as a compressed one."""
    with opened() as file:
        header = read_header(file, name)
    check_matrix(header, name, room)
    if header.fortran:
        raise DataError(
            f"{name}: a matrix in Fortran's order cannot be read compressed: unpack the file first"
        )
    rows, dim = header.shape

    def read(start: int) -> Iterator[NDArray[np.float32]]:
        with opened() as file:
            width = dim * header.dtype.itemsize
            step = min(rows_of_block(dim), MOST_ROWS)
            skip(file, header.begins + start * width, name)
            for at in range(start, rows, step):
                count = min(step, rows - at)
                data = file.read(count * width)
                if len(data) < count * width:
                    damaged(name, f"row {at + len(data) // width}", f"the data end; {rows:,} rows were told")
                yield as_float32(np.frombuffer(data, header.dtype).reshape(count, dim))
            if file.read(1):
                damaged(name, f"row {rows}", f"more follows the {rows:,} x {dim:,} numbers of the header")

    return Matrix(rows, dim, read)


def skip(file: IO[bytes], count: int, name: str) -> None:
    """Pass over some bytes."""
    while count > 0:
        passed = len(file.read(min(count, 1 << 22)))
        if not passed:
            damaged(name, "the end", "the data end before the place to go on from")
        count -= passed
