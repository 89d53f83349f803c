"""A map of words, against scikit-learn's principal components and a plain count; its drawings."""

import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from wordglass.errors import ArgumentError
from wordglass.exploring.words_map import words_map
from wordglass.vectors import VectorTable
from wordglass.views.html.svg.words import words_in_plane
from wordglass.views.html.words_map import as_page, as_svg

RNG = np.random.default_rng(11)
WORDS = [f"w{i}" for i in range(40)]
VECTORS = (RNG.normal(size=(40, 10)) * np.linspace(2, 0.3, 10)).astype(np.float32)
TABLE = VectorTable.of(WORDS, VECTORS)
EXACT = VECTORS.astype(float)
UNIT = EXACT / np.linalg.norm(EXACT, axis=1, keepdims=True)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eevil",
    "]]>&amp;",
    "日本語日本語",
]


@pytest.mark.parametrize("count", [3, 8, 40])
def test_the_plane_is_that_of_scikit_learn(count):
    found = words_map(TABLE, WORDS[:count])
    pca = PCA(2).fit(UNIT[:count])
    theirs = pca.transform(UNIT[:count])
    ours = np.array([(one["x"], one["y"]) for one in found["words"]])
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-8)  # an axis may point either way
    np.testing.assert_allclose(found["spread"], pca.explained_variance_ratio_, atol=1e-8)


def test_what_is_kept_is_a_plain_count():
    found = words_map(TABLE, WORDS[:20])
    at = np.array([(one["x"], one["y"]) for one in found["words"]])
    kept = 0
    for i in range(20):
        others = [j for j in range(20) if j != i]
        near, here = (
            set(sorted(others, key=lambda j: np.linalg.norm(space[i] - space[j]))[: found["of"]])
            for space in (UNIT, at)
        )
        kept += len(near & here)
        closest = max(others, key=lambda j: UNIT[i] @ UNIT[j])
        assert found["words"][i]["nearest"] == WORDS[closest]
    assert found["neighbours"] == pytest.approx(kept / (20 * found["of"]))


def test_unknown_words_are_named_and_repeated_ones_drawn_once():
    found = words_map(TABLE, ["w1", "W1", "w2", "w3", "nowhere", "two words"])
    assert [one["word"] for one in found["words"]] == ["w1", "w2", "w3"]
    assert found["unknown"] == ["nowhere", "two words"]


def test_too_few_words_are_refused():
    with pytest.raises(ArgumentError, match="3 to 500 different words that memory has: it has 2"):
        words_map(TABLE, ["w1", "w2", "nowhere"])


def test_equal_vectors_have_one_place():
    table = VectorTable.of(["p", "q", "r"], np.ones((3, 4), np.float32))
    found = words_map(table, ["p", "q", "r"])
    assert np.abs([(one["x"], one["y"]) for one in found["words"]]).max() < 1e-6
    ET.fromstring(as_svg(found))


def test_a_drawing_is_an_image_of_its_own_whatever_the_words_hold():
    drawn = words_map(TABLE, WORDS)
    for one, word in zip(drawn["words"], HOSTILE, strict=False):
        one["word"] = one["nearest"] = word
    image = ET.fromstring(as_svg(drawn))
    assert image.tag == "{http://www.w3.org/2000/svg}svg"
    assert {element.tag.rpartition("}")[2] for element in image.iter()} <= {
        "svg", "title", "desc", "style", "text", "g", "path",
    }  # fmt: skip
    page = as_page(drawn)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_labels_do_not_cover_each_other():
    drawn = words_map(TABLE, WORDS)
    image = ET.fromstring(str(words_in_plane("map", drawn)))
    boxes = []
    for text in image.iter("text"):
        width, x, y = 7.6 * len(text.text), float(text.get("x")), float(text.get("y"))
        left = {"start": x, "end": x - width, "middle": x - width / 2}[text.get("text-anchor")]
        boxes.append((left, y - 11, left + width, y + 4))
    assert len(boxes) > 20
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] + 0.2 or other[2] <= one[0] + 0.2
        assert apart or one[3] <= other[1] + 0.2 or other[3] <= one[1] + 0.2
