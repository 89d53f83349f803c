"""The kernels as Python calls them: arrays in, arrays out. They trust the sizes of what they are given."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.kernels.arrays import Bytes, Doubles, Floats, Hashes, Ints, Longs
from wordglass.kernels.ascii import CAN
from wordglass.kernels.lines import POWERS
from wordglass.kernels.loading import address, call
from wordglass.kernels.unicode import AS_WRITTEN, TABLE

Buffers = tuple[Bytes, Longs]  # the bytes of words, and where each begins
Marks = tuple[Bytes, Bytes]  # what stands before and after a word

BLOCK = 2048  # tokens between splitting and finding: their hashes stay in the fastest cache
LACKING = 16 * BLOCK  # tokens without a row that are looked for in other forms at a time


class Rules(NamedTuple):
    """How texts are split, as the kernels are told it, and the index of words that they are split for."""

    can: Any  # addresses of tables, and how long they are
    chars: Any
    entries: int
    case: int
    contractions: int
    slots: Hashes
    slot_count: int
    shift: int
    lengths: Ints
    length_count: int

    @property
    def plain(self) -> bool:
        """Whether they are those of the default table."""
        return self.case > 0 and self.contractions == 0 and self.length_count == 0


NO_WORDS, NO_LENGTHS = np.zeros(2, np.uint64), np.zeros(0, np.int32)


def rules(
    keep_case: bool = False, contractions: int = 0, slots: Hashes = NO_WORDS, lengths: Ints = NO_LENGTHS
) -> Rules:
    """See ``wordglass.kernels.split``: ``contractions`` is PENN, WHOLE or ELISION."""
    chars = AS_WRITTEN if keep_case else TABLE
    case = 0 if keep_case else 0x2020202020202020  # LOWER in wordglass.kernels.split
    return Rules(
        *(address(CAN, "u"), address(chars, "i"), len(chars), case, contractions),
        *(slots, len(slots), 65 - len(slots).bit_length(), lengths, len(lengths)),
    )


def split(
    data: Bytes,
    offsets: Longs,
    first: int,
    last: int,
    row: int,
    at: int,
    rules: Rules,
    hashes: Hashes,
    starts: Longs,
    ends: Longs,
    counts: Longs,
) -> tuple[int, int, int]:
    """See ``wordglass.kernels.split.split``."""
    state = np.empty(3, np.int64)
    texts = data, len(data), offsets, len(offsets) - 1
    buffers = hashes, starts, ends, len(hashes), len(starts), counts
    call("split_texts", *texts, first, last, row, at, *rules, *buffers, state)
    n, row, at = state.tolist()
    return n, row, at


def look_up(data: Bytes, offsets: Longs, first: int, last: int, slots: Hashes) -> tuple[Ints, Longs]:
    """The rows of all tokens of the texts ``first`` to ``last - 1``, and how many tokens each text has.

    Split by the plain ``rules()``, which is faster than ``look_further`` by any.
    """
    ids = np.empty(offsets[last] - offsets[first], np.int32)  # a token has a byte at least
    hashes, counts = np.empty(BLOCK, np.uint64), np.zeros(last - first, np.int64)
    texts = data, len(data), offsets, len(offsets) - 1, first, last
    index = slots, len(slots), 65 - len(slots).bit_length()
    tables = address(CAN, "u"), address(TABLE, "i"), len(TABLE)
    call("look_up_texts", *texts, *tables, *index, hashes, BLOCK, ids, len(ids), counts)
    return ids[: counts.sum()], counts


class Lacking(NamedTuple):
    """Tokens without a row so far."""

    hashes: Hashes  # (tokens,)
    starts: Longs  # bytes of the texts
    ends: Longs
    places: Longs  # among all tokens

    def at(self, chosen: NDArray[Any]) -> "Lacking":
        """Some of them, copied."""
        return Lacking(self.hashes[chosen], self.starts[chosen], self.ends[chosen], self.places[chosen])


def look_further(
    data: Bytes,
    offsets: Longs,
    first: int,
    last: int,
    rules: Rules,
    memory: tuple[Hashes, Ints],
    every: bool,
    further: Callable[[Lacking], Ints],
) -> tuple[Ints, Longs]:
    """Like ``look_up``; ``further`` gives the rows of tokens that the index and the memory do not have.

    ``memory`` is what ``remember`` made. With ``every`` the tokens known to be nowhere are among them.
    """
    ids = np.empty(offsets[last] - offsets[first], np.int32)
    counts, state = np.zeros(last - first, np.int64), np.empty(4, np.int64)
    block = np.empty(BLOCK, np.uint64), *np.empty((2, BLOCK), np.int64)
    hashes, (starts, ends, places) = np.empty(LACKING, np.uint64), np.empty((3, LACKING), np.int64)
    texts = data, len(data), offsets, len(offsets) - 1, first, last
    row, at, total = first, int(offsets[first]), 0
    while row < last:
        part = ids[total:]
        buffers = *block, BLOCK, part, len(part), *memory, len(memory[0]), int(every)
        lacking = hashes, starts, ends, places, LACKING
        call("look_further", *texts, row, at, *rules, *buffers, *lacking, counts, state)
        n, row, at, m = state.tolist()
        if m:
            part[places[:m]] = further(Lacking(hashes[:m], starts[:m], ends[:m], places[:m] + total))
        total += n
    return ids[:total], counts


def recall(hashes: Hashes, keys: Hashes, rows: Ints) -> Ints:
    """The rows remembered with these hashes, (words,): 0 for none, -1 where nothing was."""
    ids = np.empty(len(hashes), np.int32)
    call("recall_rows", hashes, len(hashes), keys, rows, len(keys), ids)
    return ids


def remember(hashes: Hashes, ids: Ints, keys: Hashes, rows: Ints) -> None:
    """Add the rows of hashed words to a memory, of which half must stay empty."""
    call("remember_rows", hashes, len(hashes), ids, keys, rows, len(keys))


def word_lengths(data: Bytes, offsets: Longs, bits: int | None = None) -> tuple[int, Ints]:
    """How many words of scripts without spaces there are, and with ``bits`` their lengths for ``rules``."""
    lengths = np.zeros(0 if bits is None else 1 << bits, np.int32)
    state = np.empty(1, np.int64)
    words = data, len(data), offsets, len(offsets) - 1
    call("word_lengths", *words, TABLE, len(TABLE), lengths, len(lengths), state)
    return int(state[0]), lengths


def hash_words(data: Bytes, offsets: Longs) -> Hashes:
    """The hash of each word as it stands, (words,)."""
    hashes = np.empty(len(offsets) - 1, np.uint64)
    call("hash_words", data, len(data), offsets, len(hashes), hashes)
    return hashes


def build_index(hashes: Hashes, bits: int) -> Hashes:
    """The index of these words, 2 ** bits slots; see ``wordglass.kernels.find``."""
    slots = np.zeros(1 << bits, np.uint64)
    call("build_index", hashes, len(hashes), slots, len(slots), 64 - bits)
    return slots


def find(hashes: Hashes, slots: Hashes) -> Ints:
    """The row of each hashed word, (words,), 0 where there is none."""
    ids = np.empty(len(hashes), np.int32)
    call("find_rows", hashes, len(hashes), slots, len(slots), 65 - len(slots).bit_length(), ids)
    return ids


def mean(ids: Ints, offsets: Longs, table: Floats, dim: int, out: Floats, stride: int) -> None:
    """Write the mean row of each text's known words, ``dim`` numbers every ``stride``, into flat ``out``."""
    sums = np.empty(table.shape[1])
    where = table, *table.shape, sums, dim, out, len(out), stride
    call("mean_vectors", ids, len(ids), offsets, len(offsets) - 1, *where)


