"""The training of a run: where it began, what it gained, and when it was best."""

from dataclasses import dataclass
from math import log

from wordglass.opened import Opened
from wordglass.trace.document import Epoch


@dataclass(frozen=True)
class ClassShare:
    """A class and its share of the training rows."""

    name: str
    share: float


@dataclass(frozen=True)
class Learning:
    """The epochs that matter."""

    start: Epoch
    first: Epoch | None
    last: Epoch
    best: Epoch | None  # of the lowest held-out loss; None where no row is held out
    weights: int
    stopped: str
    shares: list[ClassShare]
    by_hand: float | None  # the loss of always saying the class shares; None for several labels
    gap: float | None  # held-out loss less training loss, at the end


def learning(opened: Opened) -> Learning:
    """The training of a run."""
    training, data = opened.trace["training"], opened.trace["data"]
    epochs = training["epochs"]
    measured = [epoch for epoch in epochs if epoch["held_out_loss"] is not None]
    rows = sum(of["train"] for of in data["classes"]) or 1
    shares = [ClassShare(of["name"], of["train"] / rows) for of in data["classes"]]
    entropy = -sum(of.share * log(of.share) for of in shares if of.share)
    held_out = epochs[-1]["held_out_loss"]
    return Learning(
        start=epochs[0],
        first=epochs[1] if len(epochs) > 1 else None,
        last=epochs[-1],
        best=min(measured, key=lambda epoch: epoch["held_out_loss"] or 0.0, default=None),
        weights=training["features"] * training["outputs"],
        stopped=training["stopped"],
        shares=shares,
        by_hand=None if data["multi_label"] else entropy,
        gap=None if held_out is None else held_out - epochs[-1]["train_loss"],
    )
