import gzip
import json
import struct
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import SEEDS, damage, read, read_or_refused, refusal, resumed

from wordglass.errors import ArgumentError
from wordglass.vectors.formats import found as contract
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows

RNG = np.random.default_rng(0)
WORDS = ["the", "two words", "", "日本", "🙂", 'a "quoted" \\ one', "tab\there", "é"]
VECTORS = RNG.normal(size=(len(WORDS), 3)).astype(np.float32)
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\ufeff"), max_size=9)


def as_text(path, words):
    path.write_bytes("".join(f"{word}\n" for word in words).encode())


def as_json(path, words):
    path.write_text(json.dumps(words), encoding="utf-8")


def as_indented_json(path, words):
    path.write_text(json.dumps(words, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def as_parquet(path, words):
    pq.write_table(pa.table({"n": range(len(words)), "word": words}), path)


LISTS = {".txt": as_text, ".json": as_json, ".parquet": as_parquet}


def put(folder, vectors=VECTORS, words=WORDS, ending=".txt", stem="vectors"):
    np.save(folder / f"{stem}.npy", vectors)
    LISTS[ending](folder / f"words{ending}", words)
    return folder


# What NumPy saved is what is read


@pytest.mark.parametrize("ending", LISTS)
@pytest.mark.parametrize("kind", ["<f2", "<f4", "<f8", ">f4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_folder_of_a_matrix_and_a_list_is_read(ending, kind, order, tmp_path):
    vectors = np.asarray(VECTORS, dtype=kind, order=order)
    for path in (put(tmp_path, vectors, ending=ending), tmp_path / "vectors.npy"):
        words, rows, odd = read(path)
        assert words == WORDS
        assert rows.tobytes() == vectors.astype(np.float32).tobytes()
        assert odd.count == 0


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_of_a_matrix_and_an_array_of_strings_is_read(save, tmp_path):
    save(tmp_path / "v.npz", words=np.array(WORDS), vectors=VECTORS, ranks=np.arange(len(WORDS)))
    words, rows, _ = read(tmp_path / "v.npz")
    assert words == WORDS
    assert rows.tobytes() == VECTORS.tobytes()
    found = open_vectors(tmp_path / "v.npz", OddRows("v", False))
    assert (found.dim, found.words) == (3, len(WORDS))


def test_an_archive_of_byte_strings_is_read(tmp_path):
    np.savez(tmp_path / "v.npz", np.array([word.encode() for word in WORDS]), VECTORS)
    assert read(tmp_path / "v.npz")[0] == WORDS


def test_a_packed_matrix_is_read_beside_its_list(tmp_path):
    put(tmp_path, stem="words")
    (tmp_path / "words.npy.gz").write_bytes(gzip.compress((tmp_path / "words.npy").read_bytes()))
    words, rows, _ = read(tmp_path / "words.npy.gz")
    assert words == WORDS
    assert rows.tobytes() == VECTORS.tobytes()


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format_is_read(version, tmp_path):
    put(tmp_path)
    with (tmp_path / "vectors.npy").open("wb") as file:
        np.lib.format.write_array(file, VECTORS, version)
    assert read(tmp_path)[1].tobytes() == VECTORS.tobytes()


def test_json_is_read_as_json_reads_it(tmp_path):
    put(tmp_path)
    (tmp_path / "words.txt").unlink()
    as_indented_json(tmp_path / "words.json", WORDS)
    assert read(tmp_path)[0] == WORDS


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(LINE, min_size=1, max_size=30), ending=st.sampled_from(sorted(LISTS)), crlf=st.booleans()
)
def test_any_words_come_back(words, ending, crlf, tmp_path_factory):
    folder = put(tmp_path_factory.mktemp("any"), np.ones((len(words), 2)), words, ending)
    if crlf and ending == ".txt":
        (folder / "words.txt").write_bytes("".join(f"{word}\r\n" for word in words).encode())
    assert read(folder)[0] == words


def test_a_file_of_words_without_a_last_line_break_is_whole(tmp_path):
    put(tmp_path)
    (tmp_path / "words.txt").write_bytes(b"\xef\xbb\xbf" + "\n".join(WORDS).encode())
    assert read(tmp_path)[0] == WORDS


@pytest.mark.parametrize("packed", [False, True])
def test_reading_goes_on_where_it_stopped(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(contract, "BLOCK_BYTES", 3 * 4 * 3)
    np.savez_compressed(tmp_path / "v.npz", words=np.array(WORDS), vectors=VECTORS)
    assert resumed(tmp_path / "v.npz" if packed else put(tmp_path)) == WORDS


# Which list is meant


def test_a_list_of_the_matrix_name_comes_before_a_usual_name_before_another(tmp_path):
    put(tmp_path, stem="glove")
    as_text(tmp_path / "readme.txt", ["not", "words"])
    assert read(tmp_path / "glove.npy")[0] == WORDS
    as_text(tmp_path / "glove.txt", WORDS[::-1])
    assert read(tmp_path)[0] == WORDS[::-1]


def test_two_lists_that_could_be_meant_are_asked_about(tmp_path):
    put(tmp_path)
    as_json(tmp_path / "words.json", WORDS)
    assert "words.json or words.txt" in refusal(tmp_path / "vectors.npy", ArgumentError)


def test_a_matrix_without_words_says_what_is_missing(tmp_path):
    np.save(tmp_path / "glove.npy", VECTORS)
    assert "put glove.txt beside it, one word a line" in refusal(tmp_path / "glove.npy")


def test_a_matrix_that_gensim_put_aside_leads_to_its_save(tmp_path):
    np.save(tmp_path / "v.kv.vectors.npy", VECTORS)
    (tmp_path / "v.kv").write_bytes(b"\x80\x04N.")
    assert "give v.kv, which gensim saved beside it" in refusal(tmp_path / "v.kv.vectors.npy")


# What cannot be read


@pytest.mark.parametrize("count", [0, 1, len(WORDS) - 1])
def test_fewer_words_than_rows_are_refused(count, tmp_path):
    put(tmp_path, words=WORDS[:count])
    with pytest.raises(contract.DataError, match=rf"words\.txt, word {count + 1}: the words end"):
        read(tmp_path)


def test_more_words_than_rows_are_refused(tmp_path):
    put(tmp_path, words=[*WORDS, "more"])
    with pytest.raises(contract.DataError, match=rf"words\.txt, word {len(WORDS) + 1}: there are more words"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.zeros(3), "not a matrix of floats"),
        (np.zeros((3, 2), np.int32), "type i4 and 3 x 2 elements"),
        (np.zeros((3, 0)), "vectors of 0 numbers"),
        (np.zeros((1, 70_000)), "vectors of 70000 numbers"),
        (np.array([["a"]], dtype=object), "would need pickle"),
        (np.zeros(3, [("a", "f4")]), "an .npy file of records"),
        (np.zeros((3, 2), complex), "not a matrix of floats"),
    ],
)
def test_what_is_no_matrix_of_floats_is_refused(array, told, tmp_path):
    assert told in refusal(put(tmp_path, array) / "vectors.npy")


def header(text, numbers=b"\x00" * 12):
    """An .npy file with this header."""
    text = text.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + numbers


WHOLE = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }\n"


@pytest.mark.parametrize(
    "content",
    [
        header(WHOLE.replace("(1, 3)", "(1000000000000, 1000)")),
        header(WHOLE.replace("(1, 3)", "(99999999999999999999999, 3)")),
        header(WHOLE.replace("(1, 3)", f"({', '.join(['3'] * 40)})")),
        header(WHOLE.replace("(1, 3)", "(-1, 3)")),
        header(WHOLE.replace("(1, 3)", "(0x3, 3)")),
        header(WHOLE.replace("False", "__import__('os').system('true')")),
        header("(" * 9000),
        header("-" * 9000 + "1"),
        header(WHOLE)[:-1],
        header(WHOLE) + b"\x00",
        header(WHOLE)[:40],
        b"\x93NUMPY",
        b"\x93NUMPY\x09\x00" + header(WHOLE)[8:],
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + WHOLE.encode(),
        header(WHOLE.replace("<f4", "<f999999")),
        header(WHOLE.replace("<f4", "|V99999999")),
    ],
)
def test_a_header_that_cannot_be_true_is_refused(content, tmp_path):
    put(tmp_path)
    (tmp_path / "vectors.npy").write_bytes(content)
    refusal(tmp_path / "vectors.npy")


def test_the_header_that_the_refused_ones_spoil_is_read_when_it_is_whole(tmp_path):
    put(tmp_path, words=["a"])
    (tmp_path / "vectors.npy").write_bytes(header(WHOLE))
    assert read(tmp_path)[1].tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'["a", 3]', "byte 5: not a JSON list of strings"),
        (b'["a", ["b"]]', "byte 5"),
        (b'["a"', "byte 1"),
        (b'["a", "b"] x', "byte 10: something follows"),
        (b'["\\ud800\\q"]', "byte 2: a JSON string that is damaged"),
        (b"[" * 100_000, "byte 1"),
        (b'{"a": 0}', "neither a JSON list of strings nor"),
    ],
)
def test_json_that_is_no_list_of_strings_is_refused_with_its_byte(content, told, tmp_path):
    np.save(tmp_path / "vectors.npy", VECTORS[:2])
    (tmp_path / "words.json").write_bytes(content)
    with pytest.raises(contract.DataError, match=told):
        read(tmp_path)


