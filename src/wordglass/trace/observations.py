"""What an epoch shows, in words: a closed list of rules, each a stated condition on the figures so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TypedDict

from wordglass.trace import numbers
from wordglass.trace.document import Observation

CONVERGED_GRADIENT = 1e-4  # relative to the gradient before training
BIG_DROP = 0.10  # of the training loss, in the first epoch
SLOW_FALL = 0.01  # of the training loss, in one epoch
OVERFITTING_EPOCHS = 2  # in a row, with training loss falling and held-out loss rising


class EpochFigures(TypedDict):
    """The figures that rules may look at; every ``Epoch`` of a trace has them."""

    epoch: int
    train_loss: float
    train_accuracy: float
    held_out_loss: float | None
    held_out_accuracy: float | None
    gradient: float


class Progress:
    """The last of some epochs beside those before it: all that a condition or a sentence refers to."""

    def __init__(self, epochs: Sequence[EpochFigures]) -> None:
        last, before = epochs[-1], epochs[max(len(epochs) - 2, 0)]
        self.epoch = len(epochs) - 1
        self.start = epochs[0]["train_loss"]
        self.loss = last["train_loss"]
        self.fall = before["train_loss"] - self.loss
        self.slow = self.fall < SLOW_FALL * before["train_loss"]
        self.gradient = last["gradient"]
        self.held_out = last["held_out_loss"]
        self.held_out_rise = _rise(before["held_out_loss"], self.held_out)
        self.held_out_accuracy = last["held_out_accuracy"]
        self.accuracy_rise = _rise(before["held_out_accuracy"], self.held_out_accuracy)
        self.drifting = _drifting(epochs)
        earlier = [(loss, e["epoch"]) for e in epochs[:-1] if (loss := e["held_out_loss"]) is not None]
        self.lowest: float | None
        self.lowest_epoch: int | None
        self.lowest, self.lowest_epoch = min(earlier, default=(None, None))

    @property
    def lowest_held_out(self) -> bool:
        """Whether held-out loss is below that of every epoch before."""
        return self.held_out is not None and self.lowest is not None and self.held_out < self.lowest

    def words(self) -> dict[str, str]:
        """Write the figures that templates name, rounded as everywhere."""
        lowest_rise = _rise(self.lowest, self.held_out)
        return {
            "start": numbers.loss(self.start),
            "loss": numbers.loss(self.loss),
            "change": numbers.difference(self.fall),
            "gradient": f"{self.gradient:.0e}",
            "held_out": "-" if self.held_out is None else numbers.loss(self.held_out),
            "held_out_change": numbers.difference(self.held_out_rise),
            "accuracy": "-" if self.held_out_accuracy is None else numbers.percent(self.held_out_accuracy),
            "drifting": str(self.drifting),
            "above_lowest": numbers.difference(lowest_rise),
            "lowest_epoch": str(self.lowest_epoch),
        }


@dataclass(frozen=True)
class Rule:
    """One thing that an epoch can show. ``condition`` says in words what ``holds`` tests."""

    name: str
    condition: str
    holds: Callable[[Progress], bool]
    sentence: str  # a template over ``Progress.words``


RULES: tuple[Rule, ...] = (
    Rule(
        "before-training",
        "epoch 0: weights are zero, biases come from the class shares",
        lambda p: p.epoch == 0,
        "no weights yet: {loss} is the loss of the biases alone, which come from the class shares",
    ),
    Rule(
        "diverging",
        "training loss is above that of epoch 0, or not a finite number",
        lambda p: not isfinite(p.loss) or p.loss > p.start,
        "training loss {loss} is not below the {start} before training: training diverges",
    ),
    Rule(
        "converged",
        f"the gradient is at most {CONVERGED_GRADIENT:.0e} of that of epoch 0",
        lambda p: p.gradient <= CONVERGED_GRADIENT,
        "gradient down to {gradient} of its first value: converged",
    ),
    Rule(
        "standing-still",
        "training loss is exactly that of the epoch before",
        lambda p: p.fall == 0,
        "training loss stays at {loss}: the step was rejected or too small to see",
    ),
    Rule(
        "training-loss-rose",
        "training loss is above that of the epoch before",
        lambda p: p.fall < 0,
        "training loss rose by {change}",
    ),
    Rule(
        "overfitting-goes-on",
        f"in more than {OVERFITTING_EPOCHS} epochs in a row training loss fell and held-out loss rose",
        lambda p: p.drifting > OVERFITTING_EPOCHS,
        "overfitting: held-out loss has risen for {drifting} epochs, "
        "{above_lowest} above its lowest (epoch {lowest_epoch})",
    ),
    Rule(
        "overfitting-begins",
        f"in the last {OVERFITTING_EPOCHS} epochs training loss fell and held-out loss rose",
        lambda p: p.drifting == OVERFITTING_EPOCHS,
        "training loss falls while held-out loss has risen for {drifting} epochs: overfitting begins",
    ),
    Rule(
        "first-drop",
        f"in epoch 1 training loss fell by at least {BIG_DROP:.0%}",
        lambda p: p.epoch == 1 and p.fall >= BIG_DROP * p.start,
        "first pass: training loss drops from {start} to {loss}",
    ),
    Rule(
        "more-right-less-sure",
        "held-out loss rose and held-out accuracy rose",
        lambda p: p.held_out_rise > 0 and p.accuracy_rise > 0,
        "held-out accuracy rose to {accuracy}, yet its loss rose by {held_out_change}: "
        "more right answers, less sure on the whole",
    ),
    Rule(
        "held-out-loss-rose",
        "held-out loss is above that of the epoch before",
        lambda p: p.held_out_rise > 0,
        "held-out loss rose by {held_out_change} while training loss fell",
    ),
    Rule(
        "slowing",
        f"training loss fell by less than {SLOW_FALL:.0%}",
        lambda p: p.slow,
        f"training loss fell by {{change}}, less than {SLOW_FALL:.0%}: slowing",
    ),
    Rule(
        "held-out-best",
        "held-out loss is below that of every epoch before",
        lambda p: p.lowest_held_out,
        "lowest held-out loss yet: {held_out}",
    ),
    Rule(
        "steady-fall",
        f"training loss fell by {SLOW_FALL:.0%} or more, and nothing above holds",
        lambda p: True,
        "training loss fell by {change}",
    ),
)


def observe(epochs: Sequence[EpochFigures]) -> Observation:
    """Say what the last of ``epochs`` shows: the first of ``RULES`` that holds, with its numbers in it.

    ``epochs`` begins with epoch 0, the model before training, and leaves none out.

    >>> start = EpochFigures(epoch=0, train_loss=0.6931, train_accuracy=0.5, held_out_loss=None,
    ...                      held_out_accuracy=None, gradient=1.0)
    >>> observe([start, {**start, "epoch": 1, "train_loss": 0.3102, "gradient": 0.2}])["sentence"]
    'first pass: training loss drops from 0.6931 to 0.3102'
    """
    progress = Progress(epochs)
    rule = next(rule for rule in RULES if rule.holds(progress))
    return {"rule": rule.name, "sentence": rule.sentence.format(**progress.words())}


def _rise(before: float | None, now: float | None) -> float:
    return 0.0 if before is None or now is None else now - before


def _drifting(epochs: Sequence[EpochFigures]) -> int:
    """Count the last epochs in a row in which training loss fell and held-out loss rose."""
    run = 0
    for now, before in zip(reversed(epochs[1:]), reversed(epochs[:-1]), strict=True):
        fell = now["train_loss"] < before["train_loss"]
        if not fell or not _rise(before["held_out_loss"], now["held_out_loss"]) > 0:
            break
        run += 1
    return run
