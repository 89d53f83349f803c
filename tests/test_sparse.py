import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordglass.passes import thread_map
from wordglass.sparse import SparseRows, join

scipy_sparse = pytest.importorskip("scipy.sparse")


@st.composite
def sparse_rows(draw: st.DrawFn) -> SparseRows:
    """Rows of any shape: empty ones, features that no row has, no rows, no features."""
    features = draw(st.integers(0, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = draw(st.lists(st.integers(0, features), max_size=30))
    ids = [random.permutation(features)[:size].astype(np.int32) for size in sizes]
    values = random.normal(size=sum(sizes)).astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return SparseRows(indptr, np.concatenate([np.zeros(0, np.int32), *ids]), values, features)


def as_scipy(rows: SparseRows):
    return scipy_sparse.csr_matrix((rows.values.astype(float), rows.ids, rows.indptr), shape=rows.shape)


def table_of(rows: int, outputs: int) -> np.ndarray:
    return np.random.default_rng(outputs).normal(size=(rows, outputs))


@given(sparse_rows(), st.integers(1, 40) | st.sampled_from([77, 150]))
@settings(deadline=None)
def test_products_are_those_of_scipy(rows, outputs):
    table, residuals = table_of(rows.features, outputs), table_of(len(rows), outputs)
    np.testing.assert_allclose(rows @ table, as_scipy(rows) @ table, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(rows.T @ residuals, as_scipy(rows).T @ residuals, rtol=1e-12, atol=1e-12)


@given(sparse_rows())
def test_the_transposed_of_the_transposed_has_the_same_values(rows):
    again = rows.T.T
    assert again.shape == rows.shape
    assert np.array_equal(again.indptr, rows.indptr)
    assert (as_scipy(again) != as_scipy(rows)).nnz == 0


@given(sparse_rows(), st.data())
def test_rows_are_taken_in_the_order_asked_for(rows, data):
    numbers = st.lists(st.integers(0, len(rows) - 1), max_size=10) if len(rows) else st.just([])
    chosen = np.array(data.draw(numbers), np.int64)
    assert np.array_equal(as_scipy(rows.take(chosen)).toarray(), as_scipy(rows).toarray()[chosen])


@given(sparse_rows())
def test_factors_multiply_features(rows):
    factors = np.random.default_rng(0).normal(size=rows.features)
    expected = as_scipy(rows).toarray() * factors
    np.testing.assert_allclose(as_scipy(rows.scaled(factors)).toarray(), expected, rtol=1e-6)


@given(sparse_rows(), st.integers(0, 30))
def test_rows_that_are_parted_and_joined_are_the_same(rows, cut):
    numbers = np.arange(len(rows))
    again = join([rows.take(numbers[:cut]), rows.take(numbers[cut:])], rows.features)
    for one, other in zip(
        (again.indptr, again.ids, again.values), (rows.indptr, rows.ids, rows.values), strict=True
    ):
        assert np.array_equal(one, other)
        assert one.dtype == other.dtype


@pytest.fixture(scope="module")
def many() -> SparseRows:
    """More rows than one chunk has, some of them longer than a chunk."""
    random = np.random.default_rng(0)
    sizes = random.integers(0, 60, 8000)
    sizes[[0, 4000]] = 70_000
    ids = np.concatenate([random.choice(80_000, size, replace=False) for size in sizes]).astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    return SparseRows(indptr, ids, random.normal(size=len(ids)).astype(np.float32), 80_000)


def test_products_have_the_same_bits_at_any_number_of_threads(many):
    for rows in (many, many.T):
        assert len(rows.chunks) > 4
        assert [first for first, _ in rows.chunks[1:]] == [last for _, last in rows.chunks[:-1]]
        for outputs in (1, 3, 20):
            table = table_of(rows.features, outputs)
            with thread_map(4, multiplications=10**9) as run:
                assert np.array_equal(rows @ table, rows.times(table, run))


def test_the_columns_of_a_product_do_not_depend_on_each_other(many):
    table = table_of(many.features, 31)
    whole = many @ table
    for column in range(31):
        assert np.array_equal(whole[:, column], (many @ table[:, [column]])[:, 0])


def test_tables_that_are_not_in_one_piece_or_not_in_double_precision_are_read_as_they_are(many):
    table = table_of(6, many.features)
    single = table.astype(np.float32)
    assert np.array_equal(many @ table.T, many @ table.T.copy())
    assert np.array_equal(many @ single.T, many @ single.T.astype(np.float64))
