"""Saving, loading and describing a model folder. docs/model-format.md is the specification."""

from pathlib import Path
from typing import TypedDict, cast

from wordglass.classifier import TextClassifier
from wordglass.errors import DataError
from wordglass.store.arrays import pack_arrays, read_model
from wordglass.store.config import (
    CONFIG,
    FORMAT,
    Config,
    config_of,
    damaged,
    fingerprint,
    from_json,
    intact,
    read_config,
    to_json,
)
from wordglass.store.whole import write_folder
from wordglass.store.words import pack_words
from wordglass.trace.document import VERSION as TRACE_VERSION
from wordglass.trace.document import TrainingTrace
from wordglass.trace.shown import show
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.views.card import model_card

ARRAYS, WORDS, TRACE = "model.safetensors", "vocabulary.arrow", "trace.json"
TOKENIZER = "tokenizer.json"  # only of a model on parts of words
COUNTED = "counted.arrow"  # only of a model that counts words
CARD = "README.md"
FILES = (CONFIG, ARRAYS, WORDS, TRACE, CARD)


class File(TypedDict):
    """A file of a model folder as it is found."""

    name: str
    bytes: int | None  # None where it is missing
    sha256: str | None
    intact: bool | None  # None where no hash is kept: of config.json, and of the card, which may be edited


class Description(TypedDict):
    """A model folder as it is found."""

    config: Config
    files: list[File]
    trace: TrainingTrace | None  # None where its file is missing or damaged


def save(classifier: TextClassifier, folder: Path) -> None:
    """Write a fitted classifier as a model folder, in the place of the model that may be there.

    Killed at any time, the folder holds the old model or the new one, whole. Of a classifier trained with
    ``samples=False``, no text or word of the data is written. Raises ``DataError`` where ``folder`` holds
    anything but a model, or cannot be written.

    >>> import tempfile
    >>> texts = ["good film", "fine story", "bad film", "awful story"]
    >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos", "pos", "neg", "neg"])
    >>> with tempfile.TemporaryDirectory() as here:
    ...     save(clf, Path(here) / "model")
    ...     load(Path(here) / "model").predict(["a fine film"]).tolist()
    ['pos']
    """
    folder = folder.resolve()  # where it is a link, the link stays and what it names is replaced
    refuse_to_replace(folder)
    model = classifier.model_
    trace = classifier.trace_
    files = {
        ARRAYS: pack_arrays(model),
        WORDS: pack_words(model.scorer.vocabulary.words),
        TRACE: to_json(trace),
    }
    if isinstance(model.scorer.vocabulary, SubwordVocabulary):
        files[TOKENIZER] = model.scorer.vocabulary.json.encode()
    if model.lexical:
        files[COUNTED] = pack_words(model.lexical.block.words)
    files[CONFIG] = to_json(config_of(model, classifier.get_params(), files), indent=1)
    sizes = {name: len(content) for name, content in files.items()}
    files[CARD] = model_card(trace, model.pooling, model.dim, sizes).encode()
    try:
        write_folder(folder, files)
    except OSError as error:
        kept = "; the model there is unchanged" if folder.exists() else ""
        raise DataError(f"cannot write the model to {folder}: {error.strerror}{kept}") from error


def load(folder: Path) -> TextClassifier:
    """Read a model folder; every file but the card is checked.

    Raises ``DataError`` where a file is missing, damaged, foreign, or newer than this version of wordglass.
    """
    config = read_config(folder)
    numbers, words, trace = (intact(folder, name, config) for name in (ARRAYS, WORDS, TRACE))
    try:
        classifier = TextClassifier(**config["parameters"])
    except TypeError as error:
        raise damaged(folder / CONFIG, "'parameters' are not those of TextClassifier") from error
    tokenizer = intact(folder, TOKENIZER, config) if config["tokenizer"] else None
    counted = intact(folder, COUNTED, config) if config["lexical"] else None
    classifier.model_ = read_model(config, numbers, words, tokenizer, counted)
    classifier.classes_ = classifier.model_.classes
    classifier.trace_ = _trace(trace)
    return classifier


def describe(folder: Path) -> Description:
    """What a model folder holds, each file checked against the hash kept of it.

    Raises ``DataError`` where ``config.json`` cannot be read.
    """
    config = read_config(folder)
    further = {TOKENIZER: config["tokenizer"], COUNTED: config["lexical"]}
    names = (*FILES, *(name for name, there in further.items() if there))
    files = [_file(folder, name, config) for name in names]
    whole = any(file["name"] == TRACE and file["intact"] for file in files)
    trace = _trace(folder / TRACE) if whole else None
    return Description(config=config, files=files, trace=trace)


def _file(folder: Path, name: str, config: Config) -> File:
    kept = config["files"].get(name)
    try:
        with (folder / name).open("rb") as file:
            found = fingerprint(file)
    except OSError:
        return File(name=name, bytes=None, sha256=None, intact=False)
    return File(name=name, **found, intact=None if name in (CONFIG, CARD) else found == kept)


def _trace(path: Path) -> TrainingTrace:
    trace = from_json(path.read_bytes(), path)
    found = [trace.get(key) for key in ("format", "version", "kind")]
    if found != ["wordglass-trace", TRACE_VERSION, "training"]:
        raise damaged(path, "it is not the trace of a training run")
    return show(cast(TrainingTrace, trace))


def refuse_to_replace(folder: Path) -> None:
    """Refuse unless all that is at ``folder`` is a model, or nothing."""
    try:
        found = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataError(
            f"cannot write the model to {folder}: {error.strerror}; give another folder"
        ) from error
    if found and not _is_model(folder):
        raise DataError(f"{folder} is not a wordglass model and not empty: give another folder for the model")
    if strange := [name for name in found if name not in (*FILES, TOKENIZER, COUNTED)]:
        raise DataError(
            f"{folder} holds {strange[0]}, which is no part of a model: move it away or give another folder"
        )


def _is_model(folder: Path) -> bool:
    try:
        return from_json((folder / CONFIG).read_bytes(), folder / CONFIG).get("format") == FORMAT
    except (OSError, DataError):
        return False
