"""``wordglass vectors info``: what a table is and where it comes from."""

import click

from wordglass.cli.options import announce_compilation, ascii_option, json_option, print_json, progress
from wordglass.cli.vectors.options import name_argument


@click.command()
@name_argument
@click.option("--verify", is_flag=True, help="Check every file of the table against its hash.")
@json_option
@ascii_option
def info(name: str, verify: bool, as_json: bool, ascii_only: bool) -> None:
    """What a table is and where it comes from.

    \b
    wordglass vectors info glove-6b-50d
    """
    from wordglass.vectors import load_vectors
    from wordglass.vectors.manifest import verify as check
    from wordglass.views.terminal import console, show_table

    announce_compilation()
    with progress(f"opening {name}") as say:
        table = load_vectors(name, say)
        if verify and table.folder:
            say("checking the hashes")
            check(table.folder)
    if as_json:
        print_json(table.manifest)
        return
    show_table(table.manifest, str(table.folder), verify, console(ascii=ascii_only))
