"""What a learner tried: lines of commands or a program, and what came of running them."""

import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from wordglass.errors import ArgumentError
from wordglass.learn.tasks.running import PYTHON, WORDGLASS, Ran, Runner

MOST = 4  # commands of one attempt
SHELL = ("|", "||", "&&", "&", ";", ">", ">>", "<", "2>")
HELP = ("-h", "--help")
PROGRAM = "program.py"


@dataclass(frozen=True)
class Asked:
    """A command line, taken apart as the command itself does."""

    words: list[str]  # after "wordglass"
    name: str  # such as "trace" or "vectors neighbors"; "" for that of wordglass itself
    given: dict[str, Any]  # the values of its parameters
    told: frozenset[str]  # the names of those that were given
    help: bool = False  # whether its help is all that it asks for

    @property
    def line(self) -> str:
        """As it would be typed."""
        return shlex.join(["wordglass", *self.words])


@dataclass(frozen=True)
class Command:
    """A command that was run."""

    asked: Asked
    ran: Ran


@dataclass(frozen=True)
class Attempt:
    """All that was run for a task, in the folder in which it was."""

    folder: Path
    commands: list[Command]
    program: Ran | None = None

    def of(self, name: str) -> list[Command]:
        """The commands of this name that asked for more than help."""
        return [one for one in self.commands if one.asked.name == name and not one.asked.help]


def asked_for(typed: str) -> list[Asked]:
    """The commands of the lines that a learner typed. ArgumentError where they are none.

    >>> [one.name for one in asked_for("wordglass vectors neighbors sunny -n 3")]
    ['vectors neighbors']
    """
    lines = [line.strip().removeprefix("$ ") for line in typed.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        raise ArgumentError("there is no command: type one that begins with wordglass")
    if len(lines) > MOST:
        raise ArgumentError(f"{len(lines)} commands: give at most {MOST}, one a line")
    return [_asked(line) for line in lines]


def run_commands(asked: list[Asked], folder: Path, runner: Runner) -> Attempt:
    """Run commands one after the other; the first that fails is the last."""
    commands = []
    for one in asked:
        commands.append(Command(one, runner.run([*WORDGLASS, *one.words], folder)))
        if commands[-1].ran.code:
            break
    return Attempt(folder, commands)


def run_program(code: str, folder: Path, runner: Runner) -> Attempt:
    """Run a program in Python."""
    (folder / PROGRAM).write_text(code, encoding="utf-8")
    return Attempt(folder, [], runner.run([*PYTHON, PROGRAM], folder))


def _asked(line: str) -> Asked:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ArgumentError(
            f"{line[:60]}: {str(error).lower()}: a text stands between two quotation marks"
        ) from None
    if words[:1] != ["wordglass"]:
        raise ArgumentError(f"{words[0][:40]}: a command here begins with wordglass")
    if met := [word for word in words if word in SHELL]:
        raise ArgumentError(
            f"{met[0]} means something to a shell, and there is none here: give one command a line"
        )
    command, name, rest = _command(words[1:])
    if any(word in HELP for word in rest) or isinstance(command, click.Group):
        return Asked([*name.split(), "--help"], name, {}, frozenset(), help=True)
    try:
        context = command.make_context(f"wordglass {name}", list(rest))
    except click.UsageError as error:
        raise ArgumentError(f"{error.format_message().rstrip('.')}; see wordglass {name} --help") from None
    told = frozenset(
        one
        for one in context.params
        if context.get_parameter_source(one) is click.core.ParameterSource.COMMANDLINE
    )
    return Asked(words[1:], name, context.params, told)


def _command(words: list[str]) -> tuple[click.Command, str, list[str]]:
    """The command that words begin with, its name, and the words after it."""
    command: click.Command = _all()
    names: list[str] = []
    while isinstance(command, click.Group) and words and words[0] not in HELP:
        if (found := command.commands.get(words[0])) is None:
            raise ArgumentError(
                f"wordglass has no command {' '.join([*names, words[0][:40]])}: see wordglass --help"
            )
        command, names, words = found, [*names, words[0]], words[1:]
    return command, " ".join(names), words


@cache
def _all() -> click.Group:
    from wordglass.cli import cli  # not before it is asked for: it knows of learning, too

    return cli
