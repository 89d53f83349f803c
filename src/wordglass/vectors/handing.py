"""A table handed on as a reader would: to be written again, with other numbers or in another place."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordglass.vectors.formats.found import Block, Found, FoundNgrams, FoundTokenizer, rows_of_block
from wordglass.vectors.rows import Rows
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.table import VectorTable


def as_found(table: VectorTable) -> Found:
    """The words of a table with their vectors, its n-grams and its tokeniser."""

    def read(start: int) -> Iterator[Block]:
        first = start
        for vectors in _blocks(table.rows, start + 1, table.dim):
            words = table.vocabulary.words[first : first + len(vectors)]
            first += len(vectors)
            yield Block(words, vectors, first)

    return Found(
        table.manifest["found"],
        table.dim,
        len(table),
        read,
        ngrams=_ngrams(table),
        tokenizer=_tokenizer(table),
    )


def _ngrams(table: VectorTable) -> FoundNgrams | None:
    if (composer := table.composer) is None:
        return None
    rows, of = composer.rows, composer.ngrams
    return FoundNgrams(of.rule, len(rows), lambda start: _blocks(rows, start, table.dim), of.index)


def _tokenizer(table: VectorTable) -> FoundTokenizer | None:
    rule, vocabulary = table.manifest["tokenizer"], table.vocabulary
    if rule is None or not isinstance(vocabulary, SubwordVocabulary):
        return None
    return FoundTokenizer(vocabulary.json, **rule)


def _blocks(rows: Rows, start: int, dim: int) -> Iterator[NDArray[np.float32]]:
    """Rows from ``start`` on, (n, dim), some at a time."""
    step = rows_of_block(dim)
    for first in range(start, len(rows), step):
        yield np.ascontiguousarray(rows.take(slice(first, first + step))[:, :dim])
