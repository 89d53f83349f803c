"""The overview of the modes, and the page of a mode: its lesson, and the way to the next."""

from functools import partial
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wordglass.errors import ArgumentError, WordglassError
from wordglass.learn.lesson import lesson
from wordglass.learn.modes import Mode, mode_of, modes
from wordglass.learn.progress import note_done, progress
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session
from wordglass.views.html.lesson import render_lesson

TAB = "learn"


def routes(session: Session) -> list[Route]:
    """The overview, the page of each mode, and what tells that one was read."""
    return [
        Route("/learn", endpoint(session, TAB, overview)),
        *(
            Route(f"/learn/{mode.name}", endpoint(session, TAB, partial(mode_page, name=mode.name)))
            for mode in modes()
        ),
        *(
            Route(
                f"/learn/{mode.name}/read",
                endpoint(session, TAB, partial(read, name=mode.name)),
                methods=["POST"],
            )
            for mode in modes()
        ),
    ]


def overview(page: Page) -> Response:
    """The nine modes, and which were read."""
    return page.render("serve/learn/overview.html", modes=modes(), **_done())


def mode_page(page: Page, name: str, template: str = "serve/learn/mode.html", **given: Any) -> Response:
    """The page of a mode: its lesson, and below it what ``template`` adds in its block ``doing``."""
    mode = _mode(name)
    text = page.opened.remembered(("lesson", name), lambda: lesson(name, page.opened))
    rendered = render_lesson(text, page.opened, page.link)
    all_ = modes()
    return page.render(
        template,
        mode=mode,
        modes=all_,
        before=all_[mode.number - 2] if mode.number > 1 else None,
        after=all_[mode.number] if mode.number < len(all_) else None,
        lesson=rendered,
        **_done(),
        **given,
    )


def read(page: Page, name: str) -> Response:
    """Keep that a mode was read, and go on to the next."""
    mode = _mode(name)
    note_done(name, page.opened.name, 1, 1)
    after = modes()[mode.number :]
    return RedirectResponse(page.link(f"learn/{after[0].name}" if after else "learn"), 303)


def _mode(name: str) -> Mode:
    try:
        return mode_of(name)
    except ArgumentError as error:
        raise RefusedError(404, str(error)) from error


def _done() -> dict[str, Any]:
    """The modes that were done, or why that cannot be read."""
    try:
        return {"done": {one["mode"] for one in progress()["done"]}, "unread": ""}
    except WordglassError as error:
        return {"done": set(), "unread": str(error)}
