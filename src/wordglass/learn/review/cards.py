"""The cards: a front and a back each, with the numbers of a run put in."""

from typing import NamedTuple

from wordglass.learn.review.facts import facts
from wordglass.learn.wording import wording
from wordglass.trace.document import TrainingTrace

LEVELS = ("beginner", "intermediate", "advanced")


class Card(NamedTuple):
    """A card, its numbers put in."""

    id: str
    level: str  # one of LEVELS
    topic: str
    front: str
    back: str
    page: str  # that explains it: a mode, or "report"
    anchor: str  # of its part there


def cards(trace: TrainingTrace) -> list[Card]:
    """The cards that a run has numbers for, with these put in, from beginner to advanced."""
    known = facts(trace)
    found = []
    for id, said in wording("cards").items():
        if all(name in known for name in said.get("needs", [])):
            front, back = (said[side].format_map(known) for side in ("front", "back"))
            page, _, anchor = said["where"].partition("#")
            found.append(Card(id, said["level"], said["topic"], front, back, page, anchor))
    return sorted(found, key=lambda card: LEVELS.index(card.level))
