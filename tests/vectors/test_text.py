import gzip
import random
import subprocess
import sys
import warnings
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mutations import mutate

from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.kernels.lines import CLOSE, GOOD, INFINITE, OVERHANG
from wordglass.vectors.formats import open_vectors, text
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.formats.source import Source

RANDOM = np.random.default_rng(7)
WORDS = [
    "the", ",", "né", "中文", "3", "0.5", "nan", "x\u2028y", "p\x85q", "\xa0", "1e5", "inf", "🙂", "-", "</s>"
]  # fmt: skip
VECTORS = RANDOM.standard_normal((len(WORDS), 9)).astype(np.float32)


def file_of(folder, content, name="vectors"):
    path = folder / name
    path.write_bytes(content)
    return path


def read(path, skip=False, start=0):
    """(format, words, vectors, odd rows) of a file."""
    odd = OddRows(str(path), skip)
    found = open_vectors(path, odd)
    blocks = list(found.read(start))
    words = [word for block in blocks for word in block.words.to_pylist()]
    vectors = np.concatenate([np.zeros((0, found.dim), np.float32), *(block.vectors for block in blocks)])
    assert len(words) == len(vectors)
    assert np.isfinite(vectors).all()
    return found, words, vectors, odd


def lines_of(words, vectors, form="%r", separator=" ", end="\n"):
    return "".join(
        separator.join([word, *(form % float(value) for value in vector)]) + end
        for word, vector in zip(words, vectors, strict=True)
    ).encode()


