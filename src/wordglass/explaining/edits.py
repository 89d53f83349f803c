"""What would have to change for a text to be called something else: the smallest edits found.

Every edit is a text that the model has predicted anew: taking a word out changes the mean, the pairs and the
weights of all others, so shares alone would not tell. All single words are tried, up to the budget; of two
and three the combinations of the most promising (a beam search).
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.explain import by_class
from wordglass.explaining.telling import telling_words
from wordglass.model import Model
from wordglass.passes import Floats, probabilities
from wordglass.trace import numbers
from wordglass.trace.document import PredictionTrace

TRIED = 2_000  # edited texts, at most, in each step
CHARACTERS = 20_000_000  # of all of them together
MOST = 3  # words taken out
BEAM = 16  # ways to take out fewer that are gone on with
FURTHER = 48  # words that are taken out besides
REPLACED = 24  # words that are replaced, those that speak most for what is predicted
CANDIDATES = 64  # by which

Spans = tuple[int, ...]  # the tokens taken out, by their numbers, rising


class Edit(NamedTuple):
    """A change to a text by which the model calls it something else."""

    words: list[str]  # taken out or replaced, as the text has them
    places: list[tuple[int, int]]  # where each stood, in characters
    replacement: str | None  # None where they were taken out
    text: str  # after it
    predicted: list[str]  # of that text
    probability: float  # of the likeliest class there

    def to_dict(self) -> dict[str, Any]:
        """The edit as plain values that JSON has."""
        return {**self._asdict(), "places": [list(place) for place in self.places]}


class Edits(NamedTuple):
    """The smallest edits found that change what a text is called; ``found`` says in words what was tried."""

    predicted: list[str]  # of the text as it is
    removal: Edit | None  # the fewest words to take out; None where none was found
    replacement: Edit | None  # one word for another
    tried: int  # edited texts that were predicted
    found: list[str]  # a sentence on each kind of edit

    def to_dict(self) -> dict[str, Any]:
        """The edits as plain values that JSON has."""
        edits = {kind: edit and edit.to_dict() for kind, edit in self._edits()}
        return {"predicted": self.predicted, **edits, "tried": self.tried, "found": self.found}

    def __str__(self) -> str:
        from wordglass.views.terminal.explanation import edits_page

        return edits_page(self)

    def _repr_html_(self) -> str:
        from wordglass.views.notebook import edits_view

        return edits_view(self)

    def _edits(self) -> list[tuple[str, Edit | None]]:
        return [("removal", self.removal), ("replacement", self.replacement)]


class Tries:
    """Edited texts, predicted in batches, and how near each comes to another prediction."""

    def __init__(self, model: Model, trace: PredictionTrace) -> None:
        self.model, self.text = model, trace["text"]
        self.names = sorted(trace["predicted"])
        self.chosen = np.isin(model.names, trace["predicted"])  # (classes,)
        self.spans = [(token["start"], token["end"]) for token in trace["tokens"]]
        self.allowed = max(1, min(TRIED, CHARACTERS // max(1, len(self.text))))
        self.tried = 0

    def predict(self, texts: Sequence[str]) -> tuple[list[list[str]], Floats, Floats]:
        """What each text is called, its likeliest class's probability, and a margin (texts,): below 0 where
        it is called something else, and the lower the surer.
        """
        self.tried += len(texts)
        scores = self.model.scores(strings(list(texts)))
        found = probabilities(scores, self.model.loss, self.model.multi_label)  # (texts, classes)
        return self.model.named(found), found.max(axis=1), self._margins(scores, found)

    def _margins(self, scores: Floats, found: Floats) -> Floats:
        if not self.model.multi_label:
            by = by_class(scores, found.shape[1])
            own = by[:, self.chosen][:, 0]
            return np.asarray(own - np.where(self.chosen, -np.inf, by).max(axis=1))
        thresholds = 0.5 if self.model.thresholds is None else self.model.thresholds
        return np.asarray(np.where(self.chosen, found - thresholds, thresholds - found).min(axis=1))

    def without(self, tokens: Spans) -> str:
        """The text without some of its tokens."""
        return replaced(self.text, [(self.spans[i], "") for i in tokens])

    def best(self, texts: list[str]) -> tuple[int | None, NDArray[np.int64], Any]:
        """The number of the surest text of those that are called something else, None where none is; the
        order of all, nearest to another prediction first; and what was predicted.
        """
        names, likeliest, margins = self.predict(texts)
        order = np.argsort(margins, kind="stable")
        flipped = (i for i in order.tolist() if sorted(names[i]) != self.names)
        return next(flipped, None), order, (names, likeliest)

    def edit(self, tokens: Spans, replacement: str | None, text: str, at: int, found: Any) -> Edit:
        """The edit whose text is the one of number ``at``."""
        places = [self.spans[i] for i in tokens]
        words = [self.text[start:end] for start, end in places]
        return Edit(words, places, replacement, text, found[0][at], float(found[1][at]))


def smallest_edits(model: Model, trace: PredictionTrace, most: int = MOST) -> Edits:
    """The fewest words to take out of a text, up to ``most``, and the one to replace, by which the model
    calls it something else.
    """
    tries = Tries(model, trace)
    for_it = _for_it(trace, tries.chosen)
    removal, sentence = _removal(tries, for_it, most)
    replacement, other = _replacement(tries, for_it)
    return Edits(trace["predicted"], removal, replacement, tries.tried, [sentence, other])


def _for_it(trace: PredictionTrace, chosen: NDArray[np.bool_]) -> list[int]:
    """The tokens by how much they speak for what is predicted rather than its nearest rival, most first."""
    shares = np.array([token["shares"] for token in trace["tokens"]]).reshape(-1, len(chosen))
    if chosen.all() or not chosen.any():  # of many labels, all or none
        against = np.abs(shares).max(axis=1, initial=0.0)
    else:
        scores = np.array([output["score"] for output in trace["outputs"]])
        rival = int(np.argmax(np.where(chosen, -np.inf, scores)))
        against = shares[:, chosen].mean(axis=1) - shares[:, rival]
    order: list[int] = np.argsort(-against, kind="stable").tolist()
    return order


def _removal(tries: Tries, for_it: list[int], most: int) -> tuple[Edit | None, str]:
    """The fewest tokens to take out, and what was tried in words."""
    if not for_it:
        return None, "there is no word to take out"
    singles = for_it[: tries.allowed]
    every = f"any of its {numbers.plural(len(for_it), 'token')}"
    if len(singles) < len(for_it):
        every = f"any of the {numbers.count(len(singles))} tokens tried, of {numbers.count(len(for_it))}"
    beam: list[Spans] = [(i,) for i in singles]
    for size in range(1, min(most, len(for_it)) + 1):
        texts = [tries.without(tokens) for tokens in beam]
        at, order, found = tries.best(texts)
        if at is not None:
            edit = tries.edit(beam[at], None, texts[at], at, found)
            return edit, f"taking out {numbers.plural(size, 'word')} changes the prediction"
        if size < most:
            near = [beam[i] for i in order[:BEAM].tolist()]
            more = [{*tokens, other} for tokens in near for other in for_it[:FURTHER] if other not in tokens]
            beam = _distinct(more)[: tries.allowed]
    if most == 1 or len(for_it) == 1:
        return None, f"taking out {every} changes nothing"
    return None, (
        f"taking out {every} changes nothing, nor did up to {min(most, len(for_it))} together in "
        f"{numbers.count(tries.tried)} edited texts: there may be others"
    )


def _distinct(sets: Iterable[set[int]]) -> list[Spans]:
    return list(dict.fromkeys(tuple(sorted(tokens)) for tokens in sets))


def _replacement(tries: Tries, for_it: list[int]) -> tuple[Edit | None, str]:
    """The one token to replace by a word of the model that tells of another class, and what was tried."""
    by = telling_words(tries.model, CANDIDATES, ~tries.chosen if not tries.chosen.all() else tries.chosen)
    places = for_it[: max(1, min(REPLACED, tries.allowed // max(1, len(by))))]
    pairs = list(product(places, by))[: tries.allowed]
    if not pairs:
        return None, "there is no word to replace, or none to replace one by"
    texts = [replaced(tries.text, [(tries.spans[i], word)]) for i, word in pairs]
    at, _, found = tries.best(texts)
    tried = f"{numbers.plural(len(places), 'word')} by each of {numbers.plural(len(by), 'telling word')}"
    if at is None:
        return None, f"replacing one word changes nothing: {tried} tried, so there may be others"
    place, word = pairs[at]
    return tries.edit((place,), word, texts[at], at, found), "replacing one word changes the prediction"


def replaced(text: str, changes: list[tuple[tuple[int, int], str]]) -> str:
    """A text with some stretches, in their order, replaced; what a word taken out leaves stays apart.

    >>> replaced("not a good film", [((0, 3), ""), ((6, 10), "bad")])
    'a bad film'
    >>> replaced("salt-and-pepper", [((4, 5), "")])
    'salt and-pepper'
    """
    pieces, at = [""], 0
    for (start, end), word in changes:
        pieces.append(text[at:start])
        at = end
        if word:
            pieces.append(word)
            continue
        before = "".join(pieces[-2:])[-1:] or "".join(pieces)[-1:]
        after = text[end : end + 1]
        if not before or before.isspace():
            at += after.isspace()
        elif after and not after.isspace():
            pieces.append(" ")
    return "".join([*pieces, text[at:]])
