"""Bias: does a text get another answer when it speaks of a woman instead of a man?

Every word of the pairs in ``words.toml`` is replaced by its other, and nothing else (Garg, Perot, Limtiaco,
Taly, Chi and Beutel, 2019, Counterfactual fairness in text classification through robustness).
"""

import re
from dataclasses import dataclass

import numpy as np

from wordglass.arrow import strings
from wordglass.explain import by_class
from wordglass.learn.facts.rows import beginning, held_out
from wordglass.learn.wording import wording
from wordglass.opened import Opened

PAIRS = 5  # shown
SWAPPED = 2_000  # texts
MOST = 10  # that move most, of which the one with the fewest words replaced is shown


@dataclass(frozen=True)
class Apart:
    """A pair of words, and the class for which one says most more than the other."""

    first: str
    second: str
    name: str
    share: float  # what the first, by itself, adds to the score of the class
    other: float  # and the second


@dataclass(frozen=True)
class Swapped:
    """One of the held-out texts whose answers move most."""

    text: str
    swapped: str
    name: str
    before: float  # the probability of the class
    after: float


@dataclass(frozen=True)
class Groups:
    """What the words of groups do to answers."""

    pairs: list[Apart]  # those furthest apart first; empty where the words have no vectors
    texts: int | None  # held-out texts with one of the words; None where none are at hand
    changed: int  # of them get another answer
    example: Swapped | None


def groups(opened: Opened) -> Groups:
    """Look at the words by themselves, and swap them in the held-out texts."""
    pairs = [tuple(pair) for pair in wording("words")["groups"]]
    answers = held_out(opened)
    if answers is None:
        return Groups(_apart(opened, pairs), None, 0, None)
    other: dict[str, str] = {}
    for first, second in pairs:
        other.setdefault(first, second)
        other.setdefault(second, first)
    texts = answers.texts.to_pylist()
    rows: list[int] = []
    swaps: list[str] = []
    for row, text in enumerate(texts):
        new = swapped(text, other)
        if new != text and len(rows) < SWAPPED:
            rows.append(row)
            swaps.append(new)
    if not rows:
        return Groups(_apart(opened, pairs), 0, 0, None)
    after = opened.model.probabilities(strings(swaps))
    before = answers.probabilities[rows]
    now = opened.members(opened.model.decide(after))
    moved = np.abs(after - before)  # (texts, classes)
    most = np.argsort(-moved.max(axis=1), kind="stable")[:MOST].tolist()
    at = min(most, key=lambda i: _changed_words(texts[rows[i]], swaps[i]))
    k = int(moved[at].argmax())
    begin = _first_change(texts[rows[at]], swaps[at])
    return Groups(
        pairs=_apart(opened, pairs),
        texts=len(rows),
        changed=int((now != answers.predicted[rows]).any(axis=1).sum()),
        example=Swapped(
            text=beginning(texts[rows[at]][begin:]),
            swapped=beginning(swaps[at][begin:]),
            name=opened.model.names[k],
            before=float(before[at, k]),
            after=float(after[at, k]),
        ),
    )


def swapped(text: str, other: dict[str, str]) -> str:
    """A text with each of some words replaced by its other; a capital stays one.

    >>> swapped("She and the he-goat: HE is here.", {"he": "she", "she": "he"})
    'He and the he-goat: She is here.'
    """

    def new(found: re.Match[str]) -> str:
        word = other[found[0].lower()]
        return word.capitalize() if found[0][0].isupper() else word

    return re.sub(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, other))})(?![\w-])", new, text, flags=re.IGNORECASE
    )


def _apart(opened: Opened, pairs: list[tuple[str, str]]) -> list[Apart]:
    """The pairs whose two words add the most different numbers to a score, each word by itself."""
    model = opened.model
    found = []
    for first, second in pairs:
        lookup = model.scorer.vocabulary.lookup([first, second])
        if len(lookup.ids) != 2 or not lookup.ids.all():
            continue
        shares = by_class(model.scorer.scores_of(lookup) - model.scorer.bias, len(model.names))
        k = int(np.abs(shares[0] - shares[1]).argmax())
        found.append(Apart(first, second, model.names[k], float(shares[0, k]), float(shares[1, k])))
    return sorted(found, key=lambda pair: -abs(pair.share - pair.other))[:PAIRS]


def _changed_words(text: str, other: str) -> int:
    """How many words of a text were replaced."""
    return sum(a != b for a, b in zip(text.split(), other.split(), strict=True))


def _first_change(text: str, other: str) -> int:
    """Where a little before two texts begin to differ."""
    at = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), 0)
    return max(text.rfind(" ", 0, max(at - 60, 0)) + 1, 0) if at > 60 else 0
