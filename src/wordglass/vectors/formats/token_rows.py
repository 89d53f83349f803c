"""The rows of a tokeniser's tokens in a safetensors file, handed on as blocks of vectors."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import strings
from wordglass.errors import DataError
from wordglass.vectors.formats.found import (
    Block,
    Found,
    FoundTokenizer,
    OddRows,
    checked_dimensions,
    damaged,
    rows_of_block,
)
from wordglass.vectors.formats.tensors import FLOATS, INTEGERS, Numbers, Tensor
from wordglass.vectors.formats.tokenizer_json import Splitter


@dataclass(frozen=True)
class TokenRows:
    """The row of each token: one of the embeddings, by way of the mapping, times the token's weight."""

    name: str  # of the file
    tokens: list[str]
    embeddings: Numbers  # (rows, dim)
    mapping: NDArray[Any] | None  # (tokens,)
    weights: NDArray[Any] | None  # (tokens,)

    @classmethod
    def of(cls, path: Path, arrays: dict[str, Tensor], name: str, splitter: Splitter) -> "TokenRows":
        """Check the arrays against each other and against the tokens. ``name`` is that of the embeddings."""
        if name not in arrays:
            raise DataError(f"{path}: no {name} in it")
        embeddings = arrays[name].numbers(FLOATS, dimensions=2)
        rows, dim = arrays[name].shape
        checked_dimensions(str(path), rows, dim, None)
        tokens = len(splitter.tokens)
        mapping = _one_a_token(path, "mapping", arrays, INTEGERS, tokens)
        weights = _one_a_token(path, "weights", arrays, FLOATS, tokens)
        if mapping is None and tokens > rows:
            raise DataError(f"{path}: {rows:,} rows, but {splitter.path.name} has ids up to {tokens - 1:,}")
        if mapping is not None and not 0 <= int(mapping.min()) <= int(mapping.max()) < rows:
            damaged(str(path), "mapping", f"it leads out of the {rows:,} rows")
        return cls(str(path), splitter.tokens, embeddings, mapping, weights)

    def found(self, kind: str, tokenizer: FoundTokenizer, odd: OddRows) -> Found:
        """What the store is handed: the words are the tokens, and blocks go on at a token's id."""
        dim = self.embeddings.mapped.shape[1]

        def read(start: int) -> Iterator[Block]:
            for first in range(start, len(self.tokens), rows_of_block(dim)):
                last = min(first + rows_of_block(dim), len(self.tokens))
                yield Block(strings(self.tokens[first:last]), self._finite(first, last, odd), last)

        return Found(kind, dim, len(self.tokens), read, tokenizer=tokenizer)

    def vectors(self, first: int, last: int) -> NDArray[np.float32]:
        """The vectors of some consecutive tokens, (last - first, dim), multiplied in the file's precision."""
        part = slice(first, last)
        rows = self.embeddings.rows(part if self.mapping is None else self.mapping[part])
        with np.errstate(over="ignore", invalid="ignore"):
            if self.weights is not None:
                rows = rows * self.weights[part, None]
            return np.ascontiguousarray(rows, np.float32)

    def _finite(self, first: int, last: int, odd: OddRows) -> NDArray[np.float32]:
        """The vectors, with zeros for odd rows that may be skipped: a token's id must stay its row."""
        vectors = self.vectors(first, last)
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        for i in bad.tolist():
            token = self.tokens[first + i][:50]
            odd.met(f"row {first + i}", f"the vector of {token!r} has NaN or infinity")
        vectors[bad] = 0
        return vectors


def _one_a_token(
    path: Path, name: str, arrays: dict[str, Tensor], types: dict[str, str], tokens: int
) -> NDArray[Any] | None:
    """An array with a number for each token, where there is one of that name."""
    if name not in arrays:
        return None
    numbers = arrays[name].numbers(types, dimensions=1)
    if len(numbers) < tokens:
        damaged(str(path), name, f"{len(numbers):,} numbers for {tokens:,} tokens")
    return numbers.rows(slice(0, tokens))
