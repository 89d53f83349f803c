import csv
import datetime as dt
import io
import json
import sys
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.classifier import TextClassifier
from wordglass.errors import ArgumentError, DataError
from wordglass.vectors import VectorTable
from wordglass.writing import open_writer, with_predictions

TABLE = VectorTable.of(["good", "bad"], np.eye(2, dtype=np.float32))
TEXTS = ["good", "bad", "good good", "bad bad bad"]
BATCH = pa.record_batch({"text": TEXTS, "id": [4, 3, 2, 1]})


def model(labels):
    return TextClassifier(TABLE, lexical=False, held_out=0, C=1.0).fit(TEXTS, labels).model_


def labelled(labels, columns=BATCH, every_class=False):
    fitted = model(labels)
    found = fitted.probabilities(pa.array(TEXTS, pa.large_string()))
    return with_predictions(columns, fitted, found, every_class), found


def written(path, batches):
    with open_writer(path) as write:
        for batch in batches:
            write(batch)
    return path.read_bytes()


# What is added


def test_the_columns_given_stay_and_the_predictions_come_after_them():
    batch, found = labelled(["pos", "neg", "pos", "neg"], every_class=True)
    assert batch.schema.names == ["text", "id", "predicted", "probability", "p_neg", "p_pos"]
    assert batch.slice(0, 4).select(["text", "id"]).equals(BATCH)
    assert batch["predicted"].to_pylist() == ["pos", "neg", "pos", "neg"]
    assert batch["probability"].to_pylist() == found.max(axis=1).tolist()
    assert np.column_stack([batch["p_neg"], batch["p_pos"]]).tolist() == found.tolist()


def test_a_column_whose_name_is_taken_is_kept_and_the_new_one_gets_an_underscore():
    columns = pa.record_batch({"predicted": TEXTS, "predicted_": [1, 2, 3, 4], "p_neg": [0] * 4})
    batch, _ = labelled(["pos", "neg", "pos", "neg"], columns, every_class=True)
    assert batch.schema.names[:3] == ["predicted", "predicted_", "p_neg"]
    assert batch.schema.names[3:] == ["predicted__", "probability", "p_neg_", "p_pos"]
    assert batch["predicted"].to_pylist() == TEXTS


def test_several_labels_a_row_are_predicted_as_a_list_of_those_from_a_half_on():
    batch, found = labelled([["a"], ["b"], ["a", "c"], []])
    expected = [[name for name, p in zip("abc", row, strict=True) if p >= 0.5] for row in found]
    assert batch["predicted"].to_pylist() == expected
    assert batch["probability"].to_pylist() == found.max(axis=1).tolist()


# What is written reads back


@given(
    st.lists(st.one_of(st.none(), st.text()), min_size=1, max_size=5),
    st.lists(st.lists(st.text(), max_size=3), min_size=5, max_size=5),
)
def test_json_lines_and_csv_give_back_any_text_and_any_list(texts, lists):
    rows = [{"text": text, "tags": tags} for text, tags in zip(texts, lists, strict=False)]
    schema = pa.schema({"text": pa.large_string(), "tags": pa.list_(pa.string())})
    batch = pa.RecordBatch.from_pylist(rows, schema)
    lines = standard_output(batch, "jsonl")
    assert [json.loads(line) for line in lines.decode().split("\n")[:-1]] == rows
    cells = list(csv.DictReader(io.StringIO(standard_output(batch, "csv").decode(), newline="")))
    assert [row["text"] for row in cells] == [row["text"] or "" for row in rows]
    assert [json.loads(row["tags"]) for row in cells] == [row["tags"] for row in rows]


def standard_output(batch, kind):
    """What goes to standard output, where this process has none of its own."""
    kept, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO())
    try:
        with open_writer(None, kind) as write:
            write(batch)
        sys.stdout.flush()
        return sys.stdout.buffer.getvalue()
    finally:
        sys.stdout = kept


