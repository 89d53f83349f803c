import numpy as np
import pytest
from small import DIM, WORDS, drawn, features, table

from wordglass.arrow import strings
from wordglass.characters import CharacterScores
from wordglass.features import Blocks, Setting
from wordglass.head import LinearHead
from wordglass.lexical import LexicalScores

VECTORS, TFIDF, NB = Setting("vectors", 1.0), Setting("tf-idf", 1.0), Setting("nb", 1.0)
NGRAMS = Setting("characters", 1.0)
KINDS = ["binary", "many", "labels"]
NAMES = {"binary": ["w1 w3", "w12"], "many": ["w1", "w11 zzz", "zzz", "w31"], "labels": ["w1", "w11", "w21"]}
UNSEEN = ["w1 w2 w1", "w3 w4 unknown", "unknown", "", "w64 w65 w1"]


def dense(rows):
    """Sparse rows as a matrix."""
    found = np.zeros(rows.shape)
    found[np.repeat(np.arange(len(rows)), np.diff(rows.indptr)), rows.ids] = rows.values
    return found


def means(texts):
    """The mean vector of each text's known words, word by word."""
    known = [[table().vector(word) for word in text.split() if word in WORDS] for text in texts]
    return np.array([np.mean(vectors, axis=0) if vectors else np.zeros(DIM) for vectors in known])


def matrix(design):
    return design.dense if design.sparse is None else np.hstack([design.dense, dense(design.sparse)])


