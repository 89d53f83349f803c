"""scikit-learn's contract: its own checks, its tools, and what a pool of processes asks of an estimator."""

import copy
import multiprocessing
import pickle
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numbers_as_texts import NumberClassifier, NumberEmbedder, number_vectors
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from wordglass.classifier import TextClassifier
from wordglass.corpus import to_arrow
from wordglass.embedder import TextEmbedder
from wordglass.errors import ArgumentError, DataError
from wordglass.passes import Rows
from wordglass.pooling import Pooling
from wordglass.scaling import Scaler
from wordglass.vectors import VectorTable, load_vectors

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs/scikit-learn.md").read_text()
DATA = ROOT.parent / "shared/data"

GOOD = ["good film", "fine story", "great cast", "lovely music", "warm and funny", "superb, a delight"]
BAD = ["bad film", "awful story", "dull cast", "ugly music", "cold and boring", "dreadful, a failure"]
TEXTS = [f"{text} {place}" for place in ("tonight", "in london", "at home") for text in GOOD + BAD]
LABELS = (["pos"] * 6 + ["neg"] * 6) * 3


def quick(**params):
    return TextClassifier(**{"held_out": 0, "C": 1.0, **params})


@pytest.fixture(scope="module")
def fitted():
    return quick().fit(TEXTS, LABELS)


def real(name, rows):
    """Training and test rows of a public data set: (texts, labels), (texts, labels)."""
    if not (DATA / name).is_dir():
        pytest.skip("the public data sets are not beside the repository")
    parts = []
    for part in ("train", "test"):
        table = pq.read_table(DATA / name / f"{part}.parquet").slice(0, rows)
        parts.append((table["text"].combine_chunks(), table["label"].to_pylist()))
    return parts


# The checks of scikit-learn ------------------------------------------------------------------------------


def listed_checks():
    return set(re.findall(r"^\| `(check_\w+)` \|", DOCS, re.MULTILINE))


ESTIMATORS = {
    "classifier": NumberClassifier(number_vectors()),
    "classifier that holds nothing out": NumberClassifier(number_vectors(), held_out=0, C=1.0),
    "embedder": NumberEmbedder(number_vectors()),
    "embedder with sif and max": NumberEmbedder(number_vectors(), pooling="sif+max"),
}


@cache
def outcomes(name):
    """The outcome of each of scikit-learn's checks: where it has variants, the worst of them."""
    ranks = {"passed": 0, "skipped": 1, "failed": 2}
    found = {}
    for result in check_estimator(ESTIMATORS[name], on_fail=None, on_skip=None):
        check, outcome = result["check_name"], (result["status"], result["exception"])
        found[check] = max(found.get(check, outcome), outcome, key=lambda outcome: ranks[outcome[0]])
    return found


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks_pass_but_for_those_that_the_docs_list(name):
    found = outcomes(name)
    failed = {check: exception for check, (status, exception) in found.items() if status == "failed"}
    skipped = {check for check, (status, _) in found.items() if status == "skipped"}
    assert failed.keys() == listed_checks() & found.keys(), failed
    assert skipped <= {"check_array_api_input"}  # it runs where SCIPY_ARRAY_API is set
    assert len(found) > 35


@pytest.mark.filterwarnings("ignore")
def test_every_check_that_the_docs_list_exists():
    assert listed_checks() <= outcomes("classifier").keys() | outcomes("embedder").keys()


def test_fit_and_score_call_the_labels_y(fitted):
    assert TextClassifier(held_out=0).fit(texts=TEXTS, y=LABELS).score(texts=TEXTS, y=LABELS) == 1.0


def test_the_code_in_the_docs_runs(capsys):
    code = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    exec(code[1], {})
    assert capsys.readouterr().out == "['pos'] ['pos']\n"


