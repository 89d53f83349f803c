"""How every kernel is compiled: without the GIL, kept on disk, and with no reference counting in its loops."""

from numba import njit

kernel = njit(nogil=True, cache=True, error_model="numpy", _nrt=False)
inlined = njit(nogil=True, cache=True, error_model="numpy", _nrt=False, forceinline=True)
