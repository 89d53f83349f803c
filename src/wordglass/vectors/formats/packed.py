"""Packed vectors: a few bits a number, which is how the table that comes with wordglass is kept.

A folder with ``packed.json``, ``words.txt.xz``, ``lengths.npy`` and ``codes-K.npy`` for each stretch K of
consecutive words. A byte of codes holds as many numbers as fit, the first in its lowest bits; a code stands
for a level, and a row of levels times the word's length is its vector. The levels are those that lose least
on normally distributed numbers (Lloyd, 1982, Least squares quantization in PCM; Max, 1960, Quantizing for
minimum distortion). docs/vectors-format.md specifies the folder.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.errors import DataError
from wordglass.vectors.formats.found import Block, Found, OddRows, checked_dimensions, damaged
from wordglass.vectors.formats.source import Source
from wordglass.vectors.formats.words import Word, as_strings

ABOUT, FORMAT, VERSION = "packed.json", "wordglass-packed", 1
WORDS, LENGTHS = "words.txt.xz", "lengths.npy"
BITS = (1, 2, 4, 8)
BLOCK = 8192  # words unpacked at a time
LARGEST = 1 << 26  # bytes of words, unpacked


class Stretch(NamedTuple):
    """Consecutive words with as many bits a number."""

    codes: NDArray[np.uint8]  # (words, dim * bits / 8)
    levels: NDArray[np.float32]  # (2 ** bits,)

    def rows(self, first: int, last: int) -> NDArray[np.float32]:
        """Some rows of levels, (n, dim)."""
        bits = len(self.levels).bit_length() - 1
        places = np.arange(0, 8, bits)
        of_byte = self.levels[np.arange(256)[:, None] >> places & (1 << bits) - 1]  # (256, numbers of a byte)
        rows: NDArray[np.float32] = of_byte[self.codes[first:last]].reshape(last - first, -1)
        return rows


def recognises(folder: Path) -> bool:
    """Whether there is what tells about packed vectors."""
    return (folder / ABOUT).is_file()


def find(folder: Path, odd: OddRows) -> Found:
    """Read what the folder says of itself, and hold its files against that."""
    name = str(folder / ABOUT)
    about = read_about(folder)
    try:
        words, dim = int(about["words"]), int(about["dim"])
        told = [(int(one["words"]), np.array(one["levels"], np.float32)) for one in about["stretches"]]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{name}: it does not say how the vectors are packed ({error})") from error
    checked_dimensions(name, words, dim, None)
    if sum(count for count, _ in told) != words or any(
        count < 1 or levels.shape not in {(1 << bits,) for bits in BITS} for count, levels in told
    ):
        damaged(name, "stretches", f"no stretches of 1, 2, 4 or 8 bits that make {words:,} words")
    stretches = []
    for k, (count, levels) in enumerate(told):
        bits = len(levels).bit_length() - 1
        if dim * bits % 8 or not np.isfinite(levels).all():
            damaged(name, f"stretch {k}", f"{dim} numbers of {bits} bits and levels that are no whole bytes")
        stretches.append(
            Stretch(_array(folder / f"codes-{k}.npy", np.uint8, (count, dim * bits // 8)), levels)
        )
    lengths = _array(folder / LENGTHS, np.float16, (words,))
    if not np.isfinite(lengths).all():
        damaged(str(folder / LENGTHS), "the numbers", "there is NaN or infinity")
    listed = _words(folder / WORDS)
    strings, wrong = as_strings(listed)
    if len(listed) != words or wrong:
        damaged(str(folder / WORDS), "the lines", f"{len(listed):,} lines, not {words:,} words in UTF-8")

    def read(start: int) -> Iterator[Block]:
        first = 0
        for stretch in stretches:
            count = len(stretch.codes)
            for at in range(max(start - first, 0), count, BLOCK):
                last = min(at + BLOCK, count)
                place = slice(first + at, first + last)
                rows = stretch.rows(at, last) * lengths[place, None].astype(np.float32)
                yield Block(take(strings, np.arange(place.start, place.stop)), rows, place.stop)
            first += count

    return Found("packed", dim, words, read)


def read_about(folder: Path) -> dict[str, Any]:
    """What a folder of packed vectors says of itself."""
    path = folder / ABOUT
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error})") from error
    if not isinstance(about, dict) or (about.get("format"), about.get("version")) != (FORMAT, VERSION):
        raise DataError(f"{path}: not packed vectors of version {VERSION}")
    return about


def _array(path: Path, kind: type, shape: tuple[int, ...]) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} cannot be read ({error})") from error
    if array.dtype != kind or array.shape != shape:
        damaged(str(path), "the header", f"not {shape} numbers of {np.dtype(kind)}")
    return array


def _words(path: Path) -> list[Word]:
    with Source(path).open() as file:
        data = file.read(LARGEST)
    return list(data.removesuffix(b"\n").split(b"\n"))
