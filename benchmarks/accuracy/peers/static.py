"""Means of static vectors, under scikit-learn's logistic regression with C chosen by cross-validation."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from contenders import Predict, Task
from numpy.typing import NDArray

from peers.linear import DENSE_GRID, standardised, tuned
from peers.tables import TABLE
from wordglass import TextEmbedder
from wordglass.vectors.packages import find

DISTILLED = Path(__file__).resolve().parents[3] / "build" / "accuracy" / "model2vec-minilm"
Encode = Callable[[list[str]], NDArray[np.float32]]


def dense(task: Task) -> Predict:
    """The mean of the table's vectors."""
    embedder = TextEmbedder(TABLE).fit([])
    return _fit(task, embedder.transform)


def model2vec(task: Task) -> Predict:
    """The model that tokenlearn-static-model carries."""
    return _fit(task, _model2vec(find("tokenlearn-static-model").path))


def model2vec_distilled(task: Task) -> Predict:
    """Model2Vec's own distillation of the encoder; ``encode.py`` makes it."""
    return _fit(task, _model2vec(DISTILLED))


def wordllama(task: Task) -> Predict:
    """The mean of WordLlama's vectors, 256 numbers each."""
    return _fit(task, _wordllama())


def _fit(task: Task, encode: Encode) -> Predict:
    predict = tuned(standardised, DENSE_GRID, encode(task.texts), task.labels, task.seed)
    return lambda texts: predict(encode(texts))


@cache
def _model2vec(folder: Path) -> Encode:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(folder).encode


@cache
def _wordllama() -> Encode:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = find("wordllama-l2-256").path
    vectors = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def encode(texts: list[str]) -> NDArray[np.float32]:
        ids = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
        return np.stack(
            [vectors[row].mean(axis=0, dtype=np.float32) if row else 0 * vectors[0] for row in ids]
        )

    return encode
