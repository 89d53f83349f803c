"""The rows of a project: a few to train on, and more to measure on."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wordglass.arrow import strings, take
from wordglass.corpus.bbc import SOURCE, demo_rows
from wordglass.errors import DataError
from wordglass.opened import Opened
from wordglass.parts import Parts, divide
from wordglass.parts import Rows as Numbers

EACH = 16  # training rows of a class: few enough to be learned by heart
CLASSES = 8  # the commonest
HELD_OUT = 400
ENOUGH = 100  # rows to measure on


@dataclass(frozen=True)
class Labelled:
    """Texts with a label each."""

    texts: pa.LargeStringArray  # (rows,)
    labels: list[str]


@dataclass(frozen=True)
class ProjectRows:
    """What a project trains on and what it measures on."""

    source: str
    training: Labelled
    held_out: Labelled
    instead: str  # why they are not the run's own rows; empty where they are


def own_rows(opened: Opened) -> ProjectRows:
    """Some rows of a run. DataError where they cannot be had, are too few, or have several labels."""
    parts = opened.rows.parts
    if parts.targets.multi_label:
        raise DataError(
            "a text of this run may have several labels, and the project counts texts that are right"
        )
    return drawn(parts, "")


def demo(why: str) -> ProjectRows:
    """Rows of the demo's articles. ArgumentError where they are not installed."""
    training, others = demo_rows()
    return drawn(
        divide(training.texts, training.labels or [], (others.texts, others.labels or []), 0, SOURCE), why
    )


def drawn(parts: Parts, why: str, seed: int = 0) -> ProjectRows:
    """Draw rows of the commonest classes, those to measure on from what was held out.

    DataError where there are not enough to measure on.
    """
    rng = np.random.default_rng(seed)
    values = parts.targets.values
    common = np.argsort(-np.bincount(values[parts.train], minlength=len(parts.targets.names)), kind="stable")
    common = common[:CLASSES]
    order = rng.permutation(parts.train)
    train = np.concatenate([order[values[order] == k][:EACH] for k in common])
    test = parts.test[np.isin(values[parts.test], common)]
    if len(test) < ENOUGH:
        test = np.setdiff1d(parts.train[np.isin(values[parts.train], common)], train)
    if len(test) < ENOUGH:
        raise DataError(f"{len(test)} rows to measure on: a project needs {ENOUGH}")
    test = np.sort(rng.permutation(test)[:HELD_OUT])
    return ProjectRows(parts.report["source"], _labelled(parts, np.sort(train)), _labelled(parts, test), why)


def _labelled(parts: Parts, rows: Numbers) -> Labelled:
    names = parts.targets.names
    texts = strings(take(parts.texts, rows).to_pylist())
    return Labelled(texts, [names[k] for k in parts.targets.values[rows].tolist()])
