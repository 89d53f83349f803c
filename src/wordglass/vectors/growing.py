"""A ``.npy`` file that is written row by row: its length is told when it is done, or when it goes on."""

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

HEADER = 128  # bytes: the numbers begin on a cache line


class GrowingArray:
    """Rows appended to a file; ``finish`` writes the header. Killed, it can go on from any row written.

    The layout is that of NumPy's format 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format
    """

    def __init__(self, path: Path, dtype: DTypeLike, width: tuple[int, ...], rows: int = 0) -> None:
        self.path, self.dtype, self.width, self.rows = path, np.dtype(dtype), width, rows
        self.row_bytes = self.dtype.itemsize * int(np.prod(width, dtype=np.int64))
        self.file = path.open("r+b" if path.exists() else "w+b")
        end = HEADER + rows * self.row_bytes
        if os.fstat(self.file.fileno()).st_size < end and rows:
            raise OSError(f"{path} is shorter than it was")
        self.digest = hashlib.sha256()  # of the rows alone: the header is not known yet
        self.file.truncate(end)
        self.file.seek(HEADER)
        while piece := self.file.read(1 << 22):
            self.digest.update(piece)
        self.file.seek(end)

    def append(self, rows: NDArray[Any]) -> None:
        """Write some rows, (n, *width)."""
        if rows.dtype != self.dtype or rows.shape[1:] != self.width:
            raise TypeError(f"{self.path.name} has rows of {self.dtype} {self.width}")
        content = np.ascontiguousarray(rows).view(np.uint8).data if rows.size else b""
        self.digest.update(content)
        self.file.write(content)
        self.rows += len(rows)

    def flush(self) -> None:
        """Have what was written reach the file."""
        self.file.flush()

    def finish(self) -> tuple[int, str]:
        """Write the header and close: the bytes of the file, and the SHA-256 of its rows."""
        shape = (self.rows, *self.width)
        text = f"{{'descr': {self.dtype.str!r}, 'fortran_order': False, 'shape': {shape}, }}"
        header = b"\x93NUMPY\x01\x00" + (HEADER - 10).to_bytes(2, "little")
        self.file.seek(0)
        self.file.write(header + text.ljust(HEADER - 11).encode() + b"\n")
        self.file.flush()
        size = os.fstat(self.file.fileno()).st_size
        self.file.close()
        return size, self.digest.hexdigest()

    def close(self) -> None:
        """Let go of the file as it is."""
        self.file.close()
