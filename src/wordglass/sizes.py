"""What a model can do without: which words it keeps, and how good it is in each size on the held-out rows."""

from itertools import chain
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.errors import ArgumentError
from wordglass.evaluate import accuracy_and_f1
from wordglass.model import Model
from wordglass.parallel import in_order
from wordglass.passes import Floats, probabilities
from wordglass.quantise import ROWS
from wordglass.scoring import Scorer
from wordglass.trace.document import Kept, Size, TrainingTrace
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Lookup, Vocabulary

Keep = Literal["all", "seen"] | int
Rows = NDArray[np.int64]

FREQUENT = 50_000  # words that the table of sizes tries, besides all and those seen


def checked_keep(keep: Keep, samples: bool = True) -> None:
    """Refuse what is no choice of words. ``samples`` is whether the model may tell of the data's words."""
    number = isinstance(keep, int | np.integer) and not isinstance(keep, bool) and keep > 0
    if keep not in ("all", "seen") and not number:
        raise ArgumentError(f"keep {keep!r}: give 'all', 'seen' or how many words, from 1 on")
    if keep == "seen" and not samples:
        raise ArgumentError(
            "a model of the words seen tells which words the data has, and no samples are to be kept: "
            "keep a number of words instead"
        )


def refuse_parts(keep: Keep, vocabulary: Vocabulary | SubwordVocabulary) -> None:
    """Refuse to keep fewer parts of words than all: the tokeniser would split texts into others, too."""
    if keep != "all" and isinstance(vocabulary, SubwordVocabulary):
        raise ArgumentError("a model on parts of words needs all of them: keep all")


def rows_kept(keep: Keep, words: int, seen: Lookup) -> Rows | None:
    """The rows of a table of so many words that a choice keeps, rising; None for all.

    The most frequent words are the first: tables of pre-trained vectors are sorted by frequency.
    """
    if keep == "seen":
        rows = seen.distinct
        return rows[rows <= words]  # after them stand composed words
    return None if keep == "all" else first_rows(keep, words)


def first_rows(n: int, words: int) -> Rows | None:
    """The first rows of a table of so many words; None where that is all of them."""
    return None if n >= words else np.arange(1, n + 1)


def sizes(
    model: Model,
    held_out: Lookup,
    counted: Floats | None,
    truth: NDArray[Any],
    seen: Lookup,
    keep: Keep,
    threads: int | None = None,
) -> list[Size]:
    """How good a model of all words of its table would be on held-out rows, had it kept less.

    ``counted`` (rows, outputs) is what counted words add to the scores, which they always do. ``seen`` is the
    lookup of the training rows; ``keep`` is tried besides the choices that always are.
    """
    if model.scorer.ngrams or isinstance(model.scorer.vocabulary, SubwordVocabulary):
        return []  # parts of words are all needed, and where there are n-grams, no word is unknown
    words = len(model.scorer.vocabulary)
    choices: list[Keep] = ["all", *([FREQUENT] if words > FREQUENT else []), "seen"]
    if keep not in choices and rows_kept(keep, words, seen) is not None:
        choices.insert(1, keep)
    found = np.zeros(words, bool)
    found[held_out.distinct - 1] = True
    measured = in_order(
        lambda choice: _measure(model, held_out, counted, truth, seen, choice, found), choices, threads
    )
    return list(chain.from_iterable(measured))


def _measure(
    model: Model,
    held_out: Lookup,
    counted: Floats | None,
    truth: NDArray[Any],
    seen: Lookup,
    keep: Keep,
    found: NDArray[np.bool_],
) -> list[Size]:
    """The same of one choice of words, as float32 and as int8; ``found`` (words,) are held-out words."""
    from wordglass.store.arrays import numbers_size  # the store knows classifiers, which use this
    from wordglass.store.words import pack_words

    words = model.scorer.vocabulary.words
    rows = rows_kept(keep, len(words), seen)
    file = len(pack_words(words if rows is None else take(words, rows - 1)))
    if model.lexical:
        file += len(pack_words(model.lexical.block.words))
    rows = np.arange(1, len(words) + 1) if rows is None else rows
    exact, lookup = _looked_at(model.scorer, rows[_whole_blocks(found[rows - 1])], held_out)
    measured = []
    for scorer, int8 in ((exact, False), (exact.in_int8(), True)):
        scores = scorer.scores_of(lookup)
        scores = scores if counted is None else scores + counted
        guess = model.decide(probabilities(scores, model.loss, model.multi_label))
        accuracy, macro_f1 = accuracy_and_f1(truth, guess, len(model.classes))
        measured.append(
            Size(
                kept=_kept(keep, len(rows), len(words), int8),
                bytes=file + numbers_size(model, len(rows), int8),
                accuracy=accuracy,
                macro_f1=macro_f1,
            )
        )
    return measured


def kept(keep: Keep, model: Model, of: int) -> Kept:
    """What a model keeps of a table of so many words, as the trace has it."""
    return _kept(keep, len(model.scorer.vocabulary), of, model.int8)


def cut(trace: TrainingTrace, words: int, int8: bool) -> TrainingTrace:
    """The trace of a model of which no more than so many words, and perhaps int8, are left."""
    before = trace["kept"]
    which = "frequent" if before["which"] == "all" and words < before["of"] else before["which"]
    now = Kept(which=which, words=words, of=before["of"], int8=int8)
    if now == before:
        return trace
    return {**trace, "kept": now, "cut_from": trace["cut_from"] or before}


def _kept(keep: Keep, words: int, of: int, int8: bool) -> Kept:
    which: Literal["all", "frequent", "seen"] = (
        "seen" if keep == "seen" else "all" if words == of else "frequent"
    )
    return Kept(which=which, words=words, of=of, int8=int8)


def _looked_at(scorer: Scorer, rows: Rows, held_out: Lookup) -> tuple[Scorer, Lookup]:
    """The scorer of some rows, found as if its vocabulary had no more, but without an index of its own."""
    numbers = np.zeros(len(scorer.vocabulary) + 1, np.int32)
    numbers[rows] = np.arange(1, len(rows) + 1)
    return scorer.only(rows, scorer.vocabulary), Lookup(numbers[held_out.ids], held_out.offsets)


def _whole_blocks(found: NDArray[np.bool_]) -> Rows:
    """The places that are found, (places,), and the others of their blocks, so that int8's scales are those
    of all.
    """
    begins = np.unique(np.flatnonzero(found) // ROWS) * ROWS
    places = (begins[:, None] + np.arange(ROWS)).ravel()
    return places[places < len(found)]
