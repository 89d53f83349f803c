"""``wordglass trace``: one text on its way through the five layers."""

import sys
from pathlib import Path

import click

from wordglass.cli.options import announce_compilation, ascii_option, json_option, print_json, refuse_bytes

LONGEST = 1_000_000  # characters: nobody reads more tokens one by one


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("text", callback=refuse_bytes)
@json_option
@ascii_option
def trace(model: Path, text: str, as_json: bool, ascii_only: bool) -> None:
    """Follow TEXT through MODEL.

    Its tokens, their vectors, the pooled vector, the scores, and every token's share of them. TEXT - is
    standard input.

    \b
    wordglass trace reviews.model "what a wonderful film"
    wordglass trace reviews.model --json - < review.txt
    """
    from wordglass.errors import ArgumentError
    from wordglass.explain import trace_prediction
    from wordglass.store import load

    announce_compilation()
    text = _standard_input() if text == "-" else text
    if len(text) > LONGEST:
        raise ArgumentError(
            f"the text has {len(text):,} characters: a trace shows each token of up to {LONGEST:,}"
        )
    traced = trace_prediction(text, load(model).model_)
    if as_json:
        print_json(traced)
        return
    from wordglass.views.terminal import console, show_prediction

    show_prediction(traced, console(ascii=ascii_only))


def _standard_input() -> str:
    """Its text, without the end of the last line."""
    from wordglass.errors import DataError

    data = sys.stdin.buffer.read().removesuffix(b"\n")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"standard input: byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8; "
            "convert it, for example: iconv -f windows-1252 -t utf-8"
        ) from None
