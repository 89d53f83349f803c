"""What poolings learn from texts without labels: the weights of words, and what texts have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.kernels import native
from wordglass.parallel import numpy_in_one_thread
from wordglass.vectors.vocabulary import Lookup

SIF_A = 1e-3
COMPONENTS = 5  # no more were needed in the paper of uSIF
ROUNDING = 1e-12  # of the largest eigenvalue: less is what rounding leaves of 0
ROWS = 4096  # multiplied in one go

Weights = NDArray[np.float32]  # (words + 1,) from the unknown word on, above 0 to 1
Components = NDArray[np.float64]  # (components, dim)


@dataclass(frozen=True)
class Learned:
    """What the kinds of a pooling have learned, by kind."""

    weights: Mapping[str, Weights] = field(default_factory=dict)
    components: Mapping[str, Components] = field(default_factory=dict)

    def only(self, rows: NDArray[np.integer[Any]]) -> "Learned":
        """The same for some rows (kept,), 0 the unknown word's; those past the last, composed, weigh 1."""
        weights = {
            kind: np.append(own, np.float32(1))[np.minimum(rows, len(own))]
            for kind, own in self.weights.items()
        }
        return Learned(weights, self.components)

    @property
    def bytes(self) -> tuple[int, int]:
        """The room that it takes for each word, and besides."""
        return 4 * len(self.weights), sum(kept.nbytes for kept in self.components.values())


NOTHING = Learned()


def zipf(n: int) -> NDArray[np.float64]:
    """The share of running text that each of ``n`` words has, the commonest first, by Zipf's law.

    As in Model2Vec, ranks begin at 2.

    >>> zipf(3).round(3).tolist()
    [0.462, 0.308, 0.231]
    """
    shares = 1 / np.arange(2, n + 2)
    return np.asarray(shares / shares.sum())


def sif_weights(lookup: Lookup, words: int) -> Weights:
    """a / (a + p) with p a word's share of the texts' tokens and a = 0.001: smooth inverse frequency.

    Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings.
    """
    counts = np.bincount(lookup.ids, minlength=words + 1)[: words + 1]  # after them stand composed words
    counts[0] = 0  # the unknown word's
    return _smooth(counts / max(1, len(lookup.ids)), SIF_A)


def usif_weights(lookup: Lookup, words: int) -> Weights:
    """a / (a + p) with p a word's share of running text by Zipf's law, and a as the texts' length has it.

    Ethayarajh (2018), Unsupervised random walk sentence embeddings: a strong but simple baseline. There p is
    counted in a large collection of texts, for which the order of the table's words stands here; a follows
    from the share of words that are in more texts than chance has it. The weights there, a / (a / 2 + p), are
    halved, so that a word composed weighs as much as a rare one. Where no word is so frequent, all weigh 1.
    """
    p = np.append(0.0, zipf(words))
    length = len(lookup.ids) / max(1, int(np.count_nonzero(np.diff(lookup.offsets))))  # of a text, in tokens
    frequent = int(np.count_nonzero(p > 1 - (1 - 1 / max(1, words)) ** length))
    if not 0 < frequent < words:
        return np.ones(words + 1, np.float32)
    return _smooth(p, (words - frequent) / (words * frequent))


def idf_weights(lookup: Lookup, words: int) -> Weights:
    """1 + log((1 + texts) / (1 + texts that have the word)), over that of a word never seen."""
    texts = len(lookup.offsets) - 1
    rows = max(words, int(lookup.ids.max(initial=0))) + 1
    having = native.texts_with(lookup.ids, lookup.offsets, rows)[
        : words + 1
    ]  # after them stand composed words
    having[0] = 0  # the unknown word's
    highest = 1 + np.log(1 + texts)
    weights: Weights = ((highest - np.log(1 + having)) / highest).astype(np.float32)
    return weights


WEIGH: dict[str, Callable[[Lookup, int], Weights]] = {
    "sif": sif_weights,
    "usif": usif_weights,
    "tfidf": idf_weights,
}
LESS_COMMON = ("usif",)  # the kinds that common components are taken out of


def common_components(X: NDArray[np.float32]) -> Components:
    """The directions that pooled vectors (rows, dim) have in common, each times the root of its share.

    The shares are those of the 5 first singular directions in the sum of their squared singular values
    (Ethayarajh, 2018). Rows of zeros stand for none, as where all vectors lie in one direction, of which
    nothing would be left.
    """
    products = np.zeros((X.shape[1], X.shape[1]))
    with numpy_in_one_thread():
        for first in range(0, len(X), ROWS):
            part = X[first : first + ROWS].astype(np.float64)
            products += part.T @ part
        values, vectors = np.linalg.eigh(products)  # rising
    found = min(COMPONENTS, int(np.count_nonzero(values > ROUNDING * values[-1])))
    components = np.zeros((COMPONENTS, X.shape[1]))
    if found > 1:
        values, vectors = values[::-1][:found], vectors.T[::-1][:found]
        components[:found] = vectors * np.sqrt(values / values.sum())[:, None]
    return components


def without(components: Components, X: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Vectors (rows, dim) less their parts along common components: piecewise common component removal.

    Linear in each row alone, and written so that a row's bits do not depend on the others, as BLAS has it.
    """
    left = X.astype(np.float64)
    for component in components:
        left -= (left * component).sum(axis=1, keepdims=True) * component
    return left


def _smooth(p: NDArray[np.float64], a: float) -> Weights:
    return (a / (a + p)).astype(np.float32)
