import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reading import read

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import VectorTable
from wordglass.vectors import export as module
from wordglass.vectors.export import KINDS, export

RNG = np.random.default_rng(0)
WORDS = ["the", ",", '"', "日本", "🙂", "é", "5", "o'clock", "nan", "the"]
EDGES = [0.0, -0.0, 1e-45, 1.1754944e-38, 3.4028235e38, -1e-7, 0.1, 1 / 3, 16777216.0, 123456.79]
VECTORS = np.array([EDGES[i:] + EDGES[:i] for i in range(len(WORDS))], np.float32)[:, :5]
TABLE = VectorTable.of(WORDS, VECTORS, name="edges")
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
ENDINGS = {"word2vec": ".vec", "word2vec-binary": ".bin", "glove": ".txt", "npy": "", "parquet": ".parquet"}


def vector(dim):
    return st.lists(FLOATS, min_size=dim, max_size=dim)


def parsed(path, header):
    """The words and vectors of a text, as plain Python reads them."""
    lines = path.read_bytes().decode().split("\n")
    assert lines.pop() == ""
    if header:
        count, dim = map(int, lines.pop(0).split(" "))
        assert count == len(lines)
        assert all(len(line.split(" ")) == dim + 1 for line in lines)
    rows = [line.split(" ") for line in lines]
    return [row[0] for row in rows], np.array([list(map(float, row[1:])) for row in rows], np.float32)


def output(code, *given):
    """What a program of its own prints."""
    program = [sys.executable, "-c", code, *given]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout


# What is written reads back


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_what_is_exported_to_the_bit(binary, tmp_path):
    models = pytest.importorskip("gensim").models
    words = WORDS[:-1]  # gensim leaves the second of equal words out
    path = tmp_path / ("v.bin" if binary else "v.vec")
    export(VectorTable.of(words, VECTORS[:-1]), path)
    again = models.KeyedVectors.load_word2vec_format(str(path), binary=binary)
    assert again.index_to_key == words
    assert again.vectors.tobytes() == VECTORS[:-1].tobytes()


def test_gensim_reads_exported_glove_text_to_the_bit(tmp_path):
    models = pytest.importorskip("gensim").models
    export(VectorTable.of(WORDS[:-1], VECTORS[:-1]), tmp_path / "v.txt")
    again = models.KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt"), binary=False, no_header=True)
    assert again.index_to_key == WORDS[:-1]
    assert again.vectors.tobytes() == VECTORS[:-1].tobytes()


@pytest.mark.parametrize("kind", ["npy", "parquet"])
def test_the_readers_read_what_is_exported_to_the_bit(kind, tmp_path):
    words = [*WORDS, "two words", "", "tab\there"]
    vectors = RNG.normal(size=(len(words), 3)).astype(np.float32)
    export(VectorTable.of(words, vectors), tmp_path / "v", kind)
    again, rows, odd = read(tmp_path / "v")
    assert again == words
    assert rows.tobytes() == vectors.tobytes()
    assert odd.count == 0


def test_numpy_and_pyarrow_read_what_is_exported(tmp_path):
    export(TABLE, tmp_path / "v")
    assert np.load(tmp_path / "v" / "vectors.npy").tobytes() == VECTORS.tobytes()
    assert (tmp_path / "v" / "words.txt").read_text("utf-8").splitlines() == WORDS
    export(TABLE, tmp_path / "v.parquet")
    table = pq.read_table(tmp_path / "v.parquet")
    assert table["word"].to_pylist() == WORDS
    assert np.array(table["vector"].to_pylist(), np.float32).tobytes() == VECTORS.tobytes()


@settings(max_examples=60, deadline=None)
@given(vectors=st.integers(1, 4).flatmap(lambda dim: st.lists(vector(dim), min_size=1)))
@example(vectors=[EDGES])
def test_numbers_as_text_read_back_as_the_same_and_could_not_be_shorter(vectors, tmp_path_factory):
    vectors = np.array(vectors, np.float32)
    table = VectorTable.of([f"w{i}" for i in range(len(vectors))], vectors)
    path = tmp_path_factory.mktemp("any") / "v.vec"
    export(table, path)
    assert parsed(path, True)[1].tobytes() == vectors.tobytes()
    for line, row in zip(path.read_text().splitlines()[1:], vectors, strict=True):
        for text, value in zip(line.split(" ")[1:], row, strict=True):
            digits = text.lower().split("e")[0].replace(".", "").replace("-", "").strip("0")
            shortest = np.format_float_scientific(value).split("e")[0].replace(".", "").replace("-", "")
            assert len(digits) <= len(shortest.strip("0"))


