"""``wordglass vectors remove``: give a table's room back."""

import click


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def remove(names: tuple[str, ...]) -> None:
    """Delete tables from the cache; files they were made from stay.

    \b
    wordglass vectors remove crawl
    """
    from wordglass.trace.numbers import size
    from wordglass.vectors.names import remove as delete

    for name in names:
        click.echo(f"{name}: {size(delete(name))} freed")
