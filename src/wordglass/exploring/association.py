"""A test of bias: whether two groups of words differ in how near they are to two sets of words."""

import tomllib
from itertools import combinations
from math import comb
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from wordglass.errors import ArgumentError, DataError
from wordglass.exploring.known import Known, known_words
from wordglass.vectors.table import VectorTable

OWN = Path(__file__).with_name("association.toml")
EXACT = 200_000  # divisions of the words, up to which every one is gone through
SAMPLED = 100_000  # divisions drawn, where there are more
BLOCK = 10_000  # drawn at a time
LEAST, MOST = 2, 200  # words of a list
SAME = 1e-12  # of equal sums that were added in another order

Floats = NDArray[np.float64]


class WordTest(NamedTuple):
    """Four lists of words: are those of x nearer to a, and those of y nearer to b?"""

    what: str
    names: tuple[str, str, str, str]  # of the lists, x, y, a, b
    lists: tuple[list[str], list[str], list[str], list[str]]


class Associated(TypedDict):
    """A word, and how much nearer it is to the words of a than to those of b."""

    word: str
    association: float  # the mean of its cosines to a less that to b


class Association(TypedDict):
    """What a test of association finds in a table."""

    table: str
    test: str
    what: str
    names: list[str]  # of x, y, a and b
    x: list[Associated]  # nearest to a first
    y: list[Associated]
    a: list[str]
    b: list[str]
    effect: float | None  # None where all words are associated alike
    low: float | None  # the least effect, and the largest, where any one word of the lists is left out
    high: float | None
    p: float  # one-sided
    divisions: int  # that were gone through, the given one among them
    exact: bool  # whether these are all
    unknown: list[str]


