"""Who takes part: by name, the function that fits it, from the cheapest on."""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Predict = Callable[[list[str]], list[Any]]  # a label for each text, or a list of them


class Task(NamedTuple):
    """What a contender is given to learn from."""

    data: str  # the name of the set
    rows: NDArray[np.int64]  # of its pool
    texts: list[str]
    labels: list[Any]  # a str each, or a list of them
    seed: int
    notes: list[str]  # what it has to say about the run


CONTENDERS = {
    "TF-IDF + LR, defaults": "tfidf:untuned",
    "TF-IDF + LinearSVC": "tfidf:support_vectors",
    "NBSVM": "nbsvm:fit",
    "fastText, defaults": "fasttext:defaults",
    "wordglass lesson": "own:lesson",
    "wordglass fast": "own:fast",
    "wordglass balanced": "own:balanced",
    "wordglass best": "own:best",
    "dense + LR": "static:dense",
    "model2vec + LR, its own model": "static:model2vec",
    "model2vec + LR, distilled": "static:model2vec_distilled",
    "WordLlama + LR": "static:wordllama",
    "MiniLM + LR": "transformer:fit",
    "TF-IDF + LR": "tfidf:logistic",
    "fastText with vectors": "fasttext:with_vectors",
    "fastText, tuned": "fasttext:tuned",
    "model2vec's head": "model2vec_head:fit",
}
TORCH = ("model2vec's head",)  # run where torch is
TRANSFORMER, LEXICAL = "MiniLM + LR", "TF-IDF + LR"
RIVALS = (LEXICAL, "dense + LR", "fastText, defaults", "fastText with vectors", "model2vec's head")


SHARED = re.compile(r"^from peers\.(\w+) import", re.MULTILINE)


def fitting(contender: str) -> Callable[[Task], Predict]:
    """The function that fits a contender and gives back how it predicts."""
    module, _, function = CONTENDERS[contender].partition(":")
    return getattr(import_module(f"peers.{module}"), function)


@cache
def settings(contender: str) -> str:
    """A hash of the code that a contender's results hang on: its file and those shared, or wordglass."""
    folder = Path(__file__).parent
    own = folder / "peers" / f"{CONTENDERS[contender].partition(':')[0]}.py"
    files = [own, *(folder / "peers" / f"{name}.py" for name in SHARED.findall(own.read_text()))]
    if own.stem == "own":
        files += sorted((folder.parents[1] / "src" / "wordglass").rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
