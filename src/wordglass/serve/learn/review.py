"""Review on the page: a card at a time, and the test of ten questions."""

from datetime import date

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wordglass.learn.answering import LETTERS, hits
from wordglass.learn.progress import changing, note_done, progress
from wordglass.learn.review import cards, due, moved, result, ten_questions
from wordglass.learn.wording import wording
from wordglass.serve.asked import whole
from wordglass.serve.learn.lessons import TAB, mode_page
from wordglass.serve.learn.quiz import SEEDS, answer_of
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session


def routes(session: Session) -> list[Route]:
    """The page, what keeps that a card was known, and what judges the test."""
    return [
        Route("/learn/review", endpoint(session, TAB, _look), methods=["GET"]),
        Route("/learn/review", endpoint(session, TAB, _judge), methods=["POST"]),
        Route("/learn/review/card", endpoint(session, TAB, _keep), methods=["POST"]),
    ]


def _look(page: Page) -> Response:
    """The next card, its back where it was turned; or the test."""
    said = wording("asking")
    deck = due(cards(page.opened.trace), progress(), date.today())
    testing = "test" in page.given
    seed = whole(page.given, "test", 0, 0, SEEDS)
    return mode_page(
        page,
        "review",
        "serve/learn/review.html",
        said=said,
        card=deck[0] if deck else None,
        turned=bool(deck) and page.given.get("turned") == deck[0].id,
        about=said["cards_due"].format(count=len(deck)) if deck else said["no_cards"],
        questions=ten_questions(page.opened.trace, seed) if testing else [],
        answers=[],
        told=[],
        seed=seed,
        other=date.today().toordinal() % SEEDS if not testing else (seed + 1) % SEEDS,
        LETTERS=LETTERS,
    )


def _judge(page: Page) -> Response:
    """The test with what is right, and the result by level."""
    said, seed = wording("asking"), whole(page.given, "test", 0, 0, SEEDS)
    questions = ten_questions(page.opened.trace, seed)
    answers = [answer_of(page, f"q{k}") for k in range(len(questions))]
    found = result(questions, answers)
    told = [
        said["level_result"].format(level=said["levels"][level], right=right, of=of)
        for level, (right, of) in found.levels.items()
    ]
    if found.again:
        told.append(said["read_again"].format(topics=", ".join(found.again)))
    note_done("review", page.opened.name, hits(questions, answers), len(questions))
    return mode_page(
        page,
        "review",
        "serve/learn/review.html",
        said=said,
        card=None,
        turned=False,
        about="",
        questions=questions,
        answers=answers,
        told=told,
        seed=seed,
        other=(seed + 1) % SEEDS,
        LETTERS=LETTERS,
    )


def _keep(page: Page) -> Response:
    """Keep whether a card was known, and go on to the next."""
    id, known = page.given.get("card", ""), page.given.get("known", "")
    if known not in ("yes", "no") or id not in {card.id for card in cards(page.opened.trace)}:
        raise RefusedError(400, "there is no such card, or no word on whether it was known")
    with changing() as kept:
        kept["cards"][id] = moved(kept["cards"].get(id), known == "yes", date.today())
    return RedirectResponse(page.link("learn/review") + "#cards", 303)
