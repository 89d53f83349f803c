"""``wordglass vectors convert``: a table as a folder of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wordglass.cli.options import announce_compilation, note, progress
from wordglass.cli.vectors.options import numbers_option, odd_option

if TYPE_CHECKING:
    from wordglass.vectors.rows import Numbers


@click.command()
@click.argument("source")
@click.argument("folder", type=click.Path(path_type=Path))
@numbers_option
@odd_option
def convert(source: str, folder: Path, numbers: "Numbers", skip_odd_rows: bool) -> None:
    """Write the table of SOURCE, a name, file or folder, to FOLDER.

    A table can be opened by its folder wherever a name can be given, on any machine.

    \b
    wordglass vectors convert cc.fr.300.bin french --numbers float16
    wordglass vectors coverage --vectors ./french avis.csv
    """
    from wordglass.vectors.names import convert_to

    announce_compilation()
    with progress(f"converting {source}") as say:
        convert_to(source, folder, numbers=numbers, skip_odd_rows=skip_odd_rows, say=say)
    note(f"saved: {folder}")
