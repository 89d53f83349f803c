import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.metrics import log_loss

from wordglass.calibrate import COLDEST, HOTTEST, fit_temperature, refined_loss, temper
from wordglass.passes import probabilities

KINDS = st.sampled_from(["softmax", "sigmoid", "labels"])


def problem(kind, rows, outputs, seed, scale=1.0):
    """Scores that know something of their targets, and weights."""
    rng = np.random.default_rng(seed)
    if kind == "softmax":
        targets = rng.integers(0, outputs, rows)
        true = np.eye(outputs)[targets]
    else:
        targets = rng.random((rows, outputs if kind == "labels" else 1)) < 0.3
        true = targets.astype(float)
        targets = targets if kind == "labels" else targets[:, 0].astype(int)
    z = (true * 2 + rng.normal(size=true.shape)) * scale
    return z, targets, rng.random(rows) + 0.1, "softmax" if kind == "softmax" else "sigmoid"


def plain_loss(z, targets, weights, loss, temperature, more=0.0):
    """The mean loss as scikit-learn has it, mixed with that of targets of which any is as true."""
    z = np.asarray(z, float) / temperature
    outputs = z.shape[1]
    if loss == "softmax":
        p = probabilities(z, "softmax", False)
        found = log_loss(targets, p, sample_weight=weights, labels=range(outputs)) if outputs > 1 else 0.0
        any_class = np.average((logsumexp(z, axis=1, keepdims=True) - z).mean(axis=1), weights=weights)
    else:
        p = probabilities(z, "sigmoid", True)
        true = np.asarray(targets).reshape(z.shape)
        found = sum(
            log_loss(true[:, k], p[:, k], sample_weight=weights, labels=[0, 1]) for k in range(outputs)
        )
        either = (np.logaddexp(0, z) + np.logaddexp(0, -z)) / 2
        any_class = np.average(either.sum(axis=1), weights=weights)
    return (1 - more) * found + more * any_class


@settings(max_examples=60, deadline=None)
@given(
    kind=KINDS,
    rows=st.integers(3, 60),
    outputs=st.integers(2, 5),
    seed=st.integers(0, 10**6),
    scale=st.floats(0.1, 5),
)
def test_no_other_temperature_loses_less(kind, rows, outputs, seed, scale):
    z, targets, weights, loss = problem(kind, rows, outputs, seed, scale)
    worth = weights.sum() ** 2 / (weights @ weights)
    judged = (z, targets, weights, loss)
    found = temper(*judged)
    bounds = (np.log(COLDEST), np.log(HOTTEST))
    best = minimize_scalar(
        lambda u: plain_loss(*judged, np.exp(u), 1 / (worth + 1)), bounds=bounds, method="bounded"
    )
    ours = plain_loss(*judged, found.temperature, 1 / (worth + 1))
    assert ours <= best.fun + 1e-7
    assert ours <= plain_loss(*judged, 1.0, 1 / (worth + 1)) + 1e-12
    assert found.loss == pytest.approx(plain_loss(*judged, found.temperature))


@settings(max_examples=20, deadline=None)
@given(kind=KINDS, rows=st.integers(3, 40), seed=st.integers(0, 10**6), scale=st.floats(0.1, 5))
def test_what_is_believed_counts_against_what_rows_say(kind, rows, seed, scale):
    z, targets, weights, loss = problem(kind, rows, 3, seed, scale)
    worth = weights.sum() ** 2 / (weights @ weights)

    def doubted(temperature):
        said = plain_loss(z, targets, weights, loss, temperature, 1 / (worth + 1)) * worth
        return said + np.log(temperature) ** 2 / 2

    found = temper(z, targets, weights, loss, belief=1.0).temperature
    assert doubted(found) <= min(doubted(t) for t in np.exp(np.linspace(-6, 6, 100))) + 1e-4


@settings(max_examples=40, deadline=None)
@given(kind=KINDS, seed=st.integers(0, 10**6), factor=st.floats(0.05, 20))
def test_the_scale_of_scores_is_all_that_a_temperature_takes_away(kind, seed, factor):
    z, targets, weights, loss = problem(kind, 50, 3, seed)
    one, other = temper(z, targets, weights, loss), temper(z * factor, targets, weights * 7, loss)
    if 0.1 < one.temperature < 10:  # clear of the bounds
        assert other.temperature == pytest.approx(one.temperature * factor, rel=1e-3)
        assert other.loss == pytest.approx(one.loss, rel=1e-6)


def test_scores_that_are_the_truth_keep_their_scale():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(20_000, 4)) * 2
    p = probabilities(z, "softmax", False)
    targets = (p.cumsum(axis=1) > rng.random((len(z), 1))).argmax(axis=1)
    assert fit_temperature(z, targets, None, "softmax") == pytest.approx(1.0, abs=0.03)
    assert fit_temperature(3 * z, targets, None, "softmax") == pytest.approx(3.0, abs=0.09)


@pytest.mark.parametrize("size", [0.01, 1.0, 300.0])
def test_forty_rows_all_told_apart_are_no_certainty(size):
    targets = np.arange(40) % 2
    z = np.where(targets, size, -size)[:, None]
    p = probabilities(z / fit_temperature(z, targets, None, "sigmoid"), "sigmoid", False)
    assert p.max() == pytest.approx(1 - 1 / 82, abs=1e-4)  # Platt's (n + 1) / (n + 2), of both classes' rows
    one_hot = np.eye(3)[np.arange(40) % 3] * size
    p = probabilities(
        one_hot / fit_temperature(one_hot, np.arange(40) % 3, None, "softmax"), "softmax", False
    )
    assert p.max() == pytest.approx(1 - 2 / 3 / 41, abs=1e-4)


def test_rows_that_tell_nothing_give_a_bounded_temperature():
    assert temper(np.zeros((0, 3)), np.zeros(0, int), None, "softmax") == (1.0, 0.0)
    assert temper(np.ones((4, 3)), np.zeros(4, int), np.zeros(4), "softmax") == (1.0, 0.0)
    alike = np.ones((4, 3))
    assert fit_temperature(alike, np.array([0, 1, 2, 0]), None, "softmax") == 1.0
    always_wrong = np.array([[5.0], [-5.0]] * 20)
    assert fit_temperature(always_wrong, np.array([0, 1] * 20), None, "sigmoid") == pytest.approx(HOTTEST)
    one_class = np.random.default_rng(0).normal([3, 0], size=(30, 2))
    assert COLDEST < fit_temperature(one_class, np.zeros(30, int), None, "softmax") < HOTTEST
    huge = np.array([[1e6], [-1e6], [1e6]])
    assert np.isfinite(refined_loss(huge, np.array([1, 0, 0]), None, "sigmoid"))


def test_a_weight_counts_as_so_many_rows():
    z, targets, _, loss = problem("softmax", 4000, 3, 1)
    times = np.random.default_rng(0).integers(1, 4, 4000)
    repeated = np.repeat(np.arange(4000), times)
    one = temper(z, targets, times, loss)
    other = temper(z[repeated], targets[repeated], None, loss)
    assert one.temperature == pytest.approx(other.temperature, rel=0.005)  # but for the row more
    assert one.loss == pytest.approx(other.loss, rel=1e-4)
