"""A folder in which tasks are tried, and what comes of it."""

from wordglass.learn.tasks.attempt import asked_for, run_commands, run_program
from wordglass.learn.tasks.running import Runner


def tried(task, folder, typed=None):
    """What is said of a solution, or of something else."""
    typed = task.solution if typed is None else typed
    if task.kind == "program":
        return task.judge(run_program(typed, folder, Runner()))
    return task.judge(run_commands(asked_for(typed), folder, Runner()))
