"""Words of a table: hashed, indexed, found, remembered."""

from typing import Any

from wordglass.kernels import find, split
from wordglass.kernels.machine import vector_at


def hash_words(data: Any, size: int, offsets: Any, words: int, hashes: Any) -> None:
    """``find.hash_words``."""
    find.hash_words(vector_at(data, size), vector_at(offsets, words + 1), vector_at(hashes, words))


def build_index(hashes: Any, words: int, slots: Any, size: int, shift: Any) -> None:
    """``find.build``."""
    find.build(vector_at(hashes, words), vector_at(slots, size), shift)


def find_rows(hashes: Any, n: int, slots: Any, size: int, shift: Any, ids: Any) -> None:
    """``find.find``."""
    find.find(vector_at(hashes, n), vector_at(slots, size), shift, vector_at(ids, n))


def recall_rows(hashes: Any, n: int, keys: Any, key_rows: Any, key_count: int, ids: Any) -> None:
    """``find.recall`` of each hash."""
    known, known_rows = vector_at(keys, key_count), vector_at(key_rows, key_count)
    words, found = vector_at(hashes, n), vector_at(ids, n)
    for x in range(n):
        found[x] = find.recall(words[x], known, known_rows)


def remember_rows(hashes: Any, n: int, ids: Any, keys: Any, key_rows: Any, key_count: int) -> None:
    """``find.remember``."""
    find.remember(
        vector_at(hashes, n), vector_at(ids, n), vector_at(keys, key_count), vector_at(key_rows, key_count)
    )


def word_lengths(
    data: Any, size: int, offsets: Any, words: int, chars: Any, entries: int, lengths: Any, n: int, state: Any
) -> None:
    """``split.word_lengths``; ``state`` takes what it returns."""
    state[0] = split.word_lengths(
        vector_at(data, size), vector_at(offsets, words + 1), vector_at(chars, entries), vector_at(lengths, n)
    )
