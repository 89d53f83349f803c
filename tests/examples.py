"""Small true traces: a logistic regression that scikit-learn fits on a few sentences, with all its numbers.

The words' vectors are random but fixed; everything computed from them is real.
"""

import re
import warnings
from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from wordglass.trace.document import VERSION, Epoch, PredictionTrace, Scores, TrainingTrace
from wordglass.trace.observations import observe

SENTENCES = [
    ("I love sunny days", "weather"),
    ("rain and wind all week", "weather"),
    ("the striker scored twice", "sport"),
    ("a late goal won the match", "sport"),
    ("shares fell as rates rose", "business"),
    ("the bank cut its rates", "business"),
    ("snow fell all night", "weather"),
    ("the team won again", "sport"),
    ("profits rose at the bank", "business"),
]
HELD_OUT = [
    ("the wind fell at night", "weather"),
    ("twice the team scored", "sport"),
    ("the bank scored a late goal", "business"),
]
CLASSES = ["business", "sport", "weather"]
UNKNOWN = {"striker", "snow"}
DIM = 10


def tokens_of(text):
    return [(match[0].lower(), *match.span()) for match in re.finditer(r"\w+|[^\w\s]", text)]


@cache
def table():
    rng = np.random.default_rng(7)
    words = sorted({word for text, _ in SENTENCES + HELD_OUT for word, _, _ in tokens_of(text)} - UNKNOWN)
    return {word: (row, rng.normal(size=DIM)) for row, word in enumerate(words)}


def pooled(text):
    vectors = [table()[word][1] for word, _, _ in tokens_of(text) if word in table()]
    return np.mean(vectors, axis=0) if vectors else np.zeros(DIM)


@cache
def model(iterations=200):
    X = np.array([pooled(text) for text, _ in SENTENCES])
    return LogisticRegression(C=5.0, max_iter=iterations).fit(X, [label for _, label in SENTENCES])


def prediction(text="I love sunny days", truth=("weather",)) -> PredictionTrace:
    head, tokens = model(), tokens_of(text)
    known = sum(word in table() for word, _, _ in tokens)
    traced = []
    for word, start, end in tokens:
        row, vector = table().get(word, (None, None))
        first_byte = len(text[:start].encode("utf-8", "surrogatepass"))
        token = {
            "token": word,
            "start": start,
            "end": end,
            "start_byte": first_byte,
            "end_byte": first_byte + len(text[start:end].encode("utf-8", "surrogatepass")),
            "known": vector is not None,
            "row": row,
            "word": None if row is None else word,
            "norm": None if vector is None else float(np.linalg.norm(vector)),
            "counted": vector is not None,
        }
        by_vector = np.zeros(3) if vector is None else head.coef_ @ vector / known
        token["by_vector"], token["as_word"] = (0.7 * by_vector).tolist(), (0.3 * by_vector).tolist()
        token["shares"] = by_vector.tolist()
        if vector is not None:
            token["vector"] = vector[:8].tolist()
        traced.append(token)
    scores = head.decision_function([pooled(text)])[0]
    probabilities = head.predict_proba([pooled(text)])[0]
    winner = int(np.argmax(scores))
    return {
        "format": "wordglass-trace",
        "version": VERSION,
        "kind": "prediction",
        "text": text,
        "tokens": traced,
        "pairs": [],
        "known": known,
        "dimensions": DIM,
        "vectors": "ten random numbers a word",
        "pooling": "mean",
        "pooled": pooled(text).tolist(),
        "outputs": [
            {
                "name": name,
                "bias": float(bias),
                "score": float(score),
                "probability": float(probability),
                "threshold": None,
            }
            for name, bias, score, probability in zip(
                CLASSES, head.intercept_, scores, probabilities, strict=True
            )
        ],
        "predicted": [CLASSES[winner]],
        "truth": None if truth is None else list(truth),
        "sum_of_shares": float(sum(token["shares"][winner] for token in traced)),
    }


def interval(value):
    return {"value": value, "low": max(value - 0.0521, 0.0), "high": min(value + 0.0432, 1.0)}


def kept(which, words, int8=False):
    return {"which": which, "words": words, "of": 31, "int8": int8}


def scores(classes=tuple(CLASSES), confusion=((41, 2, 1), (0, 52, 0), (3, 0, 1037))) -> Scores:
    return {
        "rows": 1136,
        "accuracy": interval(0.9947),
        "macro_f1": interval(0.97318),
        "log_loss": 0.031416,
        "brier": 0.0110204,
        "calibration_error": 0.00731,
        "classes": [
            {
                "name": name,
                "precision": 0.93182,
                "recall": 0.93182 + k / 100,
                "f1": 0.93182,
                "support": 44 + k,
                "threshold": None,
            }
            for k, name in enumerate(classes)
        ],
        "confusion": [list(row) for row in confusion],
        "reliability": [
            {
                "low": k / 10,
                "high": (k + 1) / 10,
                "rows": 0 if k < 4 else 7**k % 990,
                "confidence": (k + 0.52) / 10,
                "accuracy": (k + 0.41) / 10,
            }
            for k in range(10)
        ],
        "abstaining": [
            {"coverage": rows / 1136, "least": least, "rows": rows, "accuracy": accuracy}
            for rows, least, accuracy in (
                (1136, 0.41234, 0.9947),
                (909, 0.97251, 0.99889),
                (568, 0.9999, 1.0),
            )
        ],
        "checks": [],
    }


