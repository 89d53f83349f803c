"""Texts and labels come back from every format as they were written, or an error says where and why."""

import csv
import io
import json
import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wordglass.corpus import iter_batches, read
from wordglass.corpus.readers import columnar, delimited, json_lines, plain, stream
from wordglass.errors import ArgumentError, DataError

ROWS = [
    ("I love sunny days", "good"),
    ('naïve, "quoted" 天气 🙂\nnext line', "bad"),
    ("a\x00b", "good"),
    ("", "bad"),
]


def write_csv(path, rows, delimiter=",", **options):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, **options).writerows([("text", "label"), *rows])


def write_json_lines(path, rows, ensure_ascii=True):
    lines = [json.dumps({"text": text, "label": label}, ensure_ascii=ensure_ascii) for text, label in rows]
    path.write_bytes("".join(line + "\n" for line in lines).encode())


def table(rows):
    texts, labels = zip(*rows, strict=True)
    return pa.table({"text": texts, "label": labels}, pa.schema({"text": pa.string(), "label": pa.string()}))


def write_arrow_stream(path, rows):
    with pa.ipc.new_stream(path, table(rows).schema) as writer:
        writer.write_table(table(rows), max_chunksize=2)


FORMATS = {
    "a.csv": write_csv,
    "pandas.csv": lambda path, rows: pd.DataFrame(rows, columns=["text", "label"]).to_csv(
        path, index=False, quoting=csv.QUOTE_ALL
    ),
    "all-quoted.csv": lambda path, rows: write_csv(path, rows, quoting=csv.QUOTE_ALL),
    "semicolons.csv": lambda path, rows: write_csv(path, rows, ";", quoting=csv.QUOTE_ALL),
    "a.tsv": lambda path, rows: write_csv(path, rows, "\t"),
    "a.jsonl": write_json_lines,
    "plain.jsonl": lambda path, rows: write_json_lines(path, rows, ensure_ascii=False),
    "a.parquet": lambda path, rows: parquet.write_table(table(rows), path, row_group_size=3),
    "polars.parquet": lambda path, rows: pl.DataFrame(rows, ["text", "label"], orient="row").write_parquet(
        path
    ),
    "a.feather": lambda path, rows: feather.write_feather(table(rows), path),
    "a.arrow": write_arrow_stream,
}
UNICODE = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_back_what_was_written(tmp_path, name):
    FORMATS[name](tmp_path / name, ROWS)
    corpus = read(tmp_path / name)
    assert list(zip(corpus.texts.to_pylist(), corpus.labels, strict=True)) == ROWS
    assert (corpus.text_column, corpus.label_column, corpus.source) == ("text", "label", str(tmp_path / name))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(UNICODE, st.sampled_from(["yes", "no", "it's", "a,b", "ß"])), min_size=1))
def test_any_unicode_text_survives_every_format(tmp_path, name, rows):
    rows = [("some text", "yes"), *rows]  # a file of blank texts alone is refused
    FORMATS[name](tmp_path / name, rows)
    corpus = read(tmp_path / name, text="text", label="label")
    assert list(zip(corpus.texts.to_pylist(), corpus.labels, strict=True)) == rows


def test_a_folder_of_classes_is_read_in_the_order_of_its_names(tmp_path):
    for file, text in {
        "pos/b.txt": "good",
        "neg/a.txt": "\ufeffbad\n",
        "pos/a.txt": "great",
        "pos/c.md": "-",
    }.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    corpus = read(tmp_path)
    assert corpus.texts.to_pylist() == ["bad\n", "great", "good"]
    assert corpus.labels == ["neg", "pos", "pos"]
    assert corpus.notes[0] == "3 text files, labelled by their folders"


