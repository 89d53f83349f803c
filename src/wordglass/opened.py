"""An open model, to be looked at from all sides, and the labelled rows that it was trained on."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from wordglass.classifier import TextClassifier
from wordglass.errors import ArgumentError, DataError
from wordglass.explaining import Neighbourhood
from wordglass.model import Model
from wordglass.passes import Floats
from wordglass.replay import Replay
from wordglass.rows import Rows, Told
from wordglass.trace.document import TrainingTrace

T = TypeVar("T")

PARTS = ("held_out", "train")
REMEMBERED = 16


class Answers(NamedTuple):
    """The rows of one part of the data, and what a model says of them."""

    rows: np.ndarray  # (rows,) numbers of rows of the data
    texts: pa.LargeStringArray  # (rows,)
    truth: np.ndarray  # (rows, classes) booleans
    predicted: np.ndarray  # (rows, classes) booleans
    probabilities: Floats  # (rows, classes)


@dataclass
class Opened:
    """A model, read from a folder or just trained."""

    name: str
    classifier: TextClassifier
    rows: Rows
    told: Told
    replay: Replay | None = None  # only of the last one trained: it is large
    path: Path | None = None  # of its folder; None for one that is not saved
    _answers: dict[str, Answers] = field(default_factory=dict)
    _recent: dict[Hashable, Future[Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def model(self) -> Model:
        """The fitted model."""
        return self.classifier.model_

    @property
    def trace(self) -> TrainingTrace:
        """How it was trained."""
        return self.classifier.trace_

    def answers(self, part: str) -> Answers:
        """What the model says of the rows held out or of those that it was trained on; worked out once."""
        if part not in PARTS:
            raise ArgumentError(f"there is no part {part!r} of the data: {' or '.join(PARTS)}")
        with self._lock:
            if part not in self._answers:
                self._answers[part] = self._answered(part)
            return self._answers[part]

    def _answered(self, part: str) -> Answers:
        parts = self.rows.parts
        if part == "held_out" and not len(parts.test):
            raise DataError("no row was held out of the training: train again with a share of them held out")
        rows, (texts, truth) = (
            (parts.test, parts.held_out) if part == "held_out" else (parts.train, parts.training)
        )
        found = self.model.probabilities(texts)
        return Answers(rows, texts, self.members(truth), self.members(self.model.decide(found)), found)

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        """The training texts, to search for those like one."""
        parts = self.rows.parts
        labels = [parts.targets.names_of(row) for row in parts.train.tolist()]
        return Neighbourhood(self.model, parts.training[0], parts.train, labels)

    def remembered(self, key: Hashable, work: Callable[[], T]) -> T:
        """What was worked out lately, or is now: typing on beside it must not have it done again."""
        with self._lock:
            future: Future[T] | None = self._recent.get(key)
            if own := future is None:
                while len(self._recent) >= REMEMBERED:
                    del self._recent[next(iter(self._recent))]
                future = self._recent[key] = Future()
        if own:
            try:
                future.set_result(work())
            except BaseException as error:
                with self._lock:
                    self._recent.pop(key, None)
                future.set_exception(error)
        return future.result()

    def members(self, values: np.ndarray) -> np.ndarray:
        """Class numbers (rows,) as booleans (rows, classes); those of several labels as they are."""
        if values.ndim == 2:
            return np.asarray(values, bool)
        return np.asarray(values[:, None] == np.arange(len(self.model.names)))

    def named(self, members: np.ndarray) -> list[str]:
        """The names of the classes of one row, (classes,) of booleans."""
        return [self.model.names[k] for k in np.flatnonzero(members).tolist()]
