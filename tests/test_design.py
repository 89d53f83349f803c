import numpy as np
import pytest

from wordglass import passes
from wordglass.design import Design
from wordglass.errors import DataError
from wordglass.head import fit_head
from wordglass.passes import Rows
from wordglass.sparse import SparseRows


def problem(kind: str, rows: int = 500) -> tuple[Design, np.ndarray, np.ndarray]:
    """A design of both kinds of features, the same as one matrix, and targets that depend on both."""
    random = np.random.default_rng(3)
    dense = random.normal(size=(rows, 5))
    full = random.random((rows, 40)) * (random.random((rows, 40)) < np.linspace(0.5, 0.005, 40))
    full = full.astype(np.float32)
    full[7] = 0
    owners, ids = np.nonzero(full)
    indptr = np.searchsorted(owners, np.arange(rows + 1))
    sparse = SparseRows(indptr, ids.astype(np.int32), full[owners, ids], 40)
    X = np.hstack([dense, full])
    scores = X @ random.normal(size=(45, 4)) + random.gumbel(size=(rows, 4))
    targets = {
        "softmax": scores.argmax(axis=1),
        "binary": (scores[:, 0] > 0).astype(int),
        "labels": scores > 1,
    }
    return Design(dense, sparse), X, targets[kind]


@pytest.mark.parametrize("kind", ["softmax", "binary", "labels"])
def test_sparse_features_are_fitted_as_if_they_were_dense(kind):
    design, X, targets = problem(kind)
    loss = "softmax" if kind == "softmax" else "sigmoid"
    weights = np.random.default_rng(0).uniform(0.5, 2, len(X))
    both = [
        fit_head(
            rows,
            targets,
            loss=loss,
            C=3.0,
            weights=weights,
            tolerance=1e-13,
            epochs=500,
            held_out=(rows, targets),
        )
        for rows in (design, X)
    ]
    np.testing.assert_allclose(both[0].head.weights, both[1].head.weights, atol=1e-5)
    np.testing.assert_allclose(both[0].head.bias, both[1].head.bias, atol=1e-5)
    assert both[0].epochs[-1].objective == pytest.approx(both[1].epochs[-1].objective, rel=1e-10)
    assert both[0].epochs[-1].held_out_loss == pytest.approx(both[1].epochs[-1].held_out_loss, rel=1e-6)


def test_a_design_without_dense_features_is_fitted_too():
    design, X, targets = problem("softmax")
    alone = Design(np.zeros((len(X), 0)), design.sparse)
    fit = fit_head(alone, targets, loss="softmax", tolerance=1e-12)
    np.testing.assert_allclose(
        fit.head.weights, fit_head(X[:, 5:], targets, loss="softmax", tolerance=1e-12).head.weights, atol=1e-4
    )


def test_the_moments_of_sparse_features_are_weighted_sums():
    design, X, targets = problem("softmax")
    weights = np.random.default_rng(0).uniform(0.5, 2, len(X))
    rows = Rows("training", design, targets, weights, "softmax", 4)
    np.testing.assert_allclose(
        rows.sparse_moments(), [weights @ X[:, 5:], weights @ X[:, 5:] ** 2], rtol=1e-6
    )


def test_the_bits_do_not_depend_on_threads(monkeypatch):
    monkeypatch.setattr(passes, "SMALL", 1)
    monkeypatch.setattr(passes, "CHUNK_ROWS", 64)
    monkeypatch.setattr("wordglass.sparse.CHUNK", 100)
    heads = []
    for threads in (1, 2, 5):
        design, _, targets = problem("softmax")
        heads.append(fit_head(design, targets, loss="softmax", epochs=8, threads=threads).head)
    for head in heads[1:]:
        assert np.array_equal(head.weights, heads[0].weights)
        assert np.array_equal(head.bias, heads[0].bias)


def test_a_sparse_number_that_is_none_is_refused_with_its_row():
    design, _, targets = problem("softmax")
    design.sparse.values[design.sparse.indptr[9]] = np.nan
    with pytest.raises(DataError, match="row 10"):
        fit_head(design, targets, loss="softmax")


def test_as_many_rows_of_each_kind_are_needed():
    design, _, _ = problem("softmax")
    with pytest.raises(DataError, match="499 dense rows and 500 sparse"):
        Design(design.dense[1:], design.sparse)
    assert design.take(np.array([3, 1])).shape == (2, 45)
