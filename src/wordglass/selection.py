"""The strength of the penalty, chosen by cross-validation on the training rows."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.head import LinearHead, fit_head
from wordglass.passes import Loss, Measured, Rows, thread_map
from wordglass.trace.document import Selection, Trial

# The penalty says that weights are spread around 0 with variance C (MacKay, 1992, A practical Bayesian
# framework for backpropagation networks). How large useful weights are does not depend on the number of
# rows, nor then does the grid: for standardised features it allows weights of about 0.03 to 30.
GRID = (1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3)
EPOCHS = 10  # for one C; the next goes on from there
TOLERANCE = 1e-4  # far below what separates one C from the next
WORSE = 2  # so many C in a row without a lower loss, and the larger ones are left out


def select_penalty(
    X: NDArray[Any],
    targets: NDArray[Any],
    *,
    loss: Loss,
    weights: NDArray[Any] | None = None,
    grid: Sequence[float] = GRID,
    folds: int = 5,
    seed: int = 0,
    threads: int | None = None,
) -> Selection:
    """Choose C by the mean log loss over stratified folds; of equals the smallest.

    X, targets, loss and weights as for ``fit_head``; X standardised before on all training rows, which
    tells the folds nothing of their labels. A C much larger than the best is not tried. Where no two rows
    share a class, nothing can be held out: C is then 1, in 0 folds, as if given.

    >>> X = np.array([[-3.0], [-2.0], [-1.0], [1.0], [2.0], [3.0]])
    >>> chosen = select_penalty(X, np.array([0, 0, 1, 0, 1, 1]), loss="sigmoid")
    >>> chosen["how"], chosen["C"], chosen["folds"]
    ('cross-validation', 0.1, 5)
    """
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=np.float64)
    fold = deal_folds(targets, w > 0, folds, seed)  # (rows,)
    count = int(fold.max(initial=-1)) + 1
    if count < 2:
        return Selection(how="given", C=1.0, folds=0, trials=[])
    trials: list[Trial] = []
    best = 0
    heads: list[LinearHead | None] = [None] * count

    def try_fold(k: int, C: float) -> Measured:
        out = fold == k
        # weight 0 instead of a copy of the other rows
        fit = fit_head(
            X,
            targets,
            loss=loss,
            C=C,
            epochs=EPOCHS,
            weights=np.where(out, 0.0, w),
            tolerance=TOLERANCE,
            threads=1,
            start=heads[k],
        )
        heads[k] = fit.head
        rows = Rows("held-out", X[out], targets[out], w[out], loss, len(fit.head.bias))
        return rows.measure(rows.scores(fit.head.weights, fit.head.bias))

    with thread_map(threads, X.size * count * EPOCHS) as run:
        for C in sorted(grid):
            began = time.perf_counter()
            seen = list(run(partial(try_fold, C=C), range(count)))
            losses = [float(s.loss.sum() / s.weight) for s in seen]
            trials.append(
                Trial(
                    C=float(C),
                    loss=float(np.mean(losses)),
                    loss_error=float(np.std(losses, ddof=1) / np.sqrt(count)),
                    accuracy=sum(s.hits for s in seen) / sum(s.rows for s in seen),
                    seconds=time.perf_counter() - began,
                    chosen=False,
                )
            )
            if trials[-1]["loss"] < trials[best]["loss"]:
                best = len(trials) - 1
            if len(trials) - 1 - best >= WORSE:
                break
    trials[best]["chosen"] = True
    return Selection(how="cross-validation", C=trials[best]["C"], folds=count, trials=trials)


def deal_folds(targets: NDArray[Any], usable: NDArray[np.bool_], folds: int, seed: int) -> NDArray[np.int64]:
    """Deal the usable rows to folds, class by class; -1 for rows that always stay in training.

    Each class is spread as evenly as it goes, so that one with two rows or more is in every training part;
    a class's only row stays there. Multi-label rows are dealt at random.

    >>> deal_folds(np.array([0, 0, 0, 2]), np.ones(4, dtype=bool), folds=3, seed=0)[-1].item()
    -1
    """
    strata = targets if targets.ndim == 1 else np.zeros(len(targets), dtype=np.int64)
    sizes = np.bincount(strata[usable], minlength=int(strata.max(initial=0)) + 1)
    order = np.random.default_rng(seed).permutation(np.flatnonzero(usable & (sizes[strata] > 1)))
    order = order[np.argsort(strata[order], kind="stable")]
    fold = np.full(len(targets), -1)
    fold[order] = np.arange(len(order)) % max(2, min(folds, len(order)))
    return fold