@pytest.mark.parametrize("name", FORMATS)
def test_batches_carry_all_columns_and_nothing_is_lost_between_them(tmp_path, monkeypatch, name):
    for module in (columnar, delimited, json_lines):
        monkeypatch.setattr(module, "BATCH_BYTES", 1000)
    rows = [(f"text number {row}, {'word ' * (row % 40)}", str(row % 7)) for row in range(500)]
    FORMATS[name](tmp_path / name, rows)
    batches = list(iter_batches(tmp_path / name))
    assert [text for batch in batches for text in batch.texts.to_pylist()] == [text for text, _ in rows]
    assert [label for batch in batches for label in batch.columns["label"].to_pylist()] == [
        x for _, x in rows
    ]
    assert len({batch.columns.schema for batch in batches}) == 1
    assert all(len(batch.texts) == len(batch.columns) for batch in batches)
    assert len(batches) > 5 or name.startswith(("a.feather", "polars"))


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_a_row_longer_than_a_block_is_read_and_comes_once(tmp_path, monkeypatch, name):
    monkeypatch.setattr(delimited, "BATCH_BYTES", 64)
    rows = [("short", "a")] * 20 + [("long\n" * 3000, "b")] + [("after", "a")] * 20
    FORMATS[name](tmp_path / name, rows)
    assert [t for batch in iter_batches(tmp_path / name) for t in batch.texts.to_pylist()] == [
        t for t, _ in rows
    ]
    assert read(tmp_path / name).texts.to_pylist() == [t for t, _ in rows]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_text_of_tens_of_megabytes_is_one_text(tmp_path, name):
    rows = [("x" * 40_000_000, "a"), ("y", "b")]
    FORMATS[name](tmp_path / name, rows)
    assert read(tmp_path / name).texts.to_pylist() == ["x" * 40_000_000, "y"]


# Which columns


@pytest.mark.parametrize(
    ("columns", "text", "label"),
    [
        ({"Review": ["a b", "c d"] * 4, "Sentiment": [1, 0] * 4}, "Review", "Sentiment"),
        ({"": range(8), "sms": ["a b", "c d"] * 4, "label": ["x", "y"] * 4}, "sms", "label"),
        ({"label": ["x", "y"] * 4, "id": range(8), "title": ["t"] * 8, "text": ["a b"] * 8}, "text", "label"),
        (
            {"what": [f"so many words in here {i}" * 9 for i in range(8)], "kind": ["x", "y"] * 4},
            "what",
            "kind",
        ),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_columns_are_guessed_by_name_or_content_and_said(tmp_path, columns, text, label, ending):
    path = tmp_path / f"a.{ending}"
    frame = pd.DataFrame(columns)
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path, index=False)
    corpus = read(path)
    assert (corpus.text_column, corpus.label_column) == (text, label)
    assert corpus.texts.to_pylist() == list(columns[text])
    assert corpus.labels == list(map(str, columns[label]))
    assert [note.split(" (")[0] for note in corpus.notes] == [
        f"texts are in column {text!r}",
        f"labels are in column {label!r}",
    ]


def test_named_columns_are_taken_without_a_note(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label,body,stars\na,b,c,5\nd,e,f,1\n")
    corpus = read(path, text="body", label="stars")
    assert (corpus.texts.to_pylist(), corpus.labels, corpus.notes) == (["c", "f"], ["5", "1"], [])
    assert read(path, need_labels=False).labels is None


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (
            "city,street\nA,B\nC,D\n",
            {},
            "no safe guess which column holds the texts among 'city', 'street'; say",
        ),
        (
            "text,a,b\nx,1,2\ny,1,2\n",
            {},
            "which column holds the labels among 'text', 'a', 'b'; .*--label COLUMN",
        ),
        ("text\nx\ny\n", {}, "which column holds the labels"),
        (
            "text,label\nx,a\n",
            {"text": "texts"},
            "no column 'texts' among 'text', 'label'; did you mean 'text'?",
        ),
        ("text,label\nx,a\n", {"label": "stars"}, "no column 'stars' among 'text', 'label'$"),
        ("text,label\nx,a\n", {"text": "text", "label": "text"}, "cannot hold both"),
    ],
)
def test_an_unsafe_guess_or_a_missing_column_lists_the_columns(tmp_path, content, options, message):
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(ArgumentError, match=message):
        read(tmp_path / "a.csv", **options)