def extreme(ids: Ints, offsets: Longs, table: Floats, dim: int, sign: int) -> Floats:
    """The largest (``sign`` 1) or smallest (-1) of each column over each text's known words, (texts, dim)."""
    texts = len(offsets) - 1
    out = np.zeros((texts, dim), np.float32)
    call("extreme_values", ids, len(ids), offsets, texts, table, *table.shape, sign, out, dim)
    return out


def mean_cube(ids: Ints, offsets: Longs, table: Floats, dim: int) -> Doubles:
    """The mean cube of each column over each text's known words, (texts, dim)."""
    texts = len(offsets) - 1
    out = np.empty((texts, dim))
    call("mean_cubes", ids, len(ids), offsets, texts, table, *table.shape, out, dim)
    return out


def texts_with(ids: Ints, offsets: Longs, rows: int) -> Longs:
    """How many texts have each row, (rows,), which are more than any of ``ids``."""
    last, counts = np.zeros((2, rows), np.int64)
    call("count_texts_with", ids, len(ids), offsets, len(offsets) - 1, last, counts, rows)
    return counts


ODD_LINES = 1024  # at most in a call


def parse_lines(
    data: Bytes,
    size: int,
    dim: int,
    longest: int,
    vectors: Floats,
    words: Bytes,
    offsets: Longs,
    state: Longs,
) -> Longs:
    """The lines that are no plain rows, (n, 5); see ``wordglass.kernels.parse.lines``."""
    odd = np.empty((ODD_LINES, 5), np.int64)
    room = vectors, vectors.size, words, len(words), offsets, len(offsets), odd, odd.size
    call("parse_lines", data, size, dim, longest, POWERS, len(POWERS), *room, state)
    return odd[: state[4]]