def parse(numbers):
    """One line of numbers through the kernel: (its vector, what it is)."""
    line = b" ".join([b"word", *numbers]) + b"\n"
    data = np.frombuffer(line + b"7" * OVERHANG, np.uint8)
    vectors = np.zeros((len(line) // (2 * len(numbers) + 2) + 1, len(numbers)), np.float32)
    state = np.zeros(5, np.int64)
    words, offsets = np.zeros(len(line), np.uint8), np.zeros(len(vectors) + 1, np.int64)
    odd = native.parse_lines(data, len(line), len(numbers), 100, vectors, words, offsets, state)
    return vectors[0], int(odd[0, 3]) if len(odd) else GOOD


FLOATS = st.floats(width=64, allow_nan=False, allow_infinity=False) | st.floats(-5, 5)
DECIMALS = st.one_of(
    st.builds(lambda value, form: form % value, FLOATS, st.sampled_from(["%r", "%.5f", "%g", "%e", "%.18e"])),
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(lambda x: repr(np.float32(x).item())),
    st.from_regex(r"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})([eE][+-]?[0-9]{1,4})?", fullmatch=True),
    st.integers(-(10**40), 10**40).map(str),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(DECIMALS, min_size=1, max_size=6))
@example(["-0.0", "0", "-0", "+.5", "5.", "00000000000000000000.1"])
@example(["0.000000000000000000000000000000000000000000001", "1e-46", "7e-46", "1e-400"])
@example(["9007199254740993", "123456789012345", "1234567890123456", "12345678901234567890123"])
@example(["1.00000005960464477539062500000", "1.00000005960464477539062500001", "33554433", "3.4028235e38"])
def test_numbers_are_what_python_makes_of_them_to_the_last_bit_of_a_float32(numbers):
    with np.errstate(over="ignore"):
        expected = np.array([float(number) for number in numbers], np.float64).astype(np.float32)
    vector, kind = parse([number.encode() for number in numbers])
    if not np.isfinite(expected).all():
        assert kind in (INFINITE, CLOSE)
    elif kind != CLOSE:  # then the reader asks Python
        assert kind == GOOD
        assert vector.tobytes() == expected.tobytes()


def test_numbers_halfway_between_two_floats_are_rounded_by_python(tmp_path):
    halves = [
        "1.00000005960464477539062500000",
        "1.00000005960464477539062500001",
        "1.0000001788139343261718750",
    ]
    for number in halves[:2]:
        assert parse([number.encode()])[1] == CLOSE
    path = file_of(tmp_path, "".join(f"w{i} 0.5 {half} 2\n" for i, half in enumerate(halves)).encode())
    _, words, vectors, _ = read(path)
    assert words == ["w0", "w1", "w2"]
    assert vectors[:, 1].tolist() == [np.float32(float(half)) for half in halves]
    _, words, _, odd = read(
        file_of(tmp_path, b"a 1 2\nb 1 3.40282356779733661637539395458142568448e38\nc 1 2\n"), skip=True
    )
    assert (words, odd.count) == (["a", "c"], 1)


@given(st.lists(st.text("0123456789.-+eE_naifx,\x0b\x00", min_size=1, max_size=20), min_size=1, max_size=4))
def test_what_python_calls_no_number_is_none_here(fields):
    try:
        values = [float(field) for field in fields if "_" not in field and field == field.strip()]
    except ValueError:
        values = []
    with np.errstate(over="ignore"):
        good = len(values) == len(fields) and np.isfinite(np.array(values).astype(np.float32)).all()
    _, kind = parse([field.encode() for field in fields])
    assert (kind in (GOOD, CLOSE)) == bool(good)


@pytest.mark.parametrize("form", ["%r", "%.6f", "%.9e", "%g"])
@pytest.mark.parametrize("separator", [" ", "\t", "  "])
@pytest.mark.parametrize("end", ["\n", " \n", "\r\n", " \t\r\n"])
def test_glove_text_is_read_however_it_is_written(tmp_path, form, separator, end):
    content = lines_of(WORDS, VECTORS, form, separator, end)
    for begin in (b"", b"\xef\xbb\xbf"):
        for stop in (len(content), len(content) - len(end)):
            found, words, vectors, _ = read(
                file_of(tmp_path, begin + content[:stop] + b"\n \r\n" * (stop % 2))
            )
            assert (found.format, found.dim, found.words) == ("GloVe text", 9, None)
            assert words == WORDS
            expected = [[np.float32(float(form % float(x))) for x in vector] for vector in VECTORS]
            assert vectors.tolist() == expected


def test_words_may_hold_spaces_and_be_numbers_even_in_the_first_lines(tmp_path):
    words = [". . .", "at name@domain.com", "1 2", "3", "to 7", "4", "5 - 6", "a", "7"]
    found, read_words, vectors, _ = read(file_of(tmp_path, lines_of(words, VECTORS[: len(words)])))
    assert found.dim == 9
    assert read_words == words
    assert (vectors == VECTORS[: len(words)]).all()


@pytest.mark.parametrize("binary", [False, True])
def test_what_gensim_writes_is_what_gensim_had(tmp_path, binary):
    gensim = pytest.importorskip("gensim.models")
    vectors = gensim.KeyedVectors(9)
    vectors.add_vectors(WORDS, VECTORS)
    path = tmp_path / "vectors.gz"  # a name tells nothing
    vectors.save_word2vec_format(str(tmp_path / "plain"), binary=binary)
    (tmp_path / "plain").rename(path)
    found, words, read_vectors, _ = read(path)
    assert (found.format, found.dim) == (f"word2vec {'binary' if binary else 'text'}", 9)
    assert found.words == len(WORDS)
    assert words == WORDS
    assert (read_vectors == VECTORS).all()


def trained(fasttext, texts):
    for _ in range(20):  # this build of fastText meets a NaN now and then
        try:
            return fasttext.train_unsupervised(texts, dim=12, minCount=1, bucket=1000, lr=0.01, verbose=0)
        except RuntimeError:
            pass
    return pytest.skip("fastText meets a NaN each time")


def test_fasttexts_vec_files_are_read_as_gensim_reads_them(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    gensim = pytest.importorskip("gensim.models")
    lines = [" ".join(RANDOM.choice(["sun", "rain", "né", "wind", "snow"], 30)) for _ in range(40)]
    (tmp_path / "texts").write_text("\n".join(lines))
    model = trained(fasttext, str(tmp_path / "texts"))
    rows = [[word, *(f"{x:.5g}" for x in model.get_word_vector(word))] for word in model.words]
    path = tmp_path / "model.vec"  # as fastText's saveVectors has it: a space ends each line
    path.write_text(f"{len(rows)} 12\n" + "".join(" ".join(row) + " \n" for row in rows))
    expected = gensim.KeyedVectors.load_word2vec_format(str(path))
    found, words, vectors, _ = read(path)
    assert (found.format, words) == ("word2vec text", expected.index_to_key)
    assert (vectors == expected.vectors).all()


GOOD_LINES = b"a 1 2 3\nb 4 5 6\nc 7 8 9\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"d 1 2", "line 4: 2 numbers, not 3"),
        (b"d", "line 4: 0 numbers, not 3"),
        (b"", "line 4: an empty line"),
        (b" \t", "line 4: an empty line"),
        (b" 1 2 3", "line 4: no word before the numbers"),
        (b"d 1 x3 3", "line 4: 'x3' is no number"),
        (b"d 1 1_0 3", "line 4: '1_0' is no number"),
        (b"d 1 0x1 3", "line 4: '0x1' is no number"),
        (b"d 1 \xff 3", "line 4: '\ufffd' is no number"),
        (b"d 1 nan 3", "line 4: the vector of 'd' has NaN or infinity"),
        (b"d 1 -Infinity 3", "line 4: the vector of 'd' has NaN or infinity"),
        (b"d 1 1e39 3", "line 4: the vector of 'd' has NaN or infinity"),
        (b"d\xffe 1 2 3", "line 4: the word is no UTF-8 at its byte 2"),
        ("é".encode()[:1] + b" 1 2 3", "line 4: the word is no UTF-8 at its byte 1"),
        (b"d" * 70_000 + b" 1 2 3", "line 4: a word of 70,000 bytes: up to 65,536 are read"),
    ],
)
def test_an_odd_line_is_refused_by_its_number_or_left_out_and_counted(tmp_path, line, told):
    path = file_of(tmp_path, GOOD_LINES + line + b"\nf 1 1 1\n")
    with pytest.raises(DataError) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}, {told}; --skip-odd-rows")
    _, words, vectors, odd = read(path, skip=True)
    assert words == ["a", "b", "c", "f"]
    assert vectors[-1].tolist() == [1, 1, 1]
    assert (odd.count, odd.first) == (1, told)


