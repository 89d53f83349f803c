"""Unknown words: what has no vector adds nothing to the mean."""

from dataclasses import dataclass

import numpy as np

from wordglass.learn.facts.rows import beginning, held_out
from wordglass.opened import Opened

FEWEST = 3  # tokens of a text
NAMED = 8  # unknown words
TENTH = 10


@dataclass(frozen=True)
class UnknownWords:
    """The held-out text with the largest share of unknown words, and how well such texts are called."""

    text: str
    words: list[str]
    share: float  # of its tokens without a vector
    truth: list[str]
    predicted: list[str]
    right: bool
    probability: float  # the largest
    most: int  # texts: the tenth with the most unknown words
    most_wrong: int
    least_share: float  # of unknown words among these, the least
    others: int
    others_wrong: int


def unknown(opened: Opened) -> UnknownWords | None:
    """Search for what the table does not have. None where no texts are at hand, or all words are known."""
    answers = held_out(opened)
    if answers is None:
        return None
    lookup = opened.model.scorer.vocabulary.lookup(answers.texts)
    lengths = np.diff(lookup.offsets)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    missing = np.bincount(rows[lookup.ids == 0], minlength=len(lengths))
    shares = np.where(lengths >= FEWEST, missing / np.maximum(lengths, 1), 0.0)
    row = int(shares.argmax())
    if not shares[row]:
        return None
    wrong = (answers.truth != answers.predicted).any(axis=1)
    most = np.argsort(-shares, kind="stable")[: max(len(shares) // TENTH, 1)]
    most = most[shares[most] > 0]
    text = answers.texts[row].as_py()
    own = lookup.ids[lookup.offsets[row] : lookup.offsets[row + 1]]
    tokens = opened.model.scorer.vocabulary.tokens(text)
    words = [token.text for token, id in zip(tokens, own.tolist(), strict=True) if not id]
    return UnknownWords(
        text=beginning(text),
        words=list(dict.fromkeys(words))[:NAMED],
        share=float(shares[row]),
        truth=opened.named(answers.truth[row]),
        predicted=opened.named(answers.predicted[row]),
        right=not wrong[row],
        probability=float(answers.probabilities[row].max()),
        most=len(most),
        most_wrong=int(wrong[most].sum()),
        least_share=float(shares[most].min()),
        others=len(shares) - len(most),
        others_wrong=int(wrong.sum() - wrong[most].sum()),
    )
