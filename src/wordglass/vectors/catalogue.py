"""The names of pre-trained vectors: where they come from, under which licence, and how to get them.

``catalogue.toml`` beside this file is the catalogue, and explains itself.
"""

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypedDict, cast
from urllib.parse import urlsplit

from wordglass.errors import ArgumentError

FACTS = ("source", "licence", "home", "note", "member", "dim", "words")


class Written(TypedDict, total=False):
    """How the words of a table were written. A key is missing where nothing is to be done or known."""

    case: Literal["lower", "keep"]
    digits: Literal["#", "<number>"]  # "#": every digit of a word that has two in a row
    contractions: Literal["cut"]  # do n't


@dataclass(frozen=True)
class File:
    """One file to download."""

    urls: tuple[str, ...]  # the same bytes at each
    size: int | None = None  # in bytes, rounded where the publisher rounds
    checksum: str | None = None  # "sha256:..." or "md5:...", where one is published

    @property
    def name(self) -> str:
        """As it is called where it is kept."""
        return urlsplit(self.urls[0]).path.rpartition("/")[2]


@dataclass(frozen=True)
class Packaged:
    """An installable package that carries the vectors."""

    distribution: str
    install: str  # what to give to pip
    path: str | None = None  # of the file or folder among the installed files; None: spaCy's own way
    sha256: dict[str, str] = field(default_factory=dict)  # of files below ``path``


@dataclass(frozen=True)
class Entry:
    """A name of the catalogue."""

    name: str
    family: str  # entries of one family differ only in width, language or the like
    source: str
    licence: str
    dim: int
    words: int | None
    home: str | None
    note: str | None
    files: tuple[File, ...]  # none: only in a package
    member: str | None  # of the archive that the only file is
    settings: Written
    package: Packaged | None

    @property
    def size(self) -> int | None:
        """Bytes to download, in all; None where they are not published."""
        sizes = [file.size for file in self.files]
        return sum(size for size in sizes if size) if sizes and all(sizes) else None

    def announcement(self) -> str:
        """What a user should know before a download, in one line."""
        hosts = sorted({str(urlsplit(file.urls[0]).hostname) for file in self.files})
        size = f"{in_bytes(self.size)} " if self.size else ""
        return f"{self.name}: {self.source}; licence: {self.licence}; {size}from {', '.join(hosts)}"

    def how_to_get(self) -> str:
        """How vectors that are not here can be had, in one line."""
        ways = [f"pip install '{self.package.install}'"] if self.package else []
        if self.files:
            size = f"{in_bytes(self.size)}, " if self.size else ""
            ways.append(f"wordglass vectors add {self.name} ({size}licence: {self.licence})")
        return f"the vectors {self.name} are not here: {', or '.join(ways)}"


def in_bytes(size: int) -> str:
    """A size as people say it.

    >>> [in_bytes(size) for size in (202, 684_000, 862_182_613, 2_176_768_927)]
    ['202 bytes', '684 kB', '862 MB', '2.2 GB']
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            digits = 1 if size < 10 * scale else 0
            return f"{size / scale:.{digits}f} {unit}"
    return f"{size} bytes"


@cache
def entries() -> dict[str, Entry]:
    """The whole catalogue, in its order."""
    families = tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text(encoding="utf-8"))
    listed = [
        _entry(family, {**_shared(facts, families), **row})
        for family, facts in families.items()
        for row in _rows(_shared(facts, families))
    ]
    return {entry.name: entry for entry in listed}


def _shared(facts: dict[str, Any], families: dict[str, Any]) -> dict[str, Any]:
    """What holds for a family, with what it takes over from another."""
    return {**families.get(facts.get("like", ""), {}), **facts}


def _rows(facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if codes := facts.get("languages"):
        yield from ({"language": code} for code in codes.split())
    else:
        yield from facts.get("each", [{}])


def _entry(family: str, facts: dict[str, Any]) -> Entry:
    filled: dict[str, Any] = {key: _fill(facts.get(key), facts) for key in FACTS}
    addresses = [tuple(_fill(url, facts) for url in urls) for urls in facts.get("files", [])]
    nothing = [None] * len(addresses)
    sizes, checksums = facts.get("sizes", nothing), facts.get("checksums", nothing)
    return Entry(
        name=_fill(facts["name"], facts).replace("_", "-"),
        family=family,
        files=tuple(map(File, addresses, sizes, checksums)),
        settings=cast(Written, {key: facts[key] for key in Written.__annotations__ if key in facts}),
        package=Packaged(**facts["package"]) if "package" in facts else None,
        **filled,
    )


def _fill(value: Any, facts: dict[str, Any]) -> Any:
    return value.format_map(facts) if isinstance(value, str) else value


def names() -> list[str]:
    """Every name of the catalogue.

    >>> [name for name in names() if name.startswith("glove-6b")]
    ['glove-6b-50d', 'glove-6b-100d', 'glove-6b-200d', 'glove-6b-300d']
    """
    return list(entries())


def entry(name: str) -> Entry:
    """What the catalogue has of a name, in whatever case it is written. ArgumentError with names like it.

    >>> entry("fasttext-cc-FR").files[0].name
    'cc.fr.300.vec.gz'
    """
    known = entries()
    written = name.strip().lower().replace("_", "-")
    spelled = {each.lower(): each for each in known}
    if written in spelled:
        return known[spelled[written]]
    close = difflib.get_close_matches(written, spelled, 3, 0.7)
    hint = f"; there are {', '.join(spelled[each] for each in close)}" if close else ""
    raise ArgumentError(f"no vectors are called {name[:60]!r}{hint}; wordglass vectors list --all shows them")
