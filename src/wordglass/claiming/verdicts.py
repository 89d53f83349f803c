"""The verdicts: rules stated once, applied to the numbers, and said in a sentence that has them.

``RULES`` is what the document, the docs and every view quote; ``answer`` and ``answer_of_draws`` apply them.
"""

from collections.abc import Sequence

from wordglass.claiming.names import NAMES, at_size
from wordglass.trace import numbers
from wordglass.trace.claim import Answer, Arm, ClaimDifference, ClaimFaster, ClaimLess, Question, Verdict
from wordglass.trace.document import Interval

LESSON: tuple[Arm, ...] = ("random", "shuffled", "scratch")  # whom the lesson's claim is about
BY_DRAWS = (
    "where each draw's share of sizes at which {won} lies above a half, its 95% interval over draws with it; "
    "fails: where the interval lies below a half; else cannot tell"
)
RULES: dict[Question, str] = {
    "more accurate": "holds: where the 95% interval of the paired difference in held-out accuracy lies above "
    "0 at half of the sizes or more, and below 0 at none; fails: where it lies below 0 at any size; else "
    "cannot tell",
    "faster": "holds: "
    + BY_DRAWS.format(won="fewer epochs reach the best held-out accuracy of the other (as many count half)"),
    "with less data": "holds: "
    + BY_DRAWS.format(won="fewer rows reach the held-out accuracy of the other (as many count half)"),
}
OVERALL = (
    "holds: where it holds against random, shuffled and learned vectors; fails: where it fails against any "
    "of them; else cannot tell"
)


CLAIMS: dict[Question, str] = {
    "more accurate": "are more accurate than",
    "faster": "learn in fewer epochs than",
    "with less data": "need fewer labelled rows than",
}


def answer(intervals: Sequence[Interval]) -> Answer:
    """Apply the first rule to the differences at all sizes.

    >>> answer([Interval(value=0.2, low=0.1, high=0.3), Interval(value=0.0, low=-0.1, high=0.1)])
    'holds'
    """
    above = sum(one["low"] > 0 for one in intervals)
    if any(one["high"] < 0 for one in intervals):
        return "fails"
    return "holds" if intervals and 2 * above >= len(intervals) else "cannot tell"


def answer_of_draws(share: Interval | None) -> Answer:
    """Apply the other rules to the share of sizes won, over draws; None where there is one draw.

    >>> answer_of_draws(Interval(value=0.9, low=0.7, high=1.0))
    'holds'
    """
    if share is None:
        return "cannot tell"
    return "holds" if share["low"] > 0.5 else "fails" if share["high"] < 0.5 else "cannot tell"


def overall(verdicts: Sequence[Verdict]) -> Answer:
    """Apply the rule for all of the lesson's rivals to the verdicts on each."""
    found = [verdict["verdict"] for verdict in verdicts if verdict["other"] in LESSON]
    if "fails" in found:
        return "fails"
    return "holds" if found.count("holds") == len(LESSON) else "cannot tell"


def more_accurate(other: Arm, differences: Sequence[ClaimDifference]) -> Verdict:
    """Say whether the pretrained arm is more accurate than another."""
    found = answer([one["accuracy"] for one in differences])
    better = [one for one in differences if one["accuracy"]["low"] > 0]
    worse = [one for one in differences if one["accuracy"]["high"] < 0]
    sizes = numbers.plural(len(differences), "size")
    said = f"pre-trained vectors are more accurate than {NAMES[other]} at {len(better)} of {sizes}"
    said += f", less at {_listed(worse)}" if worse else ", less at none"
    ends = differences[:1] if len(differences) == 1 else [differences[0], differences[-1]]
    said += ": " + "; ".join(_by(one) for one in ends)
    if worse and len(worse) >= len(better):
        wins = "wins" if other == "tf-idf" else "win"
        said = f"{NAMES[other]} {wins}: {said}"
    return Verdict(
        question="more accurate", other=other, verdict=found, sentence=said, rule=RULES["more accurate"]
    )


