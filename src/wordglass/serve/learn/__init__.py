"""The pages of the lesson: an overview, a page a mode, and what one does in them."""

from starlette.routing import Route

from wordglass.serve.learn import lessons, project, quiz, review, tasks, words
from wordglass.serve.session import Session

# the lessons last: they answer for every mode that no other piece has
PIECES = (tasks, project, quiz, review, words, lessons)


def routes(session: Session) -> list[Route]:
    """The routes of all pieces."""
    return [route for piece in PIECES for route in piece.routes(session)]
