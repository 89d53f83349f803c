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
from typing import TYPE_CHECKING

from wordglass.cache import cache_folder
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import catalogue, packages
from wordglass.vectors.converting import Origin, convert
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.manifest import MANIFEST, VERSION, Manifest, read_manifest, verify
from wordglass.vectors.rows import Numbers
from wordglass.vectors.table import VectorTable
from wordglass.vectors.writing import Tell

if TYPE_CHECKING:
    from wordglass.vectors.download import Progress

DEFAULT = "wordglass-en"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Say = Callable[[str], None]


def silent(message: str) -> None:
    """Say nothing."""


def load_vectors(name: str = DEFAULT, say: Say = silent) -> VectorTable:
    """Open a table by name or path, or several joined by ``+``.

    What is no table yet is converted into the cache first; ``say`` is told how far that is. ``ArgumentError``
    for a name that is not at hand says how to get it.

    >>> load_vectors("wordglass-en").dim
    256
    """
    path = Path(name)
    if NAME.fullmatch(name) and (tables_folder() / name).is_dir():
        return VectorTable.open(tables_folder() / name)
    if (path / MANIFEST).is_file():
        return opened(path)
    if NAME.fullmatch(name) and (package := packages.find(name)):
        origin = Origin(name, package.source, package.licence, package.path, identity=package.identity)
        return VectorTable.open(converted(origin, say, package.check))
    if path.exists() or ("/" in name and "+" not in name):
        return VectorTable.open(converted(Origin(name, f"the file {path.name}", files=path), say))
    if "+" in name:
        return joined([load_vectors(part, say) for part in name.split("+")], say)
    raise ArgumentError(catalogue.entry(name).how_to_get())


def opened(folder: Path) -> VectorTable:
    """A table that lies anywhere: one that is not in the cache is checked whole."""
    if not folder.resolve().is_relative_to(cache_folder().resolve()):
        verify(folder)
    return VectorTable.open(folder)


def tables_folder() -> Path:
    """Where the tables are."""
    return cache_folder() / "vectors" / f"v{VERSION}"


def downloads_folder() -> Path:
    """Where downloads lie until they are converted."""
    return cache_folder() / "downloads"


def tables() -> Iterator[tuple[Path, Manifest]]:
    """The tables in the cache, by name; damaged ones are passed over."""
    for folder in sorted(tables_folder().glob("[!.]*")):
        try:
            yield folder, read_manifest(folder)
        except DataError:
            continue


def converted(origin: Origin, say: Say, check: Callable[[], None] = lambda: None) -> Path:
    """The folder of the table of some files, which are checked and converted unless they were before."""
    folder = tables_folder() / keyed(origin.name, origin.fingerprint())
    if not folder.is_dir():
        check()
        write(folder, origin, say)
    return folder


def joined(parts: list[VectorTable], say: Say) -> VectorTable:
    """The table of several, side by side."""
    name = "+".join(table.name for table in parts)
    hashes = " ".join(f"{table.manifest['sha256']} {table.manifest['numbers']}" for table in parts)
    folder = tables_folder() / keyed(name, hashes)
    if not folder.is_dir():
        from wordglass.vectors.joining import join_tables

        origin = Origin(
            name,
            source="; ".join(table.manifest["source"] for table in parts),
            licence="; ".join(dict.fromkeys(table.manifest["licence"] for table in parts)),
            sha256=hashlib.sha256(hashes.encode()).hexdigest(),
            settings=parts[0].vocabulary.settings,
        )
        convert(join_tables(parts), folder, origin, OddRows(name, skip=False), tell=progress_of(name, say))
    return VectorTable.open(folder)


def keyed(name: str, fingerprint: str) -> str:
    """The name of a folder that tells by its hash whether what it was made from is still the same."""
    stem = re.sub(r"[^A-Za-z0-9._+-]+", "-", name.rstrip("/").rpartition("/")[2]).strip(".-") or "vectors"
    return f"{stem[:80]}-{hashlib.sha256(fingerprint.encode()).hexdigest()[:12]}"


def origin_of(source: str, name: str | None) -> Origin | None:
    """Where the vectors of a path or an installed package come from; None where neither is there."""
    path = Path(source)
    if path.exists() or "/" in source:
        return Origin(name or keyed(source, "").rpartition("-")[0], f"the file {path.name}", files=path)
    if package := packages.find(source):
        package.check()
        return Origin(
            name or source, package.source, package.licence, package.path, identity=package.identity
        )
    return None


def download(entry: catalogue.Entry, name: str | None, progress: "Progress") -> Origin:
    """Download what a name of the catalogue stands for; ``progress`` is told the bytes."""
    from wordglass.vectors.fetch import fetch

    files = fetch(entry, downloads_folder(), progress)
    return Origin(name or entry.name, entry.source, entry.licence, files, written=entry.settings)


def forget(entry: catalogue.Entry) -> None:
    """Delete the files of a download that is converted by now."""
    for file in entry.files:
        folder = downloads_folder() if len(entry.files) == 1 else downloads_folder() / entry.name
        (folder / file.name).unlink(missing_ok=True)


def add(
    origin: Origin, numbers: Numbers = "float32", skip_odd_rows: bool = False, say: Say = silent
) -> VectorTable:
    """Convert files of vectors into a table that goes by its name from then on."""
    folder = free(origin.name)
    write(folder, origin, say, numbers, skip_odd_rows)
    return VectorTable.open(folder)


def free(name: str) -> Path:
    """The folder for a table of this name. ``ArgumentError`` where there is one, or it cannot be a name."""
    if not NAME.fullmatch(name):
        raise ArgumentError(
            f"{name!r} cannot be a table's name: give another with --name, of letters, digits, . _ -"
        )
    folder = tables_folder() / name
    if folder.exists():
        raise ArgumentError(f"there is a table called {name}: give another --name, or remove it first")
    return folder


def convert_to(
    source: str,
    folder: Path,
    *,
    numbers: Numbers = "float32",
    skip_odd_rows: bool = False,
    say: Say = silent,
) -> VectorTable:
    """Write the table of a path, or of a name that is at hand, to a folder."""
    if folder.exists():
        raise ArgumentError(f"{folder} exists: give the name of a new folder")
    path = Path(source)
    if (path.exists() or "/" in source) and not (path / MANIFEST).is_file():
        write(folder, Origin(source, f"the file {path.name}", files=path), say, numbers, skip_odd_rows)
    else:
        load_vectors(source, say).save(folder, numbers)
    return VectorTable.open(folder)


def write(
    folder: Path, origin: Origin, say: Say, numbers: Numbers = "float32", skip_odd_rows: bool = False
) -> None:
    """Read what ``origin`` names and convert it."""
    if origin.files is None:
        raise ValueError("nothing to read")
    say(f"converting {origin.name}")
    odd = OddRows(str(origin.files), skip_odd_rows)
    convert(open_vectors(origin.files, odd), folder, origin, odd, numbers, progress_of(origin.name, say))


def progress_of(name: str, say: Say) -> Tell:
    """Say how far a conversion is."""

    def tell(done: int, of: int | None) -> None:
        say(f"converting {name}: {done:,}{f' of {of:,}' if of else ''} words")

    return tell


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
