"""The transformer's vectors of whole texts, computed once by ``encode.py``, under logistic regression."""

from pathlib import Path

import numpy as np
from contenders import Predict, Task
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from peers.linear import tuned

FOLDER = Path(__file__).resolve().parents[3] / "build" / "accuracy" / "minilm"
GRID = (0.3, 1, 10, 100)  # C on vectors of length 1


def fit(task: Task) -> Predict:
    """What encoding costs is not in its seconds."""
    X = encoded(task.data, "train")[task.rows]
    predict = tuned(logistic, GRID, X, task.labels, task.seed)
    return lambda texts: predict(encoded(task.data, "test"))


def logistic(C: float) -> LogisticRegression:
    """Logistic regression on the vectors as they are."""
    return LogisticRegression(C=C, max_iter=300)


def encoded(data: str, part: str) -> NDArray[np.float32]:
    """The vectors of the pool or of the test rows of a set, (rows, 384)."""
    return np.load(FOLDER / f"{data}-{part}.npy")
