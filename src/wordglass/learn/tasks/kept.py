"""Which tasks of a run were done before, on this machine."""

from wordglass.learn.progress import note_done, progress
from wordglass.learn.tasks.task import Task
from wordglass.opened import Opened

MODE = "try"


def done_before(opened: Opened) -> set[str]:
    """The ids of the tasks of this run that were done. DataError where what was done cannot be read."""
    end = f" of {opened.name}"
    return {
        one["what"].removesuffix(end)
        for one in progress()["done"]
        if one["mode"] == MODE and one["what"].endswith(end)
    }


def keep_done(opened: Opened, task: Task) -> None:
    """Keep that a task was done."""
    if task.id not in done_before(opened):
        note_done(MODE, f"{task.id} of {opened.name}", 1, 1)
