"""A file of vectors as bytes, plain or compressed, as its first bytes tell: never by its name."""

import bz2
import gzip
import io
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, cast

from wordglass.errors import ArgumentError, DataError

HEAD = 1 << 16
MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
BROKEN = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
)


class Source:
    """One file of vectors, decompressed as it is read.

    A member of a zip archive is named as if the archive were a folder: ``glove.6B.zip/glove.6B.50d.txt``.
    Nothing is ever unpacked under the names that an archive gives.
    """

    def __init__(self, path: Path) -> None:
        self.member = ""
        self.name = str(path)
        while not path.exists() and path != path.parent and path.parent != Path():
            self.member = f"{path.name}/{self.member}".rstrip("/")
            path = path.parent
            if path.is_file():
                break
        if not path.is_file():
            raise DataError(f"{self.name}: no such file")
        self.path = path
        with path.open("rb") as file:
            first = file.read(8)
        self.compression = next((kind for magic, kind in MAGIC if first.startswith(magic)), None)
        if self.compression == "zip" and not self.member and _is_npz(path):
            self.compression = None
        if self.compression == "zip":
            self.member = self._member()
            self.name = f"{path}/{self.member}"
        elif self.member:
            raise DataError(f"{path} is a file and no zip archive: nothing is in it")

    def _member(self) -> str:
        """The member that was asked for, or the only one."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                files = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        except (*BROKEN, ValueError, IndexError, struct.error) as error:
            raise DataError(f"{self.path}: a damaged zip archive ({error})") from error
        if self.member in files:
            return self.member
        if not self.member and len(files) == 1:
            return files[0]
        listed = ", ".join(files[:8]) + (", ..." if len(files) > 8 else "")
        if not files:
            raise DataError(f"{self.path}: an empty zip archive")
        raise ArgumentError(
            f"{self.path} holds {len(files)} files: name one of them, as {self.path}/{files[0]} ({listed})"
        )

    @cached_property
    def head(self) -> bytes:
        """The first bytes, decompressed: at most 64 KiB."""
        with self.open() as file:
            return file.read(HEAD)

    @property
    def size(self) -> int | None:
        """How many bytes there are; None for a compressed file, where only reading tells."""
        return None if self.compression else self.path.stat().st_size

    @contextmanager
    def open(self, at: int = 0) -> Iterator[IO[bytes]]:
        """The bytes from ``at`` on. What breaks in decompression is a ``DataError``."""
        try:
            with self._open() as file:
                _skip(file, at, self.compression is None)
                yield file
        except BROKEN as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise DataError(f"{self.name}: {error.strerror}") from error
            raise DataError(f"{self.name}: the {self.compression} data are damaged ({error})") from error

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        match self.compression:
            case "gzip":
                with gzip.open(self.path) as file:
                    yield cast(IO[bytes], file)
            case "bzip2":
                with bz2.open(self.path) as unpacked:
                    yield cast(IO[bytes], unpacked)
            case "xz":
                with lzma.open(self.path) as unpacked_xz:
                    yield cast(IO[bytes], unpacked_xz)
            case "zstd":
                import pyarrow as pa

                with pa.CompressedInputStream(pa.OSFile(str(self.path)), "zstd") as stream:
                    yield cast(IO[bytes], io.BufferedReader(stream, 1 << 20))
            case "zip":
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as inner:
                    yield inner
            case _:
                with self.path.open("rb") as plain:
                    yield plain

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A plain file with these bytes, for formats that are not read from front to back."""
        if not self.compression:
            yield self.path
            return
        from wordglass.cache import cache_folder

        folder = cache_folder() / "vectors"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".unpacked-", dir=folder) as file:
            with self.open() as packed:
                shutil.copyfileobj(packed, file, 1 << 22)
            file.flush()
            yield Path(file.name)


def _is_npz(path: Path) -> bool:
    """Whether a zip archive is NumPy's: such a one is a format by itself, not packed vectors."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (*BROKEN, ValueError, IndexError, struct.error):
        return False
    return bool(names) and all(name.endswith(".npy") and name.isprintable() for name in names)


def _skip(file: IO[bytes], count: int, seekable: bool) -> None:
    if seekable:
        file.seek(count)
        return
    while count > 0:
        passed = len(file.read(min(count, 1 << 22)))
        if not passed:
            return
        count -= passed
