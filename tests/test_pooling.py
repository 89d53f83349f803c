import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordglass.errors import ArgumentError
from wordglass.pooling import SIF_A, Pooling, kinds_of, sif_weights
from wordglass.vectors import Lookup, VectorTable
from wordglass.vectors.rows import Rows

WORDS = [f"w{i}" for i in range(40)]


def table(dim: int) -> VectorTable:
    return VectorTable.of(WORDS, np.random.default_rng(dim).normal(size=(len(WORDS), dim)).astype(np.float32))


def twin(kind, rows, weights):
    """Pool the known words' vectors (words, dim) of one text."""
    if kind == "sif":
        return (rows * weights[:, None]).mean(axis=0)
    return {"mean": rows.mean, "max": rows.max, "min": rows.min}[kind](axis=0)


TEXTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=90).map(" ".join), min_size=1, max_size=6
)


@settings(max_examples=80, deadline=None)
@given(
    TEXTS,
    st.sampled_from([1, 3, 16, 50, 64, 100, 300]),
    st.sampled_from(["mean", "max", "min", "sif", "sif+mean+min"]),
)
def test_every_pooling_equals_its_numpy_twin(texts, dim, name):
    vectors = table(dim)
    lookup = vectors.vocabulary.lookup(texts)
    weights = sif_weights(lookup, len(WORDS))
    found = Pooling.fit(name, vectors, lookup).pool(lookup)
    for i, text in enumerate(texts):
        known = [vectors.vocabulary.row(word) for word in text.split() if word != "unknown"]
        rows = vectors.rows.stored[known, :dim].astype(float)
        expected = [twin(kind, rows, weights[known]) if known else np.zeros(dim) for kind in name.split("+")]
        np.testing.assert_allclose(found[i], np.concatenate(expected), atol=2e-6)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=60),
    st.sampled_from(["mean", "max", "min", "sif+max"]),
)
def test_what_the_tokens_add_sums_to_the_pooled_vector(words, name):
    vectors = table(20)
    lookup = vectors.vocabulary.lookup([" ".join(words)])
    pooling = Pooling.fit(name, vectors, lookup)
    np.testing.assert_allclose(pooling.parts(lookup).sum(axis=0), pooling.pool(lookup)[0], atol=2e-6)


def test_a_frequent_word_weighs_what_arora_and_others_say():
    lookup = Lookup(np.array([1, 1, 1, 2], np.int32), np.array([0, 4]))
    assert sif_weights(lookup, 3)[1:] == pytest.approx([SIF_A / (SIF_A + 0.75), SIF_A / (SIF_A + 0.25), 1])


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.sampled_from([1, 2, 5, 20]), st.sampled_from(["mean", "sif", "mean+sif"]))
def test_folding_the_head_into_the_words_gives_the_same_scores(texts, outputs, name):
    vectors = table(50)
    lookup = vectors.vocabulary.lookup(texts)
    pooling = Pooling.fit(name, vectors, lookup)
    weights = np.random.default_rng(outputs).normal(size=(pooling.features, outputs))
    scores = Pooling(name="mean", dim=outputs, rows=Rows(pooling.fold(weights)))
    np.testing.assert_allclose(scores.pool(lookup), pooling.pool(lookup) @ weights, atol=1e-5)
    assert pooling.linear


def test_pooling_is_bit_identical_at_any_number_of_threads():
    vectors = table(50)
    lookup = vectors.vocabulary.lookup([" ".join(WORDS[i % 40 :]) for i in range(9000)])
    pooling = Pooling.fit("mean+max", vectors, lookup)
    assert len({pooling.pool(lookup, threads).tobytes() for threads in (1, 2, 4)}) == 1


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
