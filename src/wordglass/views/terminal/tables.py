"""The pages of tables of word vectors: one table, and all that are at hand."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from wordglass.trace import numbers
from wordglass.views.terminal.page import Page, dim, section, table, title
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.vectors.fitting import TableFit
    from wordglass.vectors.listing import Entry
    from wordglass.vectors.manifest import Manifest

LARGE = 50  # sets of a family that are not listed one by one
STATES = {
    "ready": "In the cache",
    "installed": "In installed packages, converted when first used",
    "to download": "To be had by wordglass vectors add NAME",
    "to install": "To be had by pip install NAME",
}

CONTRACTIONS = {
    "penn": "contractions cut (do n't)",
    "whole": "contractions whole (don't)",
    "elision": "cut after an apostrophe (l' été)",
}


def show_table(manifest: "Manifest", folder: str, verified: bool, console: Console) -> None:
    """Print what a table is, where it comes from and where it lies."""
    manifest = visible(manifest, console.options.ascii_only)
    facts = {
        "found": _found(manifest),
        "words": _words(manifest),
        "numbers": f"{manifest['numbers']}, {numbers.size(_bytes(manifest))} on disk",
        "source": manifest["source"],
        "licence": manifest["licence"],
        "sha256": manifest["sha256"],
        "folder": f"{folder}{', every file as its hash says' if verified else ''}",
    }
    if manifest["repeated"]:
        facts["repeated"] = (
            f"{numbers.plural(manifest['repeated'], 'word')}: the first of equal words is found"
        )
    if manifest["unnamed"]:
        facts["unnamed"] = f"{numbers.plural(manifest['unnamed'], 'vector')} without a word left out"
    if manifest["odd_rows"]:
        facts["odd rows"] = (
            f"{numbers.plural(manifest['odd_rows'], 'row')} left out, the first: {manifest['first_odd_row']}"
        )
    console.print(Page(title("vectors", manifest["name"]), Text(), table(("", ""), facts.items(), left=2)))


def show_tables(entries: "Sequence[Entry]", console: Console) -> None:
    """Print tables in a list: those at hand, then those that could be had."""
    if not entries:
        console.print(Page(dim("no table of vectors is at hand: wordglass vectors add --help")))
    for state, heading in STATES.items():
        there = [entry for entry in entries if entry["state"] == state]
        if there:
            rows = itertools.chain.from_iterable(map(_rows, _families(there)))
            console.print(Page(section(heading, table(("name", "words", "dim", "size"), rows))))


def show_fits(fits: "Sequence[TableFit]", console: Console) -> None:
    """Print how many tokens of a sample of texts each table knows, the best first."""
    rows = [
        (
            fit["name"],
            numbers.count(fit["tokens"]),
            numbers.count(fit["known"]),
            numbers.percent(fit["share"]),
        )
        for fit in fits
    ]
    note = "a sample, split as each table has its words"
    console.print(
        Page(
            section(
                "Tables of words, best fit first", table(("table", "tokens", "known", ""), rows), note=note
            )
        )
    )


def _families(entries: "Sequence[Entry]") -> "Iterator[list[Entry]]":
    for _, family in itertools.groupby(entries, key=lambda entry: entry["family"]):
        yield list(family)


def _rows(family: "Sequence[Entry]") -> Iterator[tuple[str, str, str, str]]:
    """A row for each set, but of a large family, one for each language, only for the first."""
    for entry in family[:1] if len(family) > LARGE else family:
        yield (
            entry["name"],
            "-" if entry["words"] is None else numbers.count(entry["words"]),
            "-" if entry["dim"] is None else str(entry["dim"]),
            "-" if entry["bytes"] is None else numbers.size(entry["bytes"]),
        )
    if len(family) > LARGE:
        yield f"  and {len(family) - 1} more, for other languages", "", "", ""


def _words(manifest: "Manifest") -> str:
    """How the words are written, and what is done with others."""
    settings = manifest["tokenisation"]
    if manifest["tokenizer"]:
        return "parts of words, by the tokeniser that came with them"
    said = [
        "upper and lower case" if settings["case"] == "keep" else "lower case",
        CONTRACTIONS[settings["contractions"]],
    ]
    if settings["unspaced"] == "words":
        said.append("longest match where no spaces are written")
    if settings["ladder"]:
        said.append(f"other forms: {', '.join(settings['ladder'])}")
    if manifest["ngrams"]:
        said.append("others put together from n-grams")
    return "; ".join(said)


def _found(manifest: "Manifest") -> str:
    words = f"{numbers.plural(manifest['words'], 'word')} of {numbers.plural(manifest['dim'], 'number')}"
    return f"{manifest['found']}: {words}"


def _bytes(manifest: "Manifest") -> int:
    return sum(file["bytes"] for file in manifest["files"].values())
