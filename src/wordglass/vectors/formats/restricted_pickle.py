"""Pickles read as what they say, never as what they would do: nothing is imported, called or constructed.

A pickle is a program for a small stack machine. Its harm lies in three opcodes' freedom: to import any name,
to call it, and to set the state of what came out. Here the program is walked by an interpreter that has no
such freedom: a name stays a ``Name``, and what a call or a new object would give is a ``Record`` of the name,
what it was given and the state set on it. Which records are arrays is decided afterwards, by ``as_array``,
from sizes that must agree. A subclass of ``pickle.Unpickler`` with a ``find_class`` of stand-ins would not
import either, but a few bytes can make it fill the memory (a memo index of four thousand million, a
``BYTEARRAY8`` of any length) or break the C stack and the clock (hashing a tuple nested a million times, or
doubled fifty times, as a dictionary's key). Therefore here:

- a dictionary is the list of its keys and values in turn: nothing is hashed, compared or printed;
- the memo grows by two entries at a time at most; texts longer than a word, and all bytes, stay in the
  file as ``Span`` and are read when asked for;
- what is made is counted against ``ROOM``, and a pickle that goes beyond is refused;
- nothing recurses, so that depth costs no more than length;
- names outside gensim's, NumPy's and a few plain types are refused where they stand, inert as they would be:
  a file with ``os.system`` in it should be told as what it is.

The opcodes are those that protocol 2 to 5 write for such data, as documented in Python's ``pickletools``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from mmap import mmap
from struct import Struct
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.vectors.formats.found import LONGEST_WORD, damaged

ROOM = 512 << 20  # bytes that all that a pickle makes may take, by a generous estimate
STEP = 12  # bytes that an opcode can leave on the stack or in the memo, all in all
WAY_OUT = 'open it with gensim, where you trust it, and kv.save_word2vec_format("vectors.bin", binary=True)'
NAMES = {
    "numpy": "ndarray dtype float16 float32 float64 int32 int64 uint32 uint64",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.random": "__RandomState_ctor",
    "numpy.random._pickle": "__RandomState_ctor __randomstate_ctor __bit_generator_ctor __generator_ctor",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64",
    "_codecs": "encode",
    "collections": "defaultdict OrderedDict",
    "UserString": "defaultdict",  # as Python 3 before 3.4 wrote ``collections`` for Python 2
    "builtins": "int float str bytes bytearray list tuple dict set frozenset hash object",
    "__builtin__": "int long float str unicode bytearray list tuple dict set frozenset hash object",
}
ALLOWED = {f"{module}.{name}" for module, names in NAMES.items() for name in names.split()}
GENSIM = re.compile(r"gensim(\.\w+)+")
KINDS = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"}  # of numbers in an array

Bytes = bytes | mmap


class Name(str):
    """What a pickle would import, as ``module.name``."""

    __slots__ = ()


class Dictionary(list[Any]):
    """The keys and values of a dictionary in turn, as they were set."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class Span:
    """Bytes that are left where they are in the file; of a long text, its UTF-8."""

    start: int
    stop: int
    text: bool


@dataclass(slots=True, eq=False, repr=False)
class Record:
    """An object or the result of a call, as it is written: never made."""

    name: str
    given: tuple[Any, ...]
    state: Any = None
    items: Any = None


class _Mark:
    """Where on the stack a run of values begins."""


MARK = _Mark()


