"""``wordglass vectors``: what a table of word vectors is, has, and how well it fits some texts."""

import click

from wordglass.cli.options import (
    DEFAULT_VECTORS,
    announce_compilation,
    ascii_option,
    json_option,
    note_guesses,
    print_json,
    refuse_bytes,
    text_option,
    vectors_option,
)

name_argument = click.argument("name", default=DEFAULT_VECTORS)


@click.group()
def vectors() -> None:
    """Look into tables of word vectors."""


@vectors.command()
@name_argument
@json_option
def info(name: str, as_json: bool) -> None:
    """What a table is and where it comes from.

    \b
    wordglass vectors info glove-6b-50d
    """
    from wordglass.vectors import load_vectors

    announce_compilation()
    manifest = load_vectors(name).manifest
    if as_json:
        print_json(manifest)
        return
    for key, value in manifest.items():
        click.echo(f"{key:>8}  {value:,}" if isinstance(value, int) else f"{key:>8}  {value}")


@vectors.command()
@click.argument("word", callback=refuse_bytes)
@vectors_option
@click.option(
    "-n", "count", default=10, show_default=True, type=click.IntRange(1), metavar="N", help="How many."
)
@json_option
def neighbors(word: str, name: str, count: int, as_json: bool) -> None:
    """The words nearest to WORD.

    Those whose vectors point most nearly the same way as WORD's: the cosine of the angle, and the word.

    \b
    wordglass vectors neighbors sunny
    """
    from wordglass.errors import ArgumentError
    from wordglass.vectors import load_vectors

    announce_compilation()
    table = load_vectors(name)
    try:
        found = table.neighbours(word, count)
    except KeyError:
        lower = word.lower()
        hint = f": try {lower!r}" if lower != word and table.vocabulary.row(lower) else ""
        raise ArgumentError(f"{name} has no word {word!r}{hint}") from None
    if as_json:
        print_json([{"word": neighbour, "cosine": cosine} for neighbour, cosine in found])
        return
    for neighbour, cosine in found:
        click.echo(f"{cosine:.4f}  {neighbour}")


@vectors.command()
@click.argument("file", type=click.Path())
@vectors_option
@text_option
@json_option
@ascii_option
def coverage(file: str, name: str, text: str | None, as_json: bool, ascii_only: bool) -> None:
    """How many words of FILE's texts a table has.

    And the commonest that it does not.

    \b
    wordglass vectors coverage reviews.csv
    """
    from wordglass.corpus import read
    from wordglass.vectors import load_vectors
    from wordglass.vectors.coverage import coverage as measure
    from wordglass.views.terminal import console, show_coverage

    announce_compilation()
    table = load_vectors(name)
    corpus = read(file, text, need_labels=False)
    note_guesses(file, corpus.notes)
    lookup = table.vocabulary.lookup(corpus.texts, keep_missing=True)
    found = measure(corpus.texts, lookup, {}, table.vocabulary.settings)
    if as_json:
        print_json(found)
        return
    show_coverage(found, console(ascii=ascii_only), subject=f"{name} on {file}")
