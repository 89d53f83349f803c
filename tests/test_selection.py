import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from small import drawn, features

from wordglass import passes, selection
from wordglass.evaluate import log_losses
from wordglass.features import Setting
from wordglass.presets import PLAIN
from wordglass.selection import WORSE, Search, deal_folds, select
from wordglass.stacking import stack

BLOCKS = (Setting("vectors", 1.0), Setting("nb", 1.0), Setting("tf-idf", 10.0))
COMBINED, CHOSEN = Search(BLOCKS, combined=True), Search(PLAIN, combined=False)


def columns(design):
    if design.sparse is None:
        return design.dense
    found = np.zeros(design.sparse.shape)
    owners = np.repeat(np.arange(len(design)), np.diff(design.sparse.indptr))
    found[owners, design.sparse.ids] = design.sparse.values
    return found


def theirs(found, setting, fold, k):
    """Probabilities of the rows of a fold, by scikit-learn on the other rows alone."""
    rest, out = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
    X = columns(found.design(setting, found.factors(setting, rest)))
    model = LogisticRegression(C=setting.C, tol=1e-6, max_iter=5000)
    return model.fit(X[rest], found.targets[rest], found.weights[rest]).predict_proba(X[out])


@pytest.mark.parametrize("kind", ["binary", "many"])
def test_trials_are_what_scikit_learn_measures_on_the_same_folds(kind):
    texts, targets = drawn(kind)
    weights = np.random.default_rng(5).uniform(0.2, 2, len(texts))
    found, loss = features(texts=texts, targets=targets, weights=weights)
    chosen = select(found, COMBINED, loss=loss, seed=3, threads=1)
    fold = deal_folds(targets, weights > 0, 5, seed=3)
    assert chosen.scored.tolist() == list(range(150))
    for setting, trial in zip(BLOCKS, chosen.document["trials"], strict=True):
        p = np.zeros((150, targets.max() + 1))
        for k in range(5):
            p[fold == k] = theirs(found, setting, fold, k)
        losses = log_losses(targets, p)
        assert trial["loss"] == pytest.approx(np.average(losses, weights=weights), rel=2e-2)
        assert trial["loss_error"] == pytest.approx(losses.std() / np.sqrt(150), rel=5e-2)
        assert trial["accuracy"]["value"] == pytest.approx((p.argmax(axis=1) == targets).mean(), abs=0.01)
        assert (trial["block"], trial["C"]) == (setting.block, setting.C)


@pytest.mark.parametrize("kind", ["binary", "many", "labels"])
def test_shares_are_those_of_the_stacked_scores_and_add_up_to_what_is_measured_together(kind, monkeypatch):
    given = []
    monkeypatch.setattr(selection, "stack", lambda *args: (given.append(args), stack(*args))[1])
    found, loss = features(kind)
    chosen = select(found, COMBINED, loss=loss)
    scores, truth, weights, _ = given[0]
    shares = stack(scores, truth, weights, loss)
    document = chosen.document
    assert (document["how"], document["folds"], document["rows"]) == ("combined", 5, 150)
    assert [trial["share"] for trial in document["trials"]] == shares.tolist()
    assert chosen.heads == [(setting, share) for setting, share in zip(BLOCKS, shares, strict=True) if share]
    np.testing.assert_allclose(chosen.scores, np.tensordot(shares, scores, 1), rtol=1e-12)
    assert document["together"]["loss"] <= min(trial["loss"] for trial in document["trials"]) + 0.01
    json.dumps(document, allow_nan=False)


def test_where_one_is_chosen_it_has_the_lowest_loss_and_a_much_larger_one_is_not_tried():
    found, loss = features("many", lexical=False)
    chosen = select(found, CHOSEN, loss=loss)
    losses = [trial["loss"] for trial in chosen.document["trials"]]
    best = int(np.argmin(losses))
    assert chosen.document["how"] == "chosen"
    assert chosen.document["together"] is None
    assert chosen.heads == [(PLAIN[best], 1.0)]
    assert [trial["share"] for trial in chosen.document["trials"]] == [
        float(i == best) for i in range(len(losses))
    ]
    assert 0 < best < len(losses) - 1 == best + WORSE < len(PLAIN) - 1
    assert chosen.document["stopped"] == "the loss only rises from there"


def test_labels_that_no_text_tells_are_not_told_from_rows_held_out():
    rng = np.random.default_rng(0)
    texts = [" ".join(f"v{j}" for j in rng.integers(0, 2000, 6)) for _ in range(400)]
    found, loss = features(texts=texts, targets=rng.permutation(400) % 2)
    chosen = select(found, COMBINED, loss=loss)
    assert all(trial["accuracy"]["value"] < 0.6 for trial in chosen.document["trials"])
    assert all(trial["loss"] > 0.68 for trial in chosen.document["trials"])
    assert chosen.document["together"]["loss"] == pytest.approx(np.log(2), abs=0.02)


