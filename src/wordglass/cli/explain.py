"""``wordglass explain``: the exact share of every token of many texts, in memory that does not grow."""

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
@threads_option
def explain(
    model: Path, file: str, text: str | None, output: Path | None, kind: str | None, threads: int | None
) -> None:
    """Write what every token of the texts of FILE adds to the score of each class.

    FILE is what predict reads. A row a token: row, the number of its text, from 0; token, as looked up;
    start and end in characters; share_CLASS. A text's shares and the bias, which the schema's metadata
    of .parquet and .arrow has, sum to its score. One text in full is what trace shows.

    \b
    wordglass explain reviews.model new.csv -o shares.parquet
    wordglass explain reviews.model new.csv --text review -o shares.arrow
    echo "what a film" | wordglass explain reviews.model - --format jsonl
    """
    from wordglass.corpus import iter_batches
    from wordglass.explaining import explained_batches
    from wordglass.store import load
    from wordglass.trace.numbers import plural
    from wordglass.writing import open_writer

    refuse_format_of_file(output, kind)
    announce_compilation()
    fitted = load(model).model_
    batches = iter_batches(file, text)
    note_guesses(file, batches.notes)
    watched = progress(f"explaining {file}") if output else nullcontext(lambda words: None)
    rows = tokens = 0
    with watched as tell, open_writer(output, kind) as write:
        for batch in batches:
            for shares in explained_batches(fitted, batch.texts, threads, first_row=rows):
                write(shares)
                tokens += len(shares)
            rows += len(batch.texts)
            tell(f"explaining {file}: {rows:,} rows")
    if output:
        note(f"saved: {output}, {plural(tokens, 'token')} of {plural(rows, 'row')}")
