"""Words and pairs of texts: looked up, counted, weighed."""

from typing import Any

from wordglass.kernels import lexical
from wordglass.kernels.machine import vector_at


def hash_pairs(keys: Any, pairs: int, hashes: Any) -> None:
    """``lexical.hash_pairs``."""
    lexical.hash_pairs(vector_at(keys, pairs), vector_at(hashes, pairs))


def find_pairs(ids: Any, tokens: int, slots: Any, slot_count: int, shift: Any, pairs: Any) -> None:
    """``lexical.find_pairs``."""
    lexical.find_pairs(vector_at(ids, tokens), vector_at(slots, slot_count), shift, vector_at(pairs, tokens))


def gather_features(
    ids: Any,
    tokens: int,
    pairs: Any,
    pair_tokens: int,
    offsets: Any,
    texts: int,
    words: int,
    places: Any,
    place_count: int,
    indptr: Any,
    found: Any,
    counts: Any,
) -> None:
    """``lexical.gather``."""
    lexical.gather(
        vector_at(ids, tokens),
        vector_at(pairs, pair_tokens),
        vector_at(offsets, texts + 1),
        words,
        vector_at(places, place_count),
        vector_at(indptr, texts + 1),
        vector_at(found, 2 * tokens),
        vector_at(counts, 2 * tokens),
    )


def weigh_features(
    indptr: Any, texts: int, ids: Any, counts: Any, idf: Any, features: int, tf: Any, most: int, values: Any
) -> None:
    """``lexical.weigh``."""
    begins = vector_at(indptr, texts + 1)
    n = begins[texts]
    lexical.weigh(
        begins,
        vector_at(ids, n),
        vector_at(counts, n),
        vector_at(idf, features),
        vector_at(tf, most),
        vector_at(values, n),
    )