@pytest.mark.parametrize("lexical", [False, True])
def test_vectors_are_standardised_and_beside_counts_about_as_long_as_these(lexical):
    texts, targets = drawn("many")
    weights = np.random.default_rng(2).uniform(0, 2, len(texts))
    found, _ = features(texts=texts, targets=targets, weights=weights, lexical=lexical)
    X = means(texts)
    mean = np.average(X, axis=0, weights=weights)
    deviation = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weights))
    expected = (X - mean) / deviation / (np.sqrt(DIM) if lexical else 1)
    np.testing.assert_allclose(matrix(found.design(VECTORS, None)), expected, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_tf_idf_and_for_naive_bayes_times_the_largest_log_count_ratio(kind):
    texts, targets = drawn(kind)
    found, _ = features(texts=texts, targets=targets)
    weighed = dense(found.block.transform(texts))
    np.testing.assert_array_equal(matrix(found.design(TFIDF, None)), weighed)

    rows = np.arange(0, 150, 2)
    factors = found.factors(NB, rows)
    present = dense(found.block.counts(texts))[rows] > 0
    columns = targets if kind == "labels" else targets[:, None] == np.arange(targets.max() + 1)
    ratios = []
    for own in columns[rows].T:
        p, q = 1 + present[own].sum(axis=0), 1 + present[~own].sum(axis=0)
        ratios.append(np.log(p / p.sum()) - np.log(q / q.sum()))
    np.testing.assert_allclose(factors, np.abs(ratios).max(axis=0), rtol=1e-12)
    np.testing.assert_allclose(matrix(found.design(NB, factors)), weighed * factors, rtol=1e-6)
    assert found.factors(TFIDF, rows) is None


def test_what_naive_bayes_learns_is_of_the_rows_it_is_given_and_of_none_without_weight():
    texts, targets = drawn("many")
    weights = np.ones(150)
    weights[100:] = 0
    rows = np.arange(120)
    other = np.where(np.arange(150) < 100, targets, 3 - targets)
    one, two = (
        features(texts=texts, targets=t, weights=weights)[0].factors(NB, rows) for t in (targets, other)
    )
    assert np.array_equal(one, two)
    several = np.where(weights, 7.0, 0.0) * (1 + targets)  # by class: the same for all rows of one
    assert features(texts=texts, targets=targets, weights=several)[0].factors(NB, rows) == pytest.approx(one)
    changed = np.where(np.arange(150) == 7, 3 - targets, targets)
    assert not np.array_equal(one, features(texts=texts, targets=changed)[0].factors(NB, rows))


@pytest.mark.parametrize("setting", [VECTORS, TFIDF, NB, NGRAMS])
def test_other_rows_are_as_those_of_training(setting):
    texts, targets = drawn("many")
    found, _ = features(texts=texts, targets=targets)
    factors = found.factors(setting, np.arange(150))
    lookup = table().vocabulary.lookup(strings(texts))
    others = found.others(found.transform(strings(texts), lookup, 1), setting, factors)
    np.testing.assert_array_equal(matrix(others), matrix(found.design(setting, factors)))


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_classes_are_rows_as_long_as_a_text_and_without_known_words_zeros(kind):
    texts, targets = drawn(kind)
    found, _ = features(texts=texts, targets=targets, names=NAMES[kind])
    named = matrix(found.design(VECTORS, None))[150:]
    known = [name != "zzz" for name in NAMES[kind]]
    np.testing.assert_allclose(np.linalg.norm(named, axis=1), known, atol=1e-5)
    raw = found.scaler.transform(means(NAMES[kind]))[known]
    np.testing.assert_allclose(named[known], raw / np.linalg.norm(raw, axis=1, keepdims=True), atol=1e-5)
    classes = np.arange(len(known))
    expected = classes[:, None] == classes if kind == "labels" else classes
    assert np.array_equal(found.targets[150:], expected)
    assert found.row_weights(3.0).tolist() == [1.0] * 150 + [3.0] * len(known)
    member = found.member(VECTORS, 1.0, Blocks(found.pooled[:0], None, None))
    assert len(member.design) == len(member.targets) == len(member.weights) == 150
    assert len(
        found.member(VECTORS._replace(names=2.0), 1.0, Blocks(found.pooled[:0], None, None)).design
    ) == 150 + len(known)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("names", [False, True])
def test_heads_folded_into_one_give_the_weighted_sum_of_their_scores(kind, names):
    texts, targets = drawn(kind)
    found, loss = features(texts=texts, targets=targets, names=NAMES[kind] if names else [])
    rng = np.random.default_rng(3)
    unseen = found.transform(strings(UNSEEN), table().vocabulary.lookup(UNSEEN), 1)
    heads, expected = [], np.zeros((len(UNSEEN), found.outputs))
    for setting, share in (
        (VECTORS, 0.7),
        (VECTORS._replace(C=3.0), 0.2),
        (NB, 1.9),
        (TFIDF, 0.3),
        (NGRAMS, 0.6),
    ):
        factors = found.factors(setting, np.arange(150))
        columns = matrix(found.others(unseen, setting, factors))
        head = LinearHead(
            rng.normal(size=(columns.shape[1], found.outputs)), rng.normal(size=found.outputs), loss
        )
        heads.append((setting, share, head))
        expected += share * head.scores(columns)
    head, counts, ngrams = found.fold(heads)
    scores = head.scores(means(UNSEEN)) + LexicalScores.of(found.block, counts).scores(strings(UNSEEN))
    scores += CharacterScores.of(found.characters, ngrams).scores(strings(UNSEEN))
    np.testing.assert_allclose(scores, expected, atol=2e-5)
    assert found.fold(heads[:2])[1:] == (None, None)
    assert not found.fold(heads[2:])[0].weights.any()


def test_unlabelled_texts_count_in_how_many_texts_have_a_word_but_add_none():
    texts, targets = drawn("many")
    more = ["w1 w1 w2", "w1", "other words"]
    plain, _ = features(texts=texts, targets=targets)
    found, _ = features(texts=texts, targets=targets, unlabelled=strings(more))
    assert found.block.words.equals(plain.block.words)
    having = dense(plain.block.counts([*texts, *more])) > 0
    np.testing.assert_allclose(found.block.idf, 1 + np.log((1 + 153) / (1 + having.sum(axis=0))))
    assert found.pooled.tobytes() == plain.pooled.tobytes()
    weights = [
        features(texts=texts, targets=targets, pooling="tfidf", unlabelled=strings(given))[0].pooling.learned
        for given in ([], more)
    ]
    row = table().vocabulary.row("w1")
    assert weights[1].weights["tfidf"][row] < weights[0].weights["tfidf"][row]


@pytest.mark.parametrize("names", [[], ["w1", "w2", "w3", "w4"]])
def test_texts_without_any_word_leave_nothing_to_count_but_the_names(names):
    found, _ = features(texts=["", " ", "\n", ""], targets=np.arange(4), names=names)
    assert (found.block is None) == (not names)
    assert np.isfinite(matrix(found.design(VECTORS, None))).all()