def test_training_does_not_import_scikit_learn():
    code = (
        "import sys; from wordglass import TextClassifier, TextEmbedder;"
        "print([m for m in ('sklearn', 'pandas', 'polars') if m in sys.modules]);"
        "TextClassifier(held_out=0).fit(['good day', 'bad day'] * 5, [1, 0] * 5).predict(['good']);"
        "TextEmbedder().fit_transform(['good day']); print('sklearn' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\nFalse\n"


# Parameters, copies, pickles ------------------------------------------------------------------------------


def test_a_clone_has_the_parameters_and_shares_the_table(fitted):
    table = number_vectors()
    twin = clone(quick(vectors=table, class_weight={"a": 2.0}))
    assert twin.get_params() == quick(vectors=table, class_weight={"a": 2.0}).get_params()
    assert twin.vectors is table
    assert copy.deepcopy(table) is table
    assert not hasattr(clone(fitted), "model_")


@pytest.mark.parametrize("table", [load_vectors, number_vectors])
def test_the_rows_of_a_table_which_its_copies_share_cannot_be_written_to(table):
    with pytest.raises(ValueError, match="read-only"):
        table().rows.stored[1] = 0


def test_set_params_refuses_an_unknown_name_and_then_sets_nothing():
    clf = TextClassifier()
    with pytest.raises(ArgumentError, match="no parameter 'depth': it has vectors, preset, pooling, "):
        clf.set_params(C=3.0, depth=2)
    assert clf.C is None
    assert clf.set_params(C=3.0) is clf
    assert clf.get_params()["C"] == 3.0


def test_repr_shows_what_is_not_the_default():
    table = VectorTable.of(["a"], np.ones((1, 3), np.float32), name="mine")
    shown = "TextClassifier(vectors=VectorTable('mine', 1 words, 3 dimensions), epochs=5)"
    assert repr(TextClassifier(table, preset="balanced", epochs=5)) == shown
    assert shown in repr(Pipeline([("clf", TextClassifier(table, epochs=5))])).replace("\n", " ")
    assert "TextClassifier" in estimator_html_repr(make_pipeline(TextEmbedder(), TextClassifier()))


def test_before_fit_scikit_learns_error_is_raised_and_after_it_none():
    for estimator, call, *given in (
        (TextClassifier(), "predict", ["a text"]),
        (TextClassifier(), "predict_proba", ["a text"]),
        (TextClassifier(), "decision_function", ["a text"]),
        (TextClassifier(), "score", ["a text"], ["a"]),
        (TextClassifier(), "trace", "a text"),
        (TextEmbedder(), "transform", ["a text"]),
        (TextEmbedder(), "get_feature_names_out"),
    ):
        with pytest.raises(NotFittedError):
            check_is_fitted(estimator)
        with pytest.raises(NotFittedError, match="is not fitted yet: call fit first"):
            getattr(estimator, call)(*given)
    check_is_fitted(TextEmbedder().fit(TEXTS))
    check_is_fitted(quick().fit(TEXTS, LABELS))


@pytest.mark.parametrize("pooling", ["mean", "max", "sif+mean", "usif", "p3"])
@pytest.mark.parametrize("preset", ["lesson", "balanced"])
def test_a_pickled_classifier_is_small_and_predicts_the_same_bits(pooling, preset):
    clf = quick(preset=preset, pooling=pooling).fit(TEXTS, LABELS)
    kept = pickle.dumps(clf)
    words = clf.trace_["kept"]["of"]
    assert len(kept) < 100_000 + ("sif" in pooling) * 4 * (words + 1)
    again = pickle.loads(kept)
    assert np.array_equal(again.predict_proba(TEXTS), clf.predict_proba(TEXTS))
    assert again.trace("a good film") == clf.trace("a good film")
    assert np.array_equal(pickle.loads(pickle.dumps(again)).predict_proba(TEXTS), clf.predict_proba(TEXTS))


def test_unpickling_gives_the_same_bits_at_any_number_of_blas_threads(fitted):
    for threads in (1, 2, 4):
        with threadpool_limits(threads, user_api="blas"):
            again = pickle.loads(pickle.dumps(fitted))
        assert np.array_equal(again.model_.scorer.table, fitted.model_.scorer.table)


def test_a_table_in_memory_is_pickled_whole():
    table = number_vectors()
    again = pickle.loads(pickle.dumps(table))
    assert np.array_equal(again.rows.stored, table.rows.stored)
    assert again.vocabulary.row("aaaaa") == table.vocabulary.row("aaaaa") == 1
    clf = quick(vectors=table).fit(["aaaaa", "aaaab"] * 5, [0, 1] * 5)
    assert np.array_equal(
        pickle.loads(pickle.dumps(clf)).predict_proba(["aaaaa"]), clf.predict_proba(["aaaaa"])
    )


def test_a_pickle_whose_table_is_gone_says_so(tmp_path):
    VectorTable.of(["a", "b"], np.eye(2, dtype=np.float32)).save(tmp_path / "mine")
    kept = pickle.dumps(VectorTable.open(tmp_path / "mine"))
    (tmp_path / "mine").rename(tmp_path / "moved")
    with pytest.raises(DataError, match="mine is not there"):
        pickle.loads(kept)


@pytest.mark.parametrize("pooling", ["mean", "sif+max", "usif"])
def test_an_embedder_survives_pickling(pooling):
    embedder = TextEmbedder(pooling=pooling).fit(TEXTS)
    kept = pickle.dumps(embedder)
    assert len(kept) < 2_000_000
    assert np.array_equal(pickle.loads(kept).transform(TEXTS), embedder.transform(TEXTS))


def test_other_processes_predict_the_same_bits(fitted):
    wanted = fitted.predict_proba(TEXTS)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert np.array_equal(pool.apply(fitted.predict_proba, (TEXTS,)), wanted)
    (found,) = joblib.Parallel(n_jobs=2, backend="loky")([joblib.delayed(fitted.predict_proba)(TEXTS)])
    assert np.array_equal(found, wanted)


# The tools of scikit-learn ---------------------------------------------------------------------------------


def test_scikit_learn_takes_it_for_a_classifier_of_texts():
    assert is_classifier(TextClassifier())
    assert not is_classifier(TextEmbedder())
    assert is_classifier(Pipeline([("clf", TextClassifier())]))
    tags = TextClassifier().__sklearn_tags__()
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert tags.target_tags.required
    assert tags.classifier_tags.multi_label


def test_a_search_over_processes_finds_what_one_in_this_process_finds():
    grid = {"clf__C": [0.01, 1.0], "clf__pooling": ["mean", "mean+max"]}
    pipeline = Pipeline([("clf", quick(preset="lesson", threads=1))])
    folds = StratifiedKFold(3)
    here = GridSearchCV(pipeline, grid, cv=folds).fit(TEXTS, LABELS, clf__sample_weight=np.ones(36))
    there = GridSearchCV(pipeline, grid, cv=folds, n_jobs=2).fit(TEXTS, LABELS)
    assert here.cv_results_["mean_test_score"].tolist() == there.cv_results_["mean_test_score"].tolist()
    assert here.best_params_ == there.best_params_
    assert here.score(TEXTS, LABELS) == 1.0


def test_a_search_can_choose_between_tables():
    useless = VectorTable.of(["london", "home"], np.eye(2, dtype=np.float32), name="useless")
    search = GridSearchCV(quick(lexical=False), {"vectors": [useless, load_vectors()]}, cv=3).fit(
        TEXTS, LABELS
    )
    assert search.best_params_["vectors"].name == "wordglass-en"
    assert search.best_score_ > 0.8


def test_a_search_reaches_the_parameters_of_an_embedder():
    pipeline = make_pipeline(TextEmbedder("glove-6b-50d"), StandardScaler(), LogisticRegression())
    grid = {"textembedder__pooling": ["mean", "sif"], "logisticregression__C": [0.1, 1.0]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(pd.Series(TEXTS), pd.Series(LABELS))
    assert search.best_score_ > 0.8
    names = pipeline.fit(TEXTS, LABELS)[:-1].get_feature_names_out()
    assert names[0] == "mean_0"
    assert len(names) == 50


def test_cross_validation_calibration_and_voting_work():
    assert cross_val_score(quick(), TEXTS, LABELS, cv=StratifiedKFold(3)).mean() > 0.8
    calibrated = CalibratedClassifierCV(quick(), cv=3).fit(TEXTS, LABELS, sample_weight=np.ones(36))
    assert calibrated.predict_proba(TEXTS).shape == (36, 2)
    assert (calibrated.predict(TEXTS) == LABELS).all()
    counts = make_pipeline(TextEmbedder(pooling="max"), LogisticRegression())
    voters = [("glass", quick()), ("max", counts)]
    voted = VotingClassifier(voters, voting="soft").fit(TEXTS, LABELS)
    assert (voted.predict(TEXTS) == LABELS).all()
    mean = (voted.estimators_[0].predict_proba(TEXTS) + voted.estimators_[1].predict_proba(TEXTS)) / 2
    assert np.allclose(voted.predict_proba(TEXTS), mean)


def test_a_class_that_a_fold_did_not_train_on_counts_as_wrong(fitted):
    strange = [*LABELS[:-1], "neither"]
    assert fitted.score(TEXTS, strange) == accuracy_score(strange, fitted.predict(TEXTS)) == 35 / 36
    weights = np.arange(36)
    wanted = accuracy_score(strange, fitted.predict(TEXTS), sample_weight=weights)
    assert fitted.score(TEXTS, strange, weights) == pytest.approx(wanted)


# Texts and labels in all their containers -------------------------------------------------------------------

SHUFFLED = np.arange(len(TEXTS))[::-1] * 7


@pytest.mark.parametrize(
    "texts",
    [
        tuple(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, object),
        list(np.array(TEXTS)),
        pd.Series(TEXTS, index=SHUFFLED),
        pd.Series(TEXTS, index=SHUFFLED, dtype=object),
        pd.Series(TEXTS, index=SHUFFLED, dtype="category"),
        pl.Series(TEXTS),
        pa.array(TEXTS),
        pa.chunked_array([TEXTS[:5], TEXTS[5:]]),
    ],
    ids=lambda texts: type(texts).__module__ + "." + type(texts).__name__,
)
def test_every_container_of_texts_gives_the_same_model(texts, fitted):
    clf = quick().fit(texts, LABELS)
    assert np.array_equal(clf.predict_proba(texts), fitted.predict_proba(TEXTS))


@pytest.mark.parametrize(
    "labels",
    [
        tuple(LABELS),
        np.array(LABELS),
        np.array(LABELS, object),
        list(np.array(LABELS)),
        np.array(LABELS)[:, None],
        pd.Series(LABELS, index=SHUFFLED),
        pd.Series(LABELS, index=SHUFFLED, dtype="category"),
        pd.DataFrame({"label": LABELS}),
        pl.Series(LABELS),
        pa.array(LABELS),
        pa.chunked_array([LABELS[:5], LABELS[5:]]),
    ],
    ids=lambda labels: type(labels).__module__ + "." + type(labels).__name__,
)
def test_every_container_of_labels_gives_the_same_model(labels, fitted):
    clf = quick().fit(TEXTS, labels)
    assert clf.classes_.tolist() == ["neg", "pos"]
    assert np.array_equal(clf.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
    assert clf.score(TEXTS, labels) == 1.0


@pytest.mark.parametrize("kind", [bool, int, np.int8, np.uint64, np.float64])
def test_labels_that_are_numbers_or_booleans_come_back_as_they_were(kind):
    labels = np.array([name == "pos" for name in LABELS]).astype(kind)
    for given in (labels, labels.tolist(), list(labels), pd.Series(labels, index=SHUFFLED)):
        predicted = quick().fit(TEXTS, given).predict(TEXTS)
        assert (predicted == labels).all()
        assert predicted.dtype.kind == ("i" if kind is np.uint64 else labels.dtype.kind)


def test_series_with_another_index_pass_through_folds():
    texts, labels = pd.Series(TEXTS, index=SHUFFLED), pd.Series(LABELS, index=SHUFFLED)
    found = cross_val_predict(quick(), texts, labels, cv=3)
    assert np.array_equal(found, cross_val_predict(quick(), TEXTS, LABELS, cv=3))


@pytest.mark.parametrize(
    ("texts", "labels", "weights", "says"),
    [
        (TEXTS, ["pos"] * 36, None, "only one class, 'pos'"),
        (TEXTS, LABELS[:-1], None, "36 texts but 35 labels"),
        (TEXTS, "pos", None, "a single str was given"),
        (TEXTS, None, None, "a single NoneType was given"),
        (TEXTS, [*LABELS[:-1], pd.NA], None, "row 36 has no label"),
        (TEXTS, [*LABELS[:-1], 1], None, "strings in row 1 and numbers in row 36"),
        (TEXTS, np.linspace(0, 1, 36), None, "row 2 has the label 0.02"),
        (TEXTS, [*[0.0] * 35, np.inf], None, "row 36 has the label inf"),
        (TEXTS, np.full((36, 2), 3), None, "row 1 of the matrix of labels"),
        (TEXTS, np.zeros((36, 2, 2)), None, "labels of shape \\(36, 2, 2\\)"),
        (np.array([TEXTS]), LABELS, None, "an array of shape \\(1, 36\\)"),
        ("one text", LABELS, None, "write \\[text\\]"),
        (TEXTS, LABELS, np.ones(35), "sample_weight has the shape \\(35,\\)"),
        (TEXTS, LABELS, np.ones((36, 1)), "sample_weight has the shape \\(36, 1\\)"),
        (TEXTS, LABELS, [*[1] * 35, -1], "row 36 has the sample weight -1.0"),
        (TEXTS, LABELS, [*[1] * 35, np.nan], "row 36 has the sample weight nan"),
        (TEXTS, LABELS, np.zeros(36), "a weight of zero"),
        (
            TEXTS,
            LABELS,
            np.array(LABELS) == "pos",
            "only one class, 'pos', has rows of a weight above zero",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(texts, labels, weights, says):
    with pytest.raises(DataError, match=says) as refused:
        TextClassifier(C=1.0).fit(texts, labels, weights)
    assert "\n" not in str(refused.value)


def test_c_of_zero_is_refused_and_not_taken_for_none():
    with pytest.raises(ArgumentError, match="C=0"):
        quick(C=0).fit(TEXTS, LABELS)


# Several labels a row ---------------------------------------------------------------------------------------

PLACES = np.array(["film" in text for text in TEXTS])
MATRIX = np.column_stack([np.array(LABELS) == "pos", PLACES]).astype(int)
LISTS = [[name for name, has in zip(("a", "b"), row, strict=True) if has] for row in MATRIX]


def test_a_matrix_of_labels_means_what_lists_of_labels_mean():
    plain = {"preset": "lesson"}  # of others, the classes' names are part
    by_matrix, by_lists = quick(**plain).fit(TEXTS, MATRIX), quick(**plain).fit(TEXTS, LISTS)
    assert by_matrix.classes_.tolist() == [0, 1]
    assert by_lists.classes_.tolist() == ["a", "b"]
    assert np.array_equal(by_matrix.predict_proba(TEXTS), by_lists.predict_proba(TEXTS))
    assert by_matrix.decision_function(TEXTS).shape == (36, 2)
    for given in (MATRIX, MATRIX.astype(bool), pd.DataFrame(MATRIX), [np.array(row) for row in LISTS]):
        names = isinstance(given, list)
        wanted = accuracy_score(MATRIX, by_matrix.predict(TEXTS))
        assert (by_lists if names else by_matrix).score(TEXTS, given) == wanted > 0.9


def test_cross_validation_takes_a_matrix_of_labels():
    assert cross_val_score(quick(), TEXTS, MATRIX, cv=3).min() > 0.5
    with pytest.raises(DataError, match="a matrix of 3 labels, where 2 were trained"):
        quick().fit(TEXTS, MATRIX).score(TEXTS, np.ones((36, 3)))
    with pytest.raises(DataError, match="trained on a list of labels a row"):
        quick().fit(TEXTS, MATRIX).score(TEXTS, [1] * 36)


# Weights ----------------------------------------------------------------------------------------------------


def test_a_whole_weight_is_as_many_rows_and_weight_zero_is_none():
    times = np.random.default_rng(0).integers(0, 4, len(TEXTS))
    clf = quick(preset="lesson")  # others take from the texts how rare a word is, whatever their labels weigh
    weighted = clone(clf).fit(TEXTS, LABELS, sample_weight=times)
    repeated = clone(clf).fit(np.repeat(TEXTS, times), np.repeat(LABELS, times))
    plain = clone(clf).fit(TEXTS, LABELS)
    assert np.allclose(weighted.predict_proba(TEXTS), repeated.predict_proba(TEXTS), atol=1e-4)
    assert not np.allclose(weighted.predict_proba(TEXTS), plain.predict_proba(TEXTS), atol=1e-2)


@pytest.mark.parametrize(("preset", "least"), [("lesson", 1.0), ("balanced", 0.9)])
def test_sample_weights_go_with_their_rows_where_some_are_held_out(preset, least):
    wrong = np.array(LABELS)
    wrong[::4] = np.where(wrong[::4] == "pos", "neg", "pos")
    weights = np.where(wrong == LABELS, 1.0, 1e-9)
    clf = TextClassifier(preset=preset, C=1.0).fit(TEXTS, wrong, weights)
    assert len(clf.held_out_rows_) == 7
    assert clf.score(TEXTS, LABELS) >= least


def test_class_weights_are_found_by_labels_that_are_numbers():
    numbers = np.array([name == "pos" for name in LABELS], int)
    by_number = quick(class_weight={0: 5.0, 1: 1.0}).fit(TEXTS, numbers)
    by_row = quick().fit(TEXTS, numbers, np.where(numbers == 0, 5.0, 1.0))
    assert np.array_equal(by_number.predict_proba(TEXTS), by_row.predict_proba(TEXTS))


# The embedder -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["mean", "sif", "mean+max+min", "p3+usif", "tfidf"])
def test_an_embedder_gives_the_pooled_vectors_of_its_rows(pooling):
    texts = [f"{text} {'word ' * 3000}" for text in TEXTS] * 10 + ["", "qwxzzq"]  # several chunks
    embedder = TextEmbedder(pooling=pooling).fit(texts)
    X = embedder.transform(texts)
    table = load_vectors()
    lookup = table.vocabulary.lookup(to_arrow(texts))
    assert X.dtype == np.float32
    assert np.array_equal(X, Pooling.fit(pooling, table, lookup).pool(lookup))
    assert X.shape == (362, embedder.n_features_out)
    assert not X[-2:].any()
    assert np.array_equal(X, TextEmbedder(pooling=pooling, threads=1).fit_transform(texts))
    names = embedder.get_feature_names_out()
    assert len(set(names)) == X.shape[1]
    assert names[-1] == f"{pooling.split('+')[-1]}_255"


def test_an_embedder_learns_the_weights_of_words_from_fit_alone():
    embedder = TextEmbedder(pooling="sif").fit(["the film", "the story"])
    weights = embedder.pooling_.learned.weights["sif"].copy()
    before = embedder.transform(["the film"])
    embedder.transform(["film film film"])
    assert np.array_equal(embedder.transform(["the film"]), before)
    assert np.array_equal(embedder.pooling_.learned.weights["sif"], weights)
    row = embedder.table_.vocabulary.row
    assert weights[row("the")] == pytest.approx(1e-3 / (1e-3 + 0.5))
    assert weights[row("story")] == pytest.approx(1e-3 / (1e-3 + 0.25))
    assert weights[row("cast")] == 1
    embedder.set_params(pooling="mean")
    assert np.array_equal(embedder.transform(["the film"]), before)


# Promises of the classifier, on real texts ------------------------------------------------------------------


def without_times(trace):
    """A trace without what may differ: when it was, how long it took, and by how many threads."""
    if isinstance(trace, dict):
        return {
            key: without_times(value)
            for key, value in trace.items()
            if key not in ("seconds", "created", "threads", "command")
        }
    return [without_times(value) for value in trace] if isinstance(trace, list) else trace


@pytest.mark.parametrize(
    ("name", "preset", "pooling"),
    [
        ("trec6", "balanced", "mean"),
        ("sms_spam", "best", "mean"),
        ("trec6", "lesson", "mean+max"),
        ("sms_spam", "lesson", "mean"),
        ("trec6", "lesson", "usif+p3"),
        ("sms_spam", "fast", "usif"),
    ],
)
def test_fit_has_the_same_bits_from_run_to_run_and_at_any_number_of_threads(name, preset, pooling):
    (texts, labels), (unseen, _) = real(name, 2000)
    runs = []
    for threads, blas in ((1, 4), (2, 1), (4, 2), (1, 4)):
        with threadpool_limits(blas, user_api="blas"):
            clf = TextClassifier(preset=preset, pooling=pooling, threads=threads)
            runs.append(clf.fit(texts, labels))
    first = runs[0]
    for run in runs[1:]:
        assert run.model_.weights.tobytes() == first.model_.weights.tobytes()
        if pooling == "mean":
            assert run.model_.scorer.table.tobytes() == first.model_.scorer.table.tobytes()
        if preset != "lesson":
            assert run.model_.lexical.weights.tobytes() == first.model_.lexical.weights.tobytes()
        assert run.predict_proba(unseen).tobytes() == first.predict_proba(unseen).tobytes()
        assert without_times(run.trace_) == without_times(first.trace_)
    assert first.trace_["training"]["epochs"][-1]["seconds"] > 0


@pytest.mark.parametrize("pooling", ["mean", "mean+sif", "usif", "tfidf"])
@pytest.mark.parametrize("name", ["trec6", "sms_spam"])
def test_folded_scores_are_those_of_the_pooled_vectors_and_the_head(name, pooling):
    (texts, labels), (unseen, _) = real(name, 1000)
    clf = TextClassifier(preset="lesson", pooling=pooling, C=1.0).fit(texts, labels)
    model, table = clf.model_, load_vectors("glove-6b-50d")
    lookup = table.vocabulary.lookup(to_arrow(unseen))
    pooled = Pooling(pooling, table.dim, table.rows, model.learned).pool(lookup)
    unfolded = pooled.astype(float) @ model.weights + model.scorer.bias
    assert np.allclose(model.scores(to_arrow(unseen)), unfolded, atol=1e-4, rtol=1e-5)
    chosen = unfolded.argmax(axis=1) if len(clf.classes_) > 2 else (unfolded[:, 0] > 0).astype(int)
    assert (clf.predict(unseen) == clf.classes_[chosen]).all()


@pytest.mark.parametrize("epochs", [1, 5])
def test_an_epoch_is_one_pass_over_the_training_rows(epochs, monkeypatch):
    passes = []

    class Counted(Rows):
        def gradient(self, scores):
            passes.append(len(self.X))
            return super().gradient(scores)

    monkeypatch.setattr("wordglass.ensemble.Rows", Counted)
    clf = TextClassifier(preset="lesson", C=1.0, epochs=epochs).fit(TEXTS, LABELS)
    assert passes == [36 - len(clf.held_out_rows_)] * epochs
    assert [epoch["epoch"] for epoch in clf.trace_["training"]["epochs"]] == list(range(epochs + 1))


@pytest.mark.parametrize("name", ["trec6", "sms_spam"])
def test_accuracy_on_unseen_rows_is_that_of_scikit_learns_logistic_regression(name):
    (texts, labels), (unseen, truth) = real(name, 2000)
    clf = TextClassifier(preset="lesson", held_out=0, C=0.1).fit(texts, labels)
    embedder = TextEmbedder("glove-6b-50d").fit(texts)
    X, X_test = embedder.transform(texts), embedder.transform(unseen)
    scaler = Scaler.fit(X)
    peer = LogisticRegression(C=0.1, tol=1e-6, max_iter=2000).fit(scaler.transform(X), labels)
    theirs = peer.score(scaler.transform(X_test), truth)
    assert clf.score(unseen, truth) >= theirs - 0.5 / len(truth)
    assert np.abs(clf.predict_proba(unseen) - peer.predict_proba(scaler.transform(X_test))).max() < 5e-3
