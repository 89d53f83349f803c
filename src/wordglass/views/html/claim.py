"""A claim as a section of a page: verdicts, the numbers that they stand on, drawn and in tables."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.trace.claim import Arm, ClaimDifference, ClaimRun, ClaimTrace, Verdict
from wordglass.views.claims import ARMS, QUESTIONS, SIGNS, finding, points, size_name
from wordglass.views.html.svg.bars import one_side
from wordglass.views.html.svg.claim import (
    accuracy_by_labels,
    accuracy_by_time,
    arm_sign,
    paired_differences,
)
from wordglass.views.visible import visible

KINDS = {"holds": "good", "fails": "bad", "cannot tell": "warning"}  # classes of style
MEASURES = {"accuracy": "accuracy", "macro_f1": "macro-F1"}
DRAWN = 120  # points of a line

Way = list[tuple[float, float]]


def claim_parts(trace: ClaimTrace) -> dict[str, Any]:
    """What ``sections/claim.html`` is filled with."""
    shown = visible(trace)
    ahead = [one for one in shown["differences"] if one["arm"] == "pretrained"]
    timed = largest(shown["faster"], "size")
    return {
        "trace": shown,
        "ARMS": ARMS,
        "SIGNS": SIGNS,
        "KINDS": KINDS,
        "points": points,
        "MEASURES": MEASURES,
        "written": _written,
        "finding": finding,
        "size_name": size_name,
        "sign": arm_sign,
        "one_side": one_side,
        "questions": [
            (question, words, *_verdicts(shown, question)) for question, words in QUESTIONS.items()
        ],
        "grid": _grid(shown),
        "by_labels": accuracy_by_labels("claim-labels", shown["points"]) if shown["points"] else None,
        "ahead": _ahead(shown, ahead),
        "differences": paired_differences("claim-differences", ahead) if ahead else None,
        "timed": timed,
        "faster": _largest_first(shown["faster"], "size"),
        "faster_first": sum(one["size"] == timed for one in shown["faster"]),
        "less": _largest_first(shown["less"], "size_other"),
        "less_first": sum(one["size_other"] == largest(shown["less"], "size_other") for one in shown["less"]),
        **_times(shown, timed),
    }


def _verdicts(trace: ClaimTrace, question: str) -> tuple[list[Verdict], list[Verdict]]:
    """The verdicts on a question: of the claim as a whole, and against each other arm."""
    own = [one for one in trace["verdicts"] if one["question"] == question]
    return [one for one in own if one["other"] is None], [one for one in own if one["other"] is not None]


def _grid(trace: ClaimTrace) -> list[tuple[Arm, list[Any]]]:
    """Of each arm the points by size, None where one is missing."""
    found = {(point["arm"], point["size"]): point for point in trace["points"]}
    arms = [told["arm"] for told in trace["arms"]]
    return [(arm, [found.get((arm, size["size"])) for size in trace["sizes"]]) for arm in arms]


def _ahead(trace: ClaimTrace, ahead: Sequence[ClaimDifference]) -> list[tuple[Arm, list[Any]]]:
    """Of each other arm what the pre-trained one is ahead by size, None where that is missing."""
    found = {(one["other"], one["size"]): one for one in ahead}
    others = [arm for arm in ARMS if any(one["other"] == arm for one in ahead)]
    return [(arm, [found.get((arm, size["size"])) for size in trace["sizes"]]) for arm in others]


def _written(value: float, measure: str) -> str:
    return numbers.percent(value) if measure == "accuracy" else numbers.ratio(value)


def largest(entries: Sequence[Mapping[str, Any]], name: str) -> int | None:
    """The largest size that is told of: all rows, which is None, or a number of labels a class."""
    return max((one[name] for one in entries), key=_order, default=None)


def _largest_first(entries: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return sorted(entries, key=lambda one: -_order(one[name]))


def _order(size: int | None) -> float:
    return float("inf") if size is None else size


def _times(trace: ClaimTrace, timed: int | None) -> dict[str, Markup | None]:
    runs = [run for run in trace["runs"] if run["size"] == timed and run["epochs"]]
    by_arm = {arm: [run for run in runs if run["arm"] == arm] for arm in ARMS}
    epochs = {arm: mean_by_epochs(own) for arm, own in by_arm.items() if own}
    seconds = {arm: mean_by_seconds(own) for arm, own in by_arm.items() if own}
    if not any(epochs.values()) or not any(seconds.values()):
        return {"by_epochs": None, "by_seconds": None}
    return {
        "by_epochs": accuracy_by_time("claim-epochs", epochs, "epochs", _epochs),
        "by_seconds": accuracy_by_time("claim-seconds", seconds, "seconds", numbers.seconds, True),
    }


def _epochs(value: float) -> str:
    return f"epoch {value:g}"


def mean_by_epochs(runs: Sequence[ClaimRun]) -> Way:
    """The mean over draws of held-out accuracy after each epoch; one that has ended stays as it is."""
    last = max(len(run["epochs"]) for run in runs)
    step = max(1, -(-last // DRAWN))
    return [
        (
            float(epoch),
            sum(run["epochs"][min(epoch, len(run["epochs"]) - 1)]["held_out_accuracy"] for run in runs)
            / len(runs),
        )
        for epoch in sorted({*range(0, last, step), last - 1})
    ]


def mean_by_seconds(runs: Sequence[ClaimRun]) -> Way:
    """The same at each moment at which a draw ends an epoch, once all have ended their first."""
    began = max(run["epochs"][min(1, len(run["epochs"]) - 1)]["seconds"] for run in runs)
    moments = sorted({epoch["seconds"] for run in runs for epoch in run["epochs"]} | {began})
    moments = [moment for moment in moments if moment >= began]
    step = max(1, -(-len(moments) // DRAWN))
    kept = sorted({*moments[::step], moments[-1]})
    return [
        (
            moment,
            sum(
                [one["held_out_accuracy"] for one in run["epochs"] if one["seconds"] <= moment][-1]
                if run["epochs"][0]["seconds"] <= moment
                else run["epochs"][0]["held_out_accuracy"]
                for run in runs
            )
            / len(runs),
        )
        for moment in kept
    ]


def so_far(runs: Sequence[ClaimRun]) -> list[tuple[Arm, str, int, float]]:
    """Of what is finished, by arm and size: how many draws, and the mean of their held-out accuracy."""

    def key(run: ClaimRun) -> tuple[int, float]:
        return list(ARMS).index(run["arm"]), _order(run["size"])

    found = []
    for _, group in groupby(sorted(runs, key=key), key=key):
        own = list(group)
        mean = sum(run["accuracy"] for run in own) / len(own)
        found.append((own[0]["arm"], size_name(own[0]["size"]), len(own), mean))
    return found
