"""The runs that have been made, and which budgets of which sets are worth one."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import splits

RUNS = Path(__file__).resolve().parents[2] / "build" / "accuracy" / "runs.jsonl"
BUDGETS = (8, 64, 512, None)  # labels a class; None for all
NEARLY = 0.95  # of all rows: a budget that draws as many is no budget of its own


def read_runs() -> Iterator[dict[str, Any]]:
    """The latest of every run, in the order of the file."""
    if RUNS.exists():
        latest = {key(run): run for run in map(json.loads, RUNS.read_text().splitlines())}
        yield from latest.values()


def key(run: dict[str, Any]) -> tuple[str, str, int | None, int]:
    """What tells a run from others."""
    return run["contender"], run["set"], run["labels"], run["seed"]


@cache
def is_all(data: str, labels: int) -> bool:
    """Whether so many labels a class are all rows of a set, or nearly."""
    return len(splits.draw(data, labels, seed=0)) >= NEARLY * len(splits.pool(data).texts)


def budget(text: str) -> int | None:
    """A budget as it is asked for: a number of labels a class, or ``all``."""
    return None if text == "all" else int(text)
