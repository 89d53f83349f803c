from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass import lbfgs
from wordglass.lbfgs import FLAT, MEMORY, Frame, Memory, step_length
from wordglass.passes import thread_map


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_the_curvature_at_zero_weights_is_solved_exactly(loss):
    rng = np.random.default_rng(0)
    x = np.hstack([rng.normal(size=(50, 3)) * [1, 10, 0.1] + 2, np.ones((50, 1))])  # (rows, features + 1)
    shares = np.array([0.5, 0.3, 0.2])
    w, C = rng.uniform(0, 2, 50), 7.0
    doubt = (
        np.diag(shares) - np.outer(shares, shares) if loss == "softmax" else np.diag(shares * (1 - shares))
    )
    moments = x.T @ (x * w[:, None])
    hessian = C * np.kron(moments, doubt) + np.kron(np.diag([1, 1, 1, 0]), np.eye(3))
    frame = Frame(moments, np.zeros((2, 0)), shares, loss, C)
    # the columns: what each coordinate of the frame changes
    units = np.eye(12).reshape(12, 4, 3)
    turn = np.column_stack([np.vstack(frame.change(unit.copy())).ravel() for unit in units])
    gradient = rng.normal(size=(4, 3))
    turned = gradient.copy()
    frame.turn(turned)
    np.testing.assert_allclose(turned.ravel(), turn.T @ gradient.ravel(), atol=1e-9)
    inside = turn.T @ hessian @ turn
    step = rng.normal(size=(4, 3))
    if loss == "softmax":
        step[3] -= step[3].mean()  # all biases moved alike change nothing
    slope = (inside @ step.ravel()).reshape(4, 3)
    np.testing.assert_allclose(frame.solve(slope, shares * (1 - shares)), step, atol=1e-9)


def test_as_the_rows_become_sure_the_curvature_falls_to_the_penalty():
    moments, shares = np.diag([4.0, 9.0, 10.0]), np.array([0.25, 0.25, 0.5])
    frame = Frame(moments, np.zeros((2, 0)), shares, "softmax", 1.0)
    gradient = np.array([[1.0, 1.0, -2.0], [0.0, 1.0, -1.0], [0.0, 0.0, 0.0]])
    doubt = shares * (1 - shares)
    long, short = (frame.solve(gradient, doubt * part) for part in (0.0, 1.0))
    np.testing.assert_allclose(long, gradient, atol=1e-4)
    assert (np.linalg.norm(short, axis=1)[:2] < np.linalg.norm(gradient, axis=1)[:2]).all()


def two_loops(gradient, steps, changes, divide):
    """The method as its authors wrote it down, over vectors."""
    q, factors = gradient.copy(), []
    for s, y in reversed(list(zip(steps, changes, strict=True))):
        factors.append((s * q).sum() / (s * y).sum())
        q = q - factors[-1] * y
    q = divide(q)
    for s, y, factor in zip(steps, changes, reversed(factors), strict=True):
        q = q + (factor - (y * q).sum() / (s * y).sum()) * s
    return -q


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("shape", [(40, 1), (3, 1), (50, 3), (9, 100)])
def test_directions_are_those_of_the_two_loops(shape, apart):
    rng = np.random.default_rng(0)
    steep, first = (
        rng.uniform(1, 5, shape),
        rng.uniform(0.5, 2, shape),
    )  # a bowl, and a guess at its curvature
    memory = Memory(shape, apart)
    here, steps, changes, gradients = rng.normal(size=shape), [], [], []
    for epoch in range(MEMORY + 4):
        gradients.append(steep * here)
        if epoch:
            changes.append(gradients[-1] - gradients[-2])
        direction, slope = memory.direction(gradients[-1], lambda g: g / first)
        known = steps[-MEMORY:], changes[-MEMORY:]
        columns = [[k] for k in range(shape[1])] if apart else [list(range(shape[1]))]
        for k in columns:
            remembered = [[v[:, k] for v in vectors] for vectors in known]
            expected = two_loops(gradients[-1][:, k], *remembered, lambda g, k=k: g / first[:, k])
            np.testing.assert_allclose(direction[:, k], expected, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(slope, memory.dot(gradients[-1], direction))
        length = rng.uniform(0.1, 0.3, slope.shape)
        memory.moved(length, slope)
        steps.append(length * direction)
        here = here + steps[-1]


def test_a_memory_that_leads_uphill_is_forgotten():
    memory, gradient = Memory((4, 2), apart=True), np.arange(1.0, 9.0).reshape(4, 2)
    _, slope = memory.direction(gradient, np.copy)
    memory.moved(np.full(2, 0.5), slope)
    signs = iter([np.array([1, -9]), np.array([1, 1])])  # first the second problem goes wrong
    _, slope = memory.direction(gradient[::-1] / 4, lambda g: g * next(signs))
    assert (slope < 0).all()
    assert memory.inverse[0, 0] > 0
    assert memory.inverse[0, 1] == 0


@pytest.mark.parametrize("outputs", [1, 5, 100])
def test_weights_in_chunks_have_the_same_bits_at_any_number_of_threads(outputs, monkeypatch):
    monkeypatch.setattr(lbfgs, "CHUNK", 200)
    rng = np.random.default_rng(0)
    shape = (300, outputs)
    gradients = rng.normal(size=(4, *shape))
    moments = np.diag(rng.uniform(1, 2, 6))
    sparse = np.vstack([np.zeros(294), rng.uniform(1, 2, 294)])
    found = []
    for threads in (1, 3):
        with thread_map(threads, multiplications=10**9) as run:
            frame = Frame(moments, sparse, np.full(outputs, 1 / (outputs + 1)), "sigmoid", 1.0, run)
            memory = Memory(shape, outputs > 1, run)
            for gradient in gradients:
                turned = gradient[: len(frame.mean) + 1].copy()
                frame.turn(turned)
                direction, slope = memory.direction(turned, partial(frame.solve, doubt=frame.shares))
                memory.moved(np.ones_like(slope), slope)
            found.append(direction)
    assert np.array_equal(*found)


@given(st.lists(st.floats(0.05, 50), min_size=3, max_size=3), st.floats(2, 10))
def test_the_length_found_is_lower_and_nearly_flat(lowest, width):
    def along(length):  # convex, with its lowest point at ``lowest``
        t = (length - np.array(lowest)) / width
        return np.logaddexp(t, -t), np.tanh(t) / width

    value, slope = along(np.zeros(3))
    length, *_ = step_length(along, value, slope)
    reached, flat = along(length)
    assert (reached < value).all()
    assert (np.abs(flat) <= FLAT * np.abs(slope)).all()


def test_where_nothing_is_lower_the_step_is_zero():
    length, tried, raised = step_length(lambda x: (x + 1.1, np.ones_like(x)), np.array(1.0), np.array(-1.0))
    assert length == 0
    assert not tried
    assert raised
