"""A table of word vectors: mapped from the folder that a conversion wrote, or made in memory.

docs/vectors-format.md specifies the folder.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import strings, take
from wordglass.errors import ArgumentError, DataError
from wordglass.tokens import Settings
from wordglass.trace.document import FormFound
from wordglass.vectors.composing import Composer
from wordglass.vectors.manifest import FORMAT, VERSION, Manifest, read_manifest
from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Numbers, Rows, padded
from wordglass.vectors.settings import from_dict, infer, to_dict
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Vocabulary

TINY = float(np.finfo(np.float32).tiny)  # what a length of zero is taken for, so that one can divide by it


@dataclass(frozen=True, eq=False, repr=False)
class VectorTable:
    """A frozen table of pre-trained word vectors: one that is its own copy, and equal to itself alone.

    Mapped from a folder, it pickles as the folder's path, for processes of the same machine.

    >>> table = VectorTable.of(["sunny", "days"], np.eye(2, dtype=np.float32))
    >>> table.vector("days").tolist()
    [0.0, 1.0]
    """

    manifest: Manifest
    rows: Rows  # of (words + 1, padded dim)
    norms: NDArray[np.float32]  # (words + 1,) the length of each row
    vocabulary: Vocabulary | SubwordVocabulary
    composer: Composer | None = None  # of vectors for other words
    folder: Path | None = None  # where it is mapped from

    def __repr__(self) -> str:
        return f"VectorTable({self.name!r}, {len(self)} words, {self.dim} dimensions)"

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.folder:
            return reopened, (self.folder, self.vocabulary.settings)
        return type(self), (self.manifest, self.rows, self.norms, self.vocabulary, self.composer)

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
        vocabulary = Vocabulary.of(words)
        vocabulary = vocabulary.with_settings(infer(vocabulary))
        manifest: Manifest = {
            "format": FORMAT,
            "version": VERSION,
            "name": about.get("name", "memory"),
            "words": len(vectors),
            "dim": vectors.shape[1],
            "numbers": "float32",
            "source": about.get("source", "memory"),
            "licence": about.get("licence", "unknown"),
            "sha256": about.get("sha256", ""),
            "found": "memory",
            "tokenisation": to_dict(vocabulary.settings),
            "repeated": len(vectors) - int(np.count_nonzero(vocabulary.slots)),
            "odd_rows": 0,
            "first_odd_row": None,
            "unnamed": 0,
            "ngrams": None,
            "tokenizer": None,
            "files": {},
        }
        return cls(manifest, Rows(rows), np.sqrt(np.einsum("ij,ij->i", rows, rows)), vocabulary)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map a table that a conversion or ``save`` wrote."""
        manifest = read_manifest(folder)

        try:
            arrays = {
                name.removesuffix(".npy"): np.load(folder / name, mmap_mode="r")
                for name in manifest["files"]
                if name.endswith(".npy")
            }
            rows = Rows(arrays["rows"], arrays.get("scales"))
            words = pa.LargeStringArray.from_buffers(
                len(arrays["word_offsets"]) - 1,
                pa.py_buffer(arrays["word_offsets"]),
                pa.py_buffer(arrays["words"]),
            )
            vocabulary = vocabulary_of(manifest, words, arrays["slots"], folder)
            composer = composer_of(manifest, arrays)
            return cls(manifest, rows, arrays["norms"], vocabulary, composer, folder.resolve())
        except (OSError, ValueError, LookupError) as error:
            raise DataError(f"{folder} is damaged ({error}): delete the folder and convert again") from error

    def save(self, folder: Path, numbers: Numbers = "float32") -> None:
        """Write the table as a folder, whole or not at all."""
        from wordglass.vectors.converting import Origin, convert
        from wordglass.vectors.formats.found import OddRows
        from wordglass.vectors.handing import as_found

        about = self.manifest
        origin = Origin(
            about["name"],
            about["source"],
            about["licence"],
            sha256=about["sha256"],
            settings=self.vocabulary.settings,
        )
        convert(as_found(self), folder, origin, OddRows(self.name, False), numbers)

    def fitted(self, texts: pa.LargeStringArray) -> tuple[Self, list[FormFound]]:
        """The table with the settings that find most words in a sample of texts, and what each form finds.

        A table of parts of words stays as it is.
        """
        from wordglass.vectors.fitting import fit_settings

        if not isinstance(self.vocabulary, Vocabulary):
            return self, []
        fit = fit_settings(texts, self.vocabulary)
        return self.with_settings(fit.settings), fit.gains

    def with_settings(self, settings: Settings) -> Self:
        """The same table, for texts that are split in another way."""
        if not isinstance(self.vocabulary, Vocabulary) or settings == self.vocabulary.settings:
            return self
        return replace(self, vocabulary=self.vocabulary.with_settings(settings))

    def vector(self, word: str) -> NDArray[np.float32]:
        """The vector of a word as it stands, (dim,). KeyError where the table has none and composes none."""
        row = self.vocabulary.row(word)
        if row:
            return self.rows.take(np.array([row]))[0, : self.dim]
        composed = self.composer.compose(strings([word]))[0, : self.dim] if self.composer else None
        if composed is None or not composed.any():
            raise KeyError(word)
        return composed

    def vectors(self, words: "list[str] | pa.LargeStringArray") -> NDArray[np.float32]:
        """The vectors of many words as they stand, (words, dim); zeros for one that the table does not have.

        >>> VectorTable.of(["sunny"], np.ones((1, 2), np.float32)).vectors(["sunny", "rain"]).tolist()
        [[1.0, 1.0], [0.0, 0.0]]
        """
        words = strings(words) if isinstance(words, list) else words
        ids = self.vocabulary.find_words(words)
        vectors = self.rows.take(ids)
        if self.composer and len(missing := np.flatnonzero(ids == 0)):
            vectors[missing] = self.composer.compose(take(words, missing))
        return vectors[:, : self.dim]

    def neighbours(self, word: str, n: int = 10) -> list[tuple[str, float]]:
        """The ``n`` words whose vectors point most nearly the same way, with their cosine, nearest first."""
        vector = np.zeros(self.rows.width, np.float32)
        vector[: self.dim] = self.vector(word)
        return self._nearest(vector, n, {self.vocabulary.row(word)})

    def analogy(self, a: str, b: str, c: str, n: int = 10, honest: bool = False) -> list[tuple[str, float]]:
        """What is to ``c`` as ``b`` is to ``a``: words near b - a + c, of unit vectors, without the three.

        With ``honest`` the three are not left out: b or c often comes first. The cosine is that to the
        sum. Source: Mikolov, Yih and Zweig (2013), Linguistic regularities in continuous space word
        representations; on leaving them out: Linzen (2016), Issues in evaluating semantic spaces using word
        analogies.
        """
        units = np.zeros((3, self.rows.width), np.float32)
        for unit, word in zip(units, (a, b, c), strict=True):
            vector = self.vector(word)
            unit[: self.dim] = vector / max(float(np.linalg.norm(vector)), TINY)
        without = set() if honest else {self.vocabulary.row(word) for word in (a, b, c)}
        return self._nearest(units[1] - units[0] + units[2], n, without)

    def _nearest(
        self, vector: NDArray[np.float32], n: int, without: Collection[int]
    ) -> list[tuple[str, float]]:
        cosines = np.empty(len(self.rows), np.float32)
        for place, rows in self.rows.blocks():
            np.matmul(rows, vector, out=cosines[place])
        norms = np.where(self.norms > 0, self.norms, 1)
        cosines /= norms * max(float(np.linalg.norm(vector)), TINY)
        cosines[[0, *without]] = -np.inf
        nearest = largest(cosines, n)
        return [
            (self.vocabulary.word(int(i)), float(cosines[i]))
            for i in nearest
            if np.isfinite(cosines[i])  # where fewer words are left than were asked for
        ]


