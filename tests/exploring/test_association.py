"""The association test, against a plain-Python twin that goes through every division of the words."""

import sys
from itertools import combinations
from math import comb
from statistics import mean, stdev

import numpy as np
import pytest

from wordglass.errors import ArgumentError, DataError
from wordglass.exploring.association import EXACT, WordTest, association, read_tests
from wordglass.vectors import VectorTable

RNG = np.random.default_rng(5)
WORDS = [f"w{i}" for i in range(60)]
VECTORS = RNG.normal(size=(60, 9)).astype(np.float32)
VECTORS[:5] += 0.4 * VECTORS[20]
TABLE = VectorTable.of(WORDS, VECTORS)
NAMES = ("x", "y", "a", "b")


def made(x, y, a, b):
    lists = tuple([f"w{i}" for i in numbers] for numbers in (x, y, a, b))
    return WordTest("of words", NAMES, lists)


TEST = made(range(5), range(5, 10), range(20, 24), range(24, 29))


def plain(test):
    """Effect size and p-value in plain Python, from the definition in the source."""
    vectors = {word: [float(number) for number in TABLE.vector(word)] for word in WORDS}

    def cosine(one, other):
        dot = sum(p * q for p, q in zip(one, other, strict=True))
        return dot / (sum(p * p for p in one) * sum(q * q for q in other)) ** 0.5

    x, y, a, b = test.lists
    s = {
        word: mean(cosine(vectors[word], vectors[other]) for other in a)
        - mean(cosine(vectors[word], vectors[other]) for other in b)
        for word in x + y
    }
    effect = (mean(s[word] for word in x) - mean(s[word] for word in y)) / stdev(s.values())

    def difference(first):
        rest = [word for word in x + y if word not in first]
        return mean(s[word] for word in first) - mean(s[word] for word in rest)

    given = difference(x)
    found = [difference(first) >= given - 1e-12 for first in combinations(x + y, len(x))]
    return effect, sum(found) / len(found), len(found), s


@pytest.mark.parametrize("test", [TEST, made(range(4), range(5, 11), [20, 21], [22, 23, 24])])
def test_effect_and_p_are_those_of_plain_python(test):
    found = association(TABLE, test)
    effect, p, ways, s = plain(test)
    assert found["effect"] == pytest.approx(effect, abs=1e-6)
    assert (found["p"], found["divisions"], found["exact"]) == (pytest.approx(p), ways, True)
    for word in found["x"] + found["y"]:
        assert word["association"] == pytest.approx(s[word["word"]], abs=1e-6)


def test_the_range_without_one_word_is_that_of_tests_with_one_less():
    effects = []
    for part in range(4):
        for word in TEST.lists[part]:
            lists = list(TEST.lists)
            lists[part] = [other for other in lists[part] if other != word]
            effects.append(association(TABLE, WordTest("", NAMES, tuple(lists)))["effect"])
    found = association(TABLE, TEST)
    assert (found["low"], found["high"]) == (pytest.approx(min(effects)), pytest.approx(max(effects)))


def test_of_too_many_divisions_some_are_drawn_by_the_seed(monkeypatch):
    test = made(range(11), range(11, 22), range(30, 34), range(34, 38))
    assert comb(22, 11) > EXACT
    found, again, other = (association(TABLE, test, seed=seed) for seed in (0, 0, 1))
    assert not found["exact"]
    assert found["p"] == again["p"]
    assert found["p"] == pytest.approx(other["p"], abs=0.02)
    smaller = made(range(9), range(11, 20), range(30, 34), range(34, 38))
    exact = association(TABLE, smaller)
    monkeypatch.setattr(sys.modules[association.__module__], "EXACT", 0)
    drawn = association(TABLE, smaller)
    assert drawn["p"] == pytest.approx(exact["p"], abs=0.01)


def test_a_p_value_is_never_zero_and_equal_words_have_no_effect():
    vectors = np.array([[1, 0.1], [1, 0], [0, 1], [0.1, 1], [1, 0], [1, 0.2], [0, 1], [0.2, 1]], np.float32)
    table = VectorTable.of([f"w{i}" for i in range(8)], vectors)
    found = association(table, made([0, 1], [2, 3], [4, 5], [6, 7]))
    assert found["p"] == pytest.approx(1 / 6)
    alike = VectorTable.of(
        [f"w{i}" for i in range(8)], np.vstack([[[1, 1]] * 4, vectors[4:]]).astype(np.float32)
    )
    nothing = association(alike, made([0, 1], [2, 3], [4, 5], [6, 7]))
    assert (nothing["effect"], nothing["p"]) == (None, 1.0)


def test_unknown_words_are_left_out_and_named():
    lists = [*TEST.lists[0], "nowhere", "two words"], *TEST.lists[1:]
    found = association(TABLE, WordTest("", NAMES, lists))
    assert found["unknown"] == ["nowhere", "two words"]
    assert found["effect"] == association(TABLE, TEST)["effect"]


def test_lists_that_cannot_be_tested_are_refused():
    with pytest.raises(
        ArgumentError, match=r"'y' needs 2 to 200 words that memory has: it has 1; unknown: no"
    ):
        association(TABLE, WordTest("", NAMES, (TEST.lists[0], ["w7", "no"], *TEST.lists[2:])))
    with pytest.raises(ArgumentError, match="'W0' is in 'x' and in 'y'"):
        association(TABLE, WordTest("", NAMES, (["W0", "w1"], ["w0", "w2"], *TEST.lists[2:])))
    with pytest.raises(ArgumentError, match="is in 'a' and in 'b'"):
        association(TABLE, WordTest("", NAMES, (*TEST.lists[:2], TEST.lists[2], TEST.lists[2])))


def test_our_own_lists_are_disjoint_and_as_long_on_both_sides():
    for name, test in read_tests().items():
        x, y, a, b = map(set, test.lists)
        assert len(x) == len(y), name
        assert len(a) == len(b), name
        assert not (x | y) & (a | b), name
        assert not x & y, name
        assert not a & b, name
        assert [len(words) for words in test.lists] == [len(words) for words in (x, y, a, b)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a]\nx = ['one']", "lists of words"),
        ("[a]\nx = [1]\ny = [2]\na = [3]\nb = [4]", "lists of words"),
        ("a = 3", "lists of words"),
        ("[a]\nwhat = 3\nx = ['p']\ny = ['q']\na = ['r']\nb = ['s']", "lists of words"),
        ("=", "is no TOML file"),
    ],
)
def test_a_file_of_tests_that_is_none_is_refused(tmp_path, text, says):
    path = tmp_path / "tests.toml"
    path.write_text(text)
    with pytest.raises(DataError, match=says):
        read_tests(path)
