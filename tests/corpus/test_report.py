"""Every number of the data report is what counting by hand gives, and its mark follows from it."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.corpus import data_report, read, split, text_numbers, to_arrow

SHARED = Path(__file__).parents[3] / "shared" / "data"


def report(texts, labels, held_out=()):
    train = np.setdiff1d(np.arange(len(texts)), held_out)
    return data_report(to_arrow(texts), labels, train, np.array(held_out, dtype=np.int64))


def check(of_report, name):
    return next(check for check in of_report["checks"] if check["check"] == name)


PIECES = [
    "a",
    "é",
    "�",
    "\x80",
    "\x9f",
    "\xa0",
    "ß",
    "天",
    "\x00",
    "<br>",
    "</p >",
    "<3",
    "&amp;",
    "&",
    "&#39;",
    " ",
]
PATTERNS = {
    "replacement characters": "�",
    "C1 controls": "[\x80-\x9f]",
    "NUL": "\x00",
    "HTML": "</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|[a-zA-Z]+);",
}
ROWS = st.lists(
    st.tuples(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), st.sampled_from("xyz")), min_size=1
)


@given(ROWS, st.data())
def test_counts_are_those_of_plain_python(rows, data):
    texts, labels = map(list, zip(*rows, strict=True))
    held_out = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    found = report(texts, labels, held_out)

    assert (found["rows"], found["train_rows"], found["held_out_rows"]) == (
        len(rows),
        len(rows) - len(held_out),
        len(held_out),
    )
    for name, pattern in PATTERNS.items():
        assert check(found, name)["count"] == sum(bool(re.search(pattern, text)) for text in texts)
    assert check(found, "empty texts")["count"] == sum(not text.strip() for text in texts)
    assert check(found, "duplicate texts")["count"] == len(texts) - len(set(texts))
    labels_of = {text: {label for other, label in rows if other == text} for text in texts}
    assert check(found, "same text, two labels")["count"] == sum(len(labels_of[text]) > 1 for text in texts)
    trained = {text for row, text in enumerate(texts) if row not in held_out}
    if held_out:
        assert check(found, "overlap")["count"] == sum(texts[row] in trained for row in held_out)
    sizes = Counter(label for row, label in enumerate(labels) if row not in held_out)
    assert found["classes"] == [
        {"name": name, "train": sizes[name], "held_out": labels.count(name) - sizes[name]}
        for name in sorted(set(labels))
    ]
    lengths = np.array(list(map(len, texts)))
    assert found["lengths"] == {
        "shortest": lengths.min(),
        "median": np.median(lengths),
        "mean": pytest.approx(lengths.mean()),
        "p95": pytest.approx(np.percentile(lengths, 95)),
        "longest": lengths.max(),
    }


@given(ROWS)
def test_a_finding_says_its_count_and_no_finding_is_good(rows):
    found = report(*map(list, zip(*rows, strict=True)))
    for line in found["checks"]:
        if line["check"] not in ("rows", "classes", "lengths"):
            assert (line["mark"] == "good") == (line["count"] == 0)
            assert line["count"] == 0 or re.search(rf"\b{line['count']:,}\b", line["sentence"])


def test_skew_is_a_warning_above_ten_times_and_one_class_is_bad():
    def mark(labels):
        return check(report([str(i) for i in range(len(labels))], labels), "classes")["mark"]

    assert mark(["a"] * 10 + ["b"]) == "good"
    assert mark(["a"] * 11 + ["b"]) == "warning"
    assert mark(["a"] * 11) == "bad"


def test_few_rows_are_a_warning():
    assert check(report([str(i) for i in range(49)], ["a"] * 49), "rows")["mark"] == "warning"
    assert check(report([str(i) for i in range(50)], ["a"] * 50), "rows")["mark"] == "good"


def test_a_class_that_only_the_held_out_part_has_is_bad():
    unseen = check(report(list("abcd"), ["x", "y", "x", "z"], held_out=[3]), "unseen classes")
    assert (unseen["mark"], unseen["count"]) == ("bad", 1)
    assert unseen["sentence"] == "1 of 3 classes have no training row: z"


def test_all_texts_empty_is_bad():
    assert check(report(["", " "], ["x", "y"]), "empty texts")["mark"] == "bad"


def test_a_text_of_over_a_million_characters_is_a_warning():
    lengths = check(report(["a" * 1_000_001, "天" * 1_000_000], ["x", "y"]), "lengths")
    assert (lengths["mark"], lengths["count"]) == ("warning", 1)


def test_several_labels_a_row_are_counted_each():
    found = report(["a", "b", "a", "c"], [["x", "y"], ["x"], ["y", "x"], []], held_out=[2])
    assert found["multi_label"]
    assert found["classes"] == [
        {"name": "x", "train": 2, "held_out": 1},
        {"name": "y", "train": 1, "held_out": 1},
    ]
    assert check(found, "rows without a label")["count"] == 1
    assert check(found, "same text, two labels")["count"] == 0
    assert check(found, "overlap")["count"] == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not here")
def test_imdb_has_no_overlap_and_every_duplicate_is_counted():
    corpus = read(SHARED / "imdb" / "train.parquet")
    train, held_out = split(corpus.labels, same_text=text_numbers(corpus.texts))
    found = data_report(corpus.texts, corpus.labels, train, held_out, corpus.source)
    assert check(found, "duplicate texts")["count"] == 25000 - len(set(corpus.texts.to_pylist()))
    assert check(found, "overlap")["count"] == 0
