"""wordglass itself, by its presets."""

from contenders import Predict, Task

from wordglass import TextClassifier


def lesson(task: Task) -> Predict:
    """The pipeline of the lesson."""
    return _fit(task, "lesson")


def fast(task: Task) -> Predict:
    """The preset ``fast``."""
    return _fit(task, "fast")


def balanced(task: Task) -> Predict:
    """The preset ``balanced``, which is the default."""
    return _fit(task, "balanced")


def best(task: Task) -> Predict:
    """The preset ``best``."""
    return _fit(task, "best")


def _fit(task: Task, preset: str) -> Predict:
    model = TextClassifier(held_out=0, random_state=task.seed, preset=preset).fit(task.texts, task.labels)
    if not isinstance(task.labels[0], list):
        return lambda texts: model.predict(texts).tolist()
    return lambda texts: [model.classes_[given].tolist() for given in model.predict(texts)]
