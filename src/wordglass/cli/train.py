"""``wordglass train``: labelled texts in, a traced model folder out."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wordglass.cli.options import (
    DURATION,
    announce_compilation,
    ascii_option,
    int8_option,
    json_option,
    label_option,
    note,
    note_guesses,
    print_json,
    progress,
    text_option,
    threads_option,
)
from wordglass.kinds import KINDS, PRESETS, kinds_of

if TYPE_CHECKING:
    from wordglass.classifier import TextClassifier
    from wordglass.corpus import Corpus
    from wordglass.trace.document import Epoch


@click.command()
@click.argument("file", type=click.Path())
@text_option
@label_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to save the model; FILE's name with .model if not given.",
)
@click.option(
    "--held-out",
    default="0.2",
    show_default=True,
    metavar="SHARE|FILE",
    help="A share of rows to hold out of training, or a file of its own. 0 trains on all.",
)
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default="balanced",
    show_default=True,
    help="fast, balanced and best try more and more; lesson is the plain five stages on GloVe's vectors.",
)
@click.option(
    "--vectors",
    "name",
    metavar="NAME|PATH|A+B",
    help="The word vectors: the name of a table, a file or folder, or several joined by +; "
    "the preset's if not given.",
)
@click.option(
    "--lexical/--no-lexical",
    default=None,
    help="Count words and pairs of words beside the vectors, or not; as the preset has it if not given.",
)
@click.option(
    "--characters/--no-characters",
    default=None,
    help="Count n-grams of characters, too, or not; as the preset has it if not given.",
)
@click.option(
    "--budget",
    type=DURATION,
    metavar="TIME",
    help="Try nothing more after so long: 10s, 2m, or seconds.",
)
@click.option(
    "--pooling",
    metavar="KIND",
    help=f"One of {', '.join(KINDS)}, or several joined by +.",
)
@click.option(
    "--C",
    "C",
    type=click.FloatRange(min=0, min_open=True),
    metavar="C",
    help="Inverse strength of the penalty; chosen by cross-validation if not given.",
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    metavar="N",
    help="Exactly so many passes over the rows; until the objective has converged if not given.",
)
@click.option(
    "--keep",
    default="all",
    show_default=True,
    metavar="all|N|seen",
    help="The words that the model keeps: all, the first N of the table, or those seen in training.",
)
@int8_option
@click.option("--balanced", is_flag=True, help="Weigh classes so that each counts the same.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the split, the folds and the resampling.",
)
@threads_option
@click.option(
    "--no-baselines", is_flag=True, help="Do not train TF-IDF with logistic regression for comparison."
)
@click.option(
    "--no-samples",
    is_flag=True,
    help="Keep no text or word of the data in the trace and the model, which then counts no words.",
)
@json_option
@ascii_option
def train(
    file: str,
    text: str | None,
    label: str | None,
    output: Path | None,
    held_out: str,
    no_baselines: bool,
    as_json: bool,
    ascii_only: bool,
    balanced: bool,
    seed: int,
    no_samples: bool,
    name: str | None,
    preset: str,
    pooling: str | None,
    keep: str,
    **settings: Any,
) -> None:
    """Train a classifier on the labelled texts of FILE.

    FILE is CSV, TSV, JSON Lines, Parquet, Arrow, or a folder with a folder of text files for each class.

    \b
    wordglass train reviews.csv
    wordglass train reviews.csv --text review --label stars --held-out 0.1 -o stars.model
    wordglass train train.parquet --held-out test.parquet --epochs 5
    """
    from wordglass.classifier import TextClassifier
    from wordglass.corpus import read
    from wordglass.errors import ArgumentError
    from wordglass.presets import preset_of
    from wordglass.sizes import checked_keep
    from wordglass.store import refuse_to_replace
    from wordglass.vectors import load_vectors

    output = output or Path(f"{Path(file).resolve().stem}.model")
    refuse_to_replace(output)
    share, test = held_out_of(held_out)
    kinds_of(pooling or "mean")  # a wrong name is told before a long file is read
    words = _keep(keep)
    checked_keep(words, samples=not no_samples)
    announce_compilation()
    table = load_vectors(name or preset_of(preset).vectors)
    with progress(f"reading {file}"):
        corpus = read(file, text, label)
        others = read(test, corpus.text_column, corpus.label_column) if test else None
    note_guesses(file, corpus.notes)
    if balanced and not isinstance((corpus.labels or [""])[0], str):
        raise ArgumentError(f"--balanced needs one label a row, and {file} has lists of them: leave it out")
    classifier = TextClassifier(
        table,
        preset=preset,
        pooling=pooling,
        held_out=share,
        keep=words,
        class_weight="balanced" if balanced else None,
        random_state=seed,
        samples=not no_samples,
        **settings,
    )
    with progress("training") as tell:
        fit(classifier, corpus, others, tell)
        if not no_baselines:
            tell("training the baselines")
            add_baselines(classifier, corpus, others)
        tell(f"saving {output}")
        classifier.save(output)
    show(classifier, output, as_json, ascii_only)


def fit(classifier: "TextClassifier", corpus: "Corpus", others: "Corpus | None", tell: Any) -> None:
    """Train, telling every epoch as it ends; what is wrong with the data is said of its file."""
    from wordglass.errors import DataError
    from wordglass.targets import Targets

    def on_epoch(epoch: "Epoch") -> None:
        tell(f"epoch {epoch['epoch']}: training loss {epoch['train_loss']:.4f}")

    labels, held_out = corpus.labels or [], None
    if others:
        held_out = others.texts, others.labels or []
        known = Targets.encode(labels)
        Targets.of_names(held_out[1], known.names, known.multi_label, others.source)
    try:
        classifier.fit(
            corpus.texts,
            labels,
            held_out=held_out,
            source=corpus.source,
            command=shlex.join(["wordglass", *sys.argv[1:]]),
            on_epoch=on_epoch,
            tell=tell,
        )
    except DataError as error:
        raise DataError(f"{corpus.source}: {error}") from None


def add_baselines(classifier: "TextClassifier", corpus: "Corpus", others: "Corpus | None") -> None:
    """Score the simpler ways on the same held-out rows, into the trace."""
    import numpy as np

    from wordglass.arrow import take
    from wordglass.baselines import baselines
    from wordglass.targets import Targets

    if not classifier.trace_["scores"]:
        return
    targets = Targets.encode(corpus.labels or [], classifier.classes_).values
    texts, truth = corpus.texts, targets
    if others:
        training, held_out = np.arange(len(targets)), np.arange(len(others.texts))
        texts, truth = others.texts, Targets.encode(others.labels or [], classifier.classes_).values
    else:
        held_out = classifier.held_out_rows_
        training = np.setdiff1d(np.arange(len(targets)), held_out)
    classifier.trace_["baselines"] = baselines(
        take(corpus.texts, training),
        targets[training],
        take(texts, held_out),
        truth[held_out],
        len(classifier.classes_),
        classifier.random_state,
    )


def show(classifier: "TextClassifier", output: Path, as_json: bool, ascii_only: bool) -> None:
    """Print the trace."""
    from wordglass.views.terminal import console, show_training

    if as_json:
        print_json(classifier.trace_)
    else:
        show_training(classifier.trace_, console(ascii=ascii_only), model=str(output))
        sys.stdout.flush()
        note("")
    note(f"saved: {output}")


def held_out_of(given: str) -> tuple[float, str | None]:
    """A share, or a file."""
    from wordglass.errors import ArgumentError

    try:
        share = float(given)
    except ValueError:
        if Path(given).exists():
            return 0.0, given
        raise ArgumentError(
            f"--held-out {given}: neither a file that exists nor a share, such as 0.2"
        ) from None
    if not 0 <= share < 1:
        raise ArgumentError(f"--held-out {given}: a share is from 0 to below 1")
    return share, None


def _keep(given: str) -> Any:
    """A number of words, or what else was given."""
    try:
        return int(given)
    except ValueError:
        return given
