"""From what a reader found to a table in the cache: streaming, whole or not at all, resumable.

The files grow in a folder beside the table's place, named ``.NAME.partial``. Every second or so, what has
been written is noted there in ``progress.json``; a conversion that was killed goes on from the last note. Who
converts holds a lock on ``.NAME.lock``: of two processes, the second waits and then finds the table. At the
end the folder is given the table's name.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from wordglass.errors import ArgumentError, DataError
from wordglass.tokens import Settings
from wordglass.vectors.formats.found import Found, OddRows
from wordglass.vectors.manifest import FORMAT, MANIFEST, VERSION, Manifest, TokenizerRule
from wordglass.vectors.rows import Numbers
from wordglass.vectors.settings import published, to_dict
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.writing import PROGRESS, TableWriter, Tell


@dataclass(frozen=True)
class Origin:
    """Where the vectors of a table come from, as its manifest says it."""

    name: str
    source: str
    licence: str = "unknown"
    files: Path | None = None  # a file or folder, whose hash is kept
    sha256: str = ""  # where the hash is known already
    written: Mapping[str, object] = field(default_factory=dict)  # what the catalogue says of the words
    settings: Settings | None = None  # how texts are split; told from the words where not given
    identity: str = ""  # what says by itself whether the files are the same: a package and its version

    def fingerprint(self) -> str:
        """What tells at once whether a conversion was of the same file, without reading it."""
        if self.identity or self.files is None:
            return self.identity or self.sha256
        there = existing(self.files)
        files = [there] if there.is_file() else [path for path in there.rglob("*") if path.is_file()]
        states = [path.stat() for path in files]
        changed = max((state.st_mtime_ns for state in states), default=0)
        return f"{self.files.resolve()} {sum(state.st_size for state in states)} {changed}"


def convert(
    found: Found,
    folder: Path,
    origin: Origin,
    odd: OddRows,
    numbers: Numbers = "float32",
    tell: Tell = lambda done, of: None,
) -> None:
    """Write what a reader found as a table in ``folder``, unless it is there by then.

    Raises ``DataError`` where the vectors cannot be read or the table not written; nothing is left then.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder.with_name(f".{folder.name}.lock")):
            if (folder / MANIFEST).exists():
                return  # another process was faster: its table is as good
            try:
                _write(found, partial, origin, odd, numbers, tell)
                _sync(partial)
                if folder.exists():
                    shutil.rmtree(folder)  # no table: it has no manifest
                partial.rename(folder)
            except Exception:
                shutil.rmtree(partial, ignore_errors=True)
                raise
    except OSError as error:
        raise DataError(
            f"cannot write the table of vectors to {folder}: {error.strerror or error}; "
            "free some space, or set WORDGLASS_CACHE to another folder"
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the only right to convert; the file stays, since others may wait for it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(found: Found, partial: Path, origin: Origin, odd: OddRows, numbers: Numbers, tell: Tell) -> None:
    with ThreadPoolExecutor(1) as pool:
        digest = pool.submit(hash_of, origin.files) if origin.files else None
        writer = TableWriter(found, partial, f"{VERSION} {numbers} {origin.fingerprint()}", odd, numbers)
        writer.write_words(tell)
        writer.write_index()
        writer.write_ngrams()
        if found.tokenizer:
            writer.write_text("tokenizer.json", found.tokenizer.json)
        sha256 = digest.result() if digest else origin.sha256
    settings = origin.settings or published(writer.settings, origin.written)
    if found.tokenizer:
        settings = SubwordVocabulary.settings
    manifest: Manifest = {
        "format": FORMAT,
        "version": VERSION,
        "name": origin.name,
        "words": writer.rows.rows - 1,
        "dim": found.dim,
        "numbers": numbers,
        "source": origin.source,
        "licence": origin.licence,
        "sha256": sha256,
        "found": found.format,
        "tokenisation": to_dict(settings),
        "repeated": writer.repeated,
        "odd_rows": odd.count,
        "first_odd_row": odd.first,
        "unnamed": found.unnamed,
        "ngrams": found.ngrams.rule if found.ngrams else None,
        "tokenizer": _rule_of(found),
        "files": writer.files,
    }
    (partial / PROGRESS).unlink(missing_ok=True)
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False))


def _rule_of(found: Found) -> TokenizerRule | None:
    if found.tokenizer is None:
        return None
    rule = asdict(found.tokenizer)
    return {"normalise": rule["normalise"], "leave_out": rule["leave_out"], "longest": rule["longest"]}


def existing(path: Path) -> Path:
    """The file or folder that a path names, or the archive in which it names a member."""
    there = next((place for place in (path, *path.parents) if place.exists()), Path())
    if there != path and not there.is_file():
        raise ArgumentError(f"{path}: no such file or folder")
    return there


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, or of a folder's files and their names, in the order of the names.

    A member of an archive has that of its name and the archive, as if the archive were a folder of it alone.
    """
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if (archive := existing(path)) != path:
        return hashlib.sha256(f"{path.relative_to(archive)} {hash_of(archive)}\n".encode()).hexdigest()
    digest = hashlib.sha256()
    for file_path in sorted(item for item in path.rglob("*") if item.is_file()):
        digest.update(f"{file_path.relative_to(path)} {hash_of(file_path)}\n".encode())
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    """Have the files survive a loss of power before the folder gets its name."""
    for path in [*folder.iterdir(), folder]:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
