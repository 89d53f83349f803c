import os
import pickle
import struct
import subprocess
import sys
import time
import tracemalloc
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordglass.errors import DataError
from wordglass.vectors.formats.restricted_pickle import (
    OPCODES,
    Dictionary,
    Name,
    Pickle,
    Record,
    Span,
    as_array,
    fields,
    recognises,
)

RNG = np.random.default_rng(0)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def read(data):
    return Pickle(data, "x.kv").root


def refusal(data):
    with pytest.raises(DataError) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def plain(value):
    """What the inert form stands for, for data that has no classes in it."""
    if type(value) is Dictionary:
        return {key: plain(item) for key, item in zip(value[::2], value[1::2], strict=True)}
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    return value


class Calls:
    """Pickles as a call of ``function`` with ``given``."""

    def __init__(self, function, *given, **more):
        self.reduced = (function, given, *more.values())

    def __reduce__(self):
        return self.reduced


# What is data comes back


@given(PLAIN, st.sampled_from([2, 3, 4, 5]))
def test_plain_data_is_read_as_pickle_reads_it(value, protocol):
    assert plain(read(pickle.dumps(value, protocol))) == value


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8", ">f4", "<i8", "u1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_is_read_to_the_bit_and_not_copied(kind, protocol, order):
    array = np.asarray(RNG.normal(size=(7, 3)) * 9, dtype=kind, order=order)
    held = Pickle(pickle.dumps({"a": array, "b": [array, array[:, 0].copy()]}, protocol), "x.kv")
    again = as_array(held, fields(held.root)["a"], "a")
    assert again.dtype == array.dtype
    assert again.tobytes() == array.tobytes()
    assert not again.flags.writeable
    assert as_array(held, fields(held.root)["b"][1], "b").tolist() == array[:, 0].tolist()


def test_bytes_and_long_texts_stay_in_the_file():
    span = read(pickle.dumps([b"ab", "x" * 70_000, bytearray(b"abc")], 5))
    assert [(type(part), part.stop - part.start) for part in span] == [(Span, 2), (Span, 70_000), (Span, 3)]


def test_an_object_is_a_name_with_its_state():
    gensim = pytest.importorskip("gensim")
    vectors = gensim.models.KeyedVectors(2)
    root = read(pickle.dumps(vectors))
    assert (type(root), root.name) == (Record, "gensim.models.keyedvectors.KeyedVectors")
    assert fields(root)["vector_size"] == 2
    assert fields(root)["index_to_key"] == []


def test_a_kind_of_dictionary_keeps_its_items():
    root = read(pickle.dumps(defaultdict(int, {"a": 1})))
    assert (root.name, root.items) == ("collections.defaultdict", ["a", 1])


def test_equal_keys_are_all_kept_and_the_last_is_found():
    data = b"\x80\x02}(U\x01aK\x01U\x01aK\x02u."
    assert read(data) == ["a", 1, "a", 2]
    assert fields(read(data)) == pickle.loads(data)


# What would act is told, and does nothing


def hostile(canary):
    """Pickles that leave a file behind when they are loaded with ``pickle``, by what they do."""
    touch = f"touch {canary}"
    code = f"__import__('os').system({touch!r})"
    chain = Calls(getattr, Calls(__import__, "os"), "system")
    array = np.zeros(3, np.float32)
    head = pickle.dumps(array, 2)[:-1]
    shell = f"(S'{touch}'\ntR"
    return {
        "os.system": pickle.dumps(Calls(os.system, touch)),
        "eval": pickle.dumps(Calls(eval, code), 2),
        "exec in a dictionary": pickle.dumps({"vectors": Calls(exec, code)}),
        "getattr chain": pickle.dumps(Calls(pickle.loads, pickle.dumps(Calls(os.system, touch)))),
        "getattr": pickle.dumps([chain]),
        "subprocess by BUILD": pickle.dumps(Calls(subprocess.call, touch.split())),
        "after an array": head + b"0" + pickle.dumps(Calls(os.system, touch), 2)[2:],
        "a state that acts": pickle.dumps(Calls(defaultdict, Calls(eval, code)), 3),
        "protocol 0": f"cos\nsystem\n{shell}.".encode(),
        "an instance of protocol 1": f"(S'{touch}'\nios\nsystem\n.".encode(),
        "OBJ": f"\x80\x02(cos\nsystem\nS'{touch}'\no.".encode("latin1"),
        "a name put together": (
            b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c" + bytes([len(touch)]) + touch.encode() + b"\x85R."
        ),
        "a dotted name": (
            b"\x80\x04\x8c\x0cgensim.utils\x8c\x09os.system\x93\x8c"
            + bytes([len(touch)])
            + touch.encode()
            + b"\x85R."
        ),
        "an extension": b"\x80\x02\x82\x01.",
        "a persistent id": b"\x80\x02U\x02osQ.",
        "a buffer of another place": b"\x80\x05\x97.",
    }


NAMES = list(hostile("canary"))


