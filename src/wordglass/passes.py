"""What the solver asks of rows: sums over fixed chunks, the same bits at any number of threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordglass.design import Design
from wordglass.errors import DataError
from wordglass.parallel import Run, numpy_in_one_thread, usable_threads

Floats = NDArray[np.float64]
Loss = Literal["softmax", "sigmoid"]
Result = TypeVar("Result")

CHUNK_NUMBERS = 1 << 19  # of features, scores and their change: 4 MB of a core's cache
CHUNK_ROWS = 8192  # at most
SMALL = 1 << 22  # multiplications: a pass of fewer is done sooner than it is shared out among threads


class Measured(NamedTuple):
    """Sums over all rows."""

    loss: Floats  # weighted, in nats; () for softmax, (outputs,) for sigmoid, whose outputs are apart
    slope: Floats  # how the loss changes along the direction asked for; shaped as it is
    hits: int  # rows whose class, or whole set of labels, is right
    weight: float
    rows: int


def probabilities(scores: NDArray[Any], loss: Loss, multi_label: bool) -> Floats:
    """Turn scores (rows, outputs) into probabilities (rows, classes).

    Two classes share one sigmoid score, that of the second; they come out as two columns.

    >>> probabilities(np.array([[0.0], [100.0]]), "sigmoid", multi_label=False).round(2).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    z = np.asarray(scores, dtype=np.float64)
    if loss == "sigmoid":
        return sigmoid(z) if multi_label else np.hstack([sigmoid(-z), sigmoid(z)])
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def sigmoid(z: Floats) -> Floats:
    """Give 1 / (1 + exp(-z)) without overflow.

    >>> sigmoid(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, e) / (1.0 + e))


class Rows:
    """Features (rows, features), targets and weights (rows,), read chunk by chunk.

    Targets are class numbers (rows,), or for multi-label a matrix of booleans (rows, labels). The chunks do
    not depend on the threads and their sums are added in order, so that neither do the results.
    """

    def __init__(
        self,
        part: str,  # what they are, such as "training"
        X: NDArray[Any] | Design,
        targets: NDArray[Any],
        weights: Floats,
        loss: Loss,
        outputs: int,
        run: Run = map,
    ) -> None:
        self.X = X if isinstance(X, Design) else Design(X)
        self.targets, self.weights, self.loss, self.outputs = targets, weights, loss, outputs
        self.run = run
        self._check(part)

    def _check(self, part: str) -> None:
        if not len(self.X) == len(self.targets) == len(self.weights) > 0:
            sizes = (
                f"{len(self.X)} of features, {len(self.targets)} of targets, {len(self.weights)} of weights"
            )
            raise DataError(f"{part} rows: {sizes}; give as many of each, and at least one")
        faults = [
            (
                ~self.X.finite(),
                "a feature is no finite number; correct it or leave the row out",
            ),
            (
                ~(np.isfinite(self.weights) & (self.weights >= 0)),
                "the weight must be a finite number from 0 on",
            ),
        ]
        if self.targets.ndim == 1:
            classes = max(2, self.outputs)
            beyond = (self.targets < 0) | (self.targets >= classes)
            faults.append(
                (beyond, f"the class number is not from 0 to {classes - 1}; see the order of classes")
            )
        elif self.targets.shape[1] != self.outputs:
            raise DataError(f"{part} rows: {self.targets.shape[1]} labels, where there are {self.outputs}")
        for wrong, what in faults:
            if wrong.any():
                raise DataError(f"{part} row {wrong.argmax() + 1}: {what}")
        if not self.weights.any():
            raise DataError(f"{part} rows: every weight is 0; give one of them a weight above 0")

    def shares(self) -> Floats:
        """Give each output's weighted share of the rows, (outputs,), short of 0 and 1 by half a row."""
        if self.loss == "softmax":
            sums = np.bincount(self.targets, weights=self.weights, minlength=self.outputs)
        else:
            sums = self.weights @ self.targets.reshape(-1, self.outputs)
        half = 0.5 / len(self.targets)
        shares = np.clip(sums / self.weights.sum(), half, 1 - half)
        return np.asarray(shares / shares.sum() if self.loss == "softmax" else shares)

    def moments(self) -> Floats:
        """Sum the weighted products of all pairs of dense features and a column of ones: X~' diag(w) X~."""

        def one(part: slice) -> Floats:
            root = np.sqrt(self.weights[part, None])
            x = np.hstack([self._features(part) * root, root])  # (rows of the chunk, features + 1)
            return np.asarray(x.T @ x)  # half the products: NumPy sees that they are symmetric

        return sum(self._each(one), np.zeros(()))

    def sparse_moments(self) -> Floats:
        """Sum the weighted sparse features and their squares, (2, sparse features)."""
        if self.X.sparse is None:
            return np.zeros((2, 0))
        columns, weights = self.X.sparse.T, self.weights[:, None]
        squares = replace(columns, values=columns.values**2)
        return np.hstack([columns.times(weights, self.run), squares.times(weights, self.run)]).T

    def scores(self, weights: Floats, bias: Floats) -> Floats:
        """Multiply all rows out: X @ weights + bias, (rows, outputs)."""
        dense = self.X.dense.shape[1]
        z = np.zeros((len(self.X), len(bias)))
        if self.X.sparse is not None:
            self.X.sparse.times(weights[dense:], self.run, z)

        def one(part: slice) -> None:
            z[part] += self._features(part) @ weights[:dense] + bias

        self._each(one)
        return z

    def gradient(self, residuals: Floats) -> tuple[Floats, Floats]:
        """Differentiate the summed loss by weights and bias: (features + 1, outputs), bias last.

        ``residuals`` are those of ``measure``. Gives also each output's mean p(1 - p), (outputs,).
        """
        inverse = np.divide(1.0, self.weights, out=np.zeros_like(self.weights), where=self.weights > 0)

        def one(part: slice) -> tuple[Floats, Floats, Floats]:
            residual = residuals[part]  # (rows of the chunk, outputs): weight * p or -weight * (1 - p)
            doubt = np.abs(residual).sum(axis=0) - np.einsum("ij,ij,i->j", residual, residual, inverse[part])
            return self._features(part).T @ residual, residual.sum(axis=0), doubt

        by_dense, by_bias, doubts = zip(*self._each(one), strict=True)
        dense = self.X.dense.shape[1]
        gradient = np.empty((self.X.shape[1] + 1, self.outputs))
        gradient[:dense], gradient[-1] = sum(by_dense, np.zeros(())), sum(by_bias, np.zeros(()))
        if self.X.sparse is not None:
            self.X.sparse.T.times(residuals, self.run, gradient[dense:-1])
        return gradient, sum(doubts, np.zeros(())) / self.weights.sum()

    def measure(self, scores: Floats, residuals: Floats | None = None) -> Measured:
        """Sum the losses at scores, and write how the sum changes with each score to ``residuals``."""
        residuals = np.empty_like(scores) if residuals is None else residuals
        return self._measure(lambda part: (scores[part], residuals[part], None))

    def step(
        self, scores: Floats, change: Floats, length: Floats, there: Floats, residuals: Floats
    ) -> Measured:
        """Write ``scores + length * change`` to ``there`` and measure there, without the features."""

        def go(part: slice) -> tuple[Floats, Floats, Floats]:
            np.multiply(change[part], length, out=there[part])
            there[part] += scores[part]
            return there[part], residuals[part], change[part]

        return self._measure(go)

    def _measure(self, go: Callable[[slice], tuple[Floats, Floats, Floats | None]]) -> Measured:
        measure = _softmax if self.loss == "softmax" else _sigmoid

        def one(part: slice) -> tuple[Floats, Floats | float, int]:
            z, residual, dz = go(part)
            loss, hits = measure(z, self.targets[part], self.weights[part], residual)
            if dz is None:
                return loss, 0.0, hits
            return loss, np.einsum("ij,ij->" if loss.ndim == 0 else "ij,ij->j", residual, dz), hits

        loss, slope, hits = zip(*self._each(one), strict=True)
        total = float(self.weights.sum())
        return Measured(sum(loss, np.zeros(())), sum(slope, np.zeros(())), sum(hits), total, len(self.X))

    def _features(self, part: slice) -> Floats:
        return np.asarray(self.X.dense[part], dtype=np.float64)

    def _each(self, one: Callable[[slice], Result]) -> list[Result]:
        size = max(1, min(CHUNK_ROWS, CHUNK_NUMBERS // (self.X.dense.shape[1] + 2 * self.outputs)))
        return list(self.run(one, [slice(i, i + size) for i in range(0, len(self.X), size)]))


def _softmax(z: Floats, target: NDArray[Any], weight: Floats, residual: Floats) -> tuple[Floats, int]:
    rows, best = np.arange(len(z)), z.argmax(axis=1)
    np.subtract(z, z[rows, best, None], out=residual)  # (rows of the chunk, outputs), none above 0
    own = residual[rows, target]
    np.exp(residual, out=residual)
    total = residual.sum(axis=1)
    residual *= (weight / total)[:, None]
    residual[rows, target] -= weight
    return np.asarray(weight @ (np.log(total) - own)), int((best == target).sum())


def _sigmoid(z: Floats, target: NDArray[Any], weight: Floats, residual: Floats) -> tuple[Floats, int]:
    e = np.exp(-np.abs(z))
    t = target.reshape(z.shape)
    np.subtract(np.where(z >= 0, 1.0, e) / (1.0 + e), t, out=residual)
    residual *= weight[:, None]
    # one label is a choice between two classes, and a tie goes to the first, as argmax has it
    right = (z > 0 if target.ndim == 1 else z >= 0) == t
    return weight @ (np.log1p(e) + np.maximum(z, 0.0) - t * z), int(right.all(axis=1).sum())


def count_outputs(targets: NDArray[Any], loss: Loss) -> int:
    """Count what the targets need: an output a label or class, for two classes one.

    >>> count_outputs(np.array([0, 2, 1]), "softmax"), count_outputs(np.array([0, 1]), "sigmoid")
    (3, 1)
    """
    if targets.ndim == 2:
        return int(targets.shape[1])
    return int(targets.max(initial=0)) + 1 if loss == "softmax" else 1


@contextmanager
def thread_map(threads: int | None, multiplications: int) -> Iterator[Run]:
    """Give a ``map`` over so many threads, with NumPy's own held to one each; over one for small passes.

    >>> with thread_map(2, multiplications=10**9) as run:
    ...     list(run(abs, [-1, -2]))
    [1, 2]
    """
    count = usable_threads(threads) if multiplications >= SMALL else 1
    with numpy_in_one_thread():
        if count == 1:
            yield map
        else:
            with ThreadPoolExecutor(count) as pool:
                yield pool.map
