"""The store: one conversion, whole or not at all, resumed after a kill, shared between processes."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from wordglass.arrow import strings
from wordglass.errors import DataError
from wordglass.vectors import load_vectors, packages
from wordglass.vectors.converting import Origin, convert, hash_of
from wordglass.vectors.formats.found import Block, Found, OddRows
from wordglass.vectors.manifest import read_manifest
from wordglass.vectors.rows import NUMBERS
from wordglass.vectors.table import VectorTable

WORDS = [f"word{i}" for i in range(1000)] + ["naïve", "日本", "two words", "word7"]
VECTORS = np.random.default_rng(0).normal(size=(len(WORDS), 19)).astype(np.float32)


def in_pieces(size: int = 100) -> Found:
    """The words a few at a time, as from a long file."""

    def read(start: int) -> Iterator[Block]:
        for first in range(start, len(WORDS), size):
            last = first + size
            yield Block(strings(WORDS[first:last]), VECTORS[first:last].copy(), last)

    return Found("test", 19, len(WORDS), read)


def write(folder: Path, found: Found | None = None, **about) -> VectorTable:
    convert(found or in_pieces(), folder, Origin("mine", "a test"), OddRows("test", False), **about)
    return VectorTable.open(folder)


def test_a_converted_table_has_every_word_and_its_vector(tmp_path):
    table = write(tmp_path / "mine")
    assert (len(table), table.dim, table.manifest["repeated"]) == (1004, 19, 1)
    assert table.vocabulary.words.to_pylist() == WORDS
    assert np.array_equal(table.vectors(WORDS[:-1]), VECTORS[:-1])
    assert np.array_equal(table.vector("word7"), VECTORS[7])  # of equal words the first
    assert not table.rows.stored[0].any()
    assert not table.vectors(["absent"]).any()
    np.testing.assert_allclose(table.norms[1:], np.linalg.norm(VECTORS, axis=1), rtol=1e-6)


@pytest.mark.parametrize("numbers", NUMBERS)
def test_fewer_bytes_a_number_cost_no_more_than_their_rounding(tmp_path, numbers):
    table = write(tmp_path / "mine", numbers=numbers)
    error = np.abs(table.vectors(WORDS[:-1]) - VECTORS[:-1])
    largest = np.abs(VECTORS[:-1]).max(axis=1, keepdims=True)
    assert (error <= largest * {"float32": 0, "float16": 2**-11, "int8": 0.5 / 127 + 1e-6}[numbers]).all()
    np.testing.assert_allclose(
        table.norms[1:-1], np.linalg.norm(table.vectors(WORDS[:-1]), axis=1), rtol=1e-5
    )
    assert (tmp_path / "mine" / "rows.npy").stat().st_size == 128 + 1005 * 32 * np.dtype(numbers).itemsize


def test_the_files_are_numpys_own_and_have_the_hashes_that_the_manifest_says(tmp_path):
    import hashlib

    write(tmp_path / "mine", numbers="int8")
    manifest = read_manifest(tmp_path / "mine")
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"manifest.json", *manifest["files"]}
    for name, expected in manifest["files"].items():
        array = np.load(tmp_path / "mine" / name)
        assert hashlib.sha256(array.tobytes()).hexdigest() == expected["sha256"]


def test_a_failed_conversion_leaves_nothing(tmp_path):
    found = in_pieces()

    def read(start: int) -> Iterator[Block]:
        yield from list(found.read(start))[:3]
        raise DataError("line 301: no number")

    with pytest.raises(DataError, match="line 301"):
        write(tmp_path / "cache" / "mine", Found("test", 19, None, read))
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".mine.lock"]


def test_an_empty_file_is_no_table(tmp_path):
    with pytest.raises(DataError, match="no vector at all"):
        write(tmp_path / "mine", Found("test", 19, None, lambda start: iter(())))


CHILD = """
import sys, time, itertools
sys.path.insert(0, {tests!r})
import wordglass.vectors.writing as writing
from test_converting import in_pieces, write
from wordglass.vectors.formats.found import Found
from pathlib import Path
writing.NOTE_SECONDS = 0
slow = in_pieces()
def read(start):
    print("from", start, flush=True)
    for block in slow.read(start):
        yield block
        time.sleep({pause})
