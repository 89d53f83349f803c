import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from wordglass.vectors import Lookup, VectorTable
from wordglass.weighing import (
    COMPONENTS,
    SIF_A,
    Learned,
    common_components,
    idf_weights,
    sif_weights,
    usif_weights,
    without,
)

WORDS = [f"w{i}" for i in range(30)]
VOCABULARY = VectorTable.of(WORDS, np.eye(30, dtype=np.float32)).vocabulary
TEXTS = st.lists(
    st.lists(st.sampled_from([*WORDS[:8] * 5, *WORDS, "unknown"]), min_size=1, max_size=40),
    min_size=1,
    max_size=9,
)


def test_a_frequent_word_weighs_what_arora_and_others_say():
    lookup = Lookup(np.array([1, 1, 1, 2], np.int32), np.array([0, 4]))
    assert sif_weights(lookup, 3)[1:] == pytest.approx([SIF_A / (SIF_A + 0.75), SIF_A / (SIF_A + 0.25), 1])


@pytest.mark.parametrize("words", [30, 3000])
@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_words_weigh_what_ethayarajh_says_but_for_a_factor_of_two(words, texts):
    p = [1 / rank for rank in range(2, words + 2)]
    p = [share / sum(p) for share in p]
    threshold = 1 - (1 - 1 / words) ** (sum(map(len, texts)) / len(texts))
    alpha = sum(share > threshold for share in p) / words
    found = usif_weights(VOCABULARY.lookup([" ".join(text) for text in texts]), words)
    if alpha in (0, 1):  # a is infinite, or by rounding 0
        assert (found == 1).all()
    else:
        a = (1 - alpha) / (alpha * words / 2)
        np.testing.assert_allclose(2 * found[1:], [a / (a / 2 + share) for share in p], rtol=1e-5)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_words_weigh_their_inverse_document_frequency_as_scikit_learn_has_it(texts):
    joined = [" ".join(text) for text in texts]
    theirs = TfidfVectorizer(vocabulary=WORDS).fit(joined).idf_
    found = idf_weights(VOCABULARY.lookup(joined), len(WORDS))
    np.testing.assert_allclose(found[1:] * (1 + np.log(1 + len(texts))), theirs, rtol=1e-5)


def test_inverse_document_frequencies_of_many_texts_are_those_of_their_parts():
    ids = np.random.default_rng(0).integers(0, 31, 30_000).astype(np.int32)
    offsets = np.arange(0, 30_001, 3)
    having = [sum(i in ids[a : a + 3] for a in offsets[:-1]) for i in (1, 7)]
    found = idf_weights(Lookup(ids, offsets), 30)
    expected = (1 + np.log(10_001 / (1 + np.array(having)))) / (1 + np.log(10_001))
    np.testing.assert_allclose(found[[1, 7]], expected, rtol=1e-6)


def test_a_word_never_seen_weighs_1():
    lookup = VOCABULARY.lookup(["w1 w1 w1 w2", "w1 w3 unknown", "w1"])
    for weigh in (sif_weights, idf_weights):
        weights = weigh(lookup, len(WORDS))
        assert weights[2] < 1  # of w1
        unseen = np.setdiff1d(np.arange(31), [2, 3, 4])
        assert (weights[unseen] == 1).all()


@pytest.mark.parametrize(("rows", "dim"), [(200, 50), (7, 300), (200, 3), (3, 20), (9000, 16)])
def test_common_components_are_taken_out_piece_by_piece_as_the_paper_does(rows, dim):
    rng = np.random.default_rng(rows)
    X = (rng.normal(size=(rows, dim)) * rng.exponential(size=dim) + rng.normal(size=dim)).astype(np.float32)
    found = without(common_components(X), X)
    most = min(COMPONENTS, *X.shape)
    svd = TruncatedSVD(most, algorithm="arpack" if most < min(X.shape) else "randomized", random_state=0)
    svd.fit(X.astype(float))
    expected = X.astype(float)
    for value, direction in zip(svd.singular_values_, svd.components_, strict=True):
        share = value**2 / (svd.singular_values_**2).sum()
        expected = expected - share * np.outer(expected @ direction, direction)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("X", [np.zeros((0, 4)), np.zeros((3, 4)), np.ones((1, 4)), np.ones((5, 4)) * 1e-3])
def test_what_lies_in_one_direction_is_left_as_it_is(X):
    X = X.astype(np.float32)
    components = common_components(X)
    assert components.shape == (COMPONENTS, 4)
    assert not components.any()
    assert np.array_equal(without(components, X), X)


def test_of_some_words_what_was_learned_stays_and_composed_ones_weigh_1():
    learned = Learned({"sif": np.array([1, 0.5, 0.25], np.float32)}, {"usif": np.ones((5, 2))})
    some = learned.only(np.array([0, 2, 3, 8]))
    assert some.weights["sif"].tolist() == [1, 0.25, 1, 1]
    assert some.components is learned.components
