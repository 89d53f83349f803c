"""The folder in which a learner works: copies of the model and of some of its rows."""

import json
from pathlib import Path

import numpy as np

from wordglass.arrow import take
from wordglass.errors import DataError
from wordglass.opened import Opened
from wordglass.parts import Rows

MODEL, TRAINING, HELD_OUT = "my.model", "rows.jsonl", "held-out.jsonl"
OURS = (MODEL, TRAINING, HELD_OUT)
MOST = 1_000  # rows of a file


def furnish(opened: Opened, folder: Path) -> None:
    """Write the model and, where they are at hand, some of its rows into a folder."""
    opened.classifier.save(folder / MODEL)
    if at_hand(opened):
        parts = opened.rows.parts
        for name, rows in ((TRAINING, parts.train), (HELD_OUT, parts.test)):
            if len(rows):
                (folder / name).write_text(_lines(opened, some(rows).tolist()), encoding="utf-8")


def some(rows: Rows) -> Rows:
    """At most so many rows as a file has, drawn from all, in their order."""
    return np.sort(np.random.default_rng(0).permutation(rows)[:MOST])


def at_hand(opened: Opened) -> bool:
    """Whether the rows of a model can be had."""
    try:
        return len(opened.rows.parts.train) > 0
    except DataError:
        return False


def _lines(opened: Opened, rows: list[int]) -> str:
    """Rows of the data as JSON Lines, which can hold several labels a text."""
    parts = opened.rows.parts
    several = parts.targets.multi_label
    lines = []
    for row, text in zip(rows, take(parts.texts, np.array(rows)).to_pylist(), strict=True):
        names = parts.targets.names_of(row)
        lines.append(json.dumps({"text": text, "label": names if several else names[0]}, ensure_ascii=False))
    return "\n".join(lines) + "\n"
