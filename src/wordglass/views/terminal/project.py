"""A project and what became of it, on a terminal."""

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from wordglass.learn.project.folder import MENDED, README, Project, command
from wordglass.learn.project.judging import GOALS, Judged
from wordglass.trace import numbers
from wordglass.views.terminal.page import INDENT, Page, dim, table
from wordglass.views.visible import visible

MOST = 90  # cells of a line of text


def show_project(project: Project, instead: str, console: Console) -> None:
    """Print what a project is about, and what to type."""
    ascii_only = console.options.ascii_only
    rows = [
        [
            "it overfits: random vectors",
            numbers.percent(project.overfit_training),
            numbers.percent(project.overfit["value"]),
        ],
        ["the goal", "", numbers.percent(project.goal)],
        [f"for comparison: {project.pretrained}", "", numbers.percent(project.reaches["value"])],
        [
            f"the second goal: the best of {numbers.plural(project.tables, 'table')} here",
            "",
            numbers.percent(project.best),
        ],
    ]
    sheet = table(
        ["", "training", "held out"],
        [[Text(visible(cell, ascii_only)) for cell in row] for row in rows],
        left=1,
    )
    said = (
        f"{project.source}: {numbers.plural(project.rows, 'training row')}, "
        f"{numbers.count(project.held_out_rows)} held out. The folder {project.folder} has them, and in "
        f"{README} all that is to be known. To train a model of it, such as {MENDED}:"
    )
    commands = f"cd {project.folder}\n{command(project.pretrained)}\ncd .."
    parts: list[RenderableType] = [
        Text(),
        Padding(sheet, (0, 0, 0, INDENT)),
        Text(),
        Text(visible(said, ascii_only)),
        Text(),
    ]
    if instead:
        parts.insert(1, dim(visible(f"Of other rows than the run's: {instead}.", ascii_only)))
    width = min(console.width, MOST)
    console.print(
        Page(*parts, Padding(Text(commands, "cyan"), (0, 0, 0, INDENT)), Text()), width=width, soft_wrap=False
    )


def show_judged(judged: Judged, console: Console) -> None:
    """Print how many of the goals are reached, and what was measured."""
    mark = Text("✓ ", "green") if judged.goals else Text("✗ ", "red")
    said = Text(visible(judged.said, console.options.ascii_only))
    goals = dim(f"  ({judged.goals} of {GOALS} goals)")
    console.print(Page(Text(), Text.assemble(mark, said, goals), Text()), width=min(console.width, MOST))
