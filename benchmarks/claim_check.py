"""The claim measured again without wordglass: scikit-learn and NumPy alone, nothing shared but the rule.

    python benchmarks/claim_check.py ROWS.jsonl VECTORS.txt

ROWS has {"text", "label", "held_out"} a line, VECTORS a word and its numbers a line. Words are split by a
regular expression, pooled by NumPy, standardised, and told apart by LogisticRegressionCV; the draws are its
own. Prints JSON: for each of random, shuffled and TF-IDF the difference at every size with a 95% interval by
the pigeonhole bootstrap (Owen, 2007), and the verdict by the rule that wordglass states.
"""

import json
import re
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.preprocessing import StandardScaler

WORD = re.compile(r"n't|'\w+|\w+(?=n't)|\w+|[^\w\s]")
DRAWS, RESAMPLES = 4, 2000
CS = 10.0 ** np.arange(-4, 1)


def main() -> None:
    """Measure one set."""
    warnings.simplefilter("ignore")  # of fits that reach max_iter, and of C at the grid's ends
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    held = np.array([row["held_out"] for row in rows])
    labels = np.array([row["label"] for row in rows])
    texts = np.array([row["text"] for row in rows], object)
    words = [WORD.findall(text.lower()) for text in texts]
    vocabulary, vectors = read_vectors(sys.argv[2], set().union(*map(set, words)))
    truth, train = labels[held], np.flatnonzero(~held)
    counts = {label: int((labels[train] == label).sum()) for label in set(labels[train])}
    sizes: list[int | None] = []
    size = 8
    while sum(min(n, size) for n in counts.values()) <= 0.8 * len(train):
        sizes.append(size)
        size *= 2
    right: dict[str, dict[int | None, list[np.ndarray]]] = {}
    for size in [*sizes, None]:
        for draw in range(DRAWS):
            rng = np.random.default_rng([7, draw])  # another generator of draws than wordglass has
            own = drawn(train, labels, size, rng)
            tables = {
                "pretrained": vectors,
                "random": rng.normal(vectors.mean(axis=0), vectors.std(axis=0), vectors.shape),
                "shuffled": rng.permutation(vectors),
            }
            if size is None and draw:  # nothing of them is drawn any more
                right["pretrained"][size].append(right["pretrained"][size][0])
                right["tf-idf"][size].append(right["tf-idf"][size][0])
                del tables["pretrained"]
            for name, table in tables.items():
                X = pooled(words, vocabulary, table)
                scaler = StandardScaler().fit(X[own])
                guess = answer(scaler.transform(X[own]), labels[own], scaler.transform(X[held]), 1.0)
                right.setdefault(name, {}).setdefault(size, []).append(guess == truth)
            if size is None and draw:
                continue
            tfidf = TfidfVectorizer(sublinear_tf=True, analyzer=WORD.findall, lowercase=False)
            lowered = [text.lower() for text in texts]
            X = tfidf.fit_transform([lowered[i] for i in own])
            unseen = tfidf.transform([lowered[i] for i in np.flatnonzero(held)])
            guess = answer(X, labels[own], unseen, vectors.shape[1])
            right.setdefault("tf-idf", {}).setdefault(size, []).append(guess == truth)
    found = {}
    for other in ("random", "shuffled", "tf-idf"):
        differences = {
            "all" if size is None else str(size): interval(
                np.array(right["pretrained"][size], float) - np.array(right[other][size], float)
            )
            for size in [*sizes, None]
        }
        found[other] = {"verdict": verdict(list(differences.values())), "differences": differences}
    json.dump(found, sys.stdout)


def read_vectors(path: str, wanted: set[str]) -> tuple[dict[str, int], np.ndarray]:
    """The wanted words of a file and their vectors."""
    vocabulary, vectors = {}, []
    with Path(path).open(encoding="utf-8") as file:
        for line in file:
            word, _, numbers = line.rstrip("\n").partition(" ")
            if word in wanted and word not in vocabulary:
                vocabulary[word] = len(vectors)
                vectors.append(np.array(numbers.split(" "), float))
    return vocabulary, np.array(vectors)


def drawn(train: np.ndarray, labels: np.ndarray, size: int | None, rng: np.random.Generator) -> np.ndarray:
    """So many rows of each class, or all."""
    if size is None:
        return train
    order = rng.permutation(train)
    return np.concatenate([order[labels[order] == label][:size] for label in sorted(set(labels))])


def pooled(words: list[list[str]], vocabulary: dict[str, int], vectors: np.ndarray) -> np.ndarray:
    """The mean vector of each text."""
    out = np.zeros((len(words), vectors.shape[1]))
    for i, text in enumerate(words):
        ids = [vocabulary[word] for word in text if word in vocabulary]
        if ids:
            out[i] = vectors[ids].mean(axis=0)
    return out


def answer(X: object, y: np.ndarray, unseen: object, scale: float) -> np.ndarray:
    """Logistic regression, its C by cross-validation where every class has rows enough."""
    folds = min(5, int(np.unique(y, return_counts=True)[1].min()))
    Cs = CS * scale
    if folds < 2:
        return LogisticRegression(C=float(Cs[len(Cs) // 2]), max_iter=100).fit(X, y).predict(unseen)
    model = LogisticRegressionCV(Cs=Cs, cv=folds, scoring="neg_log_loss", max_iter=100, n_jobs=-1)
    return model.fit(X, y).predict(unseen)


def interval(differences: np.ndarray) -> list[float]:
    """The mean of differences (draws, rows), and its interval over draws and rows."""
    draws, rows = differences.shape
    rng = np.random.default_rng(1)
    means = [
        differences[rng.integers(0, draws, draws)].mean(axis=0)[rng.integers(0, rows, rows)].mean()
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(means, [0.025, 0.975])
    return [float(differences.mean()), float(low), float(high)]


def verdict(intervals: list[list[float]]) -> str:
    """The rule, as wordglass states it."""
    if any(high < 0 for _, _, high in intervals):
        return "fails"
    return "holds" if 2 * sum(low > 0 for _, low, _ in intervals) >= len(intervals) else "cannot tell"


if __name__ == "__main__":
    main()
