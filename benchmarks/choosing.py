"""What do the choices of training cost and bring, beside one untuned TF-IDF + LR and fastText's autotune?"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from harness import (
    RATIOS,
    Goal,
    Result,
    Row,
    arguments,
    interleaved,
    peer,
    read_texts,
    times_faster,
    write_fasttext,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from wordglass import TextClassifier

sys.path.append(str(Path(__file__).parent / "accuracy"))
from peers.tables import cut

DATA = "ag_news"
OURS, THEIRS, TUNED = "wordglass balanced", "TF-IDF + LR, untuned", "fastText, autotune"
OUT = 10  # one training row of so many is what autotune is judged by


def main() -> None:
    """Train all three on the same rows, and score what they say of the test rows."""
    asked = arguments(__doc__, rounds=3, autotune_seconds=300)  # fastText's default
    fasttext = peer("fasttext", "fasttext-numpy2-wheel")
    (texts, labels), (unseen, truth) = read_texts(DATA, "train"), read_texts(DATA, "test")
    listed = texts.to_pylist()
    trained: dict[str, Any] = {}

    def balanced() -> None:
        trained[OURS] = TextClassifier(held_out=0).fit(texts, labels)

    def logistic() -> None:
        model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
        trained[THEIRS] = model.fit(listed, labels)

    seconds = interleaved({OURS: balanced, THEIRS: logistic}, asked.rounds)
    with tempfile.TemporaryDirectory() as name:
        clock = time.perf_counter()
        tuned = autotuned(fasttext, Path(name), listed, labels, asked.autotune_seconds)
        spent = time.perf_counter() - clock
    guessed = [labels_of(tuned, text) for text in unseen.to_pylist()]

    ours, theirs = (score(trained[name].predict(unseen.to_pylist()), truth) for name in (OURS, THEIRS))
    best = score(guessed, truth)
    median = {name: statistics.median(taken) for name, taken in seconds.items()}
    rows: list[Row] = [
        {"classifier": OURS, "seconds": median[OURS], "accuracy": f"{ours:.4f}"},
        {"classifier": THEIRS, "seconds": median[THEIRS], "accuracy": f"{theirs:.4f}"},
        {"classifier": TUNED, "seconds": spent, "accuracy": f"{best:.4f}"},
    ]
    Result(
        "choosing",
        __doc__ or "",
        f"{len(texts):,} texts of AG News, from texts and labels in memory to a model; accuracy on "
        f"{len(truth):,} others. wordglass chooses among its heads and weighs them; scikit-learn's "
        "TfidfVectorizer and LogisticRegression have their defaults and try nothing; fastText's autotune has "
        f"{asked.autotune_seconds} s and a tenth of the rows to judge by. Medians of {asked.rounds} "
        f"interleaved rounds, of autotune one run; {RATIOS}.",
        {"Training": rows},
        [
            Goal(
                "times the seconds of TF-IDF + LR, untuned", 1 / times_faster(seconds, OURS, THEIRS), most=3
            ),
            Goal("share of autotune's seconds", median[OURS] / spent, most=0.1),
            Goal("points over autotune", 100 * (ours - best), least=0),
        ],
    ).finish(peers=("fasttext-numpy2-wheel",))


def autotuned(fasttext: Any, folder: Path, texts: list[str], labels: list[str], seconds: int) -> Any:
    """A fastText model with settings that its own search finds on some of the rows, trained on the others."""
    lines = [" ".join(cut(text)) for text in texts]
    for name, ours in (("rest", False), ("judged", True)):
        own = [i for i in range(len(lines)) if (i % OUT == 0) == ours]
        write_fasttext(folder / name, [lines[i] for i in own], [labels[i].replace(" ", "_") for i in own])
    return fasttext.train_supervised(
        input=str(folder / "rest"),
        autotuneValidationFile=str(folder / "judged"),
        autotuneDuration=seconds,
        thread=2,
        verbose=0,
    )


def labels_of(model: Any, text: str) -> str:
    """What a fastText model calls a text."""
    return str(model.predict(" ".join(cut(text)))[0][0]).removeprefix("__label__").replace("_", " ")


def score(guessed: Any, truth: list[str]) -> float:
    """The share of rows that are right."""
    return statistics.mean(one == other for one, other in zip(guessed, truth, strict=True))


if __name__ == "__main__":
    main()
