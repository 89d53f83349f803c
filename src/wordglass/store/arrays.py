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
from wordglass.vectors.settings import from_dict
from wordglass.vectors.table import padded
from wordglass.vectors.vocabulary import Vocabulary

WORD = pa.schema([pa.field("word", pa.string(), nullable=False)])
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
    """The words as an Arrow file of one column."""
    column = vocabulary.words.cast(pa.string())  # with offsets of half the width
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, WORD) as file:
        file.write(pa.RecordBatch.from_arrays([column], schema=WORD))
    return bytes(sink.getvalue())


def read_model(config: Config, numbers: Path, words: Path) -> Model:
    """Put a model together from its files' contents. Raises ``DataError`` for what does not fit together."""
    vocabulary = Vocabulary.of(_read_words(words, config["words"]), from_dict(config["tokenisation"]))
    arrays = _read_arrays(numbers, _expected(config))
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


def _read_arrays(path: Path, expected: dict[str, Kind]) -> dict[str, NDArray[Any]]:
    try:
        arrays = safetensors.numpy.load_file(path)
    except (safetensors.SafetensorError, LookupError, TypeError, ValueError, OverflowError) as error:
        # the last four are its ways to meet types that NumPy does not have and shapes past all bounds
        raise damaged(path, f"not arrays as safetensors has them: {error}") from error
    found = {name: (array.dtype.name, array.shape) for name, array in arrays.items()}
    if found != expected:
        raise damaged(path, f"config.json needs {_listed(expected)}; it has {_listed(found)}")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise damaged(path, f"{name} holds numbers that are not finite")
    return arrays


def _listed(kinds: dict[str, Kind]) -> str:
    return (
        ", ".join(f"{name!r} {kind} {shape}" for name, (kind, shape) in sorted(kinds.items())) or "no arrays"
    )


def _read_words(path: Path, words: int) -> pa.LargeStringArray:
    try:
        table = pa.ipc.open_file(path.read_bytes()).read_all()
        table.validate(full=True)  # offsets in order and in range, and UTF-8
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise damaged(path, "it is not an Arrow file") from error
    if table.schema != WORD or len(table) != words or table["word"].null_count:
        raise damaged(path, f"it is not one column of {words} words")
    column = table["word"].combine_chunks()
    _, offsets, data = column.buffers()
    wide = np.frombuffer(offsets, np.int32)[column.offset :][: words + 1].astype(np.int64)
    return pa.LargeStringArray.from_buffers(words, pa.py_buffer(wide), data or pa.py_buffer(b""))


def _table(stored: NDArray[Any]) -> NDArray[np.float32]:
    """Rows as the kernels read them, (words + 1, padded): row 0 and the padding are zeros."""
    words, width = stored.shape
    table = np.zeros((words + 1, padded(width)), np.float32)
    table[1:, :width] = stored
    return table
