"""Stage 5: a linear head on the pooled features, and its training in a few passes over the rows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.design import Design
from wordglass.errors import ArgumentError
from wordglass.lbfgs import Frame, Memory, step_length
from wordglass.passes import Floats, Loss, Rows, count_outputs, thread_map

LEAST_LOSS = 1e-4  # nats a row
SMALLEST_C, LARGEST_C = 1e-9, 1e9  # beyond, doubles cannot hold loss and penalty side by side


@dataclass(frozen=True)
class LinearHead:
    """Scores that are linear in the features.

    >>> LinearHead(np.array([[2.0]]), np.array([1.0]), "sigmoid").scores(np.array([[3.0]])).tolist()
    [[7.0]]
    """

    weights: Floats  # (features, outputs)
    bias: Floats  # (outputs,)
    loss: Loss

    def scores(self, X: NDArray[Any]) -> Floats:
        """Give the logits (rows, outputs) of features (rows, features)."""
        return np.asarray(X @ self.weights + self.bias, dtype=np.float64)

    def cooled(self, temperature: float) -> "LinearHead":
        """The head whose scores are these divided by a temperature."""
        return LinearHead(self.weights / temperature, self.bias / temperature, self.loss)


@dataclass(frozen=True)
class EpochRecord:
    """The model after one epoch. Losses are means over the rows in nats, without the penalty."""

    epoch: int  # 0 is the model before training
    objective: float
    train_loss: float  # weighted by the rows' weights; of multi-label rows, summed over the labels
    train_accuracy: float  # unweighted; of multi-label rows, the whole set must be right
    held_out_loss: float | None  # None where no row is held out
    held_out_accuracy: float | None
    gradient: float  # its largest absolute entry where the epoch began, relative to where the first did
    seconds: float
    shortened: bool  # the full step would have raised the objective


@dataclass(frozen=True)
class Fit:
    """A fitted head and how it came about."""

    head: LinearHead
    epochs: list[EpochRecord]  # from epoch 0 on
    stopped: str  # why no further epoch was run


def fit_head(
    X: NDArray[Any] | Design,
    targets: NDArray[Any],
    *,
    loss: Loss,
    outputs: int | None = None,
    C: float = 1.0,
    epochs: int = 100,
    weights: NDArray[Any] | None = None,
    held_out: tuple[NDArray[Any] | Design, NDArray[Any]] | None = None,
    tolerance: float = 1e-8,
    threads: int | None = None,
    start: LinearHead | None = None,
    on_epoch: Callable[[EpochRecord], None] | None = None,
) -> Fit:
    """Fit logistic regression with an L2 penalty, one pass over the rows an epoch.

    The objective, over weights W and biases b, of which the biases are free::

        C * sum_i w_i * loss_i  +  1/2 * ||W||^2         with scores s_i = x_i W + b

        softmax   loss_i = log(sum_k exp(s_ik)) - s_iy               one output a class
        sigmoid   loss_i = sum_k log(1 + exp(s_ik)) - t_ik * s_ik    one output a label; one for two classes

    An epoch takes every row once: its residual into the gradient, its features into the change of its
    scores. From scores and change alone follows the length of the step, so that the objective never rises.
    Before the first epoch the products of all pairs of features are summed, once; see ``lbfgs.Frame``.

    X is (rows, features), in float32 or float64, or a ``Design`` that has sparse features too; sums are in
    float64. ``targets`` are class numbers (rows,), for "sigmoid" 0 and 1 or, for multi-label, booleans (rows,
    labels); ``outputs`` is needed where the last classes have no rows. ``weights`` are the rows' w_i.
    ``held_out`` is another (X, targets), scored at every epoch. ``tolerance`` ends training after an epoch
    whose step promised to lower the objective by less than this share. ``start`` is a head to go on from. The
    result has the same bits at any number of ``threads``, which if not given are as many as there are
    processors.

    Raises ``DataError`` where a feature, a target or a weight cannot be used, ``ArgumentError`` where C or
    epochs cannot.

    >>> fit = fit_head(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1]), loss="sigmoid")
    >>> fit.head.weights.round(2).tolist(), fit.stopped
    ([[0.96]], 'converged')
    """
    check_fit(C, epochs)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=np.float64)
    outputs = outputs or (len(start.bias) if start else count_outputs(targets, loss))
    records: list[EpochRecord] = []
    stopped = "all epochs done"
    with thread_map(threads, X.size * outputs) as run:
        clock = time.perf_counter()
        rows = Rows("training", X, targets, w, loss, outputs, run)
        others = None
        if held_out:
            others = Rows("held-out", *held_out, np.ones(len(held_out[0])), loss, outputs, run)
        descent = Descent(rows, start, C)
        for epoch in range(epochs + 1):
            if epoch:
                descent.epoch()
            head, now = descent.head, descent.measured
            seen = others.measure(others.scores(head.weights, head.bias)) if others else None
            record = EpochRecord(
                epoch=epoch,
                objective=float(descent.objective.sum()),
                train_loss=float(now.loss.sum() / now.weight),
                train_accuracy=now.hits / now.rows,
                held_out_loss=float(seen.loss.sum() / seen.weight) if seen else None,
                held_out_accuracy=seen.hits / seen.rows if seen else None,
                gradient=descent.gradient,
                seconds=time.perf_counter() - clock,
                shortened=descent.shortened,
            )
            clock = time.perf_counter()
            records.append(record)
            if on_epoch:
                on_epoch(record)
            if descent.converged(tolerance):
                stopped = "converged"
                break
    return Fit(descent.head, records, stopped)


def check_fit(C: float, epochs: int) -> None:
    """Raise ``ArgumentError`` where C or epochs cannot be."""
    if not SMALLEST_C <= C <= LARGEST_C:
        raise ArgumentError(f"C={C}: must be from {SMALLEST_C:g} to {LARGEST_C:g}")
    if epochs < 0:
        raise ArgumentError(f"epochs={epochs}: must be at least 0")


class Descent:
    """The model on its way down: where it is, and what the last epoch did."""

    def __init__(self, rows: Rows, start: LinearHead | None, C: float) -> None:
        self.rows, self.C = rows, C
        shares = rows.shares()  # (outputs,)
        self.head = start or _at_rest(rows, shares)
        self.frame = Frame(rows.moments(), rows.sparse_moments(), shares, rows.loss, C, rows.run)
        apart = rows.loss == "sigmoid"  # its outputs are problems of their own
        self.memory = Memory((len(self.head.weights) + 1, len(shares)), apart, rows.run)
        self.scores = rows.scores(self.head.weights, self.head.bias)  # (rows, outputs)
        self.residuals, self.there = np.empty((2, *self.scores.shape))
        self.measured = rows.measure(self.scores, self.residuals)
        self.penalty = self.memory.dot(self.head.weights, self.head.weights) / 2
        self.objective = C * self.measured.loss + self.penalty
        self.gradient, self.promised, self.shortened = 1.0, np.inf, False
        self._first_gradient = 0.0

    def converged(self, tolerance: float) -> bool:
        """Whether the last step promised to lower the objective by less than this share of it.

        Of an objective that falls towards 0, as where a label is never there, the share is of a mean loss so
        small that nothing comes of more.
        """
        least = LEAST_LOSS * self.C * self.measured.weight
        return self.promised <= tolerance * max(float(self.objective.sum()), least)

    def epoch(self) -> None:
        """Pass over the rows once: the gradient, a direction, the scores' change along it, a step."""
        head, dot = self.head, self.memory.dot
        gradient, doubt = self.rows.gradient(self.residuals)  # (features + 1, outputs), (outputs,)
        gradient *= self.C
        gradient[:-1] += head.weights
        steepest = float(max(gradient.max(), -gradient.min()))
        self._first_gradient = self._first_gradient or steepest
        self.gradient = steepest / self._first_gradient if steepest else 0.0

        self.frame.turn(gradient)
        direction, slope = self.memory.direction(gradient, partial(self.frame.solve, doubt=doubt))
        self.promised = -float(slope.sum()) / 2  # slope: () or (outputs,), below 0
        weights, bias = self.frame.change(direction)
        change = self.rows.scores(weights, bias)  # (rows, outputs)
        bend, lean = dot(weights, weights), dot(head.weights, weights)

        def trial(length: Floats) -> tuple[Floats, Floats]:
            self.measured = self.rows.step(self.scores, change, length, self.there, self.residuals)
            penalty = self.penalty + length * (lean + length * bend / 2)
            return self.C * self.measured.loss + penalty, self.C * self.measured.slope + lean + length * bend

        length, tried, self.shortened = step_length(trial, self.objective, slope)
        if not tried:  # it is not the last one tried
            trial(length)
        self.scores, self.there = self.there, self.scores
        self.head = LinearHead(head.weights + length * weights, head.bias + length * bias, head.loss)
        self.penalty = dot(self.head.weights, self.head.weights) / 2
        self.objective = self.C * self.measured.loss + self.penalty
        self.memory.moved(length, slope)


def _at_rest(rows: Rows, shares: Floats) -> LinearHead:
    """Give the model that knows only the shares of the classes."""
    bias = np.log(shares) if rows.loss == "softmax" else np.log(shares) - np.log1p(-shares)
    return LinearHead(np.zeros((rows.X.shape[1], len(shares))), bias, rows.loss)
