"""How near is encoding (split, look up, mean-pool, 50 dimensions) to what the machine can do?"""

import sys
from collections.abc import Callable
from functools import partial
from statistics import median

from floor import floor_encoder
from harness import (
    RATIOS,
    SHARED,
    Goal,
    Result,
    Row,
    arguments,
    interleaved,
    read_texts,
    repeated,
    size_of,
    times_faster,
)

from wordglass import TextEmbedder
from wordglass.vectors import load_vectors

SIZE = 20_000_000  # bytes of each kind of text at least: long enough to time
FLOOR = "the floor, C++: English reviews"
ENGLISH = "English reviews (imdb)"
TEXTS = {
    ENGLISH: ("imdb", "test"),
    "English tweets (crowdflower_tweets)": ("crowdflower_tweets", "train"),
    "Chinese reviews (waimai_10k)": ("waimai_10k", "train"),
    "German tweets (umsab_de)": ("umsab_de", "train"),
}

Contender = tuple[str, int]  # kind of text, threads


def main() -> None:
    """Time the floor and every kind of text, interleaved."""
    rounds = arguments(__doc__, rounds=9).rounds
    table = load_vectors("glove-6b-50d")
    texts = {name: repeated(read_texts(*where)[0], SIZE) for name, where in TEXTS.items()}
    contenders: dict[Contender, Callable[[], object]] = {
        (name, threads): partial(TextEmbedder(table, threads=threads).fit([]).transform, texts[name])
        for name in TEXTS
        for threads in (1, 2)
    }
    floor = floor_encoder(table, texts[ENGLISH])
    if floor:
        contenders = {(FLOOR, 1): floor, **contenders}
        texts[FLOOR] = texts[ENGLISH]
    else:
        print(f"the floor is absent ({SHARED / 'limit'}): only our own rates follow", file=sys.stderr)
    seconds = interleaved(contenders, rounds)

    megabytes = {name: size_of(texts[name]) / 1e6 for name in texts}
    rows: list[Row] = [
        {
            "texts": name,
            "threads": threads,
            "MB": megabytes[name],
            "MB/s": megabytes[name] / median(seconds[name, threads]),
        }
        for name, threads in contenders
    ]
    one, two = (ENGLISH, 1), (ENGLISH, 2)
    goals = [Goal(f"{ENGLISH}, 2 threads against 1", times_faster(seconds, two, one), least=1.8)]
    if floor:
        goals.insert(
            0, Goal(f"{ENGLISH} against the floor", times_faster(seconds, one, (FLOOR, 1)), least=0.8)
        )
    for name in ("Chinese reviews (waimai_10k)", "German tweets (umsab_de)"):
        share = times_faster(seconds, (name, 1), one) * megabytes[name] / megabytes[ENGLISH]
        goals.append(Goal(f"{name} against {ENGLISH}", share, least=0.5))
    Result(
        "encode",
        __doc__,
        "Arrow texts in, a matrix of GloVe 6B 50d means out (`TextEmbedder.transform`); small sets are "
        f"repeated to {SIZE / 1e6:.0f} MB. The floor is hand-written AVX2 on one core, which splits by ASCII "
        f"rules alone. Medians of {rounds} interleaved rounds; {RATIOS}, in MB/s on one thread where nothing "
        "else is said.",
        {"Encoding": rows},
        goals,
    ).finish()


if __name__ == "__main__":
    main()
