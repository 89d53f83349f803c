"""How often vector arithmetic solves analogies: by the usual rule, honestly, and without any arithmetic."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError, DataError
from wordglass.evaluate import Z95, wilson
from wordglass.exploring.known import known_words
from wordglass.trace.document import Interval
from wordglass.vectors.table import TINY, VectorTable

OWN = Path(__file__).with_name("analogies.toml")
LEAST = 5  # known pairs of a kind, of which a rate is worked out
MOST = 200  # pairs of a kind: the questions are as many as the square
ROWS = 4096  # of the table in one go, so that a pair's scores stay in the processor's caches

Cube = NDArray[np.float32]
Places = NDArray[np.int64]


class Kind(NamedTuple):
    """Pairs of words that stand in one relation."""

    what: str  # the relation in words
    pairs: list[tuple[str, str]]


class Rates(TypedDict):
    """How often questions are answered right, by which rule."""

    questions: int
    usual: Interval  # A, B and C are no answers
    honest: Interval  # every word is an answer
    neighbour: Interval  # the word nearest to C, by the usual rule: no arithmetic
    gain: Interval  # usual - neighbour
    given: float  # the share of questions whose honest answer is A, B or C


class KindRates(TypedDict):
    """The questions of one kind."""

    kind: str
    what: str
    example: list[str]  # a pair
    pairs: int  # that the table has
    left_out: list[str]  # pairs that it does not have, or whose words it has as one, or has had before
    rates: Rates | None  # None where fewer than five pairs are known


class Analogies(TypedDict):
    """How often a table solves analogies, kind by kind, and over all kinds alike."""

    table: str
    words: int
    kinds: list[KindRates]
    rates: Rates | None  # means over kinds; None where none has rates


def read_kinds(path: Path = OWN) -> dict[str, Kind]:
    """Kinds of analogies from a TOML file: for each a table with ``what`` and ``pairs``, "first second".

    Without a path, those that come with wordglass, in English. ``DataError`` for a file that is no such one.

    >>> sorted(read_kinds())[:3], read_kinds()["capital"].pairs[0]
    (['capital', 'comparative', 'currency'], ('France', 'Paris'))
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArgumentError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(f"{path} is no TOML file: {error}") from error
    return {kind: _kind(path, kind, given) for kind, given in told.items()}


def _kind(path: Path, kind: str, given: object) -> Kind:
    shape = f'{path}: [{kind}] is to have what = "..." and pairs = ["first second", ...]'
    if not isinstance(given, dict) or not isinstance(given.get("pairs"), list):
        raise DataError(shape)
    what, pairs = given.get("what", kind), []
    for pair in given["pairs"]:
        if not isinstance(pair, str) or len(pair.split()) != 2:
            raise DataError(f"{path}: [{kind}], {str(pair)[:60]!r} is no pair of words: " + shape)
        first, second = pair.split()
        pairs.append((first, second))
    if not isinstance(what, str) or not 0 < len(pairs) <= MOST:
        raise DataError(f"{shape}, 1 to {MOST} pairs")
    return Kind(what, pairs)


