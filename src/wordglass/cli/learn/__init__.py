"""``wordglass learn``: the lesson in nine modes, about a model."""

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordglass.cli.options import announce_compilation, ascii_option, note

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.opened import Opened

# Modes in which one does something after reading: where their ``do(opened, console)`` is. It asks on standard
# output, reads an answer a line from standard input, and returns where that ends.
DOING: dict[str, str] = {
    "try": "wordglass.cli.learn.try_",
    "challenge": "wordglass.cli.learn.challenge",
    "project": "wordglass.cli.learn.project",
    "review": "wordglass.cli.learn.review",
}


@click.command()
@click.argument("model", type=click.Path(path_type=Path), required=False)
@click.option("--mode", "told", metavar="NAME", help="The mode, by its name or number; without it, the list.")
@ascii_option
def learn(model: Path | None, told: str | None, ascii_only: bool) -> None:
    """Learn how MODEL works, on its own numbers, in nine modes.

    Start, Why, Deep, Visualize, Try, Challenge, Project, Measure, Review: each is about MODEL, or the demo's
    model where none is given. Without --mode the list of the modes, from which to choose on a terminal.
    What you have done is kept on this machine alone.

    \b
    wordglass learn
    wordglass learn reviews.model --mode why
    wordglass learn reviews.model --mode 3 --ascii
    """
    from wordglass.cli.learning import run_of
    from wordglass.learn.modes import mode_of
    from wordglass.views.terminal import console

    asked = mode_of(told).name if told is not None else None  # a wrong one is told before anything is opened
    announce_compilation()
    opened = run_of(model)
    screen = console(ascii=ascii_only)
    if asked:
        show(asked, opened, screen)
    else:
        choose(opened, screen)


def choose(opened: "Opened", screen: "Console") -> None:
    """List the modes; on a terminal show those that are chosen, until none is."""
    from wordglass.errors import ArgumentError
    from wordglass.learn.modes import mode_of, modes
    from wordglass.views.terminal.lesson import show_modes

    while True:
        show_modes(modes(), done(), opened.name, screen)
        if not sys.stdin.isatty():
            return
        told = click.prompt("  a number or a name; Enter to leave", default="", show_default=False)
        if told.strip().lower() in ("", "q", "quit", "exit"):
            return
        try:
            mode = mode_of(told)
        except ArgumentError as error:
            note(str(error))
            continue
        show(mode.name, opened, screen)


def show(mode: str, opened: "Opened", screen: "Console") -> None:
    """Show a mode's lesson, and have the learner do what there is to do in it."""
    from wordglass.errors import DataError
    from wordglass.learn.lesson import lesson
    from wordglass.learn.progress import note_done
    from wordglass.views.terminal.lesson import show_lesson

    show_lesson(lesson(mode, opened), opened, screen)
    if mode in DOING:
        import_module(DOING[mode]).do(opened, screen)
    elif sys.stdin.isatty():
        try:
            note_done(mode, opened.name, 1, 1)
        except DataError as error:
            note(str(error))


def done() -> set[str]:
    """The modes that were done before."""
    from wordglass.errors import DataError
    from wordglass.learn.progress import progress

    try:
        return {one["mode"] for one in progress()["done"]}
    except DataError as error:
        note(str(error))
        return set()
