"""How much each of several heads has to say: weights for their scores, from rows that none was fitted on.

The scores of the heads are added up with weights of at least 0 that lose least on these rows (Wolpert, 1992,
Stacked generalization; Breiman, 1996, Stacked regressions, for weights that are not negative). A sum of
linear heads is a linear head, so that nothing is lost of what can be said of one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.calibrate import temper
from wordglass.passes import Floats, Loss, probabilities

# One row's worth of belief that all heads are as good, each calibrated by itself: what few rows say of the
# best weights is mostly chance.
BELIEF = 1.0
AS_FITTED = 1.0  # how strongly
STEPS = 50
PROMISED = 1e-10  # of a step, in nats a row
LEAST = 0.01  # of the largest weight: heads with less are left out


def stack(scores: NDArray[Any], targets: NDArray[Any], weights: NDArray[Any], loss: Loss) -> Floats:
    """Find the heads' weights, (heads,), for scores (heads, rows, outputs) of rows they were not fitted on.

    ``targets``, ``weights`` (rows,) and ``loss`` as for ``fit_head``. The weights calibrate, too: the scores
    that they add up to need no temperature. Of few rows, it is believed that the heads' mean is calibrated
    as it is; see ``temper``. Where no head tells anything, all weigh the same.

    >>> good, noise = np.array([[2.0], [-2.0], [3.0], [1.0]]), np.array([[1.0], [1.0], [-1.0], [-1.0]])
    >>> found = stack(np.stack([good, noise]), np.array([1, 0, 1, 0]), np.ones(4), "sigmoid")
    >>> bool(found[0] > 5 * found[1])
    True
    """
    shares = mix(scores, targets, weights, loss)
    shares /= shares.sum()
    together = np.tensordot(shares, np.asarray(scores, np.float64), 1)
    return np.asarray(shares / temper(together, targets, weights, loss, belief=AS_FITTED).temperature)


def mix(scores: NDArray[Any], targets: NDArray[Any], weights: NDArray[Any], loss: Loss) -> Floats:
    """The weights that lose least, (heads,): of them only the proportions count.

    A weight that is small beside the largest is 0.
    """
    heat = np.array([temper(one, targets, weights, loss).temperature for one in scores])
    z = np.asarray(scores, np.float64) / heat[:, None, None]
    w = weights / weights.sum()
    equal, belief = np.full(len(z), 1 / len(z)), BELIEF / len(targets)
    a, value = equal, _lost(equal, z, targets, w, loss)
    for _ in range(STEPS):
        slope, bend = _derivatives(a, z, targets, w, loss)
        slope += belief * (a - equal)
        bend += belief * np.eye(len(a))
        free = (a > 0) | (slope < 0)
        step = np.zeros_like(a)
        step[free] = -np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        if -slope @ step <= PROMISED:
            break
        length = 1.0
        while length > 1e-6:
            there = np.maximum(a + length * step, 0.0)
            new = _lost(there, z, targets, w, loss) + belief * ((there - equal) @ (there - equal)) / 2
            if new <= value:
                break
            length /= 2
        else:
            break
        a, value = there, new
    a = np.where(a < LEAST * a.max(), 0.0, a) if a.any() else equal
    return np.asarray(a / heat)


def _lost(a: Floats, z: Floats, targets: NDArray[Any], w: Floats, loss: Loss) -> float:
    """The mean log loss of the scores added up with weights ``a`` (heads,)."""
    s = np.tensordot(a, z, 1)  # (rows, outputs)
    if loss == "softmax":
        top = s.max(axis=1)
        own = s[np.arange(len(s)), targets]
        return float(w @ (top + np.log(np.exp(s - top[:, None]).sum(axis=1)) - own))
    return float(w @ (np.logaddexp(0.0, s) - targets.reshape(s.shape) * s).sum(axis=1))


def _derivatives(a: Floats, z: Floats, targets: NDArray[Any], w: Floats, loss: Loss) -> tuple[Floats, Floats]:
    """Its slope (heads,) and curvature (heads, heads)."""
    p = probabilities(np.tensordot(a, z, 1), loss, multi_label=True)  # (rows, outputs)
    weighed = p * w[:, None]
    if loss == "softmax":
        mean = np.einsum("hij,ij->hi", z, p)  # (heads, rows)
        own = z[:, np.arange(len(targets)), targets]
        bend = np.einsum("hij,gij,ij->hg", z, z, weighed, optimize=True) - (mean * w) @ mean.T
        return (mean - own) @ w, bend
    residual = (p - targets.reshape(p.shape)) * w[:, None]
    bend = np.einsum("hij,gij,ij->hg", z, z, weighed * (1 - p), optimize=True)
    return np.einsum("hij,ij->h", z, residual), bend
