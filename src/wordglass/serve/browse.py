"""The texts of the data and what a model says of them: filtered, in order, a page at a time."""

from typing import TypedDict

import numpy as np
import pyarrow.compute as pc

from wordglass.opened import Answers, Opened
from wordglass.serve.asked import flag, number, whole
from wordglass.serve.refused import RefusedError

A_PAGE = 25
SHOWN = 400  # characters of a text
ORDERS = ("confident", "unsure", "row")


class BrowsedText(TypedDict):
    """A text of the data, and what the model says of it."""

    row: int  # of the data, from 0
    text: str  # its beginning
    cut: bool
    truth: list[str]
    predicted: list[str]
    right: bool
    probability: float  # of what is predicted; of several labels the lowest, of none the highest of all


class TextsPage(TypedDict):
    """Some of the texts that are left by the filters."""

    part: str
    found: int
    of: int
    page: int  # from 1
    pages: int
    texts: list[BrowsedText]


def browse(opened: Opened, given: dict[str, str]) -> TextsPage:
    """The texts that the filters leave: ``part``, ``truth``, ``predicted``, ``wrong``, ``least``, ``most``
    (confidence), ``words`` (that a text holds), ``order`` and ``page``.
    """
    part = given.get("part") or "held_out"
    answers = opened.answers(part)
    confidence = confidences(answers)
    kept = np.ones(len(answers.rows), bool)
    for of, members in (("truth", answers.truth), ("predicted", answers.predicted)):
        if name := given.get(of):
            kept &= members[:, _class(opened, name)]
    right = (answers.truth == answers.predicted).all(axis=1)
    if flag(given, "wrong"):
        kept &= ~right
    kept &= confidence >= number(given, "least", 0.0, 0.0, 1.0)
    kept &= confidence <= number(given, "most", 1.0, 0.0, 1.0)
    if words := given.get("words"):
        held = pc.match_substring(answers.texts, words, ignore_case=True)
        kept &= held.to_numpy(zero_copy_only=False)
    chosen = _ordered(np.flatnonzero(kept), confidence, given.get("order") or "confident")
    pages = max(-(-len(chosen) // A_PAGE), 1)
    page = min(whole(given, "page", 1, 1, 1_000_000), pages)
    return TextsPage(
        part=part,
        found=len(chosen),
        of=len(answers.rows),
        page=page,
        pages=pages,
        texts=[
            _browsed(opened, answers, i, bool(right[i]), float(confidence[i]))
            for i in chosen[(page - 1) * A_PAGE : page * A_PAGE].tolist()
        ],
    )


def confidences(answers: Answers) -> np.ndarray:
    """The probability of what is predicted, (rows,)."""
    lowest = np.where(answers.predicted, answers.probabilities, np.inf).min(axis=1)
    return np.asarray(np.where(answers.predicted.any(axis=1), lowest, answers.probabilities.max(axis=1)))


def beginning(text: str) -> tuple[str, bool]:
    """What is shown of a text in a list, and whether there is more."""
    return text[:SHOWN], len(text) > SHOWN


def _class(opened: Opened, name: str) -> int:
    if name not in opened.model.names:
        raise RefusedError(400, f"there is no class {name[:80]!r} in {opened.name}")
    return opened.model.names.index(name)


def _ordered(rows: np.ndarray, confidence: np.ndarray, order: str) -> np.ndarray:
    if order not in ORDERS:
        raise RefusedError(400, f"order={order[:40]}: give one of {', '.join(ORDERS)}")
    if order == "row":
        return rows
    sign = -1.0 if order == "confident" else 1.0
    return np.asarray(rows[np.argsort(sign * confidence[rows], kind="stable")])


def _browsed(opened: Opened, answers: Answers, i: int, right: bool, confidence: float) -> BrowsedText:
    text, cut = beginning(answers.texts[i].as_py())
    return BrowsedText(
        row=int(answers.rows[i]),
        text=text,
        cut=cut,
        truth=opened.named(answers.truth[i]),
        predicted=opened.named(answers.predicted[i]),
        right=right,
        probability=confidence,
    )