@pytest.mark.parametrize("name", NAMES)
def test_no_pickle_runs_anything(name, tmp_path):
    canary = tmp_path / "canary"
    refusal(hostile(canary)[name])
    assert not canary.exists()


@pytest.mark.parametrize("name", ["os.system", "exec in a dictionary", "getattr chain", "after an array"])
def test_the_hostile_pickles_would_act_if_they_were_loaded(name, tmp_path):
    canary = tmp_path / "canary"
    pickle.loads(hostile(canary)[name])
    assert canary.exists()


def test_what_a_pickle_asks_for_is_named_with_its_byte_and_the_way_out():
    message = refusal(b"\x80\x02cos\nsystem\n.")
    assert "x.kv, byte 2: the pickle asks for os.system" in message
    assert "save_word2vec_format" in message


def test_nothing_is_imported_for_any_name():
    before = set(sys.modules)
    for module in ("gensim.nowhere", "gensim.models.wrappers.nothing", "antigravity", "this", "numpy.f2py"):
        try:
            root = read(f"\x80\x02c{module}\nName\n)\x81}}b.".encode("latin1"))
        except DataError:
            continue
        assert type(root) is Record
    assert not {name for name in set(sys.modules) - before if name.startswith(("gensim", "anti", "this"))}


def test_a_call_of_gensims_names_is_a_record_too():
    root = read(b"\x80\x02cgensim.utils\nunpickle\nU\x0b/etc/passwd\x85R.")
    assert (root.name, root.given) == ("gensim.utils.unpickle", ("/etc/passwd",))


def test_a_name_is_no_string_to_the_opcodes_that_call():
    refusal(b"\x80\x02U\x02osU\x06system\x85R.")
    assert type(read(b"\x80\x02cnumpy\ndtype\n.")) is Name


# What would fill the memory or the clock


def dump_bomb(levels):
    value = ["lol"] * 10
    for _ in range(levels):
        value = [value] * 10
    return pickle.dumps(value)


def nested(opcode, depth):
    return b"\x80\x02)" + opcode * depth + b"."


