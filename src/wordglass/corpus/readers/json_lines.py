"""JSON Lines: an object a row, each column of one type."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from wordglass.corpus.readers.stream import BATCH_BYTES, BATCH_ROWS, Stream, checked_head, refuse_encoding
from wordglass.corpus.texts import has_surrogate
from wordglass.errors import DataError


def open_json_lines(path: str) -> Stream:
    """The objects of a file, one a line; blank lines are passed over."""
    if checked_head(path).lstrip().startswith(b"["):
        raise DataError(
            f"{path}, line 1: a JSON array; write one object a line: jq -c '.[]' FILE > NEW.jsonl"
        )
    return Stream(_json_batches(path), [])


def _json_batches(path: str) -> Iterator[pa.RecordBatch]:
    """Python's parser, not Arrow's: it takes a text of any length and keeps a date in a text a text."""
    schema = None
    rows: list[tuple[int, dict[str, Any]]] = []
    size = 0
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode())
            except UnicodeDecodeError:
                refuse_encoding(path)
            except (ValueError, RecursionError) as error:
                what = getattr(error, "msg", "nested too deeply")
                raise DataError(f"{path}, line {number}: not JSON ({what})") from None
            if not isinstance(row, dict):
                raise DataError(
                    f"{path}, line {number}: {type(row).__name__} where a JSON object is expected"
                )
            rows.append((number, row))
            size += len(line)
            if size >= BATCH_BYTES or len(rows) == BATCH_ROWS:
                batch = _json_batch(path, rows, schema)
                yield batch
                schema, rows, size = batch.schema, [], 0
    if rows:
        yield _json_batch(path, rows, schema)


def _json_batch(
    path: str, rows: list[tuple[int, dict[str, Any]]], schema: pa.Schema | None
) -> pa.RecordBatch:
    """Columns as the first batch has them: a type, once found, holds for the file."""
    names = schema.names if schema else list(dict.fromkeys(name for _, row in rows for name in row))
    if any(map(has_surrogate, names)):
        raise DataError(f"{path}: a column's name holds a lone surrogate, which is no character")
    arrays = []
    for name in names:
        values = [row.get(name) for _, row in rows]
        try:
            arrays.append(_json_array(values, schema.field(name).type if schema else None))
        except (pa.ArrowException, UnicodeEncodeError, OverflowError):
            _refuse_json_column(path, name, [(number, row.get(name)) for number, row in rows])
    return pa.record_batch(arrays, names=names)


def _json_array(values: list[Any], kind: pa.DataType | None) -> pa.Array:
    if kind is None:
        kind = pa.array(values).type
        if pa.types.is_string(kind) or pa.types.is_null(kind):
            kind = pa.large_string()
        elif pa.types.is_list(kind) and pa.types.is_null(kind.value_type):
            kind = pa.list_(pa.string())
    return pa.array(values, kind)


def _refuse_json_column(path: str, name: str, values: list[tuple[int, Any]]) -> NoReturn:
    for number, value in values:
        if has_surrogate(json.dumps(value, ensure_ascii=False)):
            raise DataError(
                f"{path}, line {number}, column {name!r}: a lone surrogate, which is no character"
            )
    kinds: dict[str, int] = {}
    for number, value in values:
        if value is not None:
            kinds.setdefault(type(value).__name__, number)
    found = ", ".join(f"{kind} (line {number})" for kind, number in kinds.items())
    raise DataError(f"{path}, column {name!r}: values of more than one type: {found}; give them one type")
