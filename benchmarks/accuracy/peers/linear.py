"""Linear classifiers of scikit-learn on any features, with C chosen by cross-validation."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

Make = Callable[[float], Any]  # C to a classifier
DENSE_GRID = (0.001, 0.01, 0.1, 1)  # C on standardised features
MANY = 5000  # rows, or a third with several labels, from which one fold is held out and not each in turn


def standardised(C: float) -> Any:
    """Logistic regression on dense features with the mean 0 and the variance 1."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=300))


def tuned(
    make: Make, grid: Sequence[float], X: Any, labels: list[Any], seed: int
) -> Callable[[Any], list[Any]]:
    """A classifier with the best C of the grid; of several labels, one each with its own threshold."""
    if isinstance(labels[0], list):
        return _several(make, grid, X, labels, seed)
    y = np.array(labels)

    def right(C: float) -> float:
        return sum(int((make(C).fit(X[a], y[a]).predict(X[b]) == y[b]).sum()) for a, b in folds(y, seed))

    model = make(max(grid, key=right)).fit(X, y)
    return lambda unseen: model.predict(unseen).tolist()


def _several(
    make: Make, grid: Sequence[float], X: Any, labels: list[Any], seed: int
) -> Callable[[Any], list[Any]]:
    """The thresholds and C are those of the best macro-F1 on rows that each fold holds out."""
    binarizer = MultiLabelBinarizer()
    Y = binarizer.fit_transform(labels).astype(bool)  # (rows, labels)
    tried = []
    for C in grid:
        scores = [(one_vs_rest(make, C, X[a], Y[a])(X[b]), Y[b]) for a, b in folds(Y, seed)]
        held, truth = (np.concatenate(part) for part in zip(*scores, strict=True))
        best = [threshold(held[:, k], truth[:, k]) for k in range(Y.shape[1])]
        tried.append((np.mean([f1 for f1, _ in best]), C, np.array([at for _, at in best])))
    _, C, thresholds = max(tried, key=lambda trial: trial[0])
    model = one_vs_rest(make, C, X, Y)
    return lambda unseen: binarizer.inverse_transform((model(unseen) >= thresholds).astype(int))


def folds(y: NDArray[Any], seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows to train on and rows to score: of few rows five folds, of more three, of many only one of five."""
    kind, many = (StratifiedKFold, MANY) if y.ndim == 1 else (KFold, MANY // 3)
    count = 3 if 1000 <= len(y) < many else 5
    parts = kind(count, shuffle=True, random_state=seed).split(np.empty(len(y)), y)
    return iter([next(parts)]) if len(y) >= many else parts


def one_vs_rest(make: Make, C: float, X: Any, Y: NDArray[np.bool_]) -> Callable[[Any], NDArray[np.float64]]:
    """The scores (rows, labels) of one classifier a label; without both kinds of rows, of none."""
    models = [make(C).fit(X, column) if 0 < column.sum() < len(column) else None for column in Y.T]

    def scores(unseen: Any) -> NDArray[np.float64]:
        none = np.full(unseen.shape[0], -np.inf)
        return np.stack([none if m is None else m.decision_function(unseen) for m in models], axis=1)

    return scores


def threshold(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """The highest F1 of a label, and the score from which on it is given to reach that."""
    order = np.argsort(-scores)
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(order) + 1) + truth.sum())
    last = np.append(scores[order][1:] != scores[order][:-1], True)  # of rows with one score all are given it
    f1 = np.where(last, f1, 0)
    at = scores[order[f1.argmax()]]
    return float(f1.max()), float(at) if np.isfinite(at) else 0.0
