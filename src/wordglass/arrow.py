"""Arrow arrays built from buffers: ``pyarrow.array`` would first import pandas, where that is installed.
It would take longer than a prediction.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def strings(values: list[str]) -> pa.LargeStringArray:
    """A large-string array of some texts. UnicodeEncodeError for a lone surrogate.

    >>> strings(["sunny", "", "days"]).to_pylist()
    ['sunny', '', 'days']
    """
    encoded = [value.encode() for value in values]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
    return pa.LargeStringArray.from_buffers(
        len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))
    )


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
