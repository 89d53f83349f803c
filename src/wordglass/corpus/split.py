"""Which rows train and which are held out: stratified, seeded, and never the same text on both sides."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wordglass.errors import ArgumentError, DataError

Rows = npt.NDArray[np.int64]


def split(
    labels: Sequence[str] | Sequence[Sequence[str]],
    share: float = 0.2,
    seed: int = 0,
    *,
    train_size: int | None = None,
    same_text: Rows | None = None,
) -> tuple[Rows, Rows]:
    """Row numbers, from 0 and ascending, of the training part and of the part held out.

    Every class keeps its proportion by the method of largest remainders and has a row on each side. Of
    ``train_size`` and ``share`` (of the rows held out) the first wins. Rows of one text, which have the same
    number in ``same_text`` (see ``text_numbers``), stay together, so a class whose rows are all one text
    stays in training. Rows with several labels count for the rarest of
    them, and stay in training where no other row counts for it.

    Errors: ArgumentError where a part would be too small to hold a row of each class; DataError for a class
    with a single row.

    >>> train, held_out = split(["ham"] * 8 + ["spam"] * 2, share=0.5)
    >>> len(train), len(held_out)
    (5, 5)
    """
    rows = len(labels)
    if not 0 <= share < 1:
        raise ArgumentError(f"the share held out must be at least 0 and below 1, not {share}")
    if train_size is None and share == 0:
        return np.arange(rows), np.arange(0)
    units = np.arange(rows) if same_text is None else same_text
    strata = _strata(labels, units)  # (units,)
    sizes = np.bincount(units)  # (units,) rows
    counts = np.bincount(strata, weights=sizes).astype(np.int64)  # (strata,) rows
    single = np.bincount(strata) == 1
    floor, ceiling = np.where(single, 0, 1), np.where(single, 0, counts - 1)
    if train_size is None:
        wanted = int(np.clip(round(rows * share), floor.sum(), ceiling.sum()))
    else:
        wanted = rows - train_size
        if not floor.sum() <= wanted <= ceiling.sum():
            low, high = rows - ceiling.sum(), rows - floor.sum()
            raise ArgumentError(
                f"train_size must be from {low} to {high} of {rows} rows here, not {train_size}"
            )
    targets = _apportion(counts, wanted, floor, ceiling)

    shuffled = np.random.Generator(np.random.PCG64(seed)).permutation(len(strata))
    by_stratum = shuffled[np.argsort(strata[shuffled], kind="stable")]
    chosen = np.zeros(len(strata), dtype=bool)
    for members, target in zip(
        np.split(by_stratum, np.cumsum(np.bincount(strata))[:-1]), targets, strict=True
    ):
        chosen[_fill(members, sizes[members], int(target))] = True
    return np.flatnonzero(~chosen[units]), np.flatnonzero(chosen[units])


def _strata(labels: Sequence[str] | Sequence[Sequence[str]], units: Rows) -> Rows:
    """The stratum of each unit, a unit being the rows of one text: the rarest of its labels."""
    sets = [(label,) if isinstance(label, str) else tuple(label) for label in labels]
    counts = Counter(label for labels_of_row in sets for label in labels_of_row)
    multi_label = any(not isinstance(label, str) for label in labels)
    if not multi_label:
        for name, count in counts.items():
            if count == 1:
                raise DataError(
                    f"class {name!r} has a single row, row {list(labels).index(name) + 1}: it cannot train "
                    "and be held out; remove it, merge it into another class, or hold nothing out"
                )
    rank = {name: i for i, name in enumerate(sorted(counts, key=lambda name: (counts[name], name)), 1)}
    ranks = np.array([min((rank[label] for label in of_row), default=0) for of_row in sets], dtype=np.int64)
    rarest = np.full(units.max(initial=-1) + 1, len(rank) + 1)
    np.minimum.at(rarest, units, np.where(ranks == 0, len(rank) + 1, ranks))
    strata: Rows = np.unique(rarest, return_inverse=True)[1].astype(np.int64)
    return strata


def _apportion(counts: Rows, wanted: int, floor: Rows, ceiling: Rows) -> Rows:
    """Largest remainders: whole numbers near each class's share of ``wanted``, in bounds, summing to it."""
    quota = counts * (wanted / max(counts.sum(), 1))
    seats: Rows = np.clip(np.floor(quota).astype(np.int64), floor, ceiling)
    while (short := wanted - seats.sum()) != 0:
        remainder = quota - seats
        if short > 0:
            seats[np.argmax(np.where(seats < ceiling, remainder, -np.inf))] += 1
        else:
            seats[np.argmin(np.where(seats > floor, remainder, np.inf))] -= 1
    return seats


def _fill(members: Rows, sizes: Rows, target: int) -> Rows:
    """Units in their shuffled order, each taken that still fits; the smallest where none does."""
    if sizes.max() == 1:
        return members[:target]
    taken, room = [], target
    for member, size in zip(members.tolist(), sizes.tolist(), strict=True):
        if size <= room:
            taken.append(member)
            room -= size
        if room == 0:
            break
    if not taken and target:
        taken = [int(members[np.argmin(sizes)])]
    return np.array(taken, dtype=np.int64)
