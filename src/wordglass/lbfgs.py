"""The parts of the solver that know nothing of texts: a frame for the weights, L-BFGS, the step's length."""

from collections import deque
from collections.abc import Callable

import numpy as np

from wordglass.passes import Floats, Loss

MEMORY = 10  # steps remembered
TRIALS = 20  # lengths tried for one step
FLAT = 0.1  # a length is good where the slope has fallen to this share of what it was


class Frame:
    """Coordinates in which the objective is as curved in every direction, seen from zero weights.

    With zero weights every row has the same probabilities p, and the curvature is exactly C * S (x) G + P:
    G the moments of the features, S the covariance of the classes (softmax: diag(p) - pp'; sigmoid:
    diag(p(1 - p))), P the penalty. Centring the features sets the biases apart, and the eigenvectors of G
    and S make it diagonal; ``scale`` is the root of its inverse. Of sparse features, which come after the
    dense ones, the products of pairs are left out of G: ``sparse`` has their sums and sums of squares.
    """

    def __init__(self, moments: Floats, sparse: Floats, shares: Floats, loss: Loss, C: float) -> None:
        total = moments[-1, -1]
        mean = moments[-1, :-1] / total  # (dense features,)
        spread, self.of_features = np.linalg.eigh(moments[:-1, :-1] - total * np.outer(mean, mean))
        self.mean = np.concatenate([mean, sparse[0] / total])  # (features,)
        spread = np.concatenate([spread, sparse[1] - sparse[0] ** 2 / total])
        if loss == "softmax":
            doubt, self.of_outputs = np.linalg.eigh(np.diag(shares) - np.outer(shares, shares))
            doubt[0] = 0.0  # all scores moved alike change nothing
        else:
            doubt, self.of_outputs = shares * (1 - shares), np.eye(len(shares))
        curvature = np.vstack([np.outer(C * np.maximum(spread, 0.0), doubt) + 1.0, C * total * doubt])
        self.scale = np.sqrt(np.divide(1.0, curvature, out=np.zeros_like(curvature), where=curvature > 0))

    def gradient(self, gradient: Floats) -> Floats:
        """Express a gradient by weights and bias, (features + 1, outputs), in these coordinates."""
        centred = gradient[:-1] - np.outer(self.mean, gradient[-1])
        dense = len(self.of_features)
        turned = (
            np.vstack([self.of_features.T @ centred[:dense], centred[dense:], gradient[-1]]) @ self.of_outputs
        )
        return np.asarray(self.scale * turned)

    def change(self, direction: Floats) -> tuple[Floats, Floats]:
        """Turn a direction in these coordinates into a change of the weights and one of the bias."""
        turned = (self.scale * direction) @ self.of_outputs.T
        dense = len(self.of_features)
        weights = np.vstack([self.of_features @ turned[:dense], turned[dense:-1]])
        return weights, turned[-1] - self.mean @ weights


class Memory:
    """What L-BFGS keeps: the last steps and how the gradient changed over each.

    Liu and Nocedal (1989), On the limited memory BFGS method for large scale optimization. With ``axis`` 0
    every column is a problem of its own, with ``axis`` None all are one.
    """

    def __init__(self, axis: int | None) -> None:
        self.axis = axis
        self._pairs: deque[tuple[Floats, Floats, Floats]] = deque(maxlen=MEMORY)
        self._gamma = np.ones(())

    def dot(self, a: Floats, b: Floats) -> Floats:
        """Multiply and sum, to () or (columns,)."""
        return np.asarray((a * b).sum(axis=self.axis))

    def remember(self, step: Floats, change: Floats) -> None:
        """Keep a step and the change of the gradient; where rounding hides the curvature, as zeros."""
        curvature, size = self.dot(step, change), self.dot(change, change)
        seen = curvature > 1e-14 * size
        self._pairs.append((step, change, np.divide(1.0, curvature, out=np.zeros_like(size), where=seen)))
        self._gamma = np.divide(curvature, size, out=np.ones_like(size), where=seen)

    def direction(self, gradient: Floats) -> Floats:
        """Give the step that would lead to the lowest point if the curvature were as remembered."""
        q = -gradient
        alphas = []
        for step, change, rho in reversed(self._pairs):
            alphas.append(rho * self.dot(step, q))
            q = q - alphas[-1] * change
        q = q * self._gamma
        for (step, change, rho), alpha in zip(self._pairs, reversed(alphas), strict=True):
            q = q + (alpha - rho * self.dot(change, q)) * step
        return q


def step_length(
    trial: Callable[[Floats], tuple[Floats, Floats]], value: Floats, slope: Floats
) -> tuple[Floats, bool]:
    """Find how far to go along a direction in which a convex function falls.

    ``trial`` gives value and slope at a length; ``value`` and ``slope`` are those at 0. The slope rises
    with the length, so its zero is closed in by secants; where one end stays twice, its slope counts half
    (the Illinois rule; Dowell and Jarratt, 1971, A modified regula falsi method). Returns the length, 0 where
    rounding hides any descent, and whether the full step would have raised the (summed) value. All arrays are
    () or (columns,).
    """
    low, low_slope, low_value = np.zeros_like(value), slope, value
    high, high_slope = np.full_like(value, np.inf), np.ones_like(value)
    last = np.zeros_like(value)  # the end that moved last: 1 for the high one, -1 for the low one
    length = np.ones_like(value)
    new_value, new_slope = trial(length)
    raised = bool(new_value.sum() > value.sum())
    for _ in range(TRIALS):
        good = (new_value <= value) & (np.abs(new_slope) <= -FLAT * slope)
        if good.all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = length - (length - low) * new_slope / (new_slope - low_slope)
            beyond = np.fmin(np.fmax(beyond, 1.5 * length), 4 * length)
            above = new_slope > 0
            high = np.where(above, length, high)
            high_slope = np.where(above, new_slope, np.where(last == -1, high_slope / 2, high_slope))
            low_slope = np.where(above, np.where(last == 1, low_slope / 2, low_slope), new_slope)
            low_value = np.where(above, low_value, new_value)
            low = np.where(above, low, length)
            last = np.where(above, 1, -1)
            width = high - low
            between = low - low_slope * width / (high_slope - low_slope)
            between = np.fmin(np.fmax(between, low + 0.1 * width), high - 0.1 * width)
        length = np.where(good, length, np.where(np.isfinite(high), between, beyond))
        new_value, new_slope = trial(length)
    return np.where(new_value <= value, length, np.where(low_value <= value, low, 0.0)), raised
