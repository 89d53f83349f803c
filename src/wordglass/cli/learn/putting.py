"""Puts questions and reads answers, one a line, from a keyboard or a pipe."""

from typing import TYPE_CHECKING

import click

from wordglass.cli.learn.asking import ask

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.learn.questions.question import Question

LEAVE = ("q", "quit", "exit")


class LeftError(Exception):
    """The learner has left, or standard input has ended."""


def put(question: "Question", number: int, of: int, console: "Console") -> int | None:
    """Show a question and read its answer; None where it is skipped."""
    from wordglass.learn.answering import option_of
    from wordglass.learn.wording import wording
    from wordglass.views.terminal.questions import show_question

    show_question(question, number, of, console)
    while True:
        told = ask(wording("asking")["prompt"])
        if told is None or told.strip().lower() in LEAVE:
            raise LeftError
        if not told.strip():
            return None
        if (answer := option_of(told)) is not None:
            return answer
        click.echo(f"  {wording('asking')['again']}")


def put_all(questions: "list[Question]", console: "Console") -> list[int | None]:
    """Put questions, each answered before the next is shown; the answers, as far as there are any."""
    from wordglass.views.terminal.questions import show_outcome

    answers: list[int | None] = []
    try:
        for number, question in enumerate(questions, 1):
            answers.append(put(question, number, len(questions), console))
            show_outcome(question, answers[-1], console)
    except LeftError:
        click.echo()
    return answers
