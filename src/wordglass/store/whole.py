"""A file or folder is written whole or not at all: beside its place first, then put there in one step."""

import ctypes
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from wordglass.errors import ArgumentError, DataError

HERE = -100  # AT_FDCWD of Linux's renameat2: paths are as the process sees them
EXCHANGE = 2  # its RENAME_EXCHANGE: both names stay, each with the other's folder


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` as ``folder``, in the place of one that may be there, which an OSError leaves alone.

    Killed at any time, the folder is the old one or the new one. Only where the file system cannot exchange
    two folders (NFS cannot) is there a moment at which neither has the name; see ``leftovers``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    try:
        scratch.mkdir()
        for name, content in files.items():
            with (scratch / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _sync(scratch)
        _put(scratch, folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)  # the half-written folder, or by now the old one


def write_file(path: Path, content: bytes) -> None:
    """Write a file in the place of one that may be there, and that stays as it is where this fails.

    ArgumentError for a path that no file can have, DataError where it cannot be written.
    """
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder: name a file")
    if not path.parent.is_dir():
        raise ArgumentError(f"{path.parent}: no such folder to write {path.name} to")
    target = path.resolve()  # where it is a link, the link stays and what it names is replaced
    scratch = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        with scratch.open("xb") as file:
            file.write(content)
        scratch.replace(target)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        scratch.unlink(missing_ok=True)


def leftovers(folder: Path) -> list[Path]:
    """What killed writes of this folder have left beside it."""
    return sorted(path for path in folder.parent.glob(".*") if path.name.startswith(f".{folder.name}-"))


def _put(scratch: Path, folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        scratch.rename(folder)  # takes the place of an empty folder, too
    elif not _exchange(scratch, folder):
        aside = scratch.with_name(f"{scratch.name}-old")
        folder.rename(aside)
        scratch.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap the names of two folders in one step, which Python has no call for; False where that cannot be."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and rename(HERE, bytes(one), HERE, bytes(other), EXCHANGE) == 0


def _sync(folder: Path) -> None:
    """Have the names in a folder survive a loss of power, as its files do."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
