"""A rounded number is never a false one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.trace import numbers


@given(st.floats(0.0, 1.0))
def test_only_nothing_is_0_percent_and_only_all_is_100_percent(share):
    text = numbers.percent(share)
    assert (text == "0.0%") == (share == 0)
    assert (text == "100.0%") == (share == 1)
    if text[0] not in "<>":
        assert float(text.rstrip("%")) == pytest.approx(100 * share, abs=0.05 + 1e-9)


@given(st.floats(-1e6, 1e6, exclude_min=True, exclude_max=True))
def test_scores_and_shares_are_within_half_of_the_last_digit_and_zero_has_no_minus(value):
    assert float(numbers.score(value)) == pytest.approx(value, abs=0.5e-4 + 1e-9)
    assert float(numbers.share(value)) == pytest.approx(value, abs=0.5e-4 + 1e-9)
    assert numbers.score(value) != "-0.0000"
    assert numbers.share(value)[0] in "+-"


@given(st.floats(-1e3, 1e3))
def test_a_difference_is_zero_only_where_nothing_changed(value):
    assert (float(numbers.difference(value)) == 0) == (value == 0)


@given(st.floats(0.0, 1e7))
def test_times_are_within_one_percent_or_half_a_unit(value):
    text = numbers.seconds(value)
    units = {"ms": 0.001, "s": 1.0, "min": 60.0}
    words = text.replace(",", "").lstrip("<").split()
    told = sum(float(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert told == pytest.approx(value, rel=0.01, abs=0.001)


def test_a_count_has_its_noun_in_the_right_number():
    assert [numbers.plural(n, "class") for n in (0, 1, 1000)] == ["0 classes", "1 class", "1,000 classes"]
