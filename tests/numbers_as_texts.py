"""Estimators that read numbers as texts, so that scikit-learn's checks, which give numbers, can run on them.

A row of numbers becomes a text with one word a column, which says the column and the number to a twentieth.
The word's vector has that number at that column's place, so that a text's mean vector is the row of numbers
divided by how many they are. Nothing else is done to what a check gives: what is no matrix of numbers goes to
the estimator as it is.
"""

from functools import cache
from string import ascii_lowercase

import numpy as np
from sklearn.utils import InputTags

from wordglass.classifier import TextClassifier
from wordglass.embedder import TextEmbedder
from wordglass.vectors import VectorTable

COLUMNS, A_UNIT, FARTHEST = 40, 20, 400  # columns, steps a unit, steps from 0


def word(column, step):
    digits = f"{column:02d}{step + FARTHEST:03d}"
    return "".join(ascii_lowercase[int(digit)] for digit in digits)


@cache
def number_vectors():
    places = [(column, step) for column in range(COLUMNS) for step in range(-FARTHEST, FARTHEST + 1)]
    columns, steps = np.array(places).T
    vectors = np.zeros((len(places), COLUMNS), np.float32)
    vectors[np.arange(len(places)), columns] = steps / A_UNIT
    return VectorTable.of([word(*place) for place in places], vectors, name="numbers")


def as_texts(X):
    try:
        given = np.asarray(X)
        numbers = given.astype(float)
    except (TypeError, ValueError):
        return X
    if given.dtype.kind == "c" or numbers.ndim != 2 or not numbers.size or not np.isfinite(numbers).all():
        return X
    steps = (numbers * A_UNIT).round().clip(-FARTHEST, FARTHEST).astype(int)
    return [" ".join(word(column, step) for column, step in enumerate(row)) for row in steps.tolist()]


class ReadsNumbers:
    def fit(self, X, y=None, **weights):
        super().fit(as_texts(X), y, **weights)
        self._shape = np.asarray(X).shape
        return self

    def read(self, X):
        """A text has no columns, but checks that apply want another number of them refused."""
        shape = np.asarray(X).shape
        if len(shape) == 2 and hasattr(self, "_shape") and shape[1] != self._shape[1]:
            raise ValueError(f"{shape[1]} columns, where fit had {self._shape[1]}")
        return as_texts(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = InputTags()  # matrices of numbers
        return tags


class NumberClassifier(ReadsNumbers, TextClassifier):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y, sample_weight=sample_weight)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        super().partial_fit(self.read(X), y, classes, sample_weight)
        self._shape = np.asarray(X).shape
        return self

    def predict(self, X):
        return super().predict(self.read(X))

    def predict_proba(self, X):
        return super().predict_proba(self.read(X))

    def decision_function(self, X):
        return super().decision_function(self.read(X))


class NumberEmbedder(ReadsNumbers, TextEmbedder):
    def transform(self, X):
        return super().transform(self.read(X))

    def fit_transform(self, X, y=None):
        return self.fit(X, y).transform(X)
