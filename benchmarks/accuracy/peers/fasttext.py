"""fastText: with its defaults, with settings chosen on held-out rows, and with the table's vectors."""

import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
from contenders import Predict, Task

from peers.tables import cut, known

FOLDER = Path(__file__).resolve().parents[3] / "build" / "accuracy" / "vectors"
THREADS = 10  # with one it can hang
BUCKET = 200_000  # of pairs
LABEL = "__label__"
Settings = dict[str, Any]


def defaults(task: Task) -> Predict:
    """Five epochs at the rate 0.1 over single words."""
    lines = _lines(task)
    return _predicting(_train(lines, task, {}), task)


def tuned(task: Task) -> Predict:
    """The rate, the epochs and whether pairs count are chosen on a fifth of the rows."""
    grid = [
        {"lr": lr, "epoch": epochs, "wordNgrams": n, "bucket": BUCKET if n > 1 else 0}
        for lr, epochs, n in product((0.2, 0.8), (10, 50), (1, 2))
    ]
    return _chosen(task, grid)


def with_vectors(task: Task) -> Predict:
    """Starts from the table; the rate and the epochs are chosen on a fifth of the rows."""
    vectors = _written(task.data)
    dim = known(task.data)[1].shape[1]
    grid = [
        {"lr": lr, "epoch": epochs, "pretrainedVectors": str(vectors), "dim": dim}
        for lr, epochs in product((0.1, 0.5), (5, 50))
    ]
    return _chosen(task, grid)


def _chosen(task: Task, grid: Sequence[Settings]) -> Predict:
    """Trained on all rows with the settings that did best on a fifth of them, which the others trained."""
    lines = _lines(task)
    order = np.random.default_rng(task.seed).permutation(len(lines))
    held, rest = order[: len(order) // 5], order[len(order) // 5 :]

    def right(settings: Settings) -> float:
        model = _train([lines[i] for i in rest], task, settings)
        with tempfile.NamedTemporaryFile("w") as file:
            file.writelines(lines[i] for i in held)
            file.flush()
            _, precision, recall = model.test(file.name, threshold=0.5 if _several(task) else 0.0)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    return _predicting(_train(lines, task, max(grid, key=right)), task)


def _lines(task: Task) -> list[str]:
    several = _several(task)
    return [
        f"{' '.join(LABEL + label.replace(' ', '_') for label in (given if several else [given]))} {one}\n"
        for given, one in zip(task.labels, map(_line, task.texts), strict=True)
    ]


def _line(text: str) -> str:
    return " ".join(cut(text))


def _several(task: Task) -> bool:
    return isinstance(task.labels[0], list)


def _train(lines: list[str], task: Task, settings: Settings) -> Any:
    """A model; at half the rate, and again at half of that, where the numbers overflow."""
    loss = "ova" if _several(task) else "softmax"
    rate = settings.get("lr", 0.1)
    with tempfile.NamedTemporaryFile("w") as file:
        file.writelines(lines)
        file.flush()
        for lowered in (rate, rate / 2, rate / 4, rate / 8, rate / 16):
            given = {
                "loss": loss,
                "thread": THREADS,
                "verbose": 0,
                "seed": task.seed,
                **settings,
                "lr": lowered,
            }
            try:
                return fasttext.train_supervised(input=file.name, **given)
            except RuntimeError as error:
                if "NaN" not in str(error):
                    raise
                task.notes.append("the rate was halved where the numbers overflowed")
    raise RuntimeError(f"NaN at every rate down to {lowered}")


def _predicting(model: Any, task: Task) -> Predict:
    several = _several(task)
    names = {
        LABEL + label.replace(" ", "_"): label
        for given in task.labels
        for label in (given if several else [given])
    }

    def predict(texts: list[str]) -> list[Any]:
        lines = [_line(text) for text in texts]
        if several:
            return [
                [names[label] for label in given] for given in model.predict(lines, k=-1, threshold=0.5)[0]
            ]
        return [names[given[0]] for given in model.predict(lines)[0]]

    return predict


def _written(data: str) -> Path:
    """The table's rows for the words of a set as text, written once."""
    from peers.tables import TABLE

    path = FOLDER / f"{TABLE}-{data}.vec"
    if not path.exists():
        words, vectors = known(data)
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w") as file:
            file.write(f"{len(words)} {vectors.shape[1]}\n")
            for word, vector in zip(words, vectors, strict=True):
                file.write(f"{word} {' '.join(map('{:.5g}'.format, vector.tolist()))}\n")
        part.replace(path)
    return path
