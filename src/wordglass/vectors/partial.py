"""A file that is being downloaded: ``X.part``, and beside it ``X.part.json``, what the server said of it.

Both outlive a process that is killed, and the next one goes on where it stopped. Whoever writes holds a lock
on the part itself, so there is no lock file that could be left behind.
"""

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Self

from wordglass.errors import DataError

CHUNK = 1 << 18
WELL_KNOWN = ("sha256", "md5", "sha1", "sha512")  # the hashes that publishers give


@dataclass(frozen=True)
class Said:
    """What a server said of a file when it began to send it."""

    url: str
    validator: str | None  # its ETag or date; None: it cannot be known whether a rest is of the same file
    length: int | None  # of the whole file, in bytes
    sha256: str | None = None  # some hosts tell it

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """What was kept; None where nothing was, or nothing that can be trusted."""
        try:
            said = cls(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        texts = all(text is None or _plain(text) for text in (said.validator, said.sha256))
        whole = said.length is None or (isinstance(said.length, int) and said.length >= 0)
        return said if texts and whole and isinstance(said.url, str) else None


def _plain(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable()


class Part:
    """The bytes that are there so far, and their hashes."""

    def __init__(self, path: Path, file: IO[bytes], algorithm: str) -> None:
        self.path = path
        self.note = path.with_name(f"{path.name}.json")
        self.file = file
        self.algorithms = {"sha256", algorithm}
        self._empty()
        self.said = Said.read(self.note)
        if self.said and self.said.validator:
            file.seek(0)
            while chunk := file.read(CHUNK):
                self._count(chunk)
        else:
            self.clear()

    def _empty(self) -> None:
        self.done = 0
        self.hashes = {name: hashlib.new(name, usedforsecurity=False) for name in self.algorithms}

    def _count(self, chunk: bytes) -> None:
        self.done += len(chunk)
        for total in self.hashes.values():
            total.update(chunk)

    @property
    def complete(self) -> bool:
        """Whether all bytes are there that the server has spoken of."""
        return self.said is not None and self.done == self.said.length

    def clear(self) -> None:
        """Forget what is there: the next bytes are the file's first."""
        self.file.truncate(0)
        self.said = None
        self._empty()

    def begin(self, said: Said) -> None:
        """Note what the server says before its first byte is kept."""
        self.clear()
        self.note.write_text(json.dumps(asdict(said), indent=1))
        self.said = said

    def write(self, chunk: bytes) -> None:
        """Add bytes to the end."""
        rest = memoryview(chunk)
        while rest:
            rest = rest[self.file.write(rest) :]
        self._count(chunk)

    def delete(self) -> None:
        """Take both files away."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def finish(self, target: Path) -> None:
        """Give the file its name, all at once."""
        os.fsync(self.file.fileno())
        self.path.replace(target)
        self.note.unlink(missing_ok=True)


def part_of(target: Path) -> Path:
    """Where a file lies until it is whole."""
    return target.with_name(f"{target.name}.part")


@contextmanager
def locked(target: Path, algorithm: str) -> Iterator[Part | None]:
    """The part of a file, for this process alone; None if another has finished it meanwhile."""
    path = part_of(target)
    try:
        while True:
            file = path.open("a+b", buffering=0)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)  # waits while another process downloads
                if _is_at(file, path):
                    break
            except BaseException:
                file.close()
                raise
            file.close()  # it was finished or deleted while we waited, and is not what lies there now
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from error
    with file:
        if target.exists():
            path.unlink(missing_ok=True)  # ours, and empty
            yield None
            return
        yield Part(path, file, algorithm)


def _is_at(file: IO[bytes], path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def hash_of(path: Path, algorithm: str) -> str:
    """A file's hash, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
