"""Many texts explained: a row a token, with its exact share of the score of every class.

The compiled loops are those of ``wordglass.kernels.shares``; ``wordglass.explain`` does the same for one text
in plain NumPy, and tests hold the two together.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, numbers, strings, take
from wordglass.counting import Numbering, words_at
from wordglass.explain import by_class
from wordglass.kernels import native
from wordglass.model import Model
from wordglass.parallel import CHUNK_BYTES, few_ahead, row_chunks
from wordglass.passes import Floats
from wordglass.vectors.subwords import SubwordVocabulary, decoded
from wordglass.vectors.vocabulary import Block, Vocabulary, stack, token_blocks

CLASSES = 16  # up to so many, chunks of texts are as large as elsewhere; with more, they are smaller
KEY = b"wordglass"  # of the schema's metadata


class Tokens(NamedTuple):
    """The tokens of some texts and where they stand."""

    words: pa.LargeStringArray  # (tokens,) as they are looked up
    places: NDArray[np.int32]  # (tokens, 2) where each starts and ends, in characters
    offsets: NDArray[np.int64]  # (texts + 1,) where each text's begin


def explain_many(model: Model, texts: pa.LargeStringArray, threads: int | None = None) -> pa.Table:
    """See ``TextClassifier.explain_many``."""
    return pa.Table.from_batches(explained_batches(model, texts, threads), schema_of(model))


def explained_batches(
    model: Model, texts: pa.LargeStringArray, threads: int | None = None, first_row: int = 0
) -> Iterator[pa.RecordBatch]:
    """The rows of the table in order, some texts at a time: few of them are in memory at once.

    ``first_row`` is the number of the first text. The rows are the same at any number of threads.
    """
    source, schema = buffers(texts), schema_of(model)
    size = max(1, CHUNK_BYTES * CLASSES // max(CLASSES, len(model.names)))

    def explain(rows: tuple[int, int]) -> pa.RecordBatch:
        first, last = rows
        tokens = tokens_of(model.scorer.vocabulary, source, first, last)
        shares = shares_of(model, source, first, last)  # (tokens, outputs)
        owners = np.repeat(np.arange(first, last) + first_row, np.diff(tokens.offsets))
        columns = [numbers(owners), tokens.words, numbers(tokens.places[:, 0]), numbers(tokens.places[:, 1])]
        columns += [numbers(share) for share in by_class(shares, len(model.names)).T]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    return few_ahead(explain, row_chunks(source.offsets, size), threads)


def schema_of(model: Model) -> pa.Schema:
    """The columns of the table; the metadata ``wordglass`` is JSON with the classes and their biases."""
    bias = by_class(model.scorer.bias[None, :], len(model.names))[0]
    about = {"classes": model.names, "bias": bias.tolist()}
    columns = [("row", pa.int64()), ("token", pa.large_string()), ("start", pa.int32()), ("end", pa.int32())]
    columns += [(f"share_{name}", pa.float64()) for name in model.names]
    return pa.schema(columns, {KEY: json.dumps(about, ensure_ascii=False).encode()})


def shares_of(model: Model, texts: Buffers, first: int, last: int) -> Floats:
    """Each token's part of the scores of the texts ``first`` to ``last - 1``, (tokens, outputs).

    A token's part is what it adds by its vector, as a word and by its characters, and half of each pair that
    it stands in: with the bias, those of a text sum to its scores. In one thread.
    """
    lookup = model.scorer.vocabulary.lookup_rows(texts, first, last)
    shares = model.scorer.shares(lookup)
    if model.lexical is not None:
        model.lexical.add_shares(texts, first, last, shares)
    if model.characters is not None:
        model.characters.add_shares(texts, first, last, lookup.offsets, shares)
    return shares


def tokens_of(vocabulary: Vocabulary | SubwordVocabulary, texts: Buffers, first: int, last: int) -> Tokens:
    """The tokens of the texts ``first`` to ``last - 1``, in one thread."""
    if isinstance(vocabulary, SubwordVocabulary):
        return _parts_of_words(vocabulary, texts, first, last)
    counts = np.zeros(last - first, np.int64)
    blocks = [
        Block(block.hashes.copy(), block.starts.copy(), block.ends.copy())
        for block in token_blocks(texts, first, last, counts, vocabulary.rules)
    ]
    tokens = stack(blocks) or Block(np.zeros(0, np.uint64), *np.zeros((2, 0), np.int64))
    offsets = np.concatenate([[0], np.cumsum(counts)])
    distinct = Numbering()
    ids = distinct.number(tokens, offsets, 0)
    starts, ends = distinct.fields[: distinct.count, :2].T
    words = words_at(texts.data, starts, ends, vocabulary.settings.case)
    begins = np.ascontiguousarray(texts.offsets[first : last + 1])
    places = native.in_characters(texts.data, begins, offsets, tokens.starts, tokens.ends)
    return Tokens(take(words, ids.astype(np.int64) - 1), places, offsets)


def _parts_of_words(vocabulary: SubwordVocabulary, texts: Buffers, first: int, last: int) -> Tokens:
    """The same, text by text, as the library that splits them gives objects."""
    by_text = [vocabulary.tokens(text) for text in decoded(texts, first, last)]
    tokens = [token for of_text in by_text for token in of_text]
    places = np.array([(token.start, token.end) for token in tokens], np.int32).reshape(-1, 2)
    offsets = np.concatenate([[0], np.cumsum([len(of_text) for of_text in by_text], dtype=np.int64)])
    return Tokens(strings([token.text for token in tokens]), places, offsets)