def read_records(
    data: Bytes, size: int, width: int, longest: int, most: int, vectors: Bytes, words: Bytes, offsets: Longs
) -> tuple[int, int]:
    """Where the first record that was not read begins, and how many were; see ``parse.records``."""
    state = np.empty(2, np.int64)
    room = vectors, len(vectors), words, len(words), offsets, len(offsets), state
    call("read_records", data, size, width, longest, most, *room)
    at, count = state.tolist()
    return at, count


NGRAM_ROOM = 16384  # rows of n-grams between listing and adding them: their numbers stay in the second cache
SPARE = 16  # bytes that hashing may read after a word


def ngram_rows(words: Buffers, marks: Marks, rule: Longs, index: Ints | None) -> Iterator[tuple[Ints, Ints]]:
    """The rows of the words' n-grams and the numbers of the words, some at a time: views overwritten next."""
    return _ngram_rows(words, marks, rule, index, np.zeros(len(words[1]) - 1, np.int64))


def _ngram_rows(
    words: Buffers, marks: Marks, rule: Longs, index: Ints | None, counts: Longs
) -> Iterator[tuple[Ints, Ints]]:
    data, offsets = words
    begin, end = marks
    longest = int(np.diff(offsets).max(initial=0)) + len(begin) + len(end)
    padded = np.zeros(longest + SPARE, np.uint8)
    pruned = np.zeros(0, np.int32) if index is None else index
    room = NGRAM_ROOM + (max(0, int(rule[2] - rule[1]) + 1) + 3) * int(rule[4])
    ids, owners = np.empty(room, np.int32), np.empty(room, np.int32)
    texts = data, len(data), offsets, len(counts), begin, len(begin), end, len(end)
    buffers = padded, len(padded), ids, owners, room, counts
    state = np.zeros(3, np.int64)
    while state[0] < len(counts):
        call("ngram_rows", *texts, rule, pruned, len(pruned), *buffers, state)
        yield ids[: state[2]], owners[: state[2]]


def mean_of_ngrams(
    words: Buffers,
    marks: Marks,
    rule: Longs,
    index: Ints | None,
    table: Floats,
    out: Floats,
    counts: Longs,
) -> None:
    """Add the rows of each word's n-grams to its row of ``out``, their number to ``counts``, and divide."""
    for ids, owners in _ngram_rows(words, marks, rule, index, counts):
        call("add_ngram_rows", table, *table.shape, ids, owners, len(ids), out, len(out))
    out *= (1 / np.maximum(counts, 1)).astype(np.float32)[:, None]


def spacy_keys(data: Bytes, offsets: Longs) -> Hashes:
    """The key of each string in spaCy's tables, (strings,)."""
    keys = np.empty(len(offsets) - 1, np.uint64)
    call("spacy_keys", data, len(data), offsets, len(keys), keys)
    return keys


