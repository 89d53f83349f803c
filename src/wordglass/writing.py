"""Predictions beside the columns that they were made from, into CSV, JSON Lines or Parquet."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from wordglass.arrow import numbers, strings
from wordglass.errors import ArgumentError
from wordglass.model import Model
from wordglass.passes import Floats

Write = Callable[[pa.RecordBatch], None]


def with_predictions(
    columns: pa.RecordBatch, model: Model, probabilities: Floats, every_class: bool
) -> pa.RecordBatch:
    """Add ``predicted`` and ``probability``, and on request a column a class; names taken get an underscore.

    For several labels a row, ``predicted`` is a list and ``probability`` the likeliest label's.
    """
    names = model.names
    chosen = model.decide(probabilities)
    added: dict[str, pa.Array]
    if model.multi_label:
        predicted = pa.array(
            [[names[k] for k in np.flatnonzero(row)] for row in chosen], pa.list_(pa.string())
        )
    else:
        predicted = pa.DictionaryArray.from_arrays(numbers(chosen), strings(names))
        predicted = predicted.cast(pa.string())
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
    """
    if path is None:
        with _writer(sys.stdout.buffer, kind or "csv") as write:
            yield write
        return
    kind = {".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet"}.get(path.suffix.lower())
    if kind is None:
        raise ArgumentError(f"{path}: the name must end in .csv, .jsonl or .parquet")
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder: name a file")
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with scratch.open("wb") as file, _writer(file, kind) as write:
            yield write
        scratch.replace(path)
    except FileNotFoundError as error:
        if error.filename == str(scratch):
            raise ArgumentError(f"{path.parent}: no such folder to write {path.name} to") from None
        raise
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def _writer(file: IO[bytes], kind: str) -> Iterator[Write]:
    if kind == "jsonl":
        yield lambda batch: _write_lines(batch, file)
        return
    import pyarrow.csv
    import pyarrow.parquet

    opened: list[Any] = []

    def write(batch: pa.RecordBatch) -> None:
        batch = flat(batch) if kind == "csv" else batch
        if not opened:
            make = pyarrow.csv.CSVWriter if kind == "csv" else pyarrow.parquet.ParquetWriter
            opened.append(make(file, batch.schema))
        opened[0].write_batch(batch)

    try:
        yield write
    finally:
        for writer in opened:
            writer.close()


def _write_lines(batch: pa.RecordBatch, file: IO[bytes]) -> None:
    for row in batch.to_pylist():
        file.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")


def flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with every nested column as JSON text, for CSV."""
    arrays = [
        strings([json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()])
        if pa.types.is_nested(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
