"""``wordglass vectors coverage``: how well a table fits some texts."""

import click

from wordglass.cli.options import (
    announce_compilation,
    ascii_option,
    json_option,
    note_guesses,
    print_json,
    progress,
    text_option,
    vectors_option,
)


@click.command()
@click.argument("file", type=click.Path())
@vectors_option
@text_option
@json_option
@ascii_option
def coverage(file: str, name: str, text: str | None, as_json: bool, ascii_only: bool) -> None:
    """How many words of FILE's texts a table has.

    And the commonest that it does not, in which forms words are found, and how many of them the other tables
    in the cache have.

    \b
    wordglass vectors coverage reviews.csv
    """
    from wordglass.corpus import read
    from wordglass.vectors import load_vectors
    from wordglass.vectors.coverage import coverage as measure
    from wordglass.vectors.fitting import fit_of_tables
    from wordglass.vectors.listing import others
    from wordglass.views.terminal import console, show_coverage, show_fits

    announce_compilation()
    with progress(f"opening {name}") as say:
        table = load_vectors(name, say)
        say(f"reading {file}")
        corpus = read(file, text, need_labels=False)
        say("looking words up")
        table, forms = table.fitted(corpus.texts)
        lookup = table.vocabulary.lookup(corpus.texts, keep_missing=True)
        found = measure(corpus.texts, lookup, {}, table.vocabulary.settings, forms)
        say("trying the other tables")
        tables = fit_of_tables(corpus.texts, [table, *others(table.name)])
    note_guesses(file, corpus.notes)
    if as_json:
        print_json({**found, "tables": tables})
        return
    page = console(ascii=ascii_only)
    show_coverage(found, page, subject=f"{name} on {file}")
    if len(tables) > 1:
        show_fits(tables, page)
