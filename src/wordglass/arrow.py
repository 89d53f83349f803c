"""Arrow arrays as buffers: built from them, and read as the kernels read them.

``pyarrow.array`` and ``Array.to_numpy`` first import pandas, where that is installed, which takes longer than
a prediction.
"""

import sys
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def strings(values: list[str]) -> pa.LargeStringArray:
    """A large-string array of some texts. UnicodeEncodeError for a lone surrogate.

    >>> strings(["sunny", "", "days"]).to_pylist()
    ['sunny', '', 'days']
    """
    if "pandas" in sys.modules:  # then pyarrow is the faster way
        return pa.array(values, pa.large_string())
    joined = "".join(values)
    if joined.isascii():  # a character a byte: no text need be encoded by itself
        data, sized = joined.encode(), map(len, values)
    else:
        encoded = [value.encode() for value in values]
        data, sized = b"".join(encoded), map(len, encoded)
    offsets = np.zeros(len(values) + 1, np.int64)
    np.cumsum(np.fromiter(sized, np.int64, len(values)), out=offsets[1:])
    return pa.LargeStringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(data))


def take(texts: pa.LargeStringArray, rows: NDArray[np.int64]) -> pa.LargeStringArray:
    """Some rows of an array, in that order.

    >>> take(strings(["sunny", "days"]), np.array([1, 0])).to_pylist()
    ['days', 'sunny']
    """
    return texts.take(numbers(rows))


def numbers(values: NDArray[Any]) -> pa.Array:
    """An array of NumPy's numbers, of the same type.

    >>> numbers(np.array([0.5, 2.0])).to_pylist()
    [0.5, 2.0]
    """
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def to_numpy(array: pa.Array) -> NDArray[Any]:
    """The numbers of an array without nulls, not copied.

    >>> to_numpy(numbers(np.array([3, 5]))[1:]).tolist()
    [5]
    """
    whole = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    return whole[array.offset : array.offset + len(array)]


class Buffers(NamedTuple):
    """An Arrow string array as the kernels read it: the bytes, and where each text begins."""

    data: NDArray[np.uint8]  # (bytes,)
    offsets: NDArray[np.int64]  # (rows + 1,)


def buffers(texts: pa.LargeStringArray) -> Buffers:
    """The bytes and offsets of an Arrow array, not copied."""
    if texts.type != pa.large_string():  # with offsets of another width the kernels would read astray
        raise TypeError(f"an Arrow array of {texts.type}: cast it to large_string first")
    _, offsets, data = texts.buffers()
    begins = np.frombuffer(offsets, np.int64) if offsets else np.zeros(1, np.int64)
    begins = begins[texts.offset : texts.offset + len(texts) + 1]
    return Buffers(np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8), begins)