def analogies(table: VectorTable, kinds: Mapping[str, Kind] | None = None) -> Analogies:
    """Measure how often b - a + c, of unit vectors, is nearest to the right word, over all pairs of pairs.

    Of pairs (a, b) and (c, d) of a kind, known to the table, every two make a question in either order, whose
    one right answer is d. By the usual rule a, b and c are no answers (Mikolov, Yih and Zweig, 2013,
    Linguistic regularities in continuous space word representations). Without that rule c or b is often
    nearest, and with it often the word nearest to c, whatever a and b are: Linzen, 2016, Issues in evaluating
    semantic spaces using word analogies; Rogers, Drozd and Li, 2017, The (too many) problems of analogical
    reasoning with word vectors; Nissim, van Noord and van der Goot, 2020, Fair is better than sensational. So
    the rate without the rule and that of c's neighbour stand beside it.

    Questions share pairs. Intervals are therefore over pairs: the jackknife that leaves one pair out gives
    the variance, and that the number of independent questions for Wilson's interval (an effective sample
    size: Korn and Graubard, 1998, Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data); at rates of 0 and 1 that is the number of pairs.

    >>> vectors = np.array([[1, 0, 0, 0], [1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 1]], np.float32)
    >>> table = VectorTable.of(["cat", "cats", "dog", "dogs"], vectors)
    >>> found = analogies(table, {"plural": Kind("one and many", [("cat", "cats"), ("dog", "dogs")])})
    >>> found["kinds"][0]["pairs"], found["kinds"][0]["rates"]  # too few pairs for a rate
    (2, None)
    """
    asked = read_kinds() if kinds is None else kinds
    known = {kind: _known_pairs(table, of) for kind, of in asked.items()}
    right = _answered(table, {kind: rows for kind, (rows, _, _) in known.items() if len(rows) >= LEAST})
    return Analogies(
        table=table.name,
        words=len(table),
        kinds=[
            KindRates(
                kind=kind,
                what=of.what,
                example=list((known[kind][1] or of.pairs)[0]),
                pairs=len(known[kind][0]),
                left_out=known[kind][2],
                rates=_rates([right[kind]]) if kind in right else None,
            )
            for kind, of in asked.items()
        ],
        rates=_rates(list(right.values())) if right else None,
    )


def _known_pairs(table: VectorTable, kind: Kind) -> tuple[Places, list[tuple[str, str]], list[str]]:
    """The rows (pairs, 2) of the pairs that a table has, the pairs, and those that are left out.

    A word stands in one pair only: otherwise a question would have two answers, or none.
    """
    rows: list[tuple[int, int]] = []
    pairs, left_out = [], []
    taken = {0}
    for first, second in kind.pairs:
        a, b = (_row(table, word) for word in (first, second))
        if a == b or taken & {a, b}:
            left_out.append(f"{first} {second}")
        else:
            rows.append((a, b))
            pairs.append((first, second))
            taken |= {a, b}
    return np.array(rows, np.int64).reshape(-1, 2), pairs, left_out


def _row(table: VectorTable, word: str) -> int:
    found = known_words(table, [word])
    return int(found.rows[0]) if found.words else 0


class _Right(NamedTuple):
    """Whether the questions of a kind are answered right, (pairs, pairs): that of pair i on pair j.

    Those of a pair on itself are no questions.
    """

    usual: NDArray[np.bool_]
    honest: NDArray[np.bool_]
    neighbour: NDArray[np.bool_]
    given: NDArray[np.bool_]  # whether the honest answer is one of the three words of the question


def _answered(table: VectorTable, kinds: Mapping[str, Places]) -> dict[str, _Right]:
    """Answer the questions of all kinds in one pass over the table."""
    if not kinds:
        return {}
    rows = np.unique(np.concatenate([pairs.ravel() for pairs in kinds.values()]))
    units = table.rows.take(rows)
    units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), TINY)
    own = {kind: np.searchsorted(rows, pairs) for kind, pairs in kinds.items()}  # places among ``rows``
    best = {kind: np.full((len(at), len(at)), -np.inf, np.float32) for kind, at in own.items()}
    nearest = {kind: np.full(len(at), -np.inf, np.float32) for kind, at in own.items()}
    for place, block in table.rows.blocks():
        for first in range(0, len(block), ROWS):
            part = block[first : first + ROWS]
            begin = (place.start or 0) + first
            norms = table.norms[begin : begin + len(part)]
            cosines = units @ part.T  # (rows, part)
            cosines /= np.where(norms > 0, norms, 1)
            for kind, at in own.items():
                _take_best(cosines[at], begin, kinds[kind], best[kind], nearest[kind])
    between = units @ units.T
    return {
        kind: _judged(between[np.ix_(at.ravel(), at.ravel())], best[kind], nearest[kind])
        for kind, at in own.items()
    }


