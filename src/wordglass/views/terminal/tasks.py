"""Tasks and what became of them, on a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wordglass.learn.tasks.attempt import Attempt
from wordglass.learn.tasks.running import Ran
from wordglass.learn.tasks.task import Task, Verdict
from wordglass.trace import numbers
from wordglass.views.terminal.page import INDENT, Page, dim
from wordglass.views.visible import visible

LINES = 60  # of an output that are shown
MOST = 90  # cells of a line of text


def show_tasks(tasks: list[Task], done: set[str], files: list[str], console: Console) -> None:
    """Print the list of the tasks, with a mark at those that are done."""
    sheet = Table.grid(padding=(0, 2, 0, 0))
    for number, task in enumerate(tasks, 1):
        mark = Text("✓", "green") if task.id in done else Text(" ")
        sheet.add_row(Text(str(number), "cyan"), mark, dim(task.level), Text(task.title))
    parts = [Padding(sheet, (1, 0, 1, INDENT))]
    if files:
        there = f"All is run in a folder of its own, which has {', '.join(files)}. There is no shell."
        parts.append(Padding(dim(there), (0, 0, 1, INDENT)))
    console.print(Page(*parts))


def show_task(task: Task, console: Console) -> None:
    """Print what a task asks for, and what can be answered."""
    ascii_only, width = console.options.ascii_only, min(console.width, MOST)
    how = (
        "Type a command"
        if task.kind == "commands"
        else "Type a program in Python, and then an empty line, or the name of a file that ends in .py"
    )
    further = f"{how}; hint and solution help, back leaves."
    ask = Text(visible(task.ask, ascii_only))
    console.print(Page(Text(f"\n{task.title}\n", "bold"), ask, Text(), dim(further), Text()), width=width)


def show_ran(attempt: Attempt, console: Console) -> None:
    """Print what commands or a program said."""
    for command in attempt.commands[-1:]:
        _said(command.ran, console)
    if attempt.program:
        _said(attempt.program, console)


def show_verdict(verdict: Verdict, console: Console) -> None:
    """Print whether a task is done, and why."""
    mark = Text("✓ ", "green") if verdict.done else Text("✗ ", "red")
    said = Text(visible(verdict.said, console.options.ascii_only))
    console.print(Page(Text(), Text.assemble(mark, said), Text()), width=min(console.width, MOST))


def _said(ran: Ran, console: Console) -> None:
    ascii_only = console.options.ascii_only
    lines = [*ran.out.rstrip().splitlines(), *ran.err.rstrip().splitlines()]
    shown = [Text(visible(line, ascii_only), "dim") for line in lines[:LINES]]
    if left := len(lines) - len(shown):
        shown.append(dim(f"… {numbers.plural(left, 'more line')}"))
    console.print(Page(*(Padding(line, (0, 0, 0, INDENT)) for line in shown)), soft_wrap=False)
