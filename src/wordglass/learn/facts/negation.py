"""Negation: a word like "not" turns a statement round, and adds to a mean as any other word does."""

import re
from dataclasses import dataclass

import numpy as np

from wordglass.arrow import strings
from wordglass.learn.facts.rows import beginning, held_out
from wordglass.learn.wording import wording
from wordglass.opened import Answers, Opened
from wordglass.serve.browse import confidences

LONGEST = 400  # characters of a text that is shown; a shorter one is looked for first
FAIRLY = 0.8  # a probability that a word can still move


@dataclass(frozen=True)
class Negated:
    """A held-out text with a negation that is called wrong, and what is said of it without."""

    text: str
    word: str
    truth: list[str]
    predicted: list[str]
    probability: float
    without: float  # the probability of the same class without the word


@dataclass(frozen=True)
class Negation:
    """How often texts with a negation are called wrong, and the others."""

    words: list[str]  # that are searched for
    texts: int
    wrong: int
    others: int
    others_wrong: int
    example: Negated | None


def negation(opened: Opened) -> Negation | None:
    """Search the held-out texts for negations. None where no texts are at hand."""
    answers = held_out(opened)
    if answers is None:
        return None
    words = wording("words")["negators"]
    pattern = searching(words)
    has = np.array([bool(pattern.search(text)) for text in answers.texts.to_pylist()], bool)
    wrong = (answers.truth != answers.predicted).any(axis=1)
    return Negation(
        words=words,
        texts=int(has.sum()),
        wrong=int((has & wrong).sum()),
        others=int((~has).sum()),
        others_wrong=int((~has & wrong).sum()),
        example=_example(opened, answers, np.flatnonzero(has & wrong), pattern),
    )


def searching(words: list[str]) -> re.Pattern[str]:
    """What finds one of some words, whole."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)|n['\u2019]t\b", re.IGNORECASE)


def _example(opened: Opened, answers: Answers, rows: np.ndarray, pattern: re.Pattern[str]) -> Negated | None:
    """A fairly sure mistake among short texts, or where all are long among these."""
    if not len(rows):
        return None
    lengths = np.array([len(answers.texts[row].as_py()) for row in rows.tolist()])
    sure = confidences(answers)[rows]
    best = int(np.lexsort((np.abs(sure - FAIRLY), lengths > LONGEST))[0])
    row = int(rows[best])
    text = answers.texts[row].as_py()
    found = pattern.search(text)
    if found is None:
        return None
    start, end = found.span()
    without = " ".join((text[:start] + text[end:]).split())
    k = int(np.where(answers.predicted[row], answers.probabilities[row], -1.0).argmax())
    k = k if answers.predicted[row].any() else int(answers.probabilities[row].argmax())
    after = opened.model.probabilities(strings([without]))
    return Negated(
        text=beginning(text if len(text) <= LONGEST else text[text.rfind(" ", 0, max(start - 100, 0)) + 1 :]),
        word=text[start:end],
        truth=opened.named(answers.truth[row]),
        predicted=opened.named(answers.predicted[row]),
        probability=float(answers.probabilities[row, k]),
        without=float(after[0, k]),
    )
