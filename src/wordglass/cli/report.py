"""``wordglass report``: all of a model as one HTML file."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordglass.cli.opening import open_model
from wordglass.cli.options import announce_compilation, note, progress, refuse_bytes
from wordglass.cli.trace import LONGEST

if TYPE_CHECKING:
    from wordglass.opened import Opened

ENDINGS = (".html", ".htm")
COMPARED = 1_000  # texts held out on which the model of the page is compared with the whole one


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="Where to write the page: a name that ends in .html. A file there is replaced.",
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="TEXT",
    callback=lambda context, parameter, values: tuple(
        refuse_bytes(context, parameter, value) for value in values
    ),
    help="A text to follow through the model, any number of times; a held-out one if not given.",
)
@click.option(
    "--claim",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What wordglass claim wrote with -o: shown as a section of its own.",
)
@click.option("--live", is_flag=True, help="Have the page classify what its reader types: up to 1 MB more.")
def report(model: Path, output: Path, texts: tuple[str, ...], claim: Path | None, live: bool) -> None:
    """Write a page of all that MODEL's training did.

    Data, stages, coverage, choice of the model, training, scores, mistakes, telling words, a map of texts and
    texts on their way through the five layers with every formula written out. One file, for a colleague: it
    needs no network and no script.

    \b
    wordglass report reviews.model -o report.html
    wordglass report reviews.model -o report.html --text "what a film" --text "not my kind of film"
    wordglass report reviews.model -o report.html --claim claim.json
    wordglass report reviews.model -o report.html --live
    """
    from wordglass.errors import ArgumentError
    from wordglass.store.whole import write_file
    from wordglass.trace.claim import ClaimTrace
    from wordglass.trace.numbers import size
    from wordglass.trace.reading import read_document
    from wordglass.views.html import render_report
    from wordglass.views.html.live import live_payload

    if output.suffix.lower() not in ENDINGS:
        raise ArgumentError(f"{output}: the name must end in .html")
    for number, text in enumerate(texts, 1):
        if len(text) > LONGEST:
            raise ArgumentError(f"text {number} has {len(text):,} characters: give up to {LONGEST:,}")
    measured = read_document(claim, ClaimTrace, "wordglass claim DATA -o FILE") if claim else None
    announce_compilation()
    opened = open_model(model)
    with progress("following the texts") as tell:
        classifier = opened.classifier
        trace = classifier.trace_
        predictions = [classifier.trace(text) for text in texts] or trace["predictions"]
        payload = live_payload(classifier.model_, texts=_held_out(opened)) if live else None
        tell(f"writing {output}")
        command = shlex.join(["wordglass", *sys.argv[1:]])
        page = render_report(trace, predictions, payload, command, measured).encode()
        write_file(output, page)
    note(f"saved: {output}, {size(len(page))}")


def _held_out(opened: "Opened") -> list[str]:
    """Texts held out, on which the model of the page is compared; none where they are not at hand."""
    from wordglass.errors import DataError

    try:
        texts = opened.rows.parts.held_out[0]
    except DataError:
        return []
    return [str(text) for text in texts[:COMPARED].to_pylist()]
