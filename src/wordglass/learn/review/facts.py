"""The numbers and names that cards may have put in."""

from wordglass.learn.questions.shapes import dimensions
from wordglass.learn.questions.shown import class_names, short
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def facts(trace: TrainingTrace) -> dict[str, str]:
    """Those of a run, as they are written; what it lacks is not among them."""
    data, found, training = trace["data"], trace["coverage"], trace["training"]
    dim, pooled = dimensions(trace)
    names = class_names(trace)
    largest = max(range(len(names)), key=lambda k: data["classes"][k]["train"])
    known = {
        "rows": numbers.count(data["train_rows"]),
        "classes": numbers.count(len(names)),
        "largest": names[largest],
        "largest_rows": numbers.count(data["classes"][largest]["train"]),
        "tokens": numbers.count(found["tokens"]),
        "known": numbers.count(found["known"]),
        "missing": numbers.count(found["tokens"] - found["known"]),
        "dim": numbers.count(dim),
        "pooled": numbers.count(pooled),
        "features": numbers.count(training["features"]),
        "outputs": numbers.plural(training["outputs"], "output"),
        "weights": numbers.count(training["features"] * training["outputs"]),
        "first_loss": numbers.loss(training["epochs"][0]["train_loss"]),
        "last_loss": numbers.loss(training["epochs"][-1]["train_loss"]),
        "epochs": numbers.plural(training["epochs"][-1]["epoch"], "epoch"),
        "default": numbers.percent(trace["default"]["probability"]),
        "seed": str(trace["provenance"]["seed"]),
    }
    if (held_out := training["epochs"][-1]["held_out_loss"]) is not None:
        known["held_out_loss"] = numbers.loss(held_out)
    return known | _telling(trace, names) | _missing(trace) | _measured(trace, names)


def _telling(trace: TrainingTrace, names: list[str]) -> dict[str, str]:
    """The word that says most for a class."""
    tops = [(of["words"][0]["share"], k) for k, of in enumerate(trace["telling"]) if of["words"]]
    if not tops:
        return {}
    share, k = max(tops)
    word = short(trace["telling"][k]["words"][0]["text"])
    return {"telling": word, "telling_class": names[k], "telling_share": numbers.share(share)}


def _missing(trace: TrainingTrace) -> dict[str, str]:
    """The commonest word that has no vector."""
    found = trace["coverage"]["missing"]
    return {"unknown": short(found[0]["word"])} if found else {}


def _measured(trace: TrainingTrace, names: list[str]) -> dict[str, str]:
    """What the held-out rows show."""
    scores = trace["scores"]
    if scores is None:
        return {}
    known = {
        "held_out": numbers.count(scores["rows"]),
        "accuracy": numbers.percent(scores["accuracy"]["value"]),
        "low": numbers.percent(scores["accuracy"]["low"]),
        "high": numbers.percent(scores["accuracy"]["high"]),
        "macro_f1": numbers.ratio(scores["macro_f1"]["value"]),
        "calibration": numbers.ratio(scores["calibration_error"]),
    }
    if measured := [(of["f1"], k) for k, of in enumerate(scores["classes"]) if of["support"]]:
        lowest, k = min(measured)
        known |= {
            "weakest": names[k],
            "weakest_f1": numbers.ratio(lowest),
            "weakest_precision": numbers.ratio(scores["classes"][k]["precision"]),
            "weakest_recall": numbers.ratio(scores["classes"][k]["recall"]),
        }
    return known
