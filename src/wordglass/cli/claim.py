"""``wordglass claim``: what pre-trained vectors bring on labelled texts, measured."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from wordglass.cli.options import (
    DURATION,
    SECONDS_A_LINE,
    announce_compilation,
    ascii_option,
    json_option,
    label_option,
    note,
    note_guesses,
    print_json,
    progress,
    text_option,
    threads_option,
    vectors_option,
)
from wordglass.cli.train import held_out_of

if TYPE_CHECKING:
    from wordglass.trace.claim import ClaimRun

OnRun = Callable[["ClaimRun", int, int], None]


@click.command()
@click.argument("file", metavar="DATA", type=click.Path())
@text_option
@label_option
@vectors_option
@click.option(
    "--held-out",
    default="0.2",
    show_default=True,
    metavar="SHARE|FILE",
    help="A share of rows on which the ways are compared, or a file of its own.",
)
@click.option(
    "--draws",
    type=click.IntRange(1),
    metavar="N",
    help="How often each size is drawn; 4 times, 3 times where there are 20 classes or more, if not given.",
)
@click.option(
    "--budget",
    type=DURATION,
    metavar="TIME",
    help="Begin no training after so long: 10s, 2m, or seconds. Draws are left out first, then large sizes.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the split, the draws, the folds and the random vectors.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all numbers to this file, too, as JSON.",
)
@threads_option
@json_option
@ascii_option
def claim(
    file: str,
    text: str | None,
    label: str | None,
    name: str,
    held_out: str,
    draws: int | None,
    budget: float | None,
    seed: int,
    output: Path | None,
    threads: int | None,
    as_json: bool,
    ascii_only: bool,
) -> None:
    """Measure what pre-trained vectors bring on the labelled texts of DATA.

    Six ways to classify are trained on 8 labelled rows a class, 16, 32, ... up to all, several times each:
    pre-trained vectors; random ones; the pre-trained ones dealt anew among the words; vectors learned from
    scratch; TF-IDF, which has no vectors; and vectors with counts. Are pre-trained vectors more accurate,
    faster, and do they need less data? Each question gets a verdict by a stated rule. Ctrl-C shows what is
    finished.

    \b
    wordglass claim reviews.csv
    wordglass claim reviews.csv --text review --label stars -o claim.json
    wordglass claim train.parquet --held-out test.parquet --budget 2m
    wordglass claim reviews.csv --vectors glove-6b-50d --draws 10 --json
    """
    from wordglass.claiming import prepare
    from wordglass.corpus import read
    from wordglass.errors import DataError
    from wordglass.store.config import to_json
    from wordglass.store.whole import write_file
    from wordglass.targets import Targets
    from wordglass.vectors import load_vectors

    share, test = held_out_of(held_out)
    announce_compilation()
    table = load_vectors(name)
    with progress(f"reading {file}"):
        corpus = read(file, text, label)
        others = read(test, corpus.text_column, corpus.label_column) if test else None
    note_guesses(file, corpus.notes)
    labels = corpus.labels or []
    if others:
        known = Targets.encode(labels)
        Targets.of_names(others.labels or [], known.names, known.multi_label, others.source)
    try:
        ready = prepare(
            corpus.texts,
            labels,
            vectors=table,
            held_out=(others.texts, others.labels or []) if others else share,
            draws=draws,
            seed=seed,
            threads=threads,
            source=corpus.source,
        )
    except DataError as error:
        raise DataError(f"{corpus.source}: {error}") from None
    for words in ready.words():
        note(words)
    with runs_progress() as on_run:
        command = shlex.join(["wordglass", *sys.argv[1:]])
        found, interrupted = ready.carry_out(budget=budget, command=command, on_run=on_run)
    if output:
        write_file(output, to_json(found, indent=1) + b"\n")
    if as_json:
        print_json(found)
    else:
        from wordglass.views.terminal import console
        from wordglass.views.terminal.claim import show_claim

        show_claim(found, console(ascii=ascii_only))
    sys.stdout.flush()
    if output:
        note(f"saved: {output}")
    if interrupted:
        note("wordglass: interrupted: only what was finished by then is shown")
        sys.exit(1)


@contextmanager
def runs_progress() -> Iterator[OnRun]:
    """Show which training is done of how many: a bar on a terminal, elsewhere a line at times."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from wordglass.claiming.names import NAMES, at_size

    def said(run: "ClaimRun") -> str:
        return f"{NAMES[run['arm']]}, {at_size(run['size'])}"

    console = Console(stderr=True)
    if not console.is_terminal:
        last = float("-inf")

        def line(run: "ClaimRun", done: int, total: int) -> None:
            nonlocal last
            if monotonic() - last >= SECONDS_A_LINE:
                last = monotonic()
                note(f"{done} of {total} trainings: {said(run)}")

        yield line
        return
    text = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), text)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("training", total=None)
        yield lambda run, done, total: bar.update(task, completed=done, total=total, description=said(run))
