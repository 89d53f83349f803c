"""Formulas with their numbers in them, such that what is printed is true of what is printed.

Every number is rounded as it is printed; where that leaves a remainder, the remainder is a term of its own.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import exp
from typing import NamedTuple

from wordglass.trace import numbers
from wordglass.trace.document import OutputTrace

LEAST, MOST = -4.0, 12.0  # a highest score between which e^score is written as it is
STEP = Decimal("0.0001")  # of the last digit printed


class Term(NamedTuple):
    """One number of a formula and what it stands for."""

    value: Decimal
    name: str
    times: int = 1

    @property
    def all(self) -> Decimal:
        """The number as often as it counts."""
        return self.value * self.times


class Sum(NamedTuple):
    """Terms that add up to the result exactly, as printed."""

    terms: list[Term]
    result: Decimal


class Mean(NamedTuple):
    """Terms, their exact sum, by how many it is divided, and what comes out."""

    terms: list[Term]
    total: Decimal
    number: int
    rounding: Decimal
    result: Decimal


class Dot(NamedTuple):
    """Products of a weight and a number, and what they add up to."""

    factors: list[tuple[Decimal, Decimal]]
    rounding: Decimal
    result: Decimal

    def rest(self, shown: int) -> Decimal:
        """What is left for the products after the first ones, with what rounding leaves."""
        return self.result - sum((w * x for w, x in self.factors[:shown]), Decimal()).quantize(STEP)


class Fraction(NamedTuple):
    """The probability of a class: its power of e over the sum of all."""

    terms: list[tuple[str, Decimal, Decimal]]  # class, exponent, power of e
    chosen: int
    shift: Decimal  # taken from every score, so that no power is out of range; 0 for none
    total: Decimal
    rounding: Decimal
    result: Decimal


class Sigmoid(NamedTuple):
    """The probability of a score of its own: 1 / (1 + e^-score)."""

    score: Decimal
    power: Decimal
    rounding: Decimal
    result: Decimal


def written_sum(parts: Sequence[tuple[float, str]], total: float) -> Sum:
    """Write terms that sum to a total, with what rounding leaves as the last.

    >>> [str(term.value) for term in written_sum([(0.33333, "a"), (0.33333, "b")], 0.66666).terms]
    ['0.3333', '0.3333', '0.0001']
    """
    terms = [Term(printed(value), name) for value, name in parts]
    result = printed(total)
    remainder = result - sum((term.value for term in terms), Decimal())
    if remainder:
        most = STEP / 2 * (len(terms) + 1)
        terms.append(Term(remainder, "rounding" if abs(remainder) <= most else "unexplained"))
    return Sum(terms, result)


def written_mean(values: Sequence[tuple[float, str, int]], result: float) -> Mean:
    """Write a mean of values, each of which counts a number of times.

    >>> mean = written_mean([(0.5, "a", 2), (0.2, "b", 1)], 0.4)
    >>> str(mean.total), mean.number, str(mean.result), str(mean.rounding)
    ('1.2000', 3, '0.4000', '0.0000')
    """
    terms = [Term(printed(value), name, times) for value, name, times in values]
    total = sum((term.all for term in terms), Decimal())
    count = sum(term.times for term in terms)
    got = (total / max(count, 1)).quantize(STEP)
    return Mean(terms, total, count, printed(result) - got, printed(result))


def written_dot(weights: Sequence[float], vector: Sequence[float], result: float) -> Dot:
    """Write a dot product.

    >>> dot = written_dot([0.5, -2.0], [0.25, 0.5], -0.875)
    >>> [(str(w), str(x)) for w, x in dot.factors], str(dot.result), str(dot.rounding)
    ([('0.5000', '0.2500'), ('-2.0000', '0.5000')], '-0.8750', '0.0000')
    """
    factors = [(printed(w), printed(x)) for w, x in zip(weights, vector, strict=True)]
    total = sum((w * x for w, x in factors), Decimal()).quantize(STEP)
    return Dot(factors, printed(result) - total, printed(result))


def written_softmax(outputs: Sequence[OutputTrace], chosen: int) -> Fraction:
    """Write the probability of the chosen class out of all scores."""
    scores = [printed(output["score"]) for output in outputs]
    step = _step(outputs[chosen]["probability"])
    highest = max(scores)
    shift = Decimal() if LEAST <= highest <= MOST else highest
    powers = [Decimal(exp(score - shift)).quantize(step) for score in scores]
    total = sum(powers, Decimal())
    result = Decimal(outputs[chosen]["probability"]).quantize(step)
    rounding = result - (powers[chosen] / total).quantize(step)
    names = [output["name"] for output in outputs]
    terms = [(name, score - shift, power) for name, score, power in zip(names, scores, powers, strict=True)]
    return Fraction(terms, chosen, shift, total, rounding, result)


def written_sigmoid(output: OutputTrace) -> Sigmoid:
    """Write the probability of a score that stands for itself."""
    score, step = printed(output["score"]), _step(output["probability"])
    result = Decimal(output["probability"]).quantize(step)
    power = Decimal(exp(min(-score, Decimal(40)))).quantize(step)
    return Sigmoid(score, power, result - (1 / (1 + power)).quantize(step), result)


def _step(probability: float) -> Decimal:
    """The last digit of a probability and of powers of e: more digits where four would leave 0 or 1."""
    return STEP if STEP < Decimal(probability) < 1 - STEP else STEP * STEP


def printed(value: float) -> Decimal:
    """A number as ``trace.numbers`` prints scores."""
    return Decimal(numbers.score(value))
