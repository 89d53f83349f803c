"""``wordglass vectors map``: chosen words in two dimensions."""

from pathlib import Path

import click

from wordglass.cli.options import ascii_option, json_option, note, print_json, vectors_option
from wordglass.cli.vectors.options import note_unknown, open_table, refuse_bytes_in_any


@click.command("map")
@click.argument("words", nargs=-1, required=True, callback=refuse_bytes_in_any)
@vectors_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the map as a drawing (.svg) or a page (.html) instead. A file there is replaced.",
)
@json_option
@ascii_option
def map_(words: tuple[str, ...], name: str, output: Path | None, as_json: bool, ascii_only: bool) -> None:
    """Set WORDS in the plane in which they differ most.

    And say what of the nearness of their vectors the plane keeps.

    \b
    wordglass vectors map cat dog horse car train bus
    wordglass vectors map cat dog horse car train bus -o map.svg
    """
    from wordglass.errors import ArgumentError
    from wordglass.exploring import words_map
    from wordglass.store.whole import write_file
    from wordglass.trace.numbers import size
    from wordglass.views.html.words_map import as_page, as_svg
    from wordglass.views.terminal import console
    from wordglass.views.terminal.exploring import show_map

    writers = {".svg": as_svg, ".html": as_page, ".htm": as_page}
    if output and output.suffix.lower() not in writers:
        raise ArgumentError(f"{output}: the name must end in .svg or .html")
    table = open_table(name)
    found = words_map(table, words)
    if as_json:
        print_json(found)
    elif not output:
        show_map(found, console(ascii=ascii_only))
    if output:
        content = writers[output.suffix.lower()](found).encode()
        write_file(output, content)
        note(f"saved: {output}, {size(len(content))}")
    note_unknown(table, found["unknown"])
