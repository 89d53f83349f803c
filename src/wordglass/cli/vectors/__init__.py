"""``wordglass vectors``: tables of word vectors, one file a command."""

import click

from wordglass.cli.vectors.add import add
from wordglass.cli.vectors.analogies import analogies
from wordglass.cli.vectors.analogy import analogy
from wordglass.cli.vectors.bias import bias
from wordglass.cli.vectors.convert import convert
from wordglass.cli.vectors.coverage import coverage
from wordglass.cli.vectors.direction import direction
from wordglass.cli.vectors.distill import distill
from wordglass.cli.vectors.export import export
from wordglass.cli.vectors.info import info
from wordglass.cli.vectors.listing import listing
from wordglass.cli.vectors.map import map_
from wordglass.cli.vectors.neighbors import neighbors
from wordglass.cli.vectors.remove import remove


@click.group()
def vectors() -> None:
    """Add, look into and remove tables of word vectors."""


COMMANDS = (
    add,
    listing,
    info,
    coverage,
    neighbors,
    analogy,
    analogies,
    map_,
    direction,
    bias,
    distill,
    convert,
    export,
    remove,
)
for command in COMMANDS:
    vectors.add_command(command)
