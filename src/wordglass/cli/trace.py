"""``wordglass trace``: one text on its way through the five layers."""

import sys
from pathlib import Path

import click

from wordglass.cli.options import announce_compilation, ascii_option, json_option, print_json


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("text")
@json_option
@ascii_option
def trace(model: Path, text: str, as_json: bool, ascii_only: bool) -> None:
    """Follow TEXT through MODEL: tokens, vectors, pooling, scores, and every token's share of them.

    TEXT - is standard input.

    \b
    wordglass trace reviews.model "what a wonderful film"
    wordglass trace reviews.model --json - < review.txt
    """
    from wordglass.explain import trace_prediction
    from wordglass.store import load

    announce_compilation()
    if text == "-":
        text = _standard_input()
    traced = trace_prediction(text, load(model).model_)
    if as_json:
        print_json(traced)
        return
    from wordglass.views.terminal import console, show_prediction

    show_prediction(traced, console(ascii=ascii_only))


def _standard_input() -> str:
    from wordglass.errors import DataError

    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise DataError(f"standard input is not UTF-8 at byte {error.start}") from None
