"""The vocabulary of some texts: words numbered, the texts of words and pairs counted."""

from typing import Any

from wordglass.kernels import counting
from wordglass.kernels.machine import vector_at


def number_words(
    hashes: Any,
    starts: Any,
    ends: Any,
    tokens: int,
    first: int,
    offsets: Any,
    texts: int,
    before: int,
    last: int,
    slots: Any,
    slot_numbers: int,
    shift: Any,
    known: Any,
    words: Any,
    room: int,
    ids: Any,
    state: Any,
) -> None:
    """``counting.number_words`` from the text and the words in ``state`` on, which takes what it returns."""
    state[1], state[0] = counting.number_words(
        vector_at(hashes, tokens),
        vector_at(starts, tokens),
        vector_at(ends, tokens),
        first,
        last,
        vector_at(offsets, texts + 1),
        state[0],
        before,
        vector_at(slots, slot_numbers),
        shift,
        vector_at(known, room),
        vector_at(words, room * counting.FIELDS),
        state[1],
        vector_at(ids, tokens),
    )


def number_again(known: Any, words: int, slots: Any, slot_numbers: int, shift: Any) -> None:
    """``counting.number_again``."""
    counting.number_again(vector_at(known, words), words, vector_at(slots, slot_numbers), shift)


def count_pairs(
    ids: Any,
    tokens: int,
    offsets: Any,
    texts: int,
    part: Any,
    parts: Any,
    row: int,
    slots: Any,
    slot_numbers: int,
    shift: Any,
    count: int,
    ring: Any,
    state: Any,
) -> None:
    """``counting.count_pairs``; ``state`` takes what it returns."""
    state[0], state[1] = counting.count_pairs(
        vector_at(ids, tokens),
        vector_at(offsets, texts + 1),
        row,
        part,
        parts,
        vector_at(slots, slot_numbers),
        shift,
        count,
        vector_at(ring, 2 * (counting.RING + 1)),
    )


def move_pairs(old: Any, old_numbers: int, slots: Any, slot_numbers: int, shift: Any) -> None:
    """``counting.move_pairs``."""
    counting.move_pairs(vector_at(old, old_numbers), vector_at(slots, slot_numbers), shift)
