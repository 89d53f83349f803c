"""fastText's model files are read as fastText reads them, and damaged ones are refused."""

import bz2
import gzip
import random
import struct
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subword_models import NAMES, OOV, SENTENCES, mutate, trained, vectors_of

from wordglass import TextClassifier
from wordglass.arrow import strings
from wordglass.errors import ArgumentError, DataError
from wordglass.trace.numbers import entry
from wordglass.vectors.formats import fasttext, open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.names import convert_to
from wordglass.vectors.ngrams import Ngrams

WORDS = len(set(" ".join(SENTENCES).split())) + 1  # and the end of a line


def read(file: Path, skip: bool = False):
    """All that a file has: what is found, the words, their vectors, and the n-grams."""
    odd = OddRows(str(file), skip)
    found = open_vectors(file, odd)
    blocks = list(found.read(0))
    words = [word for block in blocks for word in block.words.to_pylist()]
    vectors = np.concatenate([np.zeros((0, found.dim), np.float32), *(block.vectors for block in blocks)])
    ngrams = None
    if found.ngrams:
        rows = np.concatenate(list(found.ngrams.read(0)))
        assert len(rows) == found.ngrams.rows
        ngrams = Ngrams(found.ngrams.rule, rows, found.ngrams.index)
    return found, words, vectors, ngrams, odd


@cache
def small(name: str = "skipgram") -> bytes:
    return trained(name, Path(mkdtemp()))[0].read_bytes()


def dictionary_at(data: bytes) -> int:
    return data.index(b"</s>")


@pytest.mark.parametrize("name", NAMES)
def test_known_and_unknown_words_have_the_vectors_that_the_library_gives_them(name, tmp_path):
    file, model = trained(name, tmp_path)
    found, words, vectors, ngrams, _ = read(file)
    assert words == list(model.words)
    assert found.words == len(words)
    assert "</s>" in words
    np.testing.assert_allclose(vectors, vectors_of(model, words), rtol=1e-5, atol=1e-7)
    assert not any(word.startswith("__label__") for word in words)
    unknown = [word for word in OOV if word not in words]
    if ngrams:
        composed = ngrams.compose(strings(unknown))
        np.testing.assert_allclose(composed, vectors_of(model, unknown), rtol=1e-5, atol=1e-7)
    else:
        assert not vectors_of(model, unknown).any()
    assert ("quantised, cut" in name) == bool(ngrams and ngrams.index is not None)


@pytest.mark.parametrize("name", ["skipgram", "floret"])
def test_a_classifier_shows_and_keeps_words_that_are_put_together_from_ngrams(name, tmp_path):
    file, model = trained(name, tmp_path)
    table = convert_to(str(file), tmp_path / "table")
    texts, labels = ["zebra", f"kat {model.words[3]}", model.words[5]] * 4, ["a", "b", "c"] * 4
    classifier = TextClassifier(table, C=1.0, held_out=0, keep="seen").fit(texts, labels)
    sample = classifier.trace_["stages"][2]["sample"]
    assert sample[0].startswith(f"zebra -> [{entry(float(model.get_word_vector('zebra')[0]))}, ")
    assert classifier.trace_["kept"]["words"] == 2
    classifier.save(tmp_path / "model")
    assert TextClassifier.load(tmp_path / "model").predict(texts).tolist() == labels


@pytest.mark.parametrize("name", ["skipgram", "quantised, cut off"])
@pytest.mark.parametrize(("pack", "ending"), [(gzip.compress, "gz"), (bz2.compress, "bz2")])
def test_a_compressed_model_is_read_as_the_plain_one(name, pack, ending, tmp_path, monkeypatch):
    monkeypatch.setattr("wordglass.cache.cache_folder", lambda: tmp_path)
    plain, packed = tmp_path / "plain", tmp_path / f"model.bin.{ending}"
    plain.write_bytes(small(name))
    packed.write_bytes(pack(small(name)))
    first, second = read(plain), read(packed)
    assert first[1] == second[1]
    assert (first[2] == second[2]).all()
    assert (first[3].compose(strings(OOV)) == second[3].compose(strings(OOV))).all()
    assert not list(tmp_path.glob("vectors/*"))


@pytest.mark.parametrize("name", ["skipgram", "quantised", "floret"])
def test_reading_goes_on_where_another_process_stopped(name, tmp_path, monkeypatch):
    file = tmp_path / "model.bin"
    file.write_bytes(small(name))
    whole = read(file)
    monkeypatch.setattr(fasttext, "rows_of_block", lambda dim: 37)
    found = open_vectors(file, OddRows("", False))
    words, vectors, at = [], [], 0
    while len(words) < len(whole[1]):
        block = next(open_vectors(file, OddRows("", False)).read(at))
        words += block.words.to_pylist()
        vectors.append(block.vectors)
        at = block.next
    assert list(found.read(at)) == []
    assert words == whole[1]
    assert (np.concatenate(vectors) == whole[2]).all()
    rows = np.concatenate([next(found.ngrams.read(0)), *found.ngrams.read(37)])
    assert (rows == whole[3].rows).all()


