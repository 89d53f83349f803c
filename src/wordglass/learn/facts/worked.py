"""One text, short enough to be worked out by hand, with all numbers on its way to a loss."""

import re
from dataclasses import dataclass
from math import exp, log

import numpy as np

from wordglass.arrow import strings
from wordglass.explain import token_shares
from wordglass.learn.facts.rows import held_out
from wordglass.opened import Opened
from wordglass.trace.document import OutputTrace, PredictionTrace

SENTENCE = "I love sunny days"  # where no text is at hand
FEWEST, MOST = 4, 14  # tokens of a text that is worked out
SEARCHED = 400  # held-out rows
COLUMNS = 3  # numbers of a vector that are shown
CLASSES = 5  # that are written out
PLAIN = (0.5, 0.98)  # a probability that shows something

_BEGINNING = re.compile(r"[^\n.!?]*[.!?]?")


@dataclass(frozen=True)
class Example:
    """A short text, and what is known of it."""

    text: str
    truth: list[str] | None
    whole: bool  # else the beginning of a text
    kind: str  # "held out", "traced" (in training) or "made up"


@dataclass(frozen=True)
class Word:
    """A token that has a vector, and its first numbers."""

    word: str
    numbers: list[float]


@dataclass(frozen=True)
class Product:
    """A weight, the number that it is multiplied with, and what comes out."""

    weight: float
    x: float
    product: float


@dataclass(frozen=True)
class Class:
    """The score of a class, put together."""

    name: str
    bias: float
    by_vector: float
    counted: float
    score: float
    power: float  # e to the score
    probability: float
    truth: bool
    error: float  # the probability less 1 if it is true, less 0 if not
    products: list[Product]  # of the first numbers; empty without the table
    rest: float  # of all others


@dataclass(frozen=True)
class Worked:
    """All steps from a text to its loss."""

    example: Example
    tokens: list[str]
    unknown: list[str]
    known: int
    pooling: str
    dim: int
    words: list[Word]  # those with a vector, in order; empty without the table or where it is no plain mean
    mean: list[float]  # of their first numbers
    classes: list[Class]  # the likeliest first
    others: int
    other_powers: float  # their sum
    all_powers: float
    predicted: list[str]
    own_scores: bool  # whether each class has a probability of its own (sigmoid)
    likelihood: float | None  # of the truth; None where it is not known
    loss: float | None


def worked(opened: Opened) -> Worked:
    """Work out a short text."""
    example = example_of(opened)
    trace, model = opened.classifier.trace(example.text), opened.model
    if example.kind != "made up":
        trace["truth"] = example.truth
    shares = token_shares(example.text, model)
    by_vector = shares.by_vector.sum(axis=0)  # (classes,)
    order = sorted(range(len(trace["outputs"])), key=lambda k: -trace["outputs"][k]["probability"])
    plain = trace["pooling"] == "mean"
    known = np.flatnonzero(shares.lookup.ids)
    vectors = model.vectors_of(shares.lookup, shares.lookup.ids[known]) if plain else None
    words = []
    if vectors is not None:
        tokens = [trace["tokens"][i]["token"] for i in known.tolist()]
        numbers = vectors[:, :COLUMNS].astype(float).tolist()
        words = [Word(word, of_word) for word, of_word in zip(tokens, numbers, strict=True)]
    classes = [_class(opened, trace, k, float(by_vector[k]), plain) for k in order]
    powers = [of.power for of in classes]
    truth = trace["truth"]
    own = model.loss == "sigmoid"
    likelihood = _likelihood(trace["outputs"], truth, model.multi_label) if truth is not None else None
    return Worked(
        example=example,
        tokens=[token["token"] for token in trace["tokens"]],
        unknown=[token["token"] for token in trace["tokens"] if not token["known"]],
        known=trace["known"],
        pooling=trace["pooling"],
        dim=trace["dimensions"],
        words=words,
        mean=(trace["pooled"] or [])[:COLUMNS] if words else [],
        classes=classes[:CLASSES],
        others=len(classes[CLASSES:]),
        other_powers=sum(powers[CLASSES:]),
        all_powers=sum(powers),
        predicted=trace["predicted"],
        own_scores=own,
        likelihood=likelihood,
        loss=None if likelihood is None else -log(max(likelihood, 1e-300)),
    )


def example_of(opened: Opened) -> Example:
    """A short held-out text that the model gets right and is not too sure of, or what comes nearest to it."""
    answers = held_out(opened)
    if answers is not None:
        texts = answers.texts[:SEARCHED].to_pylist()
        parts = [part_of(text) for text in texts]
        found = opened.model.probabilities(strings(parts))
        right = (opened.members(opened.model.decide(found)) == answers.truth[: len(parts)]).all(axis=1)
        lengths = [len(opened.model.scorer.vocabulary.tokens(part)) for part in parts]
        sizes = np.array([FEWEST <= n <= MOST for n in lengths])
        sure = found.max(axis=1)
        wished = (sizes & right & (sure > PLAIN[0]) & (sure < PLAIN[1]), sizes & right, sizes)
        for mask in wished:
            for i in np.flatnonzero(mask)[:1].tolist():
                return Example(
                    parts[i], opened.named(answers.truth[i]), parts[i] == texts[i].strip(), "held out"
                )
    for prediction in opened.trace["predictions"]:
        part = part_of(prediction["text"])
        if part:
            return Example(part, prediction["truth"], part == prediction["text"].strip(), "traced")
    return Example(SENTENCE, None, True, "made up")


def part_of(text: str) -> str:
    """The first line or sentence of a text."""
    matched = _BEGINNING.match(text.strip())
    return matched[0].strip() if matched else ""


def _class(opened: Opened, trace: PredictionTrace, k: int, by_vector: float, plain: bool) -> Class:
    output, model = trace["outputs"][k], opened.model
    true = output["name"] in (trace["truth"] or [])
    products = []
    if plain and trace["pooled"] is not None:
        column, sign = (k, 1.0) if model.weights.shape[1] > 1 or model.multi_label else (0, 2.0 * k - 1)
        weights = (sign * model.weights[:COLUMNS, column]).tolist()
        products = [Product(w, x, w * x) for w, x in zip(weights, trace["pooled"], strict=False)]
    return Class(
        name=output["name"],
        bias=output["bias"],
        by_vector=by_vector,
        counted=output["score"] - output["bias"] - by_vector,
        score=output["score"],
        power=exp(min(output["score"], 700.0)),
        probability=output["probability"],
        truth=true,
        error=output["probability"] - true,
        products=products,
        rest=by_vector - sum(of.product for of in products),
    )


def _likelihood(outputs: list[OutputTrace], truth: list[str], multi_label: bool) -> float | None:
    """The probability that the model gave to what is true; None where that is none of its classes."""
    of = {output["name"]: output["probability"] for output in outputs}
    if multi_label:
        product = 1.0
        for name, probability in of.items():
            product *= probability if name in truth else 1 - probability
        return product
    return of[truth[0]] if truth and truth[0] in of else None
