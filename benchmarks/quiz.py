"""Has every question of the quiz exactly one right answer, and how long does a quiz take to make?"""

import random
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any

from harness import ROOT, Goal, Result, Row, read_texts

from wordglass import TextClassifier
from wordglass.learn.quiz import quiz

sys.path.insert(0, str(ROOT / "tests" / "learn"))
from oracles import is_right, look, resolve

QUIZZES = 500  # of each model
ALL = 10**9
# Names that break what trusts them: markup, numbers, templates, long ones that differ in a letter, none seen.
HOSTILE = ('<b>"A&B"</b>\u202e', "007", "3", "x" * 300 + "a", "x" * 300 + "b", "{name} %s {{ 1 }}")

MODELS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "the lesson": ("bbc_news", ALL, {"preset": "lesson"}),
    "balanced": ("bbc_news", ALL, {}),
    "two classes, skewed": ("sms_spam", ALL, {}),
    "two classes, 5 epochs": ("sms_spam", 3000, {"preset": "lesson", "epochs": 5}),
    "77 classes": ("banking77", 4000, {"preset": "fast"}),
    "many labels a text": ("reuters90_multilabel", 3000, {"preset": "fast"}),
    "labels, the lesson": ("goemotions", 4000, {"preset": "lesson"}),
    "vectors alone": ("emotion", 4000, {"lexical": False}),
    "nothing held out": ("ag_news", 2000, {"held_out": 0.0}),
    "no samples": ("ag_news", 3000, {"samples": False}),
    "neither": ("mr", 1000, {"samples": False, "held_out": 0.0}),
    "8 texts": ("mr", 8, {"held_out": 0.5}),
    "balanced weights": ("tweeteval_irony", 2000, {"preset": "fast", "class_weight": "balanced"}),
    "mean and max": ("sst2", 2000, {"lexical": False, "pooling": "mean+max"}),
    "int8, seen words": ("stackoverflow20", 4000, {"int8": True, "keep": "seen", "preset": "fast"}),
    "French": ("sib200_fr", ALL, {}),
    "hostile class names": ("emotion", 2000, {}),
    "numbers as classes": ("trec6", 2000, {"preset": "lesson", "epochs": 3}),
    "Japanese": ("amazon_ja", 2000, {"preset": "fast"}),
    "German": ("umsab_de", 1000, {"preset": "fast"}),
}


def main() -> None:
    """Train the models, make quizzes of each, and have another implementation answer them."""
    rows: list[Row] = []
    for name, trace in traces():
        times, wrong, repeated, broken, ids = [], 0, 0, 0, set()
        quiz(trace, 0)  # the sentences are read once
        for seed in range(QUIZZES):
            began = process_time()
            questions = quiz(trace, seed)
            times.append(process_time() - began)
            for question in questions:
                ids.add(question["id"])
                right = [is_right(trace, question, option) for option in question["options"]]
                wrong += right != [k == question["right"] for k in range(4)]
                repeated += len(set(map(look, question["options"]))) < 4
                broken += not _resolves(trace, question["evidence"])
        rows.append(
            {
                "model": name,
                "data": MODELS[name][0],
                "quizzes": len(times),
                "kinds of question": len(ids),
                "not one right": wrong,
                "option twice": repeated,
                "no evidence": broken,
                "longest, ms": max(times) * 1000,
            }
        )
    Result(
        "quiz",
        __doc__ or "",
        f"{QUIZZES} quizzes of three questions of each of {len(MODELS)} models. A second implementation, in "
        "tests/learn/oracles.py, judges every option from the trace and the option's words; two options that "
        "look alike count as one that stands twice. Time is that of the processor.",
        {"By model": rows},
        [
            Goal("quizzes", sum(row["quizzes"] for row in rows), least=10_000),
            Goal(
                "questions without exactly one right answer",
                sum(row["not one right"] for row in rows),
                most=0,
            ),
            Goal("questions with an option twice", sum(row["option twice"] for row in rows), most=0),
            Goal("longest time of a quiz, ms", max(row["longest, ms"] for row in rows), most=50),
        ],
    ).finish()


def traces() -> Iterator[tuple[str, Any]]:
    """The traces of the models, each trained on some rows of its set."""
    for name, (data, most, settings) in MODELS.items():
        texts, labels = read_texts(data, "train")
        chosen = sorted(random.Random(0).sample(range(len(texts)), min(most, len(texts))))
        own: list[Any] = [labels[i] for i in chosen]
        names = sorted(set(own)) if isinstance(own[0], str) else []
        if name.startswith("hostile"):
            own = [HOSTILE[names.index(label)] for label in own]
        if name.startswith("numbers"):
            own = [names.index(label) for label in own]
        yield (
            name,
            TextClassifier(**settings).fit([texts[i].as_py() for i in chosen], own, source=data).trace_,
        )


def _resolves(trace: Any, pointer: str) -> bool:
    try:
        resolve(trace, pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True


if __name__ == "__main__":
    main()
