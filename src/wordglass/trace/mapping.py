"""Held-out texts in two dimensions, and how much of their nearness the plane keeps."""

import numpy as np
from numpy.typing import NDArray

from wordglass.arrow import take
from wordglass.model import Model
from wordglass.parts import Parts
from wordglass.passes import Floats
from wordglass.trace.document import Map, MapClass, MapPoint
from wordglass.trace.mistakes import beginning

POINTS = 500
NEAREST = 10
SHOWN = 80  # characters of a text

TINY = np.finfo(np.float64).tiny

DIRECTIONS = (
    "The scores of all classes for each held-out text, turned so that the first two directions are those in "
    "which the scores differ most (principal components)."
)
PARTS = (
    "Of two classes there is one score. To the right, what the word vectors add to it; upwards, what the "
    "counted words add."
)
WORDS = (
    "Of two classes there is one score, to the right; upwards, the number of known words, each step up being "
    "twice as many."
)


def document_map(parts: Parts, model: Model, scores: Floats, seed: int, threads: int | None) -> Map | None:
    """Place held-out texts by their scores (rows held out, outputs), at most 500 of them, drawn at random.

    None where fewer than three rows are held out.
    """
    if len(scores) < 3:
        return None
    drawn = np.random.default_rng(seed).permutation(len(scores))[:POINTS]
    drawn.sort()
    rows = parts.test[drawn]
    texts = take(parts.texts, rows)
    outputs = scores[drawn]
    if outputs.shape[1] > 1:
        what = DIRECTIONS
        at, spread = principal(outputs)
        space = outputs
    else:
        counted = model.counted_scores(texts, threads)
        if counted is not None:
            what, space = PARTS, np.hstack([outputs - counted, counted])
        else:
            found = model.scorer.vocabulary.lookup(texts, threads)
            of_text = np.repeat(np.arange(len(texts)), np.diff(found.offsets))
            known = np.bincount(of_text, found.ids > 0, len(texts))
            what, space = WORDS, np.hstack([outputs, np.log2(1.0 + known)[:, None]])
        at = space - space.mean(axis=0)
        spread = at.var(axis=0) / max(at.var(axis=0).sum(), TINY)
        space = outputs
    names, truth = model.names, parts.targets
    guess = model.named(model.probabilities(texts, threads))
    points = [
        MapPoint(
            row=row - parts.own if row >= parts.own else row,
            text=beginning(text, SHOWN),
            truth=truth.names_of(row),
            predicted=called,
            x=x,
            y=y,
        )
        for row, text, called, (x, y) in zip(
            rows.tolist(), texts.to_pylist(), guess, at.tolist(), strict=True
        )
    ]
    return Map(
        what=what,
        spread=spread.tolist(),
        neighbours=kept_neighbours(space, at),
        points=points,
        classes=[middle for name in names if (middle := _middle(name, points))],
    )


def principal(x: Floats) -> tuple[Floats, Floats]:
    """Turn points (rows, dim) so that the first two directions hold most of their variance.

    Returns the points along them, (rows, 2), and the share of the variance that each holds, (2,). Each
    direction points to where its largest weight is positive.

    >>> principal(np.array([[0.0, 1], [2, 1], [4, 1]]))[1].tolist()
    [1.0, 0.0]
    """
    centred = x - x.mean(axis=0)
    variance, directions = np.linalg.eigh(centred.T @ centred)
    first = directions[:, :-3:-1]  # (dim, 2), the largest first
    first = first * np.sign(first[np.abs(first).argmax(axis=0), [0, 1]])
    held = np.maximum(variance[:-3:-1], 0.0)
    return centred @ first, held / max(np.maximum(variance, 0.0).sum(), TINY)


def kept_neighbours(space: Floats, at: Floats) -> float:
    """Of each row's ten nearest in ``space`` (rows, dim), the share that are among its ten nearest in ``at``.

    Where there are fewer rows, the nearest half of the others. Of equally near ones the first are taken.
    """
    nearest = min(NEAREST, max(1, (len(space) - 1) // 2))
    there, here = _nearest(space, nearest), _nearest(at, nearest)  # (rows, nearest)
    return float((there[:, :, None] == here[:, None, :]).any(axis=2).mean())


def _nearest(x: Floats, nearest: int) -> NDArray[np.int64]:
    squares = (x * x).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * (x @ x.T)  # squared, (rows, rows)
    np.fill_diagonal(apart, np.inf)
    return np.asarray(apart.argsort(axis=1, kind="stable")[:, :nearest])


def _middle(name: str, points: list[MapPoint]) -> MapClass | None:
    own = [point for point in points if name in point["truth"]]
    if not own:
        return None
    x, y = np.mean([(point["x"], point["y"]) for point in own], axis=0).tolist()
    return MapClass(name=name, rows=len(own), x=x, y=y)
