"""Stage 2 as a compiled loop: UTF-8 bytes to tokens. ``wordglass.tokens`` has the rules and their twin.

Plain ASCII words take the short way in ``split``; whatever could be special (an apostrophe, a point after a
digit or a single letter, any byte above 127) goes through ``special``, which follows the rules to the letter.
"""

import numpy as np

from wordglass.kernels.arrays import Bytes, Hashes, Ints, Longs
from wordglass.kernels.ascii import AFTER, APOSTROPHE, COMMA, HYPHEN, SINGLE, STOP
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.find import find_one
from wordglass.kernels.hashing import EMPTY, SEED, SPREAD, State, finish, mix, step
from wordglass.kernels.machine import classify, load_eight, trailing_zeros
from wordglass.kernels.unicode import (
    DIGIT,
    IDEOGRAPH,
    IGNORED,
    LETTER,
    LONGEST,
    MARK,
    SPACE,
    SYLLABLE,
    SYMBOL,
)

PENN, WHOLE, ELISION = range(3)  # what becomes of contractions

LAST = 0x10FFFF  # code point
RIGHT_QUOTE = ord("’")
S, M, D, T, N = (ord(c) for c in "smdtn")
LL, RE, VE = ((ord(a) << 8) + ord(b) for a, b in ("ll", "re", "ve"))

NINE = ord("9")
LOWER = np.uint64(0x2020202020202020)  # laid over eight bytes of letters and digits: their lower case
NONE, ONE, ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
CASE = 0x20  # the bit that makes an ASCII letter lower case and that every digit has


@inlined
def hash_bytes(data: Bytes, at: int, n: int, case: np.uint64) -> np.uint64:
    """The hash of ``n`` bytes from ``at`` on, ``case`` put over all; eight can be read from the last on."""
    h = SEED
    while n > 8:
        h = mix(h, load_eight(data, at) | case)
        at += 8
        n -= 8
    return mix(h, (load_eight(data, at) | case) & (ALL >> np.uint64(64 - 8 * n))) * SPREAD


@inlined
def code_point(data: Bytes, i: int, stop: int) -> tuple[np.int64 | int, int]:
    """The character at ``i`` and its size in bytes; a broken one is U+FFFD of one byte."""
    b = np.int64(data[i])
    if b < 0x80:
        return b, 1
    if 0xE0 <= b < 0xF0 and i + 2 < stop:
        return (b & 15) << 12 | (data[i + 1] & 63) << 6 | data[i + 2] & 63, 3
    if 0xC2 <= b < 0xE0 and i + 1 < stop:
        return (b & 31) << 6 | data[i + 1] & 63, 2
    if 0xF0 <= b < 0xF5 and i + 3 < stop:
        return min(
            (b & 7) << 18 | (data[i + 1] & 63) << 12 | (data[i + 2] & 63) << 6 | data[i + 3] & 63, LAST
        ), 4
    return 0xFFFD, 1


@inlined
def decode(data: Bytes, i: int, stop: int, chars: Ints) -> tuple[int, int, int]:
    """The kind, the lower case and the size in bytes of the character at ``i``."""
    code, size = code_point(data, i, stop)
    entry = chars[chars[code >> 8] + (code & 255)]
    return entry & 7, code + (entry >> 3), size


@inlined
def is_letter(kind: int) -> bool:
    """A letter of a script with spaces, or a combining mark."""
    return kind == LETTER or kind == MARK


@inlined
def is_unspaced(kind: int) -> bool:
    """A letter of a script without spaces between words."""
    return kind == IDEOGRAPH or kind == SYLLABLE


@inlined
def in_word(kind: int) -> bool:
    """A letter, a combining mark or a digit."""
    return kind == LETTER or kind == DIGIT or kind == MARK


@inlined
def step_char(h: State, code: int) -> State:
    """Take the UTF-8 bytes of a character into the hash."""
    if code < 0x80:
        return step(h, code)
    if code < 0x800:
        h = step(h, 0xC0 | code >> 6)
    else:
        if code < 0x10000:
            h = step(h, 0xE0 | code >> 12)
        else:
            h = step(step(h, 0xF0 | code >> 18), 0x80 | code >> 12 & 63)
        h = step(h, 0x80 | code >> 6 & 63)
    return step(h, 0x80 | code & 63)


@kernel
def ending(data: Bytes, i: int, stop: int, chars: Ints) -> int:
    """The one or two ASCII letters between an apostrophe and the word's end, lower case, packed; else 0."""
    packed, size = 0, 0
    while i < stop:
        kind, low, n = decode(data, i, stop, chars)
        if not in_word(kind):
            return packed
        size += 1
        if size > 2 or low > 127:
            return 0
        packed = packed << 8 | low | CASE
        i += n
    return packed


