"""Are pre-trained vectors more accurate, faster and content with less data than random ones, and than TF-IDF?

Runs ``wordglass.claim`` on five public sets, and an independent script (``claim_check.py``) on the same rows.
"""

import argparse
import json
import sys
import time
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from harness import data_file

from wordglass import claim
from wordglass.trace.claim import ClaimTrace
from wordglass.views.claims import ARMS, QUESTIONS, SIGNS
from wordglass.views.html.claim import largest

SETS = ("trec6", "sst2", "ag_news", "bbc_news", "stackoverflow20")
ROWS = 2_500  # of which a fifth is held out, so that 2,000 train
AT = (8, 64)  # labels a class at which the goals are


def main() -> None:
    """Measure it on every set, and compare."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--sets", nargs="*", choices=SETS, default=SETS)
    asked = ask.parse_args()
    claims: dict[str, Any] = {}
    seconds: dict[str, float] = {}
    for name in asked.sets:
        texts, labels = rows_of(name)
        clock = time.perf_counter()
        found = claim(texts, labels, source=name)
        seconds[name] = time.perf_counter() - clock
        claims[name] = found
        print(f"{name}: {seconds[name]:.1f} s", file=sys.stderr)


def rows_of(name: str) -> tuple[list[str], list[str]]:
    """Some training rows of a set, drawn by chance."""
    table = pq.read_table(data_file(name, "train"))
    rows = np.sort(np.random.default_rng(0).permutation(table.num_rows)[:ROWS])
    table = table.take(rows)
    return table["text"].to_pylist(), table["label"].to_pylist()
