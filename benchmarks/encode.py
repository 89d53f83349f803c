"""How near is encoding (split, look up, mean-pool, 50 dimensions) to what the machine can do?"""

import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
from floor import floor_encoder
from harness import SHARED, Goal, Result, Row, arguments, interleaved, read_texts, repeated, size_of, times_faster

from wordglass.parallel import in_order, row_chunks
from wordglass.pooling import word_sums
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.vocabulary import buffers

SIZE = 20_000_000  # bytes of each kind of text at least: long enough to time
FLOOR = "the floor, C++ (imdb), 1 thread"
ENGLISH = "English reviews (imdb)"
TEXTS = {
    ENGLISH: ("imdb", "test"),
    "English tweets (crowdflower_tweets)": ("crowdflower_tweets", "train"),
    "Chinese reviews (waimai_10k)": ("waimai_10k", "train"),
    "German tweets (umsab_de)": ("umsab_de", "train"),
}


def encode(table: VectorTable, texts: pa.LargeStringArray, threads: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Texts to their mean vectors, (rows, dim), chunk by chunk as the folded scores are."""
    source = buffers(texts)
    X = np.empty((len(texts), table.dim), np.float32)

    def fill(rows: tuple[int, int]) -> None:
        sums, known = word_sums(table.vocabulary.lookup_rows(source, *rows), table.rows)
        X[slice(*rows)] = sums[:, : table.dim] / np.maximum(known, 1)[:, None]

    list(in_order(fill, row_chunks(source.offsets), threads))
    return X


def main() -> None:
    """Time the floor and every kind of text, interleaved."""
    rounds = arguments(__doc__, rounds=9).rounds
    table = load_vectors()
    texts = {name: repeated(read_texts(*where)[0], SIZE) for name, where in TEXTS.items()}
    contenders: dict[str, Callable[[], object]] = {
        f"{name}, {threads} thread{'s' * (threads > 1)}": partial(encode, table, texts[name], threads)
        for name in TEXTS
        for threads in (1, 2)
    }
    floor = floor_encoder(table, texts[ENGLISH])
    if floor:
        contenders = {FLOOR: floor, **contenders}
    else:
        print(f"the floor is absent ({SHARED / 'limit'}): only our own rates follow", file=sys.stderr)
    seconds = interleaved(contenders, rounds)

    size = {name: size_of(texts[name.rpartition(",")[0]]) / 1e6 for name in contenders if name != FLOOR}
    size[FLOOR] = size[f"{ENGLISH}, 1 thread"]
    rate = {name: size[name] / median(seconds[name]) for name in contenders}
    one, two = f"{ENGLISH}, 1 thread", f"{ENGLISH}, 2 threads"
    rows: list[Row] = [{"texts": name, "MB": size[name], "MB/s": rate[name]} for name in contenders]
    goals = [Goal("English, 2 threads against 1", times_faster(seconds, two, one), least=1.8, unit="times")]
    if floor:
        goals.insert(0, Goal("English, 1 thread, against the floor", times_faster(seconds, one, FLOOR), least=0.8))
    for name in TEXTS:
        if not name.startswith("English"):
            other = f"{name}, 1 thread"
            share = times_faster(seconds, other, one) * size[other] / size[one]
            goals.append(Goal(f"{name} against English, MB/s, 1 thread", share, least=0.5))
    Result(
        "encode",
        "How near is encoding (split, look up, mean-pool, 50 dimensions) to what this machine can do?",
        f"Arrow texts in, a matrix of GloVe 6B 50d means out; small sets are repeated to {SIZE / 1e6:.0f} MB. The floor "
        f"is hand-written AVX2 on one core, which knows ASCII alone. Medians of {rounds} interleaved rounds; ratios "
        "are medians of the rounds' ratios.",
        {"Encoding": rows},
        goals,
    ).finish()


if __name__ == "__main__":
    main()