def test_more_lines_than_the_first_line_says_are_odd_and_fewer_are_damage(tmp_path):
    path = file_of(tmp_path, b"2 3\n" + GOOD_LINES)
    with pytest.raises(DataError, match="line 4: the first line says that there are 2 words"):
        read(path)
    found, words, _, odd = read(path, skip=True)
    assert (found.words, words, odd.count) == (2, ["a", "b"], 1)
    with pytest.raises(DataError, match="line 4: the file ends after 3 words, its first line says 4"):
        read(file_of(tmp_path, b"4 3\n" + GOOD_LINES))
    with pytest.raises(DataError, match="line 3: the file ends after 2 words"):
        read(file_of(tmp_path, b"3 3\n" + GOOD_LINES[:-8].replace(b"1", b"1.00")), skip=True)


@pytest.mark.parametrize("header", [b"99999999999999 3\n", b"3 99999999\n", b"3 0\n"])
def test_a_header_that_cannot_be_true_is_refused_at_once(tmp_path, header):
    with pytest.raises(DataError, match="header: "):
        read(file_of(tmp_path, header + GOOD_LINES))


def test_a_header_of_other_dimensions_makes_every_line_odd(tmp_path):
    path = file_of(tmp_path, b"3 4\n" + GOOD_LINES)
    with pytest.raises(DataError, match="line 2: 3 numbers, not 4"):
        read(path)
    _, words, _, odd = read(path, skip=True)
    assert (words, odd.count) == ([], 3)


@pytest.mark.parametrize(
    "content",
    [
        b"Dear all,\nthis is a letter.\n",
        b"a,b,c\n1,2,3\n",
        b"sun 3\nrain 4\n",
        b"\n\n\n",
        b'{"a": [1, 2]}',
        b"\0" * 99,
    ],
)
def test_what_is_no_file_of_vectors_is_not_taken_for_one(tmp_path, content):
    assert not text.recognises(Source(file_of(tmp_path, content)))


