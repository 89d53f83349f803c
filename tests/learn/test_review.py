"""Cards come back the later the better they are known; a test has fixed shares of three levels."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import HOSTILE, KINDS, opened

from wordglass.errors import DataError
from wordglass.learn import progress as kept_progress
from wordglass.learn.lesson import lesson
from wordglass.learn.markdown import TERM, linked, parsed
from wordglass.learn.modes import NAMES
from wordglass.learn.progress import note_done, progress, progress_file
from wordglass.learn.questions import GENERATORS
from wordglass.learn.review.cards import LEVELS, cards
from wordglass.learn.review.facts import facts
from wordglass.learn.review.kept import keep_seen, known_cards
from wordglass.learn.review.saying import place, say_schedule, say_shares, say_standing
from wordglass.learn.review.spacing import DAYS, moved, standing, waiting
from wordglass.learn.review.ten import SHARES, result, short_of, ten_questions
from wordglass.learn.wording import wording
from wordglass.views.html.report import report_parts
from wordglass.views.visible import visible

FULL = ("many", "two", "several", "77", "hostile", "lesson", "weighed", "maximum")
TODAY = date(2024, 2, 28)


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_of_every_run_has_its_placeholders_filled(kind):
    deck, said, known = cards(opened(kind).trace), wording("cards"), facts(opened(kind).trace)
    assert len(deck) >= 30
    for card in deck:
        for side in ("front", "back"):
            shown, source = getattr(card, side), said[card.id][side]
            assert shown == re.sub(r"\{(\w+)\}", lambda name: known[name[1]], source)
            assert shown == visible(shown)
            if kind != "hostile":
                assert not re.search(r"[{}]|\bnan\b|\bNone\b", shown)
    levels = [LEVELS.index(card.level) for card in deck]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2}


@pytest.mark.parametrize("kind", FULL)
def test_all_cards_of_the_file_are_used_where_a_run_lacks_nothing(kind):
    assert {card.id for card in cards(opened(kind).trace)} == set(wording("cards"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_card_needs_of_a_run_that_lacks_it_is_named(kind):
    known = facts(opened(kind).trace)
    deck = {card.id for card in cards(opened(kind).trace)}
    for id, said in wording("cards").items():
        named = set(re.findall(r"\{(\w+)\}", said["front"] + said["back"]))
        assert (id in deck) == (named <= known.keys() and set(said.get("needs", [])) <= known.keys()), id


def test_names_of_strangers_stand_on_cards_as_text():
    deck = {card.id: card for card in cards(opened("hostile").trace)}
    largest = deck["largest-class"].back
    assert any(visible(" ".join(name.split())) in largest for name in HOSTILE)
    assert not any("\u202e" in card.back or "\0" in card.back for card in deck.values())


def test_every_card_names_what_explains_it():
    trace = opened().trace
    sections = {id for id, _ in report_parts(trace, [])["contents"]}
    for card in cards(trace):
        assert card.topic in wording("asking")["topics"], card.id
        assert place(card)
        if card.page == "report":
            assert card.anchor in sections, card.id
        else:
            terms = set(linked(parsed(lesson(card.page, opened())), TERM))
            assert card.anchor == "" or card.anchor.removeprefix("term-") in terms, card.id
    assert all(topic["mode"] in NAMES for topic in wording("asking")["topics"].values())


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
    assert "2, 4, 8 and 16 days" in say_schedule()


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 20)), max_size=40))
def test_what_is_due_is_what_a_plain_list_of_days_says(steps):
    deck = cards(opened().trace)[:7]
    kept, days, day = {}, {}, 0  # ``days``: a twin, the day on which each card is due
    for which, known, later in steps:
        day += later
        today = TODAY + timedelta(days=day)
        id = deck[which].id
        if days.get(id, (0, day))[1] <= day:
            kept[id] = moved(kept.get(id), known, today)
            box = min(days.get(id, (1, 0))[0] + 1, 5) if known else 1
            days[id] = (box, day + [1, 2, 4, 8, 16][box - 1])
        late = sorted((of[1], k) for k, card in enumerate(deck) if (of := days.get(card.id)) and of[1] <= day)
        new = [k for k, card in enumerate(deck) if card.id not in days]
        assert waiting(deck, kept, today) == [deck[k] for k in [k for _, k in late] + new]
        at = standing(deck, kept, today)
        assert (at.due, at.new, at.later) == (len(late), len(new), 7 - len(late) - len(new))
        assert at.boxes == [sum(of[0] == box for of in days.values()) for box in range(1, 6)]
        soon = [of[1] for of in days.values() if of[1] > day]
        assert at.soonest == ((TODAY + timedelta(days=min(soon))).isoformat() if soon else None)


def test_how_many_are_due_and_when_the_next_is_said():
    deck = cards(opened().trace)
    for card in deck:
        keep_seen(card.id, True, TODAY)
    kept, why = known_cards()
    assert not why
    line = say_standing(standing(deck, kept, TODAY))
    assert "No card is due" in line
    assert "the next on 2024-03-01" in line


@pytest.mark.parametrize("kind", FULL)
def test_a_test_has_four_easy_three_medium_and_three_hard_questions(kind):
    for seed in range(20):
        asked = ten_questions(opened(kind).trace, seed)
        assert len({question["id"] for question in asked}) == 10
        assert (
            Counter(question["level"] for question in asked) == SHARES == {"easy": 4, "medium": 3, "hard": 3}
        )
        assert short_of(asked) == {}
    assert say_shares(asked) == ["10 questions: 4 easy, 3 medium, 3 hard. None is timed."]


@pytest.mark.parametrize("kind", ["no held-out rows", "no samples"])
def test_a_run_that_has_too_little_for_a_level_is_said_to(kind):
    for seed in range(20):
        asked = ten_questions(opened(kind).trace, seed)
        assert len(asked) == len({question["id"] for question in asked}) == 10
        counted = Counter(question["level"] for question in asked)
        assert short_of(asked) == {
            level: counted[level] for level in SHARES if counted[level] < SHARES[level]
        }
        assert bool(short_of(asked)) == any("no more than" in line for line in say_shares(asked))


def test_fewer_than_ten_are_asked_where_there_are_no_more(monkeypatch):
    import wordglass.learn.review.ten as ten

    monkeypatch.setattr(ten, "GENERATORS", GENERATORS[:3])
    asked = ten_questions(opened().trace, 1)
    assert len(asked) == 3
    assert "no more than" in say_shares(asked)[1]
    assert sum(of for _, of in result(asked, [None] * 3).levels.values()) == 3


def test_the_result_counts_by_level_and_names_what_to_read_again():
    asked = ten_questions(opened().trace, 4)
    right = result(asked, [question["right"] for question in asked])
    assert right.levels == {"easy": (4, 4), "medium": (3, 3), "hard": (3, 3)}
    assert right.again == []
    none = result(asked, [None] * 10)
    assert {level: count[0] for level, count in none.levels.items()} == dict.fromkeys(none.levels, 0)
    topics = {generator.id: generator.topic for generator in GENERATORS}
    names = wording("asking")["topics"]
    assert {topic.name for topic in none.again} == {names[topics[of["id"]]]["name"] for of in asked}
    assert set(names) == set(topics.values())


def test_a_card_that_is_not_due_is_left_where_it_is():
    first = keep_seen("token", True, TODAY)
    assert keep_seen("token", True, TODAY) == keep_seen("token", False, TODAY + timedelta(days=1)) == first
    assert keep_seen("token", True, TODAY + timedelta(days=2))["box"] == 3


def test_what_was_done_is_kept_whole_and_a_damaged_file_is_told():
    note_done("quiz", "a.model", 2, 3)
    note_done("quiz", "b.model", 3, 3)
    assert [one["what"] for one in progress()["done"]] == ["a.model", "b.model"]
    whole = b'{"format": "wordglass-progress", "version": 1, "done": [], "cards": {"token": %s}}'
    for damaged in (
        b"",
        b"[]",
        b'{"format": "wordglass-progress", "version": 0}',
        b'{"format": "wordglass-progress", "version": 99}',
        b"\xff",
        b"[" * 100_000,
        whole % b'{"box": 0, "due": "2024-01-01"}',
        whole % b'{"box": 1, "due": "tomorrow"}',
        whole % b'{"box": "2", "due": "2024-01-01"}',
    ):
        progress_file().write_bytes(damaged)
        with pytest.raises(DataError, match=r"progress\.json"):
            progress()
        kept, why = known_cards()
        assert kept == {}
        assert "\n" not in why
        with pytest.raises(DataError):
            keep_seen("token", True, TODAY)
        assert progress_file().read_bytes() == damaged
    progress_file().write_bytes(whole % b'{"box": 2, "due": "2024-01-01"}')
    assert progress()["cards"]["token"]["box"] == 2
    assert kept_progress.VERSION == 1
