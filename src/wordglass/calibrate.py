"""Calibration: one temperature for all scores, so that a probability says how often its answer is right."""

from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.passes import Floats, Loss

COLDEST, HOTTEST = 1e-3, 1e3  # for scores that tell nothing, or are of another scale than logits
# Rows that are all told apart would have the scores grow without end, and forty of them make no certainty.
# So one row more is counted, with scores as the others have and each answer as true as any other: of n rows
# and two classes, all told apart alike, a probability comes no nearer to 1 than 1 / (2n + 2). Platt, 1999,
# Probabilistic outputs for support vector machines, has such rows for the same reason.
ROWS_MORE = 1.0
PROMISED = 1e-12  # of a step, in nats a row; the rest is not worth another look at the scores
MOST_STEPS = 60
CHUNK_NUMBERS = 1 << 16  # of scores, with what is made of them in a core's cache


class Tempered(NamedTuple):
    """The best temperature of some scores, and their mean log loss with it."""

    temperature: float
    loss: float  # nats a row


def fit_temperature(
    scores: NDArray[Any], targets: NDArray[Any], weights: NDArray[Any] | None, loss: Loss
) -> float:
    """Find the temperature T for which the weighted log loss of ``scores / T`` is lowest.

    ``scores`` are logits (rows, outputs) of rows that the head was not fitted on, such as those out of fold;
    ``targets``, ``weights`` (rows,) and ``loss`` as for ``fit_head``. Above 1, the head was too sure of
    itself. One row more is counted, of which nothing is known, so that few rows that are all right do not
    give certainty. T is from 0.001 to 1,000, and 1 where there are no rows. Guo et al., 2017, On
    calibration of modern neural networks.

    >>> sure, right = np.array([[4.0], [4.0], [4.0], [-4.0]] * 100), np.array([1, 1, 0, 0] * 100)
    >>> round(fit_temperature(sure, right, None, "sigmoid"), 1)  # three of four are right
    3.7
    """
    return temper(scores, targets, weights, loss).temperature


def refined_loss(
    scores: NDArray[Any], targets: NDArray[Any], weights: NDArray[Any] | None, loss: Loss
) -> float:
    """Give the mean log loss (nats a row) that is left at the best temperature; as ``fit_temperature``.

    What a head would lose were it calibrated: to choose among heads that will be (Berta et al., 2025,
    Rethinking early stopping: refine, then calibrate).

    >>> sure, right = np.array([[4.0], [4.0], [4.0], [-4.0]] * 100), np.array([1, 1, 0, 0] * 100)
    >>> round(refined_loss(sure, right, None, "sigmoid"), 3)
    0.562
    >>> round(refined_loss(sure / 2, right, None, "sigmoid"), 3)
    0.562
    """
    return temper(scores, targets, weights, loss).loss


def temper(
    scores: NDArray[Any],
    targets: NDArray[Any],
    weights: NDArray[Any] | None,
    loss: Loss,
    belief: float = 0.0,
) -> Tempered:
    """Find the best temperature and what is lost with it; as ``fit_temperature``.

    ``belief`` is how strongly it is believed that the scores are calibrated as they are: ln T has the
    variance 1 / ``belief`` before any row is seen, as a head that loses least on its own rows with a penalty
    on its weights is seldom e times too sure. Few rows out of fold that happen to be all right, or all
    wrong, then say less.
    """
    w = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=np.float64)
    total = float(w.sum())
    if not total:
        return Tempered(1.0, 0.0)
    rows = (_Softmax if loss == "softmax" else _Sigmoid)(scores, targets, w)
    # as many rows as the weighted ones are worth (Kish, 1965, Survey sampling): only their ratios count
    worth = total * total / float(w @ w)
    more = ROWS_MORE / (worth + ROWS_MORE)  # the part of the row more
    pull = more * rows.lead()
    doubt = belief * total / worth  # in the loss summed, what one nat of belief counts

    # Loss and pull are convex in 1/T: Newton's steps, held between where the slope is below 0 and above.
    low, high, inverse = 1 / HOTTEST, 1 / COLDEST, 1.0
    for _ in range(MOST_STEPS):
        slope, bend = rows.slopes(inverse)
        slope += pull + doubt * log(inverse) / inverse
        bend += doubt * (1 - log(inverse)) / inverse**2
        if slope * slope <= 2 * PROMISED * bend * total:
            break
        low, high = (inverse, high) if slope < 0 else (low, inverse)
        inverse = inverse - slope / bend if bend > 0 else 0.0
        if not low < inverse < high:
            inverse = float(np.sqrt(low * high))
    return Tempered(1 / inverse, rows.loss(inverse) / total)


