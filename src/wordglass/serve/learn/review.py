"""Review on the page: a card at a time, and the test of ten questions."""

from collections.abc import Callable
from datetime import date
from functools import partial
from random import randrange
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wordglass.errors import DataError
from wordglass.learn.answering import LETTERS, hits
from wordglass.learn.progress import note_done
from wordglass.learn.questions.question import Question
from wordglass.learn.review.cards import cards
from wordglass.learn.review.kept import keep_seen, known_cards
from wordglass.learn.review.saying import place, say_levels, say_shares, say_standing
from wordglass.learn.review.spacing import DAYS, standing, waiting
from wordglass.learn.review.ten import Result, result, ten_questions
from wordglass.learn.wording import wording
from wordglass.serve.asked import whole
from wordglass.serve.learn.lessons import TAB, mode_page
from wordglass.serve.learn.quiz import SEEDS, answer_of
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session

Today = Callable[[], date]


def routes(session: Session, today: Today = date.today) -> list[Route]:
    """The page, what keeps that a card was known, and what judges the test."""
    return [
        Route("/learn/review", endpoint(session, TAB, partial(_look, today=today)), methods=["GET"]),
        Route("/learn/review", endpoint(session, TAB, partial(_judge, today=today)), methods=["POST"]),
        Route("/learn/review/card", endpoint(session, TAB, partial(_keep, today=today)), methods=["POST"]),
    ]


def _look(page: Page, today: Today) -> Response:
    """The next card, and the test where it was begun."""
    seed = whole(page.given, "test", 0, 0, SEEDS)
    questions = ten_questions(page.opened.trace, seed) if page.given.get("test") else []
    return _page(page, today(), seed, questions)


def _judge(page: Page, today: Today) -> Response:
    """The test with what is right, and the result by level."""
    seed = whole(page.given, "test", 0, 0, SEEDS)
    questions = ten_questions(page.opened.trace, seed)
    answers = [answer_of(page, f"q{k}") for k in range(len(questions))]
    unkept = ""
    try:
        note_done("review", page.opened.name, hits(questions, answers), len(questions))
    except DataError as error:
        unkept = str(error)
    return _page(page, today(), seed, questions, answers, result(questions, answers), unkept)


def _page(
    page: Page,
    today: date,
    seed: int,
    questions: list[Question],
    answers: list[int | None] | None = None,
    found: Result | None = None,
    unkept: str = "",
) -> Response:
    deck, (kept, why) = cards(page.opened.trace), known_cards()
    at, left = standing(deck, kept, today), waiting(deck, kept, today)
    return mode_page(
        page,
        "review",
        "serve/learn/review.html",
        said=wording("asking"),
        card=left[0] if left else None,
        place=place(left[0]) if left else "",
        standing=say_standing(at),
        boxes=list(zip(DAYS, at.boxes, strict=True)) if not why else [],
        why=why,
        unkept=unkept,
        shares=say_shares(questions) if questions else [],
        questions=questions,
        answers=answers or [],
        levels=say_levels(found) if found else [],
        again=found.again if found else [],
        titles=_titles(found),
        seed=seed,
        other=randrange(SEEDS),
        LETTERS=LETTERS,
    )


def _titles(found: Result | None) -> dict[str, Any]:
    from wordglass.learn.modes import mode_of

    return {topic.mode: mode_of(topic.mode).title for topic in found.again} if found else {}


def _keep(page: Page, today: Today) -> Response:
    """Keep whether a card was known, and go on to the next."""
    id, known = page.given.get("card", ""), page.given.get("known", "")
    if known not in ("yes", "no") or id not in {card.id for card in cards(page.opened.trace)}:
        raise RefusedError(400, "there is no such card, or no word on whether it was known")
    keep_seen(id, known == "yes", today())
    return RedirectResponse(page.link("learn/review") + "#cards", 303)
