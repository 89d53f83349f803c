"""Which of some models is better, and by which figure to say so."""

from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, percent
from wordglass.learn.questions.shown import class_names
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


@asks("baselines", "number", "easy", "data")
def always_the_commonest(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The accuracy of always answering the commonest class."""
    data = trace["data"]
    rows, classes = data["held_out_rows"], data["classes"]
    if not rows or data["multi_label"]:
        return None
    k = max(range(len(classes)), key=lambda k: classes[k]["train"])
    if sum(of["train"] == classes[k]["train"] for of in classes) > 1:
        return None
    hits = classes[k]["held_out"]
    support = sum(of["held_out"] for of in classes)
    return Draft(
        percent("right", hits / rows),
        [
            percent("even", 1 / len(classes)),
            percent("errors", 1 - hits / rows),
            percent("all", 1.0),
            percent("none", 0.0),
            percent("rarest", min(of["held_out"] for of in classes) / rows),
            percent("model", trace["scores"]["accuracy"]["value"] if trace["scores"] else 0.0),
        ],
        f"/data/classes/{k}/held_out",
        lambda share: abs(share * support - hits) < 0.005 * support,
        {
            "name": class_names(trace)[k],
            "hits": numbers.count(hits),
            "rows": numbers.count(rows),
            "value": numbers.percent(hits / rows),
        },
        apart=0.01,
    )


@asks("better model", "better model", "medium", "selection")
def best_head(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Which of four heads did best on rows that it was not fitted on."""
    tried = {k: loss for k, of in enumerate(trace["selection"]["trials"]) if (loss := of["loss"]) is not None}
    if len(tried) < 4:
        return None
    best = min(tried, key=lambda k: tried[k])
    others = [k for k in tried if tried[k] > tried[best] + 0.001]

    def option(reason: str, k: int) -> Option:
        of = trace["selection"]["trials"][k]
        words = {
            "block": of["block"],
            "C": numbers.strength(of["C"]),
            "loss": numbers.loss(tried[k]),
            "accuracy": numbers.percent(of["accuracy"]["value"]) if of["accuracy"] else "-",
            "names": numbers.strength(of["names"]),
        }
        return Option(reason, k, None, words)

    words = option("right", best).words
    return Draft(
        option("right", best),
        [option("higher", k) for k in rng.sample(others, len(others))],
        f"/selection/trials/{best}/loss",
        lambda k: trace["selection"]["trials"][k]["loss"] == min(tried.values()),
        {**words},
    )


@asks("better model", "better model", "hard", "sizes")
def smallest_good_enough(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The smallest of four models whose accuracy is good enough."""
    sizes = trace["sizes"]
    if len(sizes) < 4:
        return None
    offered = sorted(rng.sample(range(len(sizes)), 4), key=lambda k: sizes[k]["bytes"])
    bar = sorted(sizes[k]["accuracy"] for k in offered)[rng.randrange(1, 4)]
    good = [k for k in offered if sizes[k]["accuracy"] >= bar]
    best = min(good, key=lambda k: sizes[k]["bytes"])
    near = [k for k in offered if 0 < bar - sizes[k]["accuracy"] < 0.002]
    if (
        near
        or not 0.001 <= bar <= 0.999
        or sum(sizes[k]["bytes"] < sizes[best]["bytes"] * 1.02 for k in good) > 1
    ):
        return None

    def option(reason: str, k: int) -> Option:
        of = sizes[k]
        words = {"size": numbers.size(of["bytes"]), "accuracy": numbers.percent(of["accuracy"])}
        return Option(reason, k, None, words)

    words = {**option("right", best).words, "bar": numbers.percent(bar)}
    return Draft(
        option("right", best),
        [option("larger" if k in good else "worse", k) for k in rng.sample(offered, 4) if k != best],
        f"/sizes/{best}/bytes",
        lambda k: (
            sizes[k]["accuracy"] >= bar
            and not any(
                sizes[j]["bytes"] < sizes[k]["bytes"] and sizes[j]["accuracy"] >= bar for j in offered
            )
        ),
        words,
    )


def _named(rng: Random, right: str, wrong: tuple[str, ...], evidence: str, words: dict[str, str]) -> Draft:
    options = [Option(name, name) for name in wrong]
    return Draft(
        Option("right", right),
        rng.sample(options, len(options)),
        evidence,
        lambda name: name == right,
        words,
    )


@asks("metric", "metric", "medium", "scores")
def metric_of_missed(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The figure to watch where a text that is missed costs most."""
    return _cost(trace, rng, "recall", ("precision", "accuracy", "train-loss", "support"))


@asks("metric", "metric", "medium", "scores")
def metric_of_false_alarms(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The figure to watch where a false alarm costs most."""
    return _cost(trace, rng, "precision", ("recall", "accuracy", "train-loss", "support"))


def _cost(trace: TrainingTrace, rng: Random, right: str, wrong: tuple[str, ...]) -> Draft | None:
    if not trace["scores"]:
        return None
    k = rng.randrange(len(trace["scores"]["classes"]))
    of = trace["scores"]["classes"][k]
    words = {
        "name": class_names(trace)[k],
        "precision": numbers.ratio(of["precision"]),
        "recall": numbers.ratio(of["recall"]),
    }
    return _named(rng, right, wrong, f"/scores/classes/{k}/{right}", words)


@asks("metric", "metric", "easy", "scores")
def metric_of_rare_classes(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The figure in which every class counts alike."""
    if not trace["scores"]:
        return None
    rows = [of["train"] for of in trace["data"]["classes"]]
    words = {
        "least": numbers.plural(min(rows), "training row"),
        "most": numbers.count(max(rows)),
        "macro": numbers.ratio(trace["scores"]["macro_f1"]["value"]),
        "accuracy": numbers.percent(trace["scores"]["accuracy"]["value"]),
    }
    wrong = ("accuracy", "log-loss", "seconds", "coverage")
    return _named(rng, "macro-f1", wrong, "/scores/macro_f1/value", words)


@asks("metric", "metric", "hard", "scores")
def metric_of_probabilities(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The figure that says whether probabilities can be taken at their word."""
    if not trace["scores"]:
        return None
    words = {
        "error": numbers.ratio(trace["scores"]["calibration_error"]),
        "accuracy": numbers.percent(trace["scores"]["accuracy"]["value"]),
    }
    wrong = ("accuracy", "macro-f1", "recall", "coverage")
    return _named(rng, "calibration", wrong, "/scores/calibration_error", words)
