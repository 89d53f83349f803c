"""Model2Vec's own classifier, a hidden layer over vectors that training moves, on the same table."""

from functools import cache
from typing import Any

import torch
from contenders import Predict, Task
from model2vec import StaticModel
from model2vec.train import StaticModelForClassification
from tokenizers import Tokenizer, models, pre_tokenizers

from peers.tables import cut, known

UNKNOWN = "[UNK]"
FEW = 1000  # rows, of which a tenth is too small to tell the best epoch


def fit(task: Task) -> Predict:
    """Its defaults, which hold out a tenth of the rows to know when to stop; of few rows it trains on all."""
    classifier = StaticModelForClassification.from_static_model(model=_model(task.data), max_length=None)
    texts, labels = [_line(text) for text in task.texts], task.labels
    if len(texts) < FEW:
        classifier.fit(texts, labels, random_seed=task.seed, X_val=texts, y_val=labels, min_epochs=50)
    else:
        classifier.fit(texts, labels, random_seed=task.seed)
    classifier.eval()

    def predict(texts: list[str]) -> list[Any]:
        with torch.inference_mode():
            given = classifier.predict([_line(text) for text in texts])
        return [list(one) for one in given] if classifier.multilabel else given.tolist()

    return predict


def _line(text: str) -> str:
    return " ".join(cut(text))


@cache
def _model(data: str) -> StaticModel:
    words, vectors = known(data)
    vocabulary = {word: number for number, word in enumerate([UNKNOWN, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    padded = torch.nn.functional.pad(torch.from_numpy(vectors), (0, 0, 1, 0)).numpy()
    return StaticModel(padded, tokenizer, normalize=True)
