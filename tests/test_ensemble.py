import numpy as np
import pytest
from small import drawn, features, table

from wordglass import passes
from wordglass.arrow import strings
from wordglass.design import Design
from wordglass.ensemble import Member, fit_members
from wordglass.errors import ArgumentError
from wordglass.evaluate import log_losses
from wordglass.features import Setting
from wordglass.head import fit_head
from wordglass.passes import Rows, probabilities

KINDS = ["binary", "many", "labels"]
SETTINGS = [
    (Setting("vectors", 1.0, names=2.0), 0.8),
    (Setting("nb", 1.0), 1.7),
    (Setting("tf-idf", 10.0), 0.2),
]
NAMES = {"binary": ["w1", "w12"], "many": ["w1", "w11", "w21", "w31"], "labels": ["w1", "w11", "w21"]}


def problem(kind, rows=150):
    """Members on drawn texts, what they are fitted on, and held-out rows."""
    found, loss = features(kind, rows, names=NAMES[kind])
    texts, truth = drawn(kind, 40, seed=9)
    held = found.transform(strings(texts), table().vocabulary.lookup(strings(texts)), 1)
    members = [found.member(setting, share, held) for setting, share in SETTINGS]
    return members, rows, truth, loss


def scores_of(design, head):
    """The scores of a design's rows, (rows, outputs)."""
    dense = design.dense.shape[1]
    scores = design.dense @ head.weights[:dense] + head.bias
    return scores if design.sparse is None else scores + design.sparse @ head.weights[dense:]


@pytest.mark.parametrize("kind", KINDS)
def test_one_member_alone_is_trained_as_a_head_is(kind):
    rng = np.random.default_rng(0)
    X, Xh = rng.normal(size=(90, 5)), rng.normal(size=(30, 5))
    draw = {
        "binary": lambda n: rng.integers(0, 2, n),
        "many": lambda n: rng.integers(0, 4, n),
        "labels": lambda n: rng.random((n, 3)) < 0.5,
    }[kind]
    targets, truth, weights = draw(90), draw(30), rng.uniform(0, 2, 90)
    loss = "softmax" if kind == "many" else "sigmoid"
    head = fit_head(X, targets, loss=loss, C=2.0, weights=weights, held_out=(Xh, truth))
    member = Member(Design(X), targets, weights, 2.0, 1.0, Design(Xh))
    fitted = fit_members([member], 90, truth, loss=loss, epochs=100, tolerance=1e-8)
    assert fitted.heads[0].weights.tobytes() == head.head.weights.tobytes()
    assert fitted.heads[0].bias.tobytes() == head.head.bias.tobytes()
    assert fitted.stopped == head.stopped == "converged"
    for one, other in zip(fitted.epochs, head.epochs, strict=True):
        for name, value in vars(one).items():
            if name != "seconds":
                assert value == pytest.approx(getattr(other, name), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_each_head_is_what_it_would_be_alone_and_does_not_know_its_share(kind):
    members, rows, truth, loss = problem(kind)
    fitted = fit_members(members, rows, truth, loss=loss, epochs=6, tolerance=-1.0)
    for member, head in zip(members, fitted.heads, strict=True):
        alone = fit_head(
            member.design,
            member.targets,
            loss=loss,
            C=member.C,
            weights=member.weights,
            epochs=6,
            tolerance=-1.0,
        )
        assert head.weights.tobytes() == alone.head.weights.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_records_are_those_of_the_weighted_sum_on_texts_alone(kind):
    members, rows, truth, loss = problem(kind)
    for epochs in range(3):
        fitted = fit_members(members, rows, truth, loss=loss, epochs=epochs, tolerance=-1.0)
        last, multi_label = fitted.epochs[-1], kind == "labels"
        for part, own, log_loss, accuracy in (
            ("design", members[0].targets[:rows], last.train_loss, last.train_accuracy),
            ("held_out", truth, last.held_out_loss, last.held_out_accuracy),
        ):
            scores = sum(
                member.share * scores_of(getattr(member, part), head)[: len(own)]
                for member, head in zip(members, fitted.heads, strict=True)
            )
            found = probabilities(scores, loss, multi_label)
            assert log_loss == pytest.approx(log_losses(own, found).mean())
            right = ((found >= 0.5) == own).all(axis=1) if multi_label else found.argmax(axis=1) == own
            assert accuracy == pytest.approx(right.mean(), abs=0.02)  # ties go either way


@pytest.mark.parametrize("epochs", [1, 5])
def test_asked_for_epochs_every_member_passes_over_its_rows_so_often(epochs, monkeypatch):
    passed = []
    gradient = Rows.gradient
    monkeypatch.setattr(Rows, "gradient", lambda rows, *args: (passed.append(rows), gradient(rows, *args))[1])
    members, rows, truth, loss = problem("many")
    fitted = fit_members(members, rows, truth, loss=loss, epochs=epochs, tolerance=-1.0)
    assert len(passed) == epochs * len(members)
    assert all(sum(one is rows for one in passed) == epochs for rows in passed)
    assert [record.epoch for record in fitted.epochs] == list(range(epochs + 1))
    assert fitted.stopped == "all epochs done"


def test_a_member_that_has_converged_passes_no_more_and_training_ends_with_the_last(monkeypatch):
    passed = []
    gradient = Rows.gradient
    monkeypatch.setattr(Rows, "gradient", lambda rows, *args: (passed.append(rows), gradient(rows, *args))[1])
    members, rows, truth, loss = problem("many")
    fitted = fit_members(members, rows, truth, loss=loss, epochs=100, tolerance=1e-6)
    assert fitted.stopped == "converged"
    counts = [sum(one is rows for one in passed) for rows in {id(rows): rows for rows in passed}.values()]
    assert max(counts) == fitted.epochs[-1].epoch
    assert min(counts) < max(counts)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bits_do_not_depend_on_threads(kind, monkeypatch):
    monkeypatch.setattr(passes, "SMALL", 0)
    members, rows, truth, loss = problem(kind)
    runs = [
        fit_members(members, rows, truth, loss=loss, epochs=4, tolerance=-1.0, threads=threads)
        for threads in (1, 2, 4)
    ]
    for run in runs[1:]:
        for one, other in zip(run.heads, runs[0].heads, strict=True):
            assert one.weights.tobytes() == other.weights.tobytes()
        assert [r.train_loss for r in run.epochs] == [r.train_loss for r in runs[0].epochs]
        assert [r.held_out_loss for r in run.epochs] == [r.held_out_loss for r in runs[0].epochs]


def test_without_held_out_rows_nothing_is_said_of_them():
    members, rows, _, loss = problem("many")
    fitted = fit_members(members, rows, None, loss=loss, epochs=1, tolerance=-1.0)
    assert {record.held_out_loss for record in fitted.epochs} == {None}


@pytest.mark.parametrize("wrong", [{"C": 0.0}, {"epochs": -1}])
def test_impossible_arguments_are_refused(wrong):
    member = Member(Design(np.eye(2)), np.array([0, 1]), np.ones(2), wrong.get("C", 1.0), 1.0, None)
    with pytest.raises(ArgumentError, match=next(iter(wrong))):
        fit_members([member], 2, None, loss="sigmoid", epochs=wrong.get("epochs", 1), tolerance=0.0)
