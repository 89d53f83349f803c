"""When a card comes back: the later, the better it is known.

The boxes are those of Leitner (1972, So lernt man lernen): a card that is known goes a box up, one that is
not goes back to the first. Here each box is seen after twice as many days as the one before.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from wordglass.learn.progress import CardDue
from wordglass.learn.review.cards import Card
from wordglass.opened import Opened

DAYS = (1, 2, 4, 8, 16)  # until a card of each box is seen again

Kept = dict[str, CardDue]  # what is kept of the cards that were seen


def schedule(opened: Opened) -> tuple[int, ...]:
    """The days of the boxes, for the text of the mode; the same ones for every run."""
    return DAYS


class Standing(NamedTuple):
    """How many cards are due, and when the others are."""

    due: int
    new: int  # never seen
    later: int
    soonest: str | None  # of the later ones, ISO 8601; None where there is none
    boxes: list[int]  # cards in each box


def standing(deck: Sequence[Card], kept: Kept, today: date) -> Standing:
    """Count the cards of a deck by when they are to be seen."""
    seen = [kept[card.id] for card in deck if card.id in kept]
    later = sorted(at["due"] for at in seen if not is_due(at, today))
    return Standing(
        due=len(seen) - len(later),
        new=len(deck) - len(seen),
        later=len(later),
        soonest=later[0] if later else None,
        boxes=[sum(at["box"] == box for at in seen) for box in range(1, len(DAYS) + 1)],
    )


def waiting(deck: Sequence[Card], kept: Kept, today: date) -> list[Card]:
    """The cards to be seen: those due, the longest first, and then those that were never seen."""
    due = [card for card in deck if card.id in kept and is_due(kept[card.id], today)]
    due.sort(key=lambda card: kept[card.id]["due"])
    return due + [card for card in deck if card.id not in kept]


def is_due(at: CardDue | None, today: date) -> bool:
    """Whether a card is to be seen today; one that was never seen is."""
    return at is None or at["due"] <= today.isoformat()


def moved(before: CardDue | None, known: bool, today: date) -> CardDue:
    """A card after it was seen: a box up where it was known, else back in the first.

    >>> moved(None, True, date(2024, 1, 1)), moved(CardDue(box=4, due=""), False, date(2024, 1, 1))
    ({'box': 2, 'due': '2024-01-03'}, {'box': 1, 'due': '2024-01-02'})
    """
    box = min((before["box"] if before else 1) + 1, len(DAYS)) if known else 1
    return CardDue(box=box, due=(today + timedelta(days=DAYS[box - 1])).isoformat())
