"""Review on the page needs no script, keeps what was known, and tells what to read again."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sessions import client, opened, session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from wordglass.learn.progress import progress, progress_file
from wordglass.learn.review.cards import cards
from wordglass.learn.review.ten import ten_questions
from wordglass.serve.learn import review


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def card_of(page):
    found = re.search(r'name="card" value="([\w-]+)"', page.text)
    return found and found[1]


def test_a_card_is_shown_with_its_back_folded_and_is_kept():
    page, deck = client(), {card.id: card for card in cards(opened().trace)}
    shown = page.get("learn/review")
    card = deck[card_of(shown)]
    front, fold, back = (unescape(shown.text).index(words) for words in (card.front, "<summary>", card.back))
    assert front < fold < back
    assert page.post("learn/review/card", data={"card": card.id, "known": "yes"}).status_code == 303
    assert progress()["cards"][card.id]["box"] == 2
    assert card_of(page.get("learn/review")) != card.id


def test_a_card_that_is_sent_twice_counts_once():
    page = client()
    card = card_of(page.get("learn/review"))
    for known in ("yes", "yes", "no"):
        assert page.post("learn/review/card", data={"card": card, "known": known}).status_code == 303
    assert progress()["cards"][card]["box"] == 2


def test_all_cards_are_seen_and_come_back_on_their_day():
    now = [date(2024, 2, 28)]
    app = Starlette(routes=review.routes(session(), today=lambda: now[0]))
    page = TestClient(app, follow_redirects=False)
    seen = []
    while card := card_of(page.get("/learn/review")):
        seen.append(card)
        page.post("/learn/review/card", data={"card": card, "known": "no" if len(seen) == 2 else "yes"})
    assert seen == [card.id for card in cards(opened().trace)]
    done = page.get("/learn/review").text
    assert "No card is due" in done
    assert "the next on 2024-02-29" in done
    now[0] += timedelta(days=1)
    assert card_of(page.get("/learn/review")) == seen[1]
    assert f"1 due, 0 not seen yet, {len(seen) - 1} for later" in page.get("/learn/review").text


@pytest.mark.parametrize("given", [{"card": "none", "known": "yes"}, {"card": "token"}, {"known": "no"}])
def test_what_is_no_card_is_refused(given):
    assert client().post("learn/review/card", data=given).status_code == 400
    assert progress()["cards"] == {}


def test_the_test_has_ten_questions_and_a_result_by_level():
    page, questions = client(), ten_questions(opened().trace, 7)
    asked = page.get("learn/review", params={"test": 7}).text
    assert asked.count("<fieldset") == asked.count("<legend") == 10
    assert "10 questions: 4 easy, 3 medium, 3 hard." in asked
    right = {f"q{k}": question["right"] for k, question in enumerate(questions)}
    told = page.post("learn/review", data={"test": 7, **right, "q9": ""}).text
    for line in ("easy: 4 of 4 right", "medium: 3 of 3 right", "hard: 2 of 3 right"):
        assert line in told
    assert told.count("<li>") >= 4
    assert re.search(r"To be read again.*?learn/(deep|measure|why|visualize)", told, re.DOTALL)
    assert all(f"report#{question['section']}" in told for question in questions)
    assert [(one["mode"], one["right"], one["of"]) for one in progress()["done"]] == [("review", 9, 10)]


@pytest.mark.parametrize("given", [{"test": "x"}, {"test": "-1"}, {"test": "1", "q0": "4"}])
def test_what_is_no_answer_is_refused(given):
    assert client().post("learn/review", data=given).status_code == 400


def test_of_a_damaged_file_the_page_says_so_and_leaves_it_as_it_is():
    page = client()
    progress_file().parent.mkdir(parents=True)
    progress_file().write_bytes(b"{")
    shown = page.get("learn/review")
    assert shown.status_code == 200
    assert "cannot be kept" in shown.text
    assert card_of(shown) is None
    told = page.post("learn/review", data={"test": 7})
    assert told.status_code == 200
    assert "easy: 0 of 4 right" in told.text
    assert page.post("learn/review/card", data={"card": "token", "known": "yes"}).status_code == 400
    assert progress_file().read_bytes() == b"{"
