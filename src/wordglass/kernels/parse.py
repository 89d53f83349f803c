"""Files of vectors as compiled loops: lines of text to words and floats, and records of word2vec binary.

Most numbers are short and plain (``-0.12345``): ``plain_number`` takes 16 bytes at once and never branches.
The others take the way of ``any_number``. Either gives what Python's ``float`` gives, rounded to float32, by
two facts. A whole number below 2 ** 53 times or over a power of ten up to 10 ** 22 is one operation on exact
numbers, rounded once (Clinger, How to Read Floating Point Numbers Accurately, 1990). Where that way is
closed, all numbers within 2 ** -49 of an approximation round to the same float32, or the line is left to
Python.
"""

import numpy as np

from wordglass.kernels.arrays import Bytes, Doubles, Floats, Longs
from wordglass.kernels.compiling import inlined, kernel
from wordglass.kernels.lines import CLOSE, EMPTY, FIELDS, GOOD, INFINITE, LARGEST_POWER, LONG, NUMBER
from wordglass.kernels.machine import copy_bytes, plain_number

NEWLINE, RETURN, TAB, SPACE = (ord(char) for char in "\n\r\t ")
PLUS, MINUS, POINT, ZERO = (ord(char) for char in "+-.0")
LETTER_A, LETTER_E, LETTER_I, LETTER_N = (ord(char) for char in "aein")
LOWER = 0x20  # the bit that makes an ASCII letter lower case

EXACT = np.uint64(1 << 53)
MOST = np.uint64(10**18)  # a number below it takes one more digit
MARGIN = 2.0**-49


@inlined
def is_separator(byte: int) -> bool:
    """Between fields."""
    return byte == SPACE or byte == TAB


@kernel
def any_number(data: Bytes, i: int, powers: Doubles) -> tuple[float, int, int]:
    """The number that begins at ``i``, its end and whether it is GOOD, CLOSE, INFINITE or no NUMBER."""
    negative = data[i] == MINUS
    if negative or data[i] == PLUS:
        i += 1
    digits, exact, exponent, point = 0, True, 0, False
    whole = np.uint64(0)
    while True:
        digit = np.int64(data[i]) - ZERO
        if 0 <= digit <= 9:
            if whole < MOST:
                whole = whole * np.uint64(10) + np.uint64(digit)
                exponent -= point
            else:
                exact = exact and digit == 0
                exponent += 1 - point
            digits += 1
        elif data[i] == POINT and not point:
            point = True
        else:
            break
        i += 1
    if digits == 0:
        first, second = data[i] | LOWER, data[i + 1] | LOWER
        begun = (first == LETTER_N and second == LETTER_A) or (first == LETTER_I and second == LETTER_N)
        return 0.0, i, INFINITE if begun else NUMBER
    if data[i] | LOWER == LETTER_E:
        i += 1
        down = data[i] == MINUS
        if down or data[i] == PLUS:
            i += 1
        if not 0 <= np.int64(data[i]) - ZERO <= 9:
            return 0.0, i, NUMBER
        scale = 0
        while 0 <= np.int64(data[i]) - ZERO <= 9:
            if scale < 1_000_000_000:
                scale = scale * 10 + int(data[i]) - ZERO
            i += 1
        exponent += -scale if down else scale
    status = GOOD
    if exact and whole < EXACT and -22 <= exponent <= 22:
        value = np.float64(np.int64(whole))
        if exponent < 0:
            value /= powers[LARGEST_POWER - exponent]
        else:
            value *= powers[LARGEST_POWER + exponent]
    else:
        value = np.float64(whole) * powers[LARGEST_POWER + max(-LARGEST_POWER, min(LARGEST_POWER, exponent))]
        if np.float32(value * (1 - MARGIN)) != np.float32(value * (1 + MARGIN)):
            status = CLOSE
    if status == GOOD and np.isinf(np.float32(value)):
        status = INFINITE
    return -value if negative else value, i, status


@inlined
def number(data: Bytes, i: int, powers: Doubles) -> tuple[float, int, int]:
    """The number that begins at ``i``, its end and what it is."""
    plain, whole, fraction, negative, size = plain_number(data, i)
    if not plain:
        return any_number(data, i, powers)
    value = np.float64(whole) / powers[LARGEST_POWER + fraction]
    return -value if negative else value, i + size, GOOD


