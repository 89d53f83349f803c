"""The tables at hand, and the named sets that could be downloaded."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from wordglass.vectors import catalogue, packages
from wordglass.vectors.names import tables

if TYPE_CHECKING:
    from wordglass.vectors.manifest import Manifest
    from wordglass.vectors.table import VectorTable


class Entry(TypedDict):
    """One table or named set."""

    name: str
    family: str  # sets that differ only in width, language or the like have one
    state: str  # "ready", "installed", "to download" or "to install"
    words: int | None
    dim: int | None
    bytes: int | None  # on disk, or to download
    source: str
    licence: str


def at_hand() -> list[Entry]:
    """The tables in the cache, and those that installed packages carry."""
    ready = [
        Entry(
            name=manifest["name"],
            family=manifest["name"],
            state="ready",
            words=manifest["words"],
            dim=manifest["dim"],
            bytes=sum(file["bytes"] for file in manifest["files"].values()),
            source=manifest["source"],
            licence=manifest["licence"],
        )
        for _, manifest in tables()
    ]
    names = {entry["name"] for entry in ready}
    return ready + [
        Entry(
            name=package.name,
            family=package.name,
            state="installed",
            words=None,
            dim=None,
            bytes=None,
            source=package.source,
            licence=package.licence,
        )
        for package in packages.installed()
        if package.name not in names
    ]


def others(name: str) -> "Iterator[VectorTable]":
    """The tables of words in the cache that go by another name, each opened when its turn comes."""
    from wordglass.vectors.table import VectorTable

    named = {manifest["name"]: folder for folder, manifest in tables() if _of_words(manifest)}
    for other, folder in named.items():  # of several that go by one name, one
        if other != name:
            yield VectorTable.open(folder)


def _of_words(manifest: "Manifest") -> bool:
    return not manifest["ngrams"] and not manifest["tokenizer"]


def to_download() -> list[Entry]:
    """The named sets of the catalogue that are not at hand."""
    names = {entry["name"] for entry in at_hand()}
    return [
        Entry(
            name=entry.name,
            family=entry.family,
            state="to download" if entry.files else "to install",
            words=entry.words,
            dim=entry.dim,
            bytes=entry.size,
            source=entry.source,
            licence=entry.licence,
        )
        for entry in catalogue.entries().values()
        if entry.name not in names
    ]
