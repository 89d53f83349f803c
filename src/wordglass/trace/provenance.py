"""Where the numbers of a run come from, and how to get them again."""

import hashlib
import sys
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version

import pyarrow as pa

from wordglass.arrow import buffers
from wordglass.trace.document import Provenance
from wordglass.vectors.table import VectorTable

COMPUTED_WITH = ("wordglass", "numpy", "numba", "pyarrow")


@cache
def versions() -> dict[str, str]:
    """The versions of wordglass, of the libraries that compute, and of Python."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {**{name: version(name) for name in COMPUTED_WITH}, "Python": python}


def data_sha256(texts: pa.LargeStringArray, labels: list[str] | list[list[str]]) -> str:
    """The hash of texts and labels, in order."""
    data, offsets = buffers(texts)
    digest = hashlib.sha256(data[offsets[0] : offsets[-1]].data)
    digest.update((offsets - offsets[0]).data)
    digest.update(
        "\n".join(label if isinstance(label, str) else "\t".join(label) for label in labels).encode()
    )
    return digest.hexdigest()


def provenance(
    sha256: str, table: VectorTable, *, seed: int, threads: int, command: str, seconds: float
) -> Provenance:
    """The facts of a run that has just ended."""
    return Provenance(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=command,
        seed=seed,
        threads=threads,
        data_sha256=sha256,
        vectors=table.name,
        vectors_source=table.manifest["source"],
        vectors_sha256=table.manifest["sha256"],
        vectors_licence=table.manifest["licence"],
        versions=versions(),
        seconds=seconds,
    )
