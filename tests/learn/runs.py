"""Small runs of every kind that a lesson must be able to speak of."""

from functools import cache

import numpy as np

from wordglass.classifier import TextClassifier
from wordglass.errors import DataError
from wordglass.opened import Opened
from wordglass.parts import divide
from wordglass.rows import Rows, Told
from wordglass.vectors import VectorTable

WORDS = [f"w{i}" for i in range(60)] + ["he", "she", "his", "her", "not", "never"]
DIM = 6
HOSTILE = [
    "[x](javascript:alert(1))",
    "<script>alert(1)</script>",
    "| a | b |\n|---|---|",
    "# *bold* `code` ``` ~~~",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u202c \u0000",
]


@cache
def table():
    vectors = np.random.default_rng(3).normal(size=(len(WORDS), DIM)).astype(np.float32)
    return VectorTable.of(WORDS, vectors, name="six", licence="CC0")


def drawn(classes, rows=160, seed=0, several=False, names=None):
    """Texts and labels: each class has words of its own; he, she and not stand here and there."""
    rng = np.random.default_rng(seed)
    names = names or [f"class {k}" for k in range(classes)]
    texts, labels = [], []
    for i in range(rows):
        k = i % classes
        own = [f"w{(k * 5 + j) % 40}" for j in rng.integers(0, 5, 5)]
        other = [f"w{j}" for j in rng.integers(0, 60, 3)]
        more = rng.choice(["he", "she", "not", "his", "unknown", "never"], 2).tolist()
        words = [*own, *other, *more]
        rng.shuffle(words)
        texts.append(" ".join(words))
        labels.append([names[k], names[(k + 1) % classes]][: 1 + i % 2] if several else names[k])
    return texts, labels


@cache
def opened(kind="many"):
    """A run of a kind, opened."""
    data = {
        "several": {"classes": 3, "several": True},
        "two": {"classes": 2},
        "77": {"classes": 77, "rows": 400},
    }
    given = data.get(kind, {"classes": 4})
    if kind == "hostile":
        given = {"classes": len(HOSTILE), "names": HOSTILE}
    texts, labels = drawn(**given)
    if kind == "hostile":
        texts = [f"{HOSTILE[i % len(HOSTILE)]} {text}" if i % 3 else text for i, text in enumerate(texts)]
    settings = {
        "no held-out rows": {"held_out": 0},
        "no samples": {"samples": False},
        "lesson": {"preset": "lesson"},
        "weighed": {"pooling": "usif"},
        "maximum": {"pooling": "mean+max"},
    }.get(kind, {})
    plain = {"lexical": kind == "many", "characters": False, "C": 1.0, "epochs": 20} | settings
    clf = TextClassifier(table(), **plain).fit(texts, labels)
    if kind == "no table":
        clf.model_.table = None
    rows = Rows(lambda: divide(texts, labels, clf.held_out, clf.random_state, "memory"))
    if kind == "rows lost":
        rows = Rows(lost)
    return Opened("a.model", clf, rows, Told(None))


def lost():
    raise DataError("the texts are not at hand: name the file with --data FILE")


KINDS = [
    "many",
    "two",
    "several",
    "77",
    "no held-out rows",
    "no samples",
    "no table",
    "rows lost",
    "lesson",
    "weighed",
    "maximum",
    "hostile",
]
