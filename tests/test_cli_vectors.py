"""The command line on vectors of one's own: files, folders, archives, packages, and tables in the cache."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("fasttext")

from test_cli import ENVIRONMENT, ROWS, WORDGLASS, Run, as_csv, call, done

from wordglass.cache import cache_folder
from wordglass.kernels import native
from wordglass.vectors import load_vectors

sys.path.append(str(Path(__file__).parent / "vectors"))
from subword_models import trained

VECTORS = "good 1 0\nbad 0 1\nfilm 1 1\nstory 0.5 0.25\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A fastText model's file, and the model as the library loads it."""
    return trained("skipgram", tmp_path_factory.mktemp("library"))


@pytest.fixture
def here(library, tmp_path, monkeypatch):
    """A folder of files, and a cache of its own that has nothing but the compiled kernels."""
    native.hash_words(np.zeros(0, np.uint8), np.zeros(1, np.int64))  # compiled by now, if they were not
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "kernels").symlink_to(cache_folder() / "kernels")
    monkeypatch.setenv("WORDGLASS_CACHE", str(cache))
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "opinions.csv").write_text(as_csv(ROWS))
    (folder / "texts.txt").write_text("good film\nnosuchword story\n")
    (folder / "v.txt").write_text(VECTORS)
    (folder / "nan.txt").write_text(VECTORS + "dull nan 1\n")
    (folder / "notes.txt").write_text("These are no vectors.\nNot at all.\n")
    (folder / "cut.bin").write_bytes(library[0].read_bytes()[:3000])
    (folder / "empty.vec").write_bytes(b"")
    shutil.copy(library[0], folder / "model.bin")
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.writestr("v.txt", VECTORS)
        archive.writestr("w.txt", "good 1 2 3\nfilm 2 0 1\n")
    return folder