@inlined
def is_suffix(packed: int) -> bool:
    """Whether these letters after an apostrophe are a contraction's: 's 'm 'd 'll 're 've."""
    return packed == S or packed == M or packed == D or packed == LL or packed == RE or packed == VE


@inlined
def is_apostrophe(code: int) -> bool:
    """The typewriter's or the typographer's."""
    return code == APOSTROPHE or code == RIGHT_QUOTE


@kernel
def joined(data: Bytes, i: int, end: int, h: State, stop: int, chars: Ints) -> tuple[int, State]:
    """Go on with the letters and digits from ``i`` on: (end, hash)."""
    while i < stop:
        kind, low, n = decode(data, i, stop, chars)
        if not in_word(kind):
            break
        h = step_char(h, low)
        i += n
        end = i
    return end, h


@kernel
def special_symbol(
    data: Bytes, i: int, stop: int, chars: Ints, contractions: int, low: int, size: int
) -> tuple[int, State]:
    """A token that begins with a symbol: (its end, its hash)."""
    end = i + size
    if low == STOP or low == HYPHEN:
        while end < stop and data[end] == low:
            end += 1
        if end > i + 1:
            h = step(step(EMPTY, low), low)
            return end, step(h, low) if low == STOP else h
    elif is_apostrophe(low) and contractions == PENN:
        packed = ending(data, end, stop, chars)
        if is_suffix(packed):
            return joined(data, end, end, step(EMPTY, APOSTROPHE), stop, chars)
    return end, step_char(EMPTY, low)


@kernel
def number(data: Bytes, i: int, end: int, h: State, stop: int, chars: Ints) -> tuple[int, State]:
    """Go on from digits that end at ``i`` through every point or comma between digits: (end, hash)."""
    while i + 1 < stop and (data[i] == STOP or data[i] == COMMA):
        kind, low, n = decode(data, i + 1, stop, chars)
        if kind != DIGIT:
            break
        h = step(h, data[i])
        i += 1
        while kind == DIGIT:
            h = step_char(h, low)
            i += n
            end = i
            if i == stop:
                break
            kind, low, n = decode(data, i, stop, chars)
    return end, h


@kernel
def abbreviation(data: Bytes, i: int, end: int, h: State, stop: int, chars: Ints) -> tuple[int, State]:
    """Go on from a letter that ends at ``i`` where points and letters alternate, as in u.s.: (end, hash)."""
    first = True
    while i + 1 < stop and data[i] == STOP:
        kind, low, n = decode(data, i + 1, stop, chars)
        if not is_letter(kind) or i + 1 + n >= stop or data[i + 1 + n] != STOP:
            break
        h = step_char(step(h, STOP), low)
        i += 1 + n
        first = False
    if first:
        return end, h
    return i + 1, step(h, STOP)


@kernel
def special_word(data: Bytes, i: int, stop: int, chars: Ints, contractions: int) -> tuple[int, State]:
    """A token that begins with a letter or a digit: (its end, its hash)."""
    h = before_h = EMPTY
    end = before_end = i
    letters, digits = 0, 0
    last = 0
    while i < stop:
        kind, low, n = decode(data, i, stop, chars)
        if in_word(kind):
            before_h, before_end = h, end
            h = step_char(h, low)
            letters += kind != DIGIT
            digits += kind == DIGIT
            last = low
            end = i + n
        elif kind != IGNORED:
            break
        i += n
    if i == stop:
        return end, h
    kind, low, n = decode(data, i, stop, chars)
    if letters == 0 and (low == STOP or low == COMMA):
        return number(data, i, end, h, stop, chars)
    if letters == 1 and digits == 0 and low == STOP:
        return abbreviation(data, i, end, h, stop, chars)
    if not is_apostrophe(low):
        return end, h
    if contractions != PENN:
        return across_apostrophe(data, i, end, h, stop, chars, contractions)
    i += n
    packed = ending(data, i, stop, chars)
    if packed == T and last | CASE == N:
        if letters + digits > 1:
            return before_end, before_h
        return joined(data, i, i, step(h, APOSTROPHE), stop, chars)
    if letters == 1 and digits == 0 and not is_suffix(packed) and i < stop:
        kind, low, n = decode(data, i, stop, chars)
        if is_letter(kind):
            return joined(data, i, i, step(h, APOSTROPHE), stop, chars)
    return end, h


@kernel
def across_apostrophe(
    data: Bytes, i: int, end: int, h: State, stop: int, chars: Ints, contractions: int
) -> tuple[int, State]:
    """Go on from a word that ends at ``end``, through the apostrophe at ``i`` or up to it: (end, hash)."""
    while i < stop:
        _, low, n = decode(data, i, stop, chars)
        i += n
        if i == stop or not is_apostrophe(low):
            break
        kind, _, _ = decode(data, i, stop, chars)
        if not in_word(kind):
            break
        h = step(h, APOSTROPHE)
        end = i
        if contractions == ELISION:
            break
        end, h = joined(data, i, i, h, stop, chars)
        i = end
    return end, h


