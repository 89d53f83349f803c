"""How good the answers on held-out rows are, class by class."""

from math import sqrt
from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, percent, ratio
from wordglass.learn.questions.shown import class_names
from wordglass.learn.wording import wording
from wordglass.trace import numbers
from wordglass.trace.document import Scores, TrainingTrace

POINT = 0.01


def _confusion(trace: TrainingTrace) -> tuple[Scores, list[list[int]]] | None:
    scores = trace["scores"]
    return (scores, scores["confusion"]) if scores and scores["confusion"] else None


@asks("scores", "number", "medium", "scores")
def accuracy_of_counts(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Accuracy from the number of rows that are right."""
    if not (found := _confusion(trace)):
        return None
    scores, confusion = found
    rows, value = scores["rows"], scores["accuracy"]["value"]
    right = sum(row[k] for k, row in enumerate(confusion))
    most = max(sum(row) for row in confusion)
    return Draft(
        percent("right", value),
        [
            percent("errors", 1 - value),
            percent("macro-f1", scores["macro_f1"]["value"]),
            percent("largest", most / rows),
            percent("even", 1 / len(confusion)),
            percent("wrong-by-right", (rows - right) / max(right, 1)),
            percent("half", value / 2),
        ],
        "/scores/accuracy/value",
        lambda share: abs(share * rows - right) < POINT / 2 * rows,
        {
            "rows": numbers.count(rows),
            "hits": numbers.count(right),
            "misses": numbers.count(rows - right),
            "value": numbers.percent(value),
        },
        apart=POINT,
    )


@asks("scores", "number", "hard", "scores")
def recall_of_class(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Recall from three counts of the confusion matrix."""
    return _of_counts(trace, rng, "recall")


@asks("scores", "number", "hard", "scores")
def precision_of_class(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Precision from three counts of the confusion matrix."""
    return _of_counts(trace, rng, "precision")


def _of_counts(trace: TrainingTrace, rng: Random, figure: str) -> Draft | None:
    if not (found := _confusion(trace)):
        return None
    scores, confusion = found
    names = class_names(trace)
    possible = [k for k, of in enumerate(scores["classes"]) if of["precision"] > 0 and of["recall"] > 0]
    if not possible:
        return None
    k = rng.choice(possible)
    of, hits = scores["classes"][k], confusion[k][k]
    called = sum(row[k] for row in confusion)
    total = of["support"] if figure == "recall" else called
    value, other = (of["recall"], "precision") if figure == "recall" else (of["precision"], "recall")
    return Draft(
        ratio("right", value),
        [
            ratio(other, of["precision"] if figure == "recall" else of["recall"]),
            ratio("f1", of["f1"]),
            ratio("share", total / scores["rows"]),
            ratio("rest", 1 - value),
            ratio("of-all", hits / scores["rows"]),
            ratio("accuracy", scores["accuracy"]["value"]),
        ],
        f"/scores/classes/{k}/{figure}",
        lambda share: abs(share * total - hits) < POINT / 2 * total,
        {
            "name": names[k],
            "rows": numbers.count(scores["rows"]),
            "support": numbers.count(of["support"]),
            "called": numbers.count(called),
            "hits": numbers.count(hits),
            "value": numbers.ratio(value),
        },
        apart=POINT,
    )


@asks("scores", "number", "hard", "scores")
def f1_of_class(trace: TrainingTrace, rng: Random) -> Draft | None:
    """F1 from precision and recall: their harmonic mean."""
    scores = trace["scores"]
    if not scores:
        return None
    possible = [
        k
        for k, of in enumerate(scores["classes"])
        if of["f1"] > 0 and (of["precision"] + of["recall"]) / 2 - of["f1"] > 0.012
    ]
    if not possible:
        return None
    k = rng.choice(possible)
    of = scores["classes"][k]
    p, r = of["precision"], of["recall"]
    return Draft(
        ratio("right", of["f1"]),
        [
            ratio("mean", (p + r) / 2),
            ratio("product", p * r),
            ratio("lower", min(p, r)),
            ratio("higher", max(p, r)),
            ratio("geometric", sqrt(p * r)),
            ratio("difference", abs(p - r)),
        ],
        f"/scores/classes/{k}/f1",
        lambda value: abs(value * (p + r) - 2 * p * r) < 0.005 * (p + r),
        {
            "name": class_names(trace)[k],
            "precision": numbers.ratio(p),
            "recall": numbers.ratio(r),
            "value": numbers.ratio(of["f1"]),
        },
        apart=POINT,
    )


@asks("scores", "number", "medium", "scores")
def macro_f1(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Macro-F1 from the F1 of a few classes."""
    scores = trace["scores"]
    if not scores or len(scores["classes"]) > 6 or trace["data"]["multi_label"]:
        return None
    classes = scores["classes"]
    f1, rows = [of["f1"] for of in classes], [of["support"] for of in classes]
    if not all(rows) or not sum(f1):
        return None
    value = scores["macro_f1"]["value"]
    return Draft(
        ratio("right", value),
        [
            ratio("weighted", sum(a * b for a, b in zip(f1, rows, strict=True)) / sum(rows)),
            ratio("best", max(f1)),
            ratio("worst", min(f1)),
            ratio("accuracy", scores["accuracy"]["value"]),
            ratio("sum", sum(f1)),
            ratio("missing", 1 - value),
            ratio("half", value / 2),
        ],
        "/scores/macro_f1/value",
        lambda mean: abs(mean * len(f1) - sum(f1)) < 0.002 * len(f1),
        {"values": ", ".join(map(numbers.ratio, f1)), "classes": str(len(f1)), "value": numbers.ratio(value)},
        apart=0.005,
    )


@asks("confusion", "reading", "easy", "scores")
def most_confused(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What texts of a class are called most often where they are called something else."""
    if not (found := _confusion(trace)) or len(found[1]) < 5:
        return None
    _, confusion = found
    wrong = [{j: n for j, n in enumerate(row) if j != k} for k, row in enumerate(confusion)]
    most = [max(row, key=lambda j: row[j]) for row in wrong]
    clear = [k for k, row in enumerate(wrong) if list(row.values()).count(row[most[k]]) == 1]
    if not clear:
        return None
    k = rng.choice(clear)
    names = class_names(trace)

    def option(reason: str, j: int) -> Option:
        return Option(reason, j, names[j], {"called": names[j], "count": numbers.plural(wrong[k][j], "text")})

    return Draft(
        option("right", most[k]),
        [option("fewer", j) for j in rng.sample([j for j in wrong[k] if j != most[k]], len(wrong[k]) - 1)],
        f"/scores/confusion/{k}/{most[k]}",
        lambda j: j != k and all(confusion[k][j] >= n for i, n in enumerate(confusion[k]) if i != k),
        {
            "name": names[k],
            "most": names[most[k]],
            "count": numbers.plural(confusion[k][most[k]], "text"),
        },
    )


@asks("confusion", "reading", "easy", "scores")
def hardest_class(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Which of four classes has the lowest F1."""
    scores = trace["scores"]
    if not scores or len(scores["classes"]) < 4:
        return None
    f1 = [of["f1"] for of in scores["classes"]]
    least = min(range(len(f1)), key=f1.__getitem__)
    others = [k for k, value in enumerate(f1) if value > f1[least] + 0.005]
    names = class_names(trace)

    def option(reason: str, k: int) -> Option:
        return Option(reason, k, names[k], {"name": names[k], "value": numbers.ratio(f1[k])})

    return Draft(
        option("right", least),
        [option("better", k) for k in rng.sample(others, len(others))],
        f"/scores/classes/{least}/f1",
        lambda k: scores["classes"][k]["f1"] == min(of["f1"] for of in scores["classes"]),
        {"name": names[least], "value": numbers.ratio(f1[least])},
    )


@asks("uncertainty", "concept", "medium", "scores")
def what_interval_says(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What the interval of the accuracy means."""
    scores = trace["scores"]
    if not scores:
        return None
    found = scores["accuracy"]
    options = [Option(name, name) for name in ("each-text", "share-right", "training", "best-worst")]
    return Draft(
        Option("right", "plausible"),
        rng.sample(options, len(options)),
        "/scores/accuracy/low",
        lambda says: says == "plausible",
        {
            "value": numbers.percent(found["value"]),
            "low": numbers.percent(found["low"]),
            "high": numbers.percent(found["high"]),
            "rows": numbers.count(scores["rows"]),
        },
    )


@asks("thresholds", "number", "medium", "scores")
def answering_the_surest(trace: TrainingTrace, rng: Random) -> Draft | None:
    """How often the answers are right where only the surest rows are answered."""
    scores = trace["scores"]
    points = scores["abstaining"] if scores else []
    if not scores or len(points) < 3:
        return None
    at = rng.randrange(1, len(points))
    point, every = points[at], points[0]
    right = round(point["accuracy"] * point["rows"])
    return Draft(
        percent("right", point["accuracy"]),
        [
            percent("all", every["accuracy"]),
            percent("coverage", point["coverage"]),
            percent("both", right / scores["rows"]),
            percent("least", point["least"]),
            percent("wrong", 1 - point["accuracy"]),
            percent("unanswered", 1 - point["coverage"]),
            percent("half", point["accuracy"] / 2),
        ],
        f"/scores/abstaining/{at}/accuracy",
        lambda share: abs(share * point["rows"] - right) < POINT / 2 * point["rows"],
        {
            "coverage": numbers.percent(point["coverage"]),
            "least": numbers.percent(point["least"]),
            "answered": numbers.count(point["rows"]),
            "rows": numbers.count(scores["rows"]),
            "hits": numbers.count(right),
            "value": numbers.percent(point["accuracy"]),
            "every": numbers.percent(every["accuracy"]),
        },
        apart=POINT,
    )


@asks("thresholds", "concept", "hard", "scores")
def raising_a_threshold(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What a higher threshold can do to a class's recall."""
    scores = trace["scores"]
    if not scores:
        return None
    k = rng.randrange(len(scores["classes"]))
    options = [Option(name, name) for name in ("recall-up", "precision-up", "weights", "nothing", "both-up")]
    return Draft(
        Option("right", "recall-not-up"),
        rng.sample(options, len(options)),
        f"/scores/classes/{k}/recall",
        lambda says: says == "recall-not-up",
        {"name": class_names(trace)[k], "recall": numbers.ratio(scores["classes"][k]["recall"])},
    )


@asks("calibration", "output", "medium", "scores")
def too_sure(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Whether the model is too sure in one bin of confidence, and by how much."""
    scores = trace["scores"]
    if not scores:
        return None
    bins = [
        (at, of)
        for at, of in enumerate(scores["reliability"])
        if of["rows"] >= 5 and abs(of["confidence"] - of["accuracy"]) >= 0.015
    ]
    if not bins:
        return None
    at, of = rng.choice(bins)
    over = of["confidence"] - of["accuracy"]
    said = wording("questions")["too-sure"]["says"]

    def option(reason: str, value: float) -> Option:
        says = "too-sure" if value > 0 else "not-sure-enough" if value < 0 else "agrees"
        return Option(reason, value, said[says].format(by=f"{abs(value) * 100:.1f}"))

    drafted = [option("other-way", -over), option("agree", 0.0)]
    drafted += [option("figure", of["confidence"]), option("figure", -of["accuracy"])]
    return Draft(
        option("right", over),
        drafted,
        f"/scores/reliability/{at}/confidence",
        lambda by: abs(of["accuracy"] + by - of["confidence"]) < 0.005,
        {
            "low": numbers.percent(of["low"]),
            "high": numbers.percent(of["high"]),
            "rows": numbers.plural(of["rows"], "answer"),
            "confidence": numbers.percent(of["confidence"]),
            "accuracy": numbers.percent(of["accuracy"]),
            "points": f"{abs(over) * 100:.1f}",
        },
        apart=POINT,
        because="over" if over > 0 else "under",
    )


@asks("calibration", "concept", "easy", "scores")
def what_calibrated_means(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What a probability of 80% says where a model is calibrated."""
    scores = trace["scores"]
    if not scores:
        return None
    options = [Option(name, name) for name in ("words", "this-text", "accuracy", "other-class")]
    return Draft(
        Option("right", "of-such"),
        rng.sample(options, len(options)),
        "/scores/calibration_error",
        lambda says: says == "of-such",
        {
            "error": numbers.ratio(scores["calibration_error"]),
            "accuracy": numbers.percent(scores["accuracy"]["value"]),
        },
    )
