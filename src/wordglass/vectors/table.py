"""A table of word vectors as it lies in the cache: five files that are mapped into memory, not read.

manifest.json      format, version, name, dim, source, licence, sha256 of the source
rows.npy           float32 (words + 1, dim padded with zeros to a multiple of 16); row 0 is all zeros
slots.npy          uint64, the index, see wordglass.kernels.find
words.npy          uint8, the words end to end in UTF-8
word_offsets.npy   int64 (words + 1,), where each word begins
"""

import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypedDict

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels.arrays import LANES
from wordglass.vectors.vocabulary import Vocabulary

FORMAT, VERSION = "wordglass-vectors", 1


class Manifest(TypedDict):
    """What a table is and where it comes from."""

    format: str
    version: int
    name: str
    words: int
    dim: int
    source: str
    licence: str
    sha256: str  # of the source's files, in order


def padded(dim: int) -> int:
    """The width of a table's rows: a power of two or whole cache lines, so that few lines hold a row.

    >>> [padded(dim) for dim in (1, 3, 16, 50)]
    [1, 4, 16, 64]
    """
    return 1 << (dim - 1).bit_length() if dim <= LANES else -(-dim // LANES) * LANES


@dataclass(frozen=True, eq=False, repr=False)
class VectorTable:
    """A frozen table of pre-trained word vectors: one that is its own copy, and equal to itself alone.

    Mapped from a folder, it pickles as the folder's path, for processes of the same machine.

    >>> table = VectorTable.of(["sunny", "days"], np.eye(2, dtype=np.float32))
    >>> table.vector("days").tolist()
    [0.0, 1.0]
    """

    manifest: Manifest
    rows: NDArray[np.float32]  # (words + 1, padded dim)
    vocabulary: Vocabulary
    folder: Path | None = None  # where it is mapped from

    def __repr__(self) -> str:
        return f"VectorTable({self.name!r}, {len(self)} words, {self.dim} dimensions)"

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.folder:
            return type(self).open, (self.folder,)
        return type(self), (self.manifest, self.rows, self.vocabulary)

    @property
    def name(self) -> str:
        """The name that the table goes by."""
        return self.manifest["name"]

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        return self.manifest["dim"]

    def __len__(self) -> int:
        return len(self.vocabulary)

    @classmethod
    def of(cls, words: "list[str] | pa.LargeStringArray", vectors: NDArray[np.float32], **about: str) -> Self:
        """A table in memory of these words and vectors, ``vectors`` being (words, dim)."""
        if len(words) != len(vectors):
            raise ArgumentError(f"{len(words)} words but {len(vectors)} vectors: give one vector a word")
        rows = np.zeros((len(vectors) + 1, padded(vectors.shape[1])), np.float32)
        rows[1:, : vectors.shape[1]] = vectors
        rows.flags.writeable = False
        manifest: Manifest = {
            "format": FORMAT,
            "version": VERSION,
            "name": about.get("name", "memory"),
            "words": len(vectors),
            "dim": vectors.shape[1],
            "source": about.get("source", "memory"),
            "licence": about.get("licence", "unknown"),
            "sha256": about.get("sha256", ""),
        }
        return cls(manifest, rows, Vocabulary.of(words))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map a table that ``save`` wrote."""
        if not folder.is_dir():
            raise DataError(
                f"the table of vectors {folder} is not there: convert it again, or give its folder"
            )
        try:
            manifest: Manifest = json.loads((folder / "manifest.json").read_text())
            if manifest.get("format") != FORMAT or manifest["version"] != VERSION:
                raise DataError(
                    f"{folder} is not a table of vectors of this version: delete the folder and run again"
                )
            rows, slots, words, offsets = (
                np.load(folder / f"{part}.npy", mmap_mode="r")
                for part in ("rows", "slots", "words", "word_offsets")
            )
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{folder} is damaged ({error}): delete the folder and run again") from error
        strings = pa.LargeStringArray.from_buffers(
            len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(words)
        )
        return cls(manifest, rows, Vocabulary(strings, slots), folder.resolve())

    def save(self, folder: Path) -> None:
        """Write the table beside ``folder`` and rename it into place, so that a killed run leaves no half."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            words, offsets = buffers(self.vocabulary.words)
            np.save(scratch / "rows.npy", self.rows)
            np.save(scratch / "slots.npy", self.vocabulary.slots)
            np.save(scratch / "words.npy", words[offsets[0] : offsets[-1]])
            np.save(scratch / "word_offsets.npy", offsets - offsets[0])
            (scratch / "manifest.json").write_text(json.dumps(self.manifest, indent=1))
            if not folder.exists():  # another process may have been faster: its table is as good
                scratch.rename(folder)
        except OSError as error:
            if not folder.exists():
                raise DataError(f"cannot write the table of vectors to {folder}: {error.strerror}") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def vector(self, word: str) -> NDArray[np.float32]:
        """The vector of a word as it stands, (dim,). KeyError where the table does not have it."""
        row = self.vocabulary.row(word)
        if row == 0:
            raise KeyError(word)
        return self.rows[row, : self.dim]

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """The length of each row, (words + 1,); 1 for zeros, so that one can divide by it."""
        squares = np.einsum("ij,ij->i", self.rows, self.rows)
        return np.sqrt(np.where(squares > 0, squares, 1))

    def neighbours(self, word: str, n: int = 10) -> list[tuple[str, float]]:
        """The ``n`` words whose vectors point most nearly the same way, with their cosine, nearest first."""
        row = self.vocabulary.row(word)
        if row == 0:
            raise KeyError(word)
        cosines = self.rows @ self.rows[row] / (self.norms * self.norms[row])
        cosines[[0, row]] = -np.inf
        n = min(n, len(self) - 1)
        nearest = np.argpartition(-cosines, n)[:n] if n < len(self) else np.arange(1, len(self) + 1)
        nearest = nearest[np.argsort(-cosines[nearest], kind="stable")]
        return [(self.vocabulary.word(int(i)), float(cosines[i])) for i in nearest]
