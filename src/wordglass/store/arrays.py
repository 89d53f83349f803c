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

from wordglass.errors import DataError
from wordglass.kinds import LINEAR, kinds_of
from wordglass.model import Model
from wordglass.pooling import Pooling
from wordglass.quantise import LEAST, MOST, blocks, from_steps, to_steps
from wordglass.scoring import PooledScores, Scorer, WordScores
from wordglass.store.characters import character_arrays, expected_characters, read_characters
from wordglass.store.config import Config, classes_of, damaged, thresholds_of
from wordglass.store.lexical import expected_lexical, lexical_arrays, read_lexical
from wordglass.store.words import read_words
from wordglass.vectors.composing import Composer
from wordglass.vectors.ngrams import Ngrams
from wordglass.vectors.rows import Rows, padded
from wordglass.vectors.settings import from_dict
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Vocabulary
from wordglass.weighing import COMPONENTS, LESS_COMMON, WEIGH, Learned

Kind = tuple[str, tuple[int, ...]]  # an array's type and shape


def pack_arrays(model: Model) -> bytes:
    """The arrays of a model as a safetensors file."""
    scorer = model.scorer
    arrays: dict[str, NDArray[Any]] = {"weights": model.weights, "bias": scorer.bias}
    for kind, weights in model.learned.weights.items():
        arrays[kind] = weights[1:]
    for kind, components in model.learned.components.items():
        arrays[f"{kind}_components"] = components
    if isinstance(scorer, WordScores):
        name, numbers = "word_scores", scorer.table[1:, : len(scorer.bias)]
    else:
        name, numbers = "vectors", scorer.pooling.rows.take(slice(1, None))[:, : model.dim]
    if scorer.scales is None:
        arrays[name] = numbers
    else:
        arrays |= {name: to_steps(numbers, scorer.scales), "scales": scorer.scales}
    if ngrams := scorer.ngrams:
        arrays["ngrams"] = ngrams.rows[:, : numbers.shape[1]]
        if ngrams.index is not None:
            arrays["ngram_index"] = ngrams.index
    if model.lexical:
        arrays |= lexical_arrays(model.lexical)
    if model.characters:
        arrays |= character_arrays(model.characters)
    return safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def numbers_size(model: Model, words: int, int8: bool) -> int:
    """How many bytes the arrays of a model take that keeps so many words."""
    counted = [*(lexical_arrays(model.lexical) if model.lexical else {}).values()]
    counted += (character_arrays(model.characters) if model.characters else {}).values()
    columns = len(model.scorer.bias) if isinstance(model.scorer, WordScores) else model.dim
    numbers = columns * (words + 4 * blocks(words) if int8 else 4 * words)
    each, besides = model.learned.bytes
    fixed = (model.weights, model.scorer.bias, *counted)
    return numbers + each * words + besides + sum(int(array.nbytes) for array in fixed)


def read_model(
    config: Config, numbers: Path, words: Path, tokenizer: Path | None, counted: Path | None
) -> Model:
    """Put a model together from its files' contents. Raises ``DataError`` for what does not fit together."""
    vocabulary = _vocabulary(config, words, tokenizer)
    arrays = _read_arrays(numbers, _expected(config))
    ngrams = _ngrams(config, numbers, arrays)
    learned = _learned(kinds_of(config["pooling"]), arrays)
    scales = arrays.get("scales")
    if "word_scores" in arrays:
        table = _table(arrays["word_scores"], scales)
        scorer: Scorer = WordScores(vocabulary, table, arrays["bias"], scales, ngrams)
    else:
        vectors = Rows(_table(arrays["vectors"], scales))
        composer = Composer(ngrams, Rows(ngrams.rows)) if ngrams else None
        pooling = Pooling(config["pooling"], config["dim"], vectors, learned, composer)
        scorer = PooledScores(vocabulary, pooling, arrays["weights"], arrays["bias"], scales)
    lexical = None
    if counted and isinstance(vocabulary, Vocabulary):
        own = read_words(counted, config["lexical"]["words"])
        try:
            lexical = read_lexical(own, arrays, config["lexical"]["texts"], vocabulary)
        except DataError as error:
            raise damaged(counted, str(error)) from error
    characters = None
    if config["characters"] and isinstance(vocabulary, Vocabulary):
        try:
            characters = read_characters(config["characters"], arrays, vocabulary)
        except DataError as error:
            raise damaged(numbers, str(error)) from error
    return Model(
        classes=classes_of(config),
        loss="softmax" if config["loss"] == "softmax" else "sigmoid",
        multi_label=config["multi_label"],
        scorer=scorer,
        weights=arrays["weights"],
        pooling=config["pooling"],
        learned=learned,
        dim=config["dim"],
        vectors=config["vectors"],
        vectors_sha256=config["vectors_sha256"],
        lexical=lexical,
        characters=characters,
        thresholds=thresholds_of(config),
    )


