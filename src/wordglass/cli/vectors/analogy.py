"""``wordglass vectors analogy``: what is to C as B is to A."""

import click

from wordglass.cli.options import json_option, refuse_bytes, vectors_option
from wordglass.cli.vectors.neighbors import show
from wordglass.cli.vectors.options import count_option, open_table, refuse_word


@click.command()
@click.argument("a", callback=refuse_bytes)
@click.argument("b", callback=refuse_bytes)
@click.argument("c", callback=refuse_bytes)
@vectors_option
@count_option
@click.option("--honest", is_flag=True, help="Leave no word out: B or C often comes first.")
@json_option
def analogy(a: str, b: str, c: str, name: str, count: int, honest: bool, as_json: bool) -> None:
    """A is to B as C is to what?

    The words nearest to B - A + C, without the three: the cosine of the angle, and the word. How often that
    is right: wordglass vectors analogies.

    \b
    wordglass vectors analogy man king woman
    """
    table = open_table(name)
    try:
        found = table.analogy(a, b, c, count, honest)
    except KeyError as error:
        refuse_word(table, error.args[0])
    show(found, as_json)
