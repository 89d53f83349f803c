"""What the numbers of a run mean: statements of the language's file, some true of this run alone."""

from collections.abc import Mapping, Sequence
from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, percent
from wordglass.learn.questions.shapes import dimensions
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def statements(rng: Random, wrong: Sequence[str], evidence: str, words: Mapping[str, str]) -> Draft:
    """One statement of the file is right; the others are wrong whatever the run."""
    options = [Option(reason, False) for reason in wrong]
    return Draft(Option("right", True), rng.sample(options, len(options)), evidence, bool, words)


def in_parts(trace: TrainingTrace) -> bool:
    """Whether tokens are parts of words, which a tokeniser may split otherwise where a text begins."""
    return any(stage["what"].startswith("split into parts of words") for stage in trace["stages"])


@asks("pre-trained vectors", "concept", "easy", "coverage")
def why_pre_trained(trace: TrainingTrace, rng: Random) -> Draft:
    """The lesson's own: why pre-trained vectors rather than random numbers."""
    found = trace["coverage"]
    wrong = ["trained-here", "smaller", "changed", "order"]
    if found["known"] < found["tokens"]:
        wrong.append("all-known")
    words = {
        "dim": numbers.count(dimensions(trace)[0]),
        "rows": numbers.count(trace["data"]["train_rows"]),
        "known": numbers.count(found["known"]),
        "tokens": numbers.count(found["tokens"]),
        "missing": numbers.count(found["tokens"] - found["known"]),
        "distinct": numbers.count(found["distinct"]),
    }
    return statements(rng, wrong, "/coverage/distinct", words)


@asks("training", "concept", "medium", "training")
def what_training_changes(trace: TrainingTrace, rng: Random) -> Draft:
    """Which numbers training changes."""
    training = trace["training"]
    words = {
        "features": numbers.plural(training["features"], "feature"),
        "outputs": numbers.plural(training["outputs"], "output"),
        "epochs": numbers.plural(training["epochs"][-1]["epoch"], "epoch"),
    }
    return statements(rng, ["vectors", "tokens", "all", "pooling"], "/training/features", words)


@asks("word order", "concept", "medium", "stages")
def order_of_words(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What becomes of two texts of the same words in another order, in pooling."""
    if in_parts(trace):
        return None
    at = [stage["name"] for stage in trace["stages"]].index("pooling")
    words = {"dim": numbers.count(dimensions(trace)[1])}
    return statements(rng, ["reversed", "longer", "refused", "first"], f"/stages/{at}/what", words)


@asks("unknown words", "concept", "easy", "coverage")
def word_without_vector(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What a word without a vector adds to the pooled vector."""
    if in_parts(trace):
        return None
    found = trace["coverage"]
    words = {
        "missing": numbers.count(found["tokens"] - found["known"]),
        "tokens": numbers.count(found["tokens"]),
    }
    return statements(rng, ["random", "nearest", "refused", "ones"], "/coverage/known", words)


@asks("data", "concept", "easy", "data")
def why_held_out(trace: TrainingTrace, rng: Random) -> Draft:
    """Why rows are held out of training."""
    data = trace["data"]
    words = {"rows": numbers.count(data["rows"]), "held_out": numbers.count(data["held_out_rows"])}
    return statements(rng, ["faster", "choose", "smaller", "balance"], "/data/held_out_rows", words)


@asks("data", "concept", "medium", "data")
def leakage(trace: TrainingTrace, rng: Random) -> Draft | None:
    """What texts do to a score that are trained on and held out."""
    checks = {check["check"]: (at, check) for at, check in enumerate(trace["data"]["checks"])}
    if "overlap" not in checks:
        return None
    at, check = checks["overlap"]
    words = {
        "found": numbers.count(check["count"]),
        "held_out": numbers.count(trace["data"]["held_out_rows"]),
    }
    return statements(rng, ["low", "nothing", "training", "noise"], f"/data/checks/{at}/count", words)


@asks("data", "number", "easy", "data")
def share_held_out(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The share of the rows that is held out."""
    data = trace["data"]
    train, held, rows = data["train_rows"], data["held_out_rows"], data["train_rows"] + data["held_out_rows"]
    if not held:
        return None
    return Draft(
        percent("right", held / rows),
        [
            percent("trained", train / rows),
            percent("of-training", held / train),
            percent("tenth", 0.1),
            percent("half", 0.5),
            percent("third", 1 / 3),
        ],
        "/data/held_out_rows",
        lambda share: abs(share * train - (1 - share) * held) < 0.005 * rows,
        {
            "train": numbers.count(train),
            "held": numbers.count(held),
            "rows": numbers.count(rows),
            "value": numbers.percent(held / rows),
        },
        apart=0.01,
    )
