"""Project, on the page: the model that overfits, and what other tables at hand do for it."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Route

from wordglass.errors import WordglassError
from wordglass.learn.progress import note_done
from wordglass.learn.project.folder import project_of
from wordglass.learn.project.judging import GOALS, Judged, verdict
from wordglass.learn.project.plan import Plan, plan, reached, tables, tables_at_hand
from wordglass.serve.learn.lessons import TAB, mode_page
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session
from wordglass.vectors import load_vectors


def routes(session: Session) -> list[Route]:
    """The page of the project, and what trains with other vectors."""
    return [
        Route("/learn/project", endpoint(session, TAB, look), methods=["GET"]),
        Route("/learn/project", endpoint(session, TAB, mend), methods=["POST"]),
    ]


def look(page: Page) -> Response:
    """What the project is about."""
    return _page(page)


def mend(page: Page) -> Response:
    """Train with the table that is asked for, and judge what comes of it."""
    name = page.given.get("vectors", "")
    if name not in tables_at_hand():
        raise RefusedError(400, f"there is no table {name[:60]!r} at hand")
    try:
        judged = _judged(page, plan(page.opened), name)
    except WordglassError as error:
        return _page(page, failed=str(error))
    return _page(page, name, judged)


def _judged(page: Page, made: Plan, name: str) -> Judged:
    found, _ = reached(load_vectors(name), made.rows.training, made.rows.held_out)
    first = found.held_out["value"] >= made.goal
    measured = tables(page.opened) if first else []  # the second goal is not needed before
    judged = verdict(project_of(made, measured, Path()), found.vectors, found.training, found.held_out)
    if judged.goals:
        note_done("project", page.opened.name, judged.goals, GOALS)
    return judged


def _page(page: Page, chosen: str = "", judged: Judged | None = None, failed: str = "") -> Response:
    made: Plan | None = None
    try:
        made = plan(page.opened)
    except WordglassError as error:
        failed = str(error)
    return mode_page(
        page,
        "project",
        "serve/learn/project.html",
        plan=made,
        names=tables_at_hand(),
        chosen=chosen,
        judged=judged,
        failed=failed,
        GOALS=GOALS,
    )
