"""Options and arguments that several ``vectors`` commands share."""

from typing import TYPE_CHECKING, NoReturn

import click

from wordglass.cli.options import DEFAULT_VECTORS

if TYPE_CHECKING:
    from wordglass.vectors import VectorTable

name_argument = click.argument("name", default=DEFAULT_VECTORS)
count_option = click.option(
    "-n", "count", default=10, show_default=True, type=click.IntRange(1), metavar="N", help="How many."
)
numbers_option = click.option(
    "--numbers",
    type=click.Choice(["float32", "float16", "int8"]),
    default="float32",
    show_default=True,
    help="How the numbers are stored: in 4, 2 or 1 bytes each.",
)
odd_option = click.option(
    "--skip-odd-rows", is_flag=True, help="Leave out rows that cannot be used, and count them."
)


def refuse_word(table: "VectorTable", word: str) -> NoReturn:
    """Say that a table does not have a word, and whether it has it in lower case."""
    from wordglass.errors import ArgumentError

    lower = word.lower()
    hint = f": try {lower!r}" if lower != word and table.vocabulary.row(lower) else ""
    raise ArgumentError(f"{table.name} has no word {word!r}{hint}") from None
