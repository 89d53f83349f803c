"""Plain text: one text a line, or one a file in a folder a class."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa

from wordglass.arrow import strings
from wordglass.corpus.readers.stream import BATCH_BYTES, Stream, checked_head, refuse_byte, refuse_encoding
from wordglass.errors import ArgumentError


def open_folder(folder: Path) -> Stream:
    """``FOLDER/CLASS/*.txt``: one text a file, the class being its folder's name."""
    files = sorted(folder.glob("*/*.txt"))
    if not files:
        raise ArgumentError(
            f"{folder}: a folder without CLASS/*.txt files; give a file, or one folder a class"
        )
    return Stream(_folder_batches(files), [f"{len(files)} text files, labelled by their folders"])


def _folder_batches(files: list[Path]) -> Iterator[pa.RecordBatch]:
    texts: list[str] = []
    size = 0
    for at, path in enumerate(files, 1):
        try:
            texts.append(path.read_bytes().removeprefix(codecs.BOM_UTF8).decode())
        except UnicodeDecodeError:
            refuse_encoding(str(path))
        size += len(texts[-1])
        if size >= BATCH_BYTES or at == len(files):
            names = files[at - len(texts) : at]
            yield pa.record_batch(
                {
                    "file": strings([f"{name.parent.name}/{name.name}" for name in names]),
                    "label": strings([name.parent.name for name in names]),
                    "text": strings(texts),
                }
            )
            texts, size = [], 0


def open_text(path: str) -> Stream:
    """A file with one text a line."""
    checked_head(path)
    return Stream(_file_lines(path), ["one text a line"])


def _file_lines(path: str) -> Iterator[pa.RecordBatch]:
    with Path(path).open("rb") as file:
        yield from read_lines(path, file)


def read_lines(name: str, file: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """One text a line, from an open file or from standard input."""
    number, offset = 1, 0
    while lines := file.readlines(BATCH_BYTES):
        texts = []
        for line in lines:
            try:
                texts.append(line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n"))
            except UnicodeDecodeError as error:
                refuse_byte(name, number, offset, error)
            number, offset = number + 1, offset + len(line)
        yield pa.record_batch({"text": strings(texts)})
