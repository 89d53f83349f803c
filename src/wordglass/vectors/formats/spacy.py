"""spaCy's vectors: a folder with ``vectors``, ``key2row``, ``vectors.cfg`` and ``strings.json``.

The vectors are a NumPy array; ``key2row`` is a MessagePack map from the hashes of words to its rows, of which
several words may share one; ``strings.json`` tells the words. A word that is also the name of one of spaCy's
symbols has the number of that symbol instead of a hash. With the mode ``floret`` there are no words, and the
rows belong to n-grams. Source: spaCy's code, ``vectors.pyx``, ``strings.pyx`` and ``symbols.pyx``.
"""

import codecs
import json
import re
from collections.abc import Iterator
from functools import cache
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers, strings, take
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.vectors.formats.found import (
    LONGEST_WORD,
    Block,
    Found,
    FoundNgrams,
    NgramRule,
    OddRows,
    checked_dimensions,
    damaged,
    finite_rows,
    rows_of_block,
)
from wordglass.vectors.ngrams import check_rule

SYMBOLS = Path(__file__).with_name("spacy_symbols.txt")
MOST_KEYS = 10_000_000
CHUNK = 1 << 21  # bytes of strings.json read at a time
MOST_CONFIG = 1 << 16  # bytes
BEFORE_STRING = re.compile(r'[\s,\[]*"')
AFTER_STRINGS = re.compile(r"[\s\[]*\]\s*")


def recognises(folder: Path) -> bool:
    """Whether the folder is one of spaCy's vectors, or a pipeline or an installed package with some."""
    return bool(_vocabularies(folder))


def find(folder: Path, odd: OddRows) -> Found:
    """Match the words and the rows. ``DataError`` naming the file that is damaged."""
    folders = _vocabularies(folder)
    if len(folders) > 1:
        raise ArgumentError(f"{folder} holds {len(folders)} tables of vectors: give one, as {folders[0]}")
    folder = folders[0]
    table = _table(folder / "vectors")
    config = _config(folder / "vectors.cfg")
    dim = table.shape[1]
    if config.get("mode", "default") == "floret":
        rule = _rule(folder / "vectors.cfg", config, len(table))
        ngrams = FoundNgrams(rule, len(table), lambda start: _rows(folder, table, odd, start))
        return Found("spaCy floret vectors", dim, 0, lambda start: iter(()), ngrams=ngrams)
    named = _named(folder, len(table))
    return Found(
        "spaCy vectors",
        dim,
        len(named.words),
        lambda start: _blocks(folder, table, named, odd, start),
        unnamed=named.unnamed,
    )


def _vocabularies(folder: Path) -> list[Path]:
    """The folders of vectors in a folder, its ``vocab``, or the ``vocab`` of a folder in it."""
    for places in ([folder], [folder / "vocab"], sorted(folder.glob("*/vocab"))):
        found = [
            place
            for place in places
            if (place / "vectors").is_file()
            and ((place / "key2row").is_file() or (place / "vectors.cfg").is_file())
        ]
        if found:
            return found
    return []


def _table(path: Path) -> np.memmap[Any, Any]:
    """The array of vectors, mapped from its file, (rows, dim)."""
    try:
        table = np.lib.format.open_memmap(path, mode="r")
    except Exception as error:  # NumPy's reader of headers raises what Python's parser does
        raise DataError(f"{path}: not a NumPy array that can be read ({str(error)[:100]})") from error
    if table.ndim != 2 or table.dtype.kind != "f":
        damaged(str(path), "header", f"an array of {table.dtype} with {table.ndim} axes, not of vectors")
    if len(table) == 0 or table.shape[1] == 0:
        damaged(str(path), "header", "the pipeline has no vectors: those with md or lg in their name do")
    checked_dimensions(str(path), len(table), table.shape[1], None)
    if table.offset + table.nbytes != path.stat().st_size:
        more = f"more follows the {len(table):,} x {table.shape[1]:,} numbers that the header says"
        damaged(str(path), f"byte {table.offset + table.nbytes:,}", more)
    return table


def _config(path: Path) -> dict[str, Any]:
    """The settings; older versions of spaCy wrote none."""
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            config = json.loads(file.read(MOST_CONFIG))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON ({error})") from error
    if not isinstance(config, dict):
        damaged(str(path), "line 1", "not a JSON object")
    return config


def _rule(path: Path, config: dict[str, Any], rows: int) -> NgramRule:
    numbers = [config.get(name) for name in ("minn", "maxn", "hash_count", "hash_seed")]
    marks = [config.get(name) for name in ("bow", "eow")]
    if any(type(number) is not int for number in numbers) or not all(isinstance(m, str) for m in marks):
        damaged(str(path), "line 1", "minn, maxn, hash_count, hash_seed, bow or eow is missing")
    try:
        "".join(map(str, marks)).encode()
    except UnicodeEncodeError:
        damaged(str(path), "line 1", "bow or eow has half a character")
    rule = dict(
        zip(("minn", "maxn", "hashes", "seed", "begin", "end"), numbers + marks, strict=True),
        kind="spacy",
        buckets=rows,
    )
    checked: NgramRule = rule  # type: ignore[assignment]
    check_rule(checked, str(path))
    return checked


