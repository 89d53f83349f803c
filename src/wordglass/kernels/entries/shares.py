"""The parts that tokens have in scores, and where tokens stand."""

from typing import Any

from wordglass.kernels import shares
from wordglass.kernels.machine import vector_at


def vector_shares(
    ids: Any, n: int, offsets: Any, texts: int, table: Any, rows: int, width: int, outputs: int, out: Any
) -> None:
    """``shares.of_vectors``."""
    shares.of_vectors(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        vector_at(table, rows * width),
        width,
        outputs,
        vector_at(out, n * outputs),
    )


def word_shares(
    ids: Any,
    n: int,
    pairs: Any,
    pair_tokens: int,
    offsets: Any,
    texts: int,
    words: int,
    indptr: Any,
    features: Any,
    counts: Any,
    values: Any,
    parts: Any,
    weights: Any,
    feature_count: int,
    outputs: int,
    out: Any,
) -> None:
    """``shares.of_words``."""
    edges = vector_at(indptr, texts + 1)
    size = edges[texts]
    shares.of_words(
        vector_at(ids, n),
        vector_at(pairs, pair_tokens),
        vector_at(offsets, texts + 1),
        words,
        edges,
        vector_at(features, size),
        vector_at(counts, size),
        vector_at(values, size),
        vector_at(parts, feature_count),
        vector_at(weights, feature_count * outputs),
        outputs,
        vector_at(out, n * outputs),
    )


def ngram_shares(
    ngrams: Any,
    begins: Any,
    n: int,
    offsets: Any,
    texts: int,
    indptr: Any,
    features: Any,
    counts: Any,
    values: Any,
    parts: Any,
    weights: Any,
    feature_count: int,
    outputs: int,
    out: Any,
) -> None:
    """``shares.of_ngrams``."""
    edges, starts = vector_at(indptr, texts + 1), vector_at(begins, n + 1)
    size = edges[texts]
    shares.of_ngrams(
        vector_at(ngrams, starts[n]),
        starts,
        vector_at(offsets, texts + 1),
        edges,
        vector_at(features, size),
        vector_at(counts, size),
        vector_at(values, size),
        vector_at(parts, feature_count),
        vector_at(weights, feature_count * outputs),
        outputs,
        vector_at(out, n * outputs),
    )


def places_in_characters(
    data: Any, size: int, begins: Any, offsets: Any, texts: int, starts: Any, ends: Any, n: int, out: Any
) -> None:
    """``shares.in_characters``."""
    shares.in_characters(
        vector_at(data, size),
        vector_at(begins, texts + 1),
        vector_at(offsets, texts + 1),
        vector_at(starts, n),
        vector_at(ends, n),
        vector_at(out, 2 * n),
    )