def read_tests(path: Path = OWN) -> dict[str, WordTest]:
    """Tests from a TOML file: for each a table with lists of words ``x``, ``y``, ``a`` and ``b``.

    Without a path, those that come with wordglass, in English. ``DataError`` for a file that is no such one.

    >>> list(read_tests()), read_tests()["flowers"].names
    (['flowers', 'instruments', 'career', 'science'], ('flowers', 'insects', 'pleasant', 'unpleasant'))
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArgumentError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(f"{path} is no TOML file: {error}") from error
    return {name: _test(path, name, given) for name, given in told.items()}


def _test(path: Path, name: str, given: object) -> WordTest:
    wrong = DataError(f'{path}: [{name}] is to have lists of words: x = ["...", "..."], and y, a and b')
    if not isinstance(given, dict):
        raise wrong
    lists = [given.get(part) for part in "xyab"]
    names = [given.get(f"{part}_name", part) for part in "xyab"]
    for words in lists:
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise wrong
    if not all(isinstance(said, str) for said in [given.get("what", name), *names]):
        raise wrong
    return WordTest(given.get("what", name), tuple(names), tuple(lists))  # type: ignore[arg-type]


def association(table: VectorTable, test: WordTest, name: str = "", seed: int = 0) -> Association:
    """The word embedding association test (WEAT): the effect size and its permutation p-value.

    A word's association is the mean of its cosines to the words of a less that to those of b. The effect
    size is the mean association of x less that of y, over the standard deviation (with n - 1) over both. The
    p-value is the share of all ways to divide the same words into groups of these sizes whose difference is
    at least as large: one-sided, the given division among them, so never 0. Beyond 200,000 ways, 100,000 are
    drawn with ``seed``. Source: Caliskan, Bryson and Narayanan, 2017, Semantics derived automatically from
    language corpora contain human-like biases, Science 356.

    ``low`` and ``high`` are the least and the largest effect without any one word: how much hangs on it. The
    test depends on the choice of words, by which it can be made to find nearly anything: Ethayarajh, Duvenaud
    and Hirst, 2019, Understanding undesirable word embedding associations.

    ``ArgumentError`` where a list has fewer than two known words, more than 200, or two lists share one.

    >>> vectors = np.array([[2, 1], [3, 1], [1, 2], [1, 3], [1, 0], [9, 1], [0, 1], [1, 9]], np.float32)
    >>> table = VectorTable.of(["rose", "lily", "wasp", "fly", "joy", "love", "pain", "hate"], vectors)
    >>> lists = ["rose", "lily"], ["wasp", "fly"], ["joy", "love"], ["pain", "hate"]
    >>> found = association(table, WordTest("flowers?", ("x", "y", "a", "b"), lists))
    >>> round(found["effect"], 2), round(found["p"], 2), found["divisions"], found["exact"]
    (1.71, 0.17, 6, True)
    """
    groups = [known_words(table, words) for words in test.lists]
    for list_name, group in zip(test.names, groups, strict=True):
        if not LEAST <= len(group.words) <= MOST:
            raise ArgumentError(
                f"the list {list_name!r} needs {LEAST} to {MOST} words that {table.name} has: it has "
                f"{len(group.words)}"
                + (f"; unknown: {', '.join(group.unknown[:10])}" if group.unknown else "")
            )
    x, y, a, b = groups
    _refuse_shared(test, groups)
    targets = np.vstack([x.units, y.units])
    to_a, to_b = targets @ a.units.T, targets @ b.units.T
    associations = to_a.mean(axis=1) - to_b.mean(axis=1)
    p, divisions, exact = _p_value(associations, len(x.words), seed)
    without = _without_one(to_a, to_b, len(x.words))
    return Association(
        table=table.name,
        test=name,
        what=test.what,
        names=list(test.names),
        x=_ordered(x.words, associations[: len(x.words)]),
        y=_ordered(y.words, associations[len(x.words) :]),
        a=a.words,
        b=b.words,
        effect=_effect(associations, len(x.words)),
        low=min(without, default=None),
        high=max(without, default=None),
        p=p,
        divisions=divisions,
        exact=exact,
        unknown=[word for group in groups for word in group.unknown],
    )


def _refuse_shared(test: WordTest, groups: list[Known]) -> None:
    """Groups that are held against each other have no word in common."""
    keys = [[int(row) or word for row, word in zip(of.rows, of.words, strict=True)] for of in groups]
    for one, other in ((0, 1), (2, 3)):
        for key, word in zip(keys[one], groups[one].words, strict=True):
            if key in keys[other]:
                both = f"{test.names[one]!r} and in {test.names[other]!r}"
                raise ArgumentError(f"{word!r} is in {both}: give it in one list")


def _ordered(words: list[str], associations: Floats) -> list[Associated]:
    found = [Associated(word=w, association=float(s)) for w, s in zip(words, associations, strict=True)]
    return sorted(found, key=lambda one: -one["association"])


def _effect(associations: Floats, first: int) -> float | None:
    """The difference of the groups' means over the standard deviation of all; None where that is 0."""
    deviation = float(associations.std(ddof=1))
    if deviation <= SAME:
        return None
    return float(associations[:first].mean() - associations[first:].mean()) / deviation


def _without_one(to_a: Floats, to_b: Floats, first: int) -> list[float]:
    """The effects without each one word of the four lists, where enough words are left."""
    found = []
    words = len(to_a)
    whole = to_a.mean(axis=1) - to_b.mean(axis=1)
    for i in range(words):
        if (first if i < first else words - first) > 1:
            found.append(_effect(np.delete(whole, i), first - (i < first)))
    for one, other, sign in ((to_a, to_b, 1), (to_b, to_a, -1)):
        if one.shape[1] > 1:
            for k in range(one.shape[1]):
                rest = np.delete(one, k, axis=1).mean(axis=1)
                found.append(_effect(sign * (rest - other.mean(axis=1)), first))
    return [effect for effect in found if effect is not None]


def _p_value(associations: Floats, first: int, seed: int) -> tuple[float, int, bool]:
    """The share of divisions whose first group sums to at least as much, how many there were, whether all."""
    least = associations[:first].sum() - SAME * max(1.0, float(np.abs(associations).sum()))
    words = len(associations)
    ways = comb(words, first)
    if ways <= EXACT:
        chosen = np.fromiter(combinations(range(words), first), (np.int64, first), ways)
        return float((associations[chosen].sum(axis=1) >= least).mean()), ways, True
    rng = np.random.default_rng(seed)
    reached = 1  # the given division itself
    for _ in range(SAMPLED // BLOCK):
        order = rng.random((BLOCK, words)).argpartition(first, axis=1)[:, :first]
        reached += int((associations[order].sum(axis=1) >= least).sum())
    return reached / (SAMPLED + 1), SAMPLED + 1, False