def read_map(data: Bytes, at: int, numbers: Hashes) -> int:
    """See ``wordglass.kernels.keys.read_map``."""
    end = np.empty(1, np.int64)
    call("read_map", data, len(data), at, numbers, len(numbers), end)
    return int(end[0])


def shift_of(slots: Hashes, numbers: int = 1) -> int:
    """How far a hash is shifted to give its slot, where a slot has so many numbers."""
    return 65 - (len(slots) // numbers).bit_length()


def number_words(
    tokens: tuple[Hashes, Longs, Longs],
    first: int,
    last: int,
    offsets: Longs,
    before: int,
    slots: Hashes,
    known: Hashes,
    words: Longs,
    ids: Ints,
    state: Longs,
) -> None:
    """See ``wordglass.kernels.counting.number_words``; ``tokens`` are hashes, starts and ends."""
    texts = first, offsets, len(offsets) - 1, before, last
    index = slots, len(slots), shift_of(slots, 2)
    call("number_words", *tokens, len(ids), *texts, *index, known, words, len(known), ids, state)


def number_again(known: Hashes, bits: int) -> Hashes:
    """The slots of words that have been numbered, 2 ** bits of them."""
    slots = np.zeros(2 << bits, np.uint64)
    call("number_again", known, len(known), slots, len(slots), shift_of(slots, 2))
    return slots


def count_pairs(
    ids: Ints, offsets: Longs, row: int, part: int, parts: int, slots: Hashes, count: int
) -> tuple[int, int]:
    """See ``wordglass.kernels.counting.count_pairs``."""
    ring, state = np.empty(32, np.uint64), np.empty(2, np.int64)
    texts = ids, len(ids), offsets, len(offsets) - 1, part, parts, row
    call("count_pairs", *texts, slots, len(slots), shift_of(slots, 2), count, ring, state)
    row, count = state.tolist()
    return row, count


def move_pairs(old: Hashes, bits: int) -> Hashes:
    """The same pairs in 2 ** bits slots."""
    slots = np.zeros(2 << bits, np.uint64)
    call("move_pairs", old, len(old), slots, len(slots), shift_of(slots, 2))
    return slots


def hash_pairs(keys: Hashes) -> Hashes:
    """The hash of each pair of words, (pairs,)."""
    hashes = np.empty(len(keys), np.uint64)
    call("hash_pairs", keys, len(keys), hashes)
    return hashes


def find_pairs(ids: Ints, slots: Hashes) -> Ints:
    """The number of the pair that each token makes with the next one, (tokens,), 0 where there is none."""
    pairs = np.empty(len(ids), np.int32)
    pairs[-1:] = 0
    call("find_pairs", ids, len(ids), slots, len(slots), shift_of(slots), pairs)
    return pairs


def gather_features(ids: Ints, pairs: Ints, offsets: Longs, words: int) -> tuple[Longs, Ints, Floats]:
    """The features of texts and how often each has them: (indptr, ids, counts); see ``lexical.gather``."""
    longest = int(np.diff(offsets).max(initial=0))
    places = np.full(1 << max(2, (4 * longest - 1).bit_length()), -1, np.int32)
    indptr = np.empty(len(offsets), np.int64)
    found, counts = np.empty(2 * len(ids), np.int32), np.empty(2 * len(ids), np.float32)
    texts = ids, len(ids), pairs, len(pairs), offsets, len(offsets) - 1, words
    call("gather_features", *texts, places, len(places), indptr, found, counts)
    return indptr, found[: indptr[-1]], counts[: indptr[-1]]


def weigh_features(
    indptr: Longs, ids: Ints, counts: Floats, idf: Doubles, tf: Doubles, values: Floats
) -> None:
    """Write the TF-IDF of counts, where ``tf`` is that of 0, 1, 2 and so on; see ``lexical.weigh``."""
    texts = indptr, len(indptr) - 1, ids, counts
    call("weigh_features", *texts, idf, len(idf), tf, len(tf), values)


def sparse_times(
    rows: tuple[Longs, Ints, Floats], first: int, last: int, table: Doubles, out: Doubles
) -> None:
    """Multiply the sparse rows ``first`` to ``last - 1`` with a table (features, width) into ``out``."""
    indptr, ids, values = rows
    call("sparse_times", indptr, len(indptr) - 1, ids, values, first, last, table, *table.shape, out)


def transpose(rows: tuple[Longs, Ints, Floats], features: int) -> tuple[Longs, Ints, Floats]:
    """The columns of sparse rows, as rows."""
    indptr, ids, values = rows
    begins = np.zeros(features + 2, np.int64)
    columns, turned = np.empty(len(ids), np.int32), np.empty(len(ids), np.float32)
    call("transpose", indptr, len(indptr) - 1, ids, values, features, begins, columns, turned)
    return begins[:-1], columns, turned


Counts = tuple[Longs, Ints, Floats, Floats]  # of texts: indptr, features, how often each has them, weighed


def vector_shares(ids: Ints, offsets: Longs, table: Floats, outputs: int) -> Doubles:
    """What each token adds to the mean of its text's known rows of a table, (tokens, outputs)."""
    out = np.empty((len(ids), outputs))
    call("vector_shares", ids, len(ids), offsets, len(offsets) - 1, table, *table.shape, outputs, out)
    return out


def add_word_shares(
    ids: Ints, pairs: Ints, offsets: Longs, words: int, counts: Counts, weights: Doubles, out: Doubles
) -> None:
    """Add what counted words and pairs add to scores to ``out``, (tokens, outputs)."""
    texts = ids, len(ids), pairs, len(pairs), offsets, len(offsets) - 1, words
    call("word_shares", *texts, *counts, np.empty(len(weights)), weights, *weights.shape, out)


def add_ngram_shares(
    ngrams: Ints, begins: Longs, offsets: Longs, counts: Counts, weights: Doubles, out: Doubles
) -> None:
    """Add what the n-grams of tokens add to scores to ``out``, (tokens, outputs)."""
    texts = ngrams, begins, len(begins) - 1, offsets, len(offsets) - 1
    call("ngram_shares", *texts, *counts, np.empty(len(weights)), weights, *weights.shape, out)


def in_characters(data: Bytes, begins: Longs, offsets: Longs, starts: Longs, ends: Longs) -> Ints:
    """Where tokens start and end in their texts, (tokens, 2), in characters; see ``shares.in_characters``."""
    out = np.empty((len(starts), 2), np.int32)
    texts = data, len(data), begins, offsets, len(offsets) - 1
    call("places_in_characters", *texts, starts, ends, len(starts), out)
    return out


def dots(vectors: Doubles, vector: Doubles, first: int, last: int, width: int) -> Doubles:
    """The products of flat vectors (vectors, size) with one, (vectors, width); see ``lbfgs.dots``."""
    sums = np.zeros((len(vectors), width))
    call("dots", vectors, *vectors.shape, vector, first, last, sums, width)
    return sums


def combine(vectors: Doubles, factors: Doubles, first: int, last: int, out: Doubles) -> None:
    """Add flat vectors (vectors, size) times ``factors`` (vectors, width) to ``out``."""
    call("combine", vectors, *vectors.shape, factors, factors.shape[1], first, last, out)


def learn(
    ids: Ints,
    offsets: Longs,
    order: Longs,
    targets: Doubles,
    softmax: bool,
    rate: float,
    vectors: Doubles,
    weights: Doubles,
    bias: Doubles,
    sums: Doubles,
) -> None:
    """Learn vectors (words, dim), weights (outputs, dim) and bias in place; see ``learning.learn``.

    ``sums`` are the steps' sums of squares, (words + outputs + 1,).
    """
    words, dim = vectors.shape
    room = np.empty(2 * dim + len(bias))
    texts = ids, len(ids), offsets, len(offsets) - 1, order, len(order)
    learned = vectors, words, dim, weights, bias, len(bias), sums, room
    call("learn_rows", *texts, targets, int(softmax), np.array([rate]), *learned)


def solve(
    gradient: Doubles, spread: Doubles, shares: Doubles, coupled: bool, first: int, last: int, out: Doubles
) -> None:
    """Divide rows ``first`` to ``last - 1`` of a gradient (rows, outputs); see ``lbfgs.solve``."""
    call("solve", gradient, len(spread), len(shares), spread, shares, int(coupled), first, last, out)