class Pickle:
    """A pickle as data: ``root`` is what it holds. ``DataError`` for what is damaged or not allowed.

    >>> import pickle
    >>> root = Pickle(pickle.dumps({"words": ["sunny", "days"], "n": 2}), "a.pkl").root
    >>> fields(root)
    {'words': ['sunny', 'days'], 'n': 2}
    """

    def __init__(self, data: Bytes, name: str) -> None:
        self.data = data
        self.name = name
        self.stack: list[Any] = []
        self.memo: list[Any] = []
        self.room = ROOM
        self.root = self._run()
        self.stack, self.memo = [], []

    def _run(self) -> Any:
        """Walk the program to its end. The commonest opcodes stand here, the rest in ``OPCODES``."""
        data, stack, memo, size = self.data, self.stack, self.memo, len(self.data)
        at = room = 0
        try:
            if not recognises(data[:3]):
                damaged(self.name, "byte 0", f"not a pickle of protocol 2 to 5; {WAY_OUT}")
            at = 2
            while True:
                op, start = data[at], at
                room += STEP
                at += 1
                if op == 0x8C:  # SHORT_BINUNICODE
                    length = data[at]
                    text = data[at + 1 : at + 1 + length]
                    if len(text) != length:
                        self.ends()
                    at += 1 + length
                    room += 56 + (length if text.isascii() else 4 * length)
                    stack.append(str(text, "utf-8", "surrogatepass"))
                elif op == 0x94:  # MEMOIZE
                    memo.append(stack[-1])
                elif op == 0x68:  # BINGET
                    stack.append(memo[data[at]])
                    at += 1
                elif op == 0x6A:  # LONG_BINGET
                    stack.append(memo[int.from_bytes(data[at : at + 4], "little")])
                    at += 4
                elif op == 0x4B:  # BININT1
                    stack.append(data[at])
                    at += 1
                elif op in (0x4A, 0x4D):  # BININT, BININT2
                    width = 4 if op == 0x4A else 2
                    value = data[at : at + width]
                    if len(value) != width:
                        self.ends()
                    at += width
                    room += 32
                    stack.append(int.from_bytes(value, "little", signed=op == 0x4A))
                elif op in (0x71, 0x72):  # BINPUT, LONG_BINPUT
                    width = 1 if op == 0x71 else 4
                    index = int.from_bytes(data[at : at + width], "little")
                    at += width
                    if index > len(memo) + 1:
                        damaged(
                            self.name, f"byte {start}", f"a memo index of {index} where {len(memo)} follows"
                        )
                    if index >= len(memo):
                        memo += [None] * (index + 1 - len(memo))  # Python 2 counts from 1
                    memo[index] = stack[-1]
                elif op == 0x2E:  # STOP
                    if len(stack) != 1 or stack[0] is MARK:
                        damaged(self.name, f"byte {start}", "the pickle ends with values left over")
                    return stack[0]
                else:
                    self.room = ROOM - room
                    act = OPCODES.get(op)
                    if act is None:
                        self._opcode_refused(op, start)
                    at = act(self, at)
                    room = ROOM - self.room
                if room > ROOM:
                    damaged(self.name, f"byte {start}", f"this pickle would fill the memory; {WAY_OUT}")
        except IndexError:
            if at >= size:
                self.ends()
            damaged(self.name, f"byte {at}", "the pickle takes what is not there")
        except UnicodeDecodeError:
            damaged(self.name, f"byte {at}", "text that is not UTF-8")

    def ends(self) -> NoReturn:
        """Refuse a pickle that is cut off."""
        damaged(self.name, f"byte {len(self.data)}", "the pickle ends in the middle")

    def _opcode_refused(self, op: int, at: int) -> NoReturn:
        import pickletools  # imports much: only for its names

        known = {ord(code.code): code.name for code in pickletools.opcodes}
        named = f"the opcode {known[op]}" if op in known else f"{op:#04x}, no opcode of pickles,"
        damaged(self.name, f"byte {at}", f"{named} is not read here; {WAY_OUT}")

    def piece(self, at: int, length: int) -> bytes:
        """That many bytes, which the file must have."""
        if length > len(self.data) - at:
            self.ends()
        return self.data[at : at + length]

    def number(self, at: int, width: int) -> int:
        """An unsigned integer, least byte first."""
        return int.from_bytes(self.piece(at, width), "little")

    def push(self, value: Any, cost: int) -> None:
        """Put a value onto the stack and count what it takes."""
        self.room -= cost
        self.stack.append(value)

    def pop(self) -> Any:
        """Take a value from the stack, which must not be a mark."""
        value = self.stack.pop()
        if value is MARK:
            raise IndexError
        return value

    def since_mark(self) -> list[Any]:
        """Take all values above the last mark, and the mark."""
        stack = self.stack
        i = len(stack) - 1
        while stack[i] is not MARK:  # amortised: each step takes a value off
            i -= 1
            if i < 0:
                raise IndexError
        values = stack[i + 1 :]
        del stack[i:]
        self.room -= 8 * len(values)
        return values

    def top(self, kind: type) -> Any:
        """The value on top, which must be of this kind."""
        if type(self.stack[-1]) is not kind:
            raise IndexError
        return self.stack[-1]

    def import_name(self, module: str, name: str, at: int) -> None:
        """Note what would be imported; refuse it where word vectors have no use for it."""
        full = f"{module}.{name}"
        if not (GENSIM.fullmatch(module) and name.isidentifier()) and full not in ALLOWED:
            shown = full if full.isprintable() and len(full) < 100 else ascii(full[:100])
            damaged(
                self.name,
                f"byte {at}",
                f"the pickle asks for {shown}, which is never loaded here; {WAY_OUT}",
            )
        self.push(Name(full), 80 + len(full))

    def bytes_of(self, value: Any) -> Bytes | memoryview:
        """The bytes that a value stands for, in whichever way a protocol writes bytes."""
        match value:
            case Span(text=False):
                return memoryview(self.data)[value.start : value.stop]
            case Record(name="_codecs.encode", given=(text, "latin1")):  # how protocol 2 writes bytes
                if isinstance(text, Span):
                    if text.stop - text.start > ROOM // 3:
                        damaged(
                            self.name, f"byte {text.start}", f"an array too large for protocol 2; {WAY_OUT}"
                        )
                    text = str(self.data[text.start : text.stop], "utf-8", "surrogatepass")
                if isinstance(text, str):
                    return text.encode("latin1")
            case bytes():
                return value
            case str():  # Python 2 had one type for both
                return value.encode("latin1")
        raise ValueError("bytes are missing")


