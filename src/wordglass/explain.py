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
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.vocabulary import Lookup, Vocabulary

NUMBERS = 8  # of a vector that are kept in the trace


def trace_prediction(text: str, model: Model, truth: list[str] | None = None) -> PredictionTrace:
    """Trace one text through a model.

    The shares of the tokens and the bias sum to the score that the model predicts with, to float precision.
    """
    vocabulary, classes = model.scorer.vocabulary, len(model.names)
    lookup, lexical, by_vector, as_word, of_pairs, shares = token_shares(text, model)
    tokens = lexical.tokens
    vectors = model.vectors_of(lookup)  # (tokens, dim)
    output = model.scores(strings([text]))  # (1, outputs)
    probability = probabilities(output, model.loss, model.multi_label)[0]  # (classes,)
    columns = (by_class(model.scorer.bias[None, :], classes)[0], by_class(output, classes)[0], probability)
    thresholds = thresholds_of(model.thresholds, classes, model.multi_label)
    return PredictionTrace(
        format="wordglass-trace",
        version=VERSION,
        kind="prediction",
        text=text,
        tokens=[
            _token(
                token,
                row,
                None if vectors is None else vectors[i],
                vocabulary,
                bool(lexical.counted[i]),
                (shares[i].tolist(), by_vector[i].tolist(), as_word[i].tolist()),
            )
            for i, (token, row) in enumerate(zip(tokens, lookup.ids.tolist(), strict=True))
        ],
        pairs=[
            PairTrace(first=i, pair=f"{tokens[i].text} {tokens[i + 1].text}", shares=of_pairs[i].tolist())
            for i in np.flatnonzero(lexical.paired).tolist()
        ],
        known=lookup.known,
        dimensions=model.dim,
        vectors=model.vectors,
        pooling=model.pooling,
        pooled=model.pooled(lookup),
        outputs=[
            OutputTrace(name=name, bias=bias, score=score, probability=share, threshold=threshold)
            for name, bias, score, share, threshold in zip(
                model.names, *(c.tolist() for c in columns), thresholds, strict=True
            )
        ],
        predicted=model.named(probability[None, :])[0],
        truth=truth,
        sum_of_shares=float(shares[:, int(np.argmax(probability))].sum()),
    )


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


def _token(
    token: Token,
    row: int,
    vector: NDArray[np.float32] | None,
    vocabulary: Vocabulary | SubwordVocabulary,
    counted: bool,
    shares: tuple[list[float], list[float], list[float]],  # in all, by its vector, as a word
) -> TokenTrace:
    own = 0 < row <= len(vocabulary)  # else unknown, or put together from n-grams
    found = TokenTrace(
        token=token.text,
        start=token.start,
        end=token.end,
        start_byte=token.start_byte,
        end_byte=token.end_byte,
        known=row > 0,
        row=row - 1 if own else None,
        word=vocabulary.word(row) if own else None,
        norm=None,
        counted=counted,
        shares=shares[0],
        by_vector=shares[1],
        as_word=shares[2],
    )
    if row and vector is not None:
        found["norm"] = float(np.sqrt(vector.astype(float) @ vector))
        found["vector"] = vector[:NUMBERS].astype(float).tolist()
    return found
