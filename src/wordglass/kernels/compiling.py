"""How every kernel is compiled: without the GIL, kept on disk, and with no reference counting in its loops."""

from pathlib import Path

from numba import njit

kernel = njit(nogil=True, cache=True, error_model="numpy", _nrt=False)
inlined = njit(nogil=True, cache=True, error_model="numpy", _nrt=False, forceinline=True)


def compiled_before() -> bool:
    """Whether the largest kernel lies compiled on disk, for its source as it is."""
    from wordglass.kernels import split

    source = Path(split.__file__)
    kept = Path(split.split.stats.cache_path).glob(f"{source.stem}.split-*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in kept)
