import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from wordglass.passes import SMALL
from wordglass.selection import EPOCHS, GRID, WORSE, deal_folds, select_penalty


def noisy(rows=300, features=20, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features))
    scores = X[:, :classes] + 2 * rng.gumbel(size=(rows, classes))
    return X, scores.argmax(axis=1)


@pytest.mark.parametrize("classes", [2, 3])
def test_trials_are_the_losses_that_scikit_learn_measures_on_the_same_folds(classes):
    X, targets = noisy(classes=classes)
    weights = np.random.default_rng(5).uniform(0.2, 2, len(X))
    chosen = select_penalty(
        X, targets, loss="softmax" if classes > 2 else "sigmoid", weights=weights, seed=3, threads=1
    )
    fold = deal_folds(targets, weights > 0, 5, seed=3)
    for trial in chosen["trials"]:
        losses, right = [], 0
        for k in range(5):
            out = fold == k
            model = LogisticRegression(C=trial["C"], tol=1e-10, max_iter=5000)
            model.fit(X[~out], targets[~out], sample_weight=weights[~out])
            p = model.predict_proba(X[out])
            losses.append(log_loss(targets[out], p, sample_weight=weights[out], labels=range(classes)))
            right += (p.argmax(axis=1) == targets[out]).sum()
        assert trial["loss"] == pytest.approx(np.mean(losses), rel=2e-3)
        assert trial["loss_error"] == pytest.approx(np.std(losses, ddof=1) / np.sqrt(5), rel=0.1)
        assert trial["accuracy"] == pytest.approx(right / len(X), abs=0.01)


def test_the_lowest_loss_is_chosen_and_a_much_larger_one_is_not_tried():
    X, targets = noisy()
    chosen = select_penalty(X, targets, loss="softmax")
    losses = [t["loss"] for t in chosen["trials"]]
    best = int(np.argmin(losses))
    assert chosen["how"] == "cross-validation"
    assert [t["chosen"] for t in chosen["trials"]] == [i == best for i in range(len(losses))]
    assert chosen["C"] == chosen["trials"][best]["C"] == GRID[best]
    assert 0 < best < len(losses) - 1 == best + WORSE < len(GRID) - 1


def test_the_choice_is_the_same_again_at_any_number_of_threads_and_follows_the_seed():
    X, targets = noisy(rows=3000, features=40)
    first, again, other = (
        select_penalty(X, targets, loss="softmax", seed=seed, threads=threads)
        for seed, threads in ((1, 1), (1, 4), (2, 2))
    )
    assert X.size * 5 * EPOCHS >= SMALL  # or the threads would not be used
    assert [t["loss"] for t in first["trials"]] == [t["loss"] for t in again["trials"]]
    assert first["trials"][0]["loss"] != other["trials"][0]["loss"]


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
    X = np.array([[0.0], [1.0], [2.0], [3.0], [9.0]])
    chosen = select_penalty(
        X, np.array([0, 0, 1, 1, 1]), loss="sigmoid", weights=np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    )
    assert chosen["folds"] == 4


def test_where_nothing_can_be_held_out_the_penalty_is_1():
    chosen = select_penalty(np.eye(3), np.array([0, 1, 2]), loss="softmax")
    assert chosen == {"how": "given", "C": 1.0, "folds": 0, "trials": []}


def test_multi_label_rows_are_selected_on_too():
    X, _ = noisy()
    labels = np.column_stack([X[:, 0] > 0, X[:, 1] + np.random.default_rng(0).normal(size=len(X)) > 1])
    chosen = select_penalty(X, labels, loss="sigmoid")
    assert chosen["folds"] == 5
    assert chosen["trials"][0]["loss"] > min(t["loss"] for t in chosen["trials"])
