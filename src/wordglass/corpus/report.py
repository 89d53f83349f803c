"""The data report: what is wrong with texts and labels, said before anything is trained on them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wordglass.arrow import to_numpy
from wordglass.corpus.texts import is_blank, text_numbers
from wordglass.trace.document import Check, ClassSize, DataReport, Lengths, Mark
from wordglass.trace.numbers import plural

FEW_ROWS = 50  # training rows below which held-out figures say little
SKEW = 10  # times that the largest class may exceed the smallest
LONG_TEXT = 1_000_000  # characters: a book; likelier a file read as one text

Rows = npt.NDArray[np.int64]


def data_report(
    texts: pa.LargeStringArray,
    labels: Sequence[str] | Sequence[Sequence[str]],
    train_rows: Rows,
    held_out_rows: Rows,
    source: str = "memory",
    same_text: Rows | None = None,
) -> DataReport:
    """Counts and checks of labelled texts, each check marked good, warning or bad.

    ``train_rows`` and ``held_out_rows`` number rows of ``texts`` and ``labels`` from 0; lengths are in
    characters. A held-out file of its own is appended to the training rows first. ``same_text`` are the
    texts' ``text_numbers``, where they are known already.

    >>> from wordglass.corpus import to_arrow
    >>> report = data_report(to_arrow(["a", "a", "b"]), ["x", "x", "y"], np.array([0, 2]), np.array([1]))
    >>> [check["sentence"] for check in report["checks"] if check["check"] == "overlap"]
    ['1 of 1 held-out rows have a text that is also trained on: held-out scores flatter the model']
    """
    sets = [(label,) if isinstance(label, str) else tuple(label) for label in labels]
    names = sorted({name for of_row in sets for name in of_row})
    multi_label = any(not isinstance(label, str) for label in labels)
    row_of, class_of = _pairs(sets, names)
    in_train = np.zeros(len(texts), dtype=bool)
    in_train[train_rows] = True
    in_held_out = np.zeros(len(texts), dtype=bool)
    in_held_out[held_out_rows] = True
    train_counts = np.bincount(class_of[in_train[row_of]], minlength=len(names)).tolist()
    held_counts = np.bincount(class_of[in_held_out[row_of]], minlength=len(names)).tolist()
    classes: list[ClassSize] = [
        {"name": name, "train": train, "held_out": held_out}
        for name, train, held_out in zip(names, train_counts, held_counts, strict=True)
    ]
    text_of = text_numbers(texts) if same_text is None else same_text
    lengths = _lengths(texts)
    checks = [
        _rows(len(train_rows), len(held_out_rows)),
        _class_sizes(classes, multi_label),
        _unseen(classes),
        _labels(sets),
        _blank(texts),
        _duplicates(text_of),
        _conflicts(text_of, sets),
        _overlap(text_of, train_rows, held_out_rows),
        _long(lengths, texts),
        *_characters(texts),
    ]
    return {
        "source": source,
        "rows": len(texts),
        "train_rows": len(train_rows),
        "held_out_rows": len(held_out_rows),
        "multi_label": multi_label,
        "classes": classes,
        "lengths": lengths,
        "checks": [check for check in checks if check is not None],
    }


def _pairs(sets: list[tuple[str, ...]], names: list[str]) -> tuple[Rows, Rows]:
    """The row and the class of every label."""
    number = {name: i for i, name in enumerate(names)}
    rows = np.repeat(np.arange(len(sets)), np.fromiter(map(len, sets), np.int64, len(sets)))
    classes = np.fromiter((number[name] for of_row in sets for name in of_row), np.int64, len(rows))
    return rows, classes


def _lengths(texts: pa.LargeStringArray) -> Lengths:
    characters = to_numpy(pc.utf8_length(texts))  # (rows,)
    if not len(characters):
        return {"shortest": 0, "median": 0.0, "mean": 0.0, "p95": 0.0, "longest": 0}
    median, p95 = np.percentile(characters, [50, 95])
    return {
        "shortest": int(characters.min()),
        "median": float(median),
        "mean": float(characters.mean()),
        "p95": float(p95),
        "longest": int(characters.max()),
    }


def _check(name: str, count: int, mark: Mark, found: str, none: str) -> Check:
    """A finding that is good where its count is zero."""
    sentence = found if count else none
    return {"check": name, "mark": mark if count else "good", "sentence": sentence, "count": count}


def _rows(train: int, held_out: int) -> Check:
    sentence = f"{train:,} rows to train on, {held_out:,} held out"
    if train < FEW_ROWS:
        return {"check": "rows", "mark": "warning", "sentence": f"only {sentence}", "count": train + held_out}
    return {"check": "rows", "mark": "good", "sentence": sentence, "count": train + held_out}


def _class_sizes(classes: list[ClassSize], multi_label: bool) -> Check:
    """``count`` is the number of classes."""
    if len(classes) < 2:
        sentence = f"{len(classes)} class: there is nothing to tell apart"
        return {"check": "classes", "mark": "bad", "sentence": sentence, "count": len(classes)}
    sizes = [size["train"] for size in classes]
    least, most = classes[int(np.argmin(sizes))], classes[int(np.argmax(sizes))]
    if least["train"] == most["train"]:
        sentence = f"{len(classes)} classes of {most['train']:,} training rows each"
    else:
        sentence = (
            f"{len(classes)} classes; training rows from {least['train']:,} ({least['name']}) "
            f"to {most['train']:,} ({most['name']})"
        )
    skewed = most["train"] > SKEW * least["train"]
    if skewed:
        advice = "" if multi_label else "; consider balanced class weights"
        sentence += f": more than {SKEW} times as many{advice}"
    return {
        "check": "classes",
        "mark": "warning" if skewed else "good",
        "sentence": sentence,
        "count": len(classes),
    }


def _unseen(classes: list[ClassSize]) -> Check | None:
    unseen = [size for size in classes if not size["train"]]
    if not unseen:
        return None
    names = ", ".join(size["name"] for size in unseen[:5]) + (", ..." if len(unseen) > 5 else "")
    return {
        "check": "unseen classes",
        "mark": "bad",
        "sentence": f"{len(unseen)} of {len(classes)} classes have no training row: {names}",
        "count": sum(size["held_out"] for size in unseen),
    }


def _labels(sets: list[tuple[str, ...]]) -> Check | None:
    """Only several labels a row can be none."""
    without = sum(not of_row for of_row in sets)
    if not without:
        return None
    sentence = f"{without:,} rows have no label: they train every class as examples of what it is not"
    return {"check": "rows without a label", "mark": "warning", "sentence": sentence, "count": without}


def _blank(texts: pa.LargeStringArray) -> Check:
    blank = int(is_blank(texts).true_count)
    mark: Mark = "bad" if blank == len(texts) else "warning"
    return _check(
        "empty texts", blank, mark, f"nothing but white space in {plural(blank, 'text')}", "no text is empty"
    )


def _duplicates(text_of: Rows) -> Check:
    extra = len(text_of) - len(np.unique(text_of))
    found = f"the text of an earlier row in {plural(extra, 'row')}"
    return _check("duplicate texts", extra, "warning", found, "no text occurs twice")


def _conflicts(text_of: Rows, sets: list[tuple[str, ...]]) -> Check:
    repeated = np.flatnonzero(np.bincount(text_of)[text_of] > 1) if len(text_of) else text_of
    labels_of: dict[int, set[frozenset[str]]] = {}
    for row, text in zip(repeated.tolist(), text_of[repeated].tolist(), strict=True):
        labels_of.setdefault(text, set()).add(frozenset(sets[row]))
    torn = sum(len(labels_of[text]) > 1 for text in text_of[repeated].tolist())
    found = (
        f"{torn:,} rows have a text that also stands under another label: no model can get all of them right"
    )
    return _check("same text, two labels", torn, "warning", found, "no text stands under two labels")


def _overlap(text_of: Rows, train_rows: Rows, held_out_rows: Rows) -> Check | None:
    if not len(held_out_rows):
        return None
    shared = int(np.isin(text_of[held_out_rows], text_of[train_rows]).sum())
    found = (
        f"{shared:,} of {len(held_out_rows):,} held-out rows have a text that is also trained on: "
        "held-out scores flatter the model"
    )
    return _check("overlap", shared, "bad", found, "no held-out text is also trained on")


def _long(lengths: Lengths, texts: pa.LargeStringArray) -> Check:
    spread = f"the median text has {lengths['median']:,.0f} characters, the longest {lengths['longest']:,}"
    long = 0
    if lengths["longest"] > LONG_TEXT:
        long = int((to_numpy(pc.utf8_length(texts)) > LONG_TEXT).sum())
    found = f"{spread}; {long:,} of more than {LONG_TEXT:,}: is each one text?"
    return _check("lengths", long, "warning", found, spread)


def _characters(texts: pa.LargeStringArray) -> list[Check]:
    """Every pattern begins with a fixed byte, to which the matcher skips: milliseconds, not seconds."""
    replaced = _count(_matching(texts, "\ufffd"))
    # C1 controls are what Windows-1252 quotes and dashes turn into when they are read as Latin-1.
    controls = _count(_matching(texts.cast(pa.large_binary()), b"\xc2[\x80-\x9f]"))
    nul = _count(_matching(texts, "\x00"))
    tags = _matching(texts, "</?[a-zA-Z][^<>]*>")
    html = _count(pc.or_(tags, _matching(texts, "&(?:#[0-9]+|[a-zA-Z]+);")))
    return [
        _check(
            "replacement characters",
            replaced,
            "warning",
            f"U+FFFD in {plural(replaced, 'text')}: decoding lost a character there; decode again",
            "no text holds U+FFFD, which stands where decoding lost a character",
        ),
        _check(
            "C1 controls",
            controls,
            "warning",
            f"characters U+0080 to U+009F in {plural(controls, 'text')}: Windows-1252 read as Latin-1?",
            "no text holds C1 control characters, the sign of a wrong encoding",
        ),
        _check(
            "NUL", nul, "warning", f"NUL characters in {plural(nul, 'text')}", "no text holds a NUL character"
        ),
        _check(
            "HTML",
            html,
            "warning",
            f"what looks like HTML, such as <br> or &amp;, in {plural(html, 'text')}: it is read as words",
            "no text holds what looks like HTML",
        ),
    ]


def _matching(texts: pa.Array, pattern: str | bytes) -> pa.BooleanArray:
    return pc.match_substring_regex(texts, pattern)


def _count(rows: pa.BooleanArray) -> int:
    return int(rows.true_count)
