"""The sizes of a Parquet file's pages, looked at before a library believes them and takes the memory.

The header of a page says how large it is unpacked, up to two gigabytes, and how many values it has, up to two
thousand million, whatever follows. So the headers are walked first. The footer is read here as well, because
pyarrow, asked for a column of a damaged one, can end the process. Source of the structures and the numbers of
their fields: Parquet's format description, ``parquet.thrift``.
"""

from pathlib import Path
from typing import IO, Any, NamedTuple

from wordglass.vectors.formats.found import MOST_DIMENSIONS, damaged
from wordglass.vectors.formats.thrift import Compact

LARGEST_FOOTER = 1 << 23  # bytes: a table of 1,000 columns in 50 parts has about as many
LARGEST_PAGE = 1 << 28  # bytes, unpacked; common writers make pages of 1 MB, DuckDB of at most 100 MB
LARGEST_HEADER = 1 << 20  # bytes; it may hold the least and the greatest word of the page
DENSEST, AND_MORE = 100, 1 << 24  # numbers that a byte of a column may hold; real vectors have less than 8


class Chunk(NamedTuple):
    """A column's part of a row group."""

    path: str
    rows: int
    values: int
    begins: int
    size: int  # bytes


def check_pages(path: Path, columns: set[str], name: str) -> None:
    """Refuse a file with pages of these columns that cannot be true."""
    with path.open("rb") as file:
        for chunk in _chunks(file, name):
            if chunk.path.split(".")[0] in columns:
                _check_chunk(file, chunk, name)


def _chunks(file: IO[bytes], name: str) -> list[Chunk]:
    """What the footer tells of the columns."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 8))
    length = int.from_bytes(file.read(4), "little")
    if length > min(LARGEST_FOOTER, end - 12):
        damaged(name, f"byte {end - 8}", f"a footer of {length:,} bytes: damaged, or too large")
    file.seek(end - 8 - length)
    footer = _fields(Compact(file.read(length)), name, end - 8 - length)
    chunks = []
    for group in _list(footer, 4):
        for column in _list(group, 1):
            told = column.get(3)
            if not isinstance(told, dict):
                damaged(name, f"byte {end - 8 - length}", "the footer does not tell where its columns are")
            path = b".".join(part for part in _list(told, 3, bytes)).decode(errors="replace")
            begins = [at for at in (_number(told, 9), _number(told, 11)) if at > 0]
            chunks.append(
                Chunk(path, _number(group, 3), _number(told, 5), min(begins, default=0), _number(told, 7))
            )
    return chunks


def _check_chunk(file: IO[bytes], chunk: Chunk, name: str) -> None:
    where = f"column {chunk.path[:50]!a} from byte {chunk.begins}"
    if not 0 <= chunk.values <= DENSEST * max(chunk.size, 0) + AND_MORE:
        damaged(name, where, f"{chunk.values:,} values in {chunk.size:,} bytes, more than vectors pack to")
    if chunk.values > MOST_DIMENSIONS * max(chunk.rows, 1):
        damaged(name, where, f"{chunk.values:,} values in {chunk.rows:,} rows: lists too long for vectors")
    at, end, values = chunk.begins, chunk.begins + chunk.size, 0
    while at < end:
        file.seek(at)
        reader = Compact(file.read(min(LARGEST_HEADER, end - at)))
        header = _fields(reader, name, at)
        unpacked, packed = _number(header, 2), _number(header, 3)
        if not (0 <= unpacked <= LARGEST_PAGE and 0 <= packed <= end - at - reader.at):
            damaged(name, f"byte {at}", f"a page of {packed:,} bytes, {unpacked:,} unpacked")
        for data_page in (header.get(5), header.get(8)):  # of either version
            if isinstance(data_page, dict):
                values += max(0, _number(data_page, 1))
        at += reader.at + packed
    if values > chunk.values:
        damaged(name, where, f"{values:,} values in its pages, but {chunk.values:,} in the footer")


def _fields(reader: Compact, name: str, at: int) -> dict[int, Any]:
    try:
        return reader.structure()
    except IndexError:
        damaged(name, f"byte {at + reader.at}", "the footer or the header of a page is damaged")


def _list(fields: dict[int, Any], number: int, kind: type = dict) -> list[Any]:
    """The elements of a list that are of a kind."""
    value = fields.get(number)
    return [element for element in value if isinstance(element, kind)] if isinstance(value, list) else []


def _number(fields: dict[int, Any], number: int) -> int:
    """A number, -1 where there is none."""
    value = fields.get(number)
    return value if type(value) is int else -1
