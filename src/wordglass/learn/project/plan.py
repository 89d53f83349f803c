"""What a project is about: the model that overfits, what other vectors reach, and the goals between.

Zhang et al. (2017, Understanding deep learning requires rethinking generalization) show that a model may
learn rows by heart that have nothing in common; here the rows are real, and the vectors mean nothing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.classifier import TextClassifier
from wordglass.errors import DataError, WordglassError
from wordglass.learn.project.rows import Labelled, ProjectRows, demo, own_rows
from wordglass.opened import Opened
from wordglass.tokens import tokenise
from wordglass.trace.document import Interval
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.listing import at_hand
from wordglass.vectors.names import DEFAULT, NAME

DIM = 50
SETTINGS: dict[str, Any] = {"preset": "lesson", "C": 1.0, "held_out": 0.0}
OPTIONS = ("--preset", "lesson", "--C", "1", "--no-baselines")  # the same, for the command
BY_HEART = 0.95  # accuracy on the training rows from which they are learned by heart
GAP = 0.05  # between the two models, for half of it to be a goal
TABLES = 8  # at hand, that are measured
RANDOM = "random.txt"


@dataclass(frozen=True)
class Reached:
    """What a table of vectors reaches with the settings of the project."""

    vectors: str
    training: float  # accuracy
    held_out: Interval  # accuracy


@dataclass(frozen=True)
class Plan:
    """A project with all its numbers."""

    rows: ProjectRows
    words: list[str]  # of all texts
    random: NDArray[np.float32]  # (words, dim)
    overfit: Reached
    pretrained: Reached

    @property
    def goal(self) -> float:
        """The accuracy that is asked for: half of the way to what the pre-trained table reaches."""
        return (self.overfit.held_out["value"] + self.pretrained.held_out["value"]) / 2


def plan(opened: Opened) -> Plan:
    """The project of a run, worked out once: some trainings of less than a second each.

    Where the run's rows do not show what is to be shown, it is of the demo's, and says why. ArgumentError
    where these are needed and not installed.
    """
    found: Plan = opened.remembered("project", lambda: _plan(opened))
    return found


def tables(opened: Opened) -> list[Reached]:
    """What the tables at hand reach in the project of a run, the best first; worked out once."""
    found: list[Reached] = opened.remembered("tables of the project", lambda: _tables(plan(opened)))
    return found


def reached(vectors: VectorTable, training: Labelled, held_out: Labelled) -> tuple[Reached, TextClassifier]:
    """Train with the settings of the project and these vectors."""
    classifier = TextClassifier(vectors, **SETTINGS, samples=False)  # what it keeps changes no score
    classifier.fit(training.texts, training.labels, held_out=(held_out.texts, held_out.labels))
    trace = classifier.trace_
    scores = trace["scores"]
    assert scores is not None  # rows are held out
    by_heart = trace["training"]["epochs"][-1]["train_accuracy"]
    return Reached(vectors.name, by_heart, scores["accuracy"]), classifier


def _plan(opened: Opened) -> Plan:
    try:
        made = _measured(own_rows(opened), _table(opened.model.vectors))
        if why := _unfit(made):
            raise DataError(why)
    except DataError as error:
        made = _measured(demo(str(error)), _table(DEFAULT))
    return made


def _tables(made: Plan) -> list[Reached]:
    found = {made.pretrained.vectors: made.pretrained}
    for name in tables_at_hand():
        if name not in found and len(found) < TABLES:
            try:
                found[name] = reached(load_vectors(name), made.rows.training, made.rows.held_out)[0]
            except WordglassError:
                continue  # one that cannot be read is none that is at hand
    return sorted(found.values(), key=lambda one: -one.held_out["value"])


def _unfit(made: Plan) -> str:
    """Why a project cannot be shown on its rows; empty where it can."""
    if made.overfit.training < BY_HEART:
        return f"random vectors learn only {made.overfit.training:.0%} of the training rows by heart"
    if (gap := made.pretrained.held_out["value"] - made.overfit.held_out["value"]) < GAP:
        return (
            f"on these rows the accuracy of {made.pretrained.vectors} is that of random vectors "
            f"{gap * 100:+.1f} points, and a project needs {GAP * 100:+.0f}"
        )
    return ""


def _measured(rows: ProjectRows, table: VectorTable) -> Plan:
    texts = [*rows.training.texts.to_pylist(), *rows.held_out.texts.to_pylist()]
    words = sorted(
        {token.text for text in texts for token in tokenise(text) if not set(token.text) & set(" \t\r\n")}
    )
    random = np.random.default_rng(0).standard_normal((len(words), DIM), np.float32).round(4)
    overfit, _ = reached(VectorTable.of(words, random, name=RANDOM), rows.training, rows.held_out)
    pretrained, _ = reached(table, rows.training, rows.held_out)
    return Plan(rows, words, random, overfit, pretrained)


def tables_at_hand() -> list[str]:
    """The names of the tables that can be had without a path and without a network."""
    return list(dict.fromkeys(entry["name"] for entry in at_hand() if NAME.fullmatch(entry["name"])))


def _table(name: str) -> VectorTable:
    try:
        return load_vectors(name)
    except WordglassError:
        return load_vectors(DEFAULT)
