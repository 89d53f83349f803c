import hashlib
import json
import lzma
import runpy
import shutil
import socket
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import VectorTable, catalogue, load_vectors, packages
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.formats.packed import find

NAME = "wordglass-en"
FOLDER = packages.find(NAME).path
ABOUT = json.loads((FOLDER / "packed.json").read_text())
MOST = 8_000_000  # bytes


@pytest.fixture(scope="module")
def table():
    return load_vectors(NAME)


@pytest.fixture(scope="module")
def made():
    """The functions of the script that makes the table."""
    return runpy.run_path(str(Path(__file__).parents[2] / "script" / "make-wordglass-en"))


def test_the_table_opens_without_a_network(tmp_path, monkeypatch):
    def refused(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", refused)
    table = load_vectors(NAME)
    assert load_vectors(NAME).folder == table.folder
    assert table.name == NAME
    assert "PDDL" in table.manifest["licence"]


def test_the_table_is_what_the_catalogue_says(table):
    entry = catalogue.entry(NAME)
    assert (len(table), table.dim) == (entry.words, entry.dim) == (ABOUT["words"], ABOUT["dim"])
    assert table.manifest["tokenisation"]["case"] == entry.settings["case"]
    assert table.manifest["repeated"] == 0


def test_the_files_are_small_and_have_the_hashes_that_are_told():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MOST
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.iterdir()}
    assert ABOUT["files"] == {name: hashes[name] for name in hashes if name.endswith((".npy", ".xz"))}
    assert {"packed.json", "LICENCES.md"} <= hashes.keys()


def test_a_text_can_have_every_word(table):
    lookup = table.vocabulary.lookup(table.vocabulary.words)
    assert np.array_equal(lookup.ids, np.arange(1, len(table) + 1))


@pytest.mark.parametrize(
    ("word", "near"), [("refund", "reimbursement"), ("goalkeeper", "striker"), ("happy", "delighted")]
)
def test_words_of_like_sense_are_near(table, word, near):
    assert near in [found for found, _ in table.neighbours(word, 10)]


def test_every_stretch_is_read_as_plain_python_reads_it(table):
    words = lzma.decompress((FOLDER / "words.txt.xz").read_bytes()).decode().split("\n")[:-1]
    lengths = np.load(FOLDER / "lengths.npy")
    begins = list(accumulate((one["words"] for one in ABOUT["stretches"]), initial=0))
    for k, (stretch, begin) in enumerate(zip(ABOUT["stretches"], begins, strict=False)):
        levels, codes = stretch["levels"], np.load(FOLDER / f"codes-{k}.npy")
        bits = {2: 1, 4: 2, 16: 4}[len(levels)]
        for row in (0, 8191, 8192, stretch["words"] - 1):
            vector = [
                np.float32(levels[byte >> shift & (1 << bits) - 1]) * np.float32(lengths[begin + row])
                for byte in codes[row].tolist()
                for shift in range(0, 8, bits)
            ]
            assert table.vector(words[begin + row]).tolist() == vector


def test_a_conversion_goes_on_from_any_block():
    found = open_vectors(FOLDER, OddRows("", skip=False))
    blocks = list(found.read(0))
    assert found.format == "packed"
    assert sum(len(block.words) for block in blocks) == found.words
    for k in (0, 1, 2, len(blocks) - 2):
        block = next(iter(found.read(blocks[k].next)))
        assert block.words.equals(blocks[k + 1].words)
        assert np.array_equal(block.vectors, blocks[k + 1].vectors)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_packed_numbers_are_those_that_were_nearest(bits, made, tmp_path):
    numbers = np.random.default_rng(bits).standard_normal((7, 16)).astype(np.float32)
    levels = made["normal_levels"](1 << bits)
    found = of_stretch(tmp_path, levels, made["packed"](made["nearest"](numbers, levels), bits))
    nearest = levels[np.abs(numbers[:, :, None] - levels).argmin(axis=2)]
    assert np.array_equal(next(iter(found.read(0))).vectors, nearest)


