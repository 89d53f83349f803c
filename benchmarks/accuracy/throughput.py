"""Texts a second of wordglass, text to label, and of the transformer: run where sentence-transformers is."""

import json
import sys
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).resolve().parents[1]))  # for what all benchmarks share

import numpy as np
import splits
from contenders import Task, fitting
from encode import ENCODER
from harness import interleaved
from report import OURS, THROUGHPUT

from wordglass.vectors.distill import encoder_folder, load_encoder

ROUNDS = 3
TEXTS = (
    1000  # that the transformer encodes in a round; wordglass labels them as often as it takes to be timed
)
TIMES = 50


def main() -> None:
    """Time both on the same texts in turn, in single precision and with all cores."""
    pool, texts = splits.pool("ag_news"), splits.tested("ag_news").texts[:TEXTS]
    every = np.arange(len(pool.texts))
    predict = fitting(OURS)(Task("ag_news", every, pool.texts, pool.labels, seed=0, notes=[]))
    model = load_encoder(encoder_folder(ENCODER))
    seconds = interleaved(
        {
            "minilm": lambda: model.encode(texts, batch_size=64, normalize_embeddings=True),
            "wordglass": lambda: predict(texts * TIMES),
        },
        ROUNDS,
    )
    rates = {
        "minilm": TEXTS / median(seconds["minilm"]),
        "wordglass": TEXTS * TIMES / median(seconds["wordglass"]),
    }
    THROUGHPUT.write_text(json.dumps(rates) + "\n")
    print(", ".join(f"{name}: {rate:,.0f} texts/s" for name, rate in rates.items()))


if __name__ == "__main__":
    main()
