"""Word vectors and a linear head on their mean, learned together: one pass over the rows as a compiled loop.

As fastText's supervised training has it (Joulin, Grave, Bojanowski and Mikolov, 2017, Bag of tricks for
efficient text classification), with the steps of AdaGrad (Duchi, Hazan and Singer, 2011, Adaptive
subgradient methods), which need no plan of how the rate falls: each word's vector, each output's weights and
all biases together have one sum of squares.
"""

import numpy as np

from wordglass.kernels.arrays import Doubles, Ints, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.machine import square_root

LEAST = 1e-10  # under a root that is divided by
FAR = -40.0  # whose exponential is nothing beside 1
LOG2E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10


@inlined
def exponential(x: float) -> float:
    """The exponential of a number that is not above 0, without the library that Python's own is in."""
    if x < FAR:
        return 0.0
    halvings = np.int64(0.5 - x * LOG2E)
    r = x + halvings * LN2_HIGH + halvings * LN2_LOW
    total = 1.0
    for n in range(13, 0, -1):
        total = 1.0 + total * r / n
    return total / np.float64(np.int64(1) << halvings)


@inlined
def residuals(scores: Doubles, targets: Doubles, first: int, softmax: int) -> None:
    """Write probabilities less targets in the place of scores."""
    outputs = len(scores)
    if softmax:
        most = scores[0]
        for k in range(1, outputs):
            most = max(most, scores[k])
        total = 0.0
        for k in range(outputs):
            scores[k] = exponential(scores[k] - most)
            total += scores[k]
        for k in range(outputs):
            scores[k] = scores[k] / total - targets[first + k]
    else:
        for k in range(outputs):
            small = exponential(-abs(scores[k]))
            share = (1.0 if scores[k] >= 0 else small) / (1.0 + small)
            scores[k] = share - targets[first + k]


@inlined
def descend(
    weights: Doubles, first: int, gradient: Doubles, factor: float, rate: float, sums: Doubles, at: int
) -> None:
    """Step ``weights[first:]`` down a gradient times a factor; ``sums[at]`` sums its mean squares."""
    size = len(gradient)
    square = 0.0
    for t in range(size):
        square += gradient[t] * gradient[t]
    sums[at] += square * factor * factor / size
    step = rate * factor / square_root(sums[at] + LEAST)
    for t in range(size):
        weights[first + t] -= step * gradient[t]


@kernel
def learn(
    ids: Ints,
    offsets: Longs,
    order: Longs,
    targets: Doubles,
    softmax: int,
    rate: float,
    vectors: Doubles,
    weights: Doubles,
    bias: Doubles,
    of_vectors: Doubles,
    of_weights: Doubles,
    of_bias: Doubles,
    mean: Doubles,
    scores: Doubles,
    back: Doubles,
) -> None:
    """Take the rows in ``order``, and step after each.

    ``vectors`` (words, dim), ``weights`` (outputs, dim) and ``targets`` (rows, outputs) are flat; the sums of
    squares are one a word, one an output, and one for all biases. ``mean``, ``scores`` and ``back`` are room
    to work in: (dim,), (outputs,) and (dim,).
    """
    dim, outputs = len(mean), len(scores)
    for row in order:
        begin, end = offsets[row], offsets[row + 1]
        if begin == end:
            continue
        share = 1.0 / (end - begin)
        for t in range(dim):
            mean[t] = 0.0
            back[t] = 0.0
        for x in range(begin, end):
            place = int(ids[x]) * dim
            for t in range(dim):
                mean[t] += vectors[place + t]
        for t in range(dim):
            mean[t] *= share
        for k in range(outputs):
            own = weights[k * dim : (k + 1) * dim]
            score = bias[k]
            for t in range(dim):
                score += own[t] * mean[t]
            scores[k] = score
        residuals(scores, targets, row * outputs, softmax)
        for k in range(outputs):
            own, residual = weights[k * dim : (k + 1) * dim], scores[k]
            for t in range(dim):
                back[t] += residual * own[t]
        for k in range(outputs):
            descend(weights, k * dim, mean, scores[k], rate, of_weights, k)
        descend(bias, 0, scores, 1.0, rate, of_bias, 0)
        for x in range(begin, end):
            word = int(ids[x])
            descend(vectors, word * dim, back, share, rate, of_vectors, word)
