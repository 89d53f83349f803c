"""The texts most like one, by the cosine of pooled vectors: what the model's vectors take for alike."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.errors import ArgumentError
from wordglass.model import Model

LEAST = np.finfo(np.float32).tiny  # the length that a vector of zeros is divided by


class Neighbour(NamedTuple):
    """A text that is near another."""

    row: int  # of the texts that were searched, from 0
    text: str
    labels: list[str] | None  # its true ones, where they are at hand
    cosine: float


class Neighbourhood:
    """Texts to search among: their pooled vectors, made once, each of length 1.

    ``rows`` (texts,) are their numbers, from 0 on where not given, and ``labels`` a list for each.
    ArgumentError where the vectors of the model are not at hand.
    """

    def __init__(
        self,
        model: Model,
        texts: pa.LargeStringArray,
        rows: NDArray[np.int64] | None = None,
        labels: Sequence[list[str]] | None = None,
        threads: int | None = None,
    ) -> None:
        self.model, self.texts, self.labels = model, texts, labels
        self.rows = np.arange(len(texts)) if rows is None else rows
        self.units = _units(model, texts, threads)  # (texts, features)

    def nearest(self, text: str, n: int = 5) -> list[Neighbour]:
        """The ``n`` texts nearest to one, nearest first; none where no word of it is known."""
        unit = _units(self.model, strings([text]), 1)[0]
        if not unit.any():
            return []
        cosines = self.units @ unit
        least = np.partition(cosines, -n)[-n] if len(cosines) > n else -np.inf
        order = sorted(np.flatnonzero(cosines >= least).tolist(), key=lambda i: (-cosines[i], i))[:n]
        return [
            Neighbour(
                int(self.rows[i]),
                str(self.texts[i]),
                None if self.labels is None else self.labels[i],
                float(cosines[i]),
            )
            for i in order
        ]


def _units(model: Model, texts: pa.LargeStringArray, threads: int | None) -> NDArray[np.float32]:
    pooled = model.pooled_rows(model.scorer.vocabulary.lookup(texts, threads), threads)
    if pooled is None:
        raise ArgumentError(
            f"nearest texts need the vectors {model.vectors}, which are not at hand: "
            f"wordglass vectors add {model.vectors}"
        )
    lengths = np.sqrt(np.einsum("ij,ij->i", pooled, pooled, dtype=np.float64))
    units: NDArray[np.float32] = pooled / np.maximum(lengths, LEAST)[:, None].astype(np.float32)
    return units
