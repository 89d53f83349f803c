"""Texts to tokens, and on to the rows of a table."""

from typing import Any

from wordglass.kernels import find, split
from wordglass.kernels.machine import vector_at


def split_texts(
    data: Any,
    size: int,
    offsets: Any,
    rows: int,
    first: int,
    last: int,
    row: int,
    at: int,
    can: Any,
    chars: Any,
    entries: int,
    case: Any,
    contractions: int,
    slots: Any,
    slot_count: int,
    shift: Any,
    lengths: Any,
    length_count: int,
    hashes: Any,
    starts: Any,
    ends: Any,
    room: int,
    span_room: int,
    counts: Any,
    state: Any,
) -> None:
    """``split.split``; ``state`` takes what it returns."""
    state[0], state[1], state[2] = split.split(
        vector_at(data, size),
        vector_at(offsets, rows + 1),
        first,
        last,
        row,
        at,
        vector_at(can, 256),
        vector_at(chars, entries),
        case,
        contractions,
        vector_at(slots, slot_count),
        shift,
        vector_at(lengths, length_count),
        vector_at(hashes, room),
        vector_at(starts, span_room),
        vector_at(ends, span_room),
        vector_at(counts, last - first),
    )


def look_up_texts(
    data: Any,
    size: int,
    offsets: Any,
    rows: int,
    first: int,
    last: int,
    can: Any,
    chars: Any,
    entries: int,
    slots: Any,
    slot_count: int,
    shift: Any,
    hashes: Any,
    room: int,
    ids: Any,
    ids_room: int,
    counts: Any,
) -> None:
    """``split.split`` and ``find.find`` in turn, ``room`` tokens at a time, until the texts are done.

    By the rules of the default table, which are compiled in.
    """
    source, begins = vector_at(data, size), vector_at(offsets, rows + 1)
    table, characters = vector_at(can, 256), vector_at(chars, entries)
    block, index, found = vector_at(hashes, room), vector_at(slots, slot_count), vector_at(ids, ids_room)
    spans, tokens = vector_at(counts, 0), vector_at(counts, last - first)
    row, at, total = first, begins[first], 0
    while row < last:
        n, row, at = split.split(
            source,
            begins,
            first,
            last,
            row,
            at,
            table,
            characters,
            split.LOWER,
            split.PENN,
            index,
            shift,
            vector_at(chars, 0),
            block,
            spans,
            spans,
            tokens,
        )
        find.find(block[:n], index, shift, found[total : total + n])
        total += n


def look_further(
    data: Any,
    size: int,
    offsets: Any,
    rows: int,
    first: int,
    last: int,
    row: int,
    at: int,
    can: Any,
    chars: Any,
    entries: int,
    case: Any,
    contractions: int,
    slots: Any,
    slot_count: int,
    shift: Any,
    lengths: Any,
    length_count: int,
    hashes: Any,
    starts: Any,
    ends: Any,
    room: int,
    ids: Any,
    ids_room: int,
    keys: Any,
    key_rows: Any,
    key_count: int,
    every: int,
    lacking: Any,
    lacking_starts: Any,
    lacking_ends: Any,
    places: Any,
    lacking_room: int,
    counts: Any,
    state: Any,
) -> None:
    """The same by any rules, from byte ``at`` of ``row`` on, with a memory of other forms' rows.

    ``lacking`` takes the tokens that neither the index nor the memory has, or with ``every`` also those that
    the memory knows to be nowhere; ``places`` where they stand among ``ids``. It returns when there is no
    room for more of them, or at the end; ``state`` takes (tokens, row, byte, tokens lacking).
    """
    source, begins = vector_at(data, size), vector_at(offsets, rows + 1)
    table, characters = vector_at(can, 256), vector_at(chars, entries)
    block, index, found = vector_at(hashes, room), vector_at(slots, slot_count), vector_at(ids, ids_room)
    begin, end = vector_at(starts, room), vector_at(ends, room)
    known, known_rows = vector_at(keys, key_count), vector_at(key_rows, key_count)
    lack, place = vector_at(lacking, lacking_room), vector_at(places, lacking_room)
    lack_begin, lack_end = vector_at(lacking_starts, lacking_room), vector_at(lacking_ends, lacking_room)
    tokens, words = vector_at(counts, last - first), vector_at(lengths, length_count)
    total = m = 0
    while row < last and m + room <= lacking_room:
        n, row, at = split.split(
            source,
            begins,
            first,
            last,
            row,
            at,
            table,
            characters,
            case,
            contractions,
            index,
            shift,
            words,
            block,
            begin,
            end,
            tokens,
        )
        part = found[total : total + n]
        find.find(block[:n], index, shift, part)
        for x in range(n):
            if part[x] == 0:
                remembered = find.recall(block[x], known, known_rows)
                if remembered > 0:
                    part[x] = remembered
                elif remembered < 0 or every:
                    lack[m], lack_begin[m], lack_end[m] = block[x], begin[x], end[x]
                    place[m] = total + x
                    m += 1
        total += n
    state[0], state[1], state[2], state[3] = total, row, at, m
