import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from small import WORDS, drawn, table

from wordglass import TextClassifier
from wordglass.trace.mapping import NEAREST, POINTS, kept_neighbours, principal


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(5, 60), dim=st.integers(2, 80), seed=st.integers(0, 10**6))
def test_the_two_directions_are_scikit_learns(rows, dim, seed):
    x = np.random.default_rng(seed).normal(size=(rows, dim)) * np.arange(1, dim + 1) ** 2
    at, spread = principal(x)
    theirs = PCA(2, svd_solver="full").fit(x)
    np.testing.assert_allclose(np.abs(at), np.abs(theirs.transform(x)), atol=1e-6 * np.abs(x).max())
    np.testing.assert_allclose(spread, theirs.explained_variance_ratio_, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(rows=st.integers(25, 80), seed=st.integers(0, 10**6))
def test_the_neighbours_kept_are_those_that_a_search_finds(rows, seed):
    rng = np.random.default_rng(seed)
    space = rng.normal(size=(rows, 5))
    at = space[:, :2]

    def nearest(x):
        return NearestNeighbors(n_neighbors=NEAREST).fit(x).kneighbors(return_distance=False)

    both = [len(set(a) & set(b)) for a, b in zip(nearest(space), nearest(at), strict=True)]
    assert kept_neighbours(space, at) == pytest.approx(np.mean(both) / NEAREST)


def test_directions_point_to_where_their_largest_weight_is_positive():
    x = np.random.default_rng(3).normal(size=(40, 5)) * [1, 2, 9, 3, 4]
    for points in (x, -x):
        at, _ = principal(points)
        assert np.corrcoef(at[:, 0], points[:, 2])[0, 1] > 0.9


def test_of_equally_near_texts_the_first_are_taken():
    line = np.array([[0.0, 0], [1, 0], [-1, 0], [1, 0], [-1, 0], [1, 0]])
    both = [{1, 2}, {3, 5}, {4, 0}, {1, 5}, {2, 0}, {1, 3}]
    folded = np.abs(line)  # all but the first are one point
    there = [{1, 2}, {2, 3}, {1, 3}, {1, 2}, {1, 2}, {1, 2}]
    kept = np.mean([len(a & b) / 2 for a, b in zip(both, there, strict=True)])
    assert kept_neighbours(line, folded) == pytest.approx(kept)


@pytest.mark.parametrize("points", [3, 4, 30])
def test_texts_that_all_have_the_same_scores_are_one_point(points):
    same = np.ones((points, 4))
    at, spread = principal(same)
    assert not at.any()
    assert not spread.any()
    assert kept_neighbours(same, at) == 1.0


@pytest.mark.parametrize("kind", ["binary", "many", "labels"])
@pytest.mark.parametrize("lexical", [True, False])
def test_the_map_has_every_held_out_text_where_its_scores_are(kind, lexical):
    texts, targets = drawn(kind, rows=90)
    labels = [[f"c{k}" for k in np.flatnonzero(r)] for r in targets] if kind == "labels" else targets.tolist()
    clf = TextClassifier(table(), held_out=0.5, lexical=lexical).fit(texts, labels)
    found = clf.trace_["map"]
    assert [point["row"] for point in found["points"]] == clf.held_out_rows_.tolist()
    assert [point["text"] for point in found["points"]] == [texts[row] for row in clf.held_out_rows_]
    at = np.array([(point["x"], point["y"]) for point in found["points"]])
    assert at.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    scores = clf.decision_function([point["text"] for point in found["points"]])
    if kind == "labels":
        assert at == pytest.approx(principal(scores)[0])
    elif kind == "many":  # the mean over classes is no part of what is shown
        assert at == pytest.approx(principal(scores - scores.mean(axis=1, keepdims=True))[0])
        assert "less their mean" in found["what"]
    elif lexical:
        assert at.sum(axis=1) == pytest.approx(scores - scores.mean())
        assert sum(found["spread"]) == pytest.approx(1)
    else:
        assert at[:, 0] == pytest.approx(scores - scores.mean())
        known = [sum(word in WORDS for word in point["text"].split()) for point in found["points"]]
        assert at[:, 1] == pytest.approx(np.log2(1 + np.array(known)) - np.log2(1 + np.array(known)).mean())
        assert found["spread"] == [1.0, 0.0]
    for middle in found["classes"]:
        own = [i for i, point in enumerate(found["points"]) if middle["name"] in point["truth"]]
        assert middle["rows"] == len(own)
        assert (middle["x"], middle["y"]) == pytest.approx(tuple(at[own].mean(axis=0)))


def test_the_map_is_the_same_at_any_number_of_threads_and_holds_so_many_points():
    texts, targets = drawn("many", rows=2000)
    one, two = (
        TextClassifier(table(), held_out=0.5, threads=threads, preset="fast").fit(texts, targets.tolist())
        for threads in (1, 2)
    )
    assert one.trace_["map"] == two.trace_["map"]
    assert len(one.trace_["map"]["points"]) == POINTS
