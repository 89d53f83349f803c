"""Other forms of a word that a table does not have as it stands, tried in turn: the ladder.

A table writes its words in its own way: all in lower case or not, digits as #, accents or none. Each rung of
the ladder is a way to write a word, and is tried on the word and on every form that the rungs before it made.
"""

import threading
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from wordglass.kernels import native
from wordglass.tokens import Rung

LONGEST = 100  # characters of a word that other forms are made of: what is longer is no word
TATWEEL = "\u0640"  # makes an Arabic word longer, and nothing else
REMEMBERED = 1 << 16  # words at most, before all are forgotten


def lower(word: str) -> str:
    """All in lower case; a Greek sigma at the end is the final one."""
    low = word.lower()
    return low[:-1] + "ς" if low[-1:] == "σ" and len(low) > 1 else low


def digits_as_signs(word: str) -> str:
    """Each digit of a number of two or more as #, as the vectors of GoogleNews have it."""
    if sum(char.isdecimal() for char in word) < 2:
        return word
    return "".join("#" if char.isdecimal() else char for char in word)


def without_marks(word: str) -> str:
    """Without accents, Arabic and Hebrew vowel points and tatweel; marks that are letters in India stay."""
    if word.isascii():
        return word
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not _optional(char))
    return unicodedata.normalize("NFC", bare)


def _optional(char: str) -> bool:
    """Whether a character is a mark over letters of Europe and the Near East, or of none in particular."""
    in_scripts = char < "\u0700" or "\u1ab0" <= char < "\u1b00" or "\u1dc0" <= char < "\u1e00"
    return char == TATWEEL or (
        unicodedata.combining(char) > 0 and (in_scripts or "\u20d0" <= char < "\u2100")
    )


RUNGS: dict[Rung, Callable[[str], str]] = {
    "lower": lower,
    "title": str.capitalize,
    "upper": str.upper,
    "nfkc": lambda word: unicodedata.normalize("NFKC", word),  # ﬁ as fi, ２ as 2, accents composed
    "fold": str.casefold,  # ß as ss
    "digits": digits_as_signs,
    "marks": without_marks,
}


def forms(word: str, ladder: Iterable[Rung]) -> list[str]:
    """The other forms of a word, in the order in which they are tried.

    >>> forms("PARIS", ("lower", "title")), forms("CAFÉ", ("lower", "marks"))
    (['paris', 'Paris'], ['café', 'CAFE', 'cafe'])
    """
    tried = [word]
    for rung in ladder:
        tried += new_forms(tried, rung)
    return tried[1:]


def new_forms(tried: list[str], rung: Rung) -> list[str]:
    """What a rung makes of a word and its forms so far, without those."""
    if len(tried[0]) > LONGEST:
        return []
    return [form for form in dict.fromkeys(map(RUNGS[rung], tried)) if form and form not in tried]


def climb(
    words: Sequence[str], ladder: Sequence[Rung], find: Callable[[list[str]], NDArray[np.int32]]
) -> NDArray[np.int32]:
    """The row of the first form of each word that ``find`` has a row for, (words,), 0 where there is none."""
    tried = [forms(word, ladder) for word in words]
    found = find(list(chain.from_iterable(tried)))
    rows = np.zeros(len(words), np.int32)
    owners = np.repeat(np.arange(len(words)), [len(each) for each in tried])
    hits = np.flatnonzero(found)
    first = np.unique(owners[hits], return_index=True)
    rows[first[0]] = found[hits[first[1]]]
    return rows


class Memory:
    """The rows of words that were looked for in other forms, by their hashes; 0 for those that are nowhere.

    Threads share it: its arrays are never changed, but replaced. What it has forgotten is found again.
    """

    def __init__(self) -> None:
        self.arrays = np.zeros(1 << 10, np.uint64), np.zeros(1 << 10, np.int32)
        self._words = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type["Memory"], tuple[()]]:
        return Memory, ()

    def recall(self, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The rows of these words, (words,), -1 where one is not remembered."""
        return native.recall(hashes, *self.arrays)

    def remember(self, hashes: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
        """Add distinct words, as many as there is room for."""
        known = hashes != 0  # which marks an empty place
        hashes, rows = hashes[known][:REMEMBERED], rows[known][:REMEMBERED]
        with self._lock:
            keys, values = self.arrays
            kept = keys != 0
            if np.count_nonzero(kept) + len(hashes) > REMEMBERED:
                kept[:] = False
            words = int(np.count_nonzero(kept)) + len(hashes)
            size = max(len(keys), 1 << (2 * words - 1).bit_length())
            larger = np.zeros(size, np.uint64), np.zeros(size, np.int32)
            native.remember(keys[kept], values[kept], *larger)
            native.remember(hashes, rows, *larger)
            self.arrays = larger
