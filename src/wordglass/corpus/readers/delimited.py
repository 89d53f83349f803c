"""CSV and TSV, every cell a string: Arrow reads, Python's csv module finds the line of what is wrong."""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from wordglass.corpus.readers.stream import (
    BATCH_BYTES,
    HEAD_BYTES,
    Stream,
    checked_head,
    first_line,
    refuse_encoding,
)
from wordglass.errors import DataError

LARGEST_BLOCK = (1 << 31) - 1  # Arrow's CSV reader counts a block's bytes in 32 bits


def open_delimited(path: str) -> Stream:
    """The rows under a header, with the separator that the file's ending or its header shows."""
    head = checked_head(path)
    notes = []
    delimiter = "\t" if Path(path).suffix.lower() in (".tsv", ".tab") else ","
    header = head.split(b"\n", 1)[0]
    if delimiter == "," and b"," not in header and (b";" in header or b"\t" in header):
        delimiter = ";" if header.count(b";") >= header.count(b"\t") else "\t"
        notes.append(f"columns are separated by {'semicolons' if delimiter == ';' else 'tabs'}")
    quoted = delimiter != "\t" or _quotes_are_syntax(head)
    if not quoted:
        notes.append("quotation marks are read as characters of the text")
    dialect: dict[str, Any] = {
        "delimiter": delimiter,
        "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    }
    return Stream(_csv_batches(path, _csv_header(path, dialect), dialect), notes)


def _quotes_are_syntax(head: bytes) -> bool:
    """Whether every quotation mark that begins a cell of a TSV has its partner at the end of one."""
    rest = re.sub(rb'(?:^|(?<=[\t\n]))"(?:[^"]|"")*"(?=[\t\r\n]|$)', b"", head)
    if len(head) >= HEAD_BYTES - 3:  # the file goes on: its last cell may be cut off
        rest = re.sub(rb'(?:^|(?<=[\t\n]))"(?:[^"\t]|"")*$', b"", rest)
    return re.search(rb'(?:^|[\t\n])"', rest) is None


def _csv_header(path: str, dialect: dict[str, Any]) -> list[str]:
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            header = next((cells for cells in csv.reader(file, **dialect) if cells), [])
    except UnicodeDecodeError:
        refuse_encoding(path)
    except csv.Error as error:
        raise DataError(
            f"{path}, line 1: no header can be read ({error}); add a line of column names"
        ) from None
    twice = next((name for name in header if header.count(name) > 1), None)
    odd = f"{twice!r} twice" if twice is not None else None
    odd = odd or next((f"{name[:40]!r}..." for name in header if len(name) > 80), None)
    if odd is not None or not any(header):
        raise DataError(
            f"{path}, line 1: {odd or 'no name'} is not a header; begin with a line of column names"
        )
    return header


def _csv_batches(path: str, header: list[str], dialect: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    """Reads with a larger block, from the start, when one row is longer than a block."""
    import pyarrow.csv as arrow_csv

    parse = arrow_csv.ParseOptions(
        delimiter=dialect["delimiter"],
        quote_char='"' if dialect["quoting"] == csv.QUOTE_MINIMAL else False,
        newlines_in_values=dialect["quoting"] == csv.QUOTE_MINIMAL,
    )
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(header, pa.large_string()), strings_can_be_null=False
    )
    done, block = 0, BATCH_BYTES
    batch = None
    while True:
        skip = done
        read = arrow_csv.ReadOptions(block_size=block)
        try:
            for batch in arrow_csv.open_csv(path, read, parse, convert):
                fresh = batch[min(skip, len(batch)) :]
                skip -= len(batch) - len(fresh)
                if len(fresh):
                    yield fresh
                    done += len(fresh)
            break
        except pa.ArrowInvalid as error:
            too_long = str(error).startswith(
                ("straddling object", "CSV parse error: Empty CSV file or block")
            )
            if not too_long or block == LARGEST_BLOCK:
                _refuse_csv(path, len(header), dialect, error)
            if Path(path).stat().st_size < block:  # a header without a line's end
                return
            block = min(block * 8, LARGEST_BLOCK)
    if batch is not None and len(batch) and "\n" in batch.columns[-1][-1].as_py():
        _refuse_open_quote(path, dialect)


def _refuse_csv(path: str, width: int, dialect: dict[str, Any], error: pa.ArrowInvalid) -> NoReturn:
    refuse_encoding(path)
    for line, cells in _python_rows(path, dialect):
        if cells and len(cells) != width:
            columns = f"{width} column{'s' if width > 1 else ''}"
            raise DataError(
                f"{path}, line {line}: {len(cells)} where the header has {columns}; "
                "put cells that hold a separator or a line's end in double quotes"
            )
    raise DataError(f"{path}: {first_line(error)}")


def _refuse_open_quote(path: str, dialect: dict[str, Any]) -> None:
    """A quote without its partner takes the rest of the file into one cell, and nothing else would say so."""
    with Path(path).open("rb") as file:
        file.seek(-min(4096, Path(path).stat().st_size), 2)
        if file.read().rstrip().endswith(b'"'):
            return
    line = max(line for line, _ in _python_rows(path, dialect))
    raise DataError(
        f"{path}, line {line}: a quotation mark opens and nothing closes it; double it or remove it"
    )


def _python_rows(path: str, dialect: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line that each begins on, slowly: for messages only."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, **dialect)
            line = 1
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
    finally:
        csv.field_size_limit(limit)
