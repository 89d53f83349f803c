"""How fast do vectors get from a file to a table, and how fast is the table, beside gensim and fastText?"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from harness import (
    RATIOS,
    Goal,
    Process,
    Result,
    Row,
    arguments,
    interleaved,
    interleaved_processes,
    peer,
    processes_table,
    read_texts,
    seconds_of,
    times_faster,
    wordglass,
)

from wordglass.arrow import strings
from wordglass.vectors import VectorTable, load_vectors
from wordglass.vectors.export import export

OURS, GENSIM, LOOP = "wordglass vectors convert", "gensim load of the text", "NumPy, line by line"
OPEN, MAPPED = "wordglass opens its table", "gensim maps its own save"
LOOKUP, FANCY, VECTORS_FOR_ALL = (
    "wordglass table.vectors(words)",
    "gensim kv[words]",
    "gensim vectors_for_all",
)
NEAREST, MOST_SIMILAR = "wordglass neighbours", "gensim most_similar"
COMPOSED, THEIRS = "wordglass, words composed", "fastText get_word_vector"
WORDS = 100_000  # looked up, and composed
QUERIES = ("sunny", "king", "paris", "quickly", "1984", "happiness", "bank", "python", "the", "zebra")

LOAD_TEXT = """
import sys
from gensim.models import KeyedVectors
KeyedVectors.load_word2vec_format(sys.argv[1], binary=False, no_header=True)
"""
NUMPY_LOOP = """
import sys
import numpy as np
words, vectors = [], []
with open(sys.argv[1], encoding="utf-8") as file:
    for line in file:
        word, *numbers = line.rstrip("\\n").split(" ")
        words.append(word)
        vectors.append(np.array(numbers, dtype=np.float32))
vectors = np.stack(vectors)
"""
OPENING = """
import sys, time
from pathlib import Path
from wordglass.vectors.table import VectorTable
for _ in range(2):  # the first time in a process loads the kernels too
    clock = time.perf_counter()
    table = VectorTable.open(Path(sys.argv[1]))
    table.vector("the")
    print(time.perf_counter() - clock)
"""
MAPPING = """
import sys, time
from gensim.models import KeyedVectors
for _ in range(2):
    clock = time.perf_counter()
    KeyedVectors.load(sys.argv[1], mmap="r")["the"]
    print(time.perf_counter() - clock)
"""


def main() -> None:
    """Write GloVe's words with wide vectors as text, and time what is done with them."""
    rounds = arguments(__doc__, rounds=3).rounds
    peer("gensim", "gensim")
    table = load_vectors("glove-6b-50d")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text, megabytes = write_glove(folder / "glove.txt", table, 300)
        converted = converting(text, folder, rounds)
        text.unlink()
        opened = opening(table, folder, rounds)
        found, nearest = looking_up(table, rounds)
        composed = composing(folder, rounds)
    seconds = seconds_of(converted)
    first = {size: [run["first"] for run in runs] for size, runs in opened.items()}
    Result(
        "vectors",
        __doc__,
        f"Converting: {len(table):,} words of 300 numbers as GloVe text, {megabytes:,.0f} MB (GloVe's own "
        "words, its 50 numbers six times over, each time scaled anew), whole processes with the file in the "
        "system's cache. Opening: a table, and one word's vector from it, within a process; files in the "
        f"cache. Looking up: {WORDS:,} words drawn from GloVe's, as a list of str; neighbours: "
        f"{len(QUERIES)} words, 10 each, one thread. Composing: words that a skip-gram model of fastText "
        f"(300 numbers, trained on AG News) does not have, {WORDS:,} distinct ones. Medians of {rounds} "
        f"rounds; {RATIOS}.",
        {
            "Converting": processes_table(converted),
            "Opening": [
                {"table": size, "ms, first in a process": 1000 * median(first[size])}
                | {"ms, next": 1000 * median(run["next"] for run in runs)}
                for size, runs in opened.items()
            ],
            "Looking up": rates(found, WORDS),
            "Neighbours": [
                {"contender": who, "ms a word": 1000 * median(taken) / len(QUERIES)}
                for who, taken in nearest.items()
            ],
            "Composing": rates(composed, WORDS),
        },
        [
            Goal("convert, against gensim's load", times_faster(seconds, OURS, GENSIM), least=10),
            Goal("convert, against a NumPy line loop", times_faster(seconds, OURS, LOOP), least=3),
            Goal("open 400,000 x 50, ms", 1000 * median(first[f"{OPEN}, 400,000 x 50"]), most=20),
            Goal("open 2,000,000 x 300, ms", 1000 * median(first[f"{OPEN}, 2,000,000 x 300"]), most=50),
            Goal("look-up, against gensim's kv[words]", times_faster(found, LOOKUP, FANCY), least=5),
            Goal("the same, against vectors_for_all", times_faster(found, LOOKUP, VECTORS_FOR_ALL), least=5),
            Goal("neighbours of a word, ms", 1000 * median(nearest[NEAREST]) / len(QUERIES), most=10),
            Goal("composing, against get_word_vector", times_faster(composed, COMPOSED, THEIRS), least=1),
        ],
    ).finish(peers=("gensim", "fasttext-numpy2-wheel"))


