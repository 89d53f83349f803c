"""The quiz and the challenge on the page: plain forms, and time that the server counts."""

import secrets
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wordglass.learn.answering import LETTERS, hits
from wordglass.learn.challenge import LIMIT, MOST, challenge, points
from wordglass.learn.progress import note_done
from wordglass.learn.questions.question import OPTIONS, Question
from wordglass.learn.quiz import quiz
from wordglass.learn.wording import wording
from wordglass.opened import Opened
from wordglass.serve.asked import whole
from wordglass.serve.learn.lessons import TAB, mode_page
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session

SEEDS = 1_000_000
KEPT = 100  # challenges that go on at a time


@dataclass
class Going:
    """A challenge that goes on."""

    opened: Opened
    problems: list[Question]
    answers: list[int | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    shown: float | None = None  # when the problem that is not answered was first shown

    def worth(self, at: int) -> int:
        """The points of an answer."""
        return points(self.answers[at] == self.problems[at]["right"], self.seconds[at])


def routes(session: Session) -> list[Route]:
    """The page of the quiz, and that of the challenge."""
    going: dict[str, Going] = {}
    lock = Lock()

    def look(page: Page) -> Response:
        with lock:
            return _challenge(page, going)

    def step(page: Page) -> Response:
        with lock:
            return _step(page, going)

    return [
        Route("/learn/quiz", endpoint(session, TAB, _quiz), methods=["GET", "POST"]),
        Route("/learn/challenge", endpoint(session, TAB, look), methods=["GET"]),
        Route("/learn/challenge", endpoint(session, TAB, step), methods=["POST"]),
    ]


def _quiz(page: Page) -> Response:
    """Three questions; with the answers what is right."""
    seed = whole(page.given, "seed", 0, 0, SEEDS)
    questions = quiz(page.opened.trace, seed)
    answers = [answer_of(page, f"q{k}") for k in range(len(questions))]
    given = "send" in page.given
    said = wording("asking")
    return page.render(
        "serve/learn/quiz.html",
        said=said,
        about=said["quiz_about"].format(name=page.opened.name),
        questions=questions,
        answers=answers,
        judged=given,
        score=said["score"].format(right=hits(questions, answers), of=len(questions)),
        seed=seed,
        other=(seed + 1) % (SEEDS + 1),
        LETTERS=LETTERS,
    )


def _challenge(page: Page, going: dict[str, Going]) -> Response:
    """The problem to be answered, or what became of the one before; without a run how to begin."""
    said = wording("asking")
    number = page.given.get("run", "")
    run = _run(page, going) if number else None
    problem = outcome = None
    if run:
        if run.shown is not None:
            problem = run.problems[len(run.answers)]
        elif run.answers:
            outcome = len(run.answers) - 1
    return mode_page(
        page,
        "challenge",
        "serve/learn/challenge.html",
        said=said,
        about=said["challenge_about"].format(of=5, name=page.opened.name),
        rule=said["rule"].format(limit=f"{LIMIT:.0f}"),
        number=number,
        run=run,
        problem=problem,
        outcome=outcome,
        timed=_timed(run, outcome),
        summary=_summary(run),
        LETTERS=LETTERS,
    )


def _step(page: Page, going: dict[str, Going]) -> Response:
    """Begin, take an answer, or go on to the next problem, from when its time counts."""
    what = page.given.get("step", "")
    if what == "begin":
        while len(going) >= KEPT:
            del going[next(iter(going))]
        number = secrets.token_hex(6)
        problems = challenge(page.opened.trace, secrets.randbelow(SEEDS))
        going[number] = Going(page.opened, problems, shown=monotonic())
    elif what in ("answer", "next"):
        number, run = page.given.get("run", ""), _run(page, going)
        at = whole(page.given, "at", -1, -1, len(run.problems))
        if what == "answer" and run.shown is not None and at == len(run.answers):
            run.seconds.append(monotonic() - run.shown)
            run.answers.append(answer_of(page, "answer"))
            run.shown = None
            if len(run.answers) == len(run.problems):
                note_done("challenge", page.opened.name, hits(run.problems, run.answers), len(run.problems))
        elif what == "next" and run.shown is None and at == len(run.answers) < len(run.problems):
            run.shown = monotonic()
    else:
        raise RefusedError(400, "a challenge has the steps begin, answer and next")
    return RedirectResponse(page.link("learn/challenge", run=number) + "#doing", 303)


def _run(page: Page, going: dict[str, Going]) -> Going:
    run = going.get(page.given.get("run", ""))
    if run is None or run.opened is not page.opened:
        raise RefusedError(404, "there is no such challenge any more: begin another one")
    return run


def answer_of(page: Page, name: str) -> int | None:
    """The option that was chosen; None where none was."""
    told = page.given.get(name, "")
    return None if told == "" else whole(page.given, name, 0, 0, OPTIONS - 1)


def _timed(run: Going | None, at: int | None) -> str:
    if run is None or at is None:
        return ""
    said = wording("asking")["timed" if run.seconds[at] <= LIMIT else "late"]
    text: str = said.format(seconds=f"{run.seconds[at]:.1f}", limit=f"{LIMIT:.0f}", points=run.worth(at))
    return text


def _summary(run: Going | None) -> str:
    if run is None or len(run.answers) < len(run.problems):
        return ""
    text: str = wording("asking")["points"].format(
        points=sum(map(run.worth, range(len(run.problems)))),
        most=MOST * len(run.problems),
        right=hits(run.problems, run.answers),
        of=len(run.problems),
        seconds=f"{sum(run.seconds):.1f}",
    )
    return text
