"""From what a user says to a table: a name, the path of a file or folder, or several joined by ``+``.

A table that was added or downloaded lies in the cache under its name. Those converted on the way, from an
installed package or a path, lie under their name and a hash that tells whether the files are still the same.
Nothing here asks the network.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from wordglass.cache import cache_folder
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.converting import Origin, convert
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.manifest import MANIFEST, VERSION, Manifest, read_manifest
from wordglass.vectors.rows import Numbers
from wordglass.vectors.table import VectorTable

DEFAULT = "glove-6b-50d"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Say = Callable[[str], None]


def silent(message: str) -> None:
    """Say nothing."""


def load_vectors(name: str = DEFAULT, say: Say = silent) -> VectorTable:
    """Open a table by name or path, or several joined by ``+``.

    What is no table yet is converted into the cache first; ``say`` is told how far that is.

    >>> load_vectors("glove-6b-50d").dim
    50
    """
    if (folder := tables_folder() / name).is_dir() and NAME.fullmatch(name):
        return VectorTable.open(folder)
    path = Path(name)
    if (path / MANIFEST).is_file():
        return VectorTable.open(path)
    if package := packages().get(name):
        return VectorTable.open(converted(name, package, say))
    if path.exists() or "/" in name:
        return VectorTable.open(converted(name, Origin(name, f"the file {path.name}", files=path), say))
    if "+" in name:
        return joined([load_vectors(part, say) for part in name.split("+")], say)
    raise ArgumentError(f"no vectors are called {name!r}: {hint(name)}")


def tables_folder() -> Path:
    """Where the tables are."""
    return cache_folder() / "vectors" / f"v{VERSION}"


def tables() -> Iterator[tuple[Path, Manifest]]:
    """The tables in the cache, by name; damaged ones are passed over."""
    for folder in sorted(tables_folder().glob("[!.]*")):
        try:
            yield folder, read_manifest(folder)
        except DataError:
            continue


def converted(name: str, origin: Origin, say: Say, numbers: Numbers = "float32") -> Path:
    """The folder of the table of some files, which are converted unless they were before."""
    if origin.files is None or not origin.files.exists():
        raise DataError(f"{name}: no such file")
    key = hashlib.sha256(f"{numbers} {origin.fingerprint()}".encode()).hexdigest()[:12]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name.rstrip("/").rpartition("/")[2]).strip(".-") or "vectors"
    folder = tables_folder() / f"{stem[:80]}-{key}"
    if not folder.is_dir():
        write(folder, origin, say, numbers)
    return folder


def add(
    path: Path,
    name: str,
    *,
    source: str | None = None,
    licence: str = "unknown",
    numbers: Numbers = "float32",
    skip_odd_rows: bool = False,
    say: Say = silent,
) -> VectorTable:
    """Convert a file or folder of vectors into a table that goes by ``name`` from then on."""
    if not NAME.fullmatch(name):
        raise ArgumentError(f"{name!r} cannot be a table's name: letters, digits, '.', '_' and '-' can")
    folder = tables_folder() / name
    if folder.exists():
        raise ArgumentError(f"there is a table called {name}: give another --name, or remove it first")
    origin = Origin(name, source or f"the file {path.name}", licence, path)
    write(folder, origin, say, numbers, skip_odd_rows)
    return VectorTable.open(folder)


def write(
    folder: Path, origin: Origin, say: Say, numbers: Numbers = "float32", skip_odd_rows: bool = False
) -> None:
    """Read what ``origin`` names and convert it."""

    def tell(done: int, of: int | None) -> None:
        say(f"converting {origin.name}: {done:,}{f' of {of:,}' if of else ''} words")

    assert origin.files is not None
    say(f"converting {origin.name}")
    odd = OddRows(str(origin.files), skip_odd_rows)
    convert(open_vectors(origin.files, odd), folder, origin, odd, numbers, tell)


def remove(name: str) -> int:
    """Delete the tables of this name from the cache; gives the bytes that were freed."""
    found = [folder for folder, manifest in tables() if name in (manifest["name"], folder.name)]
    if not found:
        raise ArgumentError(f"no table called {name} is in the cache: wordglass vectors list shows them")
    freed = 0
    for folder in found:
        freed += sum(file.stat().st_size for file in folder.iterdir())
        aside = folder.with_name(f".{folder.name}.removed")
        folder.rename(aside)  # from now on it is not found, and who has it mapped keeps it
        shutil.rmtree(aside)
    return freed
