"""Every sentence about an epoch is true of its numbers, and every rule can be met."""

import doctest
import math
import re
from itertools import pairwise

import pytest
from hypothesis import Phase, example, find, given, settings
from hypothesis import strategies as st

from wordglass.trace import numbers, observations
from wordglass.trace.observations import RULES, observe

# Few distinct values, so that ties, small steps and long runs are met often; and arbitrary ones.
LOSSES = st.one_of(
    st.sampled_from([0.1, 0.5, 0.5004, 0.51, 0.9, 1.0, 1.00001, 1.6]), st.floats(0.0, 20.0, width=32)
)
SHARES = st.one_of(st.sampled_from([0.0, 0.5, 0.9, 1.0]), st.floats(0.0, 1.0))
GRADIENTS = st.one_of(st.sampled_from([1e-9, 1e-4, 0.01, 1.0]), st.floats(0.0, 10.0))


@st.composite
def runs(draw):
    many = draw(st.integers(1, 7))
    held_out, drifting = draw(st.booleans()), draw(st.booleans())
    train, held = (draw(st.lists(LOSSES, min_size=many, max_size=many)) for _ in range(2))
    if drifting:  # training loss never rises and held-out loss never falls
        train, held = sorted(train, reverse=True), sorted(held)
    return [
        {
            "epoch": epoch,
            "train_loss": train[epoch],
            "train_accuracy": draw(SHARES),
            "held_out_loss": held[epoch] if held_out else None,
            "held_out_accuracy": draw(SHARES) if held_out else None,
            "gradient": draw(GRADIENTS),
        }
        for epoch in range(many)
    ]


def run(train, held_out, accuracy=None, gradient=0.5):
    accuracy = accuracy or [0.5] * len(train)
    return [
        {
            "epoch": epoch,
            "train_loss": loss,
            "train_accuracy": 0.5,
            "held_out_loss": held,
            "held_out_accuracy": right,
            "gradient": gradient,
        }
        for epoch, (loss, held, right) in enumerate(zip(train, held_out, accuracy, strict=True))
    ]


def true_of(rule, epochs):
    """Say again, in plain words of Python and without the module's helpers, when a rule is true."""
    train = [e["train_loss"] for e in epochs]
    held = [e["held_out_loss"] for e in epochs]
    last = len(epochs) - 1

    def drifted(count):
        return last >= count and all(
            held[k] is not None and train[k] < train[k - 1] and held[k] > held[k - 1]
            for k in range(last - count + 1, last + 1)
        )

    match rule:
        case "before-training":
            return last == 0
        case "diverging":
            return math.isnan(train[-1]) or math.isinf(train[-1]) or train[-1] > train[0]
        case "converged":
            return epochs[-1]["gradient"] <= 0.0001
        case "standing-still":
            return train[-1] == train[-2]
        case "training-loss-rose":
            return train[-1] > train[-2]
        case "overfitting-goes-on":
            return drifted(3)
        case "overfitting-begins":
            return drifted(2) and not drifted(3)
        case "first-drop":
            return last == 1 and train[0] - train[1] >= 0.1 * train[0]
        case "more-right-less-sure":
            return held[-1] > held[-2] and epochs[-1]["held_out_accuracy"] > epochs[-2]["held_out_accuracy"]
        case "held-out-loss-rose":
            return held[-1] > held[-2] and train[-1] < train[-2]
        case "slowing":
            return 0 < train[-2] - train[-1] < 0.01 * train[-2]
        case "held-out-best":
            return all(held[-1] < earlier for earlier in held[:-1])
        case "steady-fall":
            return train[-2] - train[-1] >= 0.01 * train[-2]


@settings(max_examples=400)
@given(runs())
@example(run([1.0, math.nan], [1.0, math.nan]))
@example(run([1.0, math.inf], [None, None]))
def test_the_chosen_rule_is_true_of_the_numbers(epochs):
    assert true_of(observe(epochs)["rule"], epochs)


