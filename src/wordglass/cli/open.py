"""``wordglass open``: the report's page, live, in the browser."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordglass.cli.options import (
    announce_compilation,
    label_option,
    note,
    note_guesses,
    progress,
    text_option,
)
from wordglass.kinds import PRESETS

if TYPE_CHECKING:
    from wordglass.serve.data import Told
    from wordglass.serve.session import Opened


@click.command(name="open")
@click.argument("what", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="MODEL|FILE...")
@click.option(
    "--data",
    type=click.Path(),
    metavar="FILE",
    help="The file that MODEL was trained on, where it is no longer where it was.",
)
@text_option
@label_option
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="balanced",
    show_default=True,
    help="What to train on FILE.",
)
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="The port; a free one if not given.")
@click.option("--any-port", is_flag=True, help="Take another port where N is in use.")
@click.option("--no-browser", is_flag=True, help="Print the address alone; open no browser.")
def open_(
    what: tuple[Path, ...],
    data: str | None,
    text: str | None,
    label: str | None,
    preset: str,
    port: int | None,
    any_port: bool,
    no_browser: bool,
) -> None:
    """Explore MODEL in the browser: its page, live, on this machine alone.

    Type a sentence and see it go through the five layers; click a word; browse what the model gets wrong;
    compare; train again and watch. Of a FILE of labelled texts, a model is trained first, and not saved.
    Ctrl-C ends it. Needs pip install 'wordglass[web]'.

    \b
    wordglass open reviews.model
    wordglass open reviews.csv
    wordglass open one.model other.model
    """
    from wordglass.errors import ArgumentError

    try:
        from wordglass.serve.process import listen, serve
        from wordglass.serve.session import Session
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio", "h11"):
            raise
        raise ArgumentError(f"this needs the package {error.name}: pip install 'wordglass[web]'") from None

    listening = listen(port, any_port, note)  # a port that cannot be had is told before anything is trained
    announce_compilation()
    models = [
        _model(path, data, text, label) if _is_model(path) else _trained(path, text, label, preset)
        for path in what
    ]
    note("Ctrl-C ends it")
    serve(Session(models), listening, click.echo, browser=not no_browser)


def _is_model(path: Path) -> bool:
    """Whether a path is a model folder, or was meant to be one."""
    if not path.exists() and path.suffix in ("", ".model"):
        return True
    return path.is_dir() and ((path / "config.json").exists() or path.suffix == ".model")


def _model(path: Path, data: str | None, text: str | None, label: str | None) -> "Opened":
    """A model of a folder; its rows are read when they are asked for."""
    from wordglass.serve.data import Rows, Told, find_rows
    from wordglass.serve.session import Opened
    from wordglass.store import load

    with progress(f"opening {path}") as tell:
        classifier = load(path)
        trace = classifier.trace_
        told = _told(trace["provenance"]["command"], path.resolve().parent)
        told = Told(data or told.file, text or told.text, label or told.label, told.held_out, told.near)
        tell(f"opening {classifier.model_.vectors}")
        _ = classifier.model_.table  # found now, so that the first text does not wait for it
    return Opened(path.name, classifier, Rows(lambda: find_rows(trace, classifier.get_params(), told)), told)


def _trained(path: Path, text: str | None, label: str | None, preset: str) -> "Opened":
    """A model that is trained on a file first."""
    from wordglass.classifier import TextClassifier
    from wordglass.cli.train import fit
    from wordglass.corpus import read
    from wordglass.parts import divide
    from wordglass.serve.data import Rows, Told
    from wordglass.serve.session import Opened

    with progress(f"reading {path}"):
        corpus = read(path, text, label)
    note_guesses(str(path), corpus.notes)
    classifier = TextClassifier(preset=preset)
    with progress("training") as tell:
        fit(classifier, corpus, None, tell)
    told = Told(str(path), text, label)
    labels, source = corpus.labels or [], corpus.source
    rows = Rows(lambda: divide(corpus.texts, labels, classifier.held_out, classifier.random_state, source))
    note(f"trained on {path}; wordglass train {shlex.quote(str(path))} saves such a model")
    return Opened(path.stem, classifier, rows, told)


def _told(command: str, near: Path) -> "Told":
    """What a command that trained a model says of its data; nothing where it is Python."""
    from wordglass.cli.train import train
    from wordglass.serve.data import Told

    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if words[:2] != ["wordglass", "train"]:
        return Told(None, near=near)
    asked = train.make_context("train", words[2:], resilient_parsing=True).params
    held_out = asked.get("held_out") or ""
    try:
        float(held_out)
        held_out = None
    except ValueError:
        held_out = held_out or None
    return Told(asked.get("file"), asked.get("text"), asked.get("label"), held_out, near)
