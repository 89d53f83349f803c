"""Neighbours and analogies, against a plain computation and gensim's."""

import numpy as np
import pytest

from wordglass.vectors.table import VectorTable, largest

RNG = np.random.default_rng(1)
WORDS = [f"w{i}" for i in range(3000)]
VECTORS = RNG.normal(size=(3000, 24)).astype(np.float32)
VECTORS[50] = 0  # points nowhere
TABLE = VectorTable.of(WORDS, VECTORS)


def test_neighbours_are_those_of_a_plain_computation():
    unit = VECTORS.astype(float) / np.maximum(np.linalg.norm(VECTORS, axis=1, keepdims=True), 1e-30)
    cosines = unit @ unit[7]
    expected = [i for i in np.argsort(-cosines) if i != 7][:5]
    assert [word for word, _ in TABLE.neighbours("w7", 5)] == [WORDS[i] for i in expected]
    np.testing.assert_allclose([c for _, c in TABLE.neighbours("w7", 5)], cosines[expected], atol=1e-6)


def test_neighbours_and_analogies_are_gensims():
    gensim = pytest.importorskip("gensim.models")
    vectors = gensim.KeyedVectors(24)
    vectors.add_vectors(WORDS, VECTORS)
    assert [w for w, _ in vectors.most_similar("w3", topn=9)] == [w for w, _ in TABLE.neighbours("w3", 9)]
    theirs = vectors.most_similar(positive=["w1", "w2"], negative=["w0"], topn=9)
    ours = TABLE.analogy("w0", "w1", "w2", 9)
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-6)


@pytest.mark.parametrize("numbers", ["float16", "int8"])
def test_neighbours_in_fewer_bytes_are_those_of_the_numbers_as_stored(tmp_path, numbers):
    TABLE.save(tmp_path / numbers, numbers)
    table = VectorTable.open(tmp_path / numbers)
    stored = VectorTable.of(WORDS, table.vectors(WORDS))
    ours, theirs = table.neighbours("w3", 9), stored.neighbours("w3", 9)
    assert [word for word, _ in ours] == [word for word, _ in theirs]


@pytest.mark.parametrize("n", [1, 2, 10, 255, 256, 257, 5000])
def test_the_largest_values_come_first_and_of_equals_the_first(n):
    values = RNG.integers(0, 50, 3000).astype(np.float32)
    assert largest(values, n).tolist() == np.argsort(-values, kind="stable")[:n].tolist()


def test_all_other_words_are_neighbours_where_more_are_asked_for():
    assert len(TABLE.neighbours("w3", 10_000)) == 2999
    assert VectorTable.of(["a"], np.ones((1, 2), np.float32)).neighbours("a") == []
