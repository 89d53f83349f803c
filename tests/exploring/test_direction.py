"""A direction's ends and what it tells apart, against a plain computation and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from wordglass.errors import ArgumentError
from wordglass.exploring.direction import auc_interval, direction
from wordglass.vectors import VectorTable

RNG = np.random.default_rng(7)
WORDS = [f"w{i}" for i in range(5000)]
WORDS[9] = "1999"  # no letter: never among the ends
VECTORS = RNG.normal(size=(5000, 8)).astype(np.float32)
VECTORS[9] = 10 * (VECTORS[1] - VECTORS[0])
TABLE = VectorTable.of(WORDS, VECTORS)
EXACT = VECTORS.astype(float)
UNIT = EXACT / np.linalg.norm(EXACT, axis=1, keepdims=True)
LINE = (UNIT[1] - UNIT[0]) / np.linalg.norm(UNIT[1] - UNIT[0])
ALONG = UNIT @ LINE


@pytest.mark.parametrize("among", [50, 4096, 4097, 9000])
def test_the_ends_are_the_farthest_words_of_a_plain_projection(among):
    found = direction(TABLE, "w0", "w1", among=among, n=4)
    some = [i for i in range(min(among, 5000)) if i not in (0, 1, 9)]
    down = sorted(some, key=lambda i: ALONG[i])[:4]
    up = sorted(some, key=lambda i: -ALONG[i])[:4]
    assert [one["word"] for one in found["toward_a"]] == [WORDS[i] for i in down]
    assert [one["word"] for one in found["toward_b"]] == [WORDS[i] for i in up]
    np.testing.assert_allclose([one["projection"] for one in found["toward_b"]], ALONG[up], atol=1e-6)
    assert found["among"] == min(among, 5000)
    share = ALONG[:among].var() / UNIT[:among].var(axis=0).sum()
    assert found["spread"] == pytest.approx(share, rel=1e-4)


def test_above_zero_a_word_is_nearer_to_b():
    nearer = UNIT @ UNIT[1] > UNIT @ UNIT[0]
    assert ((ALONG > 1e-9) == nearer)[np.abs(ALONG) > 1e-9].all()


def test_the_area_is_scikit_learns():
    left, right = WORDS[100:117], WORDS[200:211]
    found = direction(TABLE, "w0", "w1", left, right)
    truth = [0] * len(left) + [1] * len(right)
    values = np.concatenate([ALONG[100:117], ALONG[200:211]])
    assert found["auc"]["value"] == pytest.approx(roc_auc_score(truth, values))
    assert found["auc"]["low"] < found["auc"]["value"] < found["auc"]["high"]
    assert found["left"] == sorted(found["left"], key=lambda one: one["projection"])


def test_the_interval_is_newcombes_and_holds_the_truth_about_as_often_as_it_says():
    # its ends solve (auc - theta)^2 = z^2 var(theta), of sizes less 1 the mean
    found = auc_interval(np.arange(8.0), np.arange(5.0) + 4.5)
    size = (8 + 5) / 2 - 1
    for theta in (found["low"], found["high"]):
        spread = 1 + size * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        variance = theta * (1 - theta) * spread / 40
        assert (found["value"] - theta) ** 2 == pytest.approx(1.959964**2 * variance, rel=1e-5)
    rng = np.random.default_rng(0)
    truth = 0.8144533152386513  # P(N(0,1) < N(1.2657,1)), about
    shift = 2**0.5 * 0.8945
    held = 0
    for _ in range(400):
        one = auc_interval(rng.normal(size=8), rng.normal(size=10) + shift)
        held += one["low"] <= truth <= one["high"]
    assert 0.91 <= held / 400 <= 0.99


@pytest.mark.parametrize(
    ("left", "right", "value"), [([0, 1], [2, 3], 1.0), ([2, 3], [0, 1], 0.0), ([1, 1], [1, 1], 0.5)]
)
def test_the_interval_stays_one_at_the_ends(left, right, value):
    found = auc_interval(np.array(left, float), np.array(right, float))
    assert found["value"] == value
    assert 0 <= found["low"] <= value <= found["high"] <= 1
    assert found["high"] - found["low"] > 0.3


def test_the_ends_themselves_and_unknown_words_are_left_out_of_the_lists():
    found = direction(TABLE, "w0", "w1", ["w5", "w6", "W0", "nowhere"], ["w1", "w7", "w8"])
    assert found["left_out"] == ["W0", "w1"]
    assert found["unknown"] == ["nowhere"]
    assert [len(found["left"]), len(found["right"])] == [2, 2]


def test_what_has_no_direction_is_refused():
    with pytest.raises(ArgumentError, match="has no word 'nowhere'"):
        direction(TABLE, "w0", "nowhere")
    with pytest.raises(ArgumentError, match="are one word to memory"):
        direction(TABLE, "w0", "W0")
    with pytest.raises(ArgumentError, match="each list needs 2 to 1000 words"):
        direction(TABLE, "w0", "w1", ["w5"], ["w6", "w7"])
    with pytest.raises(ArgumentError, match="'w6' is in both lists"):
        direction(TABLE, "w0", "w1", ["w5", "w6"], ["w6", "w7"])
    same = VectorTable.of(["p", "q"], np.ones((2, 3), np.float32))
    with pytest.raises(ArgumentError, match="have the same vector"):
        direction(same, "p", "q")
