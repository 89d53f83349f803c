"""How every kernel is compiled: without the GIL, kept on disk, no reference counting in its loops."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}
F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function that is called from Python."""
    compiled: F = njit(**OPTIONS)(function)
    return compiled


def inlined(function: F) -> F:
    """Compile a function into the kernels that call it: a call of its own costs more than its work."""
    compiled: F = njit(**OPTIONS, forceinline=True)(function)
    return compiled


def compiled_before() -> bool:
    """Whether the largest kernel lies compiled on disk, for its source as it is."""
    from wordglass.kernels import split

    source = Path(split.__file__)
    largest: Any = split.split
    kept = Path(largest.stats.cache_path).glob(f"{source.stem}.split-*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in kept)
