"""NumPy and a list of words: an ``.npy`` matrix with the words beside it, or both in one ``.npz``.

The order of the words is that of the rows. Beside a matrix, words are one a line in a text file, a list of
strings in JSON, or the one column of strings of a Parquet file; in an ``.npz``, an array of strings.
"""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO

import numpy as np

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats.columnar import parquet_words, text_columns
from wordglass.vectors.formats.found import LONGEST_WORD, Block, Found, OddRows, damaged
from wordglass.vectors.formats.npy import MAGIC, Header, Matrix, mapped, of_array, read_header, skip, streamed
from wordglass.vectors.formats.source import Source
from wordglass.vectors.formats.words import Word, joined

BROKEN = (
    OSError,
    EOFError,
    IndexError,
    UnicodeDecodeError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
    struct.error,
)
LISTS = (".txt", ".json", ".parquet")
USUAL = ("words", "vocab", "vocabulary", "tokens", "index_to_key")
BATCH = 4096  # words of an .npz at a time
STRING = re.compile(rb'\s*"((?:[^"\\\x00-\x1f]|\\.){0,%d})"\s*([,\]])' % (6 * LONGEST_WORD))


def recognises(place: Source | Path) -> bool:
    """Whether this is an ``.npy`` file, an ``.npz`` archive, or a folder of a matrix and a list of words."""
    if isinstance(place, Source):
        return place.head.startswith(MAGIC) or (place.head.startswith(b"PK") and not place.compression)
    return len(_matrices(place)) == 1 and bool(_lists(place))


def find(place: Source | Path, odd: OddRows) -> Found:
    """Find the matrix and its words. ``ArgumentError`` where it is not clear which list is meant."""
    if isinstance(place, Path):
        path = _matrices(place)[0]
        return _with_list(of_array(mapped(path)), path, str(path), odd)
    if place.head.startswith(MAGIC):
        packed = bool(place.compression)
        matrix = streamed(place.open, place.name, None) if packed else of_array(mapped(place.path))
        return _with_list(matrix, place.path, place.name, odd)
    return _archive(place, odd)


def _matrices(folder: Path) -> list[Path]:
    """The ``.npy`` files of a folder."""
    return [path for path in sorted(folder.glob("*.npy")) if path.is_file()]


def _lists(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in LISTS and path.is_file()]


def _with_list(matrix: Matrix, path: Path, name: str, odd: OddRows) -> Found:
    words = _list_beside(path)
    kind, read_words = _reader(words)

    def read(start: int) -> Iterator[Block]:
        return joined(
            matrix.read(start),
            islice(read_words(), start, None),
            start,
            odd,
            lambda row: f"row {row + 1}",
            str(words),
        )

    return Found(f"NumPy matrix and {kind} list of words", matrix.dim, matrix.rows, read)


def _list_beside(path: Path) -> Path:
    """The list of words that belongs to a matrix: of the same name, of a usual name, or the only one."""
    lists = _lists(path.parent)
    stem = path.name.split(".")[0]
    for names in ([path.stem, stem], USUAL):
        found = [words for words in lists if words.stem.lower() in [name.lower() for name in names]]
        if len(found) == 1:
            return found[0]
        if found:
            raise ArgumentError(
                f"{path}: which list of words is meant, {found[0].name} or {found[1].name}? Keep one of them"
            )
    alone = len(lists) == 1 and len(_matrices(path.parent)) == 1
    if alone:
        return lists[0]
    saved = path.with_name(path.name.removesuffix(".vectors.npy"))
    hint = (
        f" (or give {saved.name}, which gensim saved beside it)" if saved != path and saved.is_file() else ""
    )
    raise DataError(
        f"{path}: the words of this matrix are missing: put {stem}.txt beside it, one word a line, "
        f"in the order of its rows{hint}"
    )