def run(*arguments, cwd):
    """A run as a process of its own, with the cache of the test."""
    cache = str(cache_folder())
    found = subprocess.run(
        [WORDGLASS, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        env={**ENVIRONMENT, "WORDGLASS_CACHE": cache},
        timeout=120,
    )
    return Run(found.returncode, found.stdout.decode(), found.stderr.decode())


def partly_written(folder):
    """What an unfinished run has left."""
    return [path.name for path in folder.rglob("*") if ".partial" in path.name or ".removed" in path.name]


# A process of its own, from training to a trace


@pytest.mark.parametrize("kind", ["path", "package", "joined"])
def test_train_predict_and_trace_on_vectors_of_every_way_to_name_them(kind, here):
    vectors = {"path": "./model.bin", "package": "tokenlearn-static-model", "joined": "v+model.bin"}[kind]
    if kind == "package":
        pytest.importorskip("static_model")
        pytest.importorskip("tokenizers")
    if kind == "joined":
        done("vectors", "add", "v.txt", "--name", "v", cwd=here)
    model = ("train", "opinions.csv", "--vectors", vectors, "-o", "m", "--no-baselines")
    trained_model = run(*model, cwd=here)
    assert trained_model.code == 0, trained_model.err
    shown = run("trace", "m", "a good unheardof film", "--json", cwd=here)
    assert shown.code == 0, shown.err
    trace = json.loads(shown.out)
    assert trace["vectors"] == vectors
    for k, output in enumerate(trace["outputs"]):
        parts = [output["bias"], *(token["shares"][k] for token in trace["tokens"])]
        assert sum(parts) == pytest.approx(output["score"], abs=1e-5 * np.abs(parts).sum())
    known = [token["known"] for token in trace["tokens"]]
    assert known == ([False, True, False, True] if kind == "joined" else [True] * len(known))
    assert trace["pooled"] is not None  # the vectors are found again by what they were called
    if kind == "package":
        return  # its tokeniser alone takes seconds to read, every time
    if kind == "path":
        assert "from n-grams" in run("trace", "m", "unheardof", cwd=here).out
    labelled = run("predict", "m", "texts.txt", "-o", "labelled.csv", cwd=here)
    assert labelled.code == 0, labelled.err
    assert len((here / "labelled.csv").read_text().splitlines()) == 3


# One table on its way through the commands


def test_a_table_is_added_looked_into_exported_converted_and_removed(here, library):
    info = done("vectors", "add", "model.bin", "--name", "ft", "--numbers", "float16", cwd=here)
    assert "fastText model" in info
    about = json.loads(done("vectors", "info", "ft", "--verify", "--json", cwd=here))
    assert (about["name"], about["dim"], about["numbers"]) == ("ft", 10, "float16")
    assert about["ngrams"]["minn"] == 2
    (row,) = [row for row in json.loads(done("vectors", "list", "--json")) if row["name"] == "ft"]
    assert (row["state"], row["words"]) == ("ready", about["words"])
    assert "ft" in done("vectors", "list")
    nearest = json.loads(done("vectors", "neighbors", "zebra", "--vectors", "ft", "-n", "3", "--json"))
    vector = library[1].get_word_vector("zebra")
    other = library[1].get_word_vector(nearest[0]["word"])
    cosine = vector @ other / np.linalg.norm(vector) / np.linalg.norm(other)
    assert nearest[0]["cosine"] == pytest.approx(cosine, abs=2e-3)
    found = json.loads(done("vectors", "analogy", "ka", "to", "mi", "--vectors", "ft", "-n", "2", "--json"))
    assert len(found) == 2
    coverage = json.loads(done("vectors", "coverage", "texts.txt", "--vectors", "ft", "--json", cwd=here))
    assert (coverage["known"], coverage["composed"], coverage["missing"]) == (4, 4, [])
    done("vectors", "convert", "ft", "copy", "--numbers", "int8", cwd=here)
    copy = load_vectors(str(here / "copy"))
    assert copy.manifest["ngrams"] == about["ngrams"]
    np.testing.assert_allclose(copy.vector("zebra"), vector, atol=0.02 * np.abs(vector).max())
    assert done("vectors", "info", "./copy", "--verify", cwd=here)
    done("vectors", "export", "ft", "ft.vec", cwd=here)
    again = load_vectors(str(here / "ft.vec"))
    np.testing.assert_array_equal(again.vectors(["ka"]), load_vectors("ft").vectors(["ka"]))
    assert "freed" in done("vectors", "remove", "ft")
    assert call("vectors", "info", "ft").code == 2
    assert partly_written(here.parent) == []


def test_a_file_within_an_archive_is_a_table_like_any_other(here):
    done("vectors", "add", "two.zip/v.txt", "--name", "v", cwd=here)
    done("vectors", "add", "two.zip/w.txt", "--name", "w", cwd=here)
    v, w = (json.loads(done("vectors", "info", name, "--json")) for name in ("v", "w"))
    assert (v["words"], w["words"]) == (4, 2)
    assert v["sha256"] != w["sha256"]
    by_path = json.loads(done("vectors", "info", "two.zip/w.txt", "--json", cwd=here))
    assert by_path["sha256"] == w["sha256"]
    joined = json.loads(done("vectors", "info", "v+two.zip/w.txt", "--json", cwd=here))
    assert (joined["words"], joined["dim"]) == (4, 5)


def test_parts_of_words_keep_their_tokeniser_when_converted(here):
    pytest.importorskip("wordllama")
    pytest.importorskip("tokenizers")
    done("vectors", "convert", "wordllama-l2-256", "copy", "--numbers", "int8", cwd=here)
    copy, whole = load_vectors(str(here / "copy")), load_vectors("wordllama-l2-256")
    texts = ["Unheardof words, 日本"]
    assert copy.vocabulary.lookup(texts).ids.tolist() == whole.vocabulary.lookup(texts).ids.tolist()
    assert copy.manifest["tokenizer"] == whole.manifest["tokenizer"]
    shown = json.loads(done("vectors", "coverage", "texts.txt", "--vectors", "./copy", "--json", cwd=here))
    assert shown["known"] == shown["tokens"]


# What bad input gets

REFUSED = {  # what is given: exit code, what the one line says
    "add nosuch.vec": (2, "no vectors are called 'nosuch.vec'"),
    "add ./nosuch.vec": (2, "nosuch.vec: no such file"),
    "add no.zip/v.txt": (2, "no.zip/v.txt: no such file"),
    "add two.zip": (2, "two.zip holds 2 files: name one of them, as two.zip/v.txt"),
    "add two.zip/x.txt": (2, "two.zip holds 2 files: name one of them"),
    "add v.txt/x": (1, "v.txt is a file and no zip archive"),
    "add notes.txt": (1, "notes.txt: no format of word vectors"),
    "add cut.bin": (1, "cut.bin, byte 3,000: the file ends too early"),
    "add empty.vec": (1, "empty.vec: the file is empty"),
    "add nan.txt": (1, "nan.txt, line 5: "),
    "add .": (1, "no folder of word vectors that is known here"),
    "add v.txt --name a/b": (2, "'a/b' cannot be a table's name"),
    "add v.txt --name ..": (2, "'..' cannot be a table's name"),
    "add v.txt --name here": (2, "there is a table called here"),
    "add v.txt --numbers int4": (2, "'int4' is not one of 'float32', 'float16', 'int8'"),
    "info nosuch": (2, "no vectors are called 'nosuch'"),
    "info ./nosuch": (2, "nosuch: no such file"),
    "info here+nosuch/v.txt": (2, "nosuch/v.txt: no such file"),
    "info cut.bin": (1, "cut.bin, byte 3,000: the file ends too early"),
    "neighbors nosuchword --vectors here": (2, "here has no word 'nosuchword'"),
    "neighbors Good --vectors here": (2, "here has no word 'Good': try 'good'"),
    "neighbors good --vectors here -n 0": (2, "'-n': 0 is not in the range"),
    "analogy good bad nosuchword --vectors here": (2, "here has no word 'nosuchword'"),
    "coverage nosuch.csv --vectors here": (2, "nosuch.csv: no such file"),
    "coverage texts.txt --vectors cut.bin": (1, "cut.bin, byte 3,000: the file ends too early"),
    "convert ./nosuch.vec out": (2, "nosuch.vec: no such file"),
    "convert v.txt taken": (2, "taken exists: give the name of a new folder"),
    "convert cut.bin out": (1, "cut.bin, byte 3,000: the file ends too early"),
    "export here nosuch/here.vec": (2, "nosuch: no such folder to write here.vec to"),
    "export here taken": (2, "taken is there already"),
    "export here here.docx": (2, "here.docx: the ending says no format"),
    "export here here.vec --format docx": (2, "no format is called 'docx'"),
    "remove nosuch": (2, "no table called nosuch is in the cache"),
    "remove ..": (2, "no table called .. is in the cache"),
    "remove": (2, "Missing argument"),
}


def test_every_refusal_is_one_line_and_leaves_nothing(here):
    done("vectors", "add", "v.txt", "--name", "here", cwd=here)
    (here / "taken").mkdir()
    before = sorted(path for path in here.rglob("*"))
    for given, (code, line) in REFUSED.items():
        found = call("vectors", *given.split(), cwd=here)
        assert found.code == code, (given, found)
        assert found.out == "", given
        (said,) = found.err.splitlines()
        assert said.startswith("wordglass: "), given
        assert line in said, given
    assert sorted(path for path in here.rglob("*")) == before
    assert partly_written(here.parent) == []
    assert [row["name"] for row in json.loads(done("vectors", "list", "--json")) if row["words"]] == ["here"]


def test_odd_rows_are_left_out_and_counted_where_that_is_asked_for(here):
    done("vectors", "add", "nan.txt", "--name", "odd", "--skip-odd-rows", cwd=here)
    about = json.loads(done("vectors", "info", "odd", "--json"))
    assert (about["words"], about["odd_rows"]) == (4, 1)
    assert "line 5" in about["first_odd_row"]


def test_a_cache_that_cannot_be_written_is_one_line(here, monkeypatch):
    (here / "file").touch()
    monkeypatch.setenv("WORDGLASS_CACHE", str(here / "file"))
    found = call("vectors", "add", "v.txt", "--name", "v", cwd=here)
    assert found.code == 1
    assert "cannot write the table of vectors" in found.err
    assert "Traceback" not in found.err
