"""The user's cache: what can be made again, kept to be at hand at once."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where converted tables and compiled kernels are kept.

    $WORDGLASS_CACHE, else ``wordglass`` in $XDG_CACHE_HOME or ~/.cache.
    """
    if chosen := os.environ.get("WORDGLASS_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wordglass"
