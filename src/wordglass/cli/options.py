"""Options that several commands share, and how the commands speak on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_VECTORS = "wordglass-en"
SECONDS_A_LINE = 10

text_option = click.option(
    "--text", metavar="COLUMN", help="The column of texts; guessed where that is safe."
)
label_option = click.option(
    "--label", metavar="COLUMN", help="The column of labels; guessed where that is safe."
)
vectors_option = click.option(
    "--vectors",
    "name",
    default=DEFAULT_VECTORS,
    show_default=True,
    metavar="NAME|PATH|A+B",
    help="The word vectors: the name of a table, a file or folder, or several joined by +.",
)
threads_option = click.option(
    "--threads", type=click.IntRange(1, 256), metavar="N", help="Threads to use; all processors if not given."
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write: .csv, .jsonl, .parquet or .arrow; standard output if not given.",
)
format_option = click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "jsonl"]),
    help="The format on standard output; CSV if not given.",
)
int8_option = click.option(
    "--int8", is_flag=True, help="Keep the words' numbers in a quarter of the room, nearly as they are."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the same numbers as JSON.")
ascii_option = click.option("--ascii", "ascii_only", is_flag=True, help="Print no character beyond ASCII.")


def refuse_format_of_file(output: Path | None, kind: str | None) -> None:
    """ArgumentError for a format where the name of the file says it."""
    from wordglass.errors import ArgumentError

    if output and kind:
        raise ArgumentError("--format is for standard output: the name after -o says a file's format")


class Duration(click.ParamType[float]):
    """A time as 10s, 2m or a number of seconds."""

    name = "time"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Give the seconds."""
        if isinstance(value, float):
            return value
        unit = {"s": 1.0, "m": 60.0, "h": 3600.0}.get(str(value)[-1:])
        try:
            seconds = float(str(value)[:-1]) * unit if unit else float(value)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} is no time: write 10s, 2m or a number of seconds", parameter, context)
        return seconds


DURATION = Duration()


def refuse_bytes(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Refuse an argument that is not UTF-8, which Python hands on as halves of surrogate pairs."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter(f"character {error.start + 1} is not UTF-8") from None
    return value


def note(message: str) -> None:
    """Say something beside the results, on stderr."""
    click.echo(message, err=True)


def note_guesses(file: str, guesses: list[str]) -> None:
    """Say what was guessed about a file; of standard input there is nothing to guess."""
    for guess in guesses if file != "-" else ():
        note(f"{file}: {guess}")


def print_json(document: object) -> None:
    """Print a document as JSON, every number as computed; in UTF-8, whatever the terminal speaks."""
    from wordglass.store.config import to_json

    sys.stdout.buffer.write(to_json(document, indent=1) + b"\n")


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is going on; gives a function that changes the words. Elsewhere silent."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda words: None
        return
    with console.status(Text(what), spinner="line") as status:  # a spinner of ASCII
        yield lambda words: status.update(Text(words))


@contextmanager
def transfer_progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show how far a download is; gives a function that is told bytes: those there, and all where known.

    A bar on a terminal; elsewhere a line every ten seconds.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(what)
        return
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str) -> Callable[[int, int | None], None]:
    """Say how far a download is, every ten seconds."""
    from wordglass.vectors.catalogue import in_bytes

    last = monotonic()

    def say(done: int, total: int | None) -> None:
        nonlocal last
        if monotonic() - last >= SECONDS_A_LINE:
            last = monotonic()
            note(f"{what}: {in_bytes(done)}" + (f" of {in_bytes(total)}" if total else ""))

    return say


def announce_compilation() -> None:
    """From now on say so, once, where kernels have yet to be compiled for this machine."""
    from wordglass.kernels import loading

    loading.announce = cache(lambda: note("compiling the kernels for this machine, once: some seconds"))
