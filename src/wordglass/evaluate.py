"""How good the predictions are: every score with what is needed to judge it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.abstaining import coverage_curve
from wordglass.errors import DataError
from wordglass.skew import never_predicted
from wordglass.trace.document import ClassScores, Interval, ReliabilityBin, Scores

Floats = NDArray[np.float64]

BINS = 10
RESAMPLES = 1000
BLOCK = 100  # resamples drawn at a time
HALF = 0.5  # the probability from which a label is predicted that has no threshold of its own
Z95 = 1.959963984540054  # the normal distribution's 97.5% point


def scores(
    truth: NDArray[Any],
    probabilities: NDArray[Any],
    classes: Sequence[str],
    multi_label: bool,
    seed: int = 0,
    thresholds: NDArray[Any] | None = None,
) -> Scores:
    """Score predicted probabilities (rows, classes) against the truth.

    ``truth`` is class numbers (rows,), or for multi-label booleans (rows, labels). The predicted class is
    the likeliest, the first of equals; a label is predicted from its threshold on, of ``thresholds``
    (labels,) or 0.5. Log loss (nats) and Brier score (Brier, 1950, Verification of forecasts expressed in
    terms of probability) are sums over the classes or labels, means over the rows. Calibration compares the
    confidence in the predicted class with how often it is right, over bins of equal width (Naeini et al.,
    2015, Obtaining well calibrated probabilities using Bayesian binning); for multi-label, each label's
    probability with how often it is true. Empty bins are left out.

    Raises ``DataError`` where there are no rows, or a probability is no number from 0 to 1.

    >>> result = scores(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), ["ham", "spam"], False)
    >>> result["accuracy"]["value"], result["confusion"], round(result["brier"], 2)
    (0.5, [[1, 0], [1, 0]], 0.37)
    """
    p = np.asarray(probabilities, dtype=np.float64)
    if not len(p):
        raise DataError("no rows to score; give at least one row with a known label")
    wrong = ~((p >= 0) & (p <= 1)).all(axis=1)
    if wrong.any():
        raise DataError(
            f"row {wrong.argmax() + 1}: a probability is not from 0 to 1; check the model's weights"
        )
    guess = decide(p, multi_label, thresholds)
    true, guessed = _members(truth, len(classes)), _members(guess, len(classes))  # (rows, classes)
    accuracy, macro_f1 = intervals(truth, guess, len(classes), seed)
    if multi_label:
        confidence, right = p.ravel(), true.ravel()
    else:
        confidence, right = p.max(axis=1), guess == truth
    reliability = _reliability(confidence, right)
    return Scores(
        rows=len(p),
        accuracy=accuracy,
        macro_f1=macro_f1,
        log_loss=float(log_losses(truth, p).mean()),
        brier=float(((p - true) ** 2).sum(axis=1).mean()),
        calibration_error=sum(b["rows"] * abs(b["accuracy"] - b["confidence"]) for b in reliability)
        / len(confidence),
        classes=_by_class(true, guessed, classes, thresholds_of(thresholds, len(classes), multi_label)),
        confusion=None if multi_label else _confusion(truth, guess, len(classes)).tolist(),
        reliability=reliability,
        abstaining=[] if multi_label else coverage_curve(truth, p),
        checks=never_predicted(true, guessed, classes, multi_label),
    )


def log_losses(truth: NDArray[Any], probabilities: Floats) -> Floats:
    """The log loss of each row (rows,) in nats, of several labels summed.

    >>> log_losses(np.array([1]), np.array([[0.75, 0.25]])).round(2).tolist()
    [1.39]
    """
    least = np.finfo(np.float64).eps
    q = np.clip(probabilities, least, 1 - least)
    if truth.ndim == 2:
        return np.asarray(-np.where(truth, np.log(q), np.log1p(-q)).sum(axis=1))
    return np.asarray(-np.log(q[np.arange(len(q)), truth]))


def decide(
    probabilities: NDArray[Any], multi_label: bool, thresholds: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Predict from probabilities (rows, classes): class numbers (rows,), or booleans (rows, labels).

    A label is predicted from its threshold on, (labels,), 0.5 where there are none.

    >>> decide(np.array([[0.5, 0.5]]), multi_label=False).tolist()
    [0]
    >>> decide(np.array([[0.5, 0.4]]), multi_label=True).tolist()
    [[True, False]]
    """
    if multi_label:
        return np.asarray(probabilities >= (HALF if thresholds is None else thresholds))
    return np.asarray(probabilities.argmax(axis=1))


def thresholds_of(
    thresholds: NDArray[Any] | None, classes: int, multi_label: bool
) -> list[float] | list[None]:
    """The probability from which each class is predicted, None where the likeliest is."""
    if not multi_label:
        return [None] * classes
    return [HALF] * classes if thresholds is None else [float(threshold) for threshold in thresholds]