# Each takes the reader and the place after its opcode, and gives the place of the next one.
def _short_text(pickle: Pickle, at: int, head: int) -> int:
    """BINUNICODE and BINUNICODE8: a word is made a string, a longer text stays in the file."""
    length = pickle.number(at, head)
    at += head
    if length > LONGEST_WORD:
        return _span(pickle, at, length, True)
    text = pickle.piece(at, length)
    pickle.push(str(text, "utf-8", "surrogatepass"), 56 + (length if text.isascii() else 4 * length))
    return at + length


def _span(pickle: Pickle, at: int, length: int, text: bool) -> int:
    if length > len(pickle.data) - at:
        pickle.ends()
    pickle.push(Span(at, at + length, text), 128)
    return at + length


def _old_text(pickle: Pickle, at: int, head: int) -> int:
    """BINSTRING and SHORT_BINSTRING of Python 2: text if it is ASCII, else bytes of a coding unsaid."""
    length = pickle.number(at, head)
    at += head
    if length > LONGEST_WORD:
        return _span(pickle, at, length, False)
    text = pickle.piece(at, length)
    pickle.push(text.decode() if text.isascii() else text, 56 + length)
    return at + length


def _line(pickle: Pickle, at: int) -> tuple[str, int]:
    line = pickle.data[at : at + 256].split(b"\n", 1)
    if len(line) < 2:
        damaged(pickle.name, f"byte {at}", "a name without an end")
    return line[0].decode(), at + len(line[0]) + 1


def _global(pickle: Pickle, at: int) -> int:
    module, after = _line(pickle, at)
    name, after = _line(pickle, after)
    pickle.import_name(module, name, at - 1)
    return after


def _stack_global(pickle: Pickle, at: int) -> int:
    name, module = pickle.pop(), pickle.pop()
    if not (type(name) is type(module) is str and len(name) + len(module) < 512):
        damaged(pickle.name, f"byte {at - 1}", "the name of a class is missing")
    pickle.import_name(module, name, at - 1)
    return at


