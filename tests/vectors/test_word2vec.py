import gzip
import random
import warnings
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import mutate

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats import open_vectors, text, word2vec
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.formats.source import Source

RANDOM = np.random.default_rng(8)
WORDS = ["</s>", "the", "né", "中文", "3", "x\u2028y", "New_York", "🙂", "a" * 100, "-"]
VECTORS = RANDOM.standard_normal((len(WORDS), 7)).astype(np.float32)


def binary(words, vectors, end=b"\n", header=None):
    header = f"{len(words)} {vectors.shape[1]}\n" if header is None else header
    records = (
        word.encode() + b" " + vector.astype("<f4").tobytes() + end
        for word, vector in zip(words, vectors, strict=True)
    )
    return header.encode() + b"".join(records)


def file_of(folder, content, name="vectors"):
    path = folder / name
    path.write_bytes(content)
    return path


def read(path, skip=False, start=0):
    odd = OddRows(str(path), skip)
    found = open_vectors(path, odd)
    blocks = list(found.read(start))
    words = [word for block in blocks for word in block.words.to_pylist()]
    vectors = np.concatenate([np.zeros((0, found.dim), np.float32), *(block.vectors for block in blocks)])
    assert len(words) == len(vectors)
    return found, words, vectors, odd


@pytest.mark.parametrize("end", [b"\n", b""], ids=["the original's", "gensim's"])
def test_both_ways_of_writing_give_the_same_vectors_as_gensim_reads(tmp_path, end):
    gensim = pytest.importorskip("gensim.models")
    path = file_of(tmp_path, binary(WORDS, VECTORS, end))
    expected = gensim.KeyedVectors.load_word2vec_format(str(path), binary=True)
    found, words, vectors, _ = read(path)
    assert (found.format, found.words, found.dim) == ("word2vec binary", len(WORDS), 7)
    assert words == expected.index_to_key == WORDS
    assert (vectors == expected.vectors).all()


@pytest.mark.parametrize("dim", [1, 2, 3, 50, 16_383, 65_536])
def test_binary_is_told_from_text_by_what_follows_the_first_line(tmp_path, dim):
    vectors = RANDOM.standard_normal((3, dim)).astype(np.float32)
    rows = "".join(
        f"{word} {' '.join(map(str, vector))}\n" for word, vector in zip("abc", vectors, strict=True)
    )
    path = file_of(tmp_path, f"3 {dim}\n{rows}".encode())
    assert text.recognises(Source(path))
    assert not word2vec.recognises(Source(path))
    path = file_of(tmp_path, binary("abc", vectors))
    assert word2vec.recognises(Source(path))
    assert (read(path)[2] == vectors).all()


@pytest.mark.parametrize(
    "content", [b"", b"3 2", b"3 2\n", b"3 2\nhello\n", b"dear all\n\0\0\0", b"3 2\n\n\n"]
)
def test_what_has_no_binary_after_a_header_is_not_taken_for_it(tmp_path, content):
    assert not word2vec.recognises(Source(file_of(tmp_path, content)))


def test_a_truncated_file_is_refused_with_its_byte_and_word(tmp_path):
    content = binary(WORDS, VECTORS)
    for size in range(60, len(content) - 1, 13):
        whole = content[:size]
        with pytest.raises(DataError, match=rf"byte {size:,}: the file ends (by|in) word \d+"):
            read(file_of(tmp_path, whole))
        path = file_of(tmp_path, gzip.compress(whole))
        with pytest.raises(DataError, match=rf"byte {size:,}: the file ends in word \d+ of 10"):
            read(path)
    assert read(file_of(tmp_path, content[:-1]))[1] == WORDS


@pytest.mark.parametrize(
    "header", ["99999999999 7\n", "10 99999999999\n", "10 0\n", "999999999999999999 65536\n", "10 65537\n"]
)
def test_a_header_that_cannot_be_true_is_refused_before_anything_is_read(tmp_path, header):
    with pytest.raises(DataError, match=r"header: |the file ends by word"):
        read(file_of(tmp_path, binary(WORDS, VECTORS, header=header)))


def test_odd_words_are_refused_by_their_number_or_left_out_and_counted(tmp_path):
    cases = {
        "it is no UTF-8 at its byte 2": (b"a\xff", [1, 2]),
        "an empty word": (b"", [1, 2]),
        "the vector of 'b' has NaN or infinity": (b"b", [1, np.nan]),
        "the vector of 'c' has NaN or infinity": (b"c", [-np.inf, 2]),
    }
    for problem, (word, vector) in cases.items():
        record = word + b" " + np.array(vector, "<f4").tobytes()
        rest = np.array([0.5, -0.5], "<f4").tobytes()
        path = file_of(tmp_path, b"3 2\nx " + rest + record + b"y " + rest)
        with pytest.raises(DataError, match=f"word 2: {problem}; --skip-odd-rows"):
            read(path)
        _, words, vectors, odd = read(path, skip=True)
        assert words == ["x", "y"]
        assert vectors.tolist() == [[0.5, -0.5]] * 2
        assert (odd.count, odd.first) == (1, f"word 2: {problem}")


def test_what_follows_the_last_word_is_odd(tmp_path):
    path = file_of(tmp_path, binary(WORDS, VECTORS) + b"more")
    with pytest.raises(DataError, match="more follows the 10 words"):
        read(path)
    _, words, _, odd = read(path, skip=True)
    assert (words, odd.count) == (WORDS, 1)


def test_a_word_without_an_end_is_refused_with_its_byte(tmp_path):
    content = b"2 1\na \0\0\x80\x3f" + b"\x01" * 100_000
    for room in (1 << 20, 70_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(word2vec, "ROOM", room)
            with pytest.raises(DataError, match=r"byte 10: word 2 does not end within 65,536 bytes"):
                read(file_of(tmp_path, content))


@pytest.mark.parametrize("end", [b"\n", b""])
def test_reading_goes_on_where_it_stopped_whatever_the_blocks(tmp_path, monkeypatch, end):
    words = [f"w{i}" * (i % 5 + 1) for i in range(500)]
    vectors = RANDOM.standard_normal((500, 6)).astype(np.float32)
    path = file_of(tmp_path, binary(words, vectors, end))
    for room in (64, 65, 500, 1 << 20):
        monkeypatch.setattr(word2vec, "ROOM", room)
        assert read(path)[1] == words
        assert (read(path)[2] == vectors).all()
    monkeypatch.setattr(word2vec, "ROOM", 3000)
    done = 0
    for block in open_vectors(path, OddRows("", False)).read(0):
        done += len(block.words)
        _, rest, rest_vectors, _ = read(path, start=block.next)
        assert rest == words[done:]
        assert (rest_vectors == vectors[done:]).all()
    assert done == 500


def read_any(path):
    """Read a file to its end: it is read or refused, and nothing else."""
    for skip in (False, True):
        with warnings.catch_warnings(), suppress(DataError, ArgumentError):
            warnings.simplefilter("error")
            read(path, skip)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"\n", b""]), st.integers(0, 2**63))
def test_no_damage_to_a_file_does_more_than_an_error(tmp_path_factory, end, number):
    content = mutate(binary(WORDS, VECTORS, end), random.Random(number))
    read_any(file_of(tmp_path_factory.getbasetemp(), content, "mutated"))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9), st.integers(0, 9), st.binary(max_size=200))
def test_any_bytes_after_a_header_are_read_or_refused(tmp_path_factory, words, dim, content):
    read_any(file_of(tmp_path_factory.getbasetemp(), f"{words} {dim}\n".encode() + content, "bytes"))
