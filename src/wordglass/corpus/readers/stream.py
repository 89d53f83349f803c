"""What every reader gives, how much of a file it holds at a time, and how it says what is damaged."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

import pyarrow as pa

from wordglass.errors import DataError

BATCH_BYTES = 1 << 22  # of text in a batch, about: what keeps memory flat on files of any size
BATCH_ROWS = 1 << 16
HEAD_BYTES = 1 << 20  # of a text file, looked at to see how it is written


class Stream(NamedTuple):
    """A file's rows in order, as batches of one schema. ``notes`` says what the reader assumed."""

    batches: Iterator[pa.RecordBatch]
    notes: list[str]


def checked_head(path: str) -> bytes:
    """The first bytes of a text file, without a byte-order mark; refuses UTF-16."""
    with Path(path).open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(f"{path}: UTF-16, not UTF-8; convert it: iconv -f utf-16 -t utf-8 FILE > NEW")
    head = head.removeprefix(codecs.BOM_UTF8)
    if not head.strip():
        raise DataError(f"{path}: the file is empty")
    return head


def refuse_encoding(path: str) -> None:
    """Raises with the place of the first byte that is not UTF-8; returns where there is none."""
    offset = 0
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                refuse_byte(path, number, offset, error)
            offset += len(line)


def refuse_byte(path: str, line: int, offset: int, error: UnicodeDecodeError) -> NoReturn:
    """Raises for one byte: ``offset`` is where the bytes that ``error`` speaks of begin in the file."""
    raise DataError(
        f"{path}, line {line}: byte 0x{error.object[error.start]:02x} at offset {offset + error.start} "
        "is not UTF-8; convert the file, for example: iconv -f windows-1252 -t utf-8 FILE > NEW"
    ) from None


def refuse_file(path: str, kind: str, error: Exception) -> NoReturn:
    """Raises for a file that is damaged, or no file of its kind."""
    raise DataError(f"{path}: not a readable {kind} file ({first_line(error)}); write it again") from None


def first_line(error: Exception) -> str:
    """The part of Arrow's message that fits into ours."""
    return str(error).split("\n", 1)[0][:200]