def _called(pickle: Pickle, at: int) -> int:
    """REDUCE and NEWOBJ: what would be made of a name and what it is given."""
    given, name = pickle.pop(), pickle.pop()
    if type(name) is not Name or type(given) is not tuple:
        damaged(pickle.name, f"byte {at - 1}", f"a call of what is no name; {WAY_OUT}")
    pickle.push(Record(str(name), given), 96)
    return at


def _build(pickle: Pickle, at: int) -> int:
    state = pickle.pop()
    pickle.top(Record).state = state
    return at


def _append(pickle: Pickle, at: int) -> int:
    value = pickle.pop()
    pickle.top(list).append(value)
    return at


def _appends(pickle: Pickle, at: int) -> int:
    values = pickle.since_mark()
    pickle.top(list).extend(values)
    return at


def _set_items(pickle: Pickle, at: int, values: list[Any]) -> int:
    if len(values) % 2:
        damaged(pickle.name, f"byte {at - 1}", "a key without a value")
    target = pickle.stack[-1]
    if type(target) is Record:  # a kind of dictionary, such as collections.defaultdict
        target.items = target.items or Dictionary()
        target = target.items
    if type(target) is not Dictionary:
        raise IndexError
    target.extend(values)
    return at


def _set_item(pickle: Pickle, at: int) -> int:
    value, key = pickle.pop(), pickle.pop()
    return _set_items(pickle, at, [key, value])


def _add_items(pickle: Pickle, at: int) -> int:
    values = pickle.since_mark()
    pickle.top(list).extend(values)
    return at


def _tuple_of(count: int) -> Callable[[Pickle, int], int]:
    def act(pickle: Pickle, at: int) -> int:
        values = tuple(pickle.pop() for _ in range(count))[::-1]
        pickle.push(values, 56 + 8 * count)
        return at

    return act


def _constant(value: object) -> Callable[[Pickle, int], int]:
    def act(pickle: Pickle, at: int) -> int:
        pickle.push(value, 0)
        return at

    return act


def _empty(kind: type[list[Any]]) -> Callable[[Pickle, int], int]:
    def act(pickle: Pickle, at: int) -> int:
        pickle.push(kind(), 96)
        return at

    return act


def _tuple(pickle: Pickle, at: int) -> int:
    values = pickle.since_mark()
    pickle.push(tuple(values), 56)
    return at


def _float(pickle: Pickle, at: int) -> int:
    pickle.push(DOUBLE.unpack(pickle.piece(at, 8))[0], 24)
    return at + 8


def _long(pickle: Pickle, at: int) -> int:
    length = pickle.number(at, 1)
    pickle.push(int.from_bytes(pickle.piece(at + 1, length), "little", signed=True), 32 + length)
    return at + 1 + length


def _int_line(pickle: Pickle, at: int) -> int:
    """INT, as Python 2 wrote numbers of more than 32 bits."""
    line, after = _line(pickle, at)
    if len(line) > 20 or not line.removeprefix("-").isdecimal():
        damaged(pickle.name, f"byte {at}", "a number that is none")
    pickle.push(int(line), 32)
    return after


def _pop(pickle: Pickle, at: int) -> int:
    pickle.stack.pop()
    return at


def _pop_mark(pickle: Pickle, at: int) -> int:
    pickle.since_mark()
    return at


