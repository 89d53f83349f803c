"""Readers of pre-trained word vectors: a file or a folder is known by its content, never by its name.

Every reader is a module with two functions: ``recognises``, told a file's first bytes or a folder, and
``find``, which reads what its beginning tells and gives a ``Found``. Their order is that of the questions.
"""

from importlib import import_module
from pathlib import Path

from wordglass.errors import DataError
from wordglass.vectors.formats.found import Found, OddRows
from wordglass.vectors.formats.source import Source

FILES: tuple[str, ...] = (
    "fasttext",
    "gensim",
    "arrays",
    "columnar",
    "floret",
    "word2vec",
    "text",
)
FOLDERS: tuple[str, ...] = ("packed", "spacy", "static", "arrays")


def open_vectors(path: Path, odd: OddRows) -> Found:
    """Find out what a file or folder of word vectors is. ``DataError`` where no reader knows it."""
    package = __name__
    if path.is_dir():
        for name in FOLDERS:
            reader = import_module(f"{package}.{name}")
            if reader.recognises(path):
                found: Found = reader.find(path, odd)
                return found
        raise DataError(f"{path}: no folder of word vectors that is known here; see docs/vectors.md")
    source = Source(path)
    if not source.head:
        raise DataError(f"{source.name}: the file is empty")
    for name in FILES:
        reader = import_module(f"{package}.{name}")
        if reader.recognises(source):
            found = reader.find(source, odd)
            return found
    raise DataError(f"{source.name}: no format of word vectors that is known here; see docs/vectors.md")
