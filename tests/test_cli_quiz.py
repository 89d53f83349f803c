"""The quiz by pipe, with answers given at once, and as JSON for teachers."""

import json
import subprocess
import sys

import pytest
from small import drawn, table

from wordglass.classifier import TextClassifier


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    texts, targets = drawn("many")
    folder = tmp_path_factory.mktemp("quiz") / "some.model"
    TextClassifier(table()).fit(texts, [f"class {k}" for k in targets]).save(folder)
    return folder


def wordglass(*given, told=""):
    run = "from wordglass.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", run, *map(str, given)], input=told, capture_output=True, text=True, timeout=120
    )


def test_answers_come_by_pipe_by_json_and_at_once(model):
    document = json.loads(wordglass("quiz", model, "--json", "--seed", 4).stdout)
    right = ["abcd"[question["right"]] for question in document["questions"]]
    assert len(right) == 3
    piped = wordglass("quiz", model, "--seed", 4, told="\n".join(["what?", *right]) + "\n")
    assert piped.returncode == 0
    assert "3 of 3 right." in piped.stdout
    assert "3 of 3 right." in wordglass("quiz", model, "--seed", 4, "--answers", ",".join(right)).stdout
    handout = json.loads(wordglass("quiz", model, "--json", "--no-key", "--seed", 4).stdout)
    assert all("right" not in question and "wrong" not in question for question in handout["questions"])


def test_where_answers_end_the_rest_is_not_answered(model):
    ended = wordglass("quiz", model, "--ascii", told="a\n")
    assert ended.returncode == 0
    assert "2 not answered." in ended.stdout
    assert ended.stdout.isascii()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--answers", "a,b"], 2),
        (["--answers", "a,b,e"], 2),
        (["--no-key"], 2),
        (["--json", "--answers", "a,b,c"], 2),
    ],
)
def test_wrong_arguments_are_told_in_one_line(model, given, code):
    done = wordglass("quiz", model, *given)
    assert done.returncode == code
    assert len(done.stderr.splitlines()) == 1


def test_a_model_that_is_not_there_is_told_in_one_line(tmp_path):
    done = wordglass("quiz", tmp_path / "none.model")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
