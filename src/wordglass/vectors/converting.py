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
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.errors import DataError
from wordglass.kernels import native
from wordglass.tokens import DEFAULT, Settings
from wordglass.vectors.formats.found import Block, Found, OddRows, size_of
from wordglass.vectors.formats.source import on_disk
from wordglass.vectors.growing import GrowingArray
from wordglass.vectors.manifest import FORMAT, MANIFEST, VERSION, Manifest, TokenizerRule
from wordglass.vectors.rows import Numbers, padded, stored_as
from wordglass.vectors.settings import infer, published, to_dict
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Vocabulary, index_bits

PROGRESS = "progress.json"
NOTE_SECONDS = 1.0  # between two notes of the progress
AHEAD = 2  # blocks read while one is written
HASHED = 1 << 20  # words hashed in one go

Tell = Callable[[int, int | None], None]  # rows done, rows in all if that is known


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

    def fingerprint(self) -> str:
        """What tells at once whether a conversion was of the same file, without reading it."""
        if self.files is None:
            return self.sha256
        place = on_disk(self.files)
        return f"{self.files.resolve()} {size_of(place)} {place.stat().st_mtime_ns}"


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
        writer = _Writer(found, partial, f"{VERSION} {numbers} {origin.fingerprint()}", odd, numbers)
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


