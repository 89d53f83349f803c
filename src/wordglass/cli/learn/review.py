"""Review, in the terminal: the cards that are due, and a test of ten questions."""

from datetime import date
from random import randrange
from typing import TYPE_CHECKING

from wordglass.cli.learn.asking import ask
from wordglass.cli.learn.putting import LEAVE, put_all

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.opened import Opened


def do(opened: "Opened", console: "Console") -> None:
    """Have the learner turn cards or take the test, until neither is chosen."""
    from wordglass.learn.wording import wording

    while (told := ask(wording("asking")["review_choice"])) is not None:
        if told.strip().lower() == "c":
            _cards(opened, console)
        elif told.strip().lower() == "t":
            _test(opened, console)
        elif told.strip().lower() in ("", *LEAVE):
            return


def _cards(opened: "Opened", console: "Console") -> None:
    """Show cards that are due, one after the other, and keep which were known."""
    from wordglass.learn.progress import changing, progress
    from wordglass.learn.review import cards, due, moved
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_sentence

    said, today = wording("asking"), date.today()
    deck = due(cards(opened.trace), progress(), today)
    show_sentence(said["cards_due"].format(count=len(deck)) if deck else said["no_cards"], console)
    for card in deck:
        show_sentence(f"[{said['levels'][card.level]}] {card.front}", console)
        if (told := ask(said["turn"])) is None or told.strip().lower() in LEAVE:
            return
        show_sentence(card.back, console)
        while (told := ask(said["knew"])) is not None and told.strip().lower() not in ("y", "n", *LEAVE):
            pass
        if told is None or told.strip().lower() in LEAVE:
            return
        with changing() as kept:
            at = moved(kept["cards"].get(card.id), told.strip().lower() == "y", today)
            kept["cards"][card.id] = at
        show_sentence(said["card_seen"].format(due=at["due"]), console)


def _test(opened: "Opened", console: "Console") -> None:
    """Put the ten questions, and tell the result by level."""
    from wordglass.learn.answering import hits
    from wordglass.learn.progress import note_done
    from wordglass.learn.review import result, ten_questions
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_sentence

    said = wording("asking")
    asked = ten_questions(opened.trace, randrange(1_000_000))
    answers = put_all(asked, console)
    if len(answers) < len(asked):
        return
    found = result(asked, answers)
    for level, (right, of) in found.levels.items():
        show_sentence(said["level_result"].format(level=said["levels"][level], right=right, of=of), console)
    if found.again:
        show_sentence(said["read_again"].format(topics=", ".join(found.again)), console)
    note_done("review", opened.name, hits(asked, answers), len(asked))