def _vocabulary(config: Config, words: Path, tokenizer: Path | None) -> Vocabulary | SubwordVocabulary:
    listed = read_words(words, config["words"])
    if tokenizer:
        return _subwords(config, tokenizer, listed)
    vocabulary = Vocabulary.of(listed, from_dict(config["tokenisation"]))
    vocabulary.composes = bool(config["ngrams"])
    return vocabulary


def _subwords(config: Config, path: Path, listed: pa.LargeStringArray) -> SubwordVocabulary:
    rule = config["tokenizer"]
    try:
        json = path.read_text(encoding="utf-8")
        vocabulary = SubwordVocabulary(json, rule["leave_out"], rule["longest"], listed)
        vocabulary.tokens("")  # else the library would read it, and refuse it, with the first text
    except (DataError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from error
    return vocabulary


def _learned(kinds: tuple[str, ...], arrays: dict[str, NDArray[Any]]) -> Learned:
    """What the pooling has learned, with a weight for the unknown word."""
    weights = {
        kind: np.concatenate([np.ones(1, np.float32), arrays[kind]]) for kind in kinds if kind in WEIGH
    }
    return Learned(weights, {kind: arrays[f"{kind}_components"] for kind in kinds if kind in LESS_COMMON})


def _ngrams(config: Config, path: Path, arrays: dict[str, NDArray[Any]]) -> Ngrams | None:
    """The n-grams of a model that has any: their numbers as the kernels read them."""
    if not config["ngrams"]:
        return None
    rows = _table(arrays["ngrams"], None)[1:]
    try:
        return Ngrams(config["ngrams"]["rule"], rows, arrays.get("ngram_index"))
    except DataError as error:
        raise damaged(path, str(error)) from error


def _expected(config: Config) -> dict[str, Kind]:
    """The arrays that a model of this description has."""
    words, dim, kinds = config["words"], config["dim"], kinds_of(config["pooling"])
    classes = len(config["classes"])
    outputs = 1 if classes == 2 and not config["multi_label"] else classes
    expected: dict[str, Kind] = {
        "weights": ("float64", (dim * len(kinds), outputs)),
        "bias": ("float64", (outputs,)),
    }
    expected |= {kind: ("float32", (words,)) for kind in kinds if kind in WEIGH}
    expected |= {
        f"{kind}_components": ("float64", (COMPONENTS, dim)) for kind in kinds if kind in LESS_COMMON
    }
    name, columns = ("word_scores", outputs) if set(kinds) <= set(LINEAR) else ("vectors", dim)
    expected[name] = ("int8" if config["int8"] else "float32", (words, columns))
    if of := config["ngrams"]:
        expected["ngrams"] = ("float32", (of["rows"], columns))
        if of["pruned"]:
            expected["ngram_index"] = ("int32", (of["rule"]["buckets"],))
    expected |= expected_lexical(config["lexical"], outputs)
    expected |= expected_characters(config["characters"], outputs)
    if config["int8"]:
        expected["scales"] = ("float32", (blocks(words), columns))
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
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise damaged(path, f"{name} holds numbers that are not finite")
    scales = arrays.get("scales", np.ones(1, np.float32))
    if (scales < LEAST).any() or (scales > MOST).any():
        raise damaged(path, "scales holds numbers that no scale can be")
    return arrays


def _listed(kinds: dict[str, Kind]) -> str:
    return (
        ", ".join(f"{name!r} {kind} {shape}" for name, (kind, shape) in sorted(kinds.items())) or "no arrays"
    )


def _table(stored: NDArray[Any], scales: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Rows as the kernels read them, (words + 1, padded): row 0 and the padding are zeros."""
    words, width = stored.shape
    table = np.zeros((words + 1, padded(width)), np.float32)
    if scales is None:
        table[1:, :width] = stored
    else:
        from_steps(stored, scales, table[1:, :width])
    return table