class _Softmax:
    """Rows of scores (rows, outputs), an output a class, as functions of 1/T."""

    def __init__(self, scores: NDArray[Any], targets: NDArray[Any], weights: Floats) -> None:
        self.parts = []
        for part in _chunks(scores):
            z = np.asarray(scores[part], dtype=np.float64)
            below = z - z.max(axis=1, keepdims=True)  # of the likeliest class, none above 0
            own = below[np.arange(len(z)), targets[part]]
            self.parts.append((below, own, weights[part]))

    def lead(self) -> float:
        """How much more would be lost, for a 1/T of 1, were any class as true as any other."""
        return sum(float(w @ (own - below.mean(axis=1))) for below, own, w in self.parts)

    def slopes(self, inverse: float) -> tuple[float, float]:
        """How the summed loss changes with 1/T, once and twice differentiated."""
        slope = bend = 0.0
        for below, own, w in self.parts:
            e = np.exp(inverse * below)
            total = e.sum(axis=1)
            e *= below
            mean = e.sum(axis=1) / total
            square = np.einsum("ij,ij->i", e, below) / total
            slope += float(w @ (mean - own))
            bend += float(w @ (square - mean * mean))
        return slope, bend

    def loss(self, inverse: float) -> float:
        """The summed loss."""
        return sum(
            float(w @ (np.log(np.exp(inverse * below).sum(axis=1)) - inverse * own))
            for below, own, w in self.parts
        )


class _Sigmoid:
    """Rows of scores (rows, outputs), an output a label, as functions of 1/T."""

    def __init__(self, scores: NDArray[Any], targets: NDArray[Any], weights: Floats) -> None:
        self.parts = []
        for part in _chunks(scores):
            z = np.asarray(scores[part], dtype=np.float64)
            true = np.asarray(targets[part], dtype=bool).reshape(z.shape)
            self.parts.append((np.where(true, z, -z), weights[part]))  # above 0 where they are right

    def lead(self) -> float:
        """How much more would be lost, for a 1/T of 1, were either answer as true as the other."""
        return sum(float(w @ margin.sum(axis=1)) / 2 for margin, w in self.parts)

    def slopes(self, inverse: float) -> tuple[float, float]:
        """How the summed loss changes with 1/T, once and twice differentiated."""
        slope = bend = 0.0
        for margin, w in self.parts:
            e = np.exp(-inverse * np.abs(margin))
            share = 1.0 / (1.0 + e)
            wrong = np.where(margin >= 0, e * share, share)  # the probability of the other answer
            slope -= float(w @ np.einsum("ij,ij->i", wrong, margin))
            margin2 = margin * margin
            bend += float(w @ np.einsum("ij,ij->i", margin2, wrong * (1.0 - wrong)))
        return slope, bend

    def loss(self, inverse: float) -> float:
        """The summed loss."""
        return sum(float(w @ np.logaddexp(0.0, -inverse * margin).sum(axis=1)) for margin, w in self.parts)


def _chunks(scores: NDArray[Any]) -> list[slice]:
    size = max(1, CHUNK_NUMBERS // scores.shape[1])
    return [slice(i, i + size) for i in range(0, len(scores), size)]
