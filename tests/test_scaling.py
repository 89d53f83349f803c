import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from wordglass.errors import ArgumentError
from wordglass.head import LinearHead
from wordglass.scaling import Scaler, row_weights


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
def test_scales_as_scikit_learn(dtype, weighted):
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(200, 5)) * [1, 10, 0.1, 1, 1] + [0, 100, 1, 0, 0]).astype(dtype)
    X[:, 3] = 0.1  # constant, and not a binary fraction
    X[:, 4] = 0.0
    weights = rng.uniform(0, 2, 200) if weighted else None
    scaler = Scaler.fit(X, weights)
    theirs = StandardScaler().fit(X.astype(float), sample_weight=weights)
    np.testing.assert_allclose(scaler.mean, theirs.mean_, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(scaler.scale, theirs.scale_, rtol=1e-6)
    assert scaler.transform(X).dtype == dtype
    np.testing.assert_allclose(scaler.transform(X), theirs.transform(X.astype(float)), atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 6), st.integers(1, 4))
def test_a_folded_head_scores_raw_features_the_same(seed, rows, features, outputs):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)) * rng.uniform(0.1, 100, features) + rng.normal(size=features)
    head = LinearHead(rng.normal(size=(features, outputs)), rng.normal(size=outputs), "softmax")
    scaler = Scaler.fit(X)
    expected = head.scores(scaler.transform(X))
    size = np.abs(expected).max() + np.abs(scaler.fold(head).bias).max()
    np.testing.assert_allclose(scaler.fold(head).scores(X), expected, rtol=1e-9, atol=1e-9 * size)


def test_class_weights_are_those_of_scikit_learn():
    targets = np.random.default_rng(0).choice(3, 500, p=[0.7, 0.25, 0.05])
    names = ["a", "b", "c"]
    for spec in ("balanced", {"a": 0.5, "c": 4.0}, None):
        theirs = {names.index(k): v for k, v in spec.items()} if isinstance(spec, dict) else spec
        expected = compute_sample_weight(theirs, targets)
        np.testing.assert_allclose(row_weights(targets, names, spec), expected)


@pytest.mark.parametrize("spec", [{"d": 1.0}, {"a": -1.0}, {"a": float("nan")}, "even"])
def test_impossible_class_weights_are_refused(spec):
    with pytest.raises(ArgumentError, match="class weights"):
        row_weights(np.array([0, 1]), ["a", "b"], spec)
