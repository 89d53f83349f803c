"""Word order: what a mean cannot see, shown on a text of the data."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from wordglass.arrow import strings
from wordglass.learn.facts.rows import held_out
from wordglass.learn.facts.worked import example_of
from wordglass.opened import Opened

FEWEST = 3  # words that a text must have for its order to be of interest


@dataclass(frozen=True)
class Order:
    """Two texts of the same words in another order, and what the model says of both."""

    first: str
    second: str
    searched: bool  # whether there are held-out texts at hand
    found: bool  # both are held-out texts; else the second is the first, its words turned round
    predicted: list[str]  # of the first
    other: list[str]  # of the second
    by_vector: float  # the score of the first's class that the vectors give, with the bias
    by_vector_other: float
    probability: float  # of that class
    probability_other: float
    counts: bool  # whether the model counts pairs or n-grams, which see some of the order


def order(opened: Opened) -> Order:
    """Search for two held-out texts of the same words; without such, turn one round."""
    first, second, found = _pair(opened)
    model, texts = opened.model, strings([first, second])
    vectors = model.scorer.scores(texts)  # (2, outputs)
    probabilities = model.probabilities(texts)
    k = int(probabilities[0].argmax())
    one = vectors.shape[1] == 1 and len(model.names) == 2
    column = vectors[:, 0] * (2 * k - 1) if one else vectors[:, k]
    named = model.named(probabilities)
    return Order(
        first=first,
        second=second,
        searched=held_out(opened) is not None,
        found=found,
        predicted=named[0],
        other=named[1],
        by_vector=float(column[0]),
        by_vector_other=float(column[1]),
        probability=float(probabilities[0, k]),
        probability_other=float(probabilities[1, k]),
        counts=model.lexical is not None or model.characters is not None,
    )


def _pair(opened: Opened) -> tuple[str, str, bool]:
    answers = held_out(opened)
    vocabulary = opened.model.scorer.vocabulary
    if answers is not None:
        lookup = vocabulary.lookup(answers.texts)
        same: dict[bytes, list[int]] = defaultdict(list)
        for row in np.flatnonzero(np.diff(lookup.offsets) >= FEWEST).tolist():
            ids = lookup.ids[lookup.offsets[row] : lookup.offsets[row + 1]]
            if ids.all():
                same[np.sort(ids).tobytes()].append(row)
        for rows in same.values():
            texts = [answers.texts[row].as_py() for row in rows]
            words = [[token.text for token in vocabulary.tokens(text)] for text in texts]
            for text, own in zip(texts, words, strict=True):
                if own != words[0] and sorted(own) == sorted(words[0]):
                    return texts[0], text, True
    text = example_of(opened).text
    tokens = [text[token.start : token.end] for token in vocabulary.tokens(text)]
    return text, " ".join(reversed(tokens)), False
