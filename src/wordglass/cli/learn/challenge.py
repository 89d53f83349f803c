"""Challenge, in the terminal: problems against the clock."""

import sys
from random import randrange
from time import monotonic
from typing import TYPE_CHECKING

import click

from wordglass.cli.learn.asking import say_error
from wordglass.cli.learn.putting import LeftError, put

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.opened import Opened


def do(opened: "Opened", console: "Console", seed: int | None = None) -> None:
    """Put problems made of a run, others each time, and give points for what is right and for speed."""
    from wordglass.errors import DataError
    from wordglass.learn.challenge import LIMIT, MOST, challenge, points
    from wordglass.learn.progress import note_done
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_outcome, show_sentence

    said = wording("asking")
    problems = challenge(opened.trace, randrange(1_000_000) if seed is None else seed)
    show_sentence(said["rule"].format(limit=f"{LIMIT:.0f}"), console)
    won, right, spent, answered = 0, 0, 0.0, 0
    try:
        for number, problem in enumerate(problems, 1):
            began = monotonic()
            answer = put(problem, number, len(problems), console)
            seconds = monotonic() - began
            worth = points(answer == problem["right"], seconds)
            won, right, spent = won + worth, right + (answer == problem["right"]), spent + seconds
            answered += 1
            show_outcome(problem, answer, console)
            timed = said["timed" if seconds <= LIMIT else "late"]
            show_sentence(timed.format(seconds=f"{seconds:.1f}", limit=f"{LIMIT:.0f}", points=worth), console)
    except LeftError:
        click.echo()
    sys.stdout.flush()
    summary = {"points": won, "most": MOST * len(problems), "right": right, "of": len(problems)}
    show_sentence(said["points"].format(**summary, seconds=f"{spent:.1f}"), console)
    if answered == len(problems):
        try:
            note_done("challenge", opened.name, right, len(problems))
        except DataError as error:
            say_error(error)
