"""What is done to rows before the solver: scaling the features, weighing the classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError, DataError
from wordglass.head import LinearHead

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scaler:
    """Standardises features, and takes itself back out of a head, which then reads the raw ones.

    >>> X = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> scaler = Scaler.fit(X)
    >>> scaler.transform(X).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """

    mean: Floats  # (features,)
    scale: Floats  # (features,) standard deviations; 1 where a feature is constant

    @classmethod
    def fit(cls, X: NDArray[Any], weights: NDArray[Any] | None = None) -> "Scaler":
        """Measure the features of the training rows (rows, features), weighted if there are weights."""
        w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=np.float64)
        w = w / w.sum()
        mean = w @ X
        deviation = np.sqrt(np.einsum("i,ij,ij->j", w, X - mean, X - mean))
        # rounding leaves a constant feature a deviation of this order instead of 0
        constant = deviation <= 1e-12 * np.abs(mean)
        return cls(mean, np.where(constant, 1.0, deviation))

    def transform(self, X: NDArray[Any]) -> NDArray[Any]:
        """Scale features (rows, features); float32 stays float32."""
        return ((X - self.mean) / self.scale).astype(X.dtype, copy=False)

    def fold(self, head: LinearHead) -> LinearHead:
        """Give the head that scores raw features as ``head`` scores scaled ones."""
        weights = head.weights / self.scale[:, None]
        return LinearHead(weights, head.bias - self.mean @ weights, head.loss)


def row_weights(
    targets: NDArray[np.integer[Any]],
    classes: Sequence[str],
    class_weight: Literal["balanced"] | Mapping[str, float] | None,
) -> Floats:
    """Give each row the weight of its class, (rows,).

    "balanced" is rows / (classes * rows of the class), after King and Zeng (2001), Logistic regression in
    rare events data; in a mapping, classes that it does not name have weight 1. Raises ``ArgumentError``
    for a name that is no class and a weight that is no finite number of at least 0.

    >>> row_weights(np.array([0, 0, 0, 1]), ["ham", "spam"], "balanced").round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    if class_weight is None:
        return np.ones(len(targets))
    if class_weight == "balanced":
        counts = np.bincount(targets, minlength=len(classes))
        return np.asarray(len(targets) / (np.count_nonzero(counts) * counts[targets]))
    if isinstance(class_weight, str):
        raise ArgumentError(
            f"class weights must be 'balanced' or a weight for each class, not {class_weight!r}"
        )
    for name, weight in class_weight.items():
        if name not in classes:
            raise ArgumentError(f"class weights: {name!r} is no class; the classes are {', '.join(classes)}")
        if not 0 <= weight < np.inf:
            raise ArgumentError(f"class weights: {name!r} has {weight}; give a finite number of at least 0")
    weights = np.array([class_weight.get(name, 1.0) for name in classes], dtype=np.float64)  # (classes,)
    return np.asarray(weights[targets])


def checked_weights(given: NDArray[Any], rows: int) -> Floats:
    """Sample weights as numbers, (rows,). DataError where they are not one a row, finite and at least 0."""
    weights = np.asarray(given, np.float64)
    if weights.shape != (rows,):
        raise DataError(
            f"sample_weight has the shape {weights.shape}: give one number for each of {rows} rows"
        )
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(f"row {row + 1} has the sample weight {weights[row]}: give a finite number from 0 on")
    return weights