DOUBLE = Struct(">d")
OPCODES: dict[int, Callable[[Pickle, int], int]] = {
    ord("("): _constant(MARK),
    ord("0"): _pop,
    ord("1"): _pop_mark,
    ord("N"): _constant(None),
    0x88: _constant(True),
    0x89: _constant(False),
    ord("I"): _int_line,
    0x8A: _long,
    ord("G"): _float,
    ord("T"): lambda pickle, at: _old_text(pickle, at, 4),
    ord("U"): lambda pickle, at: _old_text(pickle, at, 1),
    ord("X"): lambda pickle, at: _short_text(pickle, at, 4),
    0x8D: lambda pickle, at: _short_text(pickle, at, 8),
    ord("C"): lambda pickle, at: _span(pickle, at + 1, pickle.number(at, 1), False),
    ord("B"): lambda pickle, at: _span(pickle, at + 4, pickle.number(at, 4), False),
    0x8E: lambda pickle, at: _span(pickle, at + 8, pickle.number(at, 8), False),
    0x96: lambda pickle, at: _span(pickle, at + 8, pickle.number(at, 8), False),
    ord("]"): _empty(list),
    0x8F: _empty(list),  # EMPTY_SET
    ord("}"): _empty(Dictionary),
    ord(")"): _constant(()),
    0x85: _tuple_of(1),
    0x86: _tuple_of(2),
    0x87: _tuple_of(3),
    ord("t"): _tuple,
    0x91: _tuple,  # FROZENSET
    ord("a"): _append,
    ord("e"): _appends,
    0x90: _add_items,
    ord("s"): _set_item,
    ord("u"): lambda pickle, at: _set_items(pickle, at, pickle.since_mark()),
    ord("c"): _global,
    0x93: _stack_global,
    ord("R"): _called,
    0x81: _called,
    ord("b"): _build,
    0x95: lambda pickle, at: at + len(pickle.piece(at, 8)),  # FRAME: nothing is read ahead here
}


def recognises(head: bytes) -> bool:
    """Whether these first bytes are those of a pickle of protocol 2 to 5."""
    return len(head) >= 2 and head[0] == 0x80 and 2 <= head[1] <= 5


def fields(value: Any) -> dict[str, Any]:
    """What a dictionary or an object's state has under names that are strings; the last of each."""
    pairs = value.state if isinstance(value, Record) else value
    if not isinstance(pairs, Dictionary):
        return {}
    return {key: item for key, item in zip(pairs[::2], pairs[1::2], strict=True) if type(key) is str}


def as_array(pickle: Pickle, value: Any, what: str) -> NDArray[Any]:
    """The numbers of an array in a pickle, over the bytes where they lie. ``DataError`` where it is none."""
    try:
        match value:
            # numpy.ndarray.__reduce__: an empty array whose state follows
            case Record(
                name="numpy.core.multiarray._reconstruct" | "numpy._core.multiarray._reconstruct",
                given=("numpy.ndarray", _, _),
                state=(_, shape, kind, fortran, raw),
            ):
                return _array(pickle.bytes_of(raw), _kind(kind), shape, fortran is True)
            # with protocol 5: an array over bytes
            case Record(
                name="numpy.core.numeric._frombuffer" | "numpy._core.numeric._frombuffer",
                given=(raw, kind, shape, order),
            ):
                return _array(pickle.bytes_of(raw), _kind(kind), shape, order == "F")
    except (ValueError, UnicodeError) as error:
        reason = str(error) if type(error) is ValueError else "its bytes are no bytes"
        raise DataError(f"{pickle.name}: {what} cannot be read ({reason}); {WAY_OUT}") from error
    raise DataError(f"{pickle.name}: {what} is not an array of numbers; {WAY_OUT}")


def _kind(value: Any) -> np.dtype[Any]:
    """The type of an array's numbers. ValueError for one that is not of numbers."""
    match value:
        case Record(name="numpy.dtype", given=(str(code), _, _), state=(_, "<" | ">" | "|" as order, *_)):
            if code in KINDS:
                kind: np.dtype[Any] = np.dtype(order.replace("|", "") + code)
                return kind
    raise ValueError("not of numbers of a fixed width")


def _array(raw: Any, kind: np.dtype[Any], shape: Any, fortran: bool) -> NDArray[Any]:
    if not (type(shape) is tuple and len(shape) <= 2 and all(type(n) is int and n >= 0 for n in shape)):
        raise ValueError("its shape is none")
    if prod(shape) * kind.itemsize != len(raw):
        raise ValueError("its bytes do not fill its shape")
    return np.frombuffer(raw, kind).reshape(shape, order="F" if fortran else "C")
