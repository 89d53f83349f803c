"""What simpler ways reach on the same held-out rows, so that a score can be judged."""

import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.evaluate import intervals
from wordglass.trace.document import Baseline


def majority(train_targets: NDArray[Any], truth: NDArray[Any], classes: int, seed: int = 0) -> Baseline:
    """Always predict the commonest class of the training rows; for multi-label, their commonest set.

    Targets and truth are class numbers (rows,), or for multi-label booleans (rows, labels).

    >>> majority(np.array([0, 0, 1]), np.array([0, 1]), classes=2)["accuracy"]["value"]
    0.5
    """
    began = time.perf_counter()
    values, counts = np.unique(train_targets, axis=0, return_counts=True)
    commonest = values[counts.argmax()]
    guess = np.broadcast_to(commonest, truth.shape)
    accuracy, macro_f1 = intervals(truth, guess, classes, seed)
    seconds = time.perf_counter() - began
    return Baseline(name="majority class", accuracy=accuracy, macro_f1=macro_f1, seconds=seconds)


def tfidf(
    train_texts: Sequence[str],
    train_targets: NDArray[Any],
    texts: Sequence[str],
    truth: NDArray[Any],
    classes: int,
    seed: int = 0,
) -> Baseline | None:
    """Train scikit-learn's TF-IDF with logistic regression; None where the training texts hold no word.

    Words that occur in one text only are left out from 1,000 training texts on. Multi-label is one against
    the rest.

    >>> tfidf(["good", "bad"], np.array([1, 0]), ["good!"], np.array([1]), classes=2)["accuracy"]["value"]
    1.0
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    began = time.perf_counter()
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2 if len(train_texts) >= 1000 else 1)
    try:
        counts = vectorizer.fit_transform(train_texts)
    except ValueError:  # its way to say that the vocabulary is empty
        return None
    model = LogisticRegression(max_iter=1000)
    if train_targets.ndim == 2:
        model = OneVsRestClassifier(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # labels that all rows have, or none
        guess = model.fit(counts, train_targets).predict(vectorizer.transform(texts))
    accuracy, macro_f1 = intervals(truth, guess.astype(truth.dtype), classes, seed)
    seconds = time.perf_counter() - began
    return Baseline(
        name="TF-IDF + logistic regression", accuracy=accuracy, macro_f1=macro_f1, seconds=seconds
    )


def baselines(
    train_texts: pa.LargeStringArray,
    train_targets: NDArray[Any],
    texts: pa.LargeStringArray,
    truth: NDArray[Any],
    classes: int,
    seed: int = 0,
) -> list[Baseline]:
    """Every simpler way, on the same training and held-out rows."""
    found = [majority(train_targets, truth, classes, seed)]
    words = tfidf(train_texts.to_pylist(), train_targets, texts.to_pylist(), truth, classes, seed)
    return [*found, words] if words else found