def faster(other: Arm, share: Interval | None, found: Sequence[ClaimFaster]) -> Verdict:
    """Say whether the pretrained arm reaches another's best accuracy sooner."""
    trainings, fewer = sum(one["draws"] for one in found), sum(one["fewer"] for one in found)
    as_many, reached = sum(one["as_many"] for one in found), sum(one["reached"] for one in found)
    never = trainings - reached
    said = (
        f"the best accuracy of {NAMES[other]} is reached by pre-trained vectors in fewer epochs in {fewer} "
        f"of {numbers.plural(trainings, 'training')}, in as many in {as_many}, never in {never}"
    )
    last = found[-1]
    if last["epochs"] is not None and last["epochs_other"] is not None:
        said += (
            f"; with {at_size(last['size'])} in {_epochs(last['epochs'])} ({_time(last['seconds'])}) rather "
        )
        said += f"than {_epochs(last['epochs_other'])} ({_time(last['seconds_other'])})"
    else:
        said += f"; with {at_size(last['size'])} mostly never"
    return Verdict(
        question="faster",
        other=other,
        verdict=answer_of_draws(share),
        sentence=said + _sure(share),
        rule=RULES["faster"],
    )


def with_less(other: Arm, share: Interval | None, found: Sequence[ClaimLess]) -> Verdict:
    """Say whether the pretrained arm needs fewer rows for another's accuracy."""
    last = found[-1]
    said = f"what {NAMES[other]} reach with {numbers.plural(last['rows_other'], 'row')}, "
    said = said.replace("TF-IDF reach", "TF-IDF reaches") + f"{numbers.percent(last['accuracy'])}, "
    if last["rows"] is None:
        said += "pre-trained vectors do not reach with any size"
    elif last["beyond"] == "fewer":
        said += (
            f"pre-trained vectors exceed with {numbers.plural(round(last['rows']), 'row')}, the fewest tried"
        )
    else:
        said += f"pre-trained vectors reach with about {numbers.plural(round(last['rows']), 'row')}"
        if last["rows"] < last["rows_other"]:
            said += f", {last['rows_other'] / last['rows']:.1f} times fewer"
    return Verdict(
        question="with less data",
        other=other,
        verdict=answer_of_draws(share),
        sentence=said + _sure(share),
        rule=RULES["with less data"],
    )


def cannot_tell(question: Question, other: Arm | None, why: str) -> Verdict:
    """Say why a question has no answer."""
    rule = RULES[question] if other else OVERALL
    return Verdict(question=question, other=other, verdict="cannot tell", sentence=why, rule=rule)


def in_all(question: Question, verdicts: Sequence[Verdict]) -> Verdict:
    """Sum up the verdicts of one question; where counts without vectors do better, that is said, too."""
    by: dict[Answer, list[str]] = {"holds": [], "fails": [], "cannot tell": []}
    for verdict in verdicts:
        if verdict["other"] in LESSON:
            by[verdict["verdict"]].append(NAMES[verdict["other"]])
    parts = [f"pre-trained vectors {CLAIMS[question]} {_and(by['holds'])}"] if by["holds"] else []
    parts += [f"that they {CLAIMS[question]} {_and(by['fails'])} fails"] if by["fails"] else []
    if by["cannot tell"]:
        parts.append(f"whether they {CLAIMS[question]} {_and(by['cannot tell'])} cannot be told")
    said = "; ".join(parts)
    counts = next((v for v in verdicts if v["other"] == "tf-idf"), None)
    if counts:
        also = {"holds": "It holds against TF-IDF, too", "fails": "It does not against TF-IDF"}
        said += (
            ". " + also.get(counts["verdict"], "Against TF-IDF it cannot be told") + f": {counts['sentence']}"
        )
    return Verdict(question=question, other=None, verdict=overall(verdicts), sentence=said, rule=OVERALL)


def _by(one: ClaimDifference) -> str:
    points, f1 = one["accuracy"], one["macro_f1"]
    return (
        f"with {at_size(one['size'])} by {_points(points['value'])} points ({_points(points['low'])} to "
        f"{_points(points['high'])}), macro-F1 by {f1['value']:+.3f}"
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _listed(differences: Sequence[ClaimDifference]) -> str:
    return _and([at_size(one["size"]) for one in differences])


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _epochs(value: float) -> str:
    return "1 epoch" if value == 1 else f"{value:g} epochs"


def _time(value: float | None) -> str:
    return numbers.seconds(value or 0.0)


def _sure(share: Interval | None) -> str:
    if share is None:
        return "; one draw tells nothing of another"
    low, high = max(share["low"], 0.0), min(share["high"], 1.0)
    of = f"{numbers.percent(share['value'])} of sizes in the mean over draws"
    return f"; {of} ({numbers.percent(low)} to {numbers.percent(high)})"
