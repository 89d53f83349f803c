"""The probability from which a label is predicted: for each label the one that its F1 is best at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.passes import Floats

STEPS = 100  # thresholds are whole hundredths
# A label's F1 is counted over its own rows and so many of an average label's: a label with few rows of its
# own gets about the threshold that all labels together would have, one with many its own.
BORROWED = 10.0


def choose_thresholds(probabilities: NDArray[Any], truth: NDArray[Any]) -> Floats:
    """Choose the threshold of each label, (labels,), at which its F1 is highest.

    ``probabilities`` (rows, labels) are of rows that the head was not fitted on, such as those out of fold,
    ``truth`` (rows, labels) booleans. Every label's counts are joined by those of an average label, weighing
    as much as 10 rows that have it. Thresholds are from 0.01 to 0.99; of equally good ones the nearest to
    0.5 is taken. Why 0.5 is not the best one: Lipton et al., 2014, Optimal thresholding of classifiers to
    maximize F1 measure.

    >>> p = np.array([[0.4], [0.35], [0.2], [0.1]] * 50)
    >>> choose_thresholds(p, np.array([[True], [True], [False], [False]] * 50)).tolist()
    [0.35]
    """
    p, true = np.asarray(probabilities, dtype=np.float64), np.asarray(truth, dtype=bool)
    claimed, hits = _from_each(p, np.ones_like(true)), _from_each(p, true)  # (labels, thresholds)
    support = true.sum(axis=0, dtype=np.float64)[:, None]  # (labels, 1)
    if not support.any():
        return np.full(p.shape[1], 0.5)
    average = BORROWED / support.sum()
    hits, claimed, support = (own + average * own.sum(axis=0) for own in (hits, claimed, support))
    f1 = 2 * hits / (claimed + support)
    steps = np.arange(1, STEPS)
    nearest = np.argsort(np.abs(steps - STEPS / 2), kind="stable")
    return steps[nearest][f1[:, nearest].argmax(axis=1)] / STEPS


def _from_each(p: Floats, counted: NDArray[np.bool_]) -> Floats:
    """Count the rows of each label with a probability from each threshold on, (labels, thresholds)."""
    labels = p.shape[1]
    step = np.searchsorted(np.arange(1, STEPS) / STEPS, p, side="right")  # how many thresholds it reaches
    cells = (step + STEPS * np.arange(labels))[counted]
    counts = np.bincount(cells, minlength=STEPS * labels).reshape(labels, STEPS)
    return counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:].astype(np.float64)
