"""One text on its way through the five layers, with every token's exact part in the score."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.evaluate import thresholds_of
from wordglass.lexical import Shares
from wordglass.model import Model
from wordglass.passes import Floats, probabilities
from wordglass.tokens import Token
from wordglass.trace.document import VERSION, OutputTrace, PairTrace, PredictionTrace, TokenTrace
from wordglass.vectors.vocabulary import Lookup

NUMBERS = 8  # of a vector that are kept in the trace
ROUNDED = 1e-4  # of a score: more is not the rounding of floats, but that of a model in 8 bits


def trace_prediction(text: str, model: Model, truth: list[str] | None = None) -> PredictionTrace:
    """Trace one text through a model.

    The shares of the tokens and the bias sum to the score that the model predicts with, to float precision.
    """
    classes = len(model.names)
    lookup, lexical, by_vector, as_word, of_pairs, shares = token_shares(text, model)
    tokens = lexical.tokens
    words, of_tokens = found_words(lookup, model)
    output = model.scores(strings([text]))  # (1, outputs)
    probability = probabilities(output, model.loss, model.multi_label)[0]  # (classes,)
    columns = (by_class(model.scorer.bias[None, :], classes)[0], by_class(output, classes)[0], probability)
    thresholds = thresholds_of(model.thresholds, classes, model.multi_label)
    likeliest, pooled = int(np.argmax(probability)), model.pooled(lookup)
    traced = PredictionTrace(
        format="wordglass-trace",
        version=VERSION,
        kind="prediction",
        text=text,
        tokens=[
            _token(token, words[word], *numbers)
            for token, word, *numbers in zip(
                tokens,
                of_tokens.tolist(),
                *(column.tolist() for column in (lexical.counted, shares, by_vector, as_word)),
                strict=True,
            )
        ],
        pairs=[
            PairTrace(first=i, pair=f"{tokens[i].text} {tokens[i + 1].text}", shares=share)
            for i, share in zip(
                np.flatnonzero(lexical.paired).tolist(), of_pairs[lexical.paired].tolist(), strict=True
            )
        ],
        known=lookup.known,
        dimensions=model.dim,
        vectors=model.vectors,
        pooling=model.pooling,
        pooled=pooled,
        outputs=[
            OutputTrace(name=name, bias=bias, score=score, probability=share, threshold=threshold)
            for name, bias, score, share, threshold in zip(
                model.names, *(c.tolist() for c in columns), thresholds, strict=True
            )
        ],
        predicted=model.named(probability[None, :])[0],
        truth=truth,
        sum_of_shares=float(shares[:, likeliest].sum()),
    )
    weights = by_class(model.weights, classes)[:, likeliest]  # (features,)
    if pooled is not None and abs(weights @ pooled - by_vector[:, likeliest].sum()) < ROUNDED:
        traced["weights"] = weights.tolist()
    return traced


class TokenShares(NamedTuple):
    """What the tokens of one text add to the score of each class, each (tokens, classes)."""

    lookup: Lookup
    lexical: Shares  # with the tokens themselves
    by_vector: Floats
    as_word: Floats
    of_pairs: Floats  # of each token with the next
    shares: Floats  # in all: by vector, as word, and half of each pair


def token_shares(text: str, model: Model) -> TokenShares:
    """Split the scores of one text over its tokens: with the bias, the shares sum to them."""
    lookup, lexical = model.scorer.vocabulary.lookup([text]), model.lexical_shares(text)
    classes = len(model.classes)
    by_vector = by_class(model.scorer.shares(lookup), classes)
    as_word, of_pairs = by_class(lexical.words, classes), by_class(lexical.pairs, classes)
    before = np.vstack([np.zeros((1, classes)), of_pairs[:-1]]) if len(of_pairs) else of_pairs
    shares = by_vector + as_word + (of_pairs + before) / 2
    return TokenShares(lookup, lexical, by_vector, as_word, of_pairs, shares)


def by_class(outputs: Floats, classes: int) -> Floats:
    """One column a class: of two classes that share one output, the first has it negated."""
    return np.hstack([-outputs, outputs]) if outputs.shape[1] == 1 and classes == 2 else outputs


class Found(NamedTuple):
    """What all tokens that were found as the same word share; see ``TokenTrace``."""

    known: bool
    row: int | None = None
    word: str | None = None
    norm: float | None = None
    vector: list[float] | None = None


def found_words(lookup: Lookup, model: Model) -> tuple[list[Found], NDArray[np.intp]]:
    """The distinct words that were found, and which of them each token is, (tokens,).

    The first one stands for tokens that were not found.
    """
    rows, of_tokens = np.unique(np.append(lookup.ids, np.int32(0)), return_inverse=True)
    vectors, vocabulary = model.vectors_of(lookup, rows[1:]), model.scorer.vocabulary
    norms, numbers = [None] * len(rows), [None] * len(rows)
    if vectors is not None:
        norms = [None, *np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=float)).tolist()]
        numbers = [None, *vectors[:, :NUMBERS].tolist()]
    found = [Found(False)]
    for row, norm, vector in zip(rows[1:].tolist(), norms[1:], numbers[1:], strict=True):
        own = row <= len(vocabulary)  # else put together from n-grams
        place, word = (row - 1, vocabulary.word(row)) if own else (None, None)
        found.append(Found(True, place, word, norm, vector))
    return found, of_tokens[:-1]


def _token(
    token: Token,
    found: Found,
    counted: bool,
    shares: list[float],
    by_vector: list[float],
    as_word: list[float],
) -> TokenTrace:
    traced = TokenTrace(
        token=token.text,
        start=token.start,
        end=token.end,
        start_byte=token.start_byte,
        end_byte=token.end_byte,
        known=found.known,
        row=found.row,
        word=found.word,
        norm=found.norm,
        counted=counted,
        shares=shares,
        by_vector=by_vector,
        as_word=as_word,
    )
    if found.vector is not None:
        traced["vector"] = found.vector
    return traced
