"""Options and arguments that several ``vectors`` commands share."""

from typing import TYPE_CHECKING, NoReturn

import click

from wordglass.cli.options import DEFAULT_VECTORS, announce_compilation, note, progress, refuse_bytes

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


def open_table(name: str) -> "VectorTable":
    """A table by its name or path, shown on a terminal while it is opened."""
    from wordglass.vectors import load_vectors

    announce_compilation()
    with progress(f"opening {name}") as say:
        return load_vectors(name, say)


def refuse_bytes_in_any(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """The same as ``refuse_bytes`` for an argument that can be given any number of times."""
    return tuple(refuse_bytes(context, parameter, value) for value in values)


def note_unknown(table: "VectorTable", words: list[str]) -> None:
    """Say in one line which words a table does not have."""
    if words:
        from wordglass.views.visible import visible

        note(f"{table.name} does not have: {', '.join(visible(words))}")


def refuse_word(table: "VectorTable", word: str) -> NoReturn:
    """Say that a table does not have a word, and whether it has it in lower case."""
    from wordglass.errors import ArgumentError

    lower = word.lower()
    hint = f": try {lower!r}" if lower != word and table.vocabulary.row(lower) else ""
    raise ArgumentError(f"{table.name} has no word {word!r}{hint}") from None
