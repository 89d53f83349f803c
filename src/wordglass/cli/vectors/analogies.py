"""``wordglass vectors analogies``: how often a table solves them."""

from pathlib import Path

import click

from wordglass.cli.options import ascii_option, json_option, print_json, progress, vectors_option
from wordglass.cli.vectors.options import open_table


@click.command()
@vectors_option
@click.option(
    "--pairs",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Pairs of your own, as in analogies.toml of the package: for each kind what = and pairs =.",
)
@json_option
@ascii_option
def analogies(name: str, pairs: Path | None, as_json: bool, ascii_only: bool) -> None:
    """How often B - A + C is nearest to the right word.

    On pairs of English words of nine kinds: by the usual rule, which leaves A, B and C out; honestly, with
    nothing left out; and without arithmetic, by the word nearest to C.

    \b
    wordglass vectors analogies
    wordglass vectors analogies --vectors glove-6b-50d
    """
    from wordglass.exploring import analogies as measure
    from wordglass.exploring import read_kinds
    from wordglass.views.terminal import console
    from wordglass.views.terminal.exploring import show_analogies

    kinds = read_kinds(pairs) if pairs else read_kinds()
    table = open_table(name)
    with progress("answering"):
        found = measure(table, kinds)
    if as_json:
        print_json(found)
    else:
        show_analogies(found, console(ascii=ascii_only))
