import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from wordglass import passes
from wordglass.errors import ArgumentError, DataError
from wordglass.head import LinearHead, fit_head
from wordglass.passes import Rows, probabilities


def problem(kind, rows=600, features=8, seed=0):
    """Noisy linear problems: "binary", "many" (4 classes of unequal size) or "labels" (3 a row)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)) * rng.uniform(0.2, 5, features) + rng.normal(size=features)
    scores = X @ rng.normal(size=(features, 4)) / 3 + rng.gumbel(size=(rows, 4)) + [0, 0.5, 1, -1]
    if kind == "binary":
        return X, (scores[:, 0] > scores[:, 1]).astype(int), "sigmoid"
    if kind == "many":
        return X, scores.argmax(axis=1), "softmax"
    return X, scores[:, :3] > 1, "sigmoid"


KINDS = ["binary", "many", "labels"]


def objective(head, X, targets, C, weights):
    """The formula of the docstring, term by term."""
    scores = X.astype(float) @ head.weights + head.bias
    if head.loss == "softmax":
        losses = np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(X)), targets]
    else:
        losses = (np.logaddexp(0, scores) - targets.reshape(scores.shape) * scores).sum(axis=1)
    return C * (weights * losses).sum() + (head.weights**2).sum() / 2


def sklearn_head(X, targets, loss, C, weights):
    def fit(t):
        return LogisticRegression(C=C, tol=1e-12, max_iter=20_000).fit(X, t, sample_weight=weights)

    if targets.ndim == 1:
        model = fit(targets)
        return LinearHead(model.coef_.T, model.intercept_, loss)
    models = [fit(column) for column in targets.T]
    return LinearHead(np.hstack([m.coef_.T for m in models]), np.hstack([m.intercept_ for m in models]), loss)


@pytest.mark.parametrize("C", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("kind", KINDS)
def test_converges_to_the_solution_of_scikit_learn(kind, C):
    X, targets, loss = problem(kind)
    weights = np.random.default_rng(1).uniform(0, 3, len(X))
    ours = fit_head(X, targets, loss=loss, C=C, weights=weights, epochs=300, tolerance=1e-14)
    theirs = sklearn_head(X, targets, loss, C, weights)
    reached, best = (objective(h, X, targets, C, weights) for h in (ours.head, theirs))
    assert reached <= best * (1 + 1e-9)
    assert ours.epochs[-1].objective == pytest.approx(reached, rel=1e-12)
    np.testing.assert_allclose(ours.head.weights, theirs.weights, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_tolerance_is_within_a_millionth_and_float32_as_good(kind):
    X, targets, loss = problem(kind)
    ones = np.ones(len(X))
    best = objective(sklearn_head(X, targets, loss, 1.0, ones), X, targets, 1.0, ones)
    for features in (X, X.astype(np.float32)):
        fit = fit_head(features, targets, loss=loss)
        assert fit.stopped == "converged"
        assert objective(fit.head, X, targets, 1.0, ones) <= best * (1 + 1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_asked_for_five_epochs_every_row_is_passed_over_five_times(kind, monkeypatch):
    X, targets, loss = problem(kind)
    passes = []
    gradient = Rows.gradient
    monkeypatch.setattr(Rows, "gradient", lambda *args: (passes.append("gradient"), gradient(*args))[1])
    fit = fit_head(X, targets, loss=loss, epochs=5, tolerance=0.0)
    assert len(passes) == 5
    assert [e.epoch for e in fit.epochs] == [0, 1, 2, 3, 4, 5]
    assert fit.stopped == "all epochs done"


@pytest.mark.parametrize("kind", KINDS)
def test_records_are_those_of_the_model_at_that_epoch(kind):
    X, targets, loss = problem(kind)
    Xh, th, _ = problem(kind, rows=100, seed=7)
    weights = np.random.default_rng(1).uniform(0, 3, len(X))
    for epochs in range(4):
        fit = fit_head(X, targets, loss=loss, weights=weights, epochs=epochs, held_out=(Xh, th), tolerance=0)
        last, head = fit.epochs[-1], fit.head
        for rows, t, w, log_loss, accuracy in (
            (X, targets, weights, last.train_loss, last.train_accuracy),
            (Xh, th, np.ones(len(Xh)), last.held_out_loss, last.held_out_accuracy),
        ):
            p = probabilities(head.scores(rows), loss, multi_label=t.ndim == 2)
            if t.ndim == 2:
                losses, right = -np.log(np.where(t, p, 1 - p)).sum(axis=1), ((p >= 0.5) == t).all(axis=1)
            else:
                losses, right = -np.log(p[np.arange(len(t)), t]), p.argmax(axis=1) == t
            assert log_loss == pytest.approx(np.average(losses, weights=w))
            assert accuracy == right.mean()
        assert last.objective == pytest.approx(objective(head, X, targets, 1.0, weights))


def test_epoch_0_knows_only_the_shares_of_the_classes():
    X, targets, loss = problem("many")
    shares = np.bincount(targets) / len(targets)
    first = fit_head(X, targets, loss=loss, epochs=0)
    assert not first.head.weights.any()
    np.testing.assert_allclose(probabilities(first.head.scores(X), loss, False)[0], shares)
    assert first.epochs[0].train_loss == pytest.approx(-(shares * np.log(shares)).sum())
    assert first.epochs[0].train_accuracy == shares.max()
    weights = np.array([0.5, 0.5, 1.0])
    even = fit_head(np.eye(3), np.array([0, 0, 1]), loss="sigmoid", weights=weights, epochs=0)
    assert even.epochs[0].train_accuracy == 2 / 3  # of classes as likely, the first is predicted


@pytest.mark.parametrize("kind", KINDS)
def test_five_epochs_come_within_a_thousandth_of_the_best_objective(kind):
    X, targets, loss = problem(kind)
    best = fit_head(X, targets, loss=loss, C=0.01, epochs=300, tolerance=1e-14).epochs[-1].objective
    assert fit_head(X, targets, loss=loss, C=0.01, epochs=5).epochs[-1].objective <= best * (1 + 1e-3)


def test_what_changes_no_probability_is_left_alone():
    X, targets, loss = problem("many")
    fit = fit_head(X, targets, loss=loss, C=100.0)
    np.testing.assert_allclose(fit.head.weights.sum(axis=1), 0, atol=1e-9)
    shares = np.bincount(targets) / len(targets)
    assert fit.head.bias.sum() == pytest.approx(np.log(shares).sum(), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(2, 60),
    features=st.integers(1, 12),
    exponent=st.integers(-6, 6),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_the_objective_never_rises_and_nothing_becomes_nan(kind, seed, rows, features, exponent, scale):
    X, targets, loss = problem(kind, rows, features, seed)
    X[:, 0] *= scale
    X[:, -1] = 3.0  # constant; with one feature there is nothing but it
    X[0] = 0.0
    weights = np.random.default_rng(seed).integers(0, 3, rows).astype(float)
    weights[0] = 1.0
    fit = fit_head(X, targets, loss=loss, C=10.0**exponent, epochs=12, weights=weights, tolerance=0)
    values = [e.objective for e in fit.epochs]
    assert np.isfinite(values).all()
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(values))
    assert np.isfinite(fit.head.weights).all()
    assert np.isfinite(fit.head.bias).all()


@pytest.mark.parametrize("kind", KINDS)
def test_separable_rows_and_extreme_penalties_are_fitted(kind):
    X, _, loss = problem(kind)
    best = (X @ np.random.default_rng(3).normal(size=(X.shape[1], 4)))[:, :3]
    targets = {"binary": (best[:, 0] > 0).astype(int), "many": best.argmax(axis=1), "labels": best > 0}[kind]
    assert fit_head(X, targets, loss=loss, C=1e6).epochs[-1].train_accuracy > 0.99
    weak = fit_head(X, targets, loss=loss, C=1e-6)
    assert np.abs(weak.head.weights).max() < 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_the_bits_do_not_depend_on_threads_or_run(kind, monkeypatch):
    monkeypatch.setattr(passes, "SMALL", 0)
    X, targets, loss = problem(kind, rows=3 * passes.CHUNK_ROWS + 17)
    heads = [fit_head(X, targets, loss=loss, epochs=6, threads=t).head for t in (1, 1, 2, 4)]
    for head in heads[1:]:
        assert head.weights.tobytes() == heads[0].weights.tobytes()
        assert head.bias.tobytes() == heads[0].bias.tobytes()


def test_rows_of_weight_0_do_not_count_and_weight_2_counts_twice():
    X, targets, loss = problem("many")
    weights = np.random.default_rng(0).integers(0, 3, len(X))
    weighted = fit_head(X, targets, loss=loss, weights=weights, tolerance=1e-14)
    repeated = fit_head(X.repeat(weights, axis=0), targets.repeat(weights), loss=loss, tolerance=1e-14)
    np.testing.assert_allclose(weighted.head.weights, repeated.head.weights, atol=1e-5)


def test_a_start_is_gone_on_from():
    X, targets, loss = problem("many")
    done = fit_head(X, targets, loss=loss, tolerance=1e-12)
    further = fit_head(X, targets, loss=loss, start=done.head)
    assert further.epochs[0].objective == pytest.approx(done.epochs[-1].objective, rel=1e-12)
    assert len(further.epochs) == 2


def test_a_full_step_that_would_raise_the_objective_is_shortened_and_said():
    X, _, loss = problem("labels", rows=2000)
    rare = (X[:, :1] > np.sort(X[:, 0])[-4]) & np.ones(2, dtype=bool)  # Newton's step from 0 is far too long
    fit = fit_head(X, rare, loss=loss, C=100.0, epochs=8)
    assert any(e.shortened for e in fit.epochs)
    assert all(b.objective <= a.objective * (1 + 1e-12) for a, b in pairwise(fit.epochs))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_refused_with_its_row(bad):
    X, targets, loss = problem("binary", rows=20)
    broken = X.copy()
    broken[6, 2] = bad
    with pytest.raises(DataError, match="training row 7: a feature"):
        fit_head(broken, targets, loss=loss)
    with pytest.raises(DataError, match="held-out row 7: a feature"):
        fit_head(X, targets, loss=loss, held_out=(broken, targets))
    weights = np.ones(20)
    weights[4] = bad
    with pytest.raises(DataError, match="training row 5: the weight"):
        fit_head(X, targets, loss=loss, weights=weights)


def test_labels_that_no_row_has_are_learned_and_training_ends():
    X, _, _ = problem("labels")
    fit = fit_head(X, np.zeros((len(X), 3), bool), loss="sigmoid")
    assert fit.stopped == "converged"
    assert fit.epochs[-1].train_accuracy == 1.0
    assert np.isfinite(fit.head.weights).all()
    assert np.isfinite(fit.head.bias).all()


def test_impossible_arguments_and_targets_are_refused():
    X, targets, loss = problem("many", rows=30)
    targets[:4] = [0, 1, 2, 3]
    for wrong in ({"C": 0.0}, {"C": math.nan}, {"epochs": -1}):
        with pytest.raises(ArgumentError, match=next(iter(wrong))):
            fit_head(X, targets, loss=loss, **wrong)
    with pytest.raises(DataError, match="every weight is 0"):
        fit_head(X, targets, loss=loss, weights=np.zeros(30))
    with pytest.raises(DataError, match="30 of features, 29 of targets"):
        fit_head(X, targets[1:], loss=loss)
    with pytest.raises(DataError, match="held-out row 2: the class number is not from 0 to 3"):
        fit_head(X, targets, loss=loss, held_out=(X[:2], np.array([0, 4])))


@given(st.lists(st.floats(-800, 800), min_size=3, max_size=3))
def test_probabilities_are_finite_and_sum_to_one(values):
    for p in (
        probabilities(np.array([values]), "softmax", False),
        probabilities(np.array([values[:1]]), "sigmoid", False),
    ):
        assert ((p >= 0) & (p <= 1)).all()
        assert p.sum() == pytest.approx(1, abs=1e-12)
