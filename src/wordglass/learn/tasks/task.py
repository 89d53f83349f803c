"""A task: what it asks for, how it is done, and whether what was tried does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from wordglass.errors import WordglassError
from wordglass.learn.tasks.attempt import Attempt
from wordglass.learn.wording import wording

Level = Literal["easy", "medium", "hard"]

DONE = "done"


class Found(NamedTuple):
    """What a check found: the name of its sentence in the language's file, and what is put into it."""

    reason: str  # "done" where the task is
    words: Mapping[str, str] = {}


class Verdict(NamedTuple):
    """Whether a task is done, and what was measured or is missing, in words."""

    done: bool
    said: str


@dataclass(frozen=True)
class Task:
    """Something to be done to a run with commands, or with a program in Python.

    Its sentences are those of its name in the language's file ``tasks``.
    """

    id: str
    level: Level
    kind: Literal["commands", "program"]
    solution: str  # lines of commands, or the program
    check: Callable[[Attempt], Found]
    words: Mapping[str, str] = field(default_factory=dict)  # put into its sentences

    @property
    def ask(self) -> str:
        """What is to be done."""
        return self._said("ask")

    @property
    def hint(self) -> str:
        """How one could go about it."""
        return self._said("hint")

    @property
    def title(self) -> str:
        """A few words."""
        return self._said("title")

    def judge(self, attempt: Attempt) -> Verdict:
        """Whether what was run does the task."""
        found = self._found(attempt)
        own: dict[str, Any] = wording("tasks")[self.id]
        said: str = own.get(found.reason) or wording("tasks")["common"][found.reason]
        return Verdict(found.reason == DONE, said.format_map({**self.words, **found.words}))

    def _found(self, attempt: Attempt) -> Found:
        runs = [attempt.program] if attempt.program else [command.ran for command in attempt.commands]
        if any(ran.late for ran in runs):
            return Found("late")
        if failed := [ran for ran in runs if ran.code]:
            said = failed[0].err.strip() or failed[0].out.strip() or str(failed[0].code)
            return Found("failed", {"error": said.splitlines()[-1][:300]})
        if self.kind == "commands" and all(command.asked.help for command in attempt.commands):
            return Found("help")
        try:
            return self.check(attempt)
        except WordglassError as error:
            return Found("failed", {"error": str(error)})

    def _said(self, what: str) -> str:
        said: str = wording("tasks")[self.id][what]
        return said.format_map(self.words)
