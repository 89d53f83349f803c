"""``wordglass vectors neighbors``: the words nearest to a word."""

import click

from wordglass.cli.options import json_option, print_json, refuse_bytes, vectors_option
from wordglass.cli.vectors.options import count_option, open_table, refuse_word


@click.command()
@click.argument("word", callback=refuse_bytes)
@vectors_option
@count_option
@json_option
def neighbors(word: str, name: str, count: int, as_json: bool) -> None:
    """The words nearest to WORD.

    Those whose vectors point most nearly the same way as WORD's: the cosine of the angle, and the word.

    \b
    wordglass vectors neighbors sunny
    """
    table = open_table(name)
    try:
        found = table.neighbours(word, count)
    except KeyError:
        refuse_word(table, word)
    show(found, as_json)


def show(found: list[tuple[str, float]], as_json: bool) -> None:
    """Print words with their cosines."""
    if as_json:
        print_json([{"word": word, "cosine": cosine} for word, cosine in found])
        return
    from wordglass.views.visible import visible

    for word, cosine in found:
        click.echo(f"{cosine:.4f}  {visible(word)}")
