"""The arm without a table: word vectors learned with the head, on the labelled training texts alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wordglass.evaluate import log_losses
from wordglass.kernels import native
from wordglass.passes import Floats, Loss, probabilities, thread_map
from wordglass.selection import FOLDS, deal_folds
from wordglass.sparse import SparseRows

DIM = 64  # numbers a vector: of a linear model on their mean, more change nothing
RATES = (0.02, 0.1, 0.4)  # of AdaGrad, each tried
MOST_EPOCHS = 60
PATIENCE = 4  # so many epochs in a row that are no better than the best, and the rate is done with
SPREAD = 0.2  # of the first vectors, drawn evenly from both sides of 0: they are about as long as 1
LEAST_GAIN = 1e-3  # nats; less is no better


@dataclass(frozen=True)
class Bags:
    """Texts as the numbers of their words, from 1 on; a word that is not to count has been left out."""

    ids: NDArray[np.int32]  # (tokens,)
    offsets: NDArray[np.int64]  # (rows + 1,)
    words: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some rows, in that order.

        >>> bags = Bags(np.array([1, 2, 1], np.int32), np.array([0, 2, 3]), words=2)
        >>> bags.take(np.array([1])).ids.tolist()
        [1]
        """
        sizes = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][rows] - offsets[:-1], sizes)
        return type(self)(self.ids[places], offsets, self.words)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which words there are, (words + 1,)."""
        seen = np.zeros(self.words + 1, bool)
        seen[self.ids] = True
        return seen

    def only(self, words: NDArray[np.bool_]) -> Self:
        """The same texts with only these words, (words + 1,)."""
        kept = words[self.ids]
        offsets = np.concatenate([[0], np.cumsum(kept)])[self.offsets]
        return type(self)(self.ids[kept], offsets, self.words)

    def mean(self, vectors: Floats) -> Floats:
        """The mean of each text's vectors, (rows, dim); zeros where it has no word."""
        sizes = np.diff(self.offsets)
        shares = np.repeat(1 / np.maximum(sizes, 1), sizes).astype(np.float32)
        rows = SparseRows(self.offsets, self.ids, shares, self.words + 1)
        return np.asarray(rows @ vectors)


class Net:
    """Vectors and a head on their way: one pass over the rows at a time."""

    def __init__(self, bags: Bags, targets: Floats, loss: Loss, rate: float, seed: int) -> None:
        self.bags, self.targets, self.loss, self.rate = bags, targets, loss, rate  # targets: (rows, outputs)
        self.rng = np.random.default_rng(seed)
        words, outputs = bags.words + 1, targets.shape[1]
        self.vectors = self.rng.uniform(-SPREAD, SPREAD, (words, DIM))
        self.weights = np.zeros((outputs, DIM))
        shares = np.clip(targets.mean(axis=0), 0.5 / len(bags), 1 - 0.5 / len(bags))
        self.bias = np.log(shares) - (0 if loss == "softmax" else np.log1p(-shares))  # as every head begins
        self.sums = np.zeros(words + outputs + 1)

    def epoch(self) -> None:
        """Take every row once, in an order that is drawn."""
        order = self.rng.permutation(len(self.bags))
        learned = self.vectors, self.weights, self.bias, self.sums
        softmax = self.loss == "softmax"
        native.learn(self.bags.ids, self.bags.offsets, order, self.targets, softmax, self.rate, *learned)

    def scores(self, bags: Bags) -> Floats:
        """Give the logits of texts whose words have been learned, (rows, outputs)."""
        scores: Floats = bags.mean(self.vectors) @ self.weights.T + self.bias
        return scores


class Chosen(NamedTuple):
    """What cross-validation found, and the scores of the rows that it left out."""

    rate: float
    epochs: int
    scored: NDArray[np.int64]
    scores: Floats | None  # None where nothing could be left out


def one_hot(targets: NDArray[Any], outputs: int) -> Floats:
    """Targets as a number an output, (rows, outputs), as the kernel reads them.

    >>> one_hot(np.array([0, 1]), 1).tolist(), one_hot(np.array([0, 1]), 2).tolist()
    ([[0.0], [1.0]], [[1.0, 0.0], [0.0, 1.0]])
    """
    if targets.ndim == 1 and outputs > 1:
        return np.asarray(np.eye(outputs)[targets])
    return np.ascontiguousarray(targets.reshape(len(targets), -1), np.float64)


def choose(
    bags: Bags, targets: NDArray[Any], outputs: int, loss: Loss, deal: int, seed: int, threads: int | None
) -> Chosen:
    """Choose rate and epochs by the log loss of rows left out, in the folds that every arm has.

    ``deal`` is the seed of the folds, ``seed`` that of the vectors and of the rows' order.
    """
    fold = deal_folds(targets, np.ones(len(targets), bool), FOLDS, deal)
    parts = [np.flatnonzero(fold == k) for k in range(int(fold.max(initial=-1)) + 1)]
    if len(parts) < 2:
        return Chosen(RATES[0], MOST_EPOCHS // 4, np.zeros(0, np.int64), None)
    hot, scored = one_hot(targets, outputs), np.concatenate(parts)
    best, least = Chosen(RATES[0], 1, scored, None), np.inf
    sides = []
    for part in parts:
        rest = np.setdiff1d(np.arange(len(bags)), part)
        training = bags.take(rest)
        sides.append((training, hot[rest], bags.take(part).only(training.seen)))
    with thread_map(threads, len(bags.ids) * DIM * outputs) as run:
        for rate in RATES:
            nets = [(Net(mine, truth, loss, rate, seed), others) for mine, truth, others in sides]
            own, waited = np.inf, 0
            for epoch in range(1, MOST_EPOCHS + 1):
                scores = np.concatenate(list(run(_pass, nets)))
                found = probabilities(scores, loss, targets.ndim == 2)
                lost = float(log_losses(targets[scored], found).mean())
                waited = 0 if lost < own - LEAST_GAIN else waited + 1
                own = min(own, lost)
                if lost < least:
                    best, least = Chosen(rate, epoch, scored, scores), lost
                if waited >= PATIENCE:
                    break
    return best


def _pass(net: tuple[Net, Bags]) -> Floats:
    net[0].epoch()
    return net[0].scores(net[1])


def learn(
    bags: Bags, targets: NDArray[Any], outputs: int, loss: Loss, chosen: Chosen, seed: int
) -> Iterator[tuple[Net, float]]:
    """The net before training and after each epoch, and the seconds since it began."""
    began = perf_counter()
    net = Net(bags, one_hot(targets, outputs), loss, chosen.rate, seed)
    yield net, perf_counter() - began
    for _ in range(chosen.epochs):
        net.epoch()
        yield net, perf_counter() - began
