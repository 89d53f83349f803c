"""A model's numbers and words as bytes and back; what the kernels take on trust is made sure of here.

Row 0 of every table, that of the unknown word, must be zeros: it is not stored, and made on loading.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from wordglass.model import Model
from wordglass.pooling import LINEAR, Pooling, kinds_of
from wordglass.scoring import PooledScores, Scorer, WordScores
from wordglass.store.config import Config, classes_of, damaged
from wordglass.vectors.table import padded
from wordglass.vectors.vocabulary import Vocabulary

Kind = tuple[str, tuple[int, ...]]  # an array's type and shape


def pack_arrays(model: Model) -> bytes:
    """The arrays of a model as a safetensors file."""
    scorer, outputs = model.scorer, len(model.scorer.bias)
    arrays: dict[str, NDArray[Any]] = {"weights": model.weights, "bias": scorer.bias}
    if model.sif is not None:
        arrays["sif"] = model.sif[1:]
    if isinstance(scorer, WordScores):
        arrays["word_scores"] = scorer.table[1:, :outputs]
    else:
        arrays["vectors"] = scorer.pooling.rows[1:, : model.dim]
    return safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def pack_words(vocabulary: Vocabulary) -> bytes:
    """The words, one a line: a line feed in a word, which no token holds either, becomes a space."""
    return "".join(word.replace("\n", " ") + "\n" for word in vocabulary.words.to_pylist()).encode()


def unpack(config: Config, numbers: bytes, words: bytes, folder: Path) -> Model:
    """Put a model together from its files' contents. Raises ``DataError`` for what does not fit together."""
    vocabulary = Vocabulary.of(_unpack_words(words, config["words"], folder / "vocabulary.txt"))
    arrays = _unpack_arrays(numbers, _expected(config), folder / "model.safetensors")
    sif = np.concatenate([np.ones(1, np.float32), arrays["sif"]]) if "sif" in arrays else None
    if "word_scores" in arrays:
        scorer: Scorer = WordScores(vocabulary, _table(arrays["word_scores"]), arrays["bias"])
    else:
        pooling = Pooling(config["pooling"], config["dim"], _table(arrays["vectors"]), sif)
        scorer = PooledScores(vocabulary, pooling, arrays["weights"], arrays["bias"])
    return Model(
        classes=classes_of(config),
        loss="softmax" if config["loss"] == "softmax" else "sigmoid",
        multi_label=config["multi_label"],
        scorer=scorer,
        weights=arrays["weights"],
        pooling=config["pooling"],
        sif=sif,
        dim=config["dim"],
        vectors=config["vectors"],
        vectors_sha256=config["vectors_sha256"],
    )


def _expected(config: Config) -> dict[str, Kind]:
    """The arrays that a model of this description has."""
    words, dim, kinds = config["words"], config["dim"], kinds_of(config["pooling"])
    classes = len(config["classes"])
    outputs = 1 if classes == 2 and not config["multi_label"] else classes
    expected: dict[str, Kind] = {
        "weights": ("float64", (dim * len(kinds), outputs)),
        "bias": ("float64", (outputs,)),
    }
    if "sif" in kinds:
        expected["sif"] = ("float32", (words,))
    if set(kinds) <= set(LINEAR):
        expected["word_scores"] = ("float32", (words, outputs))
    else:
        expected["vectors"] = ("float32", (words, dim))
    return expected


def _unpack_arrays(content: bytes, expected: dict[str, Kind], path: Path) -> dict[str, NDArray[Any]]:
    try:
        arrays = safetensors.numpy.load(content)
    except (
        safetensors.SafetensorError,
        KeyError,
        ValueError,
        OverflowError,
    ) as error:  # a KeyError names a type
        raise damaged(path, f"not arrays as safetensors has them: {error}") from error
    found = {name: (array.dtype.name, array.shape) for name, array in arrays.items()}
    if found != expected:
        raise damaged(path, f"config.json needs {_listed(expected)}; it has {_listed(found)}")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise damaged(path, f"{name} holds numbers that are not finite")
    return arrays


def _listed(kinds: dict[str, Kind]) -> str:
    return ", ".join(f"{name} {kind} {shape}" for name, (kind, shape) in sorted(kinds.items())) or "no arrays"


def _unpack_words(content: bytes, words: int, path: Path) -> pa.LargeStringArray:
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
    if len(ends) != words or content[-1:] not in (b"\n", b""):
        raise damaged(path, f"it has not {words} lines, one a word")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise damaged(path, "it is not UTF-8") from error
    offsets = np.zeros(words + 1, np.int64)
    offsets[1:] = ends - np.arange(words)  # where the words end once the line feeds are out
    return pa.LargeStringArray.from_buffers(
        words, pa.py_buffer(offsets), pa.py_buffer(content.translate(None, b"\n"))
    )


def _table(stored: NDArray[Any]) -> NDArray[np.float32]:
    """Rows as the kernels read them, (words + 1, padded): row 0 and the padding are zeros."""
    words, width = stored.shape
    table = np.zeros((words + 1, padded(width)), np.float32)
    table[1:, :width] = stored
    return table
