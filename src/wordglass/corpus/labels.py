"""The labels of a file as strings, whatever type its column has."""

from typing import Any

import numpy as np
import pyarrow as pa

from wordglass.arrow import to_numpy
from wordglass.errors import DataError

Labels = list[str] | list[list[str]]


def as_strings(column: pa.ChunkedArray, where: str) -> Labels:
    """A label column as one string a row, or one list of strings a row where the column holds lists.

    Whole numbers and booleans are written as Python writes them: ``1``, ``True``; the float ``1.0`` is ``1``.

    Errors: DataError for missing labels and for fractions, naming ``where`` and rows counted from 1.

    >>> as_strings(pa.chunked_array([[1.0, 0.0]]), "reviews.csv, column 'label'")
    ['1', '0']
    """
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        _refuse_missing(column.is_null().to_numpy(), where)
        lists = column.cast(pa.large_list(kind.value_type)).combine_chunks()
        flat = pa.chunked_array([lists.flatten()])
        ends = np.cumsum(lists.value_lengths().to_numpy(zero_copy_only=False)).tolist()
        rows = np.repeat(np.arange(len(lists)), np.diff(ends, prepend=0))
        names = _strings(flat, rows, where)
        return [names[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return _strings(column, np.arange(len(column)), where)


def _strings(column: pa.ChunkedArray, rows: np.ndarray[Any, Any], where: str) -> list[str]:
    """Strings of the values; only the distinct ones are looked at in Python. ``rows`` is for messages."""
    if pa.types.is_nested(column.type):
        raise DataError(f"{where}: {column.type} where labels or lists of labels are expected")
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = column.unify_dictionaries().combine_chunks()
    values = codes.dictionary.to_pylist() or [None]
    null = np.zeros(len(codes), bool)
    if codes.indices.null_count:
        null = codes.indices.is_null().to_numpy(zero_copy_only=False)
    at = to_numpy(codes.indices.fill_null(0)) if null.any() else to_numpy(codes.indices)  # (rows,)
    missing = np.array([v is None or v != v or not str(v).strip() for v in values])
    _refuse_missing(null | missing[at], where, rows)
    numbers = [_number(value) for value in values]
    if all(number is not None for number in numbers):
        fraction = np.array([number != int(number) for number in numbers if number is not None])
        if fraction.any():
            row = int(np.argmax(fraction[at]))
            raise DataError(
                f"{where}, row {rows[row] + 1}: {values[at[row]]} is a measurement, not a class; "
                "turn the numbers into named classes first"
            )
    names = np.array([_name(value, where) for value in values], dtype=object)
    strings: list[str] = names[at].tolist()
    return strings


def _number(value: object) -> float | None:
    """The number that a label is or spells; None where it is none or has no whole part."""
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _name(value: object, where: str) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, str | int | None):
        return str(value)
    raise DataError(f"{where}: a label is a {type(value).__name__}; labels are texts or whole numbers")


def _refuse_missing(
    missing: np.ndarray[Any, Any], where: str, rows: np.ndarray[Any, Any] | None = None
) -> None:
    found = np.flatnonzero(missing)
    if not found.size:
        return
    numbers = (found if rows is None else np.unique(rows[found])) + 1
    shown = ", ".join(map(str, numbers[:5].tolist())) + (", ..." if numbers.size > 5 else "")
    row = "row" if numbers.size == 1 else f"{numbers.size} rows:"
    raise DataError(f"{where}: no label in {row} {shown}; label them or remove them")
