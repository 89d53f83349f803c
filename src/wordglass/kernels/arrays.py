"""The kinds of array that the kernels take; all are one-dimensional but tables of floats."""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

LANES = 16  # floats of a cache line
