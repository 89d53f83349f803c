"""The parts of the solver that know nothing of texts: a frame for the weights, L-BFGS, the step's length."""

from collections.abc import Callable

import numpy as np

from wordglass.kernels import native
from wordglass.parallel import Run
from wordglass.passes import Floats, Loss

MEMORY = 5  # steps remembered: more save hardly an epoch
CHUNK = 1 << 16  # weights in one go by one thread
COLUMNS = 64  # at least, of sums side by side: so many that none waits for the one before
SUREST = 1e-6  # of the doubt at zero weights, the least that is taken for what is left
TOGETHER = 8.0  # times its own, the curvature of a sparse feature among others of the same rows
HIDDEN = 1e-3  # of a slope, a change so small that it is not taken for curvature
TRIALS = 20  # lengths tried for one step
FLAT = 0.1  # a length is good where the slope has fallen to this share of what it was


class Frame:
    """Coordinates in which a first guess at the curvature is diagonal in the features, and that guess.

    Had all rows the same probabilities p, the curvature would be exactly C * S (x) G + P: G the moments of
    the features, S the covariance of the classes (softmax: diag(p) - pp'; sigmoid: diag(p(1 - p))), P the
    penalty. Centring the features sets the biases apart, and the eigenvectors of G make it diagonal. Of
    sparse features, which come after the dense ones, the products of pairs are left out of G: ``sparse`` has
    their sums and sums of squares, and ``TOGETHER`` stands for the rest. With zero weights p are the
    ``shares`` of the classes. As the rows become sure, S becomes smaller, but not P: so each class's part in
    S follows its mean p(1 - p) over the rows.
    """

    def __init__(
        self, moments: Floats, sparse: Floats, shares: Floats, loss: Loss, C: float, run: Run = map
    ) -> None:
        self.run = run
        self.shares, self.coupled, self.total = shares, loss == "softmax", C * moments[-1, -1]
        total = moments[-1, -1]
        mean = moments[-1, :-1] / total  # (dense features,)
        spread, self.of_features = np.linalg.eigh(moments[:-1, :-1] - total * np.outer(mean, mean))
        spread = np.concatenate([spread, TOGETHER * (sparse[1] - sparse[0] ** 2 / total)])
        self.mean = np.concatenate([mean, sparse[0] / total])  # (features,)
        self.spread = C * np.maximum(spread, 0.0)  # (features,)

    def turn(self, gradient: Floats) -> None:
        """Express a gradient by weights and bias, (features + 1, outputs), in these coordinates, in place."""

        def centre(part: slice) -> None:
            gradient[part] -= self.mean[part, None] * gradient[-1]

        list(self.run(centre, self._parts(gradient)))
        dense = len(self.of_features)
        gradient[:dense] = self.of_features.T @ gradient[:dense]

    def solve(self, gradient: Floats, doubt: Floats) -> Floats:
        """Divide a gradient by the curvature, where the rows' mean p(1 - p) is ``doubt``, (outputs,)."""
        at_rest = np.maximum(
            self.shares * (1 - self.shares), np.finfo(np.float64).tiny
        )  # 0 of one class alone
        size = (self.shares if self.coupled else at_rest) * np.maximum(doubt / at_rest, SUREST)
        out = np.empty_like(gradient)

        def divide(part: slice) -> None:
            native.solve(gradient, self.spread, size, self.coupled, part.start, part.stop, out)

        list(self.run(divide, self._parts(gradient)))
        out[-1] = gradient[-1] / (self.total * size)
        if self.coupled:
            out[-1] -= out[-1].mean()  # all scores moved alike change nothing
        return out

    def change(self, direction: Floats) -> tuple[Floats, Floats]:
        """Turn a direction in these coordinates into a change of weights and bias; it is overwritten."""
        dense = len(self.of_features)
        direction[:dense] = self.of_features @ direction[:dense]
        return direction[:-1], direction[-1] - self.mean @ direction[:-1]

    def _parts(self, gradient: Floats) -> list[slice]:
        return _parts(len(self.mean), max(1, CHUNK // gradient.shape[1]))


class Memory:
    """What L-BFGS keeps: the last steps and how the gradient changed over each.

    Liu and Nocedal (1989), On the limited memory BFGS method for large scale optimization. With ``apart``
    every output is a problem of its own, else all are one.
    """

    def __init__(self, shape: tuple[int, int], apart: bool, run: Run = map) -> None:
        self.outputs, self.apart, self.run = shape[1], apart, run
        self.width = self.outputs * -(-COLUMNS // self.outputs)  # columns of sums, many enough to be fast
        self.steps, self.changes = np.zeros((2, MEMORY, shape[0] * self.outputs))
        columns = (self.outputs,) if apart else ()
        self.products = np.zeros((MEMORY, MEMORY, *columns))  # of step i and change j, i no later than j
        self.inverse = np.zeros((MEMORY, *columns))  # of the products of steps with their own changes
        self.slots: list[int] = []  # from the first step to the last
        self._slot = 0  # of the step on the way
        self._before: tuple[Floats, Floats] | None = None  # the gradient it began with; the steps' products

    def dot(self, a: Floats, b: Floats) -> Floats:
        """Multiply and sum, to () or (outputs,)."""
        return np.einsum("ij,ij->j", a, b) if self.apart else np.asarray(a.ravel() @ b.ravel())

    def direction(self, gradient: Floats, solve: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
        """Give the step to the lowest point if the curvature were as remembered, and its slope.

        ``solve`` divides by the curvature that is assumed where nothing is remembered. The gradient is kept.
        """
        along = self._dots(self.steps, gradient)
        if self._before:
            self._remember(gradient, along)
        direction = self._direction(gradient, along, solve)
        slope = self.dot(gradient, direction)
        if (slope > 0).any():  # rounding has the better of it: begin anew
            self.inverse[..., slope > 0] = 0.0
            direction = self._direction(gradient, along, solve)
            slope = self.dot(gradient, direction)
        self._slot = self.slots.pop(0) if len(self.slots) == MEMORY else len(self.slots)
        self.steps[self._slot] = direction.ravel()
        self._before = gradient, along
        return direction, slope

    def moved(self, length: Floats, slope: Floats) -> None:
        """Take note how far the last direction was gone along."""
        assert self._before
        step = self.steps[self._slot].reshape(-1, self.outputs)
        step *= length
        self._before[1][self._slot] = length * slope

    def _remember(self, gradient: Floats, along: Floats) -> None:
        """Keep the step made and the change of the gradient; where rounding hides the curvature, as none."""
        assert self._before
        slot, (before, products) = self._slot, self._before
        change = self.changes[slot].reshape(gradient.shape)
        np.subtract(gradient, before, out=change)
        self.products[:, slot] = along - products
        curvature = self.products[slot, slot]
        seen = curvature > np.maximum(-HIDDEN * products[slot], 0.0)
        self.inverse[slot] = np.divide(1.0, curvature, out=np.zeros_like(curvature), where=seen)
        self.slots.append(slot)

    def _direction(self, gradient: Floats, along: Floats, solve: Callable[[Floats], Floats]) -> Floats:
        """The two loops of the method, over the products alone."""
        of_changes, of_steps = np.zeros((2, *self.inverse.shape))
        for k, i in reversed(list(enumerate(self.slots))):
            later = self.slots[k + 1 :]
            left = along[i] - (of_changes[later] * self.products[i, later]).sum(axis=0)
            of_changes[i] = self.inverse[i] * left
        direction = gradient.copy()
        self._add(self.changes, -of_changes, direction)
        direction = solve(direction)
        products = self._dots(self.changes, direction)
        for k, i in enumerate(self.slots):
            earlier = self.slots[:k]
            left = products[i] + (of_steps[earlier] * self.products[earlier, i]).sum(axis=0)
            of_steps[i] = of_changes[i] - self.inverse[i] * left
        self._add(self.steps, of_steps, direction)
        return np.negative(direction, out=direction)

    def _dots(self, vectors: Floats, vector: Floats) -> Floats:
        """The products of remembered vectors with one, (MEMORY,) or (MEMORY, outputs)."""

        def one(part: slice) -> Floats:
            return native.dots(vectors, vector, part.start, part.stop, self.width)

        sums = sum(self.run(one, self._chunks()), np.zeros(()))  # (MEMORY, width)
        if self.apart:
            return np.asarray(sums.reshape(MEMORY, -1, self.outputs).sum(axis=1))
        return np.asarray(sums.sum(axis=1))

    def _add(self, vectors: Floats, factors: Floats, out: Floats) -> None:
        """Add remembered vectors times factors, (MEMORY,) or (MEMORY, outputs)."""
        factors = factors.reshape(MEMORY, -1)
        factors = np.tile(factors, self.width // factors.shape[1])

        def one(part: slice) -> None:
            native.combine(vectors, factors, part.start, part.stop, out)

        list(self.run(one, self._chunks()))

    def _chunks(self) -> list[slice]:
        return _parts(self.steps.shape[1], max(1, CHUNK // self.width) * self.width)


def _parts(size: int, each: int) -> list[slice]:
    return [slice(i, min(i + each, size)) for i in range(0, size, each)]


def step_length(
    trial: Callable[[Floats], tuple[Floats, Floats]], value: Floats, slope: Floats
) -> tuple[Floats, bool, bool]:
    """Find how far to go along a direction in which a convex function falls.

    ``trial`` gives value and slope at a length; ``value`` and ``slope`` are those at 0. The slope rises
    with the length, so its zero is closed in by secants; where one end stays twice, its slope counts half
    (the Illinois rule; Dowell and Jarratt, 1971, A modified regula falsi method). Returns the length, 0 where
    rounding hides any descent, whether it is the last one tried, and whether the full step would have raised
    the (summed) value. All arrays are () or (columns,).
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
    lower = new_value <= value
    return np.where(lower, length, np.where(low_value <= value, low, 0.0)), bool(lower.all()), raised