@settings(max_examples=40, deadline=None)
@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), min_size=1, max_size=30))
def test_every_format_writes_any_words_back_or_refuses_them(words, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    table = VectorTable.of(words, RNG.normal(size=(len(words), 2)).astype(np.float32))
    for kind, ending in ENDINGS.items():
        path = folder / f"v{ending}"
        try:
            assert export(table, path) == kind
        except ArgumentError as error:
            assert any(set(word) & set(KINDS[kind][0]) or not word for word in words), error  # noqa: PT017
            continue
        if kind in ("npy", "parquet"):
            assert read(path)[0] == words
        elif kind != "word2vec-binary":
            assert parsed(path, kind == "word2vec")[0] == words


def test_blocks_are_written_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 4 * 5 * 3)
    monkeypatch.setattr(module, "AT_ONCE", 2)
    for kind, ending in ENDINGS.items():
        export(TABLE, tmp_path / f"{kind}{ending}")
    assert parsed(tmp_path / "glove.txt", False)[0] == WORDS
    assert parsed(tmp_path / "word2vec.vec", True)[1].tobytes() == VECTORS.tobytes()
    for name in ("npy", "parquet.parquet"):
        assert read(tmp_path / name)[0] == WORDS
        assert read(tmp_path / name)[1].tobytes() == VECTORS.tobytes()


def test_the_ending_says_the_format_and_a_given_one_comes_before_it(tmp_path):
    assert export(TABLE, tmp_path / "a.VEC") == "word2vec"
    assert export(TABLE, tmp_path / "b.vec", "glove") == "glove"
    assert parsed(tmp_path / "b.vec", False)[0] == WORDS
    assert export(TABLE, tmp_path / "c") == "npy"


# What cannot be written


@pytest.mark.parametrize(
    ("word", "kind", "able"),
    [
        ("two words", "word2vec", "npy or parquet"),
        ("two words", "word2vec-binary", "npy or parquet"),
        ("two words", "glove", "npy or parquet"),
        ("tab\there", "glove", "npy or parquet"),
        ("two\nlines", "glove", "parquet"),
        ("two\nlines", "npy", "parquet"),
        ("a\r", "npy", "parquet"),
        ("", "word2vec", "npy or parquet"),
    ],
)
def test_a_word_that_a_format_cannot_hold_is_named_with_those_that_can(word, kind, able, tmp_path):
    table = VectorTable.of(["a", word, "b"], np.eye(3, dtype=np.float32))
    with pytest.raises(ArgumentError) as caught:
        export(table, tmp_path / "v", kind)
    assert f"the word {word!r} (row 2)" in str(caught.value)
    assert str(caught.value).endswith(f"choose {able}")
    assert not list(tmp_path.iterdir())
    for other in able.split(" or "):
        export(table, tmp_path / other, other)
        assert read(tmp_path / other)[0] == ["a", word, "b"]


def test_what_is_there_is_not_written_over(tmp_path):
    (tmp_path / "v.vec").write_text("precious")
    with pytest.raises(ArgumentError, match="is there already"):
        export(TABLE, tmp_path / "v.vec")
    assert (tmp_path / "v.vec").read_text() == "precious"


@pytest.mark.parametrize(("name", "kind"), [("v.doc", None), ("v", "glov"), ("no/folder/v.vec", None)])
def test_a_format_or_a_path_that_is_none_is_refused(name, kind, tmp_path):
    with pytest.raises(ArgumentError) as caught:
        export(TABLE, tmp_path / name, kind)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ENDINGS)
def test_a_disk_that_is_full_leaves_nothing(kind, tmp_path):
    code = (
        "import resource, signal, sys; import numpy as np; from pathlib import Path\n"
        "from wordglass.vectors import VectorTable; from wordglass.vectors.export import export\n"
        "from wordglass.errors import DataError\n"
        "rows = np.random.default_rng(0).normal(size=(20000, 8)).astype(np.float32)\n"
        "table = VectorTable.of([f'w{i}' for i in range(20000)], rows)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: export(table, Path(sys.argv[1]), sys.argv[2])\n"
        "except DataError as error: print(error)"
    )
    target = tmp_path / "v"
    assert f"cannot write {target}" in output(code, target, kind)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be written by root")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="cannot write"):
        export(TABLE, tmp_path / "v.vec")


def test_exporting_imports_no_pandas(tmp_path):
    code = (
        "import sys; import numpy as np; from pathlib import Path\n"
        "from wordglass.vectors import VectorTable; from wordglass.vectors.export import export\n"
        "from wordglass.vectors.formats import open_vectors\n"
        "from wordglass.vectors.formats.found import OddRows\n"
        "folder = Path(sys.argv[1])\n"
        "table = VectorTable.of(['a', 'b'], np.eye(2, dtype=np.float32))\n"
        "for name in ('v.vec', 'v.bin', 'v.txt', 'v', 'v.parquet'): export(table, folder / name)\n"
        "for name in ('v', 'v.parquet'): list(open_vectors(folder / name, OddRows('v', False)).read(0))\n"
        "print([name for name in ('pandas', 'scipy', 'sklearn', 'gensim') if name in sys.modules])"
    )
    assert output(code, tmp_path).strip() == "[]"


def test_a_table_of_the_cache_is_exported_from_where_it_is_mapped(tmp_path):
    rng = random.Random(0)
    words = [f"w{rng.random()}" for _ in range(3000)]
    VectorTable.of(words, RNG.normal(size=(3000, 5)).astype(np.float32)).save(tmp_path / "table")
    table = VectorTable.open(Path(tmp_path / "table"))
    export(table, tmp_path / "v.parquet")
    again, rows, _ = read(tmp_path / "v.parquet")
    assert again == words
    assert rows.tobytes() == np.ascontiguousarray(table.vectors(table.vocabulary.words)).tobytes()
