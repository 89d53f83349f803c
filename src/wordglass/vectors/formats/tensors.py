"""Arrays of a safetensors file, mapped: types and shapes are checked before any number is read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.vectors.formats.found import damaged

LONGEST_HEADER = 1 << 20  # bytes: files of static vectors have one to three arrays
FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I8": "i1"}
INTEGERS = {"I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4", "I16": "<i2", "U16": "<u2"}
TYPES = {**FLOATS, **INTEGERS}


@dataclass(frozen=True)
class Tensor:
    """One array of a safetensors file."""

    name: str  # with the file's, for errors
    type: str  # as safetensors has it: F32, ...
    shape: tuple[int, ...]
    path: Path
    offset: int  # of its first byte

    def numbers(self, types: dict[str, str], dimensions: int) -> "Numbers":
        """Map the array, once it is sure to be of these types and of that many dimensions."""
        if self.type not in types:
            damaged(self.name, "header", f"numbers of type {self.type}: {', '.join(types)} are read")
        if len(self.shape) != dimensions or 0 in self.shape:
            damaged(
                self.name, "header", f"the shape {list(self.shape)}, not {dimensions} dimensions with numbers"
            )
        mapped = np.memmap(self.path, types[self.type], "r", self.offset, self.shape)
        return Numbers(mapped, self.type == "BF16")


@dataclass(frozen=True)
class Numbers:
    """A mapped array: ``rows`` reads some of it."""

    mapped: NDArray[Any]
    is_bf16: bool  # which NumPy does not have: the upper half of a float32

    def __len__(self) -> int:
        return len(self.mapped)

    def rows(self, which: "NDArray[Any] | slice") -> NDArray[Any]:
        """These rows, in memory."""
        found: NDArray[Any] = np.array(self.mapped[which])
        return (found.astype("<u4") << 16).view("<f4") if self.is_bf16 else found


def tensors(path: Path) -> dict[str, Tensor]:
    """The arrays of a safetensors file by name, its header checked by the library of that name."""
    import safetensors

    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > LONGEST_HEADER:
                damaged(
                    str(path), "byte 0", f"a header of {length:,} bytes: not static word vectors, or damaged"
                )
            header = file.read(length)
        with safetensors.safe_open(path, framework="np"):
            pass  # every range is inside the file, and as long as its type and shape say
        return {
            name: Tensor(
                f"{path}, {name}",
                about["dtype"],
                tuple(about["shape"]),
                path,
                8 + length + about["data_offsets"][0],
            )
            for name, about in json.loads(header).items()
            if name != "__metadata__"
        }
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    except (safetensors.SafetensorError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        damaged(str(path), "header", f"not arrays as safetensors has them ({error})")