class _Writer:
    """The files of a table as they grow."""

    def __init__(self, found: Found, folder: Path, key: str, odd: OddRows, numbers: Numbers) -> None:
        self.found, self.folder, self.key, self.odd, self.numbers = found, folder, key, odd, numbers
        self.files: dict[str, dict[str, Any]] = {}
        self.repeated = 0
        self.settings = DEFAULT
        self.noted = perf_counter()
        done = self._progress()
        if done is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self.next: int = done["next"] if done else 0
        width, rows = padded(found.dim), done["rows"] if done else 0
        self.rows = GrowingArray(folder / "rows.npy", numbers, (width,), rows)
        self.norms = GrowingArray(folder / "norms.npy", "f4", (), rows)
        self.scales = GrowingArray(folder / "scales.npy", "f4", (), rows) if numbers == "int8" else None
        self.words = GrowingArray(folder / "words.npy", "u1", (), done["bytes"] if done else 0)
        self.offsets = GrowingArray(folder / "word_offsets.npy", "i8", (), rows)
        if rows == 0:
            self._append(np.zeros((1, width), np.float32))
            self.offsets.append(np.zeros(1, np.int64))
        elif done:
            odd.count, odd.first = done["odd"], done["first_odd"]

    def _progress(self) -> dict[str, Any] | None:
        """The last note of a conversion of the same file by the same version; None where there is none."""
        try:
            done: dict[str, Any] = json.loads((self.folder / PROGRESS).read_text())
        except (OSError, ValueError):
            return None
        return done if done["key"] == self.key else None

    def _note(self) -> None:
        """Note what has been written, after it has been: a note is never ahead of the files."""
        for array in self._arrays():
            array.flush()
        done = {
            "key": self.key,
            "rows": self.rows.rows,
            "bytes": self.words.rows,
            "next": self.next,
            "odd": self.odd.count,
            "first_odd": self.odd.first,
        }
        scratch = self.folder / f"{PROGRESS}~"
        scratch.write_text(json.dumps(done))
        scratch.replace(self.folder / PROGRESS)
        self.noted = perf_counter()

    def _arrays(self) -> list[GrowingArray]:
        scales = [self.scales] if self.scales else []
        return [self.rows, self.norms, self.words, self.offsets, *scales]

    def write_words(self, tell: Tell) -> None:
        """Take the blocks of the file, each read while those before it are written."""
        try:
            for block in _read_ahead(self.found.read(self.next)):
                n, dim = block.vectors.shape
                rows = np.zeros((n, self.rows.width[0]), np.float32)
                rows[:, :dim] = block.vectors
                self._append(rows)
                data, offsets = buffers(block.words)
                self.offsets.append(offsets[1:] - offsets[0] + self.words.rows)
                self.words.append(data[offsets[0] : offsets[-1]])
                self.next = block.next
                tell(self.rows.rows - 1, self.found.words)
                if perf_counter() > self.noted + NOTE_SECONDS:
                    self._note()
            self._note()
        finally:
            for array in self._arrays():
                array.flush()
        if self.rows.rows == 1 and not self.found.ngrams:
            raise DataError(f"{self.odd.source}: no vector at all in this {self.found.format}")
        for array in self._arrays():
            self._done(array)

    def _append(self, rows: NDArray[np.float32]) -> None:
        stored, scales = stored_as(rows, self.numbers)
        self.rows.append(stored)
        if self.scales and scales is not None:
            self.scales.append(scales)
            rows = stored * scales[:, None]
        elif stored.dtype != np.float32:
            rows = stored.astype(np.float32)
        self.norms.append(np.sqrt(np.einsum("ij,ij->i", rows, rows)))

    def write_index(self) -> None:
        """Build the index of the words, which may be more than memory likes to hold as strings."""
        data = np.load(self.folder / "words.npy", mmap_mode="r")
        offsets = np.load(self.folder / "word_offsets.npy", mmap_mode="r")
        hashes = np.concatenate(
            [
                np.zeros(0, np.uint64),
                *(
                    native.hash_words(data, offsets[first : first + HASHED + 1])
                    for first in range(0, len(offsets) - 1, HASHED)
                ),
            ]
        )
        slots = native.build_index(hashes, index_bits(len(hashes)))
        self.repeated = len(hashes) - int(np.count_nonzero(slots))
        self.settings = infer(Vocabulary(words_of(data, offsets), slots))
        grown = GrowingArray(self.folder / "slots.npy", "u8", ())
        grown.append(slots)
        self._done(grown)

    def write_ngrams(self) -> None:
        """Take the rows of n-grams, where there are any."""
        if self.found.ngrams is None:
            return
        width = padded(self.found.dim)
        grown = GrowingArray(self.folder / "ngrams.npy", self.numbers, (width,))
        scaled = GrowingArray(self.folder / "ngram_scales.npy", "f4", ()) if self.numbers == "int8" else None
        for block in self.found.ngrams.read(0):
            rows = np.zeros((len(block), width), np.float32)
            rows[:, : self.found.dim] = block
            stored, scales = stored_as(rows, self.numbers)
            grown.append(stored)
            if scaled and scales is not None:
                scaled.append(scales)
        self._done(grown)
        if scaled:
            self._done(scaled)
        if self.found.ngrams.index is not None:
            index = GrowingArray(self.folder / "ngram_index.npy", "i4", ())
            index.append(self.found.ngrams.index)
            self._done(index)

    def write_text(self, name: str, content: str) -> None:
        """Write a small file."""
        (self.folder / name).write_text(content, encoding="utf-8")
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.files[name] = {"bytes": len(content.encode()), "sha256": digest}

    def _done(self, array: GrowingArray) -> None:
        size, sha256 = array.finish()
        self.files[array.path.name] = {"bytes": size, "sha256": sha256}


def _read_ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks in order, the next ones read in a thread of their own."""
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(next, blocks, None) for _ in range(AHEAD)]
        while (block := waiting.pop(0).result()) is not None:
            waiting.append(pool.submit(next, blocks, None))
            yield block


def words_of(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> pa.LargeStringArray:
    """Words from their bytes and where each begins, not copied."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, or of a folder's files and their names, in the order of the names.

    A member of an archive has that of its name and the archive, as if the archive were a folder of it alone.
    """
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if (archive := on_disk(path)) != path:
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


def memory(words: pa.LargeStringArray, vectors: NDArray[np.float32]) -> Found:
    """Words and vectors in memory, (words, dim), as a reader would hand them on."""
    from wordglass.vectors.formats.found import rows_of_block

    step = rows_of_block(vectors.shape[1])

    def read(start: int) -> Iterator[Block]:
        for first in range(start, len(words), step):
            part = np.ascontiguousarray(vectors[first : first + step], np.float32)
            yield Block(words[first : first + step], part, first + step)

    return Found("memory", vectors.shape[1], len(words), read)
