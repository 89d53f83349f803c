"""The claim is measured fairly, judged by its stated rules, and says what it did not do."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from shared import data_set
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.preprocessing import StandardScaler
from small import drawn, table

import wordglass
from wordglass.arrow import take
from wordglass.claiming import prepare
from wordglass.claiming.arms import Bench, in_their_span, right
from wordglass.claiming.intervals import Resamples, difference, interval, student
from wordglass.claiming.learned import DIM, Bags, Net, choose
from wordglass.claiming.material import random_vectors, shuffled_vectors
from wordglass.claiming.plan import ARMS, draw_rows
from wordglass.claiming.questions import race, rows_needed
from wordglass.claiming.sweep import jobs
from wordglass.claiming.verdicts import LESSON, RULES, answer, answer_of_draws, overall
from wordglass.errors import ArgumentError, DataError
from wordglass.evaluate import decide
from wordglass.kernels import native
from wordglass.passes import probabilities
from wordglass.trace.claim import ArmEpoch, Verdict
from wordglass.trace.document import Interval
from wordglass.trace.schema import build_schema
from wordglass.vectors import VectorTable

WORDGLASS = shutil.which("wordglass", path=str(Path(sys.executable).parent))


def rows_of(kind, rows=180, seed=0):
    texts, targets = drawn(kind, rows, seed)
    if kind == "labels":
        return texts, [[f"l{k}" for k in np.flatnonzero(row)] for row in targets]
    return texts, [f"c{k}" for k in targets.tolist()]


@pytest.fixture(scope="module", params=["binary", "many", "labels"])
def ready(request):
    texts, labels = rows_of(request.param)
    return prepare(texts, labels, vectors=table(), draws=2, threads=1)


@pytest.fixture(scope="module")
def found():
    return wordglass.claim(*rows_of("many"), vectors=table(), draws=2, threads=1)


# The arms


def test_shuffled_vectors_are_the_same_rows_and_random_ones_have_their_shape_and_scale(ready):
    vectors, dim = ready.material.vectors, table().dim
    shuffled, random = shuffled_vectors(vectors, [0, 1, 2]), random_vectors(vectors, dim, [0, 1, 1])
    assert sorted(map(tuple, shuffled.tolist())) == sorted(map(tuple, vectors.tolist()))
    assert not np.array_equal(shuffled, vectors)
    assert random.shape == shuffled.shape == vectors.shape
    assert not random[0].any()  # the unknown word's
    assert not shuffled[0].any()
    many = np.random.default_rng(0).normal(3, 2, (5001, 4)).astype(np.float32)
    alike = random_vectors(many, 4, [0])
    assert np.allclose(alike[1:].mean(axis=0), many[1:].mean(axis=0), atol=0.15)
    assert np.allclose(alike[1:].std(axis=0), many[1:].std(axis=0), rtol=0.05)


def test_the_pooled_rows_are_those_of_the_table(ready):
    m = ready.material
    rows = [table().vectors([w for w in text.as_py().split() if int(w[1:]) < 60]) for text in m.texts]
    means = np.array([row.mean(axis=0) if len(row) else np.zeros(table().dim) for row in rows])
    assert np.allclose(m.pool(m.vectors), means, atol=1e-6)


def test_another_draw_has_other_tables_and_the_same_draw_the_same(ready):
    bench = Bench(ready.material, 0, 1)
    for arm in ("random", "shuffled"):
        first, second = bench.vectors(arm, 0), bench.vectors(arm, 1)
        assert not np.array_equal(first, second)
        assert np.array_equal(first, bench.vectors(arm, 0))
    assert bench.vectors("pretrained", 0) is bench.vectors("pretrained", 1)


@pytest.mark.parametrize("arm", ["pretrained", "random", "shuffled"])
def test_the_head_of_an_arm_is_scikit_learns_of_the_same_c(arm):
    ready = prepare(*rows_of("many"), vectors=table(), threads=1)
    m, bench = ready.material, Bench(ready.material, 0, 1)
    outcome = bench.run(arm, m.train, 0)
    X = m.pool(bench.vectors(arm, 0)).astype(float)
    X = StandardScaler().fit(X[m.train]).transform(X) / np.sqrt(table().dim)
    theirs = LogisticRegression(C=outcome.C, max_iter=10_000, tol=1e-8).fit(X[m.train], m.targets[m.train])
    p = theirs.predict_proba(X[m.test])
    assert outcome.epochs[-1]["held_out_loss"] == pytest.approx(log_loss(m.truth, p), abs=2e-3)
    assert (outcome.guess == p.argmax(axis=1)).mean() > 0.95


def test_a_head_says_the_same_in_the_space_that_its_few_rows_span():
    rng = np.random.default_rng(0)
    own, held = rng.normal(size=(12, 40)).astype(np.float32), rng.normal(size=(30, 40)).astype(np.float32)
    y = np.arange(12) % 2
    fewer, others = in_their_span(own, held)
    assert fewer.shape == (12, 12)
    whole, less = (LogisticRegression(tol=1e-10, max_iter=10_000).fit(X, y) for X in (own, fewer))
    assert np.allclose(whole.decision_function(held), less.decision_function(others), atol=1e-3)


def test_an_arm_of_tf_idf_has_no_part_of_the_table(ready):
    m = ready.material
    other = VectorTable.of(["w1"], np.ones((1, 3), np.float32))
    again = prepare(*rows_of("many"), vectors=other, threads=1).material
    first = prepare(*rows_of("many"), vectors=table(), threads=1).material
    outcomes = [Bench(one, 0, 1).run("tf-idf", one.train, 0) for one in (first, again)]
    assert np.array_equal(outcomes[0].guess, outcomes[1].guess)
    assert len(m.wordless) == 0


def plain_epoch(bags, order, targets, softmax, rate, vectors, weights, bias, sums):
    """The kernel in plain Python."""
    words, outputs = len(vectors), len(bias)
    for row in order:
        ids = bags.ids[bags.offsets[row] : bags.offsets[row + 1]]
        if not len(ids):
            continue
        mean = vectors[ids].mean(axis=0)
        z = weights @ mean + bias
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum() if softmax else 1 / (1 + np.exp(-z))
        residual = p - targets[row]
        back = residual @ weights
        for k in range(outputs):
            gradient = residual[k] * mean
            sums[words + k] += (gradient**2).mean()
            weights[k] -= rate * gradient / math.sqrt(sums[words + k] + 1e-10)
        sums[-1] += (residual**2).mean()
        bias -= rate * residual / math.sqrt(sums[-1] + 1e-10)
        for word in ids:
            gradient = back / len(ids)
            sums[word] += (gradient**2).mean()
            vectors[word] -= rate * gradient / math.sqrt(sums[word] + 1e-10)


@pytest.mark.parametrize("softmax", [True, False])
def test_learning_vectors_is_what_plain_python_does(softmax):
    rng = np.random.default_rng(0)
    sizes = rng.integers(0, 6, 20)
    bags = Bags(rng.integers(1, 9, sizes.sum()).astype(np.int32), np.concatenate([[0], np.cumsum(sizes)]), 8)
    targets = np.eye(3)[rng.integers(0, 3, 20)]
    start = rng.normal(size=(9, 5)), rng.normal(size=(3, 5)), rng.normal(size=3), np.zeros(13)
    ours, plain = ([one.copy() for one in start] for _ in range(2))
    order = rng.permutation(20)
    for _ in range(3):
        native.learn(bags.ids, bags.offsets, order, targets, softmax, 0.3, *ours)
        plain_epoch(bags, order, targets, softmax, 0.3, *plain)
    for one, other in zip(ours, plain, strict=True):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-12)


def test_vectors_learned_from_scratch_tell_rows_apart_that_only_words_tell(ready):
    m = ready.material
    outcome = Bench(m, 0, 1).run("scratch", m.train, 0)
    majority = max(np.unique(m.truth, axis=0, return_counts=True)[1]) / len(m.truth)
    assert right(m.truth, outcome.guess).mean() > majority + 0.1
    assert outcome.epochs[-1]["train_loss"] < outcome.epochs[0]["train_loss"]


def test_words_that_training_never_saw_do_not_count_for_vectors_from_scratch():
    texts, labels = rows_of("many")
    m = prepare(texts, labels, vectors=table(), threads=1).material
    own = m.bags.take(m.train[:20])
    net = Net(own, np.eye(4)[m.targets[m.train[:20]]], "softmax", 0.1, 0)
    held = m.bags.take(m.test)
    before = net.scores(held.only(own.seen))
    net.vectors[~own.seen] = 1e6
    assert np.array_equal(before, net.scores(held.only(own.seen)))
    assert net.vectors.shape[1] == DIM


def test_rate_and_epochs_from_scratch_are_those_that_lose_least_on_rows_left_out():
    m = prepare(*rows_of("binary"), vectors=table(), threads=1).material
    bags, targets = m.bags.take(m.train), m.targets[m.train]
    chosen = choose(bags, targets, 1, "sigmoid", 0, 0, 1)
    again = choose(bags, targets, 1, "sigmoid", 0, 0, 2)
    assert (chosen.rate, chosen.epochs) == (again.rate, again.epochs)
    guess = decide(probabilities(chosen.scores, "sigmoid", False), False)
    assert (guess == targets[chosen.scored]).mean() > 0.6
    assert sorted(chosen.scored.tolist()) == list(range(len(bags)))


# Sizes and draws


def test_draws_are_nested_balanced_and_of_training_rows_alone(ready):
    m = ready.material
    for draw in range(2):
        smaller = np.zeros(0, np.int64)
        for size in [size["size"] for size in ready.plan.sizes]:
            rows = draw_rows(m, size, 0, draw)
            assert set(smaller) <= set(rows) <= set(m.train)
            assert len(rows) == next(one["rows"] for one in ready.plan.sizes if one["size"] == size)
            if size and not m.multi_label:
                counts, all_of = (
                    np.bincount(m.targets[r], minlength=len(m.classes)) for r in (rows, m.train)
                )
                assert counts.tolist() == np.minimum(all_of, size).tolist()
            smaller = rows
    assert draw_rows(m, 8, 0, 0).tolist() != draw_rows(m, 8, 0, 1).tolist()


def test_every_arm_has_the_same_rows_in_a_draw_and_all_are_scored_on_the_same(found):
    for size in [size["size"] for size in found["sizes"]]:
        for draw in range(2 if size else 1):
            runs = [run for run in found["runs"] if (run["size"], run["draw"]) == (size, draw)]
            assert [run["arm"] for run in runs] == list(ARMS)
            assert len({run["rows"] for run in runs}) == 1
    assert {one["draws"] for one in found["differences"] if one["size"]} == {2}


# Intervals


def test_students_points_are_scipys():
    for freedom in (1, 2, 2.5, 3, 7, 12.5, 40, 1000):
        assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.02)
    assert student(np.inf) == pytest.approx(stats.norm.ppf(0.975), rel=1e-3)


def test_accuracy_and_macro_f1_are_scikit_learns_and_so_is_their_spread_over_rows():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 300)
    guess = np.where(rng.random(300) < 0.7, truth, rng.integers(0, 3, 300))
    scored = Resamples(300, 0).score(truth, guess, 3)
    assert scored.value.tolist() == pytest.approx(
        [(truth == guess).mean(), f1_score(truth, guess, average="macro")], rel=1e-6
    )
    own = interval([scored], 0)
    spread = 1.96 * math.sqrt(scored.value[0] * (1 - scored.value[0]) / 300)
    assert own["high"] - own["low"] == pytest.approx(2 * spread, rel=0.1)


def test_an_arm_less_itself_is_nothing_with_certainty_and_pairing_makes_an_interval_narrow():
    rng = np.random.default_rng(0)
    resamples, truth = Resamples(200, 0), rng.integers(0, 2, 200)
    one = np.where(rng.random(200) < 0.7, truth, 1 - truth)
    better = one.copy()
    better[np.flatnonzero(one != truth)[:10]] = truth[np.flatnonzero(one != truth)[:10]]
    low, high = resamples.score(truth, one, 2), resamples.score(truth, better, 2)
    assert difference([(low, low)] * 3, 0) == {"value": 0.0, "low": 0.0, "high": 0.0}
    paired = difference([(high, low)], 0)
    assert paired["value"] == pytest.approx(0.05)
    assert paired["low"] > 0
    apart = interval([low], 0)
    assert paired["high"] - paired["low"] < 0.6 * (apart["high"] - apart["low"])


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng, covered, trials = np.random.default_rng(0), 0, 200
    for _ in range(trials):
        truth = np.zeros(150, np.int64)
        difficulty, quality = rng.normal(size=150), rng.normal(0, 0.4, 4)
        resamples = Resamples(150, 1)
        pairs = []
        for draw in range(4):
            p = [1 / (1 + np.exp(-(difficulty + shift))) for shift in (1.0 + quality[draw], 0.2)]
            guesses = [(rng.random(150) >= share).astype(np.int64) for share in p]
            pairs.append(tuple(resamples.score(truth, guess, 2) for guess in guesses))
        found = difference(pairs, 0)
        covered += found["low"] <= EXPECTED <= found["high"]
    assert 0.9 <= covered / trials <= 1.0


def expected():
    rng = np.random.default_rng(1)
    difficulty, quality = rng.normal(size=400_000), rng.normal(0, 0.4, 400_000)
    one, other = (1 / (1 + np.exp(-(difficulty + shift))) for shift in (1.0 + quality, 0.2))
    return float((one - other).mean())


EXPECTED = expected()


# The rules

ENDS = st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(sorted)
INTERVALS = ENDS.map(lambda ends: Interval(value=sum(ends) / 2, low=ends[0], high=ends[1]))


@given(st.lists(INTERVALS, max_size=9))
def test_the_first_verdict_is_that_of_its_rule(intervals):
    better = sum(one["low"] > 0 for one in intervals)
    worse = sum(one["high"] < 0 for one in intervals)
    holds = bool(intervals) and better * 2 >= len(intervals) and not worse
    assert answer(intervals) == ("fails" if worse else "holds" if holds else "cannot tell")


@given(st.none() | INTERVALS)
def test_the_other_verdicts_are_those_of_their_rule(share):
    said = answer_of_draws(share)
    assert (said == "holds") == (share is not None and share["low"] > 0.5)
    assert (said == "fails") == (share is not None and share["high"] < 0.5)


@given(st.lists(st.sampled_from(["holds", "fails", "cannot tell"]), min_size=3, max_size=3), st.booleans())
def test_the_verdict_on_the_lesson_is_against_its_rivals_and_not_against_tf_idf(answers, tf_idf):
    def of(other, found):
        return Verdict(question="faster", other=other, verdict=found, sentence="", rule="")

    verdicts = [of(other, found) for other, found in zip(LESSON, answers, strict=True)]
    said = overall([*verdicts, of("tf-idf", "holds" if tf_idf else "fails")])
    assert said == (
        "fails" if "fails" in answers else "holds" if set(answers) == {"holds"} else "cannot tell"
    )


CURVES = st.lists(st.floats(0, 1), min_size=1, max_size=8).map(
    lambda accuracies: [(8 * 2**i, accuracy) for i, accuracy in enumerate(accuracies)]
)


@given(CURVES, st.floats(0, 1))
def test_rows_needed_lie_where_the_curve_first_gets_there(curve, accuracy):
    found = rows_needed(curve, accuracy)
    first = next((i for i, (_, reached) in enumerate(curve) if reached >= accuracy - 1e-12), None)
    if first is None:
        assert found.rows == math.inf
    else:
        assert curve[max(first - 1, 0)][0] * (1 - 1e-9) <= found.rows <= curve[first][0] * (1 + 1e-9)
    assert rows_needed(curve, accuracy / 2).rows <= found.rows * (1 + 1e-9)


def epochs_of(accuracies):
    return [
        ArmEpoch(epoch=i, train_loss=0.0, held_out_loss=0.0, held_out_accuracy=a, seconds=i / 10)
        for i, a in enumerate(accuracies)
    ]


@given(*[st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), min_size=1, max_size=6)] * 2)
def test_a_race_is_to_the_others_best(own, other):
    found = race(epochs_of(own), epochs_of(other))
    assert found.target == max(other)
    assert found.epochs_other == other.index(max(other))
    ours = [i for i, accuracy in enumerate(own) if accuracy >= max(other)]
    assert found.epochs == (ours[0] if ours else math.inf)
    assert found.seconds == pytest.approx(found.epochs / 10)


# The document


def test_the_document_is_valid_json_and_has_a_verdict_on_every_question_and_arm(found):
    jsonschema.validate(json.loads(json.dumps(found)), build_schema())
    asked = {(verdict["question"], verdict["other"]) for verdict in found["verdicts"]}
    assert asked == {(question, other) for question in RULES for other in (None, *ARMS[1:])}
    assert all(verdict["rule"] and verdict["sentence"] for verdict in found["verdicts"])
    assert found["missing"] == ["36 held-out rows tell little: intervals will be wide"]


def test_the_numbers_of_a_sentence_are_those_of_the_document(found):
    for verdict in found["verdicts"]:
        if verdict["question"] == "more accurate" and verdict["other"]:
            own = [
                one
                for one in found["differences"]
                if (one["arm"], one["other"]) == ("pretrained", verdict["other"])
            ]
            assert verdict["verdict"] == answer([one["accuracy"] for one in own])
            for one in (own[0], own[-1]):
                assert f"{100 * one['accuracy']['value']:+.1f} points" in verdict["sentence"]
                assert f"({100 * one['accuracy']['low']:+.1f} to" in verdict["sentence"]
            better = sum(one["accuracy"]["low"] > 0 for one in own)
            assert f"at {better} of {len(own)} sizes" in verdict["sentence"]


def test_a_point_is_the_mean_of_its_runs(found):
    for point in found["points"]:
        runs = [r for r in found["runs"] if (r["arm"], r["size"]) == (point["arm"], point["size"])]
        assert point["draws"] == len(runs)
        assert point["accuracy"]["value"] == pytest.approx(np.mean([run["accuracy"] for run in runs]))
        assert point["accuracy"]["low"] <= point["accuracy"]["value"] <= point["accuracy"]["high"]


def timeless(document):
    """The document without what a clock says."""
    if isinstance(document, dict):
        left = ("seconds", "seconds_other", "provenance", "sentence")
        return {key: timeless(value) for key, value in document.items() if key not in left}
    return [timeless(one) for one in document] if isinstance(document, list) else document


def test_the_same_seed_gives_the_same_numbers_at_any_number_of_threads(found):
    again = wordglass.claim(*rows_of("many"), vectors=table(), draws=2, threads=2)
    assert timeless(again) == timeless(found)
    other = wordglass.claim(*rows_of("many"), vectors=table(), draws=1, seed=1, threads=1)
    assert timeless(other)["points"] != timeless(found)["points"]


def test_rows_of_several_labels_are_measured_too():
    said = []
    found = wordglass.claim(*rows_of("labels"), vectors=table(), draws=2, threads=1, tell=said.append)
    assert found["multi_label"]
    assert found["sizes"][0] == {"size": 8, "rows": 24, "draws": 2}
    assert "6 arms" in said[0]
    jsonschema.validate(json.loads(json.dumps(found)), build_schema())


# What is said before work, and what is left out


def test_a_budget_that_is_spent_leaves_draws_and_sizes_out_and_says_so():
    done = []
    found = wordglass.claim(
        *rows_of("many"),
        vectors=table(),
        threads=1,
        budget=1e-9,
        on_run=lambda run, count, total: done.append((run["arm"], count, total)),
    )
    assert [run["arm"] for run in found["runs"]] == ["pretrained"] == [arm for arm, _, _ in done]
    assert found["missing"][1].startswith("the budget of <1 ms was spent: ")
    assert found["missing"][2].startswith("8 a class: all but random vectors, shuffled vectors, ")
    assert found["missing"][4:] == ["16 a class: nothing", "all rows: nothing"]
    assert {verdict["verdict"] for verdict in found["verdicts"]} == {"cannot tell"}
    with pytest.raises(ArgumentError, match="budget"):
        wordglass.claim(*rows_of("many"), vectors=table(), budget=0)


def test_stopping_early_keeps_all_sizes_of_the_first_draw_before_the_second():
    plan = prepare(*rows_of("many"), vectors=table(), draws=2, threads=1).plan
    order = [(draw, size) for _, size, draw in jobs(plan)]
    assert order == sorted(order, key=lambda job: (job[0], job[1] is None, job[1] or 0))


def test_too_few_rows_for_a_sweep_are_said_before_work_and_all_rows_still_measured():
    texts, labels = rows_of("binary", rows=20)
    said = []
    found = wordglass.claim(texts, labels, vectors=table(), draws=2, threads=1, tell=said.append)
    assert any("16 training rows are too few for a sweep" in words for words in said)
    assert [size["size"] for size in found["sizes"]] == [None]
    told = {v["verdict"] for v in found["verdicts"] if v["question"] == "with less data"}
    assert told == {"cannot tell"}
    assert any("too few for a sweep" in line for line in found["missing"])


def test_one_class_or_nothing_held_out_is_refused_before_work():
    with pytest.raises(DataError, match="only one class"):
        wordglass.claim(["a", "b"] * 10, ["x"] * 20, vectors=table())
    for share in (0, 1, -1):
        with pytest.raises(ArgumentError, match="held_out"):
            wordglass.claim(*rows_of("many"), vectors=table(), held_out=share)
    for wrong in ({"draws": 0}, {"sizes": [0]}):
        with pytest.raises(ArgumentError, match="at least 1"):
            wordglass.claim(*rows_of("many"), vectors=table(), **wrong)


def test_vectors_of_another_language_are_said_before_work_and_counts_still_compared():
    texts, labels = rows_of("binary")
    other = VectorTable.of(["w1", "w2"], np.eye(2, dtype=np.float32), name="other")
    said = []
    found = wordglass.claim(texts, labels, vectors=other, draws=2, threads=1, tell=said.append)
    assert any("of the words have a vector in other" in words for words in said)
    assert {run["arm"] for run in found["runs"]} == {"scratch", "tf-idf"}
    assert [(v["other"], v["verdict"]) for v in found["verdicts"]] == [(None, "cannot tell")] * 3
    assert {(one["arm"], one["other"]) for one in found["differences"]} == {("scratch", "tf-idf")}
    jsonschema.validate(json.loads(json.dumps(found)), build_schema())


def test_on_real_news_vectors_with_meaning_beat_those_without():
    corpus = data_set("ag_news")
    rows = np.random.default_rng(0).permutation(len(corpus.texts))[:600]
    found = wordglass.claim(
        take(corpus.texts, rows), [corpus.labels[i] for i in rows], sizes=[8], draws=2, threads=2
    )
    for other in ("random", "shuffled", "scratch"):
        at = [one for one in found["differences"] if (one["arm"], one["other"]) == ("pretrained", other)]
        assert at[0]["accuracy"]["low"] > 0, other
    assert found["coverage"] > 0.95


# The command


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    path = tmp_path_factory.mktemp("claim") / "days.csv"
    words = {"good": ("sunny", "lovely", "great", "warm"), "bad": ("rainy", "awful", "bad", "cold")}
    rng = np.random.default_rng(0)
    lines = ["text,label"]
    for n in range(300):
        label = ("good", "bad")[n % 2]
        lines.append(f"a {rng.choice(words[label])} day and number {n},{label}")
    path.write_text("\n".join(lines))
    return path


def run(*arguments, **options):
    return subprocess.run(
        [WORDGLASS, "claim", *map(str, arguments)], capture_output=True, timeout=300, check=False, **options
    )


def test_the_command_writes_prints_and_says_the_same(csv, tmp_path):
    done = run(csv, "--draws", "2", "-o", "claim.json", "--ascii", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "claim.json").read_bytes())
    jsonschema.validate(document, build_schema())
    page = done.stdout.decode()
    assert page.isascii()
    assert max(map(len, page.splitlines())) <= 80
    flat = " ".join(page.split())
    for verdict in document["verdicts"]:
        if verdict["other"] is None:
            assert verdict["verdict"] in flat
    assert page.index("Are pre-trained vectors") < page.index("Accuracy") < page.index("The arms")
    said = done.stderr.decode()
    assert said.index("6 arms, ") < said.index("trainings: ") < said.index("saved: claim.json")
    assert document["provenance"]["command"].startswith("wordglass claim ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_finished_and_says_what_is_missing(number, csv, tmp_path):
    process = subprocess.Popen(
        [WORDGLASS, "claim", str(csv), "--draws", "200", "-o", "claim.json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
    )
    while b"trainings: " not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(number)
    out, said = (stream.decode() for stream in process.communicate(timeout=60))
    assert process.returncode == 1
    assert "Traceback" not in said
    assert said.endswith("wordglass: interrupted: only what was finished by then is shown\n")
    document = json.loads((tmp_path / "claim.json").read_bytes())
    jsonschema.validate(document, build_schema())
    assert document["runs"]
    assert any(line.startswith("interrupted: ") for line in document["missing"])
    assert "What is missing" in out


def test_data_that_cannot_be_compared_is_told_of_in_a_line_that_names_the_file(tmp_path):
    (tmp_path / "one.csv").write_text("text,label\n" + "a day,good\n" * 30)
    done = run("one.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1].startswith("wordglass: one.csv: only one class, 'good'")
    done = run("one.csv", "--held-out", "0", cwd=tmp_path)
    assert done.returncode == 2
    assert b"held_out" in done.stderr
