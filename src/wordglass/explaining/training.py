"""The most telling words of each class in the training texts: by their exact shares, where they stand.

A share is what a word adds to the scores of a text through its vector, as a word and by its characters, or
what a pair adds; of a word that stands in a text more than once, all of it. Where a score is a weighted mean
and a sum of weighted counts, the sum of a word's shares over all texts is its numbers times one sum over the
texts: no text is explained on its own.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers, strings, take
from wordglass.explain import by_class
from wordglass.explaining.ranking import Ranked, apart, blocks, most_telling
from wordglass.explaining.telling import Shares, least_texts, telling_word
from wordglass.features import Features
from wordglass.kernels import native
from wordglass.lexical import LexicalBlock
from wordglass.model import Model
from wordglass.parallel import row_chunks
from wordglass.passes import Floats
from wordglass.scoring import WordScores
from wordglass.sparse import SparseRows
from wordglass.trace.document import ClassTelling, TellingWord
from wordglass.vectors.vocabulary import Lookup, Vocabulary

MOST = 20  # words of a class
VALUES = 1 << 20  # counts added up in one go


class Sums(NamedTuple):
    """Of words, and of pairs after them, over all texts."""

    texts: NDArray[np.int64]  # (entries,) that have each
    places: Floats  # (words,) each occurrence's part of its text's mean of vectors
    weighed: Floats | None  # (entries,) its TF-IDF; None where the model counts nothing
    besides: Floats | None  # (words, outputs) what no such sum tells


def class_telling(
    model: Model, texts: pa.LargeStringArray, features: Features, lookup: Lookup, same: bool
) -> list[ClassTelling]:
    """The most telling words of each class over the training texts that have them; see the trace.

    ``features`` and ``lookup`` are those of the texts, ``same`` whether the model still has all words that
    they were made with. In one thread: the same bits at any number of threads.
    """
    if features.block is None or features.counts is None:
        return _of_rows(model, lookup if same else model.scorer.vocabulary.lookup(texts))
    block, counts = features.block, _first(features.counts, features.rows)
    weighed = features.own.words if model.lexical else None
    weighed = _first(weighed, features.rows) if weighed else None
    if not same:  # other words may be found, and texts in scripts without spaces be split otherwise
        lookup = model.scorer.vocabulary.lookup(texts)
        assert isinstance(model.scorer.vocabulary, Vocabulary)  # as words are counted
        block = block.split_by(model.scorer.vocabulary)
        counts = block.counts(texts)
        weighed = block.weigh(counts) if weighed else None
    sums = _sums(model, texts, lookup, block, counts, weighed)

    def named(word: Ranked) -> TellingWord:
        return telling_word(block, word.number, int(sums.texts[word.number]), word.share)

    found = most_telling(_means(model, block, sums, len(texts)), len(model.names), MOST)
    return [
        ClassTelling(name=name, words=[named(word) for word in words])
        for name, words in zip(model.names, found, strict=True)
    ]


def _first(rows: SparseRows, n: int) -> SparseRows:
    end = rows.indptr[n]
    return SparseRows(rows.indptr[: n + 1], rows.ids[:end], rows.values[:end], rows.features)


def _sums(
    model: Model,
    texts: pa.LargeStringArray,
    lookup: Lookup,
    block: LexicalBlock,
    counts: SparseRows,
    weighed: SparseRows | None,
) -> Sums:
    words, entries = len(block.words), len(block)
    having = np.bincount(counts.ids, minlength=entries)
    places, tfidf = np.zeros(words), np.zeros(entries)
    known = _known(lookup)
    folded = isinstance(model.scorer, WordScores)
    for first, last in _rows_of(counts):
        begin, end = counts.indptr[first], counts.indptr[last]
        ids = counts.ids[begin:end]
        if folded:
            part = np.repeat(1.0 / known[first:last], np.diff(counts.indptr[first : last + 1]))
            places += np.bincount(ids, part * counts.values[begin:end], minlength=entries)[:words]
        if weighed:
            tfidf += np.bincount(ids, weighed.values[begin:end], minlength=entries)
    besides = None if folded and not model.characters else np.zeros((words, len(model.scorer.bias)))
    if besides is not None:
        source = buffers(texts)
        for first, last in row_chunks(source.offsets):
            ids, offsets = block.lookup_rows(source, first, last)
            shares = np.zeros((len(ids), len(model.scorer.bias)))
            if not folded:
                shares += model.scorer.shares(lookup.rows(first, last))
            if model.characters:
                model.characters.add_shares(source, first, last, offsets, shares)
            _add_by_word(ids, shares, besides)
    return Sums(having, places, tfidf if weighed else None, besides)


def _known(lookup: Lookup) -> Floats:
    """How many tokens of each text have a vector, (texts,), at least 1."""
    sums = np.concatenate([[0], np.cumsum(lookup.ids > 0)])[lookup.offsets - lookup.offsets[0]]
    return np.asarray(np.maximum(np.diff(sums), 1), np.float64)


def _rows_of(counts: SparseRows) -> list[tuple[int, int]]:
    """Rows of about ``VALUES`` counts each, from one to before another."""
    cuts = np.searchsorted(counts.indptr, np.arange(VALUES, counts.indptr[-1], VALUES)).tolist()
    return list(pairwise(sorted({0, len(counts), *cuts})))


def _add_by_word(ids: NDArray[np.int32], shares: Floats, sums: Floats) -> None:
    """Add the shares of tokens (tokens, outputs) to those of their words, from number 1 on."""
    for k in range(shares.shape[1]):
        sums[:, k] += np.bincount(ids, shares[:, k], minlength=len(sums) + 1)[1:]


def _means(model: Model, block: LexicalBlock, sums: Sums, texts: int) -> Shares:
    """Each word's and pair's mean share over the texts that have it, of those that enough texts have."""
    classes, words = len(model.names), len(block.words)
    frequent = np.flatnonzero(sums.texts >= least_texts(texts))
    for kind in (frequent[frequent < words], frequent[frequent >= words]):
        for first, last in blocks(len(kind), classes):
            some = kind[first:last]
            shares = np.zeros((len(some), len(model.scorer.bias)))
            if len(some) and some[0] < words:
                if isinstance(model.scorer, WordScores):
                    found = model.scorer.vocabulary.lookup_words(take(block.words, some))
                    shares += sums.places[some, None] * model.scorer.shares(found)
                if sums.besides is not None:
                    shares += sums.besides[some]
            if sums.weighed is not None and model.lexical:
                shares += sums.weighed[some, None] * model.lexical.weights[some]
            having = sums.texts[some]
            yield some, by_class(shares / having[:, None], classes), apart(having / (texts + 1))


def _of_rows(model: Model, lookup: Lookup) -> list[ClassTelling]:
    """The same where no words are counted: of rows of the table, and words put together from n-grams."""
    rows = max(len(model.scorer.vocabulary), int(lookup.ids.max(initial=0))) + 1
    having = native.texts_with(lookup.ids, lookup.offsets, rows)
    having[0] = 0  # the unknown word's
    outputs, classes, texts = len(model.scorer.bias), len(model.names), len(lookup.offsets) - 1
    frequent = np.flatnonzero(having >= least_texts(texts))

    def word(row: int) -> str:
        composed = lookup.composed_word(row)
        return model.scorer.vocabulary.word(row) if composed is None else composed

    if isinstance(model.scorer, WordScores):
        part = np.repeat(1.0 / _known(lookup), np.diff(lookup.offsets))
        places = np.bincount(lookup.ids, part, minlength=rows)
    else:
        sums = np.zeros((rows - 1, outputs))
        for first, last in blocks(texts, outputs):
            own = lookup.rows(first, last)
            _add_by_word(own.ids, model.scorer.shares(own), sums)

    def means() -> Shares:
        for first, last in blocks(len(frequent), classes):
            some = frequent[first:last]
            if isinstance(model.scorer, WordScores):
                named = strings([word(row) for row in some.tolist()])
                shares = places[some, None] * model.scorer.shares(model.scorer.vocabulary.lookup_words(named))
            else:
                shares = sums[some - 1]
            yield some, by_class(shares / having[some, None], classes), apart(having[some] / (texts + 1))

    return [
        ClassTelling(
            name=name,
            words=[
                TellingWord(text=word(row), pair=False, texts=int(having[row]), share=share)
                for row, share in found
            ],
        )
        for name, found in zip(model.names, most_telling(means(), classes, MOST), strict=True)
    ]
