"""``wordglass vectors bias``: the word embedding association test."""

from pathlib import Path

import click

from wordglass.cli.options import ascii_option, json_option, note, print_json, vectors_option
from wordglass.cli.vectors.options import note_unknown, open_table


@click.command()
@click.argument("tests", nargs=-1)
@vectors_option
@click.option(
    "--lists",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Tests of your own, as in association.toml of the package: for each the lists x, y, a and b.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="N")
@json_option
@ascii_option
def bias(
    tests: tuple[str, ...], name: str, lists: Path | None, seed: int, as_json: bool, ascii_only: bool
) -> None:
    """Test whether groups of words are nearer to some words than to others.

    The word embedding association test (Caliskan, Bryson and Narayanan, 2017): effect size and permutation
    p-value. TESTS are flowers, instruments, career and science, or those of --lists; all if none is named. Of
    one test, its words are shown, too.

    \b
    wordglass vectors bias
    wordglass vectors bias career
    """
    from wordglass.errors import ArgumentError
    from wordglass.exploring import association, read_tests
    from wordglass.views.terminal import console
    from wordglass.views.terminal.exploring import show_associations

    known = read_tests(lists) if lists else read_tests()
    for test in tests:
        if test not in known:
            raise ArgumentError(f"there is no test {test!r}: {', '.join(known)}")
    table = open_table(name)
    found = []
    for test in tests or known:
        try:
            found.append(association(table, known[test], test, seed))
        except ArgumentError as error:
            if tests or len(known) == 1:
                raise
            note(f"{test}: {error}")
    if as_json:
        print_json(found)
    else:
        show_associations(found, console(ascii=ascii_only))
    note_unknown(table, list(dict.fromkeys(word for one in found for word in one["unknown"])))