@inlined
def beginning(code: int, following: int, lengths: Ints) -> np.uint64:
    """Where the first half of ``lengths`` tells of the words that begin with these two characters."""
    pair = np.uint64(code) << np.uint64(21) | np.uint64(following)
    return (pair * SPREAD) >> np.uint64(65 - trailing_zeros(np.uint64(len(lengths))))


@inlined
def filed(h: np.uint64, lengths: Ints) -> tuple[np.uint64, np.int64]:
    """Where the second half of ``lengths`` has a bit for a word: (entry, the bit)."""
    half = np.uint64(len(lengths) >> 1)
    return half + (h >> np.uint64(5) & half - ONE), np.int64(1) << np.int64(h & np.uint64(31))


@inlined
def has_word(h: np.uint64, slots: Hashes, shift: np.uint64, lengths: Ints) -> bool:
    """Whether the index has a word: most that it has not are told apart without a look into it."""
    entry, bit = filed(h, lengths)
    return bool(np.int64(lengths[entry]) & bit != 0 and find_one(h, slots, shift) != 0)


@inlined
def is_mark_at(data: Bytes, i: int, stop: int, chars: Ints) -> bool:
    """Whether a combining mark stands at ``i``, so that no token may end there."""
    if i == stop:
        return False
    kind, _, _ = decode(data, i, stop, chars)
    return kind == MARK


@kernel
def longest_word(
    data: Bytes, i: int, stop: int, chars: Ints, slots: Hashes, shift: np.uint64, lengths: Ints
) -> tuple[int, State]:
    """A token of a script without spaces: (its end, its hash).

    The longest word of two characters or more from ``i`` on that the index has, else the ideograph, or the
    letter with its marks. ``lengths`` says where it is worth looking: bit L of the entry of two characters is
    set where some word of L characters begins with them, in its first half; the second half is a Bloom filter
    of the words, as small as a cache. It may be empty.
    """
    kind, first, n = decode(data, i, stop, chars)
    h = best = step_char(EMPTY, first)
    i += n
    end = i
    size, possible, alone = 1, np.int64(0), kind == SYLLABLE  # as long as there are but marks
    while i < stop:
        kind, low, n = decode(data, i, stop, chars)
        if kind != MARK:
            if not is_unspaced(kind) or len(lengths) == 0:
                break
            alone = False
        elif len(lengths) == 0 and not alone:
            break
        if size == 1 and len(lengths) > 0:
            possible = np.int64(lengths[beginning(first, low, lengths)])
        size += 1
        if not alone and (size > LONGEST or possible >> size == 0):
            break
        h = step_char(h, low)
        i += n
        if alone or (
            possible >> size & 1
            and not is_mark_at(data, i, stop, chars)
            and has_word(finish(h), slots, shift, lengths)
        ):
            end, best = i, h
    return end, best


@kernel
def word_lengths(data: Bytes, offsets: Longs, chars: Ints, lengths: Ints) -> int:
    """Fill ``lengths`` for ``longest_word``; returns how many words of a script without spaces there are."""
    words = 0
    for w in range(len(offsets) - 1):
        i, stop = offsets[w], offsets[w + 1]
        if stop - i < 4 or data[i] < 0xE0:
            continue
        kind, first, n = decode(data, i, stop, chars)
        if not is_unspaced(kind) or i + n == stop:
            continue
        words += 1
        if len(lengths) == 0:
            continue
        _, second, _ = decode(data, i + n, stop, chars)
        size, h = 0, EMPTY
        while i < stop:
            _, low, n = decode(data, i, stop, chars)
            h = step_char(h, low)
            i += n
            size += 1
        if size <= LONGEST:
            lengths[beginning(first, second, lengths)] |= 1 << size
            entry, bit = filed(finish(h), lengths)
            lengths[entry] |= bit
    return words


@kernel
def special(
    data: Bytes,
    i: int,
    stop: int,
    chars: Ints,
    contractions: int,
    slots: Hashes,
    shift: np.uint64,
    lengths: Ints,
) -> tuple[int, State, bool]:
    """The token at ``i`` by the full rules: (its end, its hash, whether there is one)."""
    kind, low, size = decode(data, i, stop, chars)
    if kind == SPACE or kind == IGNORED:
        return i + size, EMPTY, False
    if is_unspaced(kind):
        end, h = longest_word(data, i, stop, chars, slots, shift, lengths)
    elif kind == SYMBOL:
        end, h = special_symbol(data, i, stop, chars, contractions, low, size)
    else:
        end, h = special_word(data, i, stop, chars, contractions)
    return end, h, True


