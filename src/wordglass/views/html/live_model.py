"""The part of a model that a page has room for: a model of its own, whose numbers 8 bits hold."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.characters import CharacterBlock, CharacterScores
from wordglass.errors import ArgumentError
from wordglass.lexical import WORD, LexicalBlock, LexicalScores
from wordglass.model import Model
from wordglass.passes import Floats
from wordglass.quantise import STEPS
from wordglass.scoring import WordScores
from wordglass.tfidf import CountScores
from wordglass.vectors.vocabulary import Vocabulary
from wordglass.weighing import zipf

Places = NDArray[np.int64]
LOW = np.uint64((1 << int(WORD)) - 1)  # the bits of a pair's second word
TOKENS = 100  # of a text, about
NAME = 3  # bytes that a feature takes besides its weights, or a word, packed: about


def refuse_what_a_page_cannot(model: Model) -> None:
    """``ArgumentError`` for a model whose scores are not folded into whole words."""
    if not isinstance(model.scorer, WordScores):
        raise ArgumentError(
            f"a live report cannot have the pooling {model.pooling}, which needs the vectors themselves: "
            "train with mean, sif, usif or tfidf, or leave --live out"
        )
    if not isinstance(model.scorer.vocabulary, Vocabulary) or model.scorer.ngrams is not None:
        raise ArgumentError(
            f"a live report cannot have {model.vectors}, which puts words together from parts: "
            "train on a table of whole words, or leave --live out"
        )


def live_model(model: Model, share: float, listed: float) -> Model:
    """The model of a share, 0 to 1, of its words and of what it counts: of what moves scores most.

    Numbers are in 8 bits. Of the counted features a share, ``listed``, are still counted and weigh nothing,
    so that the counts of a text are about as long as they were, and divided by as much: a weight that is kept
    adds what it did. Counted words that weigh something keep their vectors' scores.
    """
    scorer, lexical, characters = model.scorer, model.lexical, model.characters
    vocabulary = scorer.vocabulary
    assert isinstance(scorer, WordScores)  # see refuse_what_a_page_cannot
    assert isinstance(vocabulary, Vocabulary)
    moves = [_moves_of_words(scorer), *(_moves(part) for part in (lexical, characters) if part)]
    weighty = _best(np.concatenate(moves), share)
    of = np.split(weighty, np.cumsum([len(part) for part in moves])[:-1])
    rows = np.flatnonzero(of[0] & has_vectors(model)) + 1
    if lexical:
        lexical = _lexical(lexical, of[1], listed)
        counted = lexical.block.words
    if lexical and has_vectors(model):
        weighing = np.flatnonzero(np.any(lexical.weights[: len(counted)], axis=1))
        rows = np.union1d(rows, vocabulary.find_words(take(counted, weighing)).astype(np.int64))
    rows = _by_name(vocabulary, rows)
    if lexical:
        names = take(vocabulary.words, rows - 1)
        lexical = _in_order(lexical, np.argsort(~_among(counted, names), kind="stable"))
        rows = rows[np.argsort(~_among(names, counted), kind="stable")]
    characters = characters and _characters(characters, of[-1], listed)
    return replace(model, lexical=lexical, characters=characters).reduced(rows, int8=True)


def has_vectors(model: Model) -> bool:
    """Whether vectors say anything: no head on them may have a share."""
    return isinstance(model.scorer, WordScores) and bool(model.scorer.table.any())


def strings_of(lexical: LexicalScores | None) -> pa.LargeStringArray:
    """The words that are counted, (words,)."""
    return lexical.block.words if lexical else pa.array([], pa.large_string())


def shared_exponents(weights: Floats) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Weights (features, outputs) as steps of 8 bits and each feature's power of two, (features,).

    One feature's weights are of one size, but those of neighbours are not: each has a scale of its own.

    >>> steps, exponents = shared_exponents(np.array([[0.5, -63.5], [0.0, 0.0]]))
    >>> steps.tolist(), exponents.tolist()
    ([[1, -127], [0, 0]], [-1, 0])
    """
    most = np.abs(weights).max(axis=1, initial=0.0)
    exponents = np.ceil(np.log2(np.where(most > 0, most, STEPS) / STEPS)).clip(-126, 126).astype(np.int8)
    steps = np.rint(np.ldexp(weights, -exponents[:, None])).clip(-STEPS, STEPS)
    return steps.astype(np.int8), exponents


def from_exponents(steps: NDArray[np.int8], exponents: NDArray[np.int8]) -> Floats:
    """The weights (features, outputs) that these steps and powers of two are."""
    return np.ldexp(steps.astype(np.float64), exponents[:, None])


