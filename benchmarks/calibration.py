"""How often is an answer right that is called 90% sure? The error of probabilities on large sets."""

from typing import Any

import numpy as np
from harness import Goal, Result, Row, read_texts
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from wordglass import TextClassifier
from wordglass.evaluate import BINS, scores

SETS = (
    "emotion",
    "crowdflower_tweets",
    "stackoverflow20",
    "banking77",
    "ag_news",
    "imdb",
    "mr",
    "sst2",
    "newsgroups20_body",
)  # of 5,000 training rows and more


def main() -> None:
    """Train with the defaults on all rows of each set, and compare probabilities with what came true."""
    rows: list[Row] = []
    for data in SETS:
        (texts, labels), (unseen, truth) = read_texts(data, "train"), read_texts(data, "test")
        ours = TextClassifier(held_out=0).fit(texts, labels)
        theirs = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
        theirs.fit(texts.to_pylist(), labels)
        judged = {
            "wordglass": ours.predict_proba(unseen),
            "TF-IDF + LR": theirs.predict_proba(unseen.to_pylist()),
        }
        own = np.searchsorted(ours.classes_, truth)
        found: dict[str, Any] = {
            name: scores(own, p, ours.classes_.tolist(), False) for name, p in judged.items()
        }
        rows.append(
            {"set": data, "rows": len(texts)}
            | {f"ECE, {name}": one["calibration_error"] for name, one in found.items()}
            | {f"Brier, {name}": one["brier"] for name, one in found.items()}
        )
    worst = max(rows, key=lambda row: row["ECE, wordglass"])
    Result(
        "calibration",
        __doc__ or "",
        "The default preset, which calibrates on rows out of fold, and scikit-learn's untuned TF-IDF + LR, "
        "trained on all training rows and measured on the test rows: the expected calibration error over "
        f"{BINS} bins, and the Brier score. The test part of newsgroups20_body is of later months than its "
        "training part, and calibration holds for texts of the kind that a model was trained on.",
        {"Probabilities": rows},
        [Goal(f"ECE on the worst set, {worst['set']}", worst["ECE, wordglass"], most=0.03)],
    ).finish()


if __name__ == "__main__":
    main()
