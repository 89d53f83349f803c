"""Small texts of made-up words, a table of vectors of most of them, and the features of both."""

from functools import cache

import numpy as np

from wordglass.arrow import strings
from wordglass.features import Features
from wordglass.passes import count_outputs
from wordglass.vectors import VectorTable

WORDS = [f"w{i}" for i in range(60)]
DIM = 6


@cache
def table():
    vectors = np.random.default_rng(1).normal(size=(len(WORDS), DIM)).astype(np.float32)
    return VectorTable.of(WORDS, vectors, name="six", licence="CC0")


def drawn(kind, rows=150, seed=0, told=0.6):
    """Texts (rows,) of nine words, of which some tell the targets; w60 to w69 have no vector."""
    rng = np.random.default_rng(seed)
    classes = {"binary": 2, "many": 4, "labels": 3}[kind]
    if kind == "labels":
        targets = rng.random((rows, classes)) < 0.4
        topic = np.where(targets.any(axis=1), targets.argmax(axis=1), classes)
    else:
        targets = topic = rng.integers(0, classes, rows)
    own = topic[:, None] * 10 + rng.integers(0, 10, (rows, 9))
    words = np.where(rng.random((rows, 9)) < told, own, rng.integers(0, 70, (rows, 9)))
    return [" ".join(f"w{i}" for i in row) for row in words.tolist()], targets


def features(kind="many", rows=150, *, texts=None, targets=None, weights=None, lexical=True, seed=0, **given):
    """The features of drawn or given texts."""
    if texts is None:
        texts, targets = drawn(kind, rows, seed)
    loss = loss_of(targets)
    lookup = table().vocabulary.lookup(strings(texts))
    found = Features.of(
        table(),
        strings(texts),
        lookup,
        targets,
        np.ones(len(texts)) if weights is None else weights,
        outputs=count_outputs(targets, loss),
        **{
            "pooling": "mean",
            "lexical": lexical,
            "characters": lexical,
            "names": [],
            "unlabelled": strings([]),
            "threads": 1,
            **given,
        },
    )
    return found, loss


def loss_of(targets):
    return "sigmoid" if targets.ndim == 2 or targets.max() == 1 else "softmax"
