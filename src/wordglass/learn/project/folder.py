"""The folder of a project: its rows, vectors of random numbers, what is to be done, and its numbers."""

import csv
import io
import json
import shlex
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from wordglass.errors import DataError
from wordglass.learn.lesson import environment
from wordglass.learn.literal import literal
from wordglass.learn.project.plan import DIM, OPTIONS, RANDOM, Plan, Reached
from wordglass.learn.project.rows import Labelled
from wordglass.store.config import to_json
from wordglass.store.whole import write_folder
from wordglass.trace.document import Interval
from wordglass.trace.provenance import data_sha256

FORMAT, VERSION = "wordglass-project", 1
FOLDER = "project"
TRAINING, HELD_OUT, NUMBERS, README = "train.csv", "held-out.csv", "project.json", "README.md"
MENDED = "mended.model"


@dataclass(frozen=True)
class Project:
    """What the folder of a project says of it."""

    folder: Path
    source: str
    sha256: str  # of the training rows and, after them, those held out
    classes: list[str]
    rows: int
    held_out_rows: int
    overfit_training: float
    overfit: Interval
    pretrained: str
    reaches: Interval
    goal: float
    best: float
    tables: int  # that were measured for it


def project_of(plan: Plan, tables: list[Reached], folder: Path) -> Project:
    """The numbers of a plan, and what the best of some tables reaches."""
    rows = plan.rows
    return Project(
        folder=folder,
        source=rows.source,
        sha256=sha256_of(rows.training, rows.held_out),
        classes=sorted(set(rows.training.labels)),
        rows=len(rows.training.labels),
        held_out_rows=len(rows.held_out.labels),
        overfit_training=plan.overfit.training,
        overfit=plan.overfit.held_out,
        pretrained=plan.pretrained.vectors,
        reaches=plan.pretrained.held_out,
        goal=plan.goal,
        best=max(one.held_out["value"] for one in [plan.pretrained, *tables]),
        tables=len(tables),
    )


def write_project(plan: Plan, tables: list[Reached], folder: Path) -> Project:
    """Write a project. DataError where the folder cannot be written."""
    rows, project = plan.rows, project_of(plan, tables, folder)
    readme = (
        environment().overlay(finalize=None).get_template("project_readme.md")
    )  # code, and nothing to escape
    files = {
        TRAINING: _csv(rows.training),
        HELD_OUT: _csv(rows.held_out),
        RANDOM: _vectors(plan),
        NUMBERS: to_json({"format": FORMAT, "version": VERSION, **_plain(project)}, indent=1),
        README: readme.render(
            project=project,
            source=literal(project.source),
            command=command(plan.pretrained.vectors),
            overfit_command=command(RANDOM, "overfit.model"),
            dim=DIM,
            words=len(plan.words),
            random=RANDOM,
            training=TRAINING,
            held_out=HELD_OUT,
        ).encode(),
    }
    try:
        write_folder(folder, files)
    except OSError as error:
        raise DataError(f"cannot write the project to {folder}: {error.strerror}") from error
    return project


def read_project(folder: Path) -> Project | None:
    """The project of a folder; None where there is no such folder, or an empty one.

    DataError where it holds something else, or another version's.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    try:
        told = json.loads((folder / NUMBERS).read_bytes())
        if told.pop("format") != FORMAT or told.pop("version") != VERSION:
            raise ValueError
        return Project(folder=folder, **told)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise DataError(
            f"{folder} is there and holds no project of this version of wordglass: move it away, and one is "
            "made anew"
        ) from None


def command(vectors: str, output: str = MENDED) -> str:
    """What trains a model of the project, in its folder."""
    words = [
        "wordglass",
        "train",
        TRAINING,
        "--held-out",
        HELD_OUT,
        *OPTIONS,
        "--vectors",
        vectors,
        "-o",
        output,
    ]
    return shlex.join(words)


def _plain(project: Project) -> dict[str, object]:
    return {name: value for name, value in vars(project).items() if name != "folder"}


def sha256_of(training: Labelled, held_out: Labelled) -> str:
    """The hash that a model trained on these rows has of its data."""
    texts = pa.concat_arrays([training.texts, held_out.texts])
    return data_sha256(texts, [*training.labels, *held_out.labels])


def _csv(rows: Labelled) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(("text", "label"))
    writer.writerows(zip(rows.texts.to_pylist(), rows.labels, strict=True))
    return out.getvalue().encode()


def _vectors(plan: Plan) -> bytes:
    """The random vectors as text, with the header of word2vec."""
    lines = [f"{len(plan.words)} {DIM}"]
    for word, vector in zip(plan.words, plan.random.tolist(), strict=True):
        lines.append(word + " " + " ".join(f"{number:.4f}" for number in vector))
    return ("\n".join(lines) + "\n").encode()
