"""A formula is true as it is printed, whatever its numbers are."""

from decimal import Decimal
from math import exp, isclose

from hypothesis import given
from hypothesis import strategies as st

from wordglass.views.written import (
    written_mean,
    written_sigmoid,
    written_softmax,
    written_sum,
)

scores = st.floats(-900, 900)


def outputs(values):
    highest = max(values)
    total = sum(exp(value - highest) for value in values)
    return [
        {
            "name": str(i),
            "score": value,
            "probability": exp(value - highest) / total,
            "bias": 0.0,
            "threshold": None,
        }
        for i, value in enumerate(values)
    ]


@given(st.lists(st.floats(-1e5, 1e5), max_size=60))
def test_the_terms_of_a_sum_add_up_to_its_result_and_little_is_rounding(values):
    written = written_sum([(value, "a") for value in values], sum(values))
    assert sum((term.value for term in written.terms), Decimal()) == written.result
    assert not any(term.name == "unexplained" for term in written.terms)
    assert len(written.terms) <= len(values) + 1


def test_what_rounding_does_not_explain_is_called_so():
    assert written_sum([(1.0, "a")], 2.0).terms[-1].name == "unexplained"


@given(st.lists(st.tuples(st.floats(-50, 50), st.integers(1, 9)), min_size=1, max_size=40))
def test_a_mean_is_its_terms_by_their_number(values):
    number = sum(times for _, times in values)
    mean = written_mean(
        [(value, "a", times) for value, times in values], sum(v * times for v, times in values) / number
    )
    assert mean.number == number
    assert sum((term.value * term.times for term in mean.terms), Decimal()) == mean.total
    assert (mean.total / number).quantize(Decimal("0.0001")) + mean.rounding == mean.result
    assert abs(mean.rounding) <= Decimal("0.0002")


@given(st.lists(scores, min_size=3, max_size=12), st.data())
def test_a_softmax_is_a_power_over_the_sum_of_all_powers(values, data):
    of = outputs(values)
    chosen = data.draw(st.integers(0, len(of) - 1))
    written = written_softmax(of, chosen)
    powers = [power for _, _, power in written.terms]
    assert sum(powers, Decimal()) == written.total
    step = Decimal(1).scaleb(written.result.as_tuple().exponent)
    assert (powers[chosen] / written.total).quantize(step) + written.rounding == written.result
    assert abs(written.rounding) <= Decimal("0.0003")
    assert abs(written.result - Decimal(of[chosen]["probability"])) <= step / 2
    for (_, exponent, power), output in zip(written.terms, of, strict=True):
        assert isclose(float(exponent + written.shift), output["score"], abs_tol=0.00006)
        assert isclose(exp(exponent), float(power), abs_tol=0.00006)


@given(scores)
def test_a_sigmoid_is_one_over_one_and_a_power(score):
    probability = 1 / (1 + exp(-score)) if score > -700 else 0.0
    written = written_sigmoid(
        {"name": "", "bias": 0.0, "score": score, "probability": probability, "threshold": None}
    )
    step = Decimal(1).scaleb(written.result.as_tuple().exponent)
    assert (1 / (1 + written.power)).quantize(step) + written.rounding == written.result
    assert abs(written.rounding) <= Decimal("0.0001")
