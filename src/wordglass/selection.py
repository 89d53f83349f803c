"""Model selection: heads tried by cross-validation on the training rows, and one chosen or several combined.

The features are computed once. Each setting is judged by the scores of rows that its head was not fitted on.
Either the setting is taken whose scores lose least, or the scores of all are weighed against each other; see
``wordglass.stacking``.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.design import Design
from wordglass.evaluate import decide, log_losses, wilson
from wordglass.features import Features, Setting
from wordglass.head import LinearHead, fit_head
from wordglass.passes import Floats, Loss, probabilities, thread_map
from wordglass.stacking import stack
from wordglass.trace.document import Interval, Selection, Trial

FOLDS = 5
EPOCHS = 15  # for one setting; the next goes on from there
TOLERANCE = 1e-3  # far below what separates one setting from the next
WORSE = 2  # so many settings in a row that are no better than the best, and the rest is left out
# Few rows are scored in every fold, so that each has its say; of many, a part of them tells enough.
SCORED = ((2_000, 5), (10_000, 2), (1 << 62, 1))  # up to so many rows, so many of the five folds

Tell = Callable[[str], None]


class Search(NamedTuple):
    """Settings to try, and whether they are combined. Else one is chosen, from settings in a row in which the
    loss falls and then rises.
    """

    settings: Sequence[Setting]
    combined: bool


class Selected(NamedTuple):
    """What a search found: heads to train on all rows, and how much each has to say."""

    heads: list[tuple[Setting, float]]
    scored: NDArray[np.int64]  # rows that a head was not fitted on
    scores: Floats | None  # (rows scored, outputs) of the heads together; None where nothing was tried
    document: Selection


class _Judged(NamedTuple):
    scores: Floats  # (rows scored, outputs)
    loss: float
    error: float
    accuracy: Interval
    seconds: float
    features: int


def select(
    features: Features,
    search: Search,
    *,
    loss: Loss,
    seed: int = 0,
    threads: int | None = None,
    budget: float | None = None,
    tell: Tell = lambda words: None,
) -> Selected:
    """Try the settings of a search, and choose or combine.

    ``budget`` is the seconds after which no other setting is tried; one always is. Where no two rows share a
    class, nothing can be held out: then the settings that are combined have equal shares, and of others the
    middle one is taken.
    """
    clock = time.perf_counter()
    folds = _Folds(features, loss, seed, threads)
    if not folds.count:
        middle = search.settings[len(search.settings) // 2]
        return given(search.settings if search.combined else [middle])
    judged: list[_Judged] = []
    stopped = "all settings were tried"
    for setting in search.settings:
        tell(f"trying head {len(judged) + 1} of {len(search.settings)}")
        judged.append(folds.judge(setting))
        best = min(range(len(judged)), key=lambda k: judged[k].loss)
        if not search.combined and len(judged) - 1 - best >= WORSE:
            stopped = "the loss only rises from there"
            break
        spent = time.perf_counter() - clock
        if budget is not None and spent + judged[-1].seconds > budget and len(judged) < len(search.settings):
            stopped = f"the budget of {budget:g} s is spent"
            break
    shares = np.eye(len(judged))[best]
    if search.combined:
        shares = stack(np.stack([one.scores for one in judged]), folds.truth, folds.weights, loss)
    tried = search.settings[: len(judged)]
    document = Selection(
        how="combined" if search.combined else "chosen",
        folds=folds.count,
        rows=len(folds.scored),
        stopped=stopped,
        trials=[
            trial_of(setting, float(share), one)
            for setting, share, one in zip(tried, shares, judged, strict=True)
        ],
        together=None,
    )
    together: Floats = sum(share * one.scores for share, one in zip(shares, judged, strict=True))
    if search.combined:
        lost, error, accuracy = folds.measure(together)
        document["together"] = {"loss": lost, "loss_error": error, "accuracy": accuracy}
    heads = [(setting, float(share)) for setting, share in zip(tried, shares, strict=True) if share]
    return Selected(heads, folds.scored, together, document)


def given(settings: Sequence[Setting]) -> Selected:
    """Settings that are taken untried, with equal shares."""
    share = 1 / len(settings)
    document = Selection(
        how="given",
        folds=0,
        rows=0,
        stopped="nothing was tried",
        trials=[trial_of(setting, share, None) for setting in settings],
        together=None,
    )
    return Selected([(setting, share) for setting in settings], np.zeros(0, np.int64), None, document)


def trial_of(setting: Setting, share: float, judged: _Judged | None) -> Trial:
    """A setting as the trace has it."""
    return Trial(
        block=setting.block,
        C=setting.C,
        names=setting.names,
        loss=judged and judged.loss,
        loss_error=judged and judged.error,
        accuracy=judged and judged.accuracy,
        features=judged and judged.features,
        seconds=judged and judged.seconds,
        share=share,
    )


class _Folds:
    """The parts of the training rows, and where the last head fitted without each of them stands."""

    def __init__(self, features: Features, loss: Loss, seed: int, threads: int | None) -> None:
        self.features, self.loss, self.threads = features, loss, threads
        n = features.rows
        weights = features.weights[:n]
        fold = deal_folds(features.targets[:n], weights > 0, FOLDS, seed)  # (rows,)
        dealt = int(fold.max(initial=-1)) + 1
        self.count = 0 if dealt < 2 else min(dealt, next(count for most, count in SCORED if n <= most))
        self.out = [np.flatnonzero(fold == k) for k in range(self.count)]
        self.scored = np.sort(np.concatenate([np.zeros(0, np.int64), *self.out]))
        self.truth, self.weights = features.targets[self.scored], features.weights[self.scored]
        self._heads: dict[tuple[Any, ...], LinearHead] = {}

    def judge(self, setting: Setting) -> _Judged:
        """Fit a head without each part, score the part, and measure all scores together."""
        began = time.perf_counter()
        features = self.features
        every = features.design(setting, None)
        apart = self.count > 1  # parts side by side, each in one thread; one part alone has all threads
        with thread_map(self.threads if apart else 1, every.size * self.count * EPOCHS) as run:
            one = partial(self._score, setting, every, 1 if apart else self.threads)
            parts = list(run(one, range(self.count)))
        scores = np.zeros((features.rows, features.outputs))
        for rows, part in zip(self.out, parts, strict=True):
            scores[rows] = part
        scores = scores[self.scored]
        return _Judged(scores, *self.measure(scores), time.perf_counter() - began, every.shape[1])

    def measure(self, scores: Floats) -> tuple[float, float, Interval]:
        """The mean log loss of scores (rows scored, outputs), its standard error, and the accuracy."""
        multi_label = self.truth.ndim == 2
        found = probabilities(scores, self.loss, multi_label)
        losses, guess = log_losses(self.truth, found), decide(found, multi_label)
        right = (guess == self.truth).all(axis=1) if multi_label else guess == self.truth
        mean = float(np.average(losses, weights=self.weights))
        return mean, float(losses.std() / np.sqrt(len(losses))), wilson(int(right.sum()), len(right))

    def _score(self, setting: Setting, every: Design, threads: int | None, k: int) -> Floats:
        """The scores of the rows of part ``k``, (rows of it, outputs), by a head fitted without them."""
        features, out = self.features, self.out[k]
        factors = features.factors(setting, np.setdiff1d(np.arange(features.rows), out))
        design = every if factors is None else features.design(setting, factors)
        weights = features.row_weights(setting.names)
        weights[out] = 0.0  # instead of a copy of the other rows
        alike = (k, *setting._replace(C=0.0))  # settings of the same features: one goes on from the other
        fit = fit_head(
            design,
            features.targets,
            loss=self.loss,
            outputs=features.outputs,
            C=setting.C,
            epochs=EPOCHS,
            weights=weights,
            tolerance=TOLERANCE,
            threads=threads,
            start=self._heads.get(alike),
        )
        self._heads[alike] = fit.head
        held = design.take(out)
        dense = held.dense.shape[1]
        scores = held.dense @ fit.head.weights[:dense] + fit.head.bias
        if held.sparse is not None:
            scores = scores + held.sparse @ fit.head.weights[dense:]
        return np.asarray(scores)


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