def test_a_line_without_end_is_refused(tmp_path):
    put(tmp_path)
    (tmp_path / "words.txt").write_bytes(b"a\n" + b"x" * (1 << 20))
    with pytest.raises(contract.DataError, match=r"words\.txt, byte 2: a line of more than 65,536 bytes"):
        read(tmp_path)


def test_odd_rows_are_told_with_their_number_or_left_out(tmp_path):
    vectors = np.arange(12, dtype=np.float64).reshape(6, 2)
    vectors[1, 0], vectors[4, 1] = np.inf, 1e300
    put(tmp_path, vectors, "abcdef")
    (tmp_path / "words.txt").write_bytes(b"a\nb\n\xff\xfe\nd\ne\nf\n")
    assert "row 3: the word is not UTF-8" in refusal(tmp_path)
    words, rows, odd = read(tmp_path, skip=True)
    assert (words, odd.count) == (["a", "d", "f"], 3)
    assert rows.tolist() == [[0, 1], [6, 7], [10, 11]]
    assert odd.first == "row 3: the word is not UTF-8"


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"a": VECTORS, "b": VECTORS, "words": np.array(WORDS)}, "one matrix of floats"),
        ({"a": VECTORS}, "one array of strings"),
        ({"a": VECTORS, "words": np.array(WORDS, dtype=object)}, r"np.array\(words, dtype=str\)"),
        ({"a": VECTORS, "words": np.array(WORDS[1:])}, "7 words for 8 rows"),
        ({"a": VECTORS[:0], "b": np.arange(4)}, "b .1-D i8"),
    ],
)
def test_an_archive_that_is_not_a_matrix_and_its_words_is_refused(arrays, told, tmp_path):
    np.savez(tmp_path / "v.npz", **arrays)
    with pytest.raises(contract.DataError, match=told):
        read(tmp_path / "v.npz")


