"""Any sequence of texts as one Arrow array: what every later stage reads, some of it with compiled loops."""

from collections.abc import Iterable, Mapping, Set
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from wordglass.arrow import buffers, strings
from wordglass.errors import DataError

SOLID = r"[^\s\v\pZ\x{85}\x{1c}-\x{1f}]"  # a character that is no white space; found at once in most texts


def to_arrow(texts: Iterable[str], *, where: str = "the texts", first_row: int = 1) -> pa.LargeStringArray:
    """Texts as one contiguous Arrow array of large strings, checked to be valid UTF-8 without nulls.

    Takes any sequence of ``str``: list, tuple, NumPy array, pandas or Polars series, Arrow array or chunked
    array. An Arrow array of large strings is passed on as it is; other Arrow memory is copied only where its
    layout differs.

    Errors: DataError for one ``str`` in place of a sequence, and for a row that is missing, no ``str``, or
    no valid Unicode. It names ``where`` and the row, counted from ``first_row``.

    >>> to_arrow(["I love sunny days", ""])[0].as_py()
    'I love sunny days'
    """
    if isinstance(texts, str | bytes):
        raise DataError(f"{where}: a single {type(texts).__name__} was given, not a sequence: write [text]")
    if not isinstance(texts, Iterable) or isinstance(texts, Mapping | Set):
        raise DataError(f"{where}: a {type(texts).__name__} was given; give a list or a column of texts")
    chunks = _arrow_memory(texts)
    if chunks is None:
        return _from_objects(texts, where, first_row)
    if pa.types.is_struct(chunks.type):
        raise DataError(f"{where}: a table was given; choose one of its columns")
    return _from_chunks(chunks, where, first_row)


def _arrow_memory(texts: object) -> pa.ChunkedArray | None:
    """The Arrow memory behind an object, through the PyCapsule protocol; None where there is none."""
    if isinstance(texts, pa.ChunkedArray):
        return texts
    if isinstance(texts, pa.Array):
        return pa.chunked_array([texts])
    try:
        if hasattr(texts, "__arrow_c_stream__"):
            chunks = pa.chunked_array(texts)
        elif hasattr(texts, "__arrow_c_array__"):
            chunks = pa.chunked_array([pa.array(texts)])
        else:
            return None
    except (pa.ArrowException, UnicodeEncodeError):
        return None  # a pandas series of mixed objects: looked at one by one, to name the row
    return chunks if is_text(chunks.type) or pa.types.is_struct(chunks.type) else None


def _from_chunks(chunks: pa.ChunkedArray, where: str, first_row: int) -> pa.LargeStringArray:
    """Validates before it casts: a damaged buffer must not be read by anything that trusts it."""
    row = first_row
    for chunk in chunks.chunks:
        try:
            chunk.validate(full=True)
        except pa.ArrowInvalid as error:
            _refuse_damaged(chunk, where, row, error)
        row += len(chunk)
    if len(chunks) == 0:
        return pa.array([], pa.large_string())
    if not is_text(chunks.type):
        raise DataError(f"{where}, row {first_row}: {chunks.type} where a text (str) is expected")
    if pa.types.is_dictionary(chunks.type):
        chunks = pa.chunked_array(
            [chunk.dictionary.cast(pa.large_string()).take(chunk.indices) for chunk in chunks.chunks]
        )
    elif chunks.type != pa.large_string():
        chunks = chunks.cast(pa.large_string())
    if chunks.null_count:
        _refuse_missing(int(np.argmax(chunks.is_null().to_numpy())) + first_row, where)
    return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()


def is_text(kind: pa.DataType) -> bool:
    """Whether an Arrow type is one of those that hold texts."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return kind in (pa.string(), pa.large_string(), pa.string_view())


def _from_objects(texts: Iterable[object], where: str, first_row: int) -> pa.LargeStringArray:
    if isinstance(texts, np.ndarray) and texts.ndim != 1:
        raise DataError(f"{where}: an array of shape {texts.shape} was given; give one dimension of texts")
    values: list[Any] = texts.tolist() if isinstance(texts, np.ndarray) else list(texts)
    if not all(issubclass(kind, str) for kind in set(map(type, values))):
        row, value = next((i, v) for i, v in enumerate(values, first_row) if not isinstance(v, str))
        if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
            _refuse_missing(row, where)
        raise DataError(f"{where}, row {row}: {type(value).__name__} where a text (str) is expected")
    try:
        return strings(values)
    except UnicodeEncodeError:
        row = next(i for i, value in enumerate(values, first_row) if has_surrogate(value))
        raise DataError(
            f"{where}, row {row}: a lone surrogate, which is no character; "
            "repair the text, or drop it with text.encode('utf-8', 'ignore').decode()"
        ) from None


def has_surrogate(text: str) -> bool:
    """Whether a str holds half of a UTF-16 pair, which no UTF-8 can express."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _refuse_missing(row: int, where: str) -> NoReturn:
    raise DataError(f"{where}, row {row}: the text is missing; remove the row, or give an empty text")


def _refuse_damaged(chunk: pa.Array, where: str, first_row: int, error: pa.ArrowInvalid) -> NoReturn:
    """Names the first row of the damage where the buffers can be read at all."""
    if "UTF8" not in str(error):
        raise DataError(f"{where}: a damaged Arrow array ({error})")
    if pa.types.is_dictionary(chunk.type):
        raise DataError(f"{where}: the array's dictionary holds bytes that are not UTF-8; decode them first")
    for row, value in enumerate(chunk, first_row):
        try:
            value.as_py()
        except UnicodeDecodeError:
            raise DataError(f"{where}, row {row}: bytes that are not UTF-8; decode the text first") from None
    raise DataError(f"{where}: a damaged Arrow array ({error})")


def is_blank(texts: pa.LargeStringArray) -> pa.BooleanArray:
    """Which texts hold nothing but white space, or nothing at all.

    >>> is_blank(to_arrow(["a", " ", ""])).to_pylist()
    [False, True, True]
    """
    import pyarrow.compute as pc

    return pc.invert(pc.match_substring_regex(texts, SOLID))


def text_numbers(texts: pa.LargeStringArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A number for each text, the same for equal texts, from 0 in the order of their first rows.

    >>> text_numbers(to_arrow(["a", "b", "a"])).tolist()
    [0, 1, 0]
    """
    # A dictionary of bytes takes a third of the time of Arrow's dictionary_encode.
    source = buffers(texts)
    data, edges = source.data.data, source.offsets.tolist()
    number: dict[bytes, int] = {}
    found = [number.setdefault(bytes(data[a:b]), len(number)) for a, b in pairwise(edges)]
    return np.array(found, np.int64)
