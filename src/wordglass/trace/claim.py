"""The shape of the claim's document: what the experiment measured, and what it says of the claim.

Lists hold what was finished, in the order of arms and sizes that the document names. Accuracy of multi-label
rows is the share of rows whose whole set of labels is right.
"""

from typing import Literal, TypedDict

from wordglass.trace.document import Interval, Provenance

Arm = Literal["pretrained", "random", "shuffled", "scratch", "tf-idf", "hybrid"]
Question = Literal["more accurate", "faster", "with less data"]
Answer = Literal["holds", "fails", "cannot tell"]


class ArmTold(TypedDict):
    """One way of classifying, in words."""

    arm: Arm
    what: str  # with its numbers, such as the rows and dimensions of its table


class ClaimSize(TypedDict):
    """One size of the training part."""

    size: int | None  # labelled rows a class; None: all training rows
    rows: int  # in all
    draws: int  # how many draws of it were asked for; 1 where all rows are taken and nothing is drawn


class ArmEpoch(TypedDict):
    """An arm after one pass over its training rows. Losses are mean log losses in nats, no penalty."""

    epoch: int  # 0 is before training
    train_loss: float
    held_out_loss: float
    held_out_accuracy: float
    seconds: float  # since training began; that of the head alone, without pooling or cross-validation


class ClaimRun(TypedDict):
    """One arm, trained on one draw of one size and scored on the held-out rows."""

    arm: Arm
    size: int | None
    rows: int
    draw: int  # from 0; the same draw has the same training rows in every arm
    C: float | None  # of the head, as cross-validation chose it; None where it chose something else
    chosen: str  # what cross-validation chose, in words, such as "C 10"
    accuracy: float
    macro_f1: float
    seconds: float  # of choosing and training, from features on
    epochs: list[ArmEpoch]


class ClaimPoint(TypedDict):
    """One arm at one size: the mean over draws."""

    arm: Arm
    size: int | None
    rows: int
    draws: int  # that were finished
    accuracy: Interval  # over draws and held-out rows
    macro_f1: Interval
    seconds: float  # the median


class ClaimDifference(TypedDict):
    """One arm less another at one size, paired by draw and by held-out row."""

    arm: Arm
    other: Arm
    size: int | None
    rows: int
    draws: int  # that both have finished
    accuracy: Interval
    macro_f1: Interval


class ClaimFaster(TypedDict):
    """How soon the pretrained arm reaches the best held-out accuracy that another has after any epoch.

    Draws in which either never gets there count as longer than any other; a median that falls among them is
    None.
    """

    other: Arm
    size: int | None
    target: float  # the other arm's best held-out accuracy over its epochs, the mean over draws
    reached: int  # draws in which the pretrained arm gets there
    draws: int
    fewer: int  # draws in which it takes fewer epochs than the other
    as_many: int  # draws in which it takes as many
    epochs: float | None  # medians over draws; None where it does not get there
    epochs_other: float | None
    seconds: float | None
    seconds_other: float | None


class ClaimLess(TypedDict):
    """How many rows the pretrained arm needs for the accuracy that another has at one of its sizes."""

    other: Arm
    size_other: int | None
    rows_other: int
    accuracy: float  # of the other, the mean over draws
    rows: float | None  # for as much, interpolated on the logarithm of rows; None where that is never reached
    beyond: Literal["within", "fewer", "more"]  # fewer: already at the smallest size; more: at none


class Verdict(TypedDict):
    """What the experiment says of one question against one other arm, by a stated rule."""

    question: Question
    other: Arm | None  # None: over random, shuffled and scratch, which the lesson's claim is about
    verdict: Answer
    sentence: str  # the finding, with its numbers in it
    rule: str


class ClaimTrace(TypedDict):
    """Everything that the experiment measured."""

    format: Literal["wordglass-trace"]
    version: int
    kind: Literal["claim"]
    source: str  # the file, or "memory"
    rows: int
    train_rows: int
    held_out_rows: int
    classes: list[str]
    multi_label: bool
    coverage: float  # the share of the training tokens that have a vector
    arms: list[ArmTold]
    sizes: list[ClaimSize]
    runs: list[ClaimRun]
    points: list[ClaimPoint]
    differences: list[ClaimDifference]  # pretrained less each other; and shuffled less random
    faster: list[ClaimFaster]
    less: list[ClaimLess]
    verdicts: list[Verdict]
    missing: list[str]  # arms and sizes that were not finished or cannot be answered, and why, in words
    provenance: Provenance
