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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError, DataError

HEAD = 1 << 16
CHUNK = 1 << 18  # compressed bytes read at a time
MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # what follows its level: a block, or the end
ZIP_METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
)  # LZMA's memory has no bound there
XZ_MEMORY = 200 << 20  # bytes; what was packed with xz -9 takes 65 MB
LARGEST_LISTING = 16 << 20  # bytes of a zip archive's list of members: some 200,000
LARGEST_RATIO = 100  # of what a file unpacks to on disk and its size: vectors do not shrink so much,
UNPACKED_AT_LEAST = 1 << 30  # but for small files of zeros

BROKEN = (
    OSError,
    EOFError,
    ValueError,
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
        self.name = printable(str(path))
        try:
            while not path.exists() and path != path.parent and path.parent != Path():
                self.member = f"{path.name}/{self.member}".rstrip("/")
                path = path.parent
                if path.is_file():
                    break
            if not path.is_file():
                raise ArgumentError(f"{self.name}: no such file")
            with path.open("rb") as file:
                first = file.read(10)
        except OSError as error:
            raise DataError(f"{self.name}: {error.strerror}") from error
        self.path = path
        self.compression = _compression(first)
        if self.compression == "zip" and not self.member and _is_npz(path):
            self.compression = None
        if self.compression == "zip":
            self.member = self._member()
            self.name = printable(f"{path}/{self.member}")
        elif self.member:
            raise DataError(f"{path} is a file and no zip archive: nothing is in it")

    def _member(self) -> str:
        """The member that was asked for, or the only one."""
        try:
            _check_listing(self.path)
            with zipfile.ZipFile(self.path) as archive:
                entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        except (*BROKEN, ValueError, IndexError, struct.error) as error:
            raise DataError(f"{self.path}: a damaged zip archive ({printable(str(error))})") from error
        for name in [name for name in entries if name.startswith("__MACOSX/")]:
            del entries[name]  # what macOS adds beside every file
        if not entries:
            raise DataError(f"{self.path}: an empty zip archive")
        member = self.member or (next(iter(entries)) if len(entries) == 1 else "")
        if member not in entries:
            files = [printable(name) for name in entries]
            listed = ", ".join(files[:8]) + (", ..." if len(files) > 8 else "")
            example = f"{self.path}/{files[0]}"
            raise ArgumentError(
                f"{self.path} holds {len(files)} files: name one of them, as {example} ({listed})"
            )
        unread = entries[member].compress_type not in ZIP_METHODS
        if unread or entries[member].flag_bits & 1:
            how = "compressed in a way that is not read here" if unread else "encrypted"
            raise DataError(f"{self.path}/{printable(member)} is {how}: unpack it first")
        return member

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
    def open(self, at: int = 0) -> Iterator[BinaryIO]:
        """The bytes from ``at`` on. What breaks in decompression is a ``DataError``."""
        if self.compression is None:
            try:
                plain = self.path.open("rb")
            except OSError as error:
                self._broken(error)
            with plain:
                plain.seek(at)
                yield plain
            return
        with self._unpacked() as inner, io.BufferedReader(inner, CHUNK) as file:
            while at > 0 and (passed := len(file.read(min(at, 1 << 22)))):
                at -= passed
            yield file

    @contextmanager
    def _unpacked(self) -> Iterator["_Checked"]:
        try:
            packed = self.path.open("rb")
        except OSError as error:
            self._broken(error)

        def broken(error: Exception) -> NoReturn:
            self._broken(error, f" by byte {packed.tell():,}")

        with packed:
            match self.compression:
                case "gzip":
                    yield _Checked(gzip.GzipFile(fileobj=packed, mode="rb"), broken)
                case "bzip2":
                    yield _Checked(_Streams(packed, bz2.BZ2Decompressor), broken)
                case "xz":
                    yield _Checked(_Streams(packed, _xz), broken)
                case "zstd":
                    import pyarrow as pa

                    inner = pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd")
                    yield _Checked(inner, broken)
                case _:
                    try:
                        archive = zipfile.ZipFile(packed)
                        inner = archive.open(self.member)
                    except (*BROKEN, KeyError) as error:
                        self._broken(error)
                    with archive, inner:
                        yield _Checked(inner, broken)

    def _broken(self, error: Exception, where: str = "") -> NoReturn:
        """Say what broke, in one line."""
        if isinstance(error, OSError) and error.errno is not None and error.strerror:
            raise DataError(f"{self.name}: {error.strerror}") from error
        problem = printable(str(error))
        raise DataError(f"{self.name}: the {self.compression} data are damaged{where} ({problem})") from error

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A plain file with these bytes, for formats that are not read from front to back."""
        if not self.compression:
            yield self.path
            return
        from wordglass.cache import cache_folder

        folder = cache_folder() / "vectors"
        folder.mkdir(parents=True, exist_ok=True)
        largest = LARGEST_RATIO * self.path.stat().st_size + UNPACKED_AT_LEAST
        with tempfile.NamedTemporaryFile(prefix=".unpacked-", dir=folder) as file:
            with self.open() as packed:
                free = shutil.disk_usage(folder).free
                while chunk := packed.read(1 << 22):
                    largest -= len(chunk)
                    free -= len(chunk)
                    if largest < 0:
                        raise DataError(
                            f"{self.name}: over {LARGEST_RATIO} times its size unpacked: no vectors are"
                        )
                    if free < 0:
                        raise DataError(f"{self.name}: no room to unpack it in {folder}")
                    file.write(chunk)
            file.flush()
            yield Path(file.name)


class _Checked(io.RawIOBase):
    """A stream that tells what breaks in it."""

    def __init__(self, inner: Any, broken: Callable[[Exception], NoReturn]) -> None:
        self.inner, self.broken = inner, broken

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        try:
            return int(self.inner.readinto(room))
        except BROKEN as error:
            self.broken(error)


class _Streams:
    """Compressed streams end to end, as bzip2 and xz files can have them; nothing else may follow them."""

    def __init__(self, file: io.BufferedReader, new: Callable[[], Any]) -> None:
        self.file, self.new, self.unpacker = file, new, new()

    def readinto(self, room: memoryview) -> int:
        data = b""
        while not data:
            packed = b""
            if self.unpacker.eof:
                packed = (self.unpacker.unused_data or self.file.read(CHUNK)).lstrip(b"\0")  # xz may pad
                if not packed and not (packed := self.file.read(CHUNK).lstrip(b"\0")):
                    return 0
                self.unpacker = self.new()
            elif self.unpacker.needs_input and not (packed := self.file.read(CHUNK)):
                raise EOFError("the file ends in the middle of them")
            data = self.unpacker.decompress(packed, len(room))
        room[: len(data)] = data
        return len(data)


def fill(file: BinaryIO, room: NDArray[np.uint8]) -> int:
    """Read until ``room`` is full or the file ends: how many bytes were read."""
    read = 0
    while read < len(room) and (more := cast(io.BufferedReader, file).readinto(room.data[read:])):
        read += more
    return read


def printable(text: str) -> str:
    """A name as one line that any terminal can show.

    >>> printable("a\\nb")
    'a\ufffdb'
    """
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _compression(first: bytes) -> str | None:
    kind = next((kind for magic, kind in MAGIC if first.startswith(magic)), None)
    if kind == "bzip2" and first[4:10] not in BZIP2_BLOCKS:
        return None  # a text can begin so
    return kind


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)


def _check_listing(path: Path) -> None:
    """Refuse a zip archive whose list of members would fill the memory, before it is read.

    The list's size stands 12 bytes into the archive's last record, and in a large archive 40 bytes into the
    record of 56 bytes before the 20 bytes before that.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16) - 22 - 76))
        end = file.read()
    at = len(end) - 22 if end[-22:-18] == b"PK\x05\x06" else end.rfind(b"PK\x05\x06")  # as ZipFile does
    if at < 0 or len(end) < at + 22:
        return  # which ZipFile refuses
    size = struct.unpack_from("<L", end, at + 12)[0]
    if at >= 76 and end[at - 20 : at - 16] == b"PK\x06\x07":
        size = struct.unpack_from("<Q", end, at - 36)[0]
    if size > LARGEST_LISTING:
        raise zipfile.BadZipFile(f"its list of members takes {size:,} bytes")


def _is_npz(path: Path) -> bool:
    """Whether a zip archive is NumPy's: such a one is a format by itself, not packed vectors."""
    try:
        _check_listing(path)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (*BROKEN, ValueError, IndexError, struct.error):
        return False
    return bool(names) and all(name.endswith(".npy") and name.isprintable() for name in names)