def reopened(folder: Path, settings: Settings) -> VectorTable:
    """A table from a pickle: mapped again, with its settings."""
    return VectorTable.open(folder).with_settings(settings)


def vocabulary_of(
    manifest: Manifest, words: pa.LargeStringArray, slots: NDArray[np.uint64], folder: Path
) -> Vocabulary | SubwordVocabulary:
    """How texts find the rows of a table: word by word, or through the tokeniser that came with it."""
    if rule := manifest["tokenizer"]:
        json = (folder / "tokenizer.json").read_text(encoding="utf-8")
        return SubwordVocabulary(json, rule["leave_out"], rule["longest"], words)
    vocabulary = Vocabulary(words, slots, from_dict(manifest["tokenisation"]))
    vocabulary.composes = manifest["ngrams"] is not None
    return vocabulary


def composer_of(manifest: Manifest, arrays: dict[str, NDArray[Any]]) -> Composer | None:
    """What composes vectors for other words, where the table has n-grams."""
    if (rule := manifest["ngrams"]) is None:
        return None
    rows = Rows(arrays["ngrams"], arrays.get("ngram_scales"))
    return Composer(Ngrams(rule, rows.stored, arrays.get("ngram_index")), rows)


def largest(values: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Where the ``n`` largest values stand, largest first, of equals the first.

    The largest of each stretch of values come first: the n-th of them bounds what can be among the n.

    >>> largest(np.array([3, 9, 4], np.float32), 2).tolist()
    [1, 2]
    """
    stretch = 256
    whole = len(values) // stretch * stretch
    bound = -np.inf
    if whole // stretch > n:
        tops = values[:whole].reshape(-1, stretch).max(axis=1)
        bound = np.partition(tops, len(tops) - n)[len(tops) - n]
    candidates = np.flatnonzero(values >= bound)
    order = np.argsort(-values[candidates], kind="stable")
    return candidates[order][:n]
