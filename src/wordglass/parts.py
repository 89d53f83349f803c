"""Stage 1, in sum: labelled texts checked, reported on, and divided into training rows and rows held out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.corpus import data_report, split, text_numbers, to_arrow
from wordglass.errors import DataError
from wordglass.targets import Targets
from wordglass.trace.document import DataReport

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """Texts and targets, (rows,), and which of the rows train and which are held out."""

    texts: pa.LargeStringArray
    targets: Targets
    train: Rows
    test: Rows
    report: DataReport
    own: int  # rows before those of a held-out part of its own

    @cached_property
    def training(self) -> tuple[pa.LargeStringArray, NDArray[Any]]:
        """The texts of the training rows, and their targets' values."""
        return take(self.texts, self.train), self.targets.values[self.train]

    @cached_property
    def held_out(self) -> tuple[pa.LargeStringArray, NDArray[Any]]:
        """The texts of the rows held out, and their targets' values."""
        return take(self.texts, self.test), self.targets.values[self.test]


def divide(
    texts: Iterable[str],
    labels: Iterable[Any] | Targets,
    held_out: float | tuple[Iterable[str], Iterable[Any]],
    seed: int = 0,
    source: str = "memory",
) -> Parts:
    """Hold a share of the rows out, or (texts, labels) of their own, which then follow the training rows.

    >>> parts = divide(["a", "b", "c", "d"], ["x", "x", "y", "y"], held_out=0.5)
    >>> len(parts.train), len(parts.test)
    (2, 2)
    """
    raw, targets = labelled(texts, labels)
    own = len(raw)
    present = targets.names if targets.multi_label else [targets.names[k] for k in np.unique(targets.values)]
    if len(present) < 2:
        raise DataError(
            f"only one class, {present[0]!r}: there is nothing to tell apart"
            if present
            else "there are no rows to train on"
        )
    if isinstance(held_out, tuple):
        more, more_targets = labelled(*held_out, classes=targets.classes)
        if more_targets.multi_label != targets.multi_label:
            raise DataError("of training and held-out rows, one part has lists of labels, the other has none")
        train, test = np.arange(own), np.arange(own, own + len(more))
        raw = pa.concat_arrays([raw, more])
        targets = Targets(targets.classes, np.concatenate([targets.values, more_targets.values]))
        same_text = text_numbers(raw)
    else:
        same_text = text_numbers(raw)
        train, test = split(targets.labels(), held_out, seed, same_text=same_text)
    report = data_report(raw, targets.labels(), train, test, source, same_text)
    return Parts(raw, targets, train, test, report, own)


def labelled(
    texts: Iterable[str], labels: Iterable[Any] | Targets, classes: NDArray[Any] | None = None
) -> tuple[pa.LargeStringArray, Targets]:
    """Texts and their labels, encoded by ``classes`` if given. DataError where one text has no label.

    >>> labelled(["good", "bad"], ["pos", "neg"])[1].values.tolist()
    [1, 0]
    """
    raw = to_arrow(texts)
    targets = labels if isinstance(labels, Targets) else Targets.encode(labels, classes)
    if len(raw) != len(targets.values):
        raise DataError(f"{len(raw)} texts but {len(targets.values)} labels: give one label a text")
    return raw, targets
