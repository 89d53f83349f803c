"""``wordglass vectors direction``: what lies at the ends of the direction from one word to another."""

import click

from wordglass.cli.options import ascii_option, json_option, print_json, refuse_bytes, vectors_option
from wordglass.cli.vectors.options import count_option, note_unknown, open_table


@click.command()
@click.argument("a", callback=refuse_bytes)
@click.argument("b", callback=refuse_bytes)
@vectors_option
@count_option
@click.option(
    "--among",
    default=20_000,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="Look among the table's first N words, which are mostly its commonest.",
)
@click.option("--left", default="", callback=refuse_bytes, metavar="WORD,WORD", help="Words to tell ...")
@click.option("--right", default="", callback=refuse_bytes, metavar="WORD,WORD", help="... from these.")
@json_option
@ascii_option
def direction(
    a: str,
    b: str,
    name: str,
    count: int,
    among: int,
    left: str,
    right: str,
    as_json: bool,
    ascii_only: bool,
) -> None:
    """What the direction from A to B separates.

    The words farthest along it to either side, and with two lists how well it tells the one from the other.

    \b
    wordglass vectors direction bad good
    wordglass vectors direction bad good --left terrible,awful,poor --right great,fine,lovely
    """
    from wordglass.exploring import direction as measure
    from wordglass.views.terminal import console
    from wordglass.views.terminal.exploring import show_direction

    if bool(left.strip()) != bool(right.strip()):
        raise click.UsageError("give both lists, --left and --right, or none")
    table = open_table(name)
    lists = [words.replace(",", " ").split() for words in (left, right)]
    found = measure(table, a, b, lists[0], lists[1], among, count)
    if as_json:
        print_json(found)
    else:
        show_direction(found, console(ascii=ascii_only))
    note_unknown(table, found["unknown"])
