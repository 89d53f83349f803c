"""Fetching what the catalogue names into a folder: asked for by name, checked, and never otherwise."""

import contextlib
from pathlib import Path

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.catalogue import Entry, File
from wordglass.vectors.download import PATIENCE, Patience, Progress, UnavailableError, download
from wordglass.vectors.partial import hash_of


def fetch(
    entry: Entry, folder: Path, progress: Progress | None = None, patience: Patience = PATIENCE
) -> Path:
    """Download what a name stands for; gives what to read: a file, a file within an archive, or a folder.

    Files that are in ``folder`` already, whoever put them there, are checked and not asked for again. Where
    no hash is published, that of the first download is kept beside the file, in the form that
    ``sha256sum --check`` reads, and every later one must have it.

    Errors: ArgumentError where the vectors can only be installed; DataError where no address gives a file, or
    it is not the one that was promised.
    """
    if not entry.files:
        raise ArgumentError(entry.how_to_get())
    if len(entry.files) == 1:
        path = _fetch(entry.files[0], folder, progress, patience)
        return path / entry.member if entry.member else path
    folder /= entry.name
    before = 0
    for file in entry.files:
        path = _fetch(file, folder, _beyond(progress, before, entry.size), patience)
        before += path.stat().st_size
    return folder


def _fetch(file: File, folder: Path, progress: Progress | None, patience: Patience) -> Path:
    """Download one file, from the first of its addresses that gives it."""
    target, kept = folder / file.name, folder / f"{file.name}.sha256"
    checksum = file.checksum or _recorded(kept)
    if target.exists() and checksum:
        if _is(target, checksum):
            return target
        target.unlink()  # damaged since
    for url in file.urls:
        try:
            sha256 = download(url, target, checksum, progress=progress, patience=patience)
        except UnavailableError:
            if url == file.urls[-1]:
                raise
        except DataError as error:
            if checksum and not file.checksum and not target.exists():
                raise DataError(f"{error}; {kept} has the hash of the first download") from error
            raise
        else:
            break
    if not kept.exists():
        with contextlib.suppress(OSError):  # the file itself is there and good
            kept.write_text(f"{sha256}  {file.name}\n")
    return target


def _is(path: Path, checksum: str) -> bool:
    algorithm, _, expected = checksum.partition(":")
    return hash_of(path, algorithm) == expected.lower()


def _recorded(kept: Path) -> str | None:
    """The hash of the first download."""
    try:
        words = kept.read_text().split()
    except (OSError, UnicodeDecodeError):
        return None
    return f"sha256:{words[0]}" if words and len(words[0]) == 64 else None


def _beyond(progress: Progress | None, before: int, total: int | None) -> Progress | None:
    """Count on from the files before."""
    if progress is None:
        return None
    return lambda done, size: progress(before + done, total if total else size and before + size)
