"""``wordglass shrink``: a model folder into a smaller one."""

from pathlib import Path

import click

from wordglass.cli.options import int8_option, note


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Keep the first N words, the most frequent where the vectors are sorted so; all if not given.",
)
@int8_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    required=True,
    help="Where to save the smaller model.",
)
def shrink(model: Path, keep: int | None, int8: bool, output: Path) -> None:
    """Write a smaller model than MODEL.

    Words that are not kept are unknown to it. Training measures what some sizes cost; inspect shows that.

    \b
    wordglass shrink reviews.model --keep 50000 --int8 -o small.model
    wordglass evaluate small.model test.csv
    """
    from wordglass.errors import ArgumentError
    from wordglass.store import load, refuse_to_replace
    from wordglass.trace import numbers

    if keep is None and not int8:
        raise ArgumentError("shrink: say how, with --keep N, --int8 or both")
    refuse_to_replace(output)
    classifier, before = load(model), _size(model)
    classifier.shrink("all" if keep is None else keep, int8=int8).save(output)
    note(f"saved: {output}, {numbers.size(_size(output))} where {model} had {numbers.size(before)}")


def _size(folder: Path) -> int:
    """The bytes of a model's files."""
    return sum(file.stat().st_size for file in folder.iterdir())