KEYS = (
    b"\x80\x02}"
    + b"("
    + b"".join(b"\x8a\x09" + struct.pack("<Q", 0) + b"\x01K\x00" for _ in range(9))
    + b"u."
)
BOMBS = {
    "a thousand million laughs": dump_bomb(9),
    "tuples deep": nested(b"\x85", 300_000),
    "tuples deep, as a key": b"\x80\x02})" + b"\x85" * 300_000 + b"K\x01s.",
    "doubled fifty times, as a key": b"\x80\x02})q\x00" + b"h\x00h\x00\x86q\x00" * 50 + b"K\x01s.",
    "lists deep": b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
    "its own element": b"\x80\x02]q\x00h\x00a.",
    "a dictionary in itself": b"\x80\x02}q\x00U\x01ah\x00s.",
    "a huge memo index": b"\x80\x02Nr\xff\xff\xff\xff.",
    "a huge memo index to get": b"\x80\x02j\xff\xff\xff\xff.",
    "an endless text": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "endless bytes": b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "endless bytes of protocol 3": b"\x80\x03B\xff\xff\xff\xff.",
    "an endless frame": b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xff.",
    "a number of two thousand million bytes": b"\x80\x02\x8b\xff\xff\xff\x7f.",
    "keys with one hash": KEYS,
    "a name without end": b"\x80\x02c" + b"a" * 1_000_000,
    "a long name": b"\x80\x02cgensim." + b"a" * 300 + b"\nb\n.",
    "marks": b"\x80\x02" + b"(" * 100_000 + b"t" * 100_000 + b".",
    "nothing": b"",
    "two bytes": b"\x80\x04",
    "no end": b"\x80\x04N",
    "nothing to stop with": b"\x80\x04.",
    "a mark to stop with": b"\x80\x04(.",
    "too much to stop with": b"\x80\x04NN.",
    "a state for a string": b"\x80\x04\x8c\x01aNb.",
    "no such memo": b"\x80\x04h\x05.",
    "no such opcode": b"\x80\x04\xff.",
    "not UTF-8": b"\x80\x04\x8c\x02\xff\xfe.",
    "a key alone": b"\x80\x02}(Nu.",
    "an odd number": b"\x80\x02I1x2\n.",
    "appended to a tuple": b"\x80\x02)Na.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_pickle_fills_the_memory_or_the_clock(name):
    data = BOMBS[name]
    if len(data) < 10_000:  # to look on takes ten times as long
        tracemalloc.start()
    began = time.process_time()
    try:
        held = Pickle(data, "x.kv")
        fields(held.root)
        with pytest.raises(DataError):
            as_array(held, held.root, "vectors")
        del held
    except DataError as error:
        assert len(str(error)) < 400  # noqa: PT017
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.process_time() - began < 5
    assert peak < 1 << 20


def test_a_file_of_nothing_but_lists_is_refused_before_it_fills_the_memory():
    code = (
        "import resource, sys; from wordglass.vectors.formats.restricted_pickle import Pickle\n"
        "from wordglass.errors import DataError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: Pickle(b'\\x80\\x02' + b']' * 6_000_000 + b'.', 'x.kv')\n"
        "except DataError as error: print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "would fill the memory" in told
    assert int(told.split()[-1]) < 600


# Arrays that are none


def reconstructed(shape, kind, raw, given="cnumpy\nndarray\n"):
    """A pickle of protocol 2 of an array with this shape, type and content."""
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n"
        + given.encode()
        + b"K\x00\x85U\x01b\x87R(K\x01"
        + shape
        + b"cnumpy\ndtype\nU"
        + bytes([len(kind)])
        + kind
        + b"K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
        + raw
        + b"tb."
    )


ARRAYS = {
    "objects": pickle.dumps(np.array(["a", None], dtype=object)),
    "objects of protocol 2": pickle.dumps(np.array([[1], [2]], dtype=object)[:, 0], 2),
    "texts": pickle.dumps(np.array(["a", "b"])),
    "records": pickle.dumps(np.zeros(2, [("a", "f4"), ("b", "i4")])),
    "dates": pickle.dumps(np.zeros(2, "M8[s]")),
    "three dimensions": pickle.dumps(np.zeros((2, 2, 2))),
    "a scalar": pickle.dumps(np.float32(1)),
    "too few bytes": reconstructed(b"K\x02\x85", b"f4", b"U\x04abcd"),
    "a huge shape": reconstructed(b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86", b"f4", b"U\x04abcd"),
    "an endless number for a shape": reconstructed(
        b"\x8a\xff" + b"\x7f" * 255 + b"\x85", b"f4", b"U\x04abcd"
    ),
    "a negative shape": reconstructed(b"J\xff\xff\xff\xff\x85", b"f4", b"U\x04abcd"),
    "a shape of strings": reconstructed(b"U\x01a\x85", b"f4", b"U\x04abcd"),
    "objects by name": reconstructed(b"K\x01\x85", b"O8", b"U\x08abcdefgh"),
    "a type of words": reconstructed(b"K\x01\x85", b"f4,O", b"U\x04abcd"),
    "a list for bytes": reconstructed(b"K\x01\x85", b"f4", b"]"),
    "another class": reconstructed(b"K\x01\x85", b"f4", b"U\x04abcd", given="cgensim.utils\nSaveLoad\n"),
    "letters that are no bytes": reconstructed(
        b"K\x01\x85", b"f4", b"c_codecs\nencode\nX\x04\x00\x00\x00\xf0\x9f\x99\x82U\x06latin1\x86R"
    ),
    "another coding": reconstructed(b"K\x01\x85", b"f4", b"c_codecs\nencode\nU\x04abcdU\x05utf-7\x86R"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_what_is_no_array_of_numbers_is_refused_in_one_line(name):
    held = Pickle(ARRAYS[name], "x.kv")
    with pytest.raises(DataError, match=r"x\.kv: vectors .*save_word2vec_format") as caught:
        as_array(held, held.root, "vectors")
    assert "\n" not in str(caught.value)


def test_the_shape_that_the_refused_arrays_spoil_is_read_when_it_is_whole():
    held = Pickle(reconstructed(b"K\x01\x85", b"f4", b"U\x04\x00\x00\x80\x3f"), "x.kv")
    assert as_array(held, held.root, "vectors").tolist() == [1.0]


def test_a_repeated_array_costs_its_bytes_once():
    text = "\x00" * 60_000
    again = b"h\x00h\x01h\x02\x86R"
    data = b"\x80\x02c_codecs\nencode\nq\x00X" + struct.pack("<I", len(text)) + text.encode()
    data += b"q\x01U\x06latin1q\x02000](" + again * 20_000 + b"e."
    tracemalloc.start()
    assert len(read(data)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20


# Anything at all


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(OPCODES)) | st.integers(0, 255), max_size=60), st.sampled_from([2, 4, 5])
)
def test_any_run_of_opcodes_is_read_or_refused(codes, protocol):
    with_data(bytes([0x80, protocol, *codes, 0x2E]))


VALID = [
    pickle.dumps({"index_to_key": ["a", "b"], "vectors": np.eye(2, dtype=np.float32)}, protocol)
    for protocol in (2, 3, 4, 5)
] + [*ARRAYS.values()]


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(VALID),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4),
    st.integers(0, 60),
)
def test_damaged_pickles_are_read_or_refused(data, changes, cut):
    data = bytearray(data[: len(data) - cut] if cut < 20 else data)
    for place, value in changes:
        data[place % len(data)] = value
    with_data(bytes(data))


def with_data(data):
    try:
        held = Pickle(data, "x.kv")
        for value in [held.root, *fields(held.root).values()]:
            as_array(held, value, "vectors")
    except DataError as error:
        assert "\n" not in str(error)  # noqa: PT017


def test_only_the_protocols_that_are_read_are_recognised():
    assert [recognises(pickle.dumps([], protocol)) for protocol in range(6)] == [False, False, *[True] * 4]
    assert not recognises(b"\x80")
    assert not recognises(b"")