def intervals(
    truth: NDArray[Any], guess: NDArray[Any], classes: int, seed: int = 0
) -> tuple[Interval, Interval]:
    """Give accuracy and macro-F1 with 95% intervals; truth and guess as ``decide`` gives them.

    Accuracy, for multi-label that of whole sets, has Wilson's interval (Wilson, 1927, Probable inference).
    Macro-F1 is the mean over classes that occur in truth or guess; its interval is the percentile bootstrap
    over rows (Efron and Tibshirani, 1993, An introduction to the bootstrap), seeded.

    >>> accuracy, macro_f1 = intervals(np.array([0, 1, 1]), np.array([0, 1, 0]), classes=2)
    >>> round(macro_f1["value"], 3), round(accuracy["low"], 3), round(accuracy["high"], 3)
    (0.667, 0.208, 0.939)
    """
    rows = len(truth)
    right = truth == guess if truth.ndim == 1 else (truth == guess).all(axis=1)
    # rows alike in truth and guess are one cell: a resample need only draw how many of each there are
    alike = truth * classes + guess if truth.ndim == 1 else np.packbits(np.hstack([truth, guess]), axis=1)
    _, first, counts = np.unique(alike, axis=0, return_index=True, return_counts=True)
    true, guessed = _members(truth[first], classes), _members(guess[first], classes)  # (cells, classes)
    hits, mentions = (true & guessed).astype(np.float64), true.astype(np.float64) + guessed
    rng = np.random.default_rng(seed)
    resampled = []
    for _ in range(RESAMPLES // BLOCK):
        drawn = rng.multinomial(rows, counts / rows, size=BLOCK).astype(np.float64)  # (resamples, cells)
        resampled.append(mean_f1(drawn @ hits, drawn @ mentions))
    low, high = np.quantile(np.concatenate(resampled), [0.025, 0.975])
    value = mean_f1(counts @ hits, counts @ mentions)
    return wilson(int(right.sum()), rows), Interval(value=float(value), low=float(low), high=float(high))


def accuracy_and_f1(truth: NDArray[Any], guess: NDArray[Any], classes: int) -> tuple[float, float]:
    """Accuracy and macro-F1 without their intervals.

    >>> accuracy_and_f1(np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]), classes=2)[0]
    0.75
    """
    right = truth == guess if truth.ndim == 1 else (truth == guess).all(axis=1)
    true, guessed = _members(truth, classes), _members(guess, classes)
    hits, mentions = (true & guessed).sum(axis=0), true.sum(axis=0) + guessed.sum(axis=0)
    return float(right.mean()), float(mean_f1(hits.astype(np.float64), mentions.astype(np.float64)))


def wilson(hits: float, rows: float) -> Interval:
    """The share of rows that are right, with Wilson's 95% interval (Wilson, 1927, Probable inference).

    ``rows`` can be the number of independent rows that others are worth, which need not be whole.

    >>> {name: round(figure, 2) for name, figure in wilson(2, 3).items()}
    {'value': 0.67, 'low': 0.21, 'high': 0.94}
    """
    share, z2 = hits / rows, Z95**2 / rows
    middle = (share + z2 / 2) / (1 + z2)
    half = Z95 * np.sqrt(share * (1 - share) / rows + z2 / (4 * rows)) / (1 + z2)
    return Interval(value=share, low=float(max(middle - half, 0.0)), high=float(min(middle + half, 1.0)))


def mean_f1(hits: Floats, mentions: Floats) -> Floats:
    """Average 2 * hits / (true + guessed) over the classes, (..., classes), that are mentioned at all."""
    occurs = mentions > 0
    f1 = np.divide(2 * hits, mentions, out=np.zeros_like(hits), where=occurs)
    return np.asarray(f1.sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1))


def _members(values: NDArray[Any], classes: int) -> NDArray[np.bool_]:
    """Give class numbers (rows,) or a matrix of 0 and 1 as booleans (rows, classes)."""
    return np.eye(classes, dtype=bool)[values] if values.ndim == 1 else values.astype(bool)


def _confusion(truth: NDArray[Any], guess: NDArray[Any], classes: int) -> NDArray[np.int64]:
    return np.bincount(truth * classes + guess, minlength=classes**2).reshape(classes, classes)


def _by_class(
    true: NDArray[np.bool_],
    guessed: NDArray[np.bool_],
    classes: Sequence[str],
    thresholds: Sequence[float | None],
) -> list[ClassScores]:
    hits, support, claims = (m.sum(axis=0).tolist() for m in (true & guessed, true, guessed))
    return [
        ClassScores(
            name=name,
            precision=h / c if c else 0.0,
            recall=h / s if s else 0.0,
            f1=2 * h / (s + c) if s + c else 0.0,
            support=s,
            threshold=threshold,
        )
        for name, h, s, c, threshold in zip(classes, hits, support, claims, thresholds, strict=True)
    ]


def _reliability(confidence: Floats, right: NDArray[np.bool_]) -> list[ReliabilityBin]:
    number = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)  # 1.0 is in the last
    rows = np.bincount(number, minlength=BINS)
    confidences = np.bincount(number, weights=confidence, minlength=BINS)
    hits = np.bincount(number, weights=right, minlength=BINS)
    return [
        ReliabilityBin(
            low=k / BINS,
            high=(k + 1) / BINS,
            rows=int(rows[k]),
            confidence=float(confidences[k] / rows[k]),
            accuracy=float(hits[k] / rows[k]),
        )
        for k in np.flatnonzero(rows).tolist()
    ]
