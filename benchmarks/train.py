"""How fast is training, as a whole process, beside fastText with the same vectors, and how good is it?"""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
    EPOCHS,
    RATIOS,
    Goal,
    Result,
    arguments,
    data_file,
    interleaved_processes,
    peer,
    processes_table,
    read_texts,
    run,
    seconds_of,
    times_faster,
    training,
    write_fasttext,
)

from wordglass import TextEmbedder
from wordglass.vectors import VectorTable, load_vectors

RATES = (0.1, 0.05, 0.02, 0.01)  # fastText's default, and lower ones for where it stops with NaN
WORD = re.compile(r"\w+|[^\w\s]")
ALONE, SCORED, THEIRS = "wordglass train", "wordglass train, held-out file scored", "fastText"

FASTTEXT = """
import sys, fasttext
train, vectors, model, rate, epochs = sys.argv[1:]
fasttext.train_supervised(
    input=train, pretrainedVectors=vectors, dim=50, epoch=int(epochs), lr=float(rate), thread=2, verbose=0
).save_model(model)
"""


def main() -> None:
    """Time whole processes, interleaved, then compare what the models get right."""
    rounds = arguments(__doc__, rounds=3).rounds
    fasttext = peer("fasttext", "fasttext-numpy2-wheel")
    table = load_vectors("glove-6b-50d")
    parts = {part: read_texts("imdb", part) for part in ("train", "test")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_vectors(folder / "glove.vec", table)
        for part, (texts, labels) in parts.items():
            write_fasttext(folder / f"{part}.txt", map(cut, texts.to_pylist()), labels)
        rate = usable_rate(folder)
        processes = interleaved_processes(
            {
                ALONE: training("imdb", "--held-out", 0, "-o", folder / "alone"),
                SCORED: training("imdb", "--held-out", data_file("imdb", "test"), "-o", folder / "scored"),
                THEIRS: fasttext_process(folder, rate),
            },
            rounds,
        )
        ours = json.loads((folder / "scored" / "trace.json").read_text())["scores"]["accuracy"]["value"]
        theirs = fasttext.load_model(str(folder / "fasttext.bin")).test(str(folder / "test.txt"))[1]
    logistic = logistic_accuracy(table, parts)

    seconds = seconds_of(processes)
    lowered = "" if rate == RATES[0] else " (at higher ones it stopped with NaN)"
    Result(
        "train",
        __doc__,
        f"25,000 IMDb reviews, {EPOCHS} epochs, GloVe 6B 50d, from the start of the process to the saved "
        "model. wordglass reads a Parquet file of raw reviews, and its table of vectors as converted before. "
        "fastText reads reviews cut into lower-case words beforehand and a text file of the vectors, with 2 "
        f"threads and rate {rate:g}{lowered}, and trains the vectors further. Medians of {rounds} "
        f"interleaved rounds; {RATIOS}. Accuracies are on the 25,000 test reviews.",
        {
            "Training": processes_table(processes),
            "Accuracy": [
                {"model": f"wordglass, {EPOCHS} epochs", "accuracy": f"{ours:.4f}"},
                {
                    "model": "scikit-learn LogisticRegression, converged, same pooled features and C",
                    "accuracy": f"{logistic:.4f}",
                },
                {"model": f"fastText, {EPOCHS} epochs", "accuracy": f"{theirs:.4f}"},
            ],
        },
        [
            Goal("faster than fastText", times_faster(seconds, ALONE, THEIRS), least=5),
            Goal("the same, with the test reviews scored", times_faster(seconds, SCORED, THEIRS), least=5),
            Goal("accuracy above scikit-learn's, in points", 100 * (ours - logistic), least=0),
        ],
    ).finish(peers=("fasttext-numpy2-wheel",))


def cut(text: str) -> str:
    """A review as fastText gets it: lower-case words and marks between spaces."""
    return " ".join(WORD.findall(text.lower()))


def write_vectors(path: Path, table: VectorTable) -> None:
    """The table as text, which is how fastText takes vectors."""
    with path.open("w") as file:
        file.write(f"{len(table)} {table.dim}\n")
        for word, vector in zip(
            table.vocabulary.words.to_pylist(), table.rows.stored[1:, : table.dim], strict=True
        ):
            file.write(f"{word} {' '.join(map('{:.5g}'.format, vector.tolist()))}\n")


def fasttext_process(folder: Path, rate: float) -> list[str]:
    """The command that trains fastText with the vectors and saves its model."""
    files = (folder / "train.txt", folder / "glove.vec", folder / "fasttext.bin")
    return [sys.executable, "-c", FASTTEXT, *map(str, files), str(rate), str(EPOCHS)]


def usable_rate(folder: Path) -> float:
    """The highest of the rates at which fastText does not stop with "Encountered NaN"."""
    for rate in RATES:
        done = run(fasttext_process(folder, rate), check=False)
        if done.code == 0:
            return rate
        if "NaN" not in done.output:
            sys.exit(f"fastText failed:\n{done.output[-2000:]}")
    sys.exit(f"fastText stopped with NaN at every rate of {RATES}")


def logistic_accuracy(table: VectorTable, parts: dict[str, Any]) -> float:
    """What scikit-learn's logistic regression gets on the test reviews from the same features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    embed = TextEmbedder(table).fit([]).transform
    X = {part: embed(texts).astype(np.float64) for part, (texts, _) in parts.items()}
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, tol=1e-8, max_iter=1000))
    return float(model.fit(X["train"], parts["train"][1]).score(X["test"], parts["test"][1]))


if __name__ == "__main__":
    main()
