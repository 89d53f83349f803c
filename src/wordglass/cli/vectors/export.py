"""``wordglass vectors export``: a table in a format that others read."""

from pathlib import Path

import click

from wordglass.cli.options import announce_compilation, note, progress
from wordglass.cli.vectors.options import name_argument


@click.command()
@name_argument
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "kind", metavar="FORMAT", help="One of these, if PATH's ending does not tell.")
def export(name: str, path: Path, kind: str | None) -> None:
    """Write the table NAME to PATH in a format that others read.

    The formats are word2vec (text, .vec), word2vec-binary (.bin), glove (.txt), parquet (.parquet) and npy
    (a folder of vectors.npy and words.txt).

    \b
    wordglass vectors export glove-6b-50d glove.vec
    wordglass vectors export ./french french.parquet
    """
    from wordglass.vectors import load_vectors
    from wordglass.vectors.export import export as write

    announce_compilation()
    with progress(f"exporting {name}") as say:
        write(load_vectors(name, say), path, kind)
    note(f"saved: {path}")
