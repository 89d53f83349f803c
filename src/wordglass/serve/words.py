"""One word: its vector and neighbours, what it says for each class, and the texts that hang on it."""

from typing import TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wordglass.arrow import strings
from wordglass.model import Model
from wordglass.opened import PARTS, Opened
from wordglass.serve.browse import beginning
from wordglass.serve.refused import RefusedError
from wordglass.trace.document import TokenTrace

NEIGHBOURS = 10
LOOKED_AT = 500  # texts that have a word
SHOWN = 10  # of those in which it decides
LONGEST_WORD = 200


class Neighbour(TypedDict):
    """A word whose vector points nearly the same way."""

    word: str
    cosine: float
    scores: list[float]  # what it adds to each class's score where it is the only word


class Word(TypedDict):
    """A word by itself."""

    word: str
    classes: list[str]
    token: TokenTrace | None  # of the word as a text; None where it is none, or several
    vector: list[float] | None  # all of its numbers; None where it has none or the table is not at hand
    neighbours: list[Neighbour]
    why_none: str  # in words; "" where there are some


class Decided(TypedDict):
    """A text in which a word decides: without it, the text would be called something else."""

    row: int
    text: str
    cut: bool
    truth: list[str]
    predicted: list[str]
    without: list[str]  # what is predicted without the word
    probability: float  # of what is predicted
    after: float  # the same without the word


class Decisions(TypedDict):
    """The texts of one part of the data that have a word."""

    part: str
    have: int  # texts that have it, of those looked at
    looked_at: int
    of: int  # that may have it
    decided: int
    texts: list[Decided]  # those that hang on it most first


def word_of(opened: Opened, word: str) -> Word:
    """A word's vector, neighbours and scores."""
    checked(word)
    model = opened.model
    traced = opened.classifier.trace(word)
    token = traced["tokens"][0] if len(traced["tokens"]) == 1 else None
    word = token["token"] if token else word
    found = Word(word=word, classes=model.names, token=token, vector=None, neighbours=[], why_none="")
    if model.table is None:
        found["why_none"] = f"the vectors of {model.vectors} are not at hand"
        return found
    form = token["word"] or token["token"] if token else word
    try:
        found["vector"] = model.table.vector(form).astype(float).tolist()
        near = model.table.neighbours(form, NEIGHBOURS)
    except KeyError:
        found["why_none"] = f"{model.vectors} has no vector for it"
        return found
    scores = _alone(model, [name for name, _ in near])
    found["neighbours"] = [
        Neighbour(word=name, cosine=cosine, scores=row)
        for (name, cosine), row in zip(near, scores, strict=True)
    ]
    return found


def _alone(model: Model, words: list[str]) -> list[list[float]]:
    """What texts of one word score beyond the biases, (words, classes)."""
    from wordglass.explain import by_class

    scores = model.scores(strings(words)) - model.scorer.bias
    rows: list[list[float]] = by_class(scores, len(model.names)).tolist()
    return rows


def decisions(opened: Opened, word: str, part: str) -> Decisions:
    """The texts that a word decides: they are predicted again without it, its every occurrence taken out."""
    answers = opened.answers(part)
    model = opened.model
    may = pc.match_substring(answers.texts, word, ignore_case=True).to_numpy(zero_copy_only=False)
    candidates = np.flatnonzero(may)
    looked_at = candidates[:LOOKED_AT]
    have, without = [], []
    for i in looked_at.tolist():
        text = answers.texts[i].as_py()
        rest = taken_out(model, text, word)
        if rest is not None:
            have.append(i)
            without.append(rest)
    found = Decisions(
        part=part, have=len(have), looked_at=len(looked_at), of=len(candidates), decided=0, texts=[]
    )
    if not have:
        return found
    then = model.probabilities(pa.array(without, pa.large_string()))
    called = opened.members(model.decide(then))  # (texts, classes)
    before = answers.predicted[have]
    flipped = np.flatnonzero((called != before).any(axis=1))
    index = np.argmax(answers.probabilities[have], axis=1)
    now = answers.probabilities[have, index]
    after = then[np.arange(len(have)), index]
    order = flipped[np.argsort((after - now)[flipped], kind="stable")]
    found["decided"] = len(order)
    for k in order[:SHOWN].tolist():
        text, cut = beginning(answers.texts[have[k]].as_py())
        found["texts"].append(
            Decided(
                row=int(answers.rows[have[k]]),
                text=text,
                cut=cut,
                truth=opened.named(answers.truth[have[k]]),
                predicted=opened.named(before[k]),
                without=opened.named(called[k]),
                probability=float(now[k]),
                after=float(after[k]),
            )
        )
    return found


def taken_out(model: Model, text: str, word: str) -> str | None:
    """A text without any occurrence of a word, a token as it is looked up; None where it has none.

    A space stays in its place, so that its neighbours do not become one word.
    """
    pieces, at = [], 0
    for token in model.scorer.vocabulary.tokens(text):
        if token.text == word:
            pieces.append(text[at : token.start])
            at = token.end
    return " ".join([*pieces, text[at:]]) if pieces else None


def checked(word: str) -> str:
    """A word that can be asked about."""
    if not word.strip() or len(word) > LONGEST_WORD:
        raise RefusedError(400, f"give a word of 1 to {LONGEST_WORD} characters")
    return word


def decided_in(opened: Opened, word: str) -> list[Decisions]:
    """The same of both parts of the data; of the held-out part only where there is one."""
    parts = opened.rows.parts
    tokens = opened.model.scorer.vocabulary.tokens(checked(word))
    word = tokens[0].text if len(tokens) == 1 else word
    return [decisions(opened, word, part) for part in PARTS if part == "train" or len(parts.test)]
