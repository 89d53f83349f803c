"""The kernels as functions of plain numbers and addresses, which can be called without Numba."""

from typing import Any

from numba import float32, float64, int32, int64, types, uint8, uint64

from wordglass.kernels import find, keys, ngrams, parse, pool, split
from wordglass.kernels.compiling import compile_entry
from wordglass.kernels.lines import OVERHANG
from wordglass.kernels.machine import matrix_at, vector_at
from wordglass.kernels.signatures import ENTRIES

CPointer: Any = types.CPointer
KINDS = {
    "u": CPointer(uint8),
    "i": CPointer(int32),
    "l": CPointer(int64),
    "h": CPointer(uint64),
    "f": CPointer(float32),
    "d": CPointer(float64),
    "n": int64,
    "s": uint64,
    "x": float32,
}


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
        n, row, at = split.split_inlined(
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


def word_lengths(
    data: Any, size: int, offsets: Any, words: int, chars: Any, entries: int, lengths: Any, n: int, state: Any
) -> None:
    """``split.word_lengths``; ``state`` takes what it returns."""
    state[0] = split.word_lengths(
        vector_at(data, size), vector_at(offsets, words + 1), vector_at(chars, entries), vector_at(lengths, n)
    )


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


def find_rows(hashes: Any, n: int, slots: Any, size: int, shift: Any, ids: Any) -> None:
    """``find.find``."""
    find.find(vector_at(hashes, n), vector_at(slots, size), shift, vector_at(ids, n))


def hash_words(data: Any, size: int, offsets: Any, words: int, hashes: Any) -> None:
    """``find.hash_words``."""
    find.hash_words(vector_at(data, size), vector_at(offsets, words + 1), vector_at(hashes, words))


def build_index(hashes: Any, words: int, slots: Any, size: int, shift: Any) -> None:
    """``find.build``."""
    find.build(vector_at(hashes, words), vector_at(slots, size), shift)


def mean_vectors(
    ids: Any,
    n: int,
    offsets: Any,
    texts: int,
    table: Any,
    rows: int,
    width: int,
    sums: Any,
    dim: int,
    out: Any,
    size: int,
    stride: int,
) -> None:
    """``pool.mean``."""
    pool.mean(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        vector_at(table, rows * width),
        width,
        vector_at(sums, width),
        dim,
        vector_at(out, size),
        stride,
    )


def extreme_values(
    ids: Any,
    n: int,
    offsets: Any,
    texts: int,
    table: Any,
    rows: int,
    stride: int,
    sign: Any,
    out: Any,
    width: int,
) -> None:
    """``pool.extreme``."""
    pool.extreme(
        vector_at(ids, n),
        vector_at(offsets, texts + 1),
        matrix_at(table, rows, stride),
        sign,
        matrix_at(out, texts, width),
    )


def parse_lines(
    data: Any,
    size: int,
    dim: int,
    longest: int,
    powers: Any,
    power_count: int,
    vectors: Any,
    vector_room: int,
    words: Any,
    word_room: int,
    offsets: Any,
    offset_room: int,
    odd: Any,
    odd_room: int,
    state: Any,
) -> None:
    """``parse.lines``."""
    parse.lines(
        vector_at(data, size + OVERHANG),
        size,
        dim,
        longest,
        vector_at(powers, power_count),
        vector_at(vectors, vector_room),
        vector_at(words, word_room),
        vector_at(offsets, offset_room),
        vector_at(odd, odd_room),
        vector_at(state, 5),
    )


def read_records(
    data: Any,
    size: int,
    width: int,
    longest: int,
    most: int,
    vectors: Any,
    vector_room: int,
    words: Any,
    word_room: int,
    offsets: Any,
    offset_room: int,
    state: Any,
) -> None:
    """``parse.records``."""
    parse.records(
        vector_at(data, size),
        size,
        width,
        longest,
        most,
        vector_at(vectors, vector_room),
        vector_at(words, word_room),
        vector_at(offsets, offset_room),
        vector_at(state, 2),
    )


def ngram_rows(
    data: Any,
    size: int,
    offsets: Any,
    words: int,
    begin: Any,
    begin_size: int,
    end: Any,
    end_size: int,
    rule: Any,
    index: Any,
    index_size: int,
    padded: Any,
    padded_room: int,
    ids: Any,
    owners: Any,
    room: int,
    counts: Any,
    state: Any,
) -> None:
    """``ngrams.ngram_rows`` from the word and byte in ``state`` on, which takes what it returns."""
    n, word, at = ngrams.ngram_rows(
        vector_at(data, size),
        vector_at(offsets, words + 1),
        vector_at(begin, begin_size),
        vector_at(end, end_size),
        vector_at(rule, 6),
        vector_at(index, index_size),
        vector_at(padded, padded_room),
        vector_at(ids, room),
        vector_at(owners, room),
        vector_at(counts, words),
        state[0],
        state[1],
    )
    state[0], state[1], state[2] = word, at, n


def mean_of_ngrams(
    data: Any,
    size: int,
    offsets: Any,
    words: int,
    begin: Any,
    begin_size: int,
    end: Any,
    end_size: int,
    rule: Any,
    index: Any,
    index_size: int,
    padded: Any,
    padded_room: int,
    ids: Any,
    owners: Any,
    room: int,
    counts: Any,
    table: Any,
    rows: int,
    width: int,
    out: Any,
) -> None:
    """``ngrams.ngram_rows`` and ``ngrams.add_rows`` in turn, until the words are done; then ``divide``."""
    source, edges, numbers = vector_at(data, size), vector_at(offsets, words + 1), vector_at(rule, 6)
    before, after = vector_at(begin, begin_size), vector_at(end, end_size)
    pruned, scratch = vector_at(index, index_size), vector_at(padded, padded_room)
    found, theirs, total = vector_at(ids, room), vector_at(owners, room), vector_at(counts, words)
    vectors, sums = vector_at(table, rows * width), vector_at(out, words * width)
    word, at = 0, 0
    while word < words:
        n, word, at = ngrams.ngram_rows(
            source, edges, before, after, numbers, pruned, scratch, found, theirs, total, word, at
        )
        ngrams.add_rows(vectors, width, found, theirs, n, sums)
    ngrams.divide(sums, width, total)


def spacy_keys(data: Any, size: int, offsets: Any, strings: int, found: Any) -> None:
    """``keys.spacy_keys``."""
    keys.spacy_keys(vector_at(data, size), vector_at(offsets, strings + 1), vector_at(found, strings))


def read_map(data: Any, size: int, at: int, numbers: Any, n: int, end: Any) -> None:
    """``keys.read_map``; ``end`` takes what it returns."""
    end[0] = keys.read_map(vector_at(data, size), at, vector_at(numbers, n))


def compile_all() -> dict[str, tuple[str, bytes]]:
    """Compile every kernel for this processor: the symbol of each entry, and its object file."""
    return {
        name: compile_entry(globals()[name], types.void(*(KINDS[letter] for letter in letters)))
        for name, letters in ENTRIES.items()
    }
