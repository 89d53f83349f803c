"""What is said of cards and tests, on a terminal as on a page."""

from collections.abc import Mapping, Sequence

from wordglass.learn.modes import mode_of
from wordglass.learn.questions.question import Level, Question
from wordglass.learn.review.cards import Card
from wordglass.learn.review.spacing import DAYS, Standing
from wordglass.learn.review.ten import SHARES, Result, Topic, short_of
from wordglass.learn.wording import wording


def place(card: Card) -> str:
    """Where a card is explained: a mode, or a section of the report."""
    if card.page == "report":
        return str(wording("asking")["report_part"].format(name=card.anchor))
    return mode_of(card.page).title


def say_standing(at: Standing) -> str:
    """How many cards are due, and when the others are."""
    said = wording("asking")
    parts = [said["standing"].format(due=at.due, new=at.new, later=at.later)]
    if at.soonest:
        parts.append(said["soonest"].format(date=at.soonest))
    line = ", ".join(parts) + "."
    return line if at.due + at.new else f"{said['no_cards']} {line}"


def say_schedule() -> str:
    """After how many days a card comes back."""
    *first, last = map(str, DAYS[1:])
    return str(wording("asking")["schedule"].format(days=f"{', '.join(first)} and {last}"))


def say_shares(asked: Sequence[Question]) -> list[str]:
    """What a test is made of, and of which levels it has fewer questions than it should."""
    said = wording("asking")
    counted: dict[Level, int] = {
        level: sum(question["level"] == level for question in asked) for level in SHARES
    }
    lines = [said["shares"].format(of=len(asked), shares=_listed(counted))]
    if lacking := short_of(asked):
        lines.append(said["fewer"].format(shares=_listed(lacking)))
    return lines


def say_levels(found: Result) -> list[str]:
    """How many were right of each level."""
    said = wording("asking")
    return [
        said["level_result"].format(level=said["levels"][level], right=right, of=of)
        for level, (right, of) in found.levels.items()
    ]


def say_topic(topic: Topic) -> str:
    """What to read again, and where."""
    mode = mode_of(topic.mode).title
    return str(wording("asking")["topic_in"].format(topic=topic.name, mode=mode))


def _listed(counted: Mapping[Level, int]) -> str:
    said = wording("asking")
    return ", ".join(
        said["a_share"].format(count=count, level=said["levels"][level]) for level, count in counted.items()
    )
