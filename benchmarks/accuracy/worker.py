"""One run after the other, in a process that may be ended: a job a line in, a result a line out."""

import json
import os
import resource
import sys
import warnings
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

import numpy as np
import splits
from contenders import Task, fitting, settings
from sklearn.metrics import accuracy_score, f1_score
from sklearn.preprocessing import MultiLabelBinarizer

LIMIT = 360  # processor seconds of a run: three minutes of two cores


def main() -> None:
    """Answer on what was stdout; whatever a peer prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        resource.setrlimit(resource.RLIMIT_CPU, (int(process_time()) + LIMIT, -1))
        print(json.dumps(result(json.loads(line))), file=answers, flush=True)


def result(job: dict[str, Any]) -> dict[str, Any]:
    """Fit a contender, predict the test rows, and score that; what went wrong where it cannot."""
    rows = splits.draw(job["set"], job["labels"], job["seed"])
    pool, tested = splits.pool(job["set"]), splits.tested(job["set"])
    texts, labels = [pool.texts[i] for i in rows], [pool.labels[i] for i in rows]
    task = Task(job["set"], rows, texts, labels, job["seed"], notes=[])
    try:
        fit = fitting(job["contender"])
        predict, trained = timed(lambda: fit(task))
        given, predicted = timed(lambda: predict(tested.texts))
    except Exception as error:
        return {**job, "error": f"{type(error).__name__}: {error}"}
    return {
        **job,
        "rows": len(rows),
        **scores(tested.labels, list(given)),
        "train_seconds": trained[0],
        "train_cpu_seconds": trained[1],
        "predict_seconds": predicted[0],
        "predict_cpu_seconds": predicted[1],
        "notes": sorted(set(task.notes)),
        "settings": settings(job["contender"]),
    }


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What work gives, its seconds and those of the processor, on which others have less effect."""
    clock, cpu = perf_counter(), process_time()
    done = work()
    return done, (round(perf_counter() - clock, 3), round(process_time() - cpu, 3))


def scores(truth: list[Any], given: list[Any]) -> dict[str, float]:
    """Accuracy and macro-F1 over the test rows' labels; of several a row, micro-F1 too."""
    if not isinstance(truth[0], list):
        names = sorted(set(truth))
        macro = f1_score(truth, given, labels=names, average="macro", zero_division=0)
        return {"accuracy": float(np.mean(np.array(truth) == given)), "macro_f1": float(macro)}
    binarizer = MultiLabelBinarizer().fit(truth)
    Y, found = binarizer.transform(truth), binarizer.transform(given)
    return {
        "accuracy": float(accuracy_score(Y, found)),
        "macro_f1": float(f1_score(Y, found, average="macro", zero_division=0)),
        "micro_f1": float(f1_score(Y, found, average="micro", zero_division=0)),
    }


if __name__ == "__main__":
    main()
