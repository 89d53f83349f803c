"""``config.json``: all of a model that is not an array, and the hashes of the other files."""

import hashlib
import json
from io import SEEK_END, BufferedReader, BytesIO
from pathlib import Path
from typing import Any, TypedDict, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError, DataError
from wordglass.kinds import kinds_of
from wordglass.model import Model
from wordglass.store.characters import described_characters, fault_in_characters
from wordglass.store.whole import leftovers
from wordglass.trace.provenance import versions
from wordglass.vectors.formats.found import NgramRule
from wordglass.vectors.ngrams import check_rule
from wordglass.vectors.settings import from_dict, to_dict
from wordglass.vectors.subwords import SubwordVocabulary

FORMAT, VERSION = "wordglass-model", 4
CONFIG = "config.json"

CLASS_KINDS = {"str": str, "int": int, "float": float, "bool": bool}


class Fingerprint(TypedDict):
    """What a file must be for the model to be the one that was saved."""

    bytes: int
    sha256: str


class Config(TypedDict):
    """See docs/model-format.md."""

    format: str
    version: int
    wordglass: str  # the version that wrote it
    classes: list[Any]
    class_kind: str  # str, int, float or bool
    multi_label: bool
    loss: str
    thresholds: list[float]  # the probability from which each label is predicted; empty for 0.5
    pooling: str
    dim: int
    words: int
    int8: bool  # whether the words' numbers are steps with scales
    vectors: str
    vectors_sha256: str
    tokenisation: dict[str, Any]  # the fields of Settings
    lexical: dict[str, Any]  # of counted words and pairs: words, pairs, texts; empty where none are
    characters: dict[str, Any]  # of counted n-grams: shortest, longest, buckets, used, texts; or empty
    ngrams: dict[str, Any]  # of words that the model does not have: rule, rows, pruned; empty where none
    tokenizer: dict[str, Any]  # of parts of words: leave_out, longest; empty where texts are cut into words
    parameters: dict[str, Any]  # of TextClassifier
    files: dict[str, Fingerprint]


FIELDS = {name: get_origin(kind) or kind for name, kind in get_type_hints(Config).items()}


def config_of(model: Model, parameters: dict[str, Any], files: dict[str, bytes]) -> Config:
    """Describe a model and the other files of its folder."""
    if model.classes.dtype.kind not in "Uifb":
        raise DataError(
            f"classes of type {model.classes.dtype} cannot be saved: give strings or smaller numbers"
        )
    classes = model.classes.tolist()
    return Config(
        format=FORMAT,
        version=VERSION,
        wordglass=versions()["wordglass"],
        classes=classes,
        class_kind=type(classes[0]).__name__,
        multi_label=model.multi_label,
        loss=model.loss,
        thresholds=[] if model.thresholds is None else model.thresholds.tolist(),
        pooling=model.pooling,
        dim=model.dim,
        words=len(model.scorer.vocabulary),
        int8=model.int8,
        vectors=model.vectors,
        vectors_sha256=model.vectors_sha256,
        tokenisation=to_dict(model.scorer.vocabulary.settings),
        lexical=_counted(model),
        characters=described_characters(model.characters),
        ngrams=_ngrams_of(model),
        tokenizer=_tokenizer_of(model),
        parameters={**parameters, "vectors": model.vectors},
        files={name: fingerprint(BytesIO(content)) for name, content in files.items()},
    )


def _counted(model: Model) -> dict[str, Any]:
    if model.lexical is None:
        return {}
    block = model.lexical.block
    return {"words": len(block.words), "pairs": len(block.pairs), "texts": block.texts}


def _ngrams_of(model: Model) -> dict[str, Any]:
    ngrams = model.scorer.ngrams
    if ngrams is None:
        return {}
    return {"rule": ngrams.rule, "rows": len(ngrams.rows), "pruned": ngrams.index is not None}


def _tokenizer_of(model: Model) -> dict[str, Any]:
    vocabulary = model.scorer.vocabulary
    if not isinstance(vocabulary, SubwordVocabulary):
        return {}
    return {"leave_out": vocabulary.leave_out, "longest": vocabulary.longest}


def read_config(folder: Path) -> Config:
    """Read and check ``config.json``, so that what it says about itself holds together."""
    path = folder / CONFIG
    try:
        config = from_json(path.read_bytes(), path)
    except (FileNotFoundError, NotADirectoryError) as error:
        if folder.exists():
            raise DataError(f"{folder} is not a wordglass model: it has no {CONFIG}") from error
        left = "".join(f"; an interrupted save left {path.name} beside it" for path in leftovers(folder)[-1:])
        raise ArgumentError(f"there is no model folder {folder}: check the path{left}") from error
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    if config.get("format") != FORMAT:
        raise DataError(f"{folder} is not a wordglass model: its {CONFIG} is of another format")
    version = config.get("version")
    if type(version) is int and version > VERSION:
        raise DataError(
            f"{folder} was written by a newer wordglass (model format version {version}): "
            "pip install -U wordglass"
        )
    if type(version) is int and 0 < version < VERSION:
        raise DataError(
            f"{folder} was written by an older wordglass (model format version {version}): "
            "train the model again"
        )
    for name, kind in FIELDS.items():
        if type(config.get(name)) is not kind:
            raise damaged(path, f"{name!r} is not of type {kind.__name__}")
    if fault := _fault(cast(Config, config)):
        raise damaged(path, fault)
    return cast(Config, config)


