"""Model selection: settings tried by cross-validation on the training rows, from warm starts.

The features are computed once. Each setting is judged by the scores of rows that its head was not fitted on,
by what is left of their log loss at the best temperature: what a head would lose were it calibrated, as the
chosen one will be, from the same scores (Berta et al., 2025, Rethinking early stopping: refine, then
calibrate).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.calibrate import temper
from wordglass.design import Design
from wordglass.evaluate import decide, log_losses, wilson
from wordglass.features import Features, Setting
from wordglass.head import LinearHead, fit_head
from wordglass.passes import Floats, Loss, probabilities, thread_map
from wordglass.trace.document import Selection, Trial

FOLDS = 5
EPOCHS = 15  # for one setting; the next goes on from there
TOLERANCE = 1e-3  # far below what separates one setting from the next
# Few rows are scored in every fold, so that each has its say; of many, one part tells enough.
SCORED = ((2_000, 5), (10_000, 2), (1 << 62, 1))  # up to so many rows, so many of the five folds

Choice = dict[str, Any]  # fields of a setting
Tell = Callable[[str], None]


class Axis(NamedTuple):
    """Choices in an order in which the loss falls and then rises, and where the search begins."""

    choices: Sequence[Choice]
    begin: int


class Search(NamedTuple):
    """The settings that may be tried, and the one to begin with."""

    start: Setting
    axes: Sequence[Axis]
    worse: int  # steps that are no better, after which an axis is left


class Selected(NamedTuple):
    """What a search found."""

    setting: Setting
    temperature: float
    scores: (
        Floats | None
    )  # (rows scored, outputs) of rows that the head was not fitted on; None without folds
    scored: NDArray[np.int64]  # (rows scored,)
    document: Selection


@dataclass(frozen=True)
class _Tried:
    setting: Setting
    scores: Floats
    temperature: float
    trial: Trial


def select(
    features: Features,
    search: Search,
    *,
    loss: Loss,
    calibrated: bool = True,
    seed: int = 0,
    threads: int | None = None,
    budget: float | None = None,
    tell: Tell = lambda words: None,
) -> Selected:
    """Choose a setting: walk each axis both ways from the best so far, until no step is a better one.

    ``budget`` is the seconds after which no other setting is tried; one always is. Where no two rows share a
    class, nothing can be held out, and the setting is the first, as if given. Of a head that will not be
    ``calibrated``, the temperature is 1.
    """
    clock = time.perf_counter()
    start, axes, worse = search
    folds = _Folds(features, loss, calibrated, seed, threads)
    if not folds.count:
        return Selected(start, 1.0, None, folds.scored, given(start))
    tried: dict[tuple[int, ...], _Tried] = {}
    stopped = "every step from the best is worse"
    longest = 0.0

    def spent() -> bool:
        return budget is not None and time.perf_counter() - clock + longest > budget

    def attempt(at: tuple[int, ...]) -> _Tried:
        nonlocal longest
        if at not in tried:
            setting = start
            for axis, place in zip(axes, at, strict=True):
                setting = setting._replace(**axis.choices[place])
            tell(f"trying setting {len(tried) + 1}")
            tried[at] = folds.judge(setting)
            longest = max(longest, tried[at].trial["seconds"])
        return tried[at]

    best = tuple(axis.begin for axis in axes)
    attempt(best)
    moved = True
    while moved and not spent():
        moved = False
        for k, axis in enumerate(axes):
            for step in (1, -1):
                at, vain = best, 0
                while vain < worse and 0 <= at[k] + step < len(axis.choices):
                    at = (*at[:k], at[k] + step, *at[k + 1 :])
                    if at not in tried and spent():
                        break
                    if _better(attempt(at), tried[best]):
                        best, vain, moved = at, 0, True
                    else:
                        vain += 1
    if spent():
        stopped = f"the budget of {budget:g} s is spent"
    chosen = tried[best]
    chosen.trial["chosen"] = True
    document = Selection(
        how="cross-validation",
        C=chosen.setting.C,
        folds=folds.count,
        rows=len(folds.scored),
        temperature=chosen.temperature,
        stopped=stopped,
        trials=[one.trial for one in tried.values()],
    )
    return Selected(chosen.setting, chosen.temperature, chosen.scores, folds.scored, document)


def given(setting: Setting) -> Selection:
    """The document of a setting that was not chosen among others."""
    return Selection(
        how="given", C=setting.C, folds=0, rows=0, temperature=1.0, stopped="nothing was tried", trials=[]
    )


def _better(one: _Tried, other: _Tried) -> bool:
    return one.trial["loss"] < other.trial["loss"]


class _Folds:
    """The parts of the training rows, and where the last head fitted without each of them stands."""

    def __init__(
        self, features: Features, loss: Loss, calibrated: bool, seed: int, threads: int | None
    ) -> None:
        self.features, self.loss, self.calibrated, self.threads = features, loss, calibrated, threads
        n = features.rows
        weights = features.weights[:n]
        fold = deal_folds(features.targets[:n], weights > 0, FOLDS, seed)  # (rows,)
        dealt = int(fold.max(initial=-1)) + 1
        self.count = 0 if dealt < 2 else min(dealt, next(count for most, count in SCORED if n <= most))
        self.out = [np.flatnonzero(fold == k) for k in range(self.count)]
        self.scored = np.sort(np.concatenate([np.zeros(0, np.int64), *self.out]))
        self._heads: list[_Stand | None] = [None] * self.count

    def judge(self, setting: Setting) -> _Tried:
        """Fit a head without each part, score the part, and judge all scores together."""
        began = time.perf_counter()
        features = self.features
        every = features.design(setting, None)
        apart = self.count > 1  # parts side by side, each in one thread; one part alone has all threads
        with thread_map(self.threads if apart else 1, every.size * self.count * EPOCHS) as run:
            parts = list(
                run(partial(self._score, setting, every, 1 if apart else self.threads), range(self.count))
            )
        scores = np.zeros((features.rows, features.outputs))
        for rows, part in zip(self.out, parts, strict=True):
            scores[rows] = part
        scores, truth = scores[self.scored], features.targets[self.scored]
        weights = features.weights[self.scored]
        temperature = temper(scores, truth, weights, self.loss).temperature if self.calibrated else 1.0
        multi_label = truth.ndim == 2
        found = probabilities(scores / temperature, self.loss, multi_label)
        losses, guess = log_losses(truth, found), decide(found, multi_label)
        right = (guess == truth).all(axis=1) if multi_label else guess == truth
        trial = Trial(
            pooling=setting.pooling,
            counts=setting.counts,
            vectors=setting.vectors,
            words=setting.words,
            C=setting.C,
            names=setting.names,
            loss=float(np.average(losses, weights=weights)),
            loss_error=float(losses.std() / np.sqrt(len(losses))),
            accuracy=wilson(int(right.sum()), len(right)),
            features=every.shape[1],
            seconds=time.perf_counter() - began,
            chosen=False,
        )
        return _Tried(setting, scores, temperature, trial)

    def _score(self, setting: Setting, every: Design, threads: int | None, k: int) -> Floats:
        """The scores of the rows of part ``k``, (rows of it, outputs), by a head fitted without them."""
        features, out = self.features, self.out[k]
        factors = features.factors(setting, np.setdiff1d(np.arange(features.rows), out))
        design = every if factors is None else features.design(setting, factors)
        weights = features.row_weights(setting.names)
        weights[out] = 0.0  # instead of a copy of the other rows
        before = self._heads[k]
        fit = fit_head(
            design,
            features.targets,
            loss=self.loss,
            C=setting.C,
            epochs=EPOCHS,
            weights=weights,
            tolerance=TOLERANCE,
            threads=threads,
            start=before.under(setting, design) if before else None,
        )
        dense = design.dense.shape[1]
        self._heads[k] = _Stand(setting, dense, fit.head)
        held = design.take(out)
        scores = held.dense @ fit.head.weights[:dense] + fit.head.bias
        if held.sparse is not None:
            scores = scores + held.sparse @ fit.head.weights[dense:]
        return np.asarray(scores)


@dataclass(frozen=True)
class _Stand:
    """A head where a search left it, for the next setting of the same fold to go on from."""

    setting: Setting
    dense: int  # how many of its features are of the pooled vectors
    head: LinearHead

    def under(self, setting: Setting, design: Design) -> LinearHead:
        """The head that scores alike under another setting, whose design is given, as far as that can be."""
        before, head = self.setting, self.head
        dense, every = design.dense.shape[1], design.shape[1]
        weights = np.zeros((every, head.weights.shape[1]))
        if before.pooling == setting.pooling and dense and self.dense:
            weights[:dense] = head.weights[:dense] * np.sqrt(before.vectors / setting.vectors)
        if before.counts == setting.counts and before.words and setting.words:
            weights[dense:] = head.weights[self.dense :] * np.sqrt(before.words / setting.words)
        return LinearHead(weights, head.bias, head.loss)


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
