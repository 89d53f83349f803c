"""``wordglass vectors add``: a file, a folder or a name into a table that goes by its name from then on."""

from typing import TYPE_CHECKING

import click

from wordglass.cli.options import announce_compilation, note, progress, transfer_progress
from wordglass.cli.vectors.options import numbers_option, odd_option

if TYPE_CHECKING:
    from wordglass.vectors.rows import Numbers


@click.command()
@click.argument("source")
@click.option("--name", metavar="NAME", help="What to call the table; the file's name if not given.")
@numbers_option
@odd_option
@click.option("--keep", is_flag=True, help="Keep what was downloaded, for another table of the same archive.")
def add(source: str, name: str | None, numbers: "Numbers", skip_odd_rows: bool, keep: bool) -> None:
    """Convert a file or folder of vectors, or download a named set.

    The format is found out from the content: GloVe and word2vec text, word2vec binary, fastText .bin and
    .ftz, floret, gensim, spaCy, Model2Vec, StaticEmbedding, WordLlama, NumPy, Parquet and Arrow; plain or
    compressed by gzip, bzip2, xz, Zstandard or zip.

    \b
    wordglass vectors add crawl-300d-2M.vec.zip --name crawl
    wordglass vectors add glove.6B.zip/glove.6B.300d.txt --numbers int8
    wordglass vectors add glove-twitter-27b-50d
    """
    from wordglass.vectors import catalogue, names
    from wordglass.views.terminal import console, show_table

    entry = None
    origin = names.origin_of(source, name)
    if origin is None:
        entry = catalogue.entry(source)
        names.free(name or entry.name)  # told before a long download
        note(entry.announcement())
        with transfer_progress(entry.name) as transferred:
            origin = names.download(entry, name, transferred)
    announce_compilation()
    with progress(f"converting {origin.name}") as say:
        table = names.add(origin, numbers, skip_odd_rows, say)
    if entry and not keep:
        names.forget(entry)
    show_table(table.manifest, str(table.folder), False, console())
