"""The vectors of words that a table does not have, put together from the vectors of their n-grams."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.errors import DataError
from wordglass.kernels import native
from wordglass.kernels.arrays import Bytes, Longs
from wordglass.vectors.formats.found import NgramRule

KINDS = ("fasttext", "floret", "spacy")  # as wordglass.kernels.ngrams numbers them
MOST_CHARACTERS = 1024  # of an n-gram: the work grows with it, and a rule that says more is damaged
LIMITS: tuple[tuple[Literal["minn", "maxn", "buckets", "hashes", "seed"], int, int], ...] = (
    ("minn", 0, MOST_CHARACTERS),
    ("maxn", 0, MOST_CHARACTERS),
    ("buckets", 1, (1 << 31) - 1),
    ("hashes", 1, 4),
    ("seed", 0, (1 << 32) - 1),
)


@dataclass(frozen=True, eq=False)
class Ngrams:
    """The vectors of n-grams: any word has a vector, the mean of those of its n-grams.

    ``rows`` is (rows, dim or more), and may be mapped from a file; ``index`` says which row a bucket has, -1
    where none, and is None where each has the row of its own number. ``DataError`` where they do not fit
    together.

    >>> from wordglass.arrow import strings
    >>> rule: NgramRule = {"kind": "fasttext", "minn": 2, "maxn": 3, "buckets": 5, "hashes": 1,
    ...                    "seed": 0, "begin": "<", "end": ">"}
    >>> ngrams = Ngrams(rule, np.eye(5, dtype=np.float32))
    >>> ngrams.compose(strings(["days", "sunny days"])).shape
    (2, 5)
    """

    rule: NgramRule
    rows: NDArray[np.float32]  # (rows, width)
    index: NDArray[np.int32] | None = None  # (buckets,)

    def __post_init__(self) -> None:
        check_rule(self.rule, "n-grams")
        if self.index is None:
            room = self.rule["buckets"]
        elif len(self.index) != self.rule["buckets"]:
            raise DataError(f"n-grams: {self.rule['buckets']} buckets, but an index of {len(self.index)}")
        else:
            room = int(self.index.max()) + 1
        if room > len(self.rows):
            raise DataError(f"n-grams: {room} rows are named, but there are {len(self.rows)}")

    def compose(
        self,
        words: pa.LargeStringArray,
        table: NDArray[np.float32] | None = None,
        own: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """The vector of each word, (n, width); zeros for a word without n-grams.

        With a ``table`` (rows, width) of scores instead of vectors, the mean of its rows. Rows of the words'
        ``own`` (n, width) count as one more n-gram each, as they do for the words of a fastText model.
        """
        table = self.rows if table is None else table
        if len(table) != len(self.rows):
            raise DataError(f"n-grams: a table of {len(table)} rows, not {len(self.rows)}")
        shape = len(words), table.shape[1]
        out = np.zeros(shape, np.float32) if own is None else np.array(own, np.float32, order="C")
        if out.shape != shape:
            raise DataError(f"n-grams: rows of the words' own of the shape {out.shape}, not {shape}")
        counts = np.full(len(words), 0 if own is None else 1)
        where = self._marks, self._numbers, self.index
        native.mean_of_ngrams(buffers(words), *where, table, out, counts)
        return out

    def rows_of(self, words: pa.LargeStringArray) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """The rows that the words' n-grams have, and the number of the word beside each, some at a time."""
        for rows, owners in native.ngram_rows(buffers(words), self._marks, self._numbers, self.index):
            yield rows.copy(), owners.copy()

    @property
    def _marks(self) -> tuple[Bytes, Bytes]:
        begin, end = (np.frombuffer(self.rule[mark].encode(), np.uint8) for mark in ("begin", "end"))
        return begin, end

    @property
    def _numbers(self) -> Longs:
        rule = self.rule
        return np.array([KINDS.index(rule["kind"])] + [rule[name] for name, _, _ in LIMITS], np.int64)


def check_rule(rule: NgramRule, source: str) -> None:
    """Refuse a rule whose numbers cannot be. ``DataError`` naming the source and the number."""
    for name, least, most in LIMITS:
        if not least <= rule[name] <= most:
            raise DataError(
                f"{source}, header: {name} of its n-grams is {rule[name]:,}, not {least} to {most:,}"
            )
    try:
        (rule["begin"] + rule["end"]).encode()
    except UnicodeEncodeError as error:
        raise DataError(f"{source}, header: the marks of its n-grams are no characters") from error
