"""The two questions that are no differences: how soon, and with how many rows."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wordglass.trace.claim import ArmEpoch

SLACK = 1e-12  # of an accuracy: what rounding does


class Race(NamedTuple):
    """How soon two arms reach the other's best held-out accuracy, in one draw; infinite where never."""

    target: float
    epochs: float
    epochs_other: float
    seconds: float
    seconds_other: float


def race(own: Sequence[ArmEpoch], other: Sequence[ArmEpoch]) -> Race:
    """Find when each first reaches the best accuracy that the other has after any of its epochs."""
    target = max(epoch["held_out_accuracy"] for epoch in other)

    def reached(epochs: Sequence[ArmEpoch]) -> tuple[float, float]:
        for epoch in epochs:
            if epoch["held_out_accuracy"] >= target - SLACK:
                return float(epoch["epoch"]), epoch["seconds"]
        return np.inf, np.inf

    (ours, our_time), (theirs, their_time) = reached(own), reached(other)
    return Race(target, ours, theirs, our_time, their_time)


class Needed(NamedTuple):
    """How many rows are needed for an accuracy."""

    rows: float  # infinite where it is never reached
    less: bool  # the smallest size has more: perhaps fewer would do


def rows_needed(curve: Sequence[tuple[int, float]], accuracy: float) -> Needed:
    """Where a curve of (rows, accuracy), rows rising, first reaches an accuracy.

    Between two sizes the accuracy is taken to be linear in the logarithm of the rows.

    >>> rows_needed([(10, 0.5), (1000, 0.7)], 0.6)
    Needed(rows=100.0, less=False)
    """
    before: tuple[int, float] | None = None
    for rows, reached in curve:
        if reached >= accuracy - SLACK:
            if before is None:
                return Needed(float(rows), reached > accuracy + SLACK)
            part = (accuracy - before[1]) / (reached - before[1])
            return Needed(float(round(before[0] * (rows / before[0]) ** min(part, 1.0), 9)), False)
        before = rows, reached
    return Needed(np.inf, False)


def won(ours: float, theirs: float) -> float:
    """1 where ours is less, 0 where it is more, a half where neither is: both infinite, too."""
    return 0.5 if ours == theirs else float(ours < theirs)


def median(values: Sequence[float]) -> float | None:
    """The median, None where it is infinite."""
    middle = sorted(values)[(len(values) - 1) // 2 : len(values) // 2 + 1]
    return float(np.mean(middle)) if np.isfinite(middle).all() else None
