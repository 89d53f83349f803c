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

    And the commonest that it does not.

    \b
    wordglass vectors coverage reviews.csv
    """
    from wordglass.corpus import read
    from wordglass.vectors import load_vectors
    from wordglass.vectors.coverage import coverage as measure
    from wordglass.views.terminal import console, show_coverage

    announce_compilation()
    with progress(f"opening {name}") as say:
        table = load_vectors(name, say)
    corpus = read(file, text, need_labels=False)
    note_guesses(file, corpus.notes)
    found = measure(corpus.texts, table.vocabulary.lookup(corpus.texts, keep_missing=True), {})
    if as_json:
        print_json(found)
        return
    show_coverage(found, console(ascii=ascii_only), subject=f"{name} on {file}")
