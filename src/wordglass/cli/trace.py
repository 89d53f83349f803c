"""``wordglass trace``: one text on its way through the five layers."""

import sys
from pathlib import Path

import click

from wordglass.cli.options import announce_compilation, ascii_option, json_option, print_json, refuse_bytes

LONGEST = 1_000_000  # characters: nobody reads more tokens one by one


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("text", callback=refuse_bytes)
@click.option(
    "--versus",
    nargs=2,
    metavar="CLASS CLASS",
    help="Add why the first class has a higher score than the second, or a lower.",
)
@click.option(
    "--edits", is_flag=True, help="Add the smallest edits found that change what the text is called."
)
@json_option
@ascii_option
def trace(
    model: Path, text: str, versus: tuple[str, str] | None, edits: bool, as_json: bool, ascii_only: bool
) -> None:
    """Follow TEXT through MODEL.

    Its tokens, their vectors, the pooled vector, the scores, and every token's share of them. TEXT - is
    standard input.

    \b
    wordglass trace reviews.model "what a wonderful film"
    wordglass trace reviews.model "what a wonderful film" --versus pos neg --edits
    wordglass trace reviews.model --json - < review.txt
    """
    from wordglass.errors import ArgumentError
    from wordglass.store import load

    announce_compilation()
    text = _standard_input() if text == "-" else text
    if len(text) > LONGEST:
        raise ArgumentError(
            f"the text has {len(text):,} characters: a trace shows each token of up to {LONGEST:,}"
        )
    explanation = load(model).explain(text)
    compared = explanation.versus(*versus) if versus else None
    edited = explanation.edits() if edits else None
    if as_json:
        more = {"versus": compared and compared.to_dict(), "edits": edited and edited.to_dict()}
        asked = {name: found for name, found in more.items() if found}
        print_json({"prediction": explanation.trace, **asked} if asked else explanation.trace)
        return
    from wordglass.views.terminal import console, show_edits, show_prediction, show_versus

    page = console(ascii=ascii_only)
    show_prediction(explanation.trace, page)
    if compared:
        show_versus(compared, page)
    if edited:
        show_edits(edited, page)


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
