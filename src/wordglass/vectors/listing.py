"""The tables at hand, and the named sets that could be downloaded."""

from typing import TypedDict


class Entry(TypedDict):
    """One table or named set."""

    name: str
    state: str  # "ready", "installed" or "to download"
    words: int | None
    dim: int | None
    bytes: int | None  # on disk, or to download
    source: str
    licence: str
