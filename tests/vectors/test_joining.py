import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.arrow import buffers
from wordglass.classifier import TextClassifier
from wordglass.errors import ArgumentError
from wordglass.vectors import VectorTable, joining
from wordglass.vectors.formats import found
from wordglass.vectors.joining import join_tables

RNG = np.random.default_rng(3)


def table(words, dim, name="part", scale=1.0):
    return VectorTable.of(words, (scale * RNG.normal(size=(len(words), dim))).astype(np.float32), name=name)


def everything(joined, start=0):
    """The words and vectors of all blocks."""
    blocks = list(joined.read(start))
    words = [word for block in blocks for word in block.words.to_pylist()]
    return words, np.concatenate(
        [np.zeros((0, joined.dim), np.float32), *(block.vectors for block in blocks)]
    )


def by_hand(tables):
    """The same join, one word at a time."""
    words = list(dict.fromkeys(word for part in tables for word in part.vocabulary.words.to_pylist()))
    vectors = []
    for word in words:
        row = []
        for part in tables:
            vectors_of_part = part.rows.take(slice(1, None))[:, : part.dim].astype(float)
            length = np.sqrt((vectors_of_part**2).sum(axis=1).mean()) if len(part) else 0.0
            known = part.vocabulary.row(word)
            row.append(part.rows.take(np.array([known]))[0, : part.dim] / (length or 1.0))
        vectors.append(np.concatenate(row))
    return words, np.array(vectors).reshape(len(words), sum(part.dim for part in tables))


words = st.lists(st.text("abcé日", max_size=3), max_size=30)


@given(st.lists(st.tuples(words, st.integers(1, 5)), min_size=2, max_size=4))
def test_a_join_has_the_words_of_all_tables_and_zeros_where_one_is_missing(parts):
    tables = [table(words, dim) for words, dim in parts]
    joined = join_tables(tables)
    found_words, vectors = everything(joined)
    expected_words, expected = by_hand(tables)
    assert found_words == expected_words
    assert joined.words == len(expected_words)
    assert joined.dim == expected.shape[1]
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_reading_goes_on_from_any_block_and_blocks_are_bounded(rows, monkeypatch):
    tables = [table([f"w{i}" for i in range(20 * k, 20 * k + 50)], 3 + k) for k in range(3)]
    monkeypatch.setattr(found, "BLOCK_BYTES", 4 * 12 * rows)
    monkeypatch.setattr(joining, "WORDS", 16)
    words, vectors = everything(join_tables(tables))
    at = 0
    for block in join_tables(tables).read(0):
        assert len(block.words) == len(block.vectors) <= rows
        at += len(block.words)
        rest, rest_vectors = everything(join_tables(tables), block.next)
        assert rest == words[at:]
        np.testing.assert_array_equal(rest_vectors, vectors[at:])
    assert at == 90
    np.testing.assert_allclose(vectors, by_hand(tables)[1], rtol=1e-6)


def test_blocks_are_what_the_store_takes():
    joined = join_tables([table(["a", "b"], 3), table(["b", "c"], 16)])
    for block in joined.read(0):
        assert block.vectors.dtype == np.float32
        assert block.vectors.flags.c_contiguous
        assert block.next >= 1
        buffers(block.words)
    assert "part" in joined.format


def test_parts_count_alike_in_the_cosine_whatever_their_scale():
    names = [f"w{i}" for i in range(300)]
    small, large = table(names, 8, scale=1e-3), table(names, 8, scale=1e3)
    _, vectors = everything(join_tables([small, large]))
    lengths = [np.square(part).sum(axis=1).mean() for part in (vectors[:, :8], vectors[:, 8:])]
    np.testing.assert_allclose(lengths, 1, rtol=1e-5)


def test_a_classifier_predicts_the_same_whatever_a_part_is_divided_by():
    names = [f"w{i}" for i in range(60)]
    left, right = table(names[:50], 4, scale=5), table(names[20:], 6, scale=0.1)
    union, joined = everything(join_tables([left, right]))
    plain = np.hstack([[part.vectors([word])[0] for word in union] for part in (left, right)])
    texts = [" ".join(RNG.choice(names, 9)) for _ in range(80)]
    labels = ["yes" if "w1" in text else "no" for text in texts]
    first, second = (
        TextClassifier(VectorTable.of(union, vectors), C=1.0, held_out=0)
        .fit(texts, labels)
        .decision_function(texts)
        for vectors in (joined, plain.astype(np.float32))
    )
    np.testing.assert_allclose(first, second, atol=1e-3)


def test_a_table_of_zeros_stays_zeros():
    zeros = VectorTable.of(["a"], np.zeros((1, 2), np.float32))
    assert everything(join_tables([zeros, table(["b"], 2)]))[1][0].tolist() == [0, 0, 0, 0]


def test_joining_one_table_or_none_is_refused():
    for tables in ([], [table(["a"], 2)]):
        with pytest.raises(ArgumentError, match="two tables"):
            join_tables(tables)


def test_a_join_too_wide_to_be_read_back_is_refused():
    wide = table(["a"], 40_000)
    with pytest.raises(ArgumentError, match="80,000 dimensions"):
        join_tables([wide, wide])
