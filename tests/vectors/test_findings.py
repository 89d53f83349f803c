"""What damaged files have brought to light in the readers, one test each: they must not come back."""

import gzip
import io
import struct
import zipfile

import numpy as np
import pytest
from samples import VECTORS, WORDS, npy, one, sample, tensors

from wordglass.errors import DataError
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows


def read(path, skip=False):
    """All blocks, all rows of n-grams, and what was odd."""
    odd = OddRows(str(path), skip)
    found = open_vectors(path, odd)
    return list(found.read(0)), list(found.ngrams.read(0)) if found.ngrams else [], odd


def refusal(path):
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def refusal_if_any(path):
    try:
        read(path)
    except DataError as error:
        return str(error)
    return ""


def test_what_a_damaged_file_says_is_quoted_in_one_line_that_a_terminal_can_show(tmp_path):
    static = sample("Model2Vec")
    weights = tensors(embeddings=VECTORS).replace(b"F32", b"\\n\\u001b[2J")
    length = struct.pack("<Q", len(weights) - 8 - VECTORS.nbytes)
    path = static.changed("model.safetensors", length + weights[8:]).write(tmp_path)
    assert "\ufffd[2J" in refusal(path)


def test_a_zip_archive_with_a_file_without_a_name_is_refused_or_read(tmp_path):
    archive = bytearray(sample("GloVe text, zip").files["glove.txt.zip"])
    nameless = archive.replace(b"vectors.txt", b"")
    for signature, place in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = nameless.index(signature) + place
        nameless[at : at + 2] = bytes(2)
    end = nameless.rindex(b"PK\x05\x06")
    struct.pack_into(
        "<2L", nameless, end + 12, end - nameless.index(b"PK\x01\x02"), nameless.index(b"PK\x01\x02")
    )
    told = refusal_if_any(one("v.zip", bytes(nameless)).write(tmp_path))
    assert not told or "v.zip" in told


@pytest.mark.parametrize("how", ["gz", "bz2", "xz", "zst", "zip"])
def test_damage_in_compressed_data_is_told_with_the_byte_that_it_lies_before(tmp_path, how):
    whole = sample(f"GloVe text, {how}")
    content = bytearray(whole.files[whole.opened])
    if how == "zst":
        del content[len(content) // 2 :]  # without a check sum, other bytes may unpack to another text
    else:
        content[len(content) // 2] ^= 0xFF
        content[len(content) // 2 + 1] ^= 0xFF
    assert "are damaged by byte" in refusal(whole.changed(whole.opened, bytes(content)).write(tmp_path))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_damage_in_a_member_of_an_npz_is_told_however_it_is_packed(tmp_path, method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("vectors.npy", npy(VECTORS))
        archive.writestr("words.npy", npy(np.array(WORDS)))
    content = bytearray(file.getvalue())
    for at in range(50, 120):
        flipped = bytes(content[:at]) + bytes([content[at] ^ 0x55]) + bytes(content[at + 1 :])
        told = refusal_if_any(one("both.npz", flipped).write(tmp_path))
        assert not told or "both.npz" in told


@pytest.mark.parametrize("shape", [(2**61, 0), (0, 2**62), (2**62, 4), (-1, 4)])
def test_a_matrix_of_no_numbers_and_endless_rows_is_refused_with_its_byte(tmp_path, shape):
    model = sample("fastText bin")
    if model is None:
        pytest.skip("fasttext is not installed")
    content = model.files["m.bin"]
    second = content.rindex(struct.pack("<q", 4))  # the output matrix: (rows, dim)
    damaged = content[: second - 8] + struct.pack("<2q", *shape) + content[second + 8 :]
    assert "byte" in refusal(model.changed("m.bin", damaged).write(tmp_path))


@pytest.mark.parametrize("protocol", [2, 4])
def test_n_grams_of_a_gensim_save_with_nan_are_refused_or_become_zeros(tmp_path, protocol):
    models = pytest.importorskip("gensim.models")
    saved = models.FastText([WORDS] * 3, vector_size=4, min_count=1, workers=1, bucket=40, epochs=1)
    saved.wv.vectors_ngrams[7, 2] = np.nan
    saved.wv.vectors[:] = 1
    saved.save(str(tmp_path / "v.kv"), pickle_protocol=protocol)
    assert "row 8 of vectors_ngrams" in refusal(tmp_path / "v.kv")
    _, (rows,), odd = read(tmp_path / "v.kv", skip=True)
    assert odd.count == 1
    assert not rows[7].any()
    assert rows[8].any()


def test_an_array_of_spacy_with_more_numbers_than_its_header_says_is_refused_with_the_byte(tmp_path):
    folder = sample("spaCy")
    shorter = folder.files["vectors"].replace(b"(8, 5)", b"(8, 4)")
    assert "byte 256: more follows" in refusal(folder.changed("vectors", shorter).write(tmp_path))


def test_a_packed_matrix_with_more_numbers_than_its_header_says_is_refused_with_the_row(tmp_path):
    matrix = npy(VECTORS).replace(b"(8, 5)", b"(8, 4)")
    (tmp_path / "matrix.txt").write_text("\n".join(WORDS))
    (tmp_path / "matrix.npy.gz").write_bytes(gzip.compress(matrix))
    assert "row 8: more follows" in refusal(tmp_path / "matrix.npy.gz")


def test_buckets_that_no_file_pays_for_are_refused_before_memory_is_taken_for_them(tmp_path):
    model = sample("fastText ftz, cut off")
    if model is None:
        pytest.skip("fasttext is not installed")
    content = bytearray(model.files["m.ftz"])
    struct.pack_into("<i", content, 8 + 8 * 4, (1 << 24) + 1)
    assert "16,777,216 are read" in refusal(model.changed("m.ftz", bytes(content)).write(tmp_path))


def test_a_gensim_save_with_room_for_more_words_is_read_up_to_its_words(tmp_path):
    models = pytest.importorskip("gensim.models")
    saved = models.FastText([WORDS] * 3, vector_size=4, min_count=1, workers=1, bucket=40, epochs=1).wv
    expected = np.stack([saved[word] for word in saved.index_to_key])
    saved.vectors_vocab = np.vstack([saved.vectors_vocab, np.zeros((3, 4), np.float32)])
    saved.vectors = None
    saved.save(str(tmp_path / "v.kv"))
    (block,), _, _ = read(tmp_path / "v.kv")
    assert block.words.to_pylist() == saved.index_to_key
    np.testing.assert_allclose(block.vectors, expected, rtol=1e-5)
