"""What a model has learned of words: which tell most of each class, from the model alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.explain import by_class
from wordglass.explaining.ranking import apart, blocks, most_telling
from wordglass.lexical import LexicalBlock, LexicalScores
from wordglass.model import Model
from wordglass.passes import Floats
from wordglass.trace.document import ClassTelling, TellingWord
from wordglass.weighing import zipf

LEAST_TEXTS = 3  # that have a word, below which chance makes words telling
OF_TEXTS = 10  # or one in so many, where that is fewer

WORDS = 100  # of a text

Shares = Iterator[tuple[NDArray[np.int64], Floats, Floats]]  # as ``most_telling`` takes them


@dataclass(frozen=True)
class GlobalExplanation:
    """The most telling words and pairs of each class, the most telling first."""

    classes: list[ClassTelling]

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON has."""
        return {"classes": self.classes}

    def to_json(self) -> str:
        """As JSON, every number as computed."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_arrow(self) -> pa.Table:
        """A row a word or pair: class, text, pair, texts, share."""
        kinds = [("class", pa.string()), ("text", pa.string()), ("pair", pa.bool_())]
        schema = pa.schema([*kinds, ("texts", pa.int64()), ("share", pa.float64())])
        rows = [{"class": of["name"], **word} for of in self.classes for word in of["words"]]
        return pa.Table.from_pylist(rows, schema)

    def __str__(self) -> str:
        from wordglass.views.terminal.explanation import global_page

        return global_page(self.classes)

    def _repr_html_(self) -> str:
        from wordglass.views.notebook import telling_view

        return telling_view(self.classes)


def explain_model(model: Model, n: int = 20) -> GlobalExplanation:
    """See ``TextClassifier.explain_global``."""
    found = most_telling(_alone(model), len(model.names), n)
    block = model.lexical.block if model.lexical else None

    def named(number: int, share: float) -> TellingWord:
        if block is None:
            word = model.scorer.vocabulary.word(number + 1)
            return TellingWord(text=word, pair=False, texts=0, share=share)
        return telling_word(block, number, int(block.df[number]), share)

    return GlobalExplanation(
        [
            ClassTelling(name=name, words=[named(*word) for word in words])
            for name, words in zip(model.names, found, strict=True)
        ]
    )


def telling_word(block: LexicalBlock, feature: int, texts: int, share: float) -> TellingWord:
    """A feature of a block as the trace has it."""
    text = str(block.names(np.array([feature]))[0])
    return TellingWord(text=text, pair=feature >= len(block.words), texts=texts, share=share)


def telling_words(model: Model, n: int, classes: NDArray[np.bool_]) -> list[str]:
    """At most ``n`` words that tell most of some classes, (classes,), in turns; no pairs, no signs."""
    found = explain_model(model, n).classes
    of_each = [
        [word["text"] for word in of["words"] if not word["pair"] and word["text"][:1].isalpha()]
        for of, wanted in zip(found, classes.tolist(), strict=True)
        if wanted
    ]
    in_turns = (word for word in chain.from_iterable(zip_longest(*of_each)) if word is not None)
    return list(dict.fromkeys(in_turns))[:n]


def least_texts(texts: int) -> int:
    """How many of so many texts must have a word for it to be called telling.

    >>> [least_texts(n) for n in (8, 25, 10_000)]
    [1, 2, 3]
    """
    return max(1, min(LEAST_TEXTS, texts // OF_TEXTS))


def _alone(model: Model) -> Shares:
    """What each word adds to the scores of a text that is this word alone, and each pair in one of the two.

    A word weighs as much as it sets texts apart: training texts where the model knows how many have it, else
    texts of a hundred words in which it has its share by Zipf's law: tables have the most frequent first.
    """
    if model.lexical is not None:
        yield from _counted(model, model.lexical)
        return
    vocabulary, scorer, classes = model.scorer.vocabulary, model.scorer, len(model.names)
    having = 1 - (1 - zipf(len(vocabulary))) ** WORDS
    for first, last in blocks(len(vocabulary), classes):
        words = vocabulary.words[first:last]
        alone = scorer.scores_of(vocabulary.lookup_words(words)) - scorer.bias
        if model.characters is not None:
            alone += model.characters.scores(words)
        yield np.arange(first, last), by_class(alone, classes), apart(having[first:last])


def _counted(model: Model, lexical: LexicalScores) -> Shares:
    """The same where words are counted: those that enough training texts have."""
    block, classes = lexical.block, len(model.names)
    frequent = np.flatnonzero(block.df >= least_texts(block.texts))
    words, pairs = frequent[frequent < len(block.words)], frequent[frequent >= len(block.words)]
    for first, last in blocks(len(words), classes):
        some = words[first:last]
        alone = model.scores(take(block.words, some)) - model.scorer.bias
        yield some, by_class(alone, classes), apart(block.df[some] / (block.texts + 1))
    for first, last in blocks(len(pairs), classes):
        some = pairs[first:last]
        alone = _lengths(block, some)[:, None] * lexical.weights[some]
        yield some, by_class(alone, classes), apart(block.df[some] / (block.texts + 1))


def _lengths(block: LexicalBlock, pairs: NDArray[np.int64]) -> Floats:
    """The TF-IDF of pairs in texts of their two words alone."""
    keys = block.pairs[pairs - len(block.words)]
    one, other = (
        ((keys >> np.uint64(32)).astype(np.int64) - 1),
        (keys & np.uint64(0xFFFFFFFF)).astype(int) - 1,
    )
    twice = (1 + np.log(2)) * block.idf[one]
    squares = np.where(one == other, twice**2, block.idf[one] ** 2 + block.idf[other] ** 2)
    return np.asarray(block.idf[pairs] / np.sqrt(squares + block.idf[pairs] ** 2))
