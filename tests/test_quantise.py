import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from wordglass.quantise import ROWS, from_steps, scales_of, to_steps

VALUES = st.floats(-(2.0**100), 2.0**100, width=32)
NUMBERS = arrays.arrays(np.float32, st.tuples(st.integers(0, 3 * ROWS), st.integers(1, 3)), elements=VALUES)


def rounded(numbers):
    scales = scales_of(numbers)
    return from_steps(to_steps(numbers, scales), scales, np.empty_like(numbers)), scales


@given(NUMBERS)
def test_a_number_is_at_most_half_a_step_off(numbers):
    found, scales = rounded(numbers)
    steps = np.repeat(scales, ROWS, axis=0)[: len(numbers)].astype(float)
    assert (np.abs(found.astype(float) - numbers) <= 0.5001 * steps).all()


@given(NUMBERS)
def test_numbers_once_rounded_have_the_same_steps_again(numbers):
    found, scales = rounded(numbers)
    steps = to_steps(numbers, scales)
    assert to_steps(found, scales).tobytes() == steps.tobytes()
    assert np.abs(steps.astype(int)).max(initial=0) <= 127


def test_an_outlier_makes_the_steps_of_its_own_block_coarse_and_no_others():
    numbers = np.random.default_rng(0).normal(size=(40 * ROWS + 7, 2)).astype(np.float32)
    numbers[3 * ROWS + 5, 1] = 1e6
    errors = np.abs(rounded(numbers)[0] - numbers)
    blocks = np.arange(len(numbers)) // ROWS
    assert errors[blocks == 3][:, 1].max() > 0.5
    assert errors[blocks != 3].max() < 0.025
    assert errors[:, 0].max() < 0.025
