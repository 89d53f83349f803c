"""The probability from which a label is predicted: for each label the one that its F1 is best at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.passes import Floats

STEPS = 100  # thresholds are whole hundredths
# A row counts for a label as what it is, and by this weight as what its probability says. Few rows have a
# rare label, and the threshold that is best for them is chance; all rows have a probability of it.
BELIEVED = 0.5


def choose_thresholds(probabilities: NDArray[Any], truth: NDArray[Any]) -> Floats:
    """Choose the threshold of each label, (labels,), at which its F1 is highest.

    ``probabilities`` (rows, labels) are calibrated and of rows that the head was not fitted on, such as
    those out of fold; ``truth`` (rows, labels) are booleans. To the hits counted comes half of those that
    the probabilities lead one to expect, which alone decide where no row has the label. Thresholds are from
    0.01 to 0.99; of equally good ones the nearest to 0.5 is taken. Why 0.5 is too high: Lipton et al., 2014,
    Optimal thresholding of classifiers to maximize F1 measure.

    >>> p = np.array([[0.4], [0.35], [0.2], [0.1]] * 50)
    >>> choose_thresholds(p, np.array([[True], [True], [False], [False]] * 50)).tolist()
    [0.35]
    """
    p = np.asarray(probabilities, dtype=np.float64)
    worth = np.asarray(truth, dtype=np.float64) + BELIEVED * p
    hits, claims = _from_each(p, worth), _from_each(p, np.ones_like(p))  # (labels, thresholds)
    mentions = (1 + BELIEVED) * claims + worth.sum(axis=0)[:, None]
    f1 = np.divide(2 * hits, mentions, out=np.zeros_like(hits), where=mentions > 0)
    steps = np.arange(1, STEPS)
    nearest = np.argsort(np.abs(steps - STEPS / 2), kind="stable")
    return np.asarray(steps[nearest][f1[:, nearest].argmax(axis=1)] / STEPS)


def _from_each(p: Floats, worth: Floats) -> Floats:
    """Sum what the rows with a probability from each threshold on are worth, (labels, thresholds)."""
    labels = p.shape[1]
    step = np.searchsorted(np.arange(1, STEPS) / STEPS, p, side="right")  # how many thresholds it reaches
    cells = step + STEPS * np.arange(labels)
    sums = np.bincount(cells.ravel(), worth.ravel(), STEPS * labels).reshape(labels, STEPS)
    return np.asarray(sums[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:], dtype=np.float64)
