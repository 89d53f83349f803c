"""Means over draws with 95% intervals that count both what was drawn: training rows and held-out rows.

A figure's variance is the sum of two parts: that of the mean over draws, from how the draws differ, and that
over held-out rows, by bootstrap of the rows with the draws as they are (Efron and Tibshirani, 1993, An
introduction to the bootstrap). Draws and rows are crossed, every draw being scored on the same rows, so what
is due to both at once is counted twice and the interval is a little too wide rather than too narrow (Owen,
2007, The pigeonhole bootstrap). Its width is Student's, with the degrees of freedom of Satterthwaite (1946,
An approximate distribution of estimates of variance components). A difference is taken within each draw and
each resample before anything is averaged, so that what both arms have in common is not counted at all.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.evaluate import mean_f1
from wordglass.passes import Floats
from wordglass.trace.document import Interval

RESAMPLES = 500
# The 97.5% point of Student's distribution by degrees of freedom; between them linear in their inverse.
T975 = (
    *((1.0, 12.706), (2.0, 4.303), (3.0, 3.182), (4.0, 2.776), (5.0, 2.571), (6.0, 2.447), (8.0, 2.306)),
    *((10.0, 2.228), (15.0, 2.131), (20.0, 2.086), (30.0, 2.042), (60.0, 2.000), (np.inf, 1.960)),
)


class Scored(NamedTuple):
    """Accuracy and macro-F1 on the held-out rows, (2,), and on every resample of them, (resamples, 2)."""

    value: Floats
    resampled: Floats


class Resamples:
    """The held-out rows drawn again and again, the same draws for every arm."""

    def __init__(self, rows: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.counts = np.empty((RESAMPLES, rows), np.float32)
        for one in self.counts:
            one[:] = np.bincount(rng.integers(0, rows, rows), minlength=rows)

    def score(self, truth: NDArray[Any], guess: NDArray[Any], classes: int) -> Scored:
        """Score answers, as ``decide`` gives them."""
        every = np.arange(classes)
        true, guessed = (a if a.ndim == 2 else a[:, None] == every for a in (truth, guess))
        right = (true == guessed).all(axis=1)
        hits, mentions = (true & guessed).astype(np.float32), true.astype(np.float32) + guessed

        def figures(counts: NDArray[np.float32]) -> Floats:
            f1 = mean_f1((counts @ hits).astype(np.float64), (counts @ mentions).astype(np.float64))
            return np.stack([counts @ right.astype(np.float32) / len(truth), f1], axis=-1)

        return Scored(figures(np.ones(len(truth), np.float32)), figures(self.counts))


def interval(scored: list[Scored], figure: int) -> Interval:
    """The mean over draws of a figure, 0 accuracy and 1 macro-F1, within what it can be."""
    return _interval(
        np.array([one.value[figure] for one in scored]),
        np.mean([one.resampled[:, figure] for one in scored], axis=0),
        least=0.0,
    )


def difference(pairs: list[tuple[Scored, Scored]], figure: int) -> Interval:
    """The mean over draws of the first less the second."""
    return _interval(
        np.array([one.value[figure] - other.value[figure] for one, other in pairs]),
        np.mean([one.resampled[:, figure] - other.resampled[:, figure] for one, other in pairs], axis=0),
        least=-1.0,
    )


def over_draws(values: Floats) -> Interval | None:
    """The mean of a figure of each draw, counting the draws alone; None where there is one."""
    if len(values) < 2:
        return None
    return _interval(values, np.array([values.mean()]), least=-np.inf)


def student(freedom: float) -> float:
    """The 97.5% point of Student's distribution.

    >>> round(student(2), 2), round(student(7), 2)
    (4.3, 2.37)
    """
    degrees, points = np.array(T975[::-1]).T
    return float(np.interp(1 / max(freedom, 1.0), 1 / degrees, points))


def _interval(values: Floats, resampled: Floats, least: float) -> Interval:
    """From a figure of each draw, (draws,), and the mean over draws of each resample, (resamples,)."""
    draws = len(values)
    parts = [(float(resampled.var()), np.inf)]
    if draws > 1:
        parts.append((float(values.var(ddof=1)) / draws, draws - 1.0))
    variance = sum(part for part, _ in parts)
    doubt = sum(part**2 / freedom for part, freedom in parts)
    half = student(variance**2 / doubt if doubt > 0 else np.inf) * np.sqrt(variance)
    value = float(values.mean())
    most = 1.0 if least > -np.inf else np.inf
    return Interval(value=value, low=float(max(value - half, least)), high=float(min(value + half, most)))
