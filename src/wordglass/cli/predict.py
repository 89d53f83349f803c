"""``wordglass predict``: labels for new texts, batch by batch, in memory that does not grow with the file."""

from contextlib import nullcontext
from pathlib import Path

import click

from wordglass.cli.options import (
    announce_compilation,
    format_option,
    note,
    note_guesses,
    output_option,
    progress,
    refuse_format_of_file,
    text_option,
    threads_option,
)


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path())
@text_option
@output_option
@format_option
@click.option("--probabilities", is_flag=True, help="Add the probability of every class.")
@click.option(
    "--abstain-below",
    "below",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Leave predicted empty where the likeliest class has a probability below P.",
)
@threads_option
def predict(
    model: Path,
    file: str,
    text: str | None,
    output: Path | None,
    kind: str | None,
    probabilities: bool,
    below: float | None,
    threads: int | None,
) -> None:
    """Label the texts of FILE with MODEL.

    FILE is what train reads, or a .txt file with one text a line; - is such lines from standard input. Its
    columns are kept; predicted and probability come beside them.

    \b
    wordglass predict reviews.model new.csv -o labelled.csv
    wordglass predict reviews.model new.parquet --probabilities -o labelled.parquet
    wordglass predict reviews.model new.csv --abstain-below 0.8 -o labelled.csv
    echo "what a film" | wordglass predict reviews.model -
    """
    from wordglass.abstaining import check_abstaining
    from wordglass.corpus import iter_batches
    from wordglass.store import load
    from wordglass.trace.numbers import plural
    from wordglass.writing import open_writer, with_predictions

    refuse_format_of_file(output, kind)
    announce_compilation()
    fitted = load(model).model_
    if below is not None:
        check_abstaining(below, fitted.multi_label)
    batches = iter_batches(file, text)
    note_guesses(file, batches.notes)
    # On standard output the rows are progress enough, and a pager would mix the two.
    watched = progress(f"predicting {file}") if output else nullcontext(lambda words: None)
    rows = abstained = 0
    with watched as tell, open_writer(output, kind) as write:
        for batch in batches:
            found = fitted.probabilities(batch.texts, threads)
            write(with_predictions(batch.columns, fitted, found, probabilities, below))
            rows += len(batch.texts)
            if below is not None:
                abstained += int((found.max(axis=1) < below).sum())
            tell(f"predicting {file}: {rows:,} rows")
    if below is not None:
        note(f"abstained: {abstained:,} of {plural(rows, 'row')}")
    if output:
        note(f"saved: {output}, {plural(rows, 'row')}")