def test_letters_that_are_no_unicode_are_refused(tmp_path):
    words = np.frombuffer(np.array([0x110000, 65] * 4, "<u4").tobytes(), "<U1")
    np.savez(tmp_path / "v.npz", words=words, vectors=VECTORS)
    refusal(tmp_path / "v.npz")


def test_an_archive_whose_sizes_lie_is_refused_without_unpacking_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "v.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        huge = WHOLE.replace("(1, 3)", "(1000000000, 300)")
        archive.writestr("vectors.npy", header(huge, b"\x00" * (1 << 22)))
        archive.writestr("words.npy", header(WHOLE.replace("<f4", "<U9").replace("(1, 3)", "(1000000000,)")))
    assert "bytes of numbers" in refusal(tmp_path / "v.npz")


@settings(max_examples=150, deadline=None)
@given(chance=SEEDS)
def test_damaged_files_are_read_or_refused(chance, tmp_path_factory):
    folder = put(tmp_path_factory.mktemp("damaged"), ending=chance.choice(sorted(LISTS)))
    save = chance.choice([np.savez, np.savez_compressed])
    save(folder / "v.npz", words=np.array(WORDS), vectors=VECTORS)
    spoiled = chance.choice(sorted(folder.iterdir()))
    spoiled.write_bytes(damage(spoiled.read_bytes(), chance))
    for path in (folder, folder / "v.npz"):
        read_or_refused(path)