@kernel
def numbers(data: Bytes, i: int, powers: Doubles, vectors: Floats, at: int, dim: int) -> tuple[int, int]:
    """Read ``dim`` numbers, the first at ``i``, one separator apart: (where they end, what they are)."""
    worst = GOOD
    for k in range(dim):
        value, i, status = number(data, i, powers)
        vectors[at + k] = value
        if status != GOOD:
            if status != CLOSE:
                return i, status
            worst = CLOSE
        if k + 1 < dim:
            if not is_separator(data[i]):
                return i, NUMBER
            i += 1
    return i, worst


@kernel
def whole_line(
    data: Bytes, start: int, powers: Doubles, vectors: Floats, at: int, dim: int
) -> tuple[int, int, int]:
    """Read a line that is not plain, from its end: (the word's end, the line's end, what it is)."""
    stop = start
    while data[stop] != NEWLINE:
        stop += 1
    end = stop
    while end > start and (is_separator(data[end - 1]) or data[end - 1] == RETURN):
        end -= 1
    begin = word = end
    for k in range(dim):
        begin = word
        while begin > start and not is_separator(data[begin - 1]):
            begin -= 1
        word = begin
        while word > start and is_separator(data[word - 1]):
            word -= 1
        if word == start:
            return start, stop, EMPTY if k == dim - 1 and begin > start else FIELDS
    i, worst = begin, GOOD
    for k in range(dim):
        value, i, status = number(data, i, powers)
        vectors[at + k] = value
        if status == CLOSE:
            worst = CLOSE
        elif status != GOOD:
            return word, stop, status
        if i < end and not is_separator(data[i]):
            return word, stop, NUMBER
        while i < end and is_separator(data[i]):
            i += 1
    return word, stop, worst


@kernel
def lines(
    data: Bytes,
    size: int,
    dim: int,
    longest: int,
    powers: Doubles,
    vectors: Floats,
    words: Bytes,
    offsets: Longs,
    odd: Longs,
    state: Longs,
) -> None:
    """Read whole lines until ``size`` or until ``odd`` is full; ``OVERHANG`` bytes follow them.

    ``vectors`` and ``offsets`` have room for ``size // (2 * dim + 2) + 1`` rows, and ``words`` for ``size``
    bytes. ``odd`` takes the line, where it begins, where it ends, what it is, and the row of every line that
    is not GOOD. ``state`` is where the next line begins, and how many lines, rows, bytes of words and odd
    lines there were; all but the last go on from what they are.
    """
    at, line, row, filled = state[0], state[1], state[2], state[3]
    met, room = 0, len(odd) // 5
    while at < size and met < room:
        word = at
        while data[word] != SPACE and data[word] != TAB and data[word] != NEWLINE:
            word += 1
        status = NUMBER
        stop = word
        if word > at and data[word] != NEWLINE:
            stop, status = numbers(data, word + 1, powers, vectors, row * dim, dim)
            while is_separator(data[stop]):
                stop += 1
            if data[stop] == RETURN:
                stop += 1
        if data[stop] != NEWLINE or (status != GOOD and status != CLOSE):
            word, stop, status = whole_line(data, at, powers, vectors, row * dim, dim)
        if (status == GOOD or status == CLOSE) and word - at > longest:
            status = LONG
        if status != GOOD:
            odd[5 * met], odd[5 * met + 1], odd[5 * met + 2] = line, at, stop
            odd[5 * met + 3], odd[5 * met + 4] = status, row
            met += 1
        if status == GOOD or status == CLOSE:
            offsets[row] = filled
            copy_bytes(data, at, words, filled, word - at)
            filled += word - at
            row += 1
            offsets[row] = filled
        line += 1
        at = stop + 1
    state[0], state[1], state[2], state[3], state[4] = at, line, row, filled, met


@kernel
def records(
    data: Bytes,
    size: int,
    width: int,
    longest: int,
    most: int,
    vectors: Bytes,
    words: Bytes,
    offsets: Longs,
    state: Longs,
) -> None:
    """Read whole records of word2vec binary: a line feed or none, a word, a space, ``width`` bytes.

    Stops after ``most`` records or before the first that is not whole or has no space within ``longest``
    bytes. ``state`` takes where it begins and how many records were read. Without room in ``offsets`` the
    records are only passed.
    """
    at, row, filled = 0, 0, 0
    while row < most:
        begin = at
        if begin < size and data[begin] == NEWLINE:
            begin += 1
        word, limit = begin, min(size, begin + longest + 1)
        while word < limit and data[word] != SPACE:
            word += 1
        if word >= limit or size - word <= width:
            break
        if len(offsets):
            copy_bytes(data, begin, words, filled, word - begin)
            filled += word - begin
            offsets[row + 1] = filled
            copy_bytes(data, word + 1, vectors, row * width, width)
        row += 1
        at = word + 1 + width
    state[0], state[1] = at, row
