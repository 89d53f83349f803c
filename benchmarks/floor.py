"""The yardstick beside the checkout as a function: what hand-written C++ gets from one core."""

import ctypes
import importlib.util
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
from harness import SHARED

from wordglass.vectors import VectorTable

BITS = 20  # the index has 2^BITS slots
WIDTH = 64  # floats from one row to the next


def floor_encoder(table: VectorTable, texts: pa.LargeStringArray) -> Callable[[], None] | None:
    """Give the floor's split, look up and mean-pool over the texts; None where the yardstick is absent.

    The set-up is that of ``main`` in limit.py, whose helpers it uses.
    """
    folder = SHARED / "limit"
    if not (folder / "limit.cpp").exists():
        return None
    limit = _helpers(folder / "limit.py")
    library = Path(tempfile.mkdtemp()) / "limit.so"
    flags = ["-O3", "-march=native", "-shared", "-fPIC"]
    subprocess.run(["g++", *flags, str(folder / "limit.cpp"), "-o", str(library)], check=True)
    native, address = ctypes.CDLL(str(library)), limit.address

    rows = np.zeros((len(table), WIDTH), np.float32)
    rows[:, : table.dim] = table.rows.stored[1:, : table.dim]
    words, word_offsets = limit.buffers(table.vocabulary.words)
    slots = np.zeros((1 << BITS, 2), np.uint32)
    native.build(address(words), address(word_offsets), ctypes.c_int64(len(rows)), BITS, address(slots))

    kind, low = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    for byte in range(256):
        letter = chr(byte)
        if byte >= 128 or letter.isalnum():
            kind[byte], low[byte] = 1, byte if byte >= 128 else ord(letter.lower())
        elif byte > 32 and not letter.isspace():
            kind[byte] = 2

    data, offsets = limit.buffers(texts)
    n = len(texts)
    out, count = np.empty((n, WIDTH), np.float32), np.zeros((n, 2), np.int64)

    def encode() -> None:
        native.encode(
            1, address(data), address(offsets), ctypes.c_int64(n), address(kind), address(low),
            address(slots), BITS, address(rows), address(out), address(count),
        )  # fmt: skip

    return encode


def _helpers(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("limit", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
