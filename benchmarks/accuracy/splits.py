"""The data sets, and which rows of them train and test: the same for every contender."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SINGLE = (
    "trec6",
    "sms_spam",
    "tweeteval_irony",
    "banking77",
    "stackoverflow20",
    "sst2",
    "mr",
    "emotion",
    "crowdflower_tweets",
    "ag_news",
    "bbc_news",
    "imdb",
    "newsgroups20_body",
)
MULTI = ("goemotions", "reuters90_multilabel")
POOL = 10_000  # training rows that labels are drawn from, at most; all of them are the largest budget
TESTED = 3_000  # test rows, at most


class Rows(NamedTuple):
    """Some rows of a data set."""

    texts: list[str]
    labels: list[Any]  # a str each, or a list of them


@cache
def pool(name: str) -> Rows:
    """The training rows of a set that labels are drawn from."""
    return _some(name, "train", POOL, seed=0)


@cache
def tested(name: str) -> Rows:
    """The test rows of a set."""
    return _some(name, "test", TESTED, seed=99)


def _some(name: str, part: str, most: int, seed: int) -> Rows:
    table = pq.read_table(DATA / name / f"{part}.parquet")
    rows = np.sort(np.random.default_rng(seed).permutation(table.num_rows)[:most])
    table = table.take(rows)
    return Rows(table["text"].to_pylist(), table["label"].to_pylist())


def draw(name: str, labels: int | None, seed: int) -> NDArray[np.int64]:
    """Row numbers in the pool: so many of each class, or all; of several labels a row, for each label."""
    given = pool(name).labels
    if labels is None:
        return np.arange(len(given))
    order = np.random.default_rng(seed).permutation(len(given))
    taken: dict[str, int] = {}
    rows = []
    for row in order.tolist():
        own = given[row] if isinstance(given[row], list) else [given[row]]
        if any(taken.get(label, 0) < labels for label in own):
            rows.append(row)
            for label in own:
                taken[label] = taken.get(label, 0) + 1
    return np.sort(np.array(rows))