def _reader(path: Path) -> tuple[str, Callable[[], Iterator[Word]]]:
    """How a list of words is written, and a way to read it."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        names = text_columns(path)
        return "Parquet", partial(parquet_words, path, names[0])
    if path.suffix.lower() == ".json" and head.lstrip().startswith(b"["):
        return "JSON", partial(_json_words, path)
    if path.suffix.lower() != ".txt":
        raise DataError(
            f"{path}: neither a JSON list of strings nor a Parquet file: give the words one a line"
        )
    return "plain", partial(_lines, path)


def _lines(path: Path) -> Iterator[Word]:
    with path.open("rb") as file:
        first = True
        while line := file.readline(LONGEST_WORD + 2):
            word = line.removesuffix(b"\n").removesuffix(b"\r")
            if len(word) > LONGEST_WORD:
                damaged(
                    str(path),
                    f"byte {file.tell() - len(line)}",
                    f"a line of more than {LONGEST_WORD:,} bytes",
                )
            yield word.removeprefix(b"\xef\xbb\xbf") if first else word
            first = False


def _json_words(path: Path) -> Iterator[Word]:
    """The strings of a JSON list, one after the other: never the whole list in memory."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        begin = re.compile(rb"\s*\[\s*(\]?)").match(data)
        at, ended = (begin.end(), bool(begin[1])) if begin else (0, False)
        while not ended:
            found = STRING.match(data, at)
            if not found:
                damaged(str(path), f"byte {at}", "not a JSON list of strings: the words are wanted, in order")
            at, ended = found.end(), found[2] == b"]"
            word = found[1]
            if b"\\" in word:
                try:
                    word = json.loads(b'"%s"' % word).encode("utf-8", "surrogatepass")
                except ValueError:
                    damaged(str(path), f"byte {found.start(1)}", "a JSON string that is damaged")
            yield word
        if data[at:].strip():
            damaged(str(path), f"byte {at}", "something follows the JSON list of words")


# A matrix and its words in one .npz


def _archive(source: Source, odd: OddRows) -> Found:
    sizes, headers = {}, {}
    try:
        with zipfile.ZipFile(source.path) as archive:
            for entry in archive.infolist():
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise DataError(f"{source.name}/{entry.filename} is packed as NumPy does not: unpack it")
                sizes[entry.filename] = entry.file_size
        for member in sizes:
            with _member(source, member) as file:
                headers[member] = read_header(file, f"{source.name}/{member}")
    except BROKEN as error:
        raise DataError(f"{source.name}: a damaged .npz archive ({error})") from error
    matrices = [
        member for member, header in headers.items() if len(header.shape) == 2 and header.kind[0] == "f"
    ]
    words = [
        member for member, header in headers.items() if len(header.shape) == 1 and header.kind[0] in "US"
    ]
    told = ", ".join(
        f"{name.removesuffix('.npy')} ({len(h.shape)}-D {h.kind})" for name, h in headers.items()
    )
    if len(matrices) != 1 or len(words) != 1:
        objects = any(header.kind == "O" for header in headers.values())
        hint = (
            "; words saved as objects need pickle: save them as np.array(words, dtype=str)" if objects else ""
        )
        raise DataError(
            f"{source.name}: one matrix of floats and one array of strings are wanted, not {told[:300]}{hint}"
        )
    (member,), (texts,) = matrices, words
    matrix = streamed(partial(_member, source, member), f"{source.name}/{member}", sizes[member])
    header, name = headers[texts], f"{source.name}/{texts}"
    if header.bytes + header.begins != sizes[texts] or header.shape[0] != matrix.rows:
        damaged(name, "header", f"{header.shape[0]:,} words for {matrix.rows:,} rows, or cut off")
    if header.dtype.itemsize > 4 * LONGEST_WORD:
        damaged(name, "header", f"words of more than {LONGEST_WORD:,} letters")

    def read(start: int) -> Iterator[Block]:
        return joined(
            matrix.read(start),
            _archived_words(source, texts, header, start),
            start,
            odd,
            lambda row: f"row {row + 1}",
            name,
        )

    return Found("NumPy archive of a matrix and its words", matrix.dim, matrix.rows, read)


@contextmanager
def _member(source: Source, member: str) -> Iterator[IO[bytes]]:
    try:
        with zipfile.ZipFile(source.path) as archive, archive.open(member) as file:
            yield file
    except BROKEN as error:
        raise DataError(f"{source.name}/{member}: the data are damaged ({error})") from error


def _archived_words(source: Source, member: str, header: Header, start: int) -> Iterator[Word]:
    width, count = header.dtype.itemsize, header.shape[0]
    batch = max(1, min(BATCH, (1 << 24) // max(width, 1)))
    name = f"{source.name}/{member}"
    with _member(source, member) as file:
        skip(file, header.begins + start * width, name)
        for at in range(start, count, batch):
            rows = min(batch, count - at)
            data = file.read(rows * width)
            if len(data) < rows * width:
                damaged(name, f"word {at + 1}", f"the data end; {count:,} words were told")
            if not width:
                yield from [b""] * rows
                continue
            letters = np.frombuffer(data, header.order + "u4" if header.kind[0] == "U" else "u1")
            if letters.max() > 0x10FFFF:
                damaged(name, f"word {at + 1}", "the words from here on are not Unicode")
            for word in np.frombuffer(data, header.dtype).tolist():
                yield word if isinstance(word, bytes) else word.encode("utf-8", "surrogatepass")