@cache
def _epochs(held_out):
    X, Y = np.array([pooled(text) for text, _ in SENTENCES]), [label for _, label in SENTENCES]
    V, truth = np.array([pooled(text) for text, _ in HELD_OUT]), [label for _, label in HELD_OUT]
    epochs: list[Epoch] = []
    for number in range(13):
        if number == 0:
            p, q = np.full((len(Y), 3), 1 / 3), np.full((len(truth), 3), 1 / 3)
        else:
            with warnings.catch_warnings(action="ignore"):  # that the fit is stopped early is the point
                head = LogisticRegression(C=50.0, max_iter=number).fit(X, Y)
            p, q = head.predict_proba(X), head.predict_proba(V)
        loss = float(log_loss(Y, p, labels=CLASSES))
        epoch = {
            "epoch": number,
            "train_loss": loss,
            "train_accuracy": float(np.mean(np.array(CLASSES)[p.argmax(axis=1)] == Y)),
            "held_out_loss": float(log_loss(truth, q, labels=CLASSES)) if held_out else None,
            "held_out_accuracy": float(np.mean(np.array(CLASSES)[q.argmax(axis=1)] == truth))
            if held_out
            else None,
            "change": None if number == 0 else loss - epochs[-1]["train_loss"],
            "gradient": 10.0 ** -(number / 4),
            "seconds": 0.0123,
        }
        epoch["observation"] = observe([*epochs, epoch])
        epochs.append(epoch)
    return epochs


