"""One reader a file format, each a stream of Arrow batches, so that small and huge files read alike."""

import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from wordglass.corpus.readers.columnar import open_arrow, open_parquet
from wordglass.corpus.readers.delimited import open_delimited
from wordglass.corpus.readers.json_lines import open_json_lines
from wordglass.corpus.readers.plain import open_folder, open_text, read_lines
from wordglass.corpus.readers.stream import Stream
from wordglass.errors import ArgumentError, DataError


def open_stream(path: str, columns: list[str] | None = None) -> Stream:
    """The rows of a file, or of standard input for ``-``; of Parquet only ``columns`` are read.

    Errors: ArgumentError where there is no such file or its format is not known; DataError for what is in
    it, also while the batches are read.
    """
    if path == "-":
        return Stream(read_lines("standard input", sys.stdin.buffer), ["standard input: one text a line"])
    file = Path(path)
    if file.is_dir():
        return open_folder(file)
    if not file.exists():
        raise ArgumentError(f"{path}: no such file{_near(file)}")
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        known = " ".join(_READERS)
        raise ArgumentError(f"{path}: the ending {file.suffix!r} is not one that can be read ({known})")
    if file.stat().st_size == 0:
        raise DataError(f"{path}: the file is empty")
    return open_parquet(path, columns) if reader is open_parquet else reader(path)


def _near(file: Path) -> str:
    names = [other.name for other in file.parent.iterdir()] if file.parent.is_dir() else []
    near = get_close_matches(file.name, names, n=3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


_READERS: dict[str, Callable[[str], Stream]] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".tab": open_delimited,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
    ".json": open_json_lines,
    ".parquet": open_parquet,
    ".pq": open_parquet,
    ".arrow": open_arrow,
    ".feather": open_arrow,
    ".ipc": open_arrow,
    ".txt": open_text,
}
