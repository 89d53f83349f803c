"""The labelled texts that a model was trained on, read again where they are still what they were."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from wordglass.corpus import read
from wordglass.corpus.bbc import SOURCE, demo_rows
from wordglass.errors import DataError
from wordglass.parts import Parts, divide
from wordglass.trace.document import TrainingTrace
from wordglass.trace.provenance import data_sha256


@dataclass(frozen=True)
class Told:
    """What the command that trained a model says of its data, or what the user says in its place."""

    file: str | None  # None where no command tells it
    text: str | None = None  # the columns
    label: str | None = None
    held_out: str | None = None  # a file of rows held out
    near: Path = Path()  # the file is looked for from here, too


class Rows:
    """The rows of a model, read when they are first asked for: opening a page does not wait for them."""

    def __init__(self, find: Callable[[], Parts]) -> None:
        self._find, self._lock = find, Lock()
        self._parts: Parts | None = None

    @classmethod
    def at_hand(cls, parts: Parts) -> "Rows":
        """Rows that are in memory already."""
        return cls(lambda: parts)

    @property
    def parts(self) -> Parts:
        """The rows. DataError where they are not to be had, whose sentence says why and what to do."""
        with self._lock:
            if self._parts is None:
                self._parts = self._find()
            return self._parts


def find_rows(trace: TrainingTrace, parameters: dict[str, Any], told: Told) -> Parts:
    """The rows that a trace tells of, divided as they were. DataError where they are not to be had."""
    seed, share = trace["provenance"]["seed"], parameters["held_out"]
    if told.file is None and trace["data"]["source"] == SOURCE:
        training, others = demo_rows()
        parts = divide(
            training.texts, training.labels or [], (others.texts, others.labels or []), seed, SOURCE
        )
    else:
        file = _found(told.file, told.near)
        corpus = read(file, told.text, told.label)
        held_out = share
        if told.held_out is not None:
            others = read(_found(told.held_out, told.near), corpus.text_column, corpus.label_column)
            held_out = others.texts, others.labels or []
        parts = divide(corpus.texts, corpus.labels or [], held_out, seed, file)
    if data_sha256(parts.texts, parts.targets.labels()) != trace["provenance"]["data_sha256"]:
        raise DataError(
            f"{parts.report['source']} is not what the model was trained on: its texts and labels have "
            "another SHA-256; name the file as it was with --data FILE"
        )
    return parts


def _found(file: str | None, near: Path) -> str:
    """Where a file is: as it was named, or beside the model."""
    if file is None:
        raise DataError(
            "the texts that this model was trained on are not at hand: it was trained in Python, on no file; "
            "name a file of them with --data FILE"
        )
    for path in (Path(file), near / file, near / Path(file).name):
        if path.exists():
            return str(path)
    raise DataError(
        f"the texts that this model was trained on are not at hand: there is no {file} here or beside the "
        "model; name the file with --data FILE"
    )
