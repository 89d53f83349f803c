"""A prediction computed by hand: the average, the sum of shares, from scores to probabilities."""

import json
from math import exp, log
from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, percent
from wordglass.learn.questions.shown import class_names, short
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def _entry(reason: str, value: float) -> Option:
    return Option(reason, value, numbers.entry(value))


def _score(reason: str, value: float) -> Option:
    return Option(reason, value, numbers.score(value))


def _vectors(trace: TrainingTrace, stage: str) -> tuple[int, list[list[float]]]:
    """The vectors that a stage's sample shows, as far as they are shown; and the place of the stage."""
    at = [of["name"] for of in trace["stages"]].index(stage)
    found = [line[line.rindex("[") :] for line in trace["stages"][at]["sample"] if "[" in line]
    return at, [json.loads(line.replace(", ...", "")) for line in found]


@asks("arithmetic", "number", "medium", "stages")
def average_of_three(trace: TrainingTrace, rng: Random) -> Draft | None:
    """One number of the mean of three words' vectors."""
    at, vectors = _vectors(trace, "embedding lookup")
    if len(vectors) < 3:
        return None
    i = rng.randrange(min(map(len, vectors)))
    parts = [vector[i] for vector in vectors]
    total = sum(parts)
    words = [short(line.rsplit(" -> ", 1)[0]) for line in trace["stages"][at]["sample"]]
    return Draft(
        _entry("right", total / 3),
        [
            _entry("sum", total),
            _entry("largest", max(parts)),
            _entry("smallest", min(parts)),
            _entry("half", total / 2),
            _entry("sign", -total / 3),
            _entry("middle", sorted(parts)[1]),
        ],
        f"/stages/{at}/sample",
        lambda mean: abs(3 * mean - total) < 0.003,
        {
            "words": ", ".join(f"“{word}”" for word in words),
            "place": str(i + 1),
            "parts": ", ".join(map(numbers.entry, parts)),
            "mean": numbers.entry(total / 3),
            "total": numbers.entry(total),
        },
        apart=0.003,
    )


@asks("arithmetic", "number", "hard", "stages")
def dot_product(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The first three terms of a score: numbers of a pooled vector times weights."""
    if not trace["stages"][-1]["sample"]:
        return None
    (_, pooled), (at, weights) = _vectors(trace, "pooling"), _vectors(trace, "training")
    if not pooled or not weights or len(pooled[0]) < 3:
        return None
    x, w = rng.choice(pooled)[:3], rng.choice(weights)[:3]
    terms = [a * b for a, b in zip(x, w, strict=True)]
    value = sum(terms)
    return Draft(
        _entry("right", value),
        [
            _entry("first-two", value - terms[2]),
            _entry("sums", sum(x) * sum(w)),
            _entry("added", sum(x) + sum(w)),
            _entry("sign", -value),
            _entry("mean", value / 3),
            _entry("sizes", sum(map(abs, terms))),
        ],
        f"/stages/{at}/sample",
        lambda total: abs(total - x[0] * w[0] - x[1] * w[1] - x[2] * w[2]) < 0.0015,
        {
            "x": ", ".join(map(numbers.entry, x)),
            "w": ", ".join(map(numbers.entry, w)),
            "terms": " ".join(f"{term:+.4f}" for term in terms),
            "value": numbers.entry(value),
        },
        apart=0.003,
    )


@asks("shares", "number", "medium", "predictions")
def score_of_shares(trace: TrainingTrace, rng: Random) -> Draft | None:
    """A score is the bias and the sum of the shares."""
    if not trace["predictions"]:
        return None
    text = trace["predictions"][0]
    k = max(range(len(text["outputs"])), key=lambda k: text["outputs"][k]["score"])
    of, shares = text["outputs"][k], sum(token["shares"][k] for token in text["tokens"])
    bias, value = of["bias"], of["score"]
    return Draft(
        _score("right", value),
        [
            _score("no-bias", shares),
            _score("minus", shares - bias),
            _score("bias", bias),
            _score("mean", (bias + shares) / 2),
            _score("product", bias * shares),
            _score("probability", of["probability"]),
            _score("doubled", 2 * shares + bias),
        ],
        f"/predictions/0/outputs/{k}/score",
        lambda score: abs(score - bias - shares) < 0.002,
        {
            "name": short(of["name"]),
            "bias": numbers.score(bias),
            "shares": numbers.share(shares),
            "score": numbers.score(value),
            "text": short(text["text"]),
        },
        apart=0.005,
    )


@asks("probabilities", "number", "hard", "predictions")
def times_as_likely(trace: TrainingTrace, rng: Random) -> Draft | None:
    """How many times as likely one class is as another, from their scores alone."""
    if not trace["predictions"] or trace["training"]["loss"] != "softmax":
        return None
    outputs = trace["predictions"][0]["outputs"]
    pairs = [
        (a, b)
        for a, of in enumerate(outputs)
        for b, other in enumerate(outputs)
        if 0.2 < of["score"] - other["score"] < 5
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    first, second = outputs[a], outputs[b]
    gap = first["score"] - second["score"]
    value = exp(gap)

    def times(reason: str, value: float) -> Option:
        return Option(reason, value, f"{value:.2f}")

    names = class_names(trace)
    wrong = [
        times("difference", gap),
        times("inverse", 1 / value),
        times("base-ten", 10**gap),
        times("base-two", 2**gap),
        times("squared", value * value),
    ]
    return Draft(
        times("right", value),
        wrong,
        f"/predictions/0/outputs/{a}/score",
        lambda ratio: abs(ratio * second["probability"] - first["probability"]) < 0.01 * first["probability"],
        {
            "first": names[a],
            "second": names[b],
            "one": numbers.score(first["score"]),
            "other": numbers.score(second["score"]),
            "gap": numbers.score(gap),
            "value": f"{value:.2f}",
        },
        apart=max(0.05, 0.03 * value),
    )


@asks("probabilities", "number", "hard", "predictions")
def probability_of_score(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The probability of one score, by the logistic function."""
    if not trace["predictions"] or trace["training"]["loss"] != "sigmoid":
        return None
    outputs = trace["predictions"][0]["outputs"]
    possible = [k for k, of in enumerate(outputs) if 0.05 < abs(of["score"]) < 4]
    if not possible:
        return None
    k = rng.choice(possible)
    of = outputs[k]
    z, p = of["score"], 1 / (1 + exp(-of["score"]))
    shown = of["probability"]
    return Draft(
        percent("right", shown),
        [
            percent("other", 1 - p),
            percent("half", 0.5),
            percent("no-exponent", 1 / (1 + abs(z))),
            percent("squared", p * p),
            percent("double", 1 / (1 + exp(-2 * z))),
            percent("no-exponent", 1 - 1 / (1 + abs(z))),
        ],
        f"/predictions/0/outputs/{k}/probability",
        lambda share: 0 < share < 1 and abs(log(share / (1 - share)) - z) < 0.01 + 0.01 * abs(z),
        {"name": class_names(trace)[k], "score": numbers.score(z), "value": numbers.percent(shown)},
        apart=0.01,
    )
