from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from wordglass.errors import ArgumentError
from wordglass.kinds import KINDS, LINEAR, kinds_of
from wordglass.pooling import HOW, Pooling
from wordglass.vectors import Lookup, VectorTable
from wordglass.vectors.rows import Rows

WORDS = [f"w{i}" for i in range(40)]


def table(dim: int) -> VectorTable:
    return VectorTable.of(WORDS, np.random.default_rng(dim).normal(size=(len(WORDS), dim)).astype(np.float32))


def twin(kind, rows, known, learned):
    """Pool the known words' vectors (words, dim) of one text."""
    if kind == "p3":
        return np.cbrt((rows**3).mean(axis=0))
    if kind in learned.weights:
        rows = rows * learned.weights[kind][known, None].astype(float)
    if kind in LINEAR:
        mean = rows.mean(axis=0)
        return mean - sum(c * (c @ mean) for c in learned.components.get(kind, np.zeros((1, rows.shape[1]))))
    return {"max": rows.max, "min": rows.min}[kind](axis=0)


TRAINING = table(20).vocabulary.lookup([" ".join(WORDS[i % 7 : i]) for i in range(1, 40)])
TEXTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=90).map(" ".join), min_size=1, max_size=6
)


@settings(max_examples=80, deadline=None)
@given(
    TEXTS,
    st.sampled_from([1, 3, 16, 50, 64, 100, 300]),
    st.sampled_from([*KINDS, "sif+mean+min", "p3+usif+max+tfidf+sif"]),
)
def test_every_pooling_equals_its_numpy_twin(texts, dim, name):
    vectors = table(dim)
    lookup = vectors.vocabulary.lookup(texts)
    pooling = Pooling.fit(name, vectors, lookup)
    found, learned = pooling.pool(lookup), pooling.learned
    for i, text in enumerate(texts):
        known = [vectors.vocabulary.row(word) for word in text.split() if word != "unknown"]
        rows = vectors.rows.stored[known, :dim].astype(float)
        kinds = name.split("+")
        expected = [twin(kind, rows, known, learned) if known else np.zeros(dim) for kind in kinds]
        np.testing.assert_allclose(found[i], np.concatenate(expected), atol=2e-6)


def test_every_kind_that_has_a_name_can_be_pooled():
    assert tuple(HOW) == KINDS
    assert set(LINEAR) <= set(KINDS)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=60),
    st.sampled_from([*KINDS, "sif+max", "usif+p3"]),
)
def test_what_the_tokens_add_sums_to_the_pooled_vector(words, name):
    vectors = table(20)
    lookup = vectors.vocabulary.lookup([" ".join(words)])
    pooling = Pooling.fit(name, vectors, TRAINING)
    np.testing.assert_allclose(pooling.parts(lookup).sum(axis=0), pooling.pool(lookup)[0], atol=2e-6)


VALUES = st.floats(-1e3, 1e3, width=32) | st.sampled_from([0.0, 1.0, -1.0, 0.1, -0.1, 1e-30, 3e38, -3e38])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12), st.data())
def test_a_power_mean_is_the_reference_in_double_precision_and_its_parts_sum_to_it(rows, data):
    x = np.array(rows, np.float32)
    table = VectorTable.of([f"w{i}" for i in range(len(x))], x)
    ids = data.draw(st.lists(st.integers(0, len(x)), max_size=150))
    lookup = Lookup(np.array(ids, np.int32), np.array([0, len(ids)]))
    pooling = Pooling.fit("p3", table, lookup)
    (found,), known = pooling.pool(lookup), x[[i - 1 for i in ids if i]].astype(float)
    scale = np.abs(known).max(axis=0, initial=0)
    if len(known):
        exact = [sum(Fraction(v) ** 3 for v in column) / len(known) for column in known.T.tolist()]
        cubes = found.astype(float) ** 3
        np.testing.assert_allclose(cubes, [float(e) for e in exact], rtol=1e-6, atol=1e-13 * scale.max() ** 3)
    parts = pooling.parts(lookup)
    largest = np.abs(parts).max(axis=0, initial=0)
    np.testing.assert_array_less(np.abs(parts.sum(axis=0) - found), 1e-12 * largest + 1e-30)
    assert not parts[np.array(ids, int) == 0].any()


def test_a_power_mean_is_credited_by_cubes():
    table = VectorTable.of(["a", "b"], np.array([[2, 1], [1, -1]], np.float32))
    pooling = Pooling("p3", 2, table.rows)
    lookup = Lookup(np.array([1, 0, 2], np.int32), np.array([0, 3]))
    value = (9 / 2) ** (1 / 3)
    assert pooling.pool(lookup)[0] == pytest.approx([value, 0])
    np.testing.assert_allclose(pooling.parts(lookup), [[value * 8 / 9, 0], [0, 0], [value / 9, 0]], rtol=1e-6)


