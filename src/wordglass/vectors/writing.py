"""The files of a table as they grow, and the note of how far they are."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.errors import DataError
from wordglass.kernels import native
from wordglass.tokens import DEFAULT
from wordglass.vectors.formats.found import Block, Found, OddRows
from wordglass.vectors.growing import GrowingArray
from wordglass.vectors.rows import Numbers, padded, stored_as
from wordglass.vectors.settings import infer
from wordglass.vectors.vocabulary import Vocabulary, index_bits

PROGRESS = "progress.json"
NOTE_SECONDS = 1.0  # between two notes of the progress
AHEAD = 2  # blocks read while one is written
HASHED = 1 << 20  # words hashed in one go

Tell = Callable[[int, int | None], None]  # rows done, rows in all if that is known


class TableWriter:
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
            for block in read_ahead(self.found.read(self.next)):
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


def read_ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks in order, the next ones read in a thread of their own."""
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(next, blocks, None) for _ in range(AHEAD)]
        while (block := waiting.pop(0).result()) is not None:
            waiting.append(pool.submit(next, blocks, None))
            yield block


def words_of(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> pa.LargeStringArray:
    """Words from their bytes and where each begins, not copied."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