def write_glove(path: Path, table: VectorTable, dim: int) -> tuple[Path, float]:
    """A text file as GloVe's, of a table's words and its numbers as often as they are needed; its MB."""
    wide = widened(table, dim).round(5).astype(np.float32)  # which are written with as many decimals
    export(VectorTable.of(table.vocabulary.words, wide), path, "glove")
    return path, path.stat().st_size / 1e6


def widened(table: VectorTable, dim: int) -> np.ndarray:
    """A table's vectors made wider, each repetition with another scale, as float64."""
    rows = table.rows.take(slice(1, None))[:, : table.dim].astype(float)
    return np.hstack([rows * (1 + k / 7) for k in range(-(-dim // table.dim))])[:, :dim]


def converting(text: Path, folder: Path, rounds: int) -> dict[str, list[Process]]:
    """Whole processes that read the text."""
    target = folder / "table"
    ours = wordglass("vectors", "convert", text, target)
    commands = {
        OURS: ["/bin/sh", "-c", 'rm -rf "$0" && exec "$@"', str(target), *ours],
        GENSIM: [sys.executable, "-c", LOAD_TEXT, str(text)],
        LOOP: [sys.executable, "-c", NUMPY_LOOP, str(text)],
    }
    return interleaved_processes(commands, rounds)


def opening(table: VectorTable, folder: Path, rounds: int) -> dict[str, list[dict[str, float]]]:
    """What opening tables takes within a process, first and next."""
    from gensim.models import KeyedVectors

    words = table.vocabulary.words.to_pylist()
    small, large = widened(table, 50).astype(np.float32), widened(table, 300).astype(np.float32)
    many = [f"{word}{k or ''}" for k in range(5) for word in words]
    commands = {}
    for size, listed, vectors in (
        ("400,000 x 50", words, small),
        ("2,000,000 x 300", many, np.tile(large, (5, 1))),
    ):
        ours, theirs = folder / f"{len(listed)}-ours", folder / f"{len(listed)}-gensim"
        VectorTable.of(strings(listed), vectors, name="benchmark").save(ours)
        saved = KeyedVectors(vectors.shape[1])
        saved.add_vectors(listed, vectors)
        saved.save(str(theirs))
        del saved, vectors
        commands[f"{OPEN}, {size}"] = [sys.executable, "-c", OPENING, str(ours)]
        commands[f"{MAPPED}, {size}"] = [sys.executable, "-c", MAPPING, str(theirs)]
    done = interleaved_processes(commands, rounds)
    for path in folder.glob("*-*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return {
        name: [dict(zip(("first", "next"), map(float, run.output.split()), strict=True)) for run in runs]
        for name, runs in done.items()
    }


def looking_up(table: VectorTable, rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of many words' vectors, and of the neighbours of a few."""
    from gensim.models import KeyedVectors
    from threadpoolctl import threadpool_limits

    words = table.vocabulary.words.to_pylist()
    theirs = KeyedVectors(table.dim)
    theirs.add_vectors(words, table.vectors(words))
    chosen = [words[i] for i in np.random.default_rng(0).choice(len(words), WORDS, replace=False)]
    found = interleaved(
        {
            LOOKUP: lambda: table.vectors(chosen),
            FANCY: lambda: theirs[chosen],
            VECTORS_FOR_ALL: lambda: theirs.vectors_for_all(chosen, copy_vecattrs=False),
        },
        rounds,
    )
    with threadpool_limits(1):
        nearest = interleaved(
            {
                NEAREST: lambda: [table.neighbours(word) for word in QUERIES],
                MOST_SIMILAR: lambda: [theirs.most_similar(word) for word in QUERIES],
            },
            rounds,
        )
    return found, nearest


def composing(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of the vectors of words that a fastText model does not have."""
    fasttext: Any = peer("fasttext", "fasttext-numpy2-wheel")
    texts, _ = read_texts("ag_news", "train")
    corpus, model = folder / "texts.txt", folder / "model.bin"
    corpus.write_text("\n".join(" ".join(text.lower().split()) for text in texts[:20_000].to_pylist()))
    theirs = fasttext.train_unsupervised(str(corpus), dim=300, epoch=1, thread=10, verbose=0)
    theirs.save_model(str(model))
    table = load_vectors(str(model))
    known = set(table.vocabulary.words.to_pylist())
    words = load_vectors("glove-6b-50d").vocabulary.words.to_pylist()
    unknown = [word for word in words if word not in known][:WORDS]
    return interleaved(
        {
            COMPOSED: lambda: table.vectors(unknown),
            THEIRS: lambda: [theirs.get_word_vector(word) for word in unknown],
        },
        rounds,
    )


def rates(seconds: dict[str, list[float]], count: int) -> list[Row]:
    """A row for each contender: words a second."""
    return [
        {"contender": name, "million words/s": count / median(taken) / 1e6} for name, taken in seconds.items()
    ]


if __name__ == "__main__":
    main()
