"""``wordglass vectors analogy``: what is to C as B is to A."""

import click

from wordglass.cli.options import (
    announce_compilation,
    json_option,
    progress,
    refuse_bytes,
    vectors_option,
)
from wordglass.cli.vectors.neighbors import show
from wordglass.cli.vectors.options import count_option, refuse_word


@click.command()
@click.argument("a", callback=refuse_bytes)
@click.argument("b", callback=refuse_bytes)
@click.argument("c", callback=refuse_bytes)
@vectors_option
@count_option
@json_option
def analogy(a: str, b: str, c: str, name: str, count: int, as_json: bool) -> None:
    """A is to B as C is to what?

    The words nearest to B - A + C, without the three: the cosine of the angle, and the word.

    \b
    wordglass vectors analogy man king woman
    """
    from wordglass.vectors import load_vectors

    announce_compilation()
    with progress(f"opening {name}") as say:
        table = load_vectors(name, say)
    try:
        found = table.analogy(a, b, c, count)
    except KeyError as error:
        refuse_word(table, error.args[0])
    show(found, as_json)
