"""Review by pipe and on a terminal: cards are turned and kept, and an end in between leaves all whole."""

import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pty import openpty

import pytest
from small import drawn, table

from wordglass.classifier import TextClassifier

RUN = [sys.executable, "-c", "from wordglass.cli import main; main()"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    texts, targets = drawn("many")
    folder = tmp_path_factory.mktemp("review") / "some.model"
    TextClassifier(table()).fit(texts, [f"class {k}" for k in targets]).save(folder)
    return folder


@pytest.fixture
def review(model, tmp_path):
    def told(*lines):
        given = [*RUN, "learn", str(model), "--mode", "review", "--ascii"]
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        text = "".join(f"{line}\n" for line in lines)
        return subprocess.run(given, input=text, capture_output=True, text=True, timeout=120, env=environment)

    return told


def kept(tmp_path):
    file = tmp_path / "wordglass" / "progress.json"
    return json.loads(file.read_text()) if file.exists() else {"cards": {}, "done": []}


def test_cards_by_pipe_are_turned_and_kept(review, tmp_path):
    before = date.today()
    done = review("c", "", "y", "", "what", "n", "q", "")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 90
    assert "0 due," in done.stdout
    boxes = [card["box"] for card in kept(tmp_path)["cards"].values()]
    assert boxes == [2, 1]
    if date.today() == before:  # else it was midnight meanwhile
        days = [before + timedelta(days=2), before + timedelta(days=1)]
        assert [card["due"] for card in kept(tmp_path)["cards"].values()] == [day.isoformat() for day in days]


@pytest.mark.parametrize("lines", [(), ("c",), ("c", ""), ("c", "q"), ("c", "", "q"), ("t", "a"), ("x", "q")])
def test_it_may_end_anywhere_and_nothing_is_lost(lines, review, tmp_path):
    done = review(*lines)
    assert done.returncode == 0, done.stderr
    assert kept(tmp_path) == {"cards": {}, "done": []}


def test_the_test_by_pipe_tells_the_result_by_level(review, tmp_path):
    done = review("t", *["a"] * 10, "q")
    assert done.returncode == 0, done.stderr
    assert all(f"{level}: " in done.stdout for level in ("easy", "medium", "hard"))
    one = kept(tmp_path)["done"][0]
    assert (one["mode"], one["of"]) == ("review", 10)
    assert ("To be read again" in done.stdout) == (one["right"] < 10)


def test_a_damaged_file_is_told_and_left_and_cards_are_shown_none_the_less(review, tmp_path):
    file = tmp_path / "wordglass" / "progress.json"
    file.parent.mkdir()
    file.write_bytes(b"damaged")
    done = review("c", "", "y", "q", "t", *["a"] * 10, "q")
    assert done.returncode == 0
    assert "cannot be kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert "What is a token?" in done.stdout
    assert "easy: " in done.stdout
    assert file.read_bytes() == b"damaged"


def test_on_a_terminal_an_end_of_file_leaves(model, tmp_path):
    own, other = openpty()
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    given = [*RUN, "learn", str(model), "--mode", "review"]
    process = subprocess.Popen(given, stdin=other, stdout=other, stderr=other, env=environment)
    os.close(other)
    said = b""
    for words, answer in (
        (b"c for cards", b"c\n"),
        (b"Enter turns", b"\n"),
        (b"y or n", b"y\n"),
        (b"Enter turns", b"\4"),
    ):
        end = time.monotonic() + 60
        while words not in said:
            assert time.monotonic() < end, said
            said += os.read(own, 65536)
        said = b""
        os.write(own, answer)
    while b"c for cards" not in said:
        said += os.read(own, 65536)
    os.write(own, b"\4")
    assert process.wait(60) == 0
    os.close(own)
    assert [card["box"] for card in kept(tmp_path)["cards"].values()] == [2]
