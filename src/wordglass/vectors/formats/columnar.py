"""Parquet and Arrow tables (IPC file, which is Feather 2, and IPC stream) of words and their vectors.

A table has one column of strings, the words, and either one column of lists of floats or many columns of
floats, one a dimension. Of several columns of strings the first is read, and ``Found.format`` names it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take, to_numpy
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats.arrow_messages import check_messages, stream_begins
from wordglass.vectors.formats.found import (
    Block,
    Found,
    OddRows,
    checked_dimensions,
    damaged,
    finite_rows,
    rows_of_block,
)
from wordglass.vectors.formats.npy import as_float32
from wordglass.vectors.formats.parquet_pages import check_pages
from wordglass.vectors.formats.source import Source
from wordglass.vectors.formats.words import Word, as_strings

PARQUET, ARROW, FEATHER_1, STREAM = b"PAR1", b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"
WORDS_ROOM = 1 << 28  # bytes that the words of one batch may take: what a repeated long word could blow up
BATCH_ROWS = 1 << 15


class Columns(NamedTuple):
    """Where in a table the words and the vectors stand."""

    word: str
    vectors: list[str]  # one of lists, or one a dimension
    lists: bool


def recognises(source: Source) -> bool:
    """Whether a file is Parquet or Arrow."""
    head = source.head
    return head.startswith((PARQUET, ARROW, FEATHER_1)) or (head.startswith(STREAM) and head[7:8] == b"\x00")


def find(source: Source, odd: OddRows) -> Found:
    """Find the columns, and how many numbers a vector has. ``ArgumentError`` where it is not clear which."""
    name = source.name
    if source.head.startswith(FEATHER_1):
        raise DataError(f"{name}: Feather of version 1: write it again as version 2, or as Parquet")
    kind = "Parquet" if source.head.startswith(PARQUET) else "Arrow"
    with source.on_disk() as path, _opened(path, name) as table:
        columns = _columns(table.schema, name)
        rows = table.rows
        dim = _dimensions(table, columns, name)
    checked_dimensions(name, rows or 0, dim, None)
    shown = columns.vectors[0] if columns.lists else f"{columns.vectors[0]} to {columns.vectors[-1]}"
    label = f"{kind} table of {columns.word} and {shown}"

    def read(start: int) -> Iterator[Block]:
        with source.on_disk() as path, _opened(path, name) as table:
            batches = table.batches(
                [columns.word, *columns.vectors], start, min(BATCH_ROWS, rows_of_block(dim))
            )
            for at, batch in batches:
                words, vectors = _rows(batch, columns, dim, odd, at, name)
                yield Block(words, vectors, at + len(batch))

    return Found(label, dim, rows, read)


def text_columns(path: Path) -> list[str]:
    """The columns of strings of a Parquet file. ``DataError`` where it has none."""
    with _opened(path, str(path)) as table:
        names = [field.name for field in table.schema if _is_text(field.type)]
    if not names:
        raise DataError(f"{path}: no column of strings: the words are wanted, in the order of the rows")
    return names


def parquet_words(path: Path, column: str) -> Iterator[Word]:
    """The words of one column of a Parquet file."""
    with _opened(path, str(path)) as table:
        for _, batch in table.batches([column], 0, BATCH_ROWS):
            yield from _words(batch[column], str(path))


# The table, batch by batch


class _Table(NamedTuple):
    """An open file: its schema, its rows if told, and its batches from a row on, with their places."""

    schema: pa.Schema
    rows: int | None
    batches: Callable[[list[str], int, int], Iterator[tuple[int, pa.RecordBatch]]]


@contextmanager
def _opened(path: Path, name: str) -> Iterator[_Table]:
    """Open a table; whatever its library finds broken is a ``DataError``."""
    try:
        with path.open("rb") as file:
            parquet = file.read(4) == PARQUET
        yield _parquet(path, name) if parquet else _arrow(path, name)
    except (ArgumentError, DataError):
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        reason = str(error).split("\n")[0].strip("'\"")[:200]
        raise DataError(f"{name}: the table is damaged ({reason})") from error


def _parquet(path: Path, name: str) -> _Table:
    import pyarrow.parquet

    def opened(columns: list[str] | None = None) -> Any:
        # Without pre-buffering and with small reads, a row group is decoded page by page, never held whole.
        return pyarrow.parquet.ParquetFile(
            path, pre_buffer=False, buffer_size=1 << 20, read_dictionary=columns
        )

    file = opened()
    meta, schema = file.metadata, file.schema_arrow
    groups = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]

    def batches(names: list[str], start: int, rows: int) -> Iterator[tuple[int, pa.RecordBatch]]:
        at, first = 0, 0
        while first < len(groups) and at + groups[first] <= start:
            at += groups[first]
            first += 1
        # A word repeated a million times takes its length once as long as it stays in a dictionary.
        check_pages(path, set(names), name)
        file = opened([column for column in names if _is_text(schema.field(column).type)])
        for batch in file.iter_batches(rows, row_groups=range(first, len(groups)), columns=names):
            if at + len(batch) > start:
                skipped = max(0, start - at)
                yield at + skipped, batch.slice(skipped)
            at += len(batch)

    return _Table(schema, meta.num_rows, batches)


def _arrow(path: Path, name: str) -> _Table:
    """Either format is read as a stream: what ``check_messages`` has seen."""

    @contextmanager
    def opened() -> Iterator[Any]:
        with pa.memory_map(str(path)) as mapped:
            mapped.seek(stream_begins(path, name))
            with pa.ipc.open_stream(mapped) as stream:
                yield stream

    with opened() as stream:
        schema = stream.schema

    def whole() -> Iterator[pa.RecordBatch]:
        check_messages(path, name)
        with opened() as stream:
            yield from stream

    def batches(names: list[str], start: int, rows: int) -> Iterator[tuple[int, pa.RecordBatch]]:
        at = 0
        for whole_batch in whole():
            batch = pa.RecordBatch.from_arrays(
                [_checked(whole_batch[column]) for column in names], names=names
            )
            for begin in range(max(0, start - at), len(batch), rows):
                yield at + begin, batch.slice(begin, rows)
            at += len(batch)

    return _Table(schema, None, batches)


def _checked(column: pa.Array) -> pa.Array:
    """A column whose offsets all lie within its data: what Arrow files can say anything about."""
    if pa.types.is_string(column.type):
        column = column.view(pa.binary())  # bytes that are no UTF-8 are told later, with their row
    elif pa.types.is_large_string(column.type):
        column = column.view(pa.large_binary())
    column.validate(full=True)
    return column


# Which columns, and how wide


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_list(kind: pa.DataType) -> bool:
    listed = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(listed and pa.types.is_floating(kind.value_type))


def _columns(schema: pa.Schema, name: str) -> Columns:
    """The columns to read, by their types."""
    texts = [field.name for field in schema if _is_text(field.type)]
    lists = [field.name for field in schema if _is_list(field.type)]
    floats = [field.name for field in schema if pa.types.is_floating(field.type)]
    told = ", ".join(f"{field.name}: {field.type}" for field in islice(schema, 8))[:200].replace("\n", " ")
    if not texts:
        raise DataError(f"{name}: no column of strings for the words among {told or 'no columns'}")
    if len(set(schema.names)) < len(schema.names):
        raise DataError(f"{name}: two columns of the same name among {told}")
    if len(lists) > 1:
        raise ArgumentError(
            f"{name}: which column has the vectors, {lists[0]} or {lists[1]}? Write a file with one of them"
        )
    if not lists and len(floats) < 2:
        raise DataError(
            f"{name}: words ({texts[0]}) but no vectors among {told}: if this is the word list of an .npy "
            "matrix beside it, give that file or the folder"
        )
    return Columns(texts[0], lists or floats, bool(lists))


def _dimensions(table: _Table, columns: Columns, name: str) -> int:
    """How many numbers a vector has: told by the type, or by the first vector that there is."""
    if not columns.lists:
        return len(columns.vectors)
    kind = table.schema.field(columns.vectors[0]).type
    if pa.types.is_fixed_size_list(kind):
        return int(kind.list_size)
    for _, batch in table.batches(columns.vectors, 0, 1):
        for value in batch[columns.vectors[0]]:
            if value.is_valid and len(value):
                return len(value)
    raise DataError(f"{name}: no vectors in the column {columns.vectors[0]}")


# A batch as words and vectors


def _rows(
    batch: pa.RecordBatch, columns: Columns, dim: int, odd: OddRows, at: int, name: str
) -> tuple[pa.LargeStringArray, NDArray[np.float32]]:
    words, wrong = as_strings(_words(batch[columns.word], name))
    if columns.lists:
        vectors, bad = _from_lists(batch[columns.vectors[0]], dim)
    else:
        vectors, bad = _from_columns(batch, columns.vectors)
    wrong |= {i: problem for i, problem in bad.items() if i not in wrong}
    kept = np.arange(len(batch))
    if wrong:
        for i in sorted(wrong):
            odd.met(f"row {at + i + 1}", wrong[i])
        kept = np.delete(kept, list(wrong))
        words, vectors = take(words, kept), vectors[kept]
    return finite_rows(words, vectors, odd, lambda i: f"row {at + int(kept[i]) + 1}")


def _words(column: pa.Array, name: str) -> list[Word]:
    """The words of a column as bytes, None for a null."""
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    else:
        lengths = None if pa.types.is_string_view(column.type) else pc.binary_length(column)
    if lengths is not None and (pc.sum(lengths).as_py() or 0) > WORDS_ROOM:
        damaged(name, "the words", f"{len(column):,} of them take more than {WORDS_ROOM >> 20} MB")
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    words: list[Word] = column.cast(pa.large_binary()).to_pylist()
    return words


def _from_lists(column: pa.Array, dim: int) -> tuple[NDArray[np.float32], dict[int, str]]:
    """The vectors of a column of lists, (rows, dim), and what is wrong with some."""
    if pa.types.is_fixed_size_list(column.type):
        offsets = np.arange(column.offset, column.offset + len(column) + 1) * dim
    else:
        offsets = to_numpy(column.offsets) if len(column) else np.zeros(1, np.int64)
    first, last = int(offsets[0]), int(offsets[-1])
    values = column.values.slice(first, last - first)
    offsets = offsets - first
    lengths = np.diff(offsets)
    bad = {int(i): f"{lengths[i]} numbers, not {dim}" for i in np.flatnonzero(lengths != dim)}
    bad |= {int(i): "no vector" for i in _nulls(column)}
    holes = np.searchsorted(offsets, _nulls(values), "right") - 1
    bad |= {int(i): "a number is missing in the vector" for i in holes if int(i) not in bad}
    numbers = _numbers(values)
    if not (lengths != dim).any():
        return as_float32(numbers.reshape(-1, dim)), bad
    vectors = np.zeros((len(lengths), dim), np.float32)
    fit = np.flatnonzero(lengths == dim)
    vectors[fit] = as_float32(numbers[offsets[fit][:, None] + np.arange(dim)])
    return vectors, bad


def _from_columns(batch: pa.RecordBatch, names: list[str]) -> tuple[NDArray[np.float32], dict[int, str]]:
    vectors = np.empty((len(batch), len(names)), np.float32)
    bad: dict[int, str] = {}
    for k, name in enumerate(names):
        vectors[:, k] = as_float32(_numbers(batch[name]))
        bad |= {int(i): f"no number in {name}" for i in _nulls(batch[name])}
    return vectors, bad


def _numbers(values: pa.Array) -> NDArray[Any]:
    return to_numpy(values) if len(values) else np.zeros(0, np.float32)


def _nulls(column: pa.Array) -> NDArray[np.uint64]:
    """The rows without a value."""
    import pyarrow.compute as pc

    if not column.null_count:
        return np.zeros(0, np.uint64)
    return to_numpy(pc.indices_nonzero(column.is_null())).astype(np.int64)