def _fault(config: Config) -> str | None:
    """What in a config of the right types cannot be; None where all can."""
    classes, kind = config["classes"], config["class_kind"]
    if config["version"] != VERSION:
        return f"there is no version {config['version']}"
    if kind not in CLASS_KINDS or any(type(name).__name__ != kind for name in classes):
        return f"the classes are not of type {kind!r}"
    if kind == "int" and any(abs(number) >= 1 << 63 for number in classes):
        return "a class is too large a number"
    if len(classes) < 2 or len(set(classes)) < len(classes):
        return "there are not two or more classes, each named once"
    if config["loss"] != ("sigmoid" if config["multi_label"] or len(classes) == 2 else "softmax"):
        return f"the loss cannot be {config['loss']!r}"
    if fault := _fault_in_thresholds(config["thresholds"], len(classes) if config["multi_label"] else 0):
        return fault
    if config["dim"] < 1:
        return f"the dimension cannot be {config['dim']}"
    if not isinstance(config["parameters"].get("threads"), int | None):
        return "'threads' is not a number"
    if fault := _fault_in_lexical(config["lexical"]):
        return fault
    if fault := fault_in_characters(config["characters"]):
        return fault
    if (config["lexical"] or config["characters"]) and config["tokenizer"]:
        return "words cannot be counted where texts are split into parts of words"
    if fault := _fault_beyond_words(config["ngrams"], config["tokenizer"]):
        return fault
    try:
        from_dict(config["tokenisation"])
        kinds_of(config["pooling"])
    except ArgumentError as error:
        return str(error)
    return None


def _fault_in_lexical(described: dict[str, Any]) -> str | None:
    """The same of the description of counted words and pairs."""
    if not described:
        return None
    if sorted(described) != ["pairs", "texts", "words"]:
        return "'lexical' does not tell words, pairs and texts"
    if any(type(number) is not int or not 0 <= number < 1 << 62 for number in described.values()):
        return "'lexical' holds what is no number of words, pairs or texts"
    return None


def _fault_in_thresholds(thresholds: list[Any], labels: int) -> str | None:
    """What cannot be in the thresholds of so many labels, which only a model of several labels a text has."""
    if thresholds and len(thresholds) != labels:
        return f"there are {len(thresholds)} thresholds for {labels} labels"
    if any(type(number) is not float or not 0 <= number <= 1 for number in thresholds):
        return "a threshold is no probability"
    return None


def _fault_beyond_words(ngrams: dict[str, Any], tokenizer: dict[str, Any]) -> str | None:
    """What cannot be in the fields on n-grams and parts of words."""
    if ngrams:
        rule, kinds = ngrams.get("rule"), get_type_hints(NgramRule)
        numbers = {"minn", "maxn", "buckets", "hashes", "seed"}
        if (
            set(ngrams) != {"rule", "rows", "pruned"}
            or type(ngrams["rows"]) is not int
            or type(ngrams["pruned"]) is not bool
            or not isinstance(rule, dict)
            or set(rule) != set(kinds)
            or rule["kind"] not in get_args(kinds["kind"])
            or any(type(rule[name]) is not (int if name in numbers else str) for name in kinds)
        ):
            return "'ngrams' is not what it should be"
        try:
            check_rule(cast(NgramRule, rule), CONFIG)
        except DataError as error:
            return str(error)
    if tokenizer:
        left, longest = tokenizer.get("leave_out"), tokenizer.get("longest")
        if (
            set(tokenizer) != {"leave_out", "longest"}
            or not isinstance(left, list)
            or any(type(i) is not int or i < 0 for i in left)
            or type(longest) not in (int, type(None))
            or (longest is not None and longest < 0)
        ):
            return "'tokenizer' is not what it should be"
        if ngrams:
            return "a model cannot have both n-grams and parts of words"
    return None


def thresholds_of(config: Config) -> NDArray[np.float64] | None:
    """The probability from which each label is predicted, (labels,); None for 0.5."""
    return np.array(config["thresholds"]) if config["thresholds"] else None


def classes_of(config: Config) -> NDArray[Any]:
    """The classes as they were trained on, (classes,)."""
    return np.array(config["classes"], CLASS_KINDS[config["class_kind"]])


def intact(folder: Path, name: str, config: Config) -> Path:
    """The path of one of the other files, which must be as it was saved."""
    path = folder / name
    try:
        with path.open("rb") as file:
            found = fingerprint(file)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; copy the whole folder again") from error
    if found != config["files"].get(name):
        raise damaged(path, f"it is not the file that {CONFIG} has the hash of")
    return path


def fingerprint(file: BytesIO | BufferedReader) -> Fingerprint:
    """The size and hash of a file, read to its end."""
    digest = hashlib.file_digest(file, "sha256")
    return Fingerprint(bytes=file.seek(0, SEEK_END), sha256=digest.hexdigest())


def damaged(path: Path, why: str) -> DataError:
    """The error of a file that cannot be what was saved."""
    return DataError(f"{path} is damaged ({why}): copy the folder again or train the model again")


def to_json(document: object, indent: int | None = None) -> bytes:
    """Write JSON in UTF-8; half a surrogate pair, which UTF-8 does not have, as JSON's escape."""
    try:
        text = json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"the model cannot be saved as JSON ({error}): train it with plain, finite numbers"
        ) from error
    return text.encode(errors="backslashreplace")


def from_json(content: bytes, path: Path) -> dict[str, Any]:
    """Read a file that is one JSON object."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise damaged(path, "it is not JSON") from error
    if not isinstance(document, dict):
        raise damaged(path, "it is not a JSON object")
    return document


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a {type(value).__name__} is no JSON")
