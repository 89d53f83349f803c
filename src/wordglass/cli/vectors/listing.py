"""``wordglass vectors list``: the tables at hand."""

import click

from wordglass.cli.options import ascii_option, json_option, print_json


@click.command("list")
@click.option("--all", "every", is_flag=True, help="Also the named sets that could be downloaded.")
@json_option
@ascii_option
def listing(every: bool, as_json: bool, ascii_only: bool) -> None:
    """The tables in the cache and in installed packages.

    \b
    wordglass vectors list
    wordglass vectors list --all
    """
    from wordglass.vectors.listing import at_hand, to_download
    from wordglass.views.terminal import console, show_tables

    found = at_hand() + (to_download() if every else [])
    if as_json:
        print_json(found)
        return
    show_tables(found, console(ascii=ascii_only))