def _among(words: pa.LargeStringArray, others: pa.LargeStringArray) -> NDArray[np.bool_]:
    """Which words are among others, (words,)."""
    return np.asarray(pc.is_in(words, value_set=others).to_numpy(zero_copy_only=False), bool)


def _by_name(vocabulary: Vocabulary, rows: Places) -> NDArray[np.int64]:
    """Those of some rows that a token of a text can find, by name: neighbours are packed well."""
    rows = rows[rows > 0]
    names = take(vocabulary.words, rows - 1)
    can = (vocabulary.find_words(names) == rows) & ~_has_line_feed(names)
    order = pc.sort_indices(names).to_numpy()
    return np.asarray(rows[order[can[order]]], np.int64)


def _has_line_feed(names: pa.LargeStringArray) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring(names, "\n").to_numpy(zero_copy_only=False), bool)


def _moves(counts: CountScores) -> Floats:
    """How far each feature moves scores: the root mean square of its part over texts, (features,), about."""
    block = counts.block
    often = block.df / block.texts
    length = np.sqrt(np.sum(often * block.idf**2)) or 1.0  # of a text's values, about
    return np.asarray(np.sqrt(often) * block.idf / length * np.abs(counts.weights).max(axis=1, initial=0.0))


def _moves_of_words(scorer: WordScores) -> Floats:
    """The same for the words' own scores, (words,): a table has the most frequent words first."""
    numbers = np.abs(scorer.table[1:, : len(scorer.bias)]).max(axis=1, initial=0.0)
    return np.asarray(np.sqrt(zipf(len(numbers)) / TOKENS) * numbers)


def _best(moves: Floats, share: float) -> NDArray[np.bool_]:
    """Which are the share of features that move scores most, (features,)."""
    best = np.zeros(len(moves), bool)
    best[np.argsort(-moves, kind="stable")[: round(share * len(moves))]] = True
    return best


def _listed(counts: CountScores, weighty: NDArray[np.bool_], share: float) -> tuple[Places, Floats]:
    """The features that are still counted, (listed,), rising, and their weights as 8 bits hold them.

    Besides the weighty ones they are a share of all, those by which texts are longest.
    """
    places = np.flatnonzero(weighty | _best(counts.block.df * counts.block.idf**2, share))
    rounded = from_exponents(*shared_exponents(counts.weights[places]))
    return places, rounded * weighty[places, None]


def _lexical(lexical: LexicalScores, weighty: NDArray[np.bool_], share: float) -> LexicalScores:
    """The same of some weights, and of some features without, the words by name."""
    block, own = lexical.block, len(lexical.block.words)
    features, rounded = _listed(lexical, weighty, share)
    weights = np.zeros_like(lexical.weights)
    weights[features] = rounded
    pairs = features[features >= own]
    keys = block.pairs[pairs - own]
    halves = np.concatenate([keys >> WORD, keys & LOW]).astype(np.int64) - 1
    words = np.union1d(features[features < own], halves)  # a pair is of words that are there
    words = words[pc.sort_indices(take(block.words, words)).to_numpy()]
    return _of(LexicalScores(block, weights), words, pairs)


def _in_order(lexical: LexicalScores, words: Places) -> LexicalScores:
    """The same with its words in another order."""
    own = len(lexical.block.words)
    return _of(lexical, words, np.arange(own, len(lexical.block)))


def _of(lexical: LexicalScores, words: Places, pairs: Places) -> LexicalScores:
    """The same of some features: words in this order, and pairs of them."""
    block, own = lexical.block, len(lexical.block.words)
    number = np.zeros(own + 1, np.uint64)
    number[words + 1] = np.arange(1, len(words) + 1)
    keys = block.pairs[pairs - own]
    keys = number[keys >> WORD] << WORD | number[keys & LOW]
    by_key = np.argsort(keys)
    features = np.concatenate([words, pairs[by_key]])
    pruned = LexicalBlock(
        take(block.words, words), keys[by_key], block.df[features], block.texts, block.vocabulary
    )
    return LexicalScores(pruned, lexical.weights[features])


def _characters(characters: CharacterScores, weighty: NDArray[np.bool_], share: float) -> CharacterScores:
    block = characters.block
    features, weights = _listed(characters, weighty, share)
    pruned = CharacterBlock(block.buckets[features], block.df[features], block.texts, block.vocabulary)
    return CharacterScores(pruned, weights)
