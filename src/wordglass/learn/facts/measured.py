"""What a model is worth: one class counted out by hand, and what a threshold would trade."""

from dataclasses import dataclass

import numpy as np

from wordglass.learn.facts.rows import held_out
from wordglass.opened import Answers, Opened
from wordglass.trace.document import ClassScores, ReliabilityBin, Scores

THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
COST = 5  # of one that is missed, in false alarms


@dataclass(frozen=True)
class Counted:
    """One class, its rows counted out."""

    name: str
    hits: int  # of the class and called so
    alarms: int  # called so, and not of it
    misses: int  # of the class, and called something else
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Traded:
    """What one would get for a class that is said from a probability on."""

    threshold: float
    said: int
    hits: int
    precision: float | None  # None where it is never said
    recall: float
    cost: int  # of misses and false alarms


@dataclass(frozen=True)
class Measured:
    """The measures of a run."""

    scores: Scores
    weakest: Counted | None  # the class of the lowest F1; None for several labels
    best: ClassScores
    largest: str  # the class of most held-out rows
    largest_share: float  # what always saying it would reach
    smallest_rows: int
    skew: float  # rows of the largest class for one of the smallest
    right: int  # rows
    macro: list[float]  # the F1 of each class, of which macro-F1 is the mean
    trades: list[Traded]  # of the weakest class; empty where no texts are at hand
    traded: str  # that class
    cheapest: Traded | None
    cost: int
    theory: float  # the threshold that costs least where probabilities are calibrated
    surest: ReliabilityBin | None  # the highest bin with rows
    unsure: ReliabilityBin | None  # the lowest


def measured(opened: Opened) -> Measured | None:
    """The measures of a run. None where no row was held out."""
    scores = opened.trace["scores"]
    if scores is None:
        return None
    by_f1 = sorted((of for of in scores["classes"] if of["support"]), key=lambda of: of["f1"])
    worst = by_f1[0] if by_f1 else scores["classes"][0]
    sizes = sorted((of["support"], of["name"]) for of in scores["classes"] if of["support"])
    answers = held_out(opened)
    trades = trade(answers, opened.model.names.index(worst["name"])) if answers is not None else []
    bins = [step for step in scores["reliability"] if step["rows"]]
    return Measured(
        scores=scores,
        weakest=_counted(scores, worst) if scores["confusion"] is not None else None,
        best=by_f1[-1] if by_f1 else worst,
        largest=sizes[-1][1] if sizes else worst["name"],
        largest_share=sizes[-1][0] / max(scores["rows"], 1) if sizes else 0.0,
        smallest_rows=sizes[0][0] if sizes else 0,
        skew=sizes[-1][0] / sizes[0][0] if sizes else 1.0,
        right=round(scores["accuracy"]["value"] * scores["rows"]),
        macro=[of["f1"] for of in scores["classes"]],
        trades=trades,
        traded=worst["name"],
        cheapest=min(trades, key=lambda of: of.cost, default=None),
        cost=COST,
        theory=1 / (1 + COST),
        surest=bins[-1] if bins else None,
        unsure=bins[0] if bins else None,
    )


def trade(answers: Answers, k: int) -> list[Traded]:
    """What a class would get that is said from each threshold on, on the rows of some answers."""
    probability, truth = answers.probabilities[:, k], answers.truth[:, k]
    found = []
    for threshold in THRESHOLDS:
        said = probability >= threshold
        hits = int((said & truth).sum())
        number, rows = int(said.sum()), int(truth.sum())
        found.append(
            Traded(
                threshold=threshold,
                said=number,
                hits=hits,
                precision=hits / number if number else None,
                recall=hits / max(rows, 1),
                cost=COST * (rows - hits) + (number - hits),
            )
        )
    return found


def _counted(scores: Scores, of: ClassScores) -> Counted:
    confusion = np.array(scores["confusion"])
    k = [one["name"] for one in scores["classes"]].index(of["name"])
    hits = int(confusion[k, k])
    return Counted(
        name=of["name"],
        hits=hits,
        alarms=int(confusion[:, k].sum()) - hits,
        misses=int(confusion[k].sum()) - hits,
        precision=of["precision"],
        recall=of["recall"],
        f1=of["f1"],
    )
