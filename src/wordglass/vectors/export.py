"""A table of vectors written as other programs read it: whole or not at all, block by block."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers, numbers, strings
from wordglass.errors import ArgumentError, DataError
from wordglass.parallel import in_order
from wordglass.vectors.table import VectorTable

BLOCK_BYTES = 1 << 22  # of vectors at a time: as text they take about three times as much
AT_ONCE = 8
SPACE = " \t\n\r\v\f"
KINDS = {  # what a word must not have in it, and the endings that stand for the format
    "word2vec": (SPACE, (".vec", ".w2v")),
    "word2vec-binary": (SPACE, (".bin",)),
    "glove": (SPACE, (".txt",)),
    "npy": ("\n\r", ("",)),
    "parquet": ("", (".parquet", ".pq")),
}

Block = tuple[pa.LargeStringArray, NDArray[np.float32]]


def export(table: VectorTable, path: Path, kind: str | None = None) -> str:
    """Write all words of a table and their vectors, as float32, and give the kind written.

    ``kind`` is one of ``word2vec`` (text with a header), ``word2vec-binary``, ``glove`` (text without one),
    ``npy`` (a folder of ``vectors.npy`` and ``words.txt``) and ``parquet`` (columns ``word`` and ``vector``);
    if not given, the ending of ``path`` says: .vec or .w2v, .bin, .txt, none, .parquet or .pq. In text, a
    number has the fewest digits that read back as the same float32.

    Errors: ArgumentError for an unknown kind, a path that is taken or no file can have, or a word that the
    format cannot hold; DataError where it cannot be written. Then nothing is left at ``path``.
    """
    kind = kind or _kind_of(path)
    if kind not in KINDS:
        raise ArgumentError(f"no format is called {kind!r}: the formats are {', '.join(KINDS)}")
    if path.exists() or path.is_symlink():
        raise ArgumentError(f"{path} is there already: remove it, or choose another name")
    if not path.parent.is_dir():
        raise ArgumentError(f"{path.parent}: no such folder to write {path.name} to")
    _check_words(table, kind)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if kind == "npy":
            scratch.mkdir()
            _write_folder(table, scratch)
        elif kind == "parquet":
            _write_parquet(table, scratch)
        else:
            with scratch.open("wb") as file:
                WRITERS[kind](table, file)
        scratch.rename(path)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.unlink(missing_ok=True)
    return kind


def _kind_of(path: Path) -> str:
    for kind, (_, endings) in KINDS.items():
        if path.suffix.lower() in endings:
            return kind
    known = ", ".join(ending for _, endings in KINDS.values() for ending in endings if ending)
    raise ArgumentError(
        f"{path}: the ending says no format ({known}, or none for a folder): choose one with --format"
    )


def _check_words(table: VectorTable, kind: str) -> None:
    """Refuse words that would read back as others."""
    forbidden, _ = KINDS[kind]
    if not forbidden:
        return
    import pyarrow.compute as pc

    words = table.vocabulary.words
    wrong = pc.match_substring_regex(words, "[" + forbidden + "]" + ("" if kind == "npy" else "|^$"))
    found = pc.indices_nonzero(wrong)
    if not len(found):
        return
    first = found[0].as_py()
    word = str(words[first])
    able = [other for other in KINDS if word and not set(KINDS[other][0]) & set(word)]
    able = able or ["npy", "parquet"]  # where an empty word is an empty line or string
    raise ArgumentError(
        f"the word {word[:50]!r} (row {first + 1}) cannot stand in {kind}, which ends a word at "
        f"{'a line break' if kind == 'npy' else 'white space'}: choose {' or '.join(able)}"
    )


def blocks(table: VectorTable) -> Iterator[Block]:
    """The words of a table and their vectors, (n, dim), in order."""
    return (_block(table, at) for at in range(0, len(table), _step(table)))


def _step(table: VectorTable) -> int:
    return max(1, BLOCK_BYTES // (4 * table.dim))


def _block(table: VectorTable, at: int) -> Block:
    step = _step(table)
    vectors = table.rows.take(slice(1 + at, 1 + min(at + step, len(table))))[:, : table.dim]
    return table.vocabulary.words.slice(at, step), np.ascontiguousarray(vectors, np.float32)


def _write_word2vec(table: VectorTable, file: IO[bytes]) -> None:
    file.write(f"{len(table)} {table.dim}\n".encode())
    _write_glove(table, file)


def _write_glove(table: VectorTable, file: IO[bytes]) -> None:
    starts = list(range(0, len(table), _step(table)))
    for i in range(0, len(starts), AT_ONCE):  # a few at once: texts that wait to be written take room
        for lines in in_order(lambda at: _lines(*_block(table, at)), starts[i : i + AT_ONCE]):
            file.write(lines)


def _lines(words: pa.LargeStringArray, vectors: NDArray[np.float32]) -> bytes:
    """A line a word: the word and its numbers, in the fewest digits that read back the same."""
    import pyarrow.compute as pc

    rows, dim = vectors.shape
    texts = numbers(vectors.ravel()).cast(pa.large_string())
    lists = pa.ListArray.from_arrays(numbers(np.arange(rows + 1, dtype=np.int32) * np.int32(dim)), texts)
    (space,) = strings([" "])
    return _ended(pc.binary_join_element_wise(words, pc.binary_join(lists, space), space))


def _ended(lines: pa.LargeStringArray) -> bytes:
    """The bytes of these lines, a line break after each."""
    import pyarrow.compute as pc

    data, offsets = buffers(pc.binary_join_element_wise(lines, *strings(["", "\n"])))
    return data[offsets[0] : offsets[-1]].tobytes()


def _write_word2vec_binary(table: VectorTable, file: IO[bytes]) -> None:
    """As the original word2vec.c writes: a header, then each word, a space, its numbers and a line break."""
    file.write(f"{len(table)} {table.dim}\n".encode())
    width = 4 * table.dim
    for words, vectors in blocks(table):
        data, offsets = buffers(words)
        word_bytes, places = data.tobytes(), offsets.tolist()
        numbers_bytes = vectors.astype("<f4", copy=False).tobytes()
        pieces: list[bytes] = []
        for i in range(len(words)):
            pieces += (
                word_bytes[places[i] : places[i + 1]],
                b" ",
                numbers_bytes[i * width : (i + 1) * width],
                b"\n",
            )
        file.write(b"".join(pieces))


def _write_folder(table: VectorTable, folder: Path) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": (len(table), table.dim)}
    with (folder / "vectors.npy").open("wb") as matrix, (folder / "words.txt").open("wb") as listed:
        np.lib.format.write_array_header_1_0(matrix, header)
        for words, vectors in blocks(table):
            matrix.write(vectors.astype("<f4", copy=False).tobytes())
            listed.write(_ended(words))


def _write_parquet(table: VectorTable, path: Path) -> None:
    import pyarrow.parquet

    vector = pa.list_(pa.field("element", pa.float32(), nullable=False), table.dim)
    schema = pa.schema([pa.field("word", pa.large_string(), False), pa.field("vector", vector, False)])
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        for words, vectors in blocks(table):
            lists = pa.FixedSizeListArray.from_arrays(numbers(vectors.ravel()), type=vector)
            writer.write_batch(pa.RecordBatch.from_arrays([words, lists], schema=schema))


WRITERS: dict[str, Callable[[VectorTable, IO[bytes]], Any]] = {
    "word2vec": _write_word2vec,
    "word2vec-binary": _write_word2vec_binary,
    "glove": _write_glove,
}
