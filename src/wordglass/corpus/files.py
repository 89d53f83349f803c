"""Texts and labels from files: whole for training, batch by batch for files larger than memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from os import PathLike, fspath
from typing import NamedTuple

import pyarrow as pa

from wordglass.corpus.columns import choose_label, choose_text
from wordglass.corpus.labels import Labels, as_strings
from wordglass.corpus.readers import open_stream
from wordglass.corpus.texts import is_blank, to_arrow
from wordglass.errors import ArgumentError, DataError


@dataclass(frozen=True)
class Corpus:
    """The texts of a file and, where asked for, their labels. ``notes`` says in words what was guessed."""

    texts: pa.LargeStringArray  # (rows,)
    labels: Labels | None  # one class a row, or one list of classes a row
    source: str
    text_column: str
    label_column: str | None
    notes: list[str]


class TextBatch(NamedTuple):
    """Some rows of a file: their texts, and all of their columns as the file has them."""

    texts: pa.LargeStringArray
    columns: pa.RecordBatch


@dataclass(frozen=True)
class TextBatches:
    """A file's rows in order, once: batches of one schema, each of a few megabytes."""

    source: str
    text_column: str
    notes: list[str]
    _batches: Iterator[pa.RecordBatch]

    def __iter__(self) -> Iterator[TextBatch]:
        """Reads on; a row without a text, or one that is not UTF-8, raises DataError with its number."""
        row = 1
        where = f"{self.source}, column {self.text_column!r}"
        for batch in self._batches:
            yield TextBatch(to_arrow(batch[self.text_column], where=where, first_row=row), batch)
            row += len(batch)


def read(
    path: str | PathLike[str], text: str | None = None, label: str | None = None, need_labels: bool = True
) -> Corpus:
    """Texts and labels of a CSV, TSV, JSON Lines, Parquet or Arrow file, or a folder CLASS/*.txt.

    ``text`` and ``label`` name columns; where they are not given they are guessed if that is safe. Without
    ``need_labels``, labels are read only from a column that is named.

    Errors: ArgumentError for a file or a column that does not exist, or no safe guess; DataError for what
    cannot be read, missing texts or labels, and files without a text. Each names the file and the row.

    >>> corpus = read("reviews.csv", text="review", label="stars")  # doctest: +SKIP
    >>> corpus.labels[:3]  # doctest: +SKIP
    ['5', '1', '4']
    """
    source = fspath(path)
    if source == "-" and need_labels:
        raise ArgumentError("standard input has texts alone, without labels: give a file")
    first, batches, notes = _first_rows(source)
    text_column, how = choose_text(source, first, text, label)
    notes += [f"texts are in column {text_column!r} ({how})"] if how else []
    label_column = None
    if need_labels or label is not None:
        label_column, how = choose_label(source, first, label, text_column)
        notes += [f"labels are in column {label_column!r} ({how})"] if how else []
    columns = [column for column in (text_column, label_column) if column is not None]
    if first.num_columns > len(columns):
        batches = open_stream(source, columns).batches

    text_parts, label_parts = [], []
    for batch in TextBatches(source, text_column, notes, batches):
        text_parts.append(batch.texts)
        if label_column is not None:
            label_parts.append(batch.columns[label_column])
    texts = pa.concat_arrays(text_parts)
    if is_blank(texts).true_count == len(texts):
        raise DataError(f"{source}, column {text_column!r}: all {len(texts):,} texts are empty")
    labels = None
    if label_column is not None:
        labels = as_strings(pa.chunked_array(label_parts), f"{source}, column {label_column!r}")
    return Corpus(texts, labels, source, text_column, label_column, notes)


def iter_batches(path: str | PathLike[str], text: str | None = None) -> TextBatches:
    """The rows of a file of any size, in memory that does not grow with it; ``-`` is standard input.

    Reads what ``read`` reads, and text files with one text a line. The file is opened, and its text column
    found, before this returns. Errors: as ``read``.

    >>> for batch in iter_batches("reviews.parquet"):  # doctest: +SKIP
    ...     print(len(batch.texts), batch.columns.schema.names)
    8211 ['review', 'stars']
    """
    source = fspath(path)
    first, batches, notes = _first_rows(source)
    text_column, how = choose_text(source, first, text, None)
    notes += [f"texts are in column {text_column!r} ({how})"] if how else []
    return TextBatches(source, text_column, notes, batches)


def _first_rows(source: str) -> tuple[pa.RecordBatch, Iterator[pa.RecordBatch], list[str]]:
    """The first batch that has rows, and all batches including it."""
    stream = open_stream(source)
    batches = (batch for batch in stream.batches if len(batch))
    first = next(batches, None)
    if first is None:
        raise DataError(
            "standard input: no lines"
            if source == "-"
            else f"{source}: no rows; the file has at most a header"
        )
    names = first.schema.names
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataError(f"{source}: two columns are called {twice[0]!r}; give each a name of its own")
    return first, chain([first], batches), list(stream.notes)
