"""What a learner knows of the cards, as it is kept on this machine."""

from datetime import date

from wordglass.errors import DataError
from wordglass.learn.progress import CardDue, changing, progress
from wordglass.learn.review.spacing import Kept, is_due, moved


def known_cards() -> tuple[Kept, str]:
    """What is kept of each card, and why that cannot be read; empty where it can."""
    try:
        return progress()["cards"], ""
    except DataError as error:
        return {}, str(error)


def keep_seen(id: str, known: bool, today: date) -> CardDue:
    """Keep whether a card was known; of one that is not due nothing: what is sent twice counts once."""
    with changing() as kept:
        before = kept["cards"].get(id)
        if before is None or is_due(before, today):
            kept["cards"][id] = moved(before, known, today)
        return kept["cards"][id]
