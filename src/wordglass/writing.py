"""Predictions beside the columns that they were made from, into CSV, JSON Lines, Parquet or Arrow."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from math import isfinite
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from wordglass.arrow import numbers, strings
from wordglass.errors import ArgumentError, DataError
from wordglass.model import Model
from wordglass.passes import Floats

Write = Callable[[pa.RecordBatch], None]
ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet", ".arrow": "arrow"}


def with_predictions(
    columns: pa.RecordBatch,
    model: Model,
    probabilities: Floats,
    every_class: bool,
    below: float | None = None,
) -> pa.RecordBatch:
    """Add ``predicted`` and ``probability``, and on request a column a class; names taken get an underscore.

    For several labels a row, ``predicted`` is a list and ``probability`` the likeliest label's. ``predicted``
    is null where no class has a probability of ``below`` or more.
    """
    names = model.names
    chosen = model.decide(probabilities)
    added: dict[str, pa.Array]
    if model.multi_label:
        predicted = pa.array(
            [[names[k] for k in np.flatnonzero(row)] for row in chosen], pa.list_(pa.string())
        )
    else:
        answered = probabilities.max(axis=1) >= (below or 0.0)
        valid = pa.py_buffer(np.packbits(answered, bitorder="little"))
        indices = pa.Int64Array.from_buffers(pa.int64(), len(chosen), [valid, numbers(chosen).buffers()[1]])
        predicted = pa.DictionaryArray.from_arrays(indices, strings(names)).cast(pa.string())
    added = {"predicted": predicted, "probability": numbers(probabilities.max(axis=1))}
    if every_class:
        added |= {f"p_{name}": numbers(probabilities[:, k]) for k, name in enumerate(names)}
    arrays = dict(zip(columns.schema.names, columns.columns, strict=True))
    for name, column in added.items():
        while name in arrays:
            name += "_"
        arrays[name] = column
    return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))


@contextmanager
def open_writer(path: Path | None, kind: str | None = None) -> Iterator[Write]:
    """Open a function that writes batches to ``path``, which appears only when all is written.

    Without a path, batches go to standard output as ``kind``: CSV, or JSON Lines.

    Errors: ArgumentError for a path that no file can have; DataError where it cannot be written, a full disk
    for one. What was at ``path`` is then as it was.
    """
    if path is None:
        with _writer(sys.stdout.buffer, kind or "csv") as write:
            yield write
        return
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder: name a file")
    if path.suffix.lower() not in ENDINGS:
        raise ArgumentError(f"{path}: the name must end in .csv, .jsonl, .parquet or .arrow")
    if not path.parent.is_dir():
        raise ArgumentError(f"{path.parent}: no such folder to write {path.name} to")
    target = path.resolve()  # where it is a link, the link stays and what it names is replaced
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with scratch.open("wb") as file, _writer(file, ENDINGS[path.suffix.lower()]) as write:
            yield write
        scratch.replace(target)
    except OSError as error:
        if error.filename not in (None, str(scratch)):  # another file: one that is read
            raise
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def _writer(file: IO[bytes], kind: str) -> Iterator[Write]:
    if kind == "jsonl":
        yield lambda batch: _write_lines(batch, file)
        return
    import pyarrow.csv
    import pyarrow.parquet

    make: Any = {
        "csv": pyarrow.csv.CSVWriter,
        "parquet": pyarrow.parquet.ParquetWriter,
        "arrow": pa.RecordBatchFileWriter,
    }[kind]
    with ExitStack() as opened:
        writer: Any = None

        def write(batch: pa.RecordBatch) -> None:
            nonlocal writer
            batch = flat(batch) if kind == "csv" else batch
            writer = writer or opened.enter_context(make(file, batch.schema))
            writer.write_batch(batch)

        yield write


def _write_lines(batch: pa.RecordBatch, file: IO[bytes]) -> None:
    for row in batch.to_pylist():
        file.write(_json(row).encode() + b"\n")


def flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch as CSV can have it: every nested column as JSON text, bytes as text."""
    return pa.RecordBatch.from_arrays(list(map(_flat, batch.columns)), names=batch.schema.names)


def _flat(column: pa.Array) -> pa.Array:
    if pa.types.is_nested(column.type):
        texts = [None if value is None else _json(value) for value in column.to_pylist()]
    elif pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        texts = [None if value is None else _plain(value) for value in column.to_pylist()]
    elif pa.types.is_string_view(column.type):
        return column.cast(pa.large_string())
    else:
        return column
    return pa.array(texts, pa.large_string())


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:  # JSON has neither NaN nor infinity
        return json.dumps(_finite(value), ensure_ascii=False, default=_plain)


def _finite(value: object) -> object:
    match value:
        case float():
            return value if isfinite(value) else None
        case list() | tuple():
            return [_finite(item) for item in value]
        case dict():
            return {key: _finite(item) for key, item in value.items()}
    return value


def _plain(value: object) -> str:
    """What JSON has no type for, such as a date, as text."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
