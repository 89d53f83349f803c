"""How what is done in a mode asks and answers: a line at a time, by pipe as on a terminal."""

import sys
from pathlib import Path

import click

from wordglass.cli.options import note
from wordglass.errors import WordglassError


def ask(prompt: str) -> str | None:
    """The next line of standard input; None where it has ended."""
    click.echo(f"  {prompt} ", nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        click.echo(line.rstrip("\n"))  # what was asked and what was answered stand on one line, as if typed
    return line.rstrip("\n") if line else None


def ask_block(first: str) -> str:
    """A program: the lines up to an empty one, the first given; or that of a file, if it names one."""
    if first.strip().endswith(".py") and len(first.split()) == 1:
        try:
            return Path(first.strip()).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            note(f"{first.strip()}: {getattr(error, 'strerror', None) or 'not UTF-8'}")
            return ""
    lines = [first]
    while line := ask("..."):
        lines.append(line)
    return "\n".join(lines) + "\n"


def say_error(error: WordglassError) -> None:
    """What is wrong with an answer; the next may be better."""
    note(f"  {error}")
