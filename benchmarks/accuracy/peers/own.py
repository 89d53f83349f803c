"""wordglass itself, as it comes."""

from typing import Any

from contenders import Predict, Task

from peers.tables import TABLE
from wordglass import TextClassifier


def plain(task: Task) -> Predict:
    """The mean of the table's vectors under one head."""
    return _fit(task, vectors=TABLE)


def lesson(task: Task) -> Predict:
    """The pipeline of the lesson."""
    return _fit(task, preset="lesson")


def fast(task: Task) -> Predict:
    """The preset ``fast``."""
    return _fit(task, preset="fast")


def balanced(task: Task) -> Predict:
    """The preset ``balanced``, which is the default."""
    return _fit(task, preset="balanced")


def best(task: Task) -> Predict:
    """The preset ``best``."""
    return _fit(task, preset="best")


def _fit(task: Task, **settings: Any) -> Predict:
    model = TextClassifier(held_out=0, random_state=task.seed, **settings).fit(task.texts, task.labels)
    if not isinstance(task.labels[0], list):
        return lambda texts: model.predict(texts).tolist()
    return lambda texts: [model.classes_[given].tolist() for given in model.predict(texts)]
