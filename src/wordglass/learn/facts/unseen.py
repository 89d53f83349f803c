"""Words that training never saw, and what their vectors say all the same."""

from dataclasses import dataclass

import numpy as np

from wordglass.explain import by_class
from wordglass.learn.facts.rows import beginning, held_out, training
from wordglass.opened import Opened
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup

EXAMPLES = 3
TRIED = 24  # words whose neighbours are looked up
NEIGHBOURS = 12  # of a word, among which some are to be known from training
NAMED = 3
SHORTEST = 4  # letters of a word that is shown


@dataclass(frozen=True)
class Unseen:
    """A held-out text, a word in it that no training text has, and neighbours of the word that some have."""

    text: str
    word: str
    truth: list[str]
    share: float  # what the word's vector, by itself, adds to the score of that class
    others: float  # and to those of the others, on average
    neighbours: list[str]  # of the word, seen in training, the nearest first


@dataclass(frozen=True)
class UnseenWords:
    """How much of the held-out texts is of words that training never saw."""

    tokens: int  # of the held-out texts
    new: int  # of them with a vector, and of a word that is in no training text
    texts: int
    texts_with: int  # with at least one of them
    examples: list[Unseen]  # none without the table


def unseen(opened: Opened) -> UnseenWords | None:
    """Search the held-out texts for words that training never saw. None where no texts are at hand."""
    answers, trained = held_out(opened), training(opened)
    if answers is None or trained is None:
        return None
    vocabulary = opened.model.scorer.vocabulary
    lookup = vocabulary.lookup(answers.texts)
    own = len(vocabulary)
    seen = np.zeros(own + 1, bool)
    ids = vocabulary.lookup(trained).ids
    seen[ids[ids <= own]] = True
    among = np.where(lookup.ids <= own, lookup.ids, 0)
    new = (among > 0) & ~seen[among]  # (tokens,): has a vector, and is in no training text
    rows = np.repeat(np.arange(len(answers.texts)), np.diff(lookup.offsets))
    return UnseenWords(
        tokens=len(lookup.ids),
        new=int(new.sum()),
        texts=len(answers.texts),
        texts_with=len(np.unique(rows[new])),
        examples=_examples(opened, among, new, rows, seen),
    )


def _examples(
    opened: Opened, ids: np.ndarray, new: np.ndarray, rows: np.ndarray, seen: np.ndarray
) -> list[Unseen]:
    """The words that speak most clearly for the class of their text, which is called right."""
    answers, table, model = held_out(opened), opened.model.table, opened.model
    if answers is None or table is None:
        return []
    right = (answers.truth == answers.predicted).all(axis=1) & (answers.truth.sum(axis=1) == 1)
    places = np.flatnonzero(new & right[rows])
    if not len(places):
        return []
    outputs = model.scorer.scores_of(Lookup(ids[places], np.arange(len(places) + 1))) - model.scorer.bias
    shares = by_class(outputs, len(model.names))  # (places, classes)
    truth = answers.truth[rows[places]].argmax(axis=1)
    own = shares[np.arange(len(places)), truth]
    others = (shares.sum(axis=1) - own) / max(shares.shape[1] - 1, 1)
    found: dict[str, Unseen] = {}
    used: set[int] = set()
    tried = 0
    for i in np.argsort(others - own, kind="stable").tolist():
        row, word = int(rows[places[i]]), model.scorer.vocabulary.word(int(ids[places[i]]))
        if word in found or row in used or len(word) < SHORTEST or not word.isalpha():
            continue
        tried += 1
        if tried > TRIED or len(found) == EXAMPLES or own[i] <= others[i]:
            break
        near = _seen_neighbours(table, opened, word, seen)
        if near:
            used.add(row)
            found[word] = Unseen(
                text=beginning(_around(answers.texts[row].as_py(), word)),
                word=word,
                truth=opened.named(answers.truth[row]),
                share=float(own[i]),
                others=float(others[i]),
                neighbours=near,
            )
    return list(found.values())


def _seen_neighbours(table: VectorTable, opened: Opened, word: str, seen: np.ndarray) -> list[str]:
    names = [name for name, _ in table.neighbours(word, NEIGHBOURS)]
    looked_up = [opened.model.scorer.vocabulary.lookup([name]).ids for name in names]
    known = [
        name
        for name, ids in zip(names, looked_up, strict=True)
        if len(ids) == 1 and 0 < ids[0] < len(seen) and seen[ids[0]] and word[:5] != name[:5]
    ]
    return known[:NAMED]


def _around(text: str, word: str) -> str:
    """A text from a little before a word on."""
    text = " ".join(text.split())
    at = text.lower().find(word.lower())
    begin = max(text.rfind(". ", 0, max(at, 0)) + 2, text.rfind(" ", 0, max(at - 80, 0)) + 1)
    begin = begin if begin > 1 else 0
    return ("... " if begin else "") + text[begin:].strip()