@pytest.mark.parametrize("packed", [False, True])
def test_reading_goes_on_where_it_stopped_with_the_same_line_numbers(tmp_path, monkeypatch, packed):
    monkeypatch.setattr(text, "TEXT", 4096)
    lines = lines_of([f"w{i}" for i in range(900)], RANDOM.standard_normal((900, 5))).split(b"\n")
    lines[100:100] = [b"", b"odd 1 2"]
    lines[700] = b"bad nan 1 1 1 1"
    lines += [b"", b"", b""]
    content = b"902 5\r\n" + b"\n".join(lines)
    path = file_of(tmp_path, gzip.compress(content) if packed else content)
    _, words, vectors, odd = read(path, skip=True)
    assert (len(words), odd.count, odd.first) == (899, 3, "line 102: an empty line")
    blocks = list(open_vectors(path, OddRows("", True)).read(0))
    assert len(blocks) > 10
    done = 0
    for block in blocks[:-1]:
        done += len(block.words)
        assert block.next >= 1
        _, rest, rest_vectors, odd = read(path, skip=True, start=block.next)
        assert rest == words[done:]
        assert (rest_vectors == vectors[done:]).all()
        if odd.count == 1:
            assert odd.first == "line 702: the vector of 'bad' has NaN or infinity"


def test_blocks_cut_anywhere_give_the_same_rows(tmp_path, monkeypatch):
    content = lines_of(WORDS * 20, np.tile(VECTORS, (20, 1)), end="\r\n")
    path = file_of(tmp_path, content)
    longest = max(map(len, content.splitlines(keepends=True)))
    for size in (*range(longest, longest + 30), 1000, 1 << 20):
        monkeypatch.setattr(text, "TEXT", size)
        _, words, vectors, _ = read(path)
        assert words == WORDS * 20
        assert (vectors == np.tile(VECTORS, (20, 1))).all()


def test_vectors_of_thousands_of_numbers_are_read(tmp_path):
    wide = RANDOM.standard_normal((3, 20_000)).astype(np.float32)
    for header in (b"", b"3 20000\n"):
        found, words, vectors, _ = read(file_of(tmp_path, header + lines_of("abc", wide)))
        assert (found.dim, words) == (20_000, ["a", "b", "c"])
        assert (vectors == wide).all()


MEMORY = r"""
import re, sys
from pathlib import Path
from wordglass.errors import DataError
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.kernels import native
native.hash_words(__import__("numpy").zeros(8, "u1"), __import__("numpy").zeros(2, "i8"))
def peak():  # not ru_maxrss, which a process takes over from the one that started it
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
odd = OddRows("file", skip=True)
try:
    for block in open_vectors(Path(sys.argv[1]), odd).read(0): pass
except DataError as error:
    print(str(error)[-60:])
print(odd.count)
print((peak() - before) // 1024)
"""


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (b"1 " * 1_000_000, "no line of text ends in 4,194,304 bytes"),
        (b"\0" * 1_000_000, "no line of text ends in 4,194,304 bytes"),
        (b"\n" * 1_000_000, "no line of text ends in 4,194,304 bytes"),
        (b"a\n" * 80_000, "960000"),
        (b"a 1.00000005960464477539062500000 2\n" * 2_000, None),
    ],
    ids=["one endless line", "zeros", "line feeds", "short lines", "halves"],
)
def test_a_bomb_of_a_file_does_not_fill_the_memory(tmp_path, tail, told):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(GOOD_LINES.replace(b" 3", b""))
        file.write(b"a 1 2\nb 1 2\n" * 20_000)
        for _ in range(12):
            file.write(tail)
    run = [sys.executable, "-c", MEMORY, str(path)]
    result = subprocess.run(run, capture_output=True, text=True, check=True)
    *said, megabytes = result.stdout.split("\n")[:-1]
    assert int(megabytes) < 400
    assert told is None or any(told in line for line in said)


def read_any(path):
    """Read a file to its end: it is read or refused, and nothing else."""
    for skip in (False, True):
        with warnings.catch_warnings(), suppress(DataError, ArgumentError):
            warnings.simplefilter("error")
            read(path, skip)


SEEDS = [
    lines_of(WORDS, VECTORS),
    b"15 9\n" + lines_of(WORDS, VECTORS, "%e", "\t", " \r\n"),
    gzip.compress(lines_of(WORDS, VECTORS)),
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**63))
def test_no_damage_to_a_file_does_more_than_an_error(tmp_path_factory, seed, number):
    path = file_of(tmp_path_factory.getbasetemp(), mutate(seed, random.Random(number)), "mutated")
    read_any(path)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400) | st.text("0 1.9-e\n\tab", max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    read_any(file_of(tmp_path_factory.getbasetemp(), content, "bytes"))
