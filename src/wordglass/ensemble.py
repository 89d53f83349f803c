"""Several heads trained side by side, and their weighted sum after every epoch.

A pass over the rows is one of every head that has not converged. What the sum of them says is measured from
their scores, without another look at the features.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.design import Design
from wordglass.head import Descent, EpochRecord, LinearHead, check_fit
from wordglass.passes import Floats, Loss, Rows, count_outputs, thread_map


@dataclass(frozen=True)
class Member:
    """One head to be trained: on what, how strongly held back, and how much it has to say."""

    design: Design  # of the training rows, and perhaps rows after them for the names of classes
    targets: NDArray[Any]  # of all of them
    weights: Floats
    C: float
    share: float  # the weight of its scores in the sum
    held_out: Design | None


@dataclass(frozen=True)
class Fitted:
    """The heads and how they came about."""

    heads: list[LinearHead]
    epochs: list[EpochRecord]  # of their sum, from epoch 0 on
    stopped: str  # why no further epoch was run


def fit_members(
    members: Sequence[Member],
    rows: int,
    held_out: NDArray[Any] | None,
    *,
    loss: Loss,
    epochs: int,
    tolerance: float,
    outputs: int | None = None,
    threads: int | None = None,
    on_epoch: Callable[[EpochRecord], None] | None = None,
    on_held: Callable[[Floats], None] | None = None,
) -> Fitted:
    """Train all members for so many epochs, or until each has converged.

    ``rows`` is how many rows of each member are texts of the training data: they alone are measured.
    ``held_out`` are the targets of the held-out rows. ``epochs``, ``tolerance``, ``outputs``
    and ``threads`` as for ``fit_head``. ``on_held`` is called with the scores (rows, outputs) of the held-out
    rows after every epoch, from epoch 0 on.
    """
    for member in members:
        check_fit(member.C, epochs)
    first = members[0]
    outputs = outputs or count_outputs(first.targets, loss)
    size = max(member.design.size for member in members)
    records: list[EpochRecord] = []
    with thread_map(threads, size * outputs) as run:
        clock = time.perf_counter()
        descents, held = [], []
        for member in members:
            own = Rows("training", member.design, member.targets, member.weights, loss, outputs, run)
            descents.append(Descent(own, None, member.C))
            if member.held_out is not None and held_out is not None:
                ones = np.ones(len(held_out))
                held.append(Rows("held-out", member.held_out, held_out, ones, loss, outputs, run))
        shares = [member.share for member in members]
        blank = np.zeros((rows, 0), np.float32)
        texts = Rows("training", blank, first.targets[:rows], first.weights[:rows], loss, outputs, run)
        going = [True] * len(members)
        stopped = "all epochs done"
        for epoch in range(epochs + 1):
            for k, descent in enumerate(descents):
                if epoch and going[k]:
                    descent.epoch()
            now = texts.measure(_sum([descent.scores[:rows] for descent in descents], shares))
            seen = None
            if held:
                parts = [
                    part.scores(descent.head.weights, descent.head.bias)
                    for part, descent in zip(held, descents, strict=True)
                ]
                together = _sum(parts, shares)
                seen = held[0].measure(together)
                if on_held:
                    on_held(together)
            record = EpochRecord(
                epoch=epoch,
                objective=sum(float(descent.objective.sum()) for descent in descents),
                train_loss=float(now.loss.sum() / now.weight),
                train_accuracy=now.hits / now.rows,
                held_out_loss=float(seen.loss.sum() / seen.weight) if seen else None,
                held_out_accuracy=seen.hits / seen.rows if seen else None,
                gradient=max(descent.gradient for descent in descents),
                seconds=time.perf_counter() - clock,
                shortened=any(descent.shortened for descent in descents),
            )
            clock = time.perf_counter()
            records.append(record)
            if on_epoch:
                on_epoch(record)
            going = [goes and not one.converged(tolerance) for one, goes in zip(descents, going, strict=True)]
            if not any(going):
                stopped = "converged"
                break
    return Fitted([descent.head for descent in descents], records, stopped)


def _sum(scores: Sequence[Floats], shares: Sequence[float]) -> Floats:
    """The weighted sum of the heads' scores, (rows, outputs)."""
    return np.asarray(sum(share * one for share, one in zip(shares, scores, strict=True)))