write(Path({folder!r}), Found("test", 19, None, read))
"""


def start_child(folder: Path, pause: float) -> subprocess.Popen:
    code = CHILD.format(tests=str(Path(__file__).parent), folder=str(folder), pause=pause)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_a_killed_conversion_goes_on_where_it_was_and_gives_the_same_table(tmp_path):
    folder, partial = tmp_path / "mine", tmp_path / ".mine.partial"
    child = start_child(folder, pause=0.3)
    while (
        not (partial / "progress.json").exists()
        or json.loads((partial / "progress.json").read_text())["rows"] < 301
    ):
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not folder.exists()
    again = start_child(folder, pause=0)
    out, _ = again.communicate()
    assert again.returncode == 0
    assert int(out.split()[1]) >= 300
    assert not partial.exists()
    other = write(tmp_path / "other")
    table = VectorTable.open(folder)
    assert table.vocabulary.words.to_pylist() == WORDS
    assert table.manifest["files"] == other.manifest["files"]


def test_two_processes_that_convert_at_once_give_one_good_table(tmp_path):
    children = [start_child(tmp_path / "mine", pause=0.05) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    read = [child.stdout.read() for child in children]
    assert sum(bool(text) for text in read) == 1  # the others waited, and found it
    assert np.array_equal(VectorTable.open(tmp_path / "mine").vectors(WORDS[:-1]), VECTORS[:-1])


def test_a_conversion_of_a_file_that_has_changed_since_begins_anew(tmp_path):
    partial = tmp_path / ".mine.partial"
    partial.mkdir()
    (partial / "progress.json").write_text(json.dumps({"key": "of another file"}))
    assert len(write(tmp_path / "mine")) == 1004


def test_a_table_can_be_read_where_nothing_can_be_written(tmp_path):
    write(tmp_path / "mine")
    for path in [*(tmp_path / "mine").iterdir(), tmp_path / "mine"]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert VectorTable.open(tmp_path / "mine").vector("word3")[0] == VECTORS[3, 0]
    finally:
        (tmp_path / "mine").chmod(0o700)


@pytest.mark.parametrize("name", ["rows.npy", "words.npy", "slots.npy", "word_offsets.npy", "norms.npy"])
def test_a_truncated_or_missing_part_is_named(tmp_path, name):
    write(tmp_path / "mine")
    path = tmp_path / "mine" / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=name):
        VectorTable.open(tmp_path / "mine")
    path.unlink()
    with pytest.raises(DataError, match=name):
        VectorTable.open(tmp_path / "mine")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "wordglass-vectors", "version": 1}', "\udcff"]
)
def test_a_manifest_that_is_none_is_refused(tmp_path, content):
    write(tmp_path / "mine")
    (tmp_path / "mine" / "manifest.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(DataError, match="mine"):
        VectorTable.open(tmp_path / "mine")


def test_the_hash_of_a_folder_is_of_its_files_and_their_names(tmp_path):
    (tmp_path / "a").write_text("1")
    one = hash_of(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert hash_of(tmp_path) != one


def test_what_is_in_memory_is_saved_as_it_is(tmp_path):
    table = VectorTable.of(WORDS, VECTORS, name="mine", licence="CC0")
    table.save(tmp_path / "mine")
    again = VectorTable.open(tmp_path / "mine")
    assert np.array_equal(again.rows.stored, table.rows.stored)
    assert np.array_equal(again.vocabulary.slots, table.vocabulary.slots)
    assert again.manifest["licence"] == "CC0"


def test_a_table_with_ngrams_or_a_tokeniser_keeps_them_when_it_is_saved_again(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "texts.txt").write_text("sunny days and rainy nights " * 50)
    options = {"dim": 10, "minCount": 1, "bucket": 50, "thread": 10, "verbose": 0}
    fasttext.train_unsupervised(str(tmp_path / "texts.txt"), **options).save_model(str(tmp_path / "m.bin"))
    one = load_vectors(str(tmp_path / "m.bin"))
    one.save(tmp_path / "again")
    again = VectorTable.open(tmp_path / "again")
    words = ["sunny", "sunniest", "midnight"]
    assert np.array_equal(again.vectors(words), one.vectors(words))
    assert again.vectors(words).any(axis=1).all()
    assert again.manifest["found"] == one.manifest["found"]
    one.save(tmp_path / "small", "int8")
    largest = max(np.abs(one.rows.take(slice(None))).max(), np.abs(one.composer.rows.take(slice(None))).max())
    small = VectorTable.open(tmp_path / "small")
    np.testing.assert_allclose(small.vectors(words), one.vectors(words), atol=largest / 254 + 1e-6)
    parts = (
        load_vectors("wordllama-l2-256") if packages.find("wordllama-l2-256") else pytest.skip("no package")
    )
    parts.save(tmp_path / "parts")
    texts = ["I love sunny days"]
    found = VectorTable.open(tmp_path / "parts").vocabulary.lookup(texts).ids
    assert found.tolist() == parts.vocabulary.lookup(texts).ids.tolist()
