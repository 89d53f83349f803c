"""Try, in the terminal: tasks are chosen, done with commands or a program, and judged."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from wordglass.cli.learn.asking import ask, ask_block, say_error
from wordglass.cli.options import progress

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.learn.tasks.attempt import Command
    from wordglass.learn.tasks.running import Runner
    from wordglass.learn.tasks.task import Task
    from wordglass.opened import Opened

LEAVE = ("", "q", "quit", "exit", "back")


def do(opened: "Opened", console: "Console") -> None:
    """Have the learner do tasks, one after the other, until a choice is left empty."""
    from wordglass.errors import DataError
    from wordglass.learn.tasks import tasks
    from wordglass.learn.tasks.kept import done_before
    from wordglass.learn.tasks.place import furnish
    from wordglass.learn.tasks.running import Runner
    from wordglass.views.terminal.tasks import show_tasks

    with TemporaryDirectory(prefix="wordglass-try-") as place:
        folder, runner = Path(place), Runner()
        with progress("making tasks"):
            furnish(opened, folder)
            found = tasks(opened)
        done: set[str] = set()
        try:
            done = done_before(opened)
        except DataError as error:
            say_error(error)
        show_tasks(found, done, sorted(file.name for file in folder.iterdir()), console)
        while (told := ask("a task's number; Enter to leave >")) is not None and told.strip() not in LEAVE:
            number = told.strip()
            if not (number.isdecimal() and 1 <= int(number) <= len(found)):
                click.echo(f"  give a number from 1 to {len(found)}")
            elif _task(found[int(number) - 1], opened, folder, runner, console):
                done.add(found[int(number) - 1].id)
                show_tasks(found, done, [], console)


def _task(task: "Task", opened: "Opened", folder: Path, runner: "Runner", console: "Console") -> bool:
    """Have the learner try a task until it is done, or left."""
    from wordglass.errors import WordglassError
    from wordglass.learn.tasks.attempt import Attempt, asked_for, run_commands, run_program
    from wordglass.learn.tasks.kept import keep_done
    from wordglass.views.terminal.tasks import show_ran, show_task, show_verdict

    show_task(task, console)
    before: list[Command] = []  # a task may take several commands: those that were run count on
    wanted = len(task.solution.strip().splitlines())
    prompt = "$" if task.kind == "commands" else ">>>"
    while (told := ask(prompt)) is not None and told.strip().lower() not in LEAVE:
        if told.strip().lower() in ("hint", "solution"):
            click.echo(f"\n{task.hint if told.strip().lower() == 'hint' else task.solution}\n")
            continue
        try:
            if task.kind == "program":
                program = ask_block(told)
                with progress("running"):
                    attempt = run_program(program, folder, runner)
            else:
                with progress("running"):
                    attempt = run_commands(asked_for(told), folder, runner)
                before = [*before, *attempt.commands][-wanted:]
                attempt = Attempt(folder, before)
            show_ran(attempt, console)
            verdict = task.judge(attempt)
            show_verdict(verdict, console)
            if verdict.done:
                keep_done(opened, task)
                return True
        except WordglassError as error:
            say_error(error)
    return False
