"""``wordglass evaluate``: how good a model is on labelled texts."""

from pathlib import Path

import click

from wordglass.cli.options import (
    announce_compilation,
    ascii_option,
    json_option,
    label_option,
    note_guesses,
    print_json,
    progress,
    text_option,
    threads_option,
)


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path())
@text_option
@label_option
@threads_option
@json_option
@ascii_option
def evaluate(
    model: Path,
    file: str,
    text: str | None,
    label: str | None,
    threads: int | None,
    as_json: bool,
    ascii_only: bool,
) -> None:
    """Score MODEL on the labelled texts of FILE.

    Accuracy and macro-F1 with 95% intervals, every class, the confusion matrix, calibration, and the accuracy
    where only the surest texts are answered.

    \b
    wordglass evaluate reviews.model test.csv
    wordglass evaluate reviews.model test.csv --json
    """
    from wordglass.corpus import read
    from wordglass.evaluate import scores
    from wordglass.store import load
    from wordglass.targets import Targets

    announce_compilation()
    fitted = load(model).model_
    with progress(f"reading {file}"):
        corpus = read(file, text, label)
    note_guesses(file, corpus.notes)
    with progress(f"evaluating {model}"):
        truth = Targets.of_names(corpus.labels or [], fitted.names, fitted.multi_label, file)
        found = scores(
            truth,
            fitted.probabilities(corpus.texts, threads),
            fitted.names,
            fitted.multi_label,
            thresholds=fitted.thresholds,
        )
    if as_json:
        print_json(found)
        return
    from wordglass.views.terminal import console, show_scores

    show_scores(found, console(ascii=ascii_only), subject=f"{model} on {file}")
