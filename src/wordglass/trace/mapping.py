"""Held-out texts in two dimensions, and how much of their nearness the plane keeps."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.model import Model
from wordglass.parts import Parts
from wordglass.passes import Floats
from wordglass.trace.document import Map, MapClass, MapPoint
from wordglass.trace.mistakes import beginning, row_of_data

POINTS = 500
NEAREST = 10
SHOWN = 80  # characters of a text
DIGITS = 12  # of squared distances, relative to the farthest text from the middle

TINY = np.finfo(np.float64).tiny

LABELS = (
    "The scores of all labels for each held-out text, turned so that the first two directions are those in "
    "which the scores differ most (principal components)."
)
CLASSES = (
    "The scores of all classes for each held-out text, less their mean, which decides nothing, turned so "
    "that the first two directions are those in which the scores differ most (principal components)."
)
PARTS = (
    "Of two classes there is one score. To the right, what the word vectors add to it; upwards, what the "
    "counted words add. Their sum decides."
)
WORDS = (
    "Of two classes there is one score, to the right; upwards, the number of known words, each step up being "
    "twice as many. The score alone decides."
)


def document_map(
    parts: Parts, model: Model, logits: Floats, probabilities: Floats, seed: int, threads: int | None
) -> Map | None:
    """Place held-out texts by their scores, at most 500 of them, drawn at random; None for fewer than three.

    ``logits`` (rows held out, outputs) and ``probabilities`` (rows held out, classes) are the model's.
    """
    if len(logits) < 3:
        return None
    drawn = np.random.default_rng(seed).permutation(len(logits))[:POINTS]
    drawn.sort()
    rows = parts.test[drawn]
    texts = take(parts.texts, rows)
    what, space, at, spread = _placed(model, texts, logits[drawn], threads)
    points = [
        MapPoint(
            row=row_of_data(parts, row),
            text=beginning(text, SHOWN),
            truth=parts.targets.names_of(row),
            predicted=called,
            x=x,
            y=y,
        )
        for row, text, called, (x, y) in zip(
            rows.tolist(),
            texts.to_pylist(),
            model.named(probabilities[drawn]),
            at.tolist(),
            strict=True,
        )
    ]
    return Map(
        what=what,
        spread=spread,
        neighbours=kept_neighbours(space, at),
        points=points,
        classes=_middles(model.names, points),
    )


def _placed(
    model: Model, texts: pa.LargeStringArray, logits: Floats, threads: int | None
) -> tuple[str, Floats, Floats, list[float]]:
    """The method, what the texts are near in, where they are, (rows, 2), and the spread along each axis."""
    if logits.shape[1] > 1:
        softmax = model.loss == "softmax"
        space = logits - logits.mean(axis=1, keepdims=True) if softmax else logits
        at, spread = principal(space)
        return CLASSES if softmax else LABELS, space, at, spread.tolist()
    counted = model.counted_scores(texts, threads)
    if counted is None:
        lookup = model.scorer.vocabulary.lookup(texts, threads)
        of_text = np.repeat(np.arange(len(texts)), np.diff(lookup.offsets))
        known = np.bincount(of_text, lookup.ids > 0, len(texts))
        at = np.hstack([logits, np.log2(1 + known)[:, None]])
        return WORDS, logits, at - at.mean(axis=0), [1.0, 0.0]
    at = np.hstack([logits - counted, counted])
    variance = at.var(axis=0)
    return PARTS, logits, at - at.mean(axis=0), (variance / max(variance.sum(), TINY)).tolist()


def principal(x: Floats) -> tuple[Floats, Floats]:
    """Turn points (rows, dim) so that the first two directions hold most of their variance.

    Returns the points along them, (rows, 2), and the share of the variance that each holds, (2,). Each
    direction points to where its largest weight is positive. Principal components: Pearson, 1901, On lines
    and planes of closest fit to systems of points in space.

    >>> principal(np.array([[0.0, 1], [2, 1], [4, 1]]))[1].tolist()
    [1.0, 0.0]
    """
    centred = x - x.mean(axis=0)
    wide = centred.shape[1] > len(centred)  # then between the rows, of which there are fewer
    variance, vectors = np.linalg.eigh(centred @ centred.T if wide else centred.T @ centred)
    first = vectors[:, :-3:-1]  # the largest first
    if wide:
        first = centred.T @ first
        first = first / np.maximum(np.linalg.norm(first, axis=0), TINY)
    first = first * np.sign(first[np.abs(first).argmax(axis=0), [0, 1]])  # (dim, 2)
    variance = np.maximum(variance, 0.0)
    return centred @ first, variance[:-3:-1] / max(variance.sum(), TINY)


def kept_neighbours(space: Floats, at: Floats) -> float:
    """Of each row's ten nearest in ``space`` (rows, dim), the share that are among its ten nearest in ``at``.

    Where there are fewer rows, the nearest half of the others. Of equally near ones the first are taken.
    """
    nearest = nearest_of(len(space))
    both = _nearest(space, nearest) & _nearest(at, nearest)
    return float(both.sum() / (nearest * len(space)))


def nearest_of(rows: int) -> int:
    """How many nearest of each row are looked at: ten, or where there are fewer rows, half of the others."""
    return min(NEAREST, max(1, (rows - 1) // 2))


def _nearest(x: Floats, nearest: int) -> NDArray[np.bool_]:
    """Which rows are among the nearest of each row, (rows, rows)."""
    centred = x - x.mean(axis=0)  # so that little cancels below
    squares = (centred * centred).sum(axis=1)
    apart = squares[:, None] + squares - 2 * (centred @ centred.T)  # squared
    apart = np.round(apart / max(squares.max(), TINY), DIGITS)  # without the noise that parts equal ones
    np.fill_diagonal(apart, np.inf)
    last = np.partition(apart, nearest - 1, axis=1)[:, nearest - 1, None]
    nearer, level = apart < last, apart == last
    room = nearest - nearer.sum(axis=1, keepdims=True)
    return np.asarray(nearer | (level & (level.cumsum(axis=1) <= room)))


def _middles(names: list[str], points: list[MapPoint]) -> list[MapClass]:
    """The middle of the points of each class that any of them carries."""
    own: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for point in points:
        for name in point["truth"]:
            own[name].append((point["x"], point["y"]))
    middles = {name: np.mean(at, axis=0).tolist() for name, at in own.items() if at}
    return [MapClass(name=name, rows=len(own[name]), x=x, y=y) for name, (x, y) in middles.items()]