def test_an_old_supervised_model_has_no_ngrams_whatever_it_says(tmp_path):
    file = tmp_path / "model.bin"
    data = small("supervised, n-grams")
    file.write_bytes(data[:4] + struct.pack("<i", 11) + data[8:])
    fasttext_library = pytest.importorskip("fasttext")
    _, words, vectors, ngrams, _ = read(file)
    assert ngrams is None
    assert (vectors == vectors_of(fasttext_library.load_model(str(file)), words)).all()


@pytest.mark.parametrize("name", ["skipgram", "quantised, cut off"])
def test_a_file_cut_off_anywhere_is_refused_with_its_byte(name, tmp_path):
    file = tmp_path / "model.bin"
    data = small(name)
    random.seed(0)
    for size in [4, 8, 50, 92, 100, 120, len(data) - 1, *random.sample(range(5, len(data)), 60)]:
        file.write_bytes(data[:size])
        with pytest.raises(DataError, match=r"(byte|header).*"):
            read(file)


@pytest.mark.parametrize(
    ("at", "number", "problem"),
    [
        (4, 13, "version 13"),
        (8, 0, "vectors of 0 numbers"),
        (8, 70_000, "vectors of 70000 numbers"),
        (8, 11, "a matrix of"),
        (40, 2_000_000_000, "a matrix of"),
        (40, -1, "buckets"),
        (44, -5, "minn"),
        (48, 1_000_000, "maxn"),
        (64, 2_000_000_000, "settings"),
    ],
)
def test_a_header_that_cannot_be_true_is_refused_with_what_is_wrong(at, number, problem, tmp_path):
    file = tmp_path / "model.bin"
    data = bytearray(small())
    data[at : at + 4] = struct.pack("<i", number)
    file.write_bytes(data)
    with pytest.raises(DataError, match=problem):
        read(file)


def test_more_words_than_the_file_has_room_for_are_refused(tmp_path):
    file = tmp_path / "model.bin"
    data = bytearray(small())
    data[64:72] = struct.pack("<2i", 2_000_000_000, 2_000_000_000)
    file.write_bytes(data)
    with pytest.raises(DataError, match="2,000,000,000 words do not fit"):
        read(file)


def test_a_word_that_is_no_utf8_is_refused_or_left_out(tmp_path):
    file = tmp_path / "model.bin"
    data = small()
    at = dictionary_at(data) + 14  # the word after </s>
    file.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    with pytest.raises(DataError, match=rf"byte {at:,}: .*UTF-8; --skip-odd-rows"):
        read(file)
    _, words, vectors, _, odd = read(file, skip=True)
    assert (odd.count, len(words), len(vectors)) == (1, WORDS - 1, WORDS - 1)


def test_a_vector_with_nan_is_refused_or_left_out(tmp_path):
    file, model = trained("without n-grams", tmp_path)
    data = bytearray(file.read_bytes())
    matrix = data.index(struct.pack("<2q", WORDS, 10)) + 16
    data[matrix + 40 * 7 : matrix + 40 * 7 + 4] = struct.pack("<f", float("nan"))
    file.write_bytes(data)
    with pytest.raises(DataError, match=r"byte .*NaN or infinity"):
        read(file)
    _, words, _, _, odd = read(file, skip=True)
    assert words == [word for i, word in enumerate(model.words) if i != 7]
    assert odd.count == 1


def test_an_ngram_with_infinity_becomes_zeros_where_odd_rows_are_skipped(tmp_path):
    file = tmp_path / "model.bin"
    data = bytearray(small())
    matrix = data.index(struct.pack("<2q", WORDS + 500, 10)) + 16
    row = matrix + 40 * (WORDS + 50)
    data[row : row + 4] = struct.pack("<f", float("inf"))
    file.write_bytes(data)
    with pytest.raises(DataError, match="infinity"):
        read(file)
    ngrams = read(file, skip=True)[3]
    assert not ngrams.rows[50].any()
    assert ngrams.rows[49].any()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["skipgram", "quantised, cut off", "quantised, norms", "floret"]), st.randoms())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name, random):
    check(mutate(small(name), random))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_after_the_magic_number_are_refused_and_nothing_else(data):
    with pytest.raises(DataError):
        check(fasttext.MAGIC + data, refused=True)


def check(data: bytes, refused: bool = False) -> None:
    """Read a file of these bytes, of which nothing is known."""
    file = Path(mkdtemp()) / "model.bin"
    file.write_bytes(data)
    try:
        for skip in (False, True):
            if data.startswith(fasttext.MAGIC):
                read(file, skip)
    except (DataError, ArgumentError):
        if refused:
            raise
    finally:
        file.unlink()
        file.parent.rmdir()
