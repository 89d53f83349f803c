"""Review, in the terminal: the cards that are due, and a test of ten questions."""

from datetime import date
from random import randrange
from typing import TYPE_CHECKING

import click

from wordglass.cli.learn.asking import ask, say_error
from wordglass.cli.learn.putting import LEAVE, put_all
from wordglass.cli.options import note

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.learn.review.cards import Card
    from wordglass.opened import Opened

SITTING = 10  # cards that are shown before one is asked whether to go on


def do(opened: "Opened", console: "Console", today: date | None = None) -> None:
    """Have the learner turn cards or take the test, until neither is chosen."""
    from wordglass.learn.wording import wording

    today = today or date.today()
    while (told := ask(wording("asking")["review_choice"])) is not None:
        if told.strip().lower() == "c":
            _cards(opened, console, today)
        elif told.strip().lower() == "t":
            _test(opened, console)
        elif told.strip().lower() in ("", *LEAVE):
            return
    click.echo()


def _cards(opened: "Opened", console: "Console", today: date) -> None:
    """Show cards that are to be seen, one after the other, and keep which were known."""
    from wordglass.learn.review.cards import cards
    from wordglass.learn.review.kept import known_cards
    from wordglass.learn.review.saying import say_schedule, say_standing
    from wordglass.learn.review.spacing import standing, waiting
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_sentence

    deck, (kept, why) = cards(opened.trace), known_cards()
    if why:
        note(wording("asking")["kept_off"].format(why=why))
    show_sentence(f"{say_standing(standing(deck, kept, today))} {say_schedule()}", console)
    for card in waiting(deck, kept, today)[:SITTING]:
        if not _turned(card, console, today, keeping=not why):
            return


def _turned(card: "Card", console: "Console", today: date, keeping: bool) -> bool:
    """Show a card and its back, and keep whether it was known; False where the learner leaves."""
    from wordglass.errors import DataError
    from wordglass.learn.review.kept import keep_seen
    from wordglass.learn.review.saying import place
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_sentence

    said = wording("asking")
    show_sentence(f"[{said['levels'][card.level]}] {card.front}", console)
    if (told := ask(said["turn"])) is None or told.strip().lower() in LEAVE:
        return False
    show_sentence(card.back, console)
    show_sentence(said["read_more"].format(place=place(card)), console)
    while (told := ask(said["knew"])) is not None and told.strip().lower() not in ("y", "n", *LEAVE):
        pass
    if told is None or told.strip().lower() in LEAVE:
        return False
    if keeping:
        try:
            at = keep_seen(card.id, told.strip().lower() == "y", today)
            show_sentence(said["card_seen"].format(box=at["box"], due=at["due"]), console)
        except DataError as error:
            say_error(error)
    return True


def _test(opened: "Opened", console: "Console") -> None:
    """Put the ten questions, and tell the result by level."""
    from wordglass.errors import DataError
    from wordglass.learn.answering import hits
    from wordglass.learn.progress import note_done
    from wordglass.learn.review.saying import say_levels, say_shares, say_topic
    from wordglass.learn.review.ten import result, ten_questions
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_sentence

    asked = ten_questions(opened.trace, randrange(1_000_000))
    for line in say_shares(asked):
        show_sentence(line, console)
    answers = put_all(asked, console)
    if len(answers) < len(asked):
        return
    found = result(asked, answers)
    for line in say_levels(found):
        show_sentence(line, console)
    if found.again:
        topics = "; ".join(map(say_topic, found.again))
        show_sentence(f"{wording('asking')['read_again']} {topics}.", console)
    try:
        note_done("review", opened.name, hits(asked, answers), len(asked))
    except DataError as error:
        say_error(error)