def test_json_lines_are_json_where_numbers_are_not_finite_and_types_are_not_jsons(tmp_path):
    batch = pa.record_batch(
        {
            "number": [float("nan"), float("inf"), 0.5],
            "numbers": [[float("nan"), 1.0], None, []],
            "inside": [{"x": float("-inf")}, {"x": 2.0}, None],
            "day": [dt.date(2024, 2, 29), None, dt.date(2025, 1, 1)],
            "bytes": [b"caf\xe9", "né".encode(), None],
            "price": [Decimal("1.50"), None, Decimal("0.00")],
        }
    )
    lines = written(tmp_path / "out.jsonl", [batch]).decode().splitlines()
    rows = [json.loads(line, parse_constant=pytest.fail) for line in lines]
    assert [row["number"] for row in rows] == [None, None, 0.5]
    assert [row["numbers"] for row in rows] == [[None, 1.0], None, []]
    assert [row["inside"] for row in rows] == [{"x": None}, {"x": 2.0}, None]
    assert [row["day"] for row in rows] == ["2024-02-29", None, "2025-01-01"]
    assert [row["bytes"] for row in rows] == ["caf\\xe9", "né", None]
    assert [row["price"] for row in rows] == ["1.50", None, "0.00"]


def test_csv_has_every_type_of_column_that_files_hold(tmp_path):
    batch = pa.record_batch(
        {
            "view": pa.array(["a", None], pa.string_view()),
            "coded": pa.array(["x", "y"]).dictionary_encode(),
            "bytes": pa.array([b"caf\xe9", None], pa.large_binary()),
            "time": pa.array([dt.datetime(2024, 1, 1, tzinfo=dt.UTC), None]),
            "inside": pa.array([{"n": 1}, None]),
            "nothing": pa.nulls(2),
        }
    )
    rows = list(csv.reader(written(tmp_path / "out.csv", [batch]).decode().splitlines()))
    assert rows[0] == batch.schema.names
    assert rows[1] == ["a", "x", "caf\\xe9", "2024-01-01 00:00:00.000000Z", '{"n": 1}', ""]
    assert rows[2] == ["", "y", "", "", "", ""]


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet", "OUT.Parquet"])
def test_batches_follow_one_another_in_one_file(name, tmp_path):
    written(tmp_path / name, [BATCH, BATCH.slice(1, 2)])
    read = {
        ".csv": lambda path: [
            {**row, "id": int(row["id"])} for row in csv.DictReader(path.read_text().splitlines())
        ],
        ".jsonl": lambda path: [json.loads(line) for line in path.read_text().splitlines()],
        ".parquet": lambda path: pq.read_table(path).to_pylist(),
    }[(tmp_path / name).suffix.lower()]
    assert read(tmp_path / name) == BATCH.to_pylist() + BATCH.slice(1, 2).to_pylist()


# What is there, and when


@pytest.mark.parametrize("before", [None, b"old"])
@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet"])
def test_a_file_appears_when_all_is_written_and_otherwise_what_was_there_stays(name, before, tmp_path):
    path = tmp_path / name
    if before:
        path.write_bytes(before)
    seen = []

    def batches():
        yield BATCH
        seen.append(path.read_bytes() if path.exists() else None)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(path, batches())
    assert seen == [before]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == ({name: before} if before else {})


def test_what_a_link_names_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    written(tmp_path / "link.csv", [BATCH])
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith('"text","id"')


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("folder.csv", "is a folder: name a file"),
        ("out.txt", r"must end in \.csv, \.jsonl, \.parquet or \.arrow"),
        ("out", r"must end in \.csv, \.jsonl, \.parquet or \.arrow"),
        ("nowhere/out.csv", r"nowhere: no such folder to write out\.csv to"),
    ],
)
def test_a_path_that_no_file_can_have_is_refused_before_anything_is_read(name, message, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ArgumentError, match=message), open_writer(tmp_path / name):
        pytest.fail("opened")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_an_error_of_another_file_is_not_blamed_on_the_one_that_is_written(tmp_path):
    with pytest.raises(FileNotFoundError), open_writer(tmp_path / "out.csv"):
        (tmp_path / "in.csv").open()
    with (
        pytest.raises(DataError, match=r"cannot write .*out\.csv: No space"),
        open_writer(tmp_path / "out.csv"),
    ):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
