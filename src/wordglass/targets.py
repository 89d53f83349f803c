"""Labels as numbers: the classes in order, and for each row the class it has or the labels it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.corpus.labels import Labels
from wordglass.errors import DataError


@dataclass(frozen=True)
class Targets:
    """Labels, encoded.

    >>> Targets.encode(["spam", "ham", "spam"]).values.tolist()
    [1, 0, 1]
    """

    classes: NDArray[Any]  # (classes,) sorted
    values: NDArray[Any]  # class numbers (rows,), or for multi-label booleans (rows, labels)

    @classmethod
    def encode(cls, labels: Iterable[Any], classes: NDArray[Any] | None = None) -> "Targets":
        """Number the labels by ``classes``, or by their own sorted values.

        A row's label is a str, a whole number or a bool; a row with several is a list, tuple or set of them.
        A matrix of 0 and 1 (rows, labels) has a column a label, whose classes are the numbers of the columns.
        """
        if hasattr(labels, "__array__") and not isinstance(labels, Iterable):
            labels = np.asarray(labels)
        if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
            raise DataError(f"labels: a single {type(labels).__name__} was given; y should be a 1d array")
        if getattr(labels, "ndim", 1) != 1:
            return cls._of_matrix(np.asarray(labels), classes)
        to_list = getattr(labels, "tolist", None) or getattr(labels, "to_pylist", None)
        rows = to_list() if to_list else list(labels)
        several = [isinstance(row, list | tuple | set | frozenset | np.ndarray) for row in rows]
        if any(several) and not all(several):
            raise DataError(
                f"row {several.index(False) + 1} has one label where others have a list: give lists"
            )
        sets = [[_plain(label) for label in row] for row in (rows if any(several) else zip(rows))]
        _refuse_unusable(sets)
        flat = np.array([label for row in sets for label in row]) if rows else np.array([], str)
        if classes is None:
            classes = np.unique(flat)
        number = {label: i for i, label in enumerate(classes.tolist())}
        if unknown := [label for label in dict.fromkeys(flat.tolist()) if label not in number]:
            row = next(i for i, row in enumerate(sets, 1) if unknown[0] in row)
            raise DataError(
                f"row {row}: label {unknown[0]!r} is none of the classes trained: {_some(classes)}"
            )
        values = np.fromiter((number[label] for label in flat.tolist()), np.int64, len(flat))
        if any(several):
            member = np.zeros((len(rows), len(classes)), bool)
            member[np.repeat(np.arange(len(rows)), [len(row) for row in sets]), values] = True
            values = member
        return cls(classes, values)

    @classmethod
    def _of_matrix(cls, matrix: NDArray[Any], classes: NDArray[Any] | None) -> "Targets":
        if matrix.ndim != 2:
            raise DataError(f"labels of shape {matrix.shape}: give one a row, or a matrix of 0 and 1")
        if matrix.shape[1] == 1:
            return cls.encode(matrix[:, 0], classes)
        if wrong := [i for i, row in enumerate(matrix.tolist(), 1) if not set(row) <= {0, 1}]:
            raise DataError(
                f"row {wrong[0]} of the matrix of labels holds more than 0 and 1: give lists of labels"
            )
        classes = np.arange(matrix.shape[1]) if classes is None else classes
        if len(classes) != matrix.shape[1]:
            raise DataError(f"a matrix of {matrix.shape[1]} labels, where {len(classes)} were trained")
        return cls(classes, matrix.astype(bool))

    @classmethod
    def of_names(cls, labels: Labels, names: list[str], multi_label: bool, source: str) -> NDArray[Any]:
        """The values of a file's labels by the names of a model's classes."""
        if multi_label != any(not isinstance(label, str) for label in labels):
            wants = "a list of labels a row" if multi_label else "one label a row"
            raise DataError(f"{source}: the model was trained on {wants}: give the same here")
        try:
            return cls.encode(labels, np.array(names)).values
        except DataError as error:
            raise DataError(f"{source}: {error}") from None

    def followed_by(self, more: "Targets") -> "Targets":
        """These rows and after them others, by the classes of both. DataError where their kinds differ.

        >>> both = Targets.encode(["b", "c"]).followed_by(Targets.encode(["a"]))
        >>> both.names, both.values.tolist()
        (['a', 'b', 'c'], [1, 2, 0])
        """
        if self.multi_label != more.multi_label:
            wants = "a list of labels a row" if self.multi_label else "one label a row"
            raise DataError(f"the rows before have {wants}: give the same here")
        strings = [part.classes.dtype.kind == "U" for part in (self, more) if len(part.classes)]
        if len(set(strings)) > 1:
            kinds = ("strings", "numbers") if strings[0] else ("numbers", "strings")
            raise DataError(f"labels are {kinds[0]} in the rows before and {kinds[1]} here: give one kind")
        found = [part.classes for part in (self, more) if len(part.classes)]
        classes = np.unique(np.concatenate(found)) if found else self.classes
        parts = [part._among(classes) for part in (self, more)]
        return Targets(classes, np.concatenate(parts))

    def _among(self, classes: NDArray[Any]) -> NDArray[Any]:
        """The values by more classes, sorted, of which these are some."""
        places = np.searchsorted(classes, self.classes) if len(self.classes) else np.zeros(0, np.int64)
        if not self.multi_label:
            return np.asarray(places[self.values])
        member = np.zeros((len(self.values), len(classes)), bool)
        member[:, places] = self.values
        return member

    @property
    def multi_label(self) -> bool:
        """Whether a row can have any number of labels."""
        return self.values.ndim == 2

    @property
    def names(self) -> list[str]:
        """The classes as strings."""
        return [str(name) for name in self.classes.tolist()]

    def names_of(self, row: int) -> list[str]:
        """The names of the labels of one row."""
        if self.multi_label:
            return [name for name, has in zip(self.names, self.values[row], strict=True) if has]
        return [self.names[self.values[row]]]

    def labels(self) -> list[str] | list[list[str]]:
        """Every row's label as a string, or for multi-label its list of them."""
        if self.multi_label:
            return [self.names_of(row) for row in range(len(self.values))]
        names = self.names
        return [names[value] for value in self.values.tolist()]


def _refuse_unusable(sets: Sequence[Iterable[Any]]) -> None:
    kinds = {str: "strings", int: "numbers", bool: "numbers", float: "numbers"}
    seen: dict[str, int] = {}
    for i, row in enumerate(sets, 1):
        for label in row:
            if label is None or type(label).__name__ == "NAType" or label != label:
                raise DataError(f"row {i} has no label: remove the row or give it one")
            kind = kinds.get(type(label))
            if kind is None:
                raise DataError(
                    f"row {i} has a {type(label).__name__} as label: give strings or whole numbers"
                )
            if isinstance(label, float) and not label.is_integer():
                raise DataError(
                    f"row {i} has the label {label}: Unknown label type: continuous. "
                    "Classes are strings or whole numbers"
                )
            seen.setdefault(kind, i)
    if len(seen) > 1:
        (first, a), (second, b) = seen.items()
        raise DataError(f"labels are {first} in row {a} and {second} in row {b}: give one kind")


def _plain(label: Any) -> Any:
    """A NumPy scalar as Python's own."""
    return label.item() if isinstance(label, np.generic) else label


def _some(classes: NDArray[Any]) -> str:
    names = [str(name) for name in classes[:10].tolist()]
    return ", ".join(names) + (", ..." if len(classes) > 10 else "")