class Named(NamedTuple):
    """The words of a table in the order of its keys, and their rows."""

    words: pa.LargeStringArray
    rows: NDArray[np.int64]
    unnamed: int  # keys whose word strings.json does not tell


def _named(folder: Path, rows: int) -> Named:
    keys, theirs = _key_to_row(folder / "key2row", rows)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    entries, words = [], []
    for some, hashes in _strings_and_keys(folder / "strings.json"):
        at = np.minimum(np.searchsorted(ordered, hashes), max(0, len(ordered) - 1))
        hit = ordered[at] == hashes if len(ordered) else np.zeros(len(hashes), bool)
        hit &= np.diff(buffers(some).offsets) <= LONGEST_WORD
        entries.append(order[at[hit]])
        words.append(take(some, np.flatnonzero(hit)))
    if not words:
        damaged(str(folder / "strings.json"), "line 1", "no strings")
    found, first = np.unique(np.concatenate(entries), return_index=True)
    return Named(take(pa.concat_arrays(words), first), theirs[found], len(keys) - len(found))


def _key_to_row(path: Path, rows: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The keys and their rows, in the order of the file."""
    try:
        size = path.stat().st_size
        data = np.memmap(path, np.uint8, "r") if size else np.empty(0, np.uint8)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    head = data[:5].tobytes().ljust(5, b"\0")
    if 0x80 <= head[0] <= 0x8F:
        count, at = head[0] & 0x0F, 1
    elif head[0] in (0xDE, 0xDF):
        at = 3 if head[0] == 0xDE else 5
        count = int.from_bytes(head[1:at], "big")
    else:
        damaged(str(path), "byte 0", "not a map of MessagePack")
    if count > MOST_KEYS or 2 * count > size:
        damaged(str(path), "byte 1", f"{count:,} keys: more than the file has room for, or than are read")
    numbers = np.empty(2 * count, np.uint64)
    end = native.read_map(data, at, numbers)
    if end < 0:
        damaged(str(path), f"byte {-1 - end:,}", "the file ends, or has something else than a number there")
    keys, theirs = np.ascontiguousarray(numbers[::2]), numbers[1::2]
    if (theirs >= rows).any():
        damaged(str(path), f"key {int(np.argmax(theirs >= rows)):,}", f"its row is not among the {rows:,}")
    return keys, theirs.astype(np.int64)


def _strings_and_keys(path: Path) -> Iterator[tuple[pa.LargeStringArray, NDArray[np.uint64]]]:
    """The words, some at a time, and their keys: the hash, or the number of a symbol."""
    symbols = _symbols()
    names = list(symbols)
    yield strings(names), np.array(list(symbols.values()), np.uint64)
    for some in _strings(path):
        try:
            words = strings([word for word in some if word not in symbols])
        except UnicodeEncodeError:
            raise DataError(f"{path}: a string with half a character: the file is damaged") from None
        yield words, native.spacy_keys(*buffers(words))


@cache
def _symbols() -> dict[str, int]:
    """The names of spaCy 3.8's symbols: each line of the file is one, its number that of the line."""
    return {name: i for i, name in enumerate(SYMBOLS.read_text().split("\n")[:-1]) if name}


def _strings(path: Path) -> Iterator[list[str]]:
    """The strings of a JSON file that is one array of them, a piece of the file at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    text, passed = "", 0
    try:
        with path.open("rb") as file:
            while True:
                read = file.read(CHUNK)
                text += decoder.decode(read, final=not read)
                found, done = _scan(text)
                yield found
                text, passed = text[done:], passed + done
                if not read:
                    break
                if len(text) > 2 * CHUNK:
                    damaged(str(path), f"character {passed:,}", "not a string, or one without an end")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 ({error.reason})") from error
    if not AFTER_STRINGS.fullmatch(text):
        damaged(str(path), f"character {passed:,}", "not the end of an array of strings")


def _scan(text: str) -> tuple[list[str], int]:
    """The whole strings at the beginning of a text, and where the last one ends."""
    found, done = [], 0
    try:
        while before := BEFORE_STRING.match(text, done):
            string, done = scanstring(text, before.end())
            found.append(string)
    except ValueError:
        pass  # the rest is not there yet
    return found, done


def _blocks(folder: Path, table: NDArray[Any], named: Named, odd: OddRows, start: int) -> Iterator[Block]:
    size = rows_of_block(table.shape[1])
    for first in range(start, len(named.words), size):
        rows = named.rows[first : first + size]
        with np.errstate(over="ignore"):
            vectors = table[rows].astype(np.float32, order="C", copy=False)
        words, vectors = finite_rows(
            named.words[first : first + size],
            vectors,
            odd,
            lambda i, rows=rows: f"row {rows[i]:,}",  # type: ignore[misc]
        )
        yield Block(words, vectors, first + len(rows))


def _rows(folder: Path, table: NDArray[Any], odd: OddRows, start: int) -> Iterator[NDArray[np.float32]]:
    """The rows of n-grams from one on; one with NaN or infinity becomes zeros."""
    size = rows_of_block(table.shape[1])
    for first in range(start, len(table), size):
        with np.errstate(over="ignore"):
            rows = np.array(table[first : first + size], np.float32, order="C")
        for i in np.flatnonzero(~np.isfinite(rows).all(axis=1)):
            odd.met(f"row {first + i:,}", "the vector of an n-gram has NaN or infinity")
            rows[i] = 0
        yield rows
