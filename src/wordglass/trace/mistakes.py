"""The held-out texts that a model is most surely wrong about."""

from typing import Any
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from wordglass.explain import token_shares
from wordglass.model import Model
from wordglass.parts import Parts
from wordglass.passes import Floats
from wordglass.trace.document import Mistake, Telling

MISTAKES = 20
WORDS = 8
SHOWN = 300  # characters of a text
LONGEST = 100_000  # characters of a text whose words are weighed: those of a whole book would take long


def mistakes(parts: Parts, model: Model, probabilities: Floats) -> list[Mistake]:
    """Find the held-out rows that are called something else than what they are, the most confident first.

    ``probabilities`` (rows held out, classes) are the model's. Of several labels a row, the likeliest counts
    that is predicted and not true; where there is none, the least likely that is true and not predicted.
    """
    texts, truth = parts.held_out
    true = _members(truth, probabilities.shape[1])  # (rows, classes)
    given = _members(model.decide(probabilities), probabilities.shape[1])
    extra, missed = given & ~true, true & ~given
    likeliest = np.where(extra, probabilities, 0.0).max(axis=1)
    unlikeliest = np.where(missed, probabilities, 1.0).min(axis=1)
    sure = np.where(extra.any(axis=1), likeliest, 1 - unlikeliest)
    of_truth = np.where(true, probabilities, 1.0).min(axis=1)
    wrong = np.flatnonzero((extra | missed).any(axis=1))
    names = model.names
    found = []
    for row in wrong[np.argsort(-sure[wrong], kind="stable")][:MISTAKES].tolist():
        text: str = texts[row].as_py()
        shown = beginning(text, SHOWN)
        against = np.zeros(len(names))  # the wrong label's share less that of the one in whose place it is
        if extra[row].any():
            against[np.where(extra[row], probabilities[row], -1.0).argmax()] = 1
        if missed[row].any():
            against[np.where(missed[row], probabilities[row], 2.0).argmin()] = -1
        found.append(
            Mistake(
                row=row_of_data(parts, int(parts.test[row])),
                text=shown,
                cut=len(shown) < len(text),
                truth=parts.targets.names_of(int(parts.test[row])),
                predicted=[names[k] for k in np.flatnonzero(given[row])],
                probability=float(sure[row]),
                of_truth=float(of_truth[row]),
                telling=_telling(text, model, against) if len(text) <= LONGEST else [],
            )
        )
    return found


def row_of_data(parts: Parts, row: int) -> int:
    """The number of a row in the data, or in a held-out part of its own."""
    return row - parts.own if row >= parts.own else row


def beginning(text: str, most: int) -> str:
    """At most so many characters of a text, to the end of a word where one ends in the latter half.

    >>> beginning("one two three", 9), beginning("onetwothree", 9)
    ('one two', 'onetwothr')
    """
    if len(text) <= most:
        return text
    cut = text[: most + 1]
    word = next((end for end in range(most, most // 2, -1) if cut[end].isspace()), None)
    if word is not None:
        return cut[:word]
    end = most
    while end > most // 2 and (_follows(cut[end]) or cut[end - 1] == "\u200d"):
        end -= 1
    return cut[:end]


def _follows(character: str) -> bool:
    """Whether a character is drawn with the one before it: an accent, a joiner, a tone of skin."""
    return category(character).startswith("M") or character == "\u200d" or "🏻" <= character <= "🏿"


def _members(values: NDArray[Any], classes: int) -> NDArray[np.bool_]:
    """Which classes each row carries, (rows, classes)."""
    return np.asarray(values if values.ndim == 2 else values[:, None] == np.arange(classes), bool)


def _telling(text: str, model: Model, against: Floats) -> list[Telling]:
    """The words of a text with the largest sums of shares, (classes,) times ``against``."""
    found = token_shares(text, model)
    sums: dict[str, float] = {}
    for token, share in zip(found.lexical.tokens, (found.shares @ against).tolist(), strict=True):
        sums[token.text] = sums.get(token.text, 0.0) + share
    most = sorted(sums.items(), key=lambda one: -one[1])[:WORDS]
    return [Telling(word=word, share=share) for word, share in most if share > 0]
