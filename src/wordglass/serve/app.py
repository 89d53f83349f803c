"""The application: its routes, and what a request gets that fails."""

import sys
import traceback

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from wordglass.errors import WordglassError
from wordglass.serve import learn
from wordglass.serve.api import answer, api
from wordglass.serve.guard import Guard
from wordglass.serve.pages import PARTS, pages
from wordglass.serve.refused import RefusedError
from wordglass.serve.runs import Trainer
from wordglass.serve.session import Session
from wordglass.views.html.environment import render


def application(session: Session, trainer: Trainer, token: str, port: int) -> Guard:
    """The page of a session, for those who have the token."""

    async def failed(request: Request, error: Exception) -> Response:
        status, sentence = what_failed(error)
        root = request.scope["root_path"]
        path = request.scope["path"].removeprefix(root)
        if path in PARTS:
            return HTMLResponse(render("serve/lost.html", sentence=sentence), status)
        if not path.startswith("/api/"):
            return HTMLResponse(render("serve/failed.html", sentence=sentence, root=root + "/"), status)
        return answer({"error": sentence, "status": status}, status)

    kinds = (RefusedError, WordglassError, HTTPException, ClientDisconnect, Exception)
    inner = Starlette(
        routes=[*api(session, trainer), *pages(session, trainer), *learn.routes(session)],
        exception_handlers=dict.fromkeys(kinds, failed),
    )
    return Guard(inner, token, port)


def what_failed(error: Exception) -> tuple[int, str]:
    """The status and the sentence of an error; what nobody expected is told on stderr as well."""
    match error:
        case RefusedError():
            return error.status, error.sentence
        case WordglassError():
            return 400, str(error)
        case ClientDisconnect():
            return 413, "that is more than a text of 1 MB: give a shorter one"
        case HTTPException(status_code=404):
            return 404, "there is no such page here"
        case HTTPException():
            return error.status_code, f"that cannot be done here: {error.detail}"
    traceback.print_exception(error, file=sys.stderr)
    return 500, f"this failed, which it should not: {type(error).__name__}: {error}"