def _take_best(cosines: Cube, begin: int, pairs: Places, best: Cube, nearest: Cube) -> None:
    """Raise the best scores to those of some rows of the table, words of the kind and row 0 left out.

    ``cosines`` (pairs, 2, rows) are those to the words of the kind; ``best`` (pairs, pairs) are those of
    b_i - a_i + c_j, ``nearest`` (pairs,) those of c_j.
    """
    out = np.concatenate([[0], pairs.ravel()]) - begin
    out = out[(out >= 0) & (out < cosines.shape[2])]
    firsts, offsets = np.ascontiguousarray(cosines[:, 0]), cosines[:, 1] - cosines[:, 0]
    firsts[:, out] = -np.inf
    np.maximum(nearest, firsts.max(axis=1, initial=-np.inf), out=nearest)
    sums = np.empty_like(firsts)
    for i, offset in enumerate(offsets):
        np.add(firsts, offset, out=sums)
        np.maximum(best[i], sums.max(axis=1, initial=-np.inf), out=best[i])


def _judged(between: Cube, best: Cube, nearest: Cube) -> _Right:
    """Which answers are right. ``between`` are the cosines of a kind's words, a_0, b_0, a_1, ...

    The best of all other words are known by their scores alone: they are wrong, whichever they are.
    """
    pairs = len(best)
    index = np.arange(pairs)
    sums = between[1::2, None] - between[::2, None] + between[None, ::2]  # (i, j, words): b_i - a_i + c_j
    near = np.broadcast_to(between[None, ::2], sums.shape).copy()
    firsts = np.broadcast_to(2 * index[None, :], best.shape)  # where c_j stands among the words
    every = sums.argmax(axis=2)
    others = best >= sums.max(axis=2)
    for i in index:  # the three words are no answers by the usual rule
        for scores in (sums[i], near[i]):
            scores[:, [2 * i, 2 * i + 1]] = -np.inf
            scores[index, 2 * index] = -np.inf
    right = firsts + 1
    return _Right(
        usual=(sums.argmax(axis=2) == right) & (sums.max(axis=2) > best),
        honest=(every == right) & ~others,
        neighbour=(near.argmax(axis=2) == right) & (near.max(axis=2) > nearest),
        given=((every == firsts) | (every // 2 == index[:, None])) & ~others,
    )


def _rates(kinds: list[_Right]) -> Rates:
    """The rates over all kinds alike, with their intervals."""
    pairs = [len(kind.usual) for kind in kinds]
    questions = sum(n * (n - 1) for n in pairs)

    def rate(answers: list[NDArray[np.bool_]]) -> Interval:
        share, variance = _mean([right.astype(float) for right in answers])
        independent = share * (1 - share) / variance if variance > 0 else sum(pairs)
        independent = min(independent, questions)
        return wilson(share * independent, independent)

    usual, neighbour = rate([kind.usual for kind in kinds]), rate([kind.neighbour for kind in kinds])
    gain, variance = _mean([kind.usual.astype(float) - kind.neighbour for kind in kinds])
    low, high = gain - Z95 * variance**0.5, gain + Z95 * variance**0.5
    if not variance:  # as where nothing is right: pairs that are alike do not say by how much others differ
        low, high = usual["low"] - neighbour["high"], usual["high"] - neighbour["low"]
    return Rates(
        questions=questions,
        usual=usual,
        honest=rate([kind.honest for kind in kinds]),
        neighbour=neighbour,
        gain=Interval(value=gain, low=max(low, -1.0), high=min(high, 1.0)),
        given=_mean([kind.given.astype(float) for kind in kinds])[0],
    )


def _mean(kinds: list[NDArray[np.float64]]) -> tuple[float, float]:
    """The mean over kinds of their means off the diagonal, and its variance over pairs (the jackknife)."""
    means, variances = [], []
    for scores in kinds:
        n = len(scores)
        scores = np.where(np.eye(n, dtype=bool), 0.0, scores)
        total = scores.sum()
        left = (total - scores.sum(axis=0) - scores.sum(axis=1)) / ((n - 1) * (n - 2))  # without each pair
        means.append(total / (n * (n - 1)))
        variances.append((n - 1) / n * float(((left - left.mean()) ** 2).sum()))
    return float(np.mean(means)), sum(variances) / len(kinds) ** 2
