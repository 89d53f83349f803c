"""The quiz and the challenge on the page need no script, and what they say is right."""

import re
from html import unescape

import pytest
from sessions import client, opened, session

from wordglass.learn.progress import progress
from wordglass.learn.quiz import quiz


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_a_quiz_is_put_and_judged():
    page = client()
    questions = quiz(opened().trace, 3)
    shown = page.get("learn/quiz", params={"seed": 3})
    assert shown.status_code == 200
    assert shown.text.count("<fieldset") == shown.text.count("<legend") == 3
    assert shown.text.count('type="radio"') == 12
    for question in questions:
        assert question["ask"] in unescape(shown.text)
        assert question["explanation"] not in unescape(shown.text)
    right = {f"q{k}": question["right"] for k, question in enumerate(questions)}
    assert "3 of 3 right" in page.post("learn/quiz", data={"seed": 3, "send": 1, **right}).text
    none = page.post("learn/quiz", data={"seed": 3, "send": 1})
    assert "0 of 3 right" in none.text
    assert all(question["explanation"] in unescape(none.text) for question in questions)
    assert progress()["done"] == []


@pytest.mark.parametrize(
    "given", [{"seed": "x"}, {"seed": "-1"}, {"q0": "4", "send": "1"}, {"q0": "a", "send": "1"}]
)
def test_what_is_no_answer_is_refused(given):
    assert client().post("learn/quiz", data=given).status_code == 400


def test_a_challenge_counts_time_on_the_server_and_ends_with_points():
    page = client()
    assert "Begin" in page.get("learn/challenge").text
    where = page.post("learn/challenge", data={"step": "begin"}).headers["location"]
    run = re.search(r"run=(\w+)", where)[1]
    for at in range(5):
        shown = page.get("learn/challenge", params={"run": run})
        assert shown.text.count("<fieldset") == 1
        asked = {"run": run, "at": at, "answer": 0, "step": "answer"}
        assert page.post("learn/challenge", data=asked).status_code == 303
        assert page.post("learn/challenge", data=asked).status_code == 303  # once more changes nothing
        told = page.get("learn/challenge", params={"run": run}).text
        assert "<fieldset" not in told
        assert " s of 40 s: " in told
        page.post("learn/challenge", data={"run": run, "at": at + 1, "step": "next"})
    assert "of 500 points" in page.get("learn/challenge", params={"run": run}).text
    assert [(one["mode"], one["of"]) for one in progress()["done"]] == [("challenge", 5)]


def test_a_challenge_that_is_not_there_is_refused():
    page = client(session())
    assert page.get("learn/challenge", params={"run": "none"}).status_code == 404
    assert page.post("learn/challenge", data={"step": "jump"}).status_code == 400
    assert page.post("learn/challenge", data={"step": "next"}).status_code == 404
