"""The pages of the lesson: an overview, a page a mode, and what one does in them."""

from starlette.routing import Route

from wordglass.serve.learn import lessons, quiz, review, tasks, words
from wordglass.serve.session import Session

PIECES = (tasks, quiz, review, words, lessons)  # the lessons last: they answer for all other modes


def routes(session: Session) -> list[Route]:
    """The routes of all pieces."""
    return [route for piece in PIECES for route in piece.routes(session)]
