"""``manifest.json``: what a table of vectors is, where it comes from, and the hashes of its files."""

import hashlib
import json
from pathlib import Path
from typing import Any, TypedDict, cast

import numpy as np

from wordglass.errors import DataError
from wordglass.vectors.formats.found import NgramRule

FORMAT, VERSION = "wordglass-vectors", 2
MANIFEST = "manifest.json"


class TokenizerRule(TypedDict):
    """How the original of a sub-word table reads its tokeniser; see ``FoundTokenizer``."""

    normalise: bool
    leave_out: list[int]
    longest: int | None


class Fingerprint(TypedDict):
    """A file's size, and the SHA-256 of its content: of a ``.npy`` file, of its numbers."""

    bytes: int
    sha256: str


class Manifest(TypedDict):
    """See docs/vectors-format.md."""

    format: str
    version: int
    name: str
    words: int
    dim: int
    numbers: str
    source: str
    licence: str
    sha256: str
    found: str
    tokenisation: dict[str, Any]  # the fields of Settings
    repeated: int
    odd_rows: int
    first_odd_row: str | None
    unnamed: int
    ngrams: NgramRule | None
    tokenizer: TokenizerRule | None
    files: dict[str, Any]


def verify(folder: Path) -> None:
    """Read every file of a table and compare it with its hash. ``DataError`` for one that has changed."""
    for name, expected in read_manifest(folder)["files"].items():
        path = folder / Path(name).name
        try:
            content = np.load(path, mmap_mode="r").reshape(-1).view(np.uint8).data
        except ValueError:
            content = memoryview(path.read_bytes())
        if hashlib.sha256(content).hexdigest() != expected["sha256"]:
            raise DataError(f"{path} is damaged: delete the folder and convert the vectors again")


def read_manifest(folder: Path) -> Manifest:
    """Read and check a table's manifest; the files it names must be there in their sizes."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise DataError(f"the table of vectors {folder} is not there: convert it again, or give its folder")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(
            f"{folder} is no table of vectors: it has no {MANIFEST}; convert the vectors again"
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error}): delete the folder and convert again") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DataError(f"{path} is not the manifest of a table of vectors")
    if found.get("version") != VERSION:
        raise DataError(
            f"{folder} is a table of version {found.get('version')}, not {VERSION}: "
            "delete the folder and convert the vectors again"
        )
    if missing := Manifest.__required_keys__ - found.keys():
        raise DataError(f"{path} is damaged: it does not say {sorted(missing)[0]}")
    manifest = cast(Manifest, found)
    for name, expected in manifest["files"].items():
        file = folder / Path(name).name
        if not file.is_file() or file.stat().st_size != expected["bytes"]:
            raise DataError(
                f"{file} is missing or not {expected['bytes']:,} bytes: delete the folder and convert again"
            )
    return manifest
