"""Stages 2 to 4 as a transformer: texts in, a matrix of pooled vectors out."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.corpus import to_arrow
from wordglass.estimator import Estimator
from wordglass.kinds import kinds_of
from wordglass.parallel import in_order, row_chunks
from wordglass.pooling import Pooling
from wordglass.vectors import VectorTable, load_vectors
from wordglass.weighing import WEIGH


class TextEmbedder(Estimator):
    """A transformer from texts to their pooled word vectors.

    Parameters
    ----------
    vectors
        The name of a table of word vectors, or a ``VectorTable``.
    pooling
        ``mean``, ``max``, ``min``, ``p3``, ``sif``, ``usif`` or ``tfidf``, or several joined by ``+``; see
        ``wordglass.pooling``.
    threads
        How many threads to use; as many as there are processors where not given. The result is the same.

    After ``fit``: ``table_``, the ``VectorTable``, and ``pooling_``, the fitted ``Pooling``.

    >>> TextEmbedder().fit_transform(["I love sunny days", ""]).shape
    (2, 256)
    """

    def __init__(
        self, vectors: str | VectorTable = "wordglass-en", pooling: str = "mean", threads: int | None = None
    ) -> None:
        self.vectors = vectors
        self.pooling = pooling
        self.threads = threads

    def fit(self, texts: Iterable[str], y: Any = None) -> Self:
        """Open the vectors, and learn what the pooling learns from texts (rows,); ``y`` is not used."""
        read = to_arrow(texts)
        table = load_vectors(self.vectors) if isinstance(self.vectors, str) else self.vectors
        counted = read if WEIGH.keys() & kinds_of(self.pooling) else read[:0]
        lookup = table.vocabulary.lookup(counted, self.threads)
        pooling = Pooling.fit(self.pooling, table, lookup, self.threads)
        self.table_, self.pooling_ = table, pooling
        return self

    def transform(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """One vector a text, (rows, features); zeros for a text without any known word."""
        pooling, vocabulary = self._fitted(), self.table_.vocabulary
        source = buffers(to_arrow(texts))
        X = np.empty((len(source.offsets) - 1, pooling.features), np.float32)

        def fill(rows: tuple[int, int]) -> None:
            pooling.pool_into(X[slice(*rows)], pooling.gather(vocabulary.lookup_rows(source, *rows)))

        list(in_order(fill, row_chunks(source.offsets), self.threads))
        return X

    def fit_transform(self, texts: Iterable[str], y: Any = None) -> NDArray[np.float32]:
        """``fit`` and ``transform`` of the same texts."""
        read = to_arrow(texts)
        return self.fit(read).transform(read)

    @property
    def n_features_out(self) -> int:
        """How many numbers a pooled vector has."""
        return self._fitted().features

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """The columns' names, (features,): the kind of pooling and the dimension, such as ``mean_0``."""
        pooling = self._fitted()
        names = [f"{kind}_{i}" for kind in kinds_of(pooling.name) for i in range(pooling.dim)]
        return np.array(names, dtype=object)

    def _fitted(self) -> Pooling:
        if not hasattr(self, "pooling_"):
            raise self._not_fitted()
        return self.pooling_

    def __getstate__(self) -> dict[str, Any]:
        """Without the rows that the pooling shares with the table, which may pickle as a path."""
        state = vars(self).copy()
        if "pooling_" in state:
            state["pooling_"] = (self.pooling_.name, self.pooling_.learned)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if "pooling_" in state:
            name, learned = state["pooling_"]
            self.pooling_ = Pooling.of(name, self.table_, learned)
