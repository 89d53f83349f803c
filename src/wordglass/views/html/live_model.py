"""The part of a model that a page has room for: a model of its own, whose numbers 8 bits hold."""

from dataclasses import replace
from typing import TypeVar

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

Places = NDArray[np.int64]
Counts = TypeVar("Counts", LexicalScores, CharacterScores)
LOW = np.uint64((1 << int(WORD)) - 1)  # the bits of a pair's second word
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


def live_model(model: Model, share: float) -> Model:
    """The model of a share of everything, 0 to 1: words, and what is counted, in 8 bits.

    Of the counted features those keep their weights that move scores most. Others are still counted, as
    many again as weights take the room of, and weigh nothing: so a text's counts are about as long as all of
    the model's would make them, and the weights that are kept tell as much as they did. Of the table the
    first words stay, which are the most frequent, and those that are counted with a weight.
    """
    scorer, lexical = model.scorer, model.lexical
    vocabulary = scorer.vocabulary
    assert isinstance(vocabulary, Vocabulary)  # see refuse_what_a_page_cannot
    listed = min(1.0, share * (1 + len(scorer.bias) / NAME))
    rows = np.arange(1, round(share * len(vocabulary)) + 1 if has_vectors(model) else 1)
    if lexical:
        lexical = _lexical(lexical, share, listed)
        counted = lexical.block.words
    if lexical and len(rows):
        weighty = np.flatnonzero(np.any(lexical.weights[: len(counted)], axis=1))
        rows = np.union1d(rows, vocabulary.find_words(take(counted, weighty)).astype(np.int64))
    rows = _by_name(vocabulary, rows)
    if lexical:
        names = take(vocabulary.words, rows - 1)
        lexical = _in_order(lexical, np.argsort(~_among(counted, names), kind="stable"))
        rows = rows[np.argsort(~_among(names, counted), kind="stable")]
    characters = model.characters and _characters(model.characters, share, listed)
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
    exponents = np.ceil(np.log2(np.where(most > 0, most, STEPS) / STEPS))
    exponents = np.clip(exponents, -126, 126)
    steps = np.clip(np.rint(weights / np.exp2(exponents)[:, None]), -STEPS, STEPS)
    return steps.astype(np.int8), exponents.astype(np.int8)


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
    """How much each feature moves scores, (features,): by its weight, and by how many texts have it."""
    block = counts.block
    return np.asarray(np.sqrt(block.df) * block.idf * np.abs(counts.weights).max(axis=1, initial=0.0))


def _best(moves: Floats, share: float) -> Places:
    """The places of a share of the features, those that move scores most, rising."""
    return np.sort(np.argsort(-moves, kind="stable")[: round(share * len(moves))])


def _kept(counts: Counts, share: float) -> Counts:
    """The same with the weights of a share of the features, rounded to 8 bits, and 0 for the others."""
    best = _best(_moves(counts), share)
    steps, exponents = shared_exponents(counts.weights[best])
    weights = np.zeros_like(counts.weights)
    weights[best] = steps * np.exp2(exponents)[:, None]
    return replace(counts, weights=weights)


def _lexical(lexical: LexicalScores, share: float, listed: float) -> LexicalScores:
    """A share of the weights, and a share of the features, the words by name."""
    block, own = lexical.block, len(lexical.block.words)
    features = _best(_moves(lexical), listed)
    pairs = features[features >= own]
    keys = block.pairs[pairs - own]
    halves = np.concatenate([keys >> WORD, keys & LOW]).astype(np.int64) - 1
    words = np.union1d(features[features < own], halves)  # a pair is of words that are there
    words = words[pc.sort_indices(take(block.words, words)).to_numpy()]
    return _of(_kept(lexical, share), words, pairs)


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


def _characters(characters: CharacterScores, share: float, listed: float) -> CharacterScores:
    block = characters.block
    features = _best(_moves(characters), listed)
    pruned = CharacterBlock(block.buckets[features], block.df[features], block.texts, block.vocabulary)
    return CharacterScores(pruned, _kept(characters, share).weights[features])