@pytest.mark.parametrize("search", [COMBINED, CHOSEN], ids=["combined", "chosen"])
def test_the_result_is_the_same_again_at_any_number_of_threads_and_follows_the_seed(search, monkeypatch):
    monkeypatch.setattr(passes, "SMALL", 0)
    found, loss = features("many", rows=300, lexical=search.combined)
    first, again, other = (
        select(found, search, loss=loss, seed=seed, threads=threads)
        for seed, threads in ((1, 1), (1, 4), (2, 2))
    )
    assert first.scores.tobytes() == again.scores.tobytes()
    assert first.heads == again.heads
    assert first.scores.tobytes() != other.scores.tobytes()


@pytest.mark.parametrize("search", [COMBINED, CHOSEN], ids=["combined", "chosen"])
def test_a_budget_too_short_for_one_head_still_has_one_tried_and_says_so(search):
    found, loss = features("many", lexical=search.combined)
    said = []
    chosen = select(found, search, loss=loss, budget=1e-9, tell=said.append)
    assert len(chosen.document["trials"]) == len(chosen.heads) == len(said) == 1
    assert chosen.document["stopped"] == "the budget of 1e-09 s is spent"
    whole = select(found, search, loss=loss, budget=1e9)
    assert len(whole.document["trials"]) > 1
    assert "budget" not in whole.document["stopped"]


@pytest.mark.parametrize(("rows", "folds"), [(2_000, 5), (2_001, 2), (10_001, 1)])
def test_of_many_rows_a_part_is_scored(rows, folds):
    found, loss = features("binary", rows=rows)
    chosen = select(found, Search(BLOCKS[:2], combined=True), loss=loss)
    assert chosen.document["folds"] == folds
    assert chosen.document["rows"] == len(chosen.scored) == len(chosen.scores)
    assert abs(len(chosen.scored) - rows * folds / 5) <= folds
    assert (np.diff(chosen.scored) > 0).all()


def test_each_class_is_dealt_evenly_and_is_in_every_training_part():
    targets = np.repeat([0, 1, 2, 3], [50, 13, 2, 1])
    fold = deal_folds(targets, np.ones(len(targets), dtype=bool), folds=5, seed=0)
    for c, size in enumerate([50, 13, 2]):
        dealt = np.bincount(fold[targets == c], minlength=5)
        assert dealt.max() - dealt.min() <= 1
        assert dealt.max() < size
    assert fold[-1] == -1
    assert np.ptp(np.bincount(fold[:-1])) <= 1


def test_few_rows_get_fewer_folds_and_rows_without_weight_none():
    found, loss = features(
        texts=["w1", "w2", "w3", "w4", "w5"],
        targets=np.array([0, 0, 1, 1, 1]),
        weights=np.array([1.0, 1.0, 1.0, 1.0, 0.0]),
    )
    chosen = select(found, COMBINED, loss=loss)
    assert chosen.document["folds"] == 4
    assert chosen.scored.tolist() == [0, 1, 2, 3]


def test_where_nothing_can_be_held_out_heads_have_equal_shares_or_the_middle_one_is_taken():
    found, loss = features(texts=["w1", "w2", "w3"], targets=np.arange(3))
    combined, chosen = (select(found, search, loss=loss) for search in (COMBINED, CHOSEN))
    assert combined.heads == [(setting, 1 / 3) for setting in BLOCKS]
    assert chosen.heads == [(PLAIN[len(PLAIN) // 2], 1.0)]
    for one in (combined, chosen):
        assert (one.document["how"], one.document["folds"], one.scores) == ("given", 0, None)


@pytest.mark.parametrize("names", [0.0, 3.0])
def test_classes_of_a_single_row_and_more_classes_than_rows_of_each_part_are_selected_on(names):
    texts, _ = drawn("many", rows=40)
    targets = np.append(np.arange(20).repeat(2)[:39], 20)  # one class has one row
    found, loss = features(texts=texts, targets=targets, names=[f"w{k}" for k in range(21)])
    search = Search(tuple(setting._replace(names=names) for setting in BLOCKS), combined=True)
    chosen = select(found, search, loss=loss)
    assert np.isfinite(chosen.scores).all()
    assert chosen.scores.shape == (len(chosen.scored), 21)
    assert 39 not in chosen.scored
