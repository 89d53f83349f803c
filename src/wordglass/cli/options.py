"""Options that several commands share, and how the commands speak on stderr."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

text_option = click.option(
    "--text", metavar="COLUMN", help="The column of texts; guessed where that is safe."
)
label_option = click.option(
    "--label", metavar="COLUMN", help="The column of labels; guessed where that is safe."
)
vectors_option = click.option(
    "--vectors", default="glove-6b-50d", show_default=True, metavar="NAME", help="The table of word vectors."
)
threads_option = click.option(
    "--threads", type=click.IntRange(1, 256), help="Threads to use; all processors if not given."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the same numbers as JSON.")
ascii_option = click.option("--ascii", "ascii_only", is_flag=True, help="Print no character beyond ASCII.")


def note(message: str) -> None:
    """Say something beside the results, on stderr."""
    click.echo(message, err=True)


def print_json(document: object) -> None:
    """Print a document as JSON, every number as computed."""
    click.echo(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is going on; gives a function that changes the words. Elsewhere silent."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda words: None
        return
    with console.status(what) as status:
        yield lambda words: status.update(words)


def announce_compilation() -> None:
    """Say so where the kernels have yet to be compiled for this machine."""
    from wordglass.kernels.compiling import compiled_before

    if not compiled_before():
        note("compiling the kernels for this machine, once: some seconds")