@inlined
def contraction(data: Bytes, start: int, end: int, stop: int, words: np.uint64) -> int:
    """The size of the token that an apostrophe at ``end`` cuts off; 0 if it takes the full rules.

    ``words`` has a bit for each ASCII letter or digit after the apostrophe.
    """
    n = trailing_zeros(~words)
    after = end + 1 + n
    if n > 2 or (after < stop and data[after] > 127):
        return 0
    if n == 1 and data[end + 1] | 32 == T and data[end - 1] | 32 == N:
        return end - start - 1 if end > start + 1 else 3
    return end - start if end > start + 1 else 0


@inlined
def short_word(
    data: Bytes, start: int, n: int, stop: int, can: Bytes, contractions: int, words: np.uint64
) -> int:
    """The size of the token that a run of ``n`` plain bytes begins; 0 if it takes the full rules."""
    end = start + n
    if end == stop:
        return n
    follows = data[end]
    if can[follows] & AFTER == 0:
        return n
    if follows == STOP or follows == COMMA:
        return n if data[start] > NINE and n > 1 else 0
    if follows == APOSTROPHE and contractions == PENN:
        return contraction(data, start, end, stop, words)
    return 0


@inlined
def short_symbol(data: Bytes, start: int, stop: int, can: Bytes, chars: Ints, lengths: Ints) -> int:
    """The size of a symbol or ideograph that is a token as it stands; 0 if it takes the full rules."""
    byte = data[start]
    if can[byte] == SINGLE:
        return 1
    if byte == STOP or byte == HYPHEN:
        return 1 if start + 1 == stop or data[start + 1] != byte else 0
    if byte < 0xE0:
        return 0
    code, size = code_point(data, start, stop)
    entry = chars[chars[code >> 8] + (code & 255)]
    if entry == IDEOGRAPH:
        return size if len(lengths) == 0 else 0
    return size if entry == SYMBOL and code != RIGHT_QUOTE else 0


@inlined
def split(
    data: Bytes,
    offsets: Longs,
    first: int,
    last: int,
    row: int,
    at: int,
    can: Bytes,
    chars: Ints,
    case: np.uint64,
    contractions: int,
    slots: Hashes,
    shift: np.uint64,
    lengths: Ints,
    hashes: Hashes,
    starts: Longs,
    ends: Longs,
    counts: Longs,
) -> tuple[int, int, int]:
    """Fill the buffers with tokens of the texts ``first`` to ``last - 1``, from byte ``at`` of ``row`` on.

    ``case`` is laid over plain ASCII words, ``chars`` has the rest; ``contractions`` is PENN, WHOLE or
    ELISION; ``slots``, ``shift`` and ``lengths`` are for ``longest_word``.

    Adds each text's tokens to its entry of ``counts``. Stops when the buffers are full, of which
    ``starts`` and ``ends`` may have no room at all. Returns (tokens written, row, byte) to go on from.
    It is compiled into its callers, which gain where rules are constants there.
    """
    room, m = len(hashes), 0
    spans = len(starts) > 0
    while row < last:
        stop = offsets[row + 1]
        before = m
        while at < stop:
            # Sixty-four bytes are classified at once and the tokens read off the bits. At the end of the
            # data, where fewer are left, every token takes the full rules.
            base, at = at, min(at + 64, stop)
            words, solid = NONE, ONE
            ample = base + 72 <= len(data)
            if ample:
                words, solid = classify(data, base)
                words &= ALL >> np.uint64(64 - (at - base))
                solid &= ALL >> np.uint64(64 - (at - base))
            in_sight = at if at == stop else at - 4  # a word that ends here has all that matters after it
            todo = solid & ~(words & (words << ONE))  # a bit where a token begins
            while todo != 0:
                bit = trailing_zeros(todo)
                start = base + bit
                if m == room:
                    counts[row - first] += m - before
                    return m, row, start
                n = trailing_zeros(~(words >> np.uint64(bit)))
                if n > 0 and start + n > in_sight and bit > 0:
                    at = start  # look again from here
                    break
                if not ample or start + n > in_sight:
                    size = 0
                elif n == 0:
                    size = short_symbol(data, start, stop, can, chars, lengths)
                else:
                    size = short_word(
                        data, start, n, stop, can, contractions, words >> np.uint64(bit + n) >> ONE
                    )
                if size > 0:
                    end = start + size
                    hashes[m] = hash_bytes(data, start, size, case if n > 0 else NONE)
                    found = True
                else:
                    end, state, found = special(data, start, stop, chars, contractions, slots, shift, lengths)
                    hashes[m] = finish(state)
                if spans:
                    starts[m] = start
                    ends[m] = end
                m += found
                if not ample or end >= base + 64:
                    at = end
                    break
                past = np.uint64(end - base)
                todo = todo & (ALL << past) | words & (ONE << past)
        counts[row - first] += m - before
        row += 1
        at = stop
    return m, row, at
