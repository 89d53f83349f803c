"""``wordglass inspect``: what a model folder holds, and whether it is whole."""

from pathlib import Path

import click

from wordglass.cli.options import ascii_option, json_option, print_json


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@json_option
@ascii_option
def inspect(model: Path, as_json: bool, ascii_only: bool) -> None:
    """Show what the folder MODEL holds.

    Its files, checked by their hashes, and the run that made it: its data, its training, its scores.

    \b
    wordglass inspect reviews.model
    """
    from wordglass.errors import DataError
    from wordglass.store import describe

    found = describe(model)
    if as_json:
        print_json(found)
    else:
        from wordglass.views.terminal import console, show_model

        show_model(found["config"], found["files"], found["trace"], console(ascii=ascii_only), str(model))
    if damaged := [file["name"] for file in found["files"] if file["intact"] is False]:
        raise DataError(
            f"{model / damaged[0]} is missing or not as it was saved: copy or train the model again"
        )