def test_a_power_mean_of_equal_vectors_is_that_vector():
    vectors = table(50)
    lookup = Lookup(np.full(30, 7, np.int32), np.array([0, 30]))
    pooled = Pooling.fit("p3", vectors, lookup).pool(lookup)[0]
    np.testing.assert_allclose(pooled, vectors.rows.stored[7, :50], rtol=3e-7)


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.sampled_from([1, 2, 5, 20]), st.sampled_from([*LINEAR, "mean+sif", "+".join(LINEAR)]))
def test_folding_the_head_into_the_words_gives_the_same_scores(texts, outputs, name):
    vectors = table(50)
    lookup = vectors.vocabulary.lookup(texts)
    pooling = Pooling.fit(name, vectors, lookup)
    weights = np.random.default_rng(outputs).normal(size=(pooling.features, outputs))
    scores = Pooling(name="mean", dim=outputs, rows=Rows(pooling.fold(weights)))
    np.testing.assert_allclose(scores.pool(lookup), pooling.pool(lookup) @ weights, atol=2e-5)
    assert pooling.linear


@pytest.mark.parametrize("name", ["mean+max", "usif+p3"])
def test_pooling_is_bit_identical_at_any_number_of_threads(name):
    vectors = table(50)
    lookup = vectors.vocabulary.lookup([" ".join(WORDS[i % 40 :]) for i in range(9000)])
    found = set()
    for threads in (1, 2, 4):
        with threadpool_limits(threads, user_api="blas"):
            found.add(Pooling.fit(name, vectors, lookup, threads).pool(lookup, threads).tobytes())
    assert len(found) == 1


@pytest.mark.parametrize("name", KINDS)
def test_a_text_is_pooled_to_the_same_bits_alone_and_among_others(name):
    vectors = table(50)
    lookup = vectors.vocabulary.lookup([" ".join(WORDS[i % 40 : i % 40 + i % 7]) for i in range(100)])
    pooling = Pooling.fit(name, vectors, lookup)
    alone = [pooling.pool(lookup.rows(i, i + 1)) for i in range(100)]
    assert np.concatenate(alone).tobytes() == pooling.pool(lookup).tobytes()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("texts", [[], [""], ["unknown"], ["w1"], ["w1 w1", "w1"], ["w1", "", "unknown"]])
def test_few_words_and_few_texts_are_enough_to_fit(texts, name):
    vectors = table(3)
    pooling = Pooling.fit(name, vectors, vectors.vocabulary.lookup(texts))
    lookup = vectors.vocabulary.lookup(["w1 w2", "unknown", ""])
    pooled = pooling.pool(lookup)
    assert np.isfinite(pooled).all()
    assert pooled[0].all()
    assert not pooled[1:].any()


@pytest.mark.parametrize("name", KINDS)
def test_vectors_that_are_all_alike_give_texts_that_are_alike(name):
    vectors = VectorTable.of(WORDS, np.full((len(WORDS), 4), 0.5, np.float32))
    lookup = vectors.vocabulary.lookup([" ".join(WORDS[i : 2 * i]) for i in range(1, 20)])
    pooled = Pooling.fit(name, vectors, lookup).pool(lookup)
    assert pooled.all()
    np.testing.assert_allclose(pooled, np.tile(pooled[:, :1], 4))
    if name not in ("sif", "usif", "tfidf"):
        np.testing.assert_allclose(pooled, 0.5, rtol=1e-6)


def test_unlabelled_texts_add_to_what_is_learned():
    vectors = table(20)
    texts, more = ["w1 w2 w3", "w2 w4"], ["w1 w1 w5", "w6 w7 w2"]
    lookup = vectors.vocabulary.lookup([*texts, *more])
    alone = Pooling.fit("usif", vectors, vectors.vocabulary.lookup(texts))
    both = Pooling.fit("usif", vectors, lookup)
    assert not np.allclose(alone.learned.components["usif"], both.learned.components["usif"])
    training = lookup.rows(0, 2)
    assert np.array_equal(training.ids, vectors.vocabulary.lookup(texts).ids)
    assert both.pool(training).tobytes() == both.pool(lookup)[:2].tobytes()


@pytest.mark.parametrize("name", ["median", "", "mean+mean", "mean+"])
def test_a_pooling_that_does_not_exist_is_refused_by_name(name):
    with pytest.raises(ArgumentError, match="pooling"):
        kinds_of(name)


def test_a_long_text_has_the_mean_of_a_short_one_to_six_digits():
    vectors = table(50)
    once = " ".join(WORDS[:37])
    lookup = vectors.vocabulary.lookup([once, " ".join([once] * 20_000)])
    short, long = Pooling.fit("mean", vectors, lookup).pool(lookup)
    np.testing.assert_allclose(long, short, atol=1e-6)
