"""What a page runs for a learner: commands that stay in the learner's folder, and start nothing.

Everything is refused that is not named here: a command, a parameter that it was given, a place on the disk.
No program is run for a page: whoever has its address could then do whatever the user can.
"""

from collections.abc import Collection
from pathlib import Path

from wordglass.errors import ArgumentError
from wordglass.learn.tasks.attempt import Asked
from wordglass.learn.tasks.place import OURS

READ = ("model", "file")  # parameters that name something in the folder
HARMLESS = (
    *("text", "versus", "edits", "as_json", "ascii_only", "label", "format", "probabilities"),
    *(
        "word",
        "count",
        "a",
        "b",
        "c",
        "keep",
        "int8",
        "pooling",
        "C",
        "epochs",
        "seed",
        "balanced",
        "no_baselines",
    ),
    *("preset", "lexical", "characters", "verify"),
)
COMMANDS = (
    *("inspect", "trace", "evaluate", "predict", "train", "shrink", "explain"),
    *("vectors neighbors", "vectors analogy", "vectors info"),
)
EPOCHS = 1_000


def refuse_beyond(asked: Asked, folder: Path, tables: Collection[str]) -> None:
    """ArgumentError for what a page does not run; ``tables`` are the names of tables that it may read."""
    if asked.help:
        return
    if asked.name not in COMMANDS:
        raise ArgumentError(
            f"the page does not run wordglass {asked.name}: it runs {', '.join(COMMANDS)}, and --help of "
            "all; the others are for the terminal"
        )
    for parameter in sorted(asked.told):
        value = asked.given[parameter]
        if parameter == "name":
            _refuse_tables(str(value), tables)
        elif parameter == "output":
            _refuse_output(str(value), folder)
        elif parameter == "held_out":
            _refuse_held_out(str(value), folder)
        elif parameter in READ:
            _refuse_outside(str(value), folder)
        elif parameter == "epochs" and value > EPOCHS:
            raise ArgumentError(f"the page trains for at most {EPOCHS:,} epochs")
        elif parameter not in HARMLESS:
            raise ArgumentError(
                f"the page does not take this option of {asked.name}: {parameter.replace('_', '-')}"
            )


def _refuse_tables(value: str, tables: Collection[str]) -> None:
    """Tables by their names: a path would be read, a name that is not at hand be looked for."""
    for name in value.split("+"):
        if name not in tables:
            raise ArgumentError(f"the page reads no table {name[:60]!r}: it has {', '.join(sorted(tables))}")


def _refuse_output(value: str, folder: Path) -> None:
    """A new file or folder in the learner's folder, or one that a command wrote there before."""
    name = Path(value).name
    if (
        value != name
        or name.startswith((".", "-"))
        or len(name.encode()) > 100
        or (folder / name).is_symlink()
    ):
        raise ArgumentError(
            f"{value[:60]!r}: the page writes into the folder of the tasks alone: give a plain name"
        )
    if name in OURS:
        raise ArgumentError(f"{name} is of the tasks and stays as it is: give another name")


def _refuse_held_out(value: str, folder: Path) -> None:
    try:
        float(value)
    except ValueError:
        _refuse_outside(value, folder)


def _refuse_outside(value: str, folder: Path) -> None:
    """A file or folder that lies in the learner's folder."""
    name = value.rstrip("/").removeprefix("./")
    if name != Path(name).name or name in ("", ".", "..", "-") or (folder / name).is_symlink():
        raise ArgumentError(f"{value[:60]!r}: the page reads what lies in the folder of the tasks alone")
    if not (folder / name).exists():
        there = ", ".join(sorted(one.name for one in folder.iterdir()))
        raise ArgumentError(f"there is no {name[:60]} in the folder of the tasks: there are {there}")