# Labels


@pytest.mark.parametrize(
    ("values", "kind", "labels"),
    [
        ([1, 0, 2], pa.int64(), ["1", "0", "2"]),
        ([True, False, True], pa.bool_(), ["True", "False", "True"]),
        ([1.0, 2.0, -3.0], pa.float64(), ["1", "2", "-3"]),
        (["1.0", "x", "0.5"], pa.string(), ["1.0", "x", "0.5"]),
        (["x", "y", "x"], pa.dictionary(pa.int8(), pa.string()), ["x", "y", "x"]),
        ([["x", "y"], [], ["z"]], pa.list_(pa.string()), [["x", "y"], [], ["z"]]),
        ([[3], [1, 2], []], pa.large_list(pa.int8()), [["3"], ["1", "2"], []]),
    ],
)
def test_labels_of_every_type_become_strings(tmp_path, values, kind, labels):
    parquet.write_table(
        pa.table({"text": ["a", "b", "c"], "label": pa.array(values, kind)}), tmp_path / "a.parquet"
    )
    assert read(tmp_path / "a.parquet").labels == labels


def test_labels_of_json_keep_their_values(tmp_path):
    for values, labels in (
        [[True, False], ["True", "False"]],
        [[1, 2], ["1", "2"]],
        [[[], ["x"]], [[], ["x"]]],
    ):
        write_json_lines(tmp_path / "a.jsonl", [("text", value) for value in values])
        assert read(tmp_path / "a.jsonl").labels == labels


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["x", None, "", None], "column 'label': no label in 3 rows: 2, 3, 4;"),
        ([1.0, 2.0, float("nan"), 0.0], "no label in row 3;"),
        ([1.0, 2.0, 0.5, 0.25], "row 3: 0.5 is a measurement, not a class"),
        (["1.0", "0.5", "2", "0.7"], "row 2: 0.5 is a measurement, not a class"),
        ([["x"], None, ["y"], []], "no label in row 2;"),
        ([["x"], ["y"], ["z", None], []], "no label in row 3;"),
        ([None] * 4, "no label in 4 rows: 1, 2, 3, 4;"),
        ([b"x"] * 4, "a label is a bytes"),
        ([{"x": 1}] * 4, "struct<x: int64> where labels"),
    ],
)
def test_what_is_no_label_is_refused_with_its_rows(tmp_path, values, message):
    parquet.write_table(pa.table({"text": list("abcd"), "label": values}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=message):
        read(tmp_path / "a.parquet")


def test_a_csv_row_without_a_label_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\na,x\nb,\nc,y\n")
    with pytest.raises(
        DataError, match=r"a\.csv, column 'label': no label in row 2; label them or remove them"
    ):
        read(tmp_path / "a.csv")


# What cannot be read

GOOD = b"text,label\n"
BAD_FILES = {
    "empty.csv": (b"", "the file is empty"),
    "blank.csv": (b"\n\n", "the file is empty"),
    "bom.jsonl": (b"\xef\xbb\xbf", "the file is empty"),
    "header.csv": (b"text,label\n", "no rows; the file has at most a header"),
    "header-alone.csv": (b"text,label", "no rows; the file has at most a header"),
    "same.csv": (
        b"good,good\nbad,x\n",
        "line 1: 'good' twice is not a header; begin with a line of column names",
    ),
    "long.csv": (
        b"so many words that they can be no name " * 3 + b",x\nb,y\n",
        "line 1: 'so many .* is not a header",
    ),
    "huge.csv": (b"a" * 200_000 + b",x\nb,y\n", "line 1: no header can be read"),
    "few.csv": (GOOD + b'a,x\n"b\nb",y\nc\nd,x\n', "line 5: 1 where the header has 2 columns"),
    "many.csv": (GOOD + b"a,x\nb, and c,y\n", "line 3: 3 where the header has 2 columns"),
    "block.csv": (GOOD + b"a,x\nblock\n", "line 3: 1 where the header has 2 columns"),
    "quote.csv": (GOOD + b'a,x\nb,"y\nc,x\n', "line 3: a quotation mark opens and nothing closes it"),
    "latin.csv": (
        GOOD + "a,x\ncafé,y\n".encode("latin-1"),
        "line 3: byte 0xe9 at offset 18 is not UTF-8; .*iconv -f",
    ),
    "latin-header.csv": ("té,label\n".encode("latin-1"), "line 1: byte 0xe9 at offset 1 is not UTF-8"),
    "utf16.csv": ("text,label\na,x\n".encode("utf-16"), "UTF-16, not UTF-8; convert it: iconv -f utf-16"),
    "latin.jsonl": (b'{"text": "a"}\n{"text": "caf\xe9"}\n', "line 2: byte 0xe9 at offset 27 is not UTF-8"),
    "array.json": (b'[{"text": "a", "label": "x"}]', "line 1: a JSON array; write one object a line"),
    "broken.jsonl": (b'{"text": "a", "label": "x"}\n\n{"text": \n', "line 3: not JSON"),
    "deep.jsonl": (b"[" * 5 + b"\n", "a JSON array"),
    "nested.jsonl": (b'{"text": ' + b"[" * 100_000 + b"\n", "line 1: not JSON"),
    "number.jsonl": (b"5\n", "line 1: int where a JSON object"),
    "half.jsonl": (b'{"text": "a"}\n{"text": "\\ud800"}\n', "line 2, column 'text': a lone surrogate"),
    "half-key.jsonl": (b'{"text": "a", "\\ud800": 1}\n', "surrogate"),
    "mixed.jsonl": (
        b'{"text": "a"}\n{"text": 5}\n',
        r"'text': values of more than one type: str \(line 1\), int \(line 2\)",
    ),
    "null.jsonl": (b'{"text": "a", "label": 1}\n{"label": 2}\n', "column 'text', row 2: the text is missing"),
    "damaged.parquet": (b"PAR1" + b"\x00" * 100 + b"PAR1", "not a readable Parquet file"),
    "short.parquet": (b"PAR1", "not a readable Parquet file"),
    "foreign.arrow": (b"not an arrow file at all", "not a readable Arrow file"),
    "spaces.csv": (GOOD + b' ,x\n"",y\n', "column 'text': all 2 texts are empty"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_says_where_and_why_in_one_line(tmp_path, name):
    content, message = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read(tmp_path / name, text=None if "header" in name or name in ("same.csv", "long.csv") else "text")
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(tmp_path)) + 350


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbftext,label\na,x\nb,y\n")
    (tmp_path / "a.jsonl").write_bytes(
        b'\xef\xbb\xbf{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n'
    )
    assert read(tmp_path / "a.csv").text_column == read(tmp_path / "a.jsonl").text_column == "text"


def test_quotation_marks_in_a_tsv_without_quoting_are_characters(tmp_path):
    (tmp_path / "a.tsv").write_text('text\tlabel\n"bye" she said\tx\n"half\ty\n7" pipe\tx\n"whole"\ty\n')
    corpus = read(tmp_path / "a.tsv")
    assert corpus.texts.to_pylist() == ['"bye" she said', '"half', '7" pipe', '"whole"']
    assert "quotation marks are read as characters of the text" in corpus.notes


def test_a_last_cell_of_several_lines_is_no_open_quote(tmp_path):
    (tmp_path / "a.csv").write_text('label,text\nx,a\ny,"b\nc\n"\n\n\n\n\n\n\n')
    assert read(tmp_path / "a.csv").texts.to_pylist() == ["a", "b\nc\n"]


def test_a_quoted_tsv_is_recognised_from_a_head_that_ends_within_a_cell(tmp_path, monkeypatch):
    for module in (stream, delimited):
        monkeypatch.setattr(module, "HEAD_BYTES", 40)
    rows = [('"two"\nlines', "x"), ("many\nlines " * 20, "y")]
    FORMATS["a.tsv"](tmp_path / "a.tsv", rows)
    assert read(tmp_path / "a.tsv").texts.to_pylist() == [text for text, _ in rows]


def test_a_date_in_json_is_a_text(tmp_path):
    write_json_lines(tmp_path / "a.jsonl", [("2020-01-01T00:00:00", "x"), ("2021-01-01", "y")])
    assert read(tmp_path / "a.jsonl").texts.to_pylist() == ["2020-01-01T00:00:00", "2021-01-01"]


def test_a_missing_file_names_its_neighbours(tmp_path):
    (tmp_path / "reviews.csv").write_text("text,label\na,x\n")
    with pytest.raises(ArgumentError, match=r"review\.csv: no such file; did you mean reviews\.csv\?"):
        read(tmp_path / "review.csv")
    with pytest.raises(ArgumentError, match=r"no such file$"):
        read(tmp_path / "nowhere" / "review.csv")


def test_a_folder_without_classes_and_an_unknown_ending_are_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(ArgumentError, match=r"a folder without CLASS/\*\.txt files"):
        read(tmp_path)
    with pytest.raises(ArgumentError, match=r"the ending '\.xlsx' is not one that can be read \(\.csv"):
        read(tmp_path / "a.xlsx")


def test_invalid_utf8_in_parquet_is_refused_with_its_row(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "BATCH_BYTES", 1)
    offsets, data = np.array([0, 1, 2, 3], "i4"), b"ab\xff"
    texts = pa.Array.from_buffers(pa.string(), 3, [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    parquet.write_table(pa.table({"text": texts, "label": ["x", "y", "x"]}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a\.parquet, column 'text', row 3: bytes that are not UTF-8"):
        read(tmp_path / "a.parquet")


def test_a_truncated_page_is_an_error_of_ours(tmp_path):
    path = tmp_path / "a.parquet"
    parquet.write_table(table([("text " * 50 + str(i), "x") for i in range(1000)]), path)
    content = bytearray(path.read_bytes())
    content[200:2000] = os.urandom(1800)
    path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(str(path))):
        read(path)


# Lines and standard input


def test_a_text_file_is_one_text_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(plain, "BATCH_BYTES", 8)
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\n\ntwo\x0b2\n\xe5\xa4\xa9")
    batches = iter_batches(tmp_path / "a.txt")
    assert [text for batch in batches for text in batch.texts.to_pylist()] == ["one", "", "two\x0b2", "天"]


def test_standard_input_is_one_text_a_line(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"I love\nsunny days\n")))
    assert [batch.texts.to_pylist() for batch in iter_batches("-")] == [["I love", "sunny days"]]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"fine\ncaf\xe9\n")))
    with pytest.raises(DataError, match="standard input, line 2: byte 0xe9 at offset 8 is not UTF-8"):
        list(iter_batches("-"))


MEASURE = """
import re, sys
from pathlib import Path
from wordglass.corpus import iter_batches
rows = sum(len(batch.texts) for batch in iter_batches(sys.argv[1]))
print(rows, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_reading_a_parquet_file_takes_memory_that_does_not_grow_with_it(tmp_path):
    """One row group, the hardest case, of 80 and of 240 MB: read whole they would differ by their sizes."""
    text = pa.array([f"{row} " * 100 for row in range(1000)])
    peaks = []
    for times in (200, 600):
        texts = pa.concat_arrays([text] * times)
        options = {"compression": "none", "use_dictionary": False, "row_group_size": len(texts)}
        parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", **options)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(tmp_path / "a.parquet")],
            capture_output=True,
            text=True,
            check=True,
        )
        rows, peak = map(int, done.stdout.split())
        assert rows == len(texts)
        peaks.append(peak / 1024)  # MB
    assert peaks[1] < 250
    assert peaks[1] - peaks[0] < 60
