"""A question with four options, and the proof that exactly one is right before anybody sees it.

A generator drafts a question: what it asks, the right answer, wrong ones, each as a value and as words, and
``holds``, which says of any value whether it is right by other numbers of the trace than those from which
the answer was taken, where there are others. Options that are too near to each other are not offered; a
question of which fewer than four are left, or whose answer does not hold, is not asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, NamedTuple, TypedDict
from unicodedata import normalize

from wordglass.learn.wording import wording
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace

OPTIONS = 4

Level = Literal["easy", "medium", "hard"]


class Question(TypedDict):
    """A question about a run. It is asked as it stands: no option is right but ``right``."""

    id: str  # the generator's name, such as "shape-after"
    kind: str  # concept, shape, output, number, reading, better model or metric
    level: Level
    ask: str
    options: list[str]  # four, no two alike
    right: int
    explanation: str  # why it is right, with the numbers
    wrong: list[str]  # for each option why it is wrong; "" for the right one
    evidence: str  # JSON pointer into the trace, such as /stages/3/shape_out
    section: str  # the anchor of the report that shows it, such as "stages"


class Option(NamedTuple):
    """One possible answer."""

    reason: str  # the name, in the language's file, of what is wrong with it; "right" where nothing is
    value: Any  # what it claims
    text: str | None = None  # as it is shown; None for a statement of the language's file
    words: Mapping[str, str] = {}  # for its sentence alone


def whole(reason: str, value: int, **words: str) -> Option:
    """An option that is a whole number."""
    return Option(reason, value, numbers.count(value), words)


def percent(reason: str, value: float, **words: str) -> Option:
    """An option that is a share."""
    return Option(reason, value, numbers.percent(value), words)


def ratio(reason: str, value: float, **words: str) -> Option:
    """An option that is an F1, a precision or a recall."""
    return Option(reason, value, numbers.ratio(value), words)


@dataclass(frozen=True)
class Draft:
    """What a generator makes of a trace."""

    right: Option
    wrong: Sequence[Option]  # the first ones are offered that are far enough from all others
    evidence: str
    holds: Callable[[Any], bool]  # whether a value is a right answer
    words: Mapping[str, str] = field(default_factory=dict)
    apart: float = 0.0  # by how much two numbers on offer differ at least
    ask: str = "ask"  # which of the wordings of the language's file
    because: str = "explanation"


@dataclass(frozen=True)
class Generator:
    """Makes one question of a trace, where the trace has what it asks about."""

    id: str
    topic: str
    kind: str
    level: Level
    section: str
    draft: Callable[[TrainingTrace, Random], Draft | None]

    def __call__(self, trace: TrainingTrace, rng: Random) -> Question | None:
        """A question about a run, another one for another state of ``rng``; None where there is none."""
        draft = self.draft(trace, rng)
        return None if draft is None else self._asked(draft, rng)

    def _asked(self, draft: Draft, rng: Random) -> Question | None:
        said = wording("questions")[self.id]
        options = self._offered(draft, said)
        if options is None:
            return None
        rng.shuffle(options)
        right = [option.reason for option in options].index("right")
        return Question(
            id=self.id,
            kind=self.kind,
            level=self.level,
            ask=said[draft.ask].format_map(draft.words),
            options=[_text(option, draft, said) for option in options],
            right=right,
            explanation=said[draft.because].format_map(draft.words),
            wrong=[_reason(option, draft, said) for option in options],
            evidence=draft.evidence,
            section=self.section,
        )

    def _offered(self, draft: Draft, said: dict[str, Any]) -> list[Option] | None:
        """The right answer and three that are wrong and differ; None where there are not so many."""
        if not draft.holds(draft.right.value):
            return None
        found = [draft.right]
        shown = {alike(_text(draft.right, draft, said))}
        for option in draft.wrong:
            text = alike(_text(option, draft, said))
            if text in shown or draft.holds(option.value):
                continue
            if draft.apart and any(abs(option.value - other.value) < draft.apart for other in found):
                continue
            found.append(option)
            shown.add(text)
            if len(found) == OPTIONS:
                return found
        return None


def _text(option: Option, draft: Draft, said: dict[str, Any]) -> str:
    if option.text is not None:
        return option.text
    text: str = said["says"][option.reason].format_map({**draft.words, **option.words})
    return text


def _reason(option: Option, draft: Draft, said: dict[str, Any]) -> str:
    if option.reason == "right":
        return ""
    text: str = said["wrong"][option.reason].format_map({**draft.words, **option.words})
    return text


def alike(text: str) -> str:
    """Texts for which this is the same look the same.

    >>> alike("a  b") == alike("a b")
    True
    """
    return " ".join(normalize("NFKC", text).split())


def asks(
    topic: str, kind: str, level: Level, section: str
) -> Callable[[Callable[[TrainingTrace, Random], Draft | None]], Generator]:
    """Make a generator of a function that drafts; its name is the question's."""

    def made(draft: Callable[[TrainingTrace, Random], Draft | None]) -> Generator:
        return Generator(draft.__name__.replace("_", "-"), topic, kind, level, section, draft)

    return made