@settings(max_examples=400)
@given(runs())
def test_the_chosen_rule_is_the_first_of_the_list_that_is_true(epochs):
    chosen = observe(epochs)["rule"]
    for rule in RULES:
        if rule.name == chosen:
            break
        if len(epochs) > 1 and (epochs[-1]["held_out_loss"] is not None or not needs_held_out(rule.name)):
            assert not true_of(rule.name, epochs)


def needs_held_out(rule):
    return rule in ("more-right-less-sure", "held-out-loss-rose", "held-out-best")


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_every_rule_can_be_met(rule):
    find(
        runs(),
        lambda epochs: observe(epochs)["rule"] == rule,
        settings=settings(max_examples=20_000, database=None, phases=[Phase.generate]),
    )


@given(runs())
def test_every_number_in_a_sentence_is_one_of_the_figures_as_rounded_everywhere(epochs):
    sentence = observe(epochs)["sentence"]
    train = [e["train_loss"] for e in epochs]
    held = [e["held_out_loss"] for e in epochs if e["held_out_loss"] is not None]
    true = {numbers.loss(loss) for loss in (train[0], train[-1], *held[-1:])}
    true |= {numbers.difference(a - b) for series in (train, held) for a, b in pairwise(series)}
    true |= {numbers.difference(held[-1] - lowest) for lowest in held}
    true |= {str(count) for count in range(len(epochs))} | {"1%", f"{epochs[-1]['gradient']:.0e}"}
    if held:
        true.add(numbers.percent(epochs[-1]["held_out_accuracy"]))
    for number in re.findall(r"[<>]?\d+(?:\.\d+)?(?:e[+-]\d+)?%?", sentence):
        assert number in true, (sentence, number)


OVERFITTING = run([1.0, 0.5, 0.4, 0.3, 0.25], [1.0, 0.6, 0.61, 0.63, 0.66])


@pytest.mark.parametrize(
    ("epochs", "sentence"),
    [
        (
            OVERFITTING[:1],
            "no weights yet: 1.0000 is the loss of the biases alone, which come from the class shares",
        ),
        (OVERFITTING[:2], "first pass: training loss drops from 1.0000 to 0.5000"),
        (OVERFITTING[:3], "held-out loss rose by 0.0100 while training loss fell"),
        (
            OVERFITTING[:4],
            "training loss falls while held-out loss has risen for 2 epochs: overfitting begins",
        ),
        (
            OVERFITTING,
            "overfitting: held-out loss has risen for 3 epochs, 0.0600 above its lowest (epoch 1)",
        ),
        (run([1.0, 0.89], [None] * 2), "first pass: training loss drops from 1.0000 to 0.8900"),
        (run([1.0, 0.91], [None] * 2), "training loss fell by 0.0900"),
        (run([1.0, 0.95], [1.0, 0.97]), "lowest held-out loss yet: 0.9700"),
        (run([1.0, 0.9999], [1.0, 0.97]), "training loss fell by 0.0001, less than 1%: slowing"),
        (
            run([1.0, 0.5, 0.5], [None] * 3),
            "training loss stays at 0.5000: the step was rejected or too small to see",
        ),
        (run([1.0, 0.5, 0.6], [None] * 3), "training loss rose by 0.1000"),
        (
            run([1.0, 1.25], [None] * 2),
            "training loss 1.2500 is not below the 1.0000 before training: training diverges",
        ),
        (run([1.0, 0.5], [None] * 2, gradient=5e-5), "gradient down to 5e-05 of its first value: converged"),
        (
            run([1.0, 0.6, 0.5], [1.0, 0.5, 0.6], [0.4, 0.8, 0.9]),
            "held-out accuracy rose to 90.0%, yet its loss rose by 0.1000: "
            "more right answers, less sure on the whole",
        ),
    ],
)
def test_sentences_read_like_this(epochs, sentence):
    assert observe(epochs)["sentence"] == sentence


def test_every_rule_is_named_once_and_says_its_condition():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.condition and rule.sentence for rule in RULES)


@pytest.mark.parametrize("module", [observations, numbers])
def test_the_examples_in_the_docstrings_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
