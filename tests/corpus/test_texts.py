"""Any sequence of texts becomes one checked Arrow array, or an error that names the row."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.corpus.texts import has_surrogate, is_blank, to_arrow
from wordglass.errors import DataError

TEXTS = ["I love sunny days", "", "naïve 天气 🙂", "a\x00b", "two\nlines"]

WRAPPERS = {
    "list": list,
    "tuple": tuple,
    "generator": lambda texts: (text for text in texts),
    "numpy objects": lambda texts: np.array(texts, dtype=object),
    "numpy str": np.array,
    "numpy StringDType": lambda texts: np.array(texts, dtype=np.dtypes.StringDType()),
    "pandas": pd.Series,
    "pandas objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas string": lambda texts: pd.Series(texts, dtype="string"),
    "pandas arrow": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "pandas category": lambda texts: pd.Series(texts, dtype="category"),
    "pandas with an index": lambda texts: pd.Series(texts, index=range(7, 7 + len(texts))),
    "polars": pl.Series,
    "polars categorical": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "arrow string": lambda texts: pa.array(texts, pa.string()),
    "arrow large_string": lambda texts: pa.array(texts, pa.large_string()),
    "arrow string_view": lambda texts: pa.array(texts, pa.string_view()),
    "arrow dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "arrow chunks": lambda texts: pa.chunked_array([texts[:2], [], texts[2:]], pa.string()),
    "arrow slice": lambda texts: pa.array(["before", *texts, "after"])[1:-1],
}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
def test_every_kind_of_sequence_gives_the_same_texts(wrap):
    array = to_arrow(wrap(TEXTS))
    assert isinstance(array, pa.LargeStringArray)
    assert array.to_pylist() == TEXTS
    array.validate(full=True)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_unicode_text_passes_unchanged(texts):
    assert to_arrow(texts).to_pylist() == texts
    assert to_arrow(pl.Series(texts, dtype=pl.String)).to_pylist() == texts
    assert to_arrow(pd.Series(texts, dtype="str")).to_pylist() == texts


def test_arrow_large_strings_are_not_copied():
    array = pa.array(TEXTS, pa.large_string())
    frame = pd.Series(array.to_pandas(types_mapper=pd.ArrowDtype))
    for given_array in (array, array[1:], pa.chunked_array([array]), frame):
        assert to_arrow(given_array).buffers()[2].address == array.buffers()[2].address


@pytest.mark.parametrize(
    "missing",
    [
        ["a", None],
        ["a", float("nan")],
        np.array(["a", None], dtype=object),
        pd.Series(["a", None]),
        pd.Series(["a", np.nan], dtype=object),
        pd.Series(["a", pd.NA], dtype="string"),
        pd.Series(["a", pd.NaT], dtype=object),
        pl.Series(["a", None]),
        pa.array(["a", None]),
        pa.chunked_array([["a"], [None]]),
        pa.array(["a", None]).dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", None])),
        pa.array(["x", "a", None])[1:],
    ],
    ids=lambda missing: f"{type(missing).__module__.partition('.')[0]} {type(missing).__name__}",
)
def test_a_missing_text_is_refused_with_its_row(missing):
    with pytest.raises(DataError, match=r"row 2: the text is missing"):
        to_arrow(missing)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "a single str"),
        (b"one text", "a single bytes"),
        (5, "a int was given"),
        ({"a": "b"}, "a dict was given"),
        ({"a", "b"}, "a set was given"),
        (["a", "b", b"c"], "row 3: bytes"),
        (["a", 5], "row 2: int"),
        (["a", ["b"]], "row 2: list"),
        (pd.Series(["a", b"c"], dtype=object), "row 2: bytes"),
        (np.array([[1.0, 2.0]]), r"shape \(1, 2\)"),
        (np.array([1.0, 2.0]), "row 1: float"),
        (pd.Series(["a", 2]), "row 2: int"),
        (pl.Series([1, 2]), "row 1: int"),
        (pa.array([b"a"]), "row 1: binary"),
        (pl.DataFrame({"text": ["a"]}), "choose one of its columns"),
        (pd.DataFrame({"text": ["a"]}), "choose one of its columns"),
        (pa.table({"text": ["a"]}), "a Table was given"),
        (["a", "b\ud800"], "row 2: a lone surrogate"),
        (pd.Series(["a", "\udfff"], dtype=object), "row 2: a lone surrogate"),
    ],
)
def test_what_is_no_sequence_of_texts_is_refused(texts, message):
    with pytest.raises(DataError, match=message):
        to_arrow(texts)


def invalid(kind):
    """The texts "ok" and one byte that is no UTF-8, in Arrow buffers that claim to be text."""
    width = "i8" if kind == pa.large_string() else "i4"
    buffers = [None, pa.py_buffer(np.array([0, 2, 3], width)), pa.py_buffer(b"ok\xff")]
    return pa.Array.from_buffers(kind, 2, buffers)


@pytest.mark.parametrize(
    "array",
    [
        invalid(pa.string()),
        invalid(pa.large_string()),
        pa.chunked_array([pa.array(["ok"]), invalid(pa.string())[1:]]),
        pa.Array.from_buffers(
            pa.string_view(), 2, pa.array([b"ok", b"\xff" * 20], pa.binary_view()).buffers()
        ),
        pd.Series(pd.arrays.ArrowExtensionArray(invalid(pa.string()))),
    ],
    ids=["string", "large_string", "chunks", "string_view", "pandas"],
)
def test_arrow_buffers_that_are_not_utf8_are_refused_with_the_row(array):
    with pytest.raises(DataError, match=r"row 2: bytes that are not UTF-8"):
        to_arrow(array)


def test_an_invalid_dictionary_is_refused():
    array = pa.DictionaryArray.from_arrays(pa.array([0, 1]), invalid(pa.string()), safe=False)
    with pytest.raises(DataError, match="dictionary holds bytes that are not UTF-8"):
        to_arrow(array)


def test_rows_are_counted_from_where_the_caller_says():
    with pytest.raises(DataError, match=r"^reviews\.csv, row 101: the text is missing"):
        to_arrow(["a", None], where="reviews.csv", first_row=100)
    with pytest.raises(DataError, match=r"row 101: the text is missing"):
        to_arrow(pa.array(["a", None]), first_row=100)


def test_no_texts_are_an_empty_array():
    for empty in ([], np.array([]), pa.chunked_array([], pa.string()), pl.Series([]), pd.Series([])):
        assert to_arrow(empty) == pa.array([], pa.large_string())


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t\n\u3000"))))
def test_blank_is_what_python_strips_to_nothing(texts):
    controls = {chr(code) for code in range(0x1C, 0x20)} | {"\x85"}  # white space to Python alone
    texts = ["".join(set(text) - controls) for text in texts]
    assert is_blank(to_arrow(texts)).to_pylist() == [not text.strip() for text in texts]


@given(st.text())
def test_a_surrogate_is_what_utf8_cannot_write(text):
    try:
        text.encode()
        writable = True
    except UnicodeEncodeError:
        writable = False
    assert has_surrogate(text) is not writable
