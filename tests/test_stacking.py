import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from wordglass.calibrate import temper
from wordglass.stacking import BELIEF, LEAST, mix, stack

KINDS = ["binary", "many", "labels"]


def problem(kind, heads=3, rows=120, seed=0):
    """Scores of heads that tell the targets with more and less noise, the last nothing at all."""
    rng = np.random.default_rng(seed)
    outputs = {"binary": 1, "many": 4, "labels": 3}[kind]
    truth = rng.normal(size=(rows, outputs))
    noise = rng.normal(size=(heads, rows, outputs)) * rng.uniform(0.5, 3, (heads, 1, 1))
    scores = rng.uniform(0.3, 4, (heads, 1, 1)) * (truth + noise)
    scores[-1] = rng.normal(size=(rows, outputs))
    if kind == "many":
        return scores, (truth + 0.5 * rng.gumbel(size=truth.shape)).argmax(axis=1), "softmax"
    drawn = truth + 0.5 * rng.logistic(size=truth.shape) > 0
    return scores, drawn[:, 0].astype(int) if kind == "binary" else drawn, "sigmoid"


def lost(scores, targets, weights, loss):
    """The mean log loss of scores (rows, outputs), term by term."""
    if loss == "softmax":
        losses = np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(scores)), targets]
    else:
        losses = (np.logaddexp(0, scores) - targets.reshape(scores.shape) * scores).sum(axis=1)
    return np.average(losses, weights=weights)


def objective(shares, scores, heats, targets, weights, loss):
    """What the weights are the lowest of: the loss, and a row's worth of belief in heads that are as good."""
    together = np.tensordot(shares, scores, 1)
    away = shares * heats - 1 / len(shares)
    return lost(together, targets, weights, loss) + BELIEF / len(targets) * (away @ away) / 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_the_weights_are_those_that_scipy_finds(kind, seed):
    scores, targets, loss = problem(kind, seed=seed)
    weights = np.random.default_rng(seed).uniform(0.1, 2, len(targets))
    found = mix(scores, targets, weights, loss)
    heats = np.array([temper(one, targets, weights, loss).temperature for one in scores])
    given = (scores, heats, targets, weights, loss)
    theirs = minimize(
        objective,
        1 / len(scores) / heats,
        given,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(scores),
        options={"ftol": 1e-14, "gtol": 1e-9},
    )
    assert objective(found, *given) == pytest.approx(theirs.fun, abs=1e-4)  # small weights are left out
    large = theirs.x * heats > 2 * LEAST * (theirs.x * heats).max()
    np.testing.assert_allclose(found[large], theirs.x[large], rtol=0.02, atol=1e-3)
    assert (found[theirs.x * heats < LEAST / 2 * (theirs.x * heats).max()] == 0).all()


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    heads=st.integers(1, 6),
    rows=st.integers(2, 60),
    scale=st.sampled_from([1e-6, 1.0, 1e4]),
    seed=st.integers(0, 10**6),
)
def test_no_weight_is_negative_and_none_is_worse_than_equal_shares_on_its_rows(
    kind, heads, rows, scale, seed
):
    scores, targets, loss = problem(kind, heads, rows, seed)
    scores *= scale
    weights = np.random.default_rng(seed).integers(0, 3, rows).astype(float)
    weights[0] = 1.0
    found = mix(scores, targets, weights, loss)
    heats = np.array([temper(one, targets, weights, loss).temperature for one in scores])
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found.any()
    given = (scores, heats, targets, weights, loss)
    assert objective(found, *given) <= objective(1 / heads / heats, *given) + 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_one_head_alone_is_calibrated(kind):
    scores, targets, loss = problem(kind, heads=2, rows=2000)
    ones = np.ones(len(targets))
    found = stack(scores[:1], targets, ones, loss)
    assert found[0] == pytest.approx(1 / temper(scores[0], targets, ones, loss).temperature, rel=0.02)


def test_heads_that_are_the_same_weigh_the_same():
    scores, targets, loss = problem("many", heads=2, rows=300)
    found = stack(scores[[0, 0, 0]], targets, np.ones(300), loss)
    assert found == pytest.approx(np.full(3, found[0]), rel=1e-6)


def test_proportions_do_not_depend_on_how_large_a_head_s_scores_are():
    scores, targets, loss = problem("many")
    ones = np.ones(len(targets))
    found = mix(scores, targets, ones, loss)
    scaled = mix(scores * np.array([10.0, 0.1, 3.0])[:, None, None], targets, ones, loss)
    assert scaled * [10.0, 0.1, 3.0] == pytest.approx(found, rel=1e-3)


@pytest.mark.parametrize("scores", [0.0, "wrong"], ids=["that are all zero", "that are all wrong"])
def test_heads_that_tell_nothing_have_all_the_same_small_weight(scores):
    targets = np.arange(1000) % 2
    told = (1.0 - 2 * targets)[:, None] if scores == "wrong" else np.zeros((1000, 1))
    found = stack(np.stack([told, told]), targets, np.ones(1000), "sigmoid")
    assert found[0] == found[1] > 0
    assert np.abs(found @ np.stack([told, told])[:, :, 0]).max() < 0.01


def test_rows_without_weight_have_no_say():
    scores, targets, loss = problem("binary")
    weights = np.ones(len(targets))
    weights[::3] = 0
    wrong = np.where(weights == 0, 1 - targets, targets)
    assert stack(scores, wrong, weights, loss) == pytest.approx(stack(scores, targets, weights, loss))


def test_a_few_rows_told_apart_by_luck_do_not_make_a_head_ten_times_as_sure():
    targets = np.arange(6) % 2
    little = np.where(targets, 0.1, -0.1)[None, :, None]
    assert stack(little, targets, np.ones(6), "sigmoid").sum() < 10
    assert stack(np.tile(little, (1, 500, 1)), np.tile(targets, 500), np.ones(3000), "sigmoid").sum() > 50


def test_a_few_rows_told_wrongly_by_bad_luck_do_not_silence_a_head():
    targets = np.arange(6) % 2
    wrong = np.where(targets, -1.0, 1.0)[None, :, None]
    assert stack(wrong, targets, np.ones(6), "sigmoid").sum() > 0.2
    assert stack(np.tile(wrong, (1, 500, 1)), np.tile(targets, 500), np.ones(3000), "sigmoid").sum() < 0.02
