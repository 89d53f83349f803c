"""wordglass: a glass-box text classifier on pre-trained word vectors.

>>> import wordglass
>>> clf = wordglass.TextClassifier(held_out=0).fit(["sunny days", "cold rain"] * 5, ["good", "bad"] * 5)
>>> clf.predict(["warm and sunny"]).tolist()
['good']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordglass.claiming import claim
    from wordglass.classifier import TextClassifier
    from wordglass.corpus import read
    from wordglass.embedder import TextEmbedder
    from wordglass.errors import ArgumentError, DataError, WordglassError
    from wordglass.explaining import Explanation
    from wordglass.pooling import Pooling
    from wordglass.tokens import tokenise
    from wordglass.trace.shown import show
    from wordglass.vectors import VectorTable, load_vectors

_HOMES = {
    "ArgumentError": "errors",
    "DataError": "errors",
    "Explanation": "explaining",
    "Pooling": "pooling",
    "TextClassifier": "classifier",
    "TextEmbedder": "embedder",
    "VectorTable": "vectors",
    "WordglassError": "errors",
    "claim": "claiming",
    "load_vectors": "vectors",
    "read": "corpus",
    "show": "trace.shown",
    "tokenise": "tokens",
}

__all__ = [
    "ArgumentError",
    "DataError",
    "Explanation",
    "Pooling",
    "TextClassifier",
    "TextEmbedder",
    "VectorTable",
    "WordglassError",
    "claim",
    "load_vectors",
    "read",
    "show",
    "tokenise",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wordglass' has no attribute {name!r}")
    return getattr(import_module(f"wordglass.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
