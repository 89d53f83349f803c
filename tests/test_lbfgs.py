import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.lbfgs import FLAT, Frame, step_length


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_in_the_frame_the_curvature_at_zero_weights_is_the_identity(loss):
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
    turn = np.column_stack([np.vstack(frame.change(unit)).ravel() for unit in units])
    expected = np.eye(12)
    if loss == "softmax":
        expected[9, 9] = 0.0  # all biases moved alike
    np.testing.assert_allclose(turn.T @ hessian @ turn, expected, atol=1e-9)
    gradient = rng.normal(size=(4, 3))
    np.testing.assert_allclose(frame.gradient(gradient).ravel(), turn.T @ gradient.ravel(), atol=1e-9)


@given(st.lists(st.floats(0.05, 50), min_size=3, max_size=3), st.floats(2, 10))
def test_the_length_found_is_lower_and_nearly_flat(lowest, width):
    def along(length):  # convex, with its lowest point at ``lowest``
        t = (length - np.array(lowest)) / width
        return np.logaddexp(t, -t), np.tanh(t) / width

    value, slope = along(np.zeros(3))
    length, _ = step_length(along, value, slope)
    reached, flat = along(length)
    assert (reached < value).all()
    assert (np.abs(flat) <= FLAT * np.abs(slope)).all()


def test_where_nothing_is_lower_the_step_is_zero():
    length, raised = step_length(lambda x: (x + 1.0, np.ones_like(x)), np.array(1.0), np.array(-1.0))
    assert length == 0
    assert raised
