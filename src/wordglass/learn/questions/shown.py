"""How names and words of a run stand in a question: short, visible, and no two classes alike."""

from collections import Counter

from wordglass.learn.questions.question import alike
from wordglass.learn.wording import wording
from wordglass.trace.document import TrainingTrace
from wordglass.views.visible import visible

LONGEST = 40  # characters


def short(text: str) -> str:
    """A word or name on one line, its middle left out where it is long.

    >>> short("a" * 50 + "b")
    'aaaaaaaaaaaaaaaaaaaa...aaaaaaaaaaaaaaaab'
    """
    text = " ".join(visible(text).split())
    return text if len(text) <= LONGEST else f"{text[:20]}...{text[-17:]}"


def class_names(trace: TrainingTrace) -> list[str]:
    """The names of the classes as questions show them: numbered where two would look the same."""
    names = [short(of["name"]) for of in trace["data"]["classes"]]
    while True:
        seen = Counter(map(alike, names))
        doubled = [k for k, name in enumerate(names) if seen[alike(name)] > 1 or not name]
        if not doubled:
            return names
        for k in doubled:
            names[k] = wording("questions")["numbered"].format(name=names[k], number=k + 1).strip()