def test_the_levels_lose_least_on_normal_numbers(made):
    # from table I of Max (1960): 4 and 16 levels, and half the distance for 1 bit is the root of 2 / pi
    assert np.allclose(made["normal_levels"](2), np.sqrt(2 / np.pi) * np.array([-1, 1]), atol=1e-4)
    assert np.allclose(made["normal_levels"](4)[2:], [0.4528, 1.510], atol=1e-3)
    assert np.allclose(made["normal_levels"](16)[[8, 15]], [0.1284, 2.733], atol=1e-3)


def test_mixing_turns_and_does_not_stretch(made):
    matrix = made["mixing"](8)
    assert np.allclose(matrix @ matrix.T, np.eye(8))
    assert np.allclose(np.abs(matrix), 1 / np.sqrt(8))


def of_stretch(folder, levels, codes):
    """A folder of packed vectors of length 1, and what is found there."""
    words, dim = len(codes), codes.shape[1] * 8 // (len(levels).bit_length() - 1)
    about = {"format": "wordglass-packed", "version": 1, "words": words, "dim": dim}
    about["stretches"] = [{"words": words, "levels": np.asarray(levels).tolist()}]
    (folder / "packed.json").write_text(json.dumps(about))
    (folder / "words.txt.xz").write_bytes(lzma.compress("".join(f"w{i}\n" for i in range(words)).encode()))
    np.save(folder / "lengths.npy", np.ones(words, np.float16))
    np.save(folder / "codes-0.npy", codes)
    return find(folder, OddRows("", skip=False))


def test_a_damaged_table_is_named_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    copy = tmp_path / NAME
    shutil.copytree(FOLDER, copy)
    codes = bytearray((copy / "codes-1.npy").read_bytes())
    codes[5000] ^= 1
    (copy / "codes-1.npy").write_bytes(codes)
    monkeypatch.setattr(packages, "__file__", str(tmp_path / "packages.py"))
    with pytest.raises(DataError, match=r"codes-1.npy is damaged: pip install --force-reinstall 'wordglass'"):
        load_vectors(NAME)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"version": 2}, "not packed vectors of version 1"),
        ({"words": None}, "does not say how the vectors are packed"),
        ({"words": -3}, "do not fit"),
        ({"dim": 0}, "1 to 65,536"),
        ({"dim": 12}, "no whole bytes"),
        ({"words": 4}, "no stretches"),
        ({"stretches": [{"words": 3, "levels": [0.0, 1.0, 2.0]}]}, "no stretches"),
        ({"stretches": [{"words": 3, "levels": [0.0, float("nan")]}]}, "no whole bytes"),
        ({"stretches": 7}, "does not say"),
        ({"dim": 24}, "not .3, 3. numbers of uint8"),
    ],
)
def test_a_description_that_cannot_be_true_is_refused(change, problem, tmp_path):
    of_stretch(tmp_path, [-1.0, 1.0], np.zeros((3, 2), np.uint8))
    path = tmp_path / "packed.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataError, match=problem):
        open_vectors(tmp_path, OddRows("", skip=False))


@pytest.mark.parametrize("name", ["packed.json", "words.txt.xz", "lengths.npy", "codes-0.npy"])
@pytest.mark.parametrize("content", [None, b"", b"\x93NUMPY damaged", b"\xfd7zXZ\x00 damaged", b"one\n"])
def test_a_file_that_is_missing_or_damaged_is_refused(name, content, tmp_path):
    of_stretch(tmp_path, [-1.0, 1.0], np.zeros((3, 2), np.uint8))
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises((DataError, ArgumentError)):
        open_vectors(tmp_path, OddRows("", skip=False))


def test_lengths_that_are_no_numbers_are_refused(tmp_path):
    of_stretch(tmp_path, [-1.0, 1.0], np.zeros((3, 2), np.uint8))
    np.save(tmp_path / "lengths.npy", np.array([1, np.nan, 1], np.float16))
    with pytest.raises(DataError, match="NaN or infinity"):
        open_vectors(tmp_path, OddRows("", skip=False))


def test_a_table_can_be_saved_anew(table, tmp_path):
    table.save(tmp_path / "again", "int8")
    again = VectorTable.open(tmp_path / "again")
    words = table.vocabulary.words[:100]
    assert np.allclose(
        again.vectors(words), table.vectors(words), atol=np.abs(table.vectors(words)).max() / 127
    )
