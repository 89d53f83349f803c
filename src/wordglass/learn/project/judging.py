"""Whether a learner's model reaches the goals of a project: trained again, and measured here."""

from pathlib import Path
from typing import Any

import numpy as np

from wordglass.classifier import TextClassifier
from wordglass.corpus import read
from wordglass.errors import DataError
from wordglass.learn.project.folder import HELD_OUT, TRAINING, Project, sha256_of
from wordglass.learn.project.plan import SETTINGS, reached
from wordglass.learn.project.rows import Labelled
from wordglass.learn.wording import wording
from wordglass.model import Model
from wordglass.store import load
from wordglass.trace import numbers
from wordglass.vectors.names import load_vectors
from wordglass.vectors.table import VectorTable

FREE = ("vectors", "threads")  # parameters that may differ
GOALS = 2


class Judged:
    """How many of the goals are reached, and what was measured or is wrong, in words."""

    def __init__(self, reason: str, goals: int = 0, **words: str) -> None:
        self.reason, self.goals = reason, goals
        self.said: str = wording("project")["judged"][reason].format_map(words)


def judge(project: Project, path: Path) -> Judged:
    """Judge the model of a folder by the goals of a project.

    Its settings are to be the project's but for the vectors, its rows those of the project, and what it says
    of the rows held out what a training here, with its vectors, says of them. DataError where it, its
    vectors or the project's files cannot be read.
    """
    training, held_out = (_rows(project.folder / name) for name in (TRAINING, HELD_OUT))
    if sha256_of(training, held_out) != project.sha256:
        return Judged("rows-changed", training=TRAINING, held_out=HELD_OUT, folder=str(project.folder))
    made = load(path)
    trace = made.trace_
    if differ := _other_settings(made.get_params()):
        return Judged("other-settings", settings=", ".join(differ))
    if trace["provenance"]["data_sha256"] != project.sha256:
        return Judged("other-rows", training=TRAINING, held_out=HELD_OUT)
    if trace["data"]["train_rows"] != project.rows or trace["data"]["held_out_rows"] != project.held_out_rows:
        return Judged("other-split", rows=numbers.count(project.rows), held_out=HELD_OUT)
    found, again = reached(_table(made.model_, project.folder), training, held_out)
    one, other = (model.probabilities(held_out.texts) for model in (made.model_, again.model_))
    if made.classes_.tolist() != again.classes_.tolist() or not np.allclose(one, other, atol=1e-4):
        return Judged("other-model", vectors=found.vectors)
    return verdict(project, found.vectors, found.training, found.held_out)


def verdict(project: Project, vectors: str, training: float, held_out: Any) -> Judged:
    """Which goals an accuracy reaches."""
    value = held_out["value"]
    words = {
        "vectors": vectors,
        "training": numbers.percent(training),
        "held_out": numbers.percent(value),
        "low": numbers.percent(held_out["low"]),
        "high": numbers.percent(held_out["high"]),
        "before": numbers.percent(project.overfit["value"]),
        "goal": numbers.percent(project.goal),
        "best": numbers.percent(project.best),
        "tables": numbers.count(project.tables),
    }
    if value < project.goal:
        return Judged("short", 0, **words)
    if value < project.best:
        return Judged("first", 1, **words)
    return Judged("second", GOALS, **words)


def _table(model: Model, folder: Path) -> VectorTable:
    """The vectors of a model: by their name, or of a file that lies in the project's folder.

    DataError where they are not at hand, or no longer what they were.
    """
    if model.table is not None:
        return model.table
    beside = folder / model.vectors
    table = load_vectors(str(beside if beside.exists() else model.vectors))
    if table.manifest["sha256"] != model.vectors_sha256:
        raise DataError(
            f"the vectors {model.vectors} are not those that the model was trained on: train again"
        )
    return table


def _other_settings(parameters: dict[str, Any]) -> list[str]:
    """What differs from the project's settings, as name = value."""
    wanted = TextClassifier(**SETTINGS).get_params()
    return [
        f"{name} = {value}"
        for name, value in parameters.items()
        if name not in FREE and value != wanted[name]
    ]


def _rows(file: Path) -> Labelled:
    corpus = read(file, "text", "label")
    return Labelled(corpus.texts, [str(label) for label in corpus.labels or []])
