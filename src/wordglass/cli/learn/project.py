"""Project, in the terminal: the folder is made, and models are measured that the learner makes of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordglass.cli.learn.asking import ask, say_error
from wordglass.cli.options import progress

if TYPE_CHECKING:
    from rich.console import Console

    from wordglass.opened import Opened


def do(opened: "Opened", console: "Console") -> None:
    """Make the project here, unless it is here, and measure models until a question is left empty."""
    from wordglass.errors import WordglassError
    from wordglass.learn.progress import note_done
    from wordglass.learn.project.folder import FOLDER, read_project, write_project
    from wordglass.learn.project.judging import GOALS, judge
    from wordglass.learn.project.plan import plan, tables
    from wordglass.views.terminal.project import show_judged, show_project

    folder = Path(FOLDER)
    project, instead = read_project(folder), ""
    if project is None:
        with progress("training the model that overfits") as tell:
            made = plan(opened)
            tell("measuring the tables at hand")
            project, instead = write_project(made, tables(opened), folder), made.rows.instead
    show_project(project, instead, console)
    while told := (ask("a model to measure, such as project/mended.model; Enter to leave >") or "").strip():
        try:
            with progress(f"training and measuring {told}"):
                judged = judge(project, _found(told, folder))
            show_judged(judged, console)
            if judged.goals:
                note_done("project", opened.name, judged.goals, GOALS)
        except WordglassError as error:
            say_error(error)
    click.echo()


def _found(told: str, folder: Path) -> Path:
    """The model that is meant: as it is named from here, or in the project's folder."""
    path = Path(told).expanduser()
    return path if path.exists() or not (folder / told).exists() else folder / told
