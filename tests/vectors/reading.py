"""What tests of readers share: a file read to its end, and files that are damaged at random."""

import random

import numpy as np
import pytest
from hypothesis import strategies as st

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows


def read(path, skip=False, start=0):
    """Words, vectors and what was odd."""
    odd = OddRows(str(path), skip)
    found = open_vectors(path, odd)
    words, blocks = [], [np.zeros((0, found.dim), np.float32)]
    for block in found.read(start):
        assert block.vectors.dtype == np.float32
        assert block.vectors.flags.c_contiguous
        assert np.isfinite(block.vectors).all()
        assert len(block.words) == len(block.vectors)
        words += block.words.to_pylist()
        blocks.append(block.vectors)
    return words, np.concatenate(blocks), odd


def resumed(path):
    """The words of a file, each block read by a reader of its own that goes on where the last one stopped."""
    words, at = [], 0
    while True:
        block = next(open_vectors(path, OddRows(str(path), False)).read(at), None)
        if block is None:
            return words
        assert block.next > at
        words += block.words.to_pylist()
        at = block.next


def refusal(path, kind=DataError, skip=False):
    """The one line that says why a file cannot be read."""
    with pytest.raises(kind) as caught:
        read(path, skip)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)
    return str(caught.value)


def damage(data, chance):
    """A file cut off, or with some bytes changed, taken out or put in."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                del data[at:]
            case 1:
                del data[at : at + chance.randint(1, 9)]
            case 2:
                data[at:at] = chance.randbytes(chance.randint(1, 9))
            case 3:
                data[at : at + 4] = chance.choice([b"\xff" * 4, b"\x00" * 4, b"\xff\xff\xff\x7f"])
            case 4 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
    return bytes(data)


SEEDS = st.integers(0, 2**32).map(random.Random)


def read_or_refused(path):
    """A damaged file is read, or refused with one line."""
    told = ""
    try:
        read(path, skip=True)
    except (ArgumentError, DataError) as error:
        told = str(error)
    assert "\n" not in told