def training(held_out=True) -> TrainingTrace:
    texts = [text for text, _ in SENTENCES]
    first = tokens_of(texts[0])
    return {
        "format": "wordglass-trace",
        "version": VERSION,
        "kind": "training",
        "data": {
            "source": "sentences.csv",
            "rows": len(SENTENCES) + len(HELD_OUT),
            "train_rows": len(SENTENCES),
            "held_out_rows": len(HELD_OUT) if held_out else 0,
            "multi_label": False,
            "classes": [{"name": name, "train": 3, "held_out": int(held_out)} for name in CLASSES],
            "lengths": {"shortest": 17, "median": 19.0, "mean": 21.4, "p95": 25.0, "longest": 27},
            "checks": [
                {"check": "empty texts", "mark": "good", "sentence": "no text is empty", "count": 0},
                {
                    "check": "small classes",
                    "mark": "warning",
                    "sentence": "3 classes have fewer than 10 training rows: their scores vary much",
                    "count": 9,
                },
                {
                    "check": "overlap",
                    "mark": "bad",
                    "sentence": "1 held-out text is also a training row: the scores flatter",
                    "count": 1,
                },
            ],
        },
        "stages": [
            {
                "number": 1,
                "name": "Raw text",
                "what": "Texts and labels are read as they are; nothing is changed.",
                "shape_in": "9 rows",
                "shape_out": "9 rows x 1",
                "sample": [f"{label}: {text}" for text, label in SENTENCES[:3]],
                "sample_note": "3 of 9 rows shown",
                "seconds": 0.0012,
            },
            {
                "number": 2,
                "name": "Tokens",
                "what": "Each text is split into lower-case words, numbers and punctuation marks.",
                "shape_in": "9 rows x 1",
                "shape_out": "9 rows x variable",
                "sample": [" | ".join(word for word, _, _ in tokens_of(text)) for text in texts[:3]],
                "sample_note": "3 of 9 rows shown",
                "seconds": 0.0034,
            },
            {
                "number": 3,
                "name": "Lookup",
                "what": "Each token is replaced by its row of the frozen table of vectors.",
                "shape_in": "9 rows x variable",
                "shape_out": "9 rows x variable x 10",
                "sample": [
                    f"{word}  " + " ".join(f"{x:.3f}" for x in table()[word][1][:8])
                    for word, _, _ in first[:3]
                ],
                "sample_note": "8 of 10 numbers shown",
                "seconds": 0.0101,
            },
            {
                "number": 4,
                "name": "Pooling",
                "what": "The vectors of a text are averaged into one.",
                "shape_in": "9 rows x variable x 10",
                "shape_out": "9 rows x 10",
                "sample": [" ".join(f"{x:.3f}" for x in pooled(text)[:8]) for text in texts[:3]],
                "sample_note": "8 of 10 numbers shown",
                "seconds": 0.0004,
            },
            {
                "number": 5,
                "name": "Training",
                "what": "A linear head learns one weight a feature and class, by logistic regression.",
                "shape_in": "9 rows x 10",
                "shape_out": "10 features x 3 classes",
                "sample": [f"{name}: 3 rows" for name in CLASSES],
                "sample_note": "",
                "seconds": 1.234,
            },
        ],
        "coverage": {
            "tokens": 43,
            "known": 41,
            "distinct": 29,
            "rows_without_vector": 0,
            "by_class": [
                {"name": "business", "tokens": 15, "known": 15},
                {"name": "sport", "tokens": 14, "known": 13},
                {"name": "weather", "tokens": 14, "known": 13},
            ],
            "missing": [{"word": "striker", "count": 1}, {"word": "snow", "count": 1}],
            "composed": 4,
            "forms": [
                {"rung": "as written", "tokens": 39, "share": 39 / 43},
                {"rung": "fold", "tokens": 2, "share": 2 / 43},
            ],
        },
        "default": {"predicted": ["weather"], "probability": 0.4},
        "selection": {
            "how": "combined",
            "folds": 3,
            "rows": 8,
            "stopped": "all settings were tried",
            "trials": [
                {
                    "block": block,
                    "C": C,
                    "names": names,
                    "loss": 0.9 + abs(C - 1) / 13,
                    "loss_error": 0.0213,
                    "accuracy": interval(0.6667),
                    "features": DIM,
                    "seconds": 0.021,
                    "share": share,
                }
                for block, C, names, share in (
                    ("vectors", 0.31622776, 0.0, 0.81),
                    ("vectors", 1.0, 3.0, 0.0),
                    ("nb", 1.0, 3.0, 1.234),
                    ("tf-idf", 10.0, 0.0, 0.027),
                )
            ],
            "together": {"loss": 0.8123, "loss_error": 0.0198, "accuracy": interval(0.7778)},
        },
        "training": {
            "loss": "softmax",
            "features": DIM,
            "outputs": 3,
            "epochs_allowed": 12,
            "epochs": _epochs(held_out),
            "stopped": "all 12 epochs done",
        },
        "counted": {"words": 31, "pairs": 17},
        "kept": kept("seen", 29),
        "cut_from": None,
        "scores": scores() if held_out else None,
        "sizes": [
            {"kept": kept("all", 31), "bytes": 5312, "accuracy": 0.9947, "macro_f1": 0.97318},
            {"kept": kept("all", 31, int8=True), "bytes": 2345, "accuracy": 0.9911, "macro_f1": 0.9611},
            {"kept": kept("seen", 29), "bytes": 4811, "accuracy": 0.9862, "macro_f1": 0.9507},
        ]
        if held_out
        else [],
        "baselines": [
            {
                "name": "majority class",
                "accuracy": interval(0.2288),
                "macro_f1": interval(0.07447),
                "seconds": 0.0001,
            },
            {
                "name": "TF-IDF + logistic regression",
                "accuracy": interval(0.9461),
                "macro_f1": interval(0.9399),
                "seconds": 1.51,
            },
        ],
        "predictions": [prediction()],
        "telling": [
            {
                "name": name,
                "words": [
                    {"text": "sunny", "pair": False, "texts": 41, "share": 1.25},
                    {"text": "sunny days", "pair": True, "texts": 12, "share": 0.5},
                ],
            }
            for name in ("business", "sport")
        ],
        "mistakes": [
            {
                "row": 17,
                "text": "The minister ran the marathon",
                "cut": True,
                "truth": ["politics"],
                "predicted": ["sport"],
                "probability": 0.97,
                "of_truth": 0.02,
                "telling": [{"word": "marathon", "share": 2.5}, {"word": "ran", "share": 0.75}],
            }
        ]
        if held_out
        else [],
        "map": {
            "what": "Texts by their scores.",
            "spread": [0.6, 0.3],
            "neighbours": 0.55,
            "points": [
                {"row": 3, "text": "I love sunny days", "truth": ["sport"], "predicted": ["sport"]}
                | {"x": 1.5, "y": -0.25},
                {"row": 17, "text": "The minister ran", "truth": ["politics"], "predicted": ["sport"]}
                | {"x": -1.5, "y": 0.25},
            ],
            "classes": [
                {"name": "sport", "rows": 1, "x": 1.5, "y": -0.25},
                {"name": "politics", "rows": 1, "x": -1.5, "y": 0.25},
            ],
        }
        if held_out
        else None,
        "provenance": {
            "created": "2026-01-02T03:04:05Z",
            "command": "wordglass train sentences.csv --text text --label label --seed 7",
            "seed": 7,
            "threads": 2,
            "data_sha256": "ab" * 32,
            "vectors": "ten random numbers a word",
            "vectors_source": "tests/examples.py",
            "vectors_sha256": "cd" * 32,
            "vectors_licence": "CC0",
            "versions": {"wordglass": "0.1.0", "python": "3.13.1", "numpy": "2.3.1", "numba": "0.62.0"},
            "seconds": 1.4,
        },
    }
