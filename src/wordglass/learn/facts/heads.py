"""The heads of a model: what each reads, how well it does alone, and what it has to say."""

from dataclasses import dataclass

from wordglass.opened import Opened
from wordglass.trace.document import Baseline, Interval
from wordglass.views.heads import SHORT


@dataclass(frozen=True)
class Head:
    """One head that was tried."""

    reads: str
    C: float
    loss: float | None
    accuracy: Interval | None
    share: float


@dataclass(frozen=True)
class Heads:
    """All heads, and what they reach together."""

    how: str  # given, chosen or combined
    rows: int  # that they were scored on
    folds: int
    tried: list[Head]
    used: int
    vectors: Head | None  # the best of those that read vectors alone
    counts: Head | None  # and of those that count
    together_loss: float | None
    together_accuracy: Interval | None


def heads(opened: Opened) -> Heads:
    """The heads of a run."""
    selection = opened.trace["selection"]
    tried = [
        Head(SHORT[of["block"]], of["C"], of["loss"], of["accuracy"], of["share"])
        for of in selection["trials"]
    ]
    of_vectors = [
        head
        for head, trial in zip(tried, selection["trials"], strict=True)
        if trial["block"] == "vectors" and head.loss is not None
    ]
    of_counts = [
        head
        for head, trial in zip(tried, selection["trials"], strict=True)
        if trial["block"] in ("tf-idf", "nb") and head.loss is not None
    ]
    together = selection["together"]
    return Heads(
        how=selection["how"],
        rows=selection["rows"],
        folds=selection["folds"],
        tried=tried,
        used=sum(head.share > 0 for head in tried),
        vectors=_best(of_vectors),
        counts=_best(of_counts),
        together_loss=together["loss"] if together else None,
        together_accuracy=together["accuracy"] if together else None,
    )


def _best(heads: list[Head]) -> Head | None:
    return min(heads, key=lambda head: head.loss if head.loss is not None else float("inf"), default=None)


def baselines(opened: Opened) -> list[Baseline]:
    """What simpler ways reach on the same held-out rows; none where they were not measured."""
    return opened.trace["baselines"]
