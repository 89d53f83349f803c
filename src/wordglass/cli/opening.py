"""What a path names is opened: a model of a folder, or one that is trained on a file first."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from wordglass.cli.options import note, note_guesses, progress

if TYPE_CHECKING:
    from wordglass.opened import Opened
    from wordglass.rows import Told


def open_path(
    path: Path,
    data: str | None = None,
    text: str | None = None,
    label: str | None = None,
    preset: str = "balanced",
) -> "Opened":
    """The model of a folder, or one of ``preset`` trained on a file of labelled texts, and not saved."""
    if _is_model(path):
        return open_model(path, data, text, label)
    return _trained(path, text, label, preset)


def _is_model(path: Path) -> bool:
    """Whether a path is a model folder, or was meant to be one."""
    if not path.exists() and path.suffix in ("", ".model"):
        return True
    return path.is_dir() and ((path / "config.json").exists() or path.suffix == ".model")


def open_model(
    path: Path, data: str | None = None, text: str | None = None, label: str | None = None
) -> "Opened":
    """A model of a folder; its rows are read when they are asked for."""
    from wordglass.opened import Opened
    from wordglass.rows import Rows, Told, find_rows
    from wordglass.store import load

    with progress(f"opening {path}") as tell:
        classifier = load(path)
        trace = classifier.trace_
        told = _told(trace["provenance"]["command"], path.resolve().parent)
        told = Told(data or told.file, text or told.text, label or told.label, told.held_out, told.near)
        tell(f"opening {classifier.model_.vectors}")
        _ = classifier.model_.table  # found now, so that the first text does not wait for it
    rows = Rows(lambda: find_rows(trace, classifier.get_params(), told))
    return Opened(path.name, classifier, rows, told, path=path)


def _trained(path: Path, text: str | None, label: str | None, preset: str) -> "Opened":
    """A model that is trained on a file first."""
    from wordglass.classifier import TextClassifier
    from wordglass.cli.train import fit
    from wordglass.corpus import read
    from wordglass.opened import Opened
    from wordglass.parts import divide
    from wordglass.rows import Rows, Told

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
    from wordglass.rows import Told

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
