"""Cards come back the later the better they are known; a test has fixed shares of three levels."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import opened

from wordglass.errors import DataError
from wordglass.learn import progress as kept_progress
from wordglass.learn.progress import changing, note_done, progress, progress_file
from wordglass.learn.questions import GENERATORS
from wordglass.learn.review import ANEW, DAYS, cards, due, moved, result, ten_questions
from wordglass.learn.wording import wording

KINDS = ("many", "two", "several", "77", "hostile")
TODAY = date(2024, 2, 28)


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_has_a_run_s_numbers_and_levels_rise(kind):
    deck = cards(opened(kind).trace)
    assert len(deck) >= 30
    assert len(deck) == len(wording("cards"))  # rows are held out here
    assert not any("{" in card.front + card.back for card in deck)
    order = ["beginner", "intermediate", "advanced"]
    levels = [order.index(card.level) for card in deck]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2}


def test_cards_that_need_a_score_are_left_out_without_one():
    trace = {**opened().trace, "scores": None}
    needing = {id for id, said in wording("cards").items() if "needs" in said}
    assert {card.id for card in cards(trace)} == set(wording("cards")) - needing


@given(st.lists(st.booleans(), max_size=12))
def test_a_card_goes_a_box_up_or_back_to_the_first(answers):
    before, box, today = None, 1, TODAY
    for known in answers:
        before = moved(before, known, today)
        box = min(box + 1, 5) if known else 1
        assert before["box"] == box
        today += timedelta(days=2 ** (box - 1))
        assert before["due"] == today.isoformat()
    assert DAYS == (1, 2, 4, 8, 16)


def test_cards_due_come_before_new_ones_and_others_not_at_all():
    deck = cards(opened().trace)
    with changing() as kept:
        kept["cards"][deck[3].id] = {"box": 1, "due": TODAY.isoformat()}
        kept["cards"][deck[5].id] = {"box": 1, "due": (TODAY - timedelta(days=3)).isoformat()}
        kept["cards"][deck[0].id] = {"box": 2, "due": (TODAY + timedelta(days=1)).isoformat()}
    found = due(deck, progress(), TODAY)
    assert found[:2] == [deck[5], deck[3]]
    assert deck[0] not in found
    assert len(found) == 2 + ANEW


@pytest.mark.parametrize("kind", KINDS)
def test_a_test_has_four_easy_three_medium_and_three_hard_questions(kind):
    asked = ten_questions(opened(kind).trace, 4)
    assert len({question["id"] for question in asked}) == 10
    assert Counter(question["level"] for question in asked) == {"easy": 4, "medium": 3, "hard": 3}


def test_the_result_counts_by_level_and_names_what_to_read_again():
    asked = ten_questions(opened().trace, 4)
    right = result(asked, [question["right"] for question in asked])
    assert right.levels == {"easy": (4, 4), "medium": (3, 3), "hard": (3, 3)}
    assert right.again == []
    none = result(asked, [None] * 10)
    assert {level: count[0] for level, count in none.levels.items()} == dict.fromkeys(none.levels, 0)
    assert set(wording("asking")["topics"]) == {generator.topic for generator in GENERATORS}


def test_what_was_done_is_kept_whole_and_a_damaged_file_is_told():
    note_done("quiz", "a.model", 2, 3)
    note_done("quiz", "b.model", 3, 3)
    assert [one["what"] for one in progress()["done"]] == ["a.model", "b.model"]
    for damaged in (b"", b"[]", b'{"format": "wordglass-progress", "version": 99}', b"\xff", b"[" * 100_000):
        progress_file().write_bytes(damaged)
        with pytest.raises(DataError, match=r"progress\.json"):
            progress()
        with pytest.raises(DataError), changing():
            pass
        assert progress_file().read_bytes() == damaged
    assert kept_progress.VERSION == 1
