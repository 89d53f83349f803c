"""The split is stratified, seeded, complete, and keeps equal texts on one side."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.corpus import split, text_numbers, to_arrow
from wordglass.errors import ArgumentError, DataError

CLASSES = st.lists(st.integers(2, 40), min_size=2, max_size=8).map(
    lambda sizes: [name for name, size in zip("abcdefgh", sizes, strict=False) for _ in range(size)]
)


def is_a_partition(train, held_out, rows):
    return (
        train.dtype == held_out.dtype == np.int64
        and np.array_equal(np.sort(np.concatenate([train, held_out])), np.arange(rows))
        and np.array_equal(train, np.sort(train))
        and np.array_equal(held_out, np.sort(held_out))
    )


@given(CLASSES.flatmap(st.permutations), st.floats(0.01, 0.99), st.integers(0, 9))
def test_every_class_has_its_share_and_a_row_on_each_side(labels, share, seed):
    train, held_out = split(labels, share, seed)
    assert is_a_partition(train, held_out, len(labels))
    sizes = Counter(labels)
    in_train = Counter(labels[row] for row in train)
    in_held_out = Counter(labels[row] for row in held_out)
    assert set(in_train) == set(in_held_out) == set(sizes)
    lowest, highest = len(sizes), len(labels) - len(sizes)
    assert len(held_out) == min(max(round(len(labels) * share), lowest), highest)
    quotas = {name: size * len(held_out) / len(labels) for name, size in sizes.items()}
    if all(1 <= quota <= sizes[name] - 1 for name, quota in quotas.items()):  # no bound is in the way
        assert all(abs(in_held_out[name] - quota) < 1 for name, quota in quotas.items())


def test_proportions_are_by_largest_remainder():
    # 9 of 30 held out: quotas 5.1, 2.4 and 1.5; the seat left over goes to the remainder .5
    _, held_out = split(["a"] * 17 + ["b"] * 8 + ["c"] * 5, share=0.3)
    assert np.bincount(np.searchsorted([17, 25], held_out, side="right")).tolist() == [5, 2, 2]


def test_the_seed_decides_and_nothing_else():
    labels = ["a", "b"] * 100
    assert np.array_equal(split(labels, seed=3)[0], split(labels, seed=3)[0])
    assert not np.array_equal(split(labels, seed=3)[0], split(labels, seed=4)[0])


def test_rows_are_drawn_from_the_whole_of_a_class():
    held_out = np.concatenate([split(["a"] * 50 + ["b"] * 50, 0.5, seed)[1] for seed in range(40)])
    times = np.bincount(held_out, minlength=100)  # of 40, each row 20 expected
    assert times.min() > 5
    assert times.max() < 35


@given(CLASSES, st.data())
def test_train_size_is_met_exactly(labels, data):
    classes = len(set(labels))
    size = data.draw(st.integers(classes, len(labels) - classes))
    train, held_out = split(labels, train_size=size)
    assert len(train) == size
    assert is_a_partition(train, held_out, len(labels))


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, -3])
def test_a_train_size_that_leaves_a_class_without_a_row_is_refused(size):
    with pytest.raises(ArgumentError, match=f"train_size must be from 2 to 8 of 10 rows here, not {size}"):
        split(["a"] * 5 + ["b"] * 5, train_size=size)


@pytest.mark.parametrize("share", [-0.1, 1.0, 2, float("nan")])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ArgumentError, match="at least 0 and below 1"):
        split(["a", "b"] * 5, share)


def test_a_class_of_one_row_is_refused_with_its_name_and_row():
    with pytest.raises(DataError, match=r"class 'odd' has a single row, row 4: .* remove it, merge it"):
        split(["a", "b", "a", "odd", "b"])


def test_nothing_held_out_takes_every_row():
    train, held_out = split(["a", "b", "odd"], share=0)
    assert train.tolist() == [0, 1, 2]
    assert held_out.dtype == np.int64
    assert len(held_out) == 0


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30)), min_size=8, max_size=80),
    st.integers(0, 5),
)
def test_equal_texts_are_never_on_both_sides(rows, seed):
    rows = rows + [(name, 100 + i) for i, name in enumerate("aabbcc")]
    labels, texts = [name for name, _ in rows], [str(text) for _, text in rows]
    train, held_out = split(labels, 0.3, seed, same_text=text_numbers(to_arrow(texts)))
    assert is_a_partition(train, held_out, len(rows))
    assert not {texts[row] for row in train} & {texts[row] for row in held_out}
    assert len(held_out)


@given(st.lists(st.integers(1, 5), min_size=4, max_size=30), st.integers(0, 5))
def test_duplicates_leave_every_class_a_row_on_each_side(copies, seed):
    texts, labels = [], []
    for text, times in enumerate(copies):
        texts += [str(text)] * times
        labels += ["even" if text % 2 == 0 else "odd"] * times
    if 1 in Counter(labels).values():
        return
    train, held_out = split(labels, 0.2, seed, same_text=text_numbers(to_arrow(texts)))
    assert {labels[row] for row in train} == {labels[row] for row in held_out} == {"even", "odd"}


def test_duplicates_do_not_spoil_an_exact_train_size():
    texts = [f"text {row}" for row in range(190)] + [f"text {row}" for row in range(10)]
    labels = ["a" if int(text.split()[1]) % 2 else "b" for text in texts]
    assert len(split(labels, train_size=120, same_text=text_numbers(to_arrow(texts)))[0]) == 120


def test_a_class_that_is_one_text_stays_in_training():
    texts = ["same", "same"] + [str(i) for i in range(8)]
    train, _ = split(["x", "x"] + ["y"] * 8, same_text=text_numbers(to_arrow(texts)))
    assert {0, 1} <= set(train.tolist())


@given(st.lists(st.sets(st.sampled_from("abcde")), min_size=2, max_size=60), st.integers(0, 5))
def test_several_labels_a_row_are_split_by_the_rarest(sets, seed):
    labels = [sorted(of_row) for of_row in sets]
    train, held_out = split(labels, 0.25, seed)
    assert is_a_partition(train, held_out, len(labels))
    counts = Counter(label for of_row in labels for label in of_row)
    rarest = [min(of_row, key=lambda label: (counts[label], label), default="") for of_row in labels]
    strata = Counter(rarest)
    in_held_out = Counter(rarest[row] for row in held_out)
    assert all(1 <= in_held_out[name] < size for name, size in strata.items() if size > 1)
    assert all(in_held_out[name] == 0 for name, size in strata.items() if size == 1)
