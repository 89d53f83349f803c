"""floret's file of n-grams gives every word the vector that floret gives it."""

import gzip
import random
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subword_models import OOV, WORDS, mutate, trained, vectors_of

from wordglass.arrow import strings
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats import floret, open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.ngrams import Ngrams


def ngrams(file: Path, skip: bool = False, start: int = 0):
    found = open_vectors(file, OddRows(str(file), skip))
    assert found.words == 0
    assert list(found.read(0)) == []
    rows = np.concatenate([np.zeros((0, found.dim), np.float32), *found.ngrams.read(start)])
    return Ngrams(found.ngrams.rule, rows) if start == 0 else rows


@cache
def written() -> bytes:
    file, model = trained("floret", Path(mkdtemp()))
    model.save_floret_vectors(str(file))
    return file.read_bytes()


def test_words_have_the_vectors_that_floret_gives_them_as_exact_as_its_text_is(tmp_path):
    file, model = trained("floret", tmp_path)
    model.save_floret_vectors(str(tmp_path / "vectors.floret"))
    known = model.words[1:]  # the first has a row of its own, which the text does not hold
    words = [word for word in [*OOV, *WORDS] if word != model.words[0]]
    vectors = ngrams(tmp_path / "vectors.floret").compose(strings([*words, *known]))
    np.testing.assert_allclose(
        vectors, vectors_of(model, [*words, *known]), atol=1e-4 * np.abs(vectors).max()
    )
    assert open_vectors(file, OddRows("", False)).format == "floret model"


def test_words_have_the_vectors_that_spacy_gives_them_from_the_same_file(tmp_path):
    spacy_vectors = pytest.importorskip("spacy.vectors")
    file = tmp_path / "vectors"
    file.write_bytes(written().replace(b" 1 3 3 ", b" 2 3 3 ", 1))  # without single characters they agree
    rows = np.loadtxt(file, skiprows=1, dtype=np.float32)[:, 1:]
    settings = {"minn": 2, "maxn": 3, "hash_count": 3, "hash_seed": 2166136261}
    original = spacy_vectors.Vectors(data=rows, mode="floret", **settings)
    words = [word for word in [*OOV, *WORDS] if word]
    for word, vector in zip(words, ngrams(file).compose(strings(words)), strict=True):
        np.testing.assert_allclose(vector, original[word], atol=1e-6)


def test_a_compressed_file_and_one_read_in_pieces_give_the_same(tmp_path, monkeypatch):
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(written())
    packed.write_bytes(gzip.compress(written().rstrip()))  # without the end of the last line
    whole = ngrams(plain).rows
    monkeypatch.setattr(floret, "CHUNK", 1000)
    assert (ngrams(packed).rows == whole).all()
    assert (ngrams(packed, start=123) == whole[123:]).all()
    assert (ngrams(plain, start=500) == whole[500:]).all()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"500 10 1 3 3", b"500 10 1 3 5", "hashes"),
        (b"500 10 1 3 3", b"0 10 1 3 3", "buckets"),
        (b"500 10 1 3 3", b"500 0 1 3 3", "vectors of 0 numbers"),
        (b"500 10 1 3 3", b"500 10 1 9999 3", "maxn"),
        (b"500 10 1 3 3", b"900000000 10 1 3 3", "do not fit"),
        (b"500 10 1 3 3", b"501 10 1 3 3", "line 502.* ends after 500"),
        (b"500 10 1 3 3", b"499 10 1 3 3", "line 501.*more than the 499"),
        (b"500 10 1 3 3", b"500 11 1 3 3", "line 2: not the number 0 of a bucket and 11 numbers"),
        (b"\n17 ", b"\n18 ", "line 19: not the number 17"),
        (b"\n17 ", b"\n17 x", "line 19: not the number 17"),
        (b"\n17 ", b"\n\n17 ", "line 19"),
        (b"\n17 ", b"\n17 nan ", "line 19"),
        (b" < >", b" \xff >", "UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(old, new, problem, tmp_path):
    file = tmp_path / "vectors"
    assert old in written()
    file.write_bytes(written().replace(old, new, 1))
    with pytest.raises(DataError, match=problem):
        ngrams(file)


def test_a_vector_with_infinity_becomes_zeros_where_odd_rows_are_skipped(tmp_path):
    file = tmp_path / "vectors"
    lines = written().split(b"\n")
    lines[18] = b" ".join([b"17", b"inf", *lines[18].split()[2:]])
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(DataError, match="line 19: the vector has NaN or infinity; --skip-odd-rows"):
        ngrams(file)
    rows = ngrams(file, skip=True).rows
    assert not rows[17].any()
    assert rows[16].any()


@settings(max_examples=150, deadline=None)
@given(st.randoms() | st.binary(max_size=200))
def test_a_file_damaged_anyhow_is_read_or_refused_and_nothing_else(how):
    few = b"".join(written().splitlines(keepends=True)[:41]).replace(b"500 ", b"40 ", 1)
    data = mutate(few, how) if isinstance(how, random.Random) else few.split(b"\n")[0] + b"\n" + how
    file = Path(mkdtemp()) / "vectors"
    file.write_bytes(data)
    try:
        if floret.HEADER.match(data):
            ngrams(file)
    except (DataError, ArgumentError):
        pass
    finally:
        file.unlink()
        file.parent.rmdir()
