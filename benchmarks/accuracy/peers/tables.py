"""The static table that every contender with word vectors gets, and its rows for the words of a set."""

import re
from functools import cache
from itertools import chain

import numpy as np
import splits
from numpy.typing import NDArray

from wordglass import load_vectors

TABLE = "wordglass-en"
WORD = re.compile(r"\w+(?=n't)|n't|'(?:s|re|ve|ll|d|m)\b|\w+|[^\w\s]")


def cut(text: str) -> list[str]:
    """The lower-case words and marks of a text, contractions split as the table has them."""
    return WORD.findall(text.lower())


@cache
def known(data: str) -> tuple[list[str], NDArray[np.float32]]:
    """The words of a set's texts that the table has, and their vectors, (words, dim).

    No text has the others; without them a peer that reads its vectors anew for each training, or moves all
    of them at each step, is spared that time.
    """
    texts = chain(splits.pool(data).texts, splits.tested(data).texts)
    words = sorted({word for text in texts for word in cut(text)})
    vectors = load_vectors(TABLE).vectors(words)
    has = vectors.any(axis=1)
    return [word for word, there in zip(words, has, strict=True) if there], vectors[has]
