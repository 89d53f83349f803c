"""Tasks on models, tables and files of rows."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from wordglass.arrow import take
from wordglass.classifier import TextClassifier
from wordglass.corpus import to_arrow
from wordglass.errors import WordglassError
from wordglass.learn.tasks.attempt import Attempt, Command
from wordglass.learn.tasks.place import HELD_OUT, MODEL, TRAINING, at_hand, some
from wordglass.learn.tasks.task import DONE, Found, Task
from wordglass.learn.tasks.telling import beginnings, table_of, telling, wordglass
from wordglass.opened import Opened
from wordglass.store import load
from wordglass.trace import numbers
from wordglass.trace.provenance import data_sha256

EPOCHS = 3
LIGHTER = 0.8  # of its bytes: what a smaller model weighs at most to be asked for


def words_used(opened: Opened) -> Task:
    """How many different words of the training texts have a vector."""
    distinct = opened.trace["coverage"]["distinct"]
    written = re.compile(rf"(?<![\d.,])(?:{distinct}|{re.escape(numbers.count(distinct))})(?![\d])")

    def check(attempt: Attempt) -> Found:
        if not any(_names(command, "model", MODEL) for command in attempt.of("inspect")):
            return Found("other-command")
        said = any(written.search(command.ran.out) for command in attempt.commands)
        return Found(DONE if said else "not-said")

    coverage = opened.trace["coverage"]
    words = {
        "distinct": numbers.count(distinct),
        "share": numbers.percent(coverage["known"] / max(1, coverage["tokens"])),
        "tokens": numbers.count(coverage["tokens"]),
        "table": opened.model.vectors,
    }
    return Task("words-used", "easy", "commands", wordglass("inspect", MODEL), check, words)


def evaluated(opened: Opened) -> Task | None:
    """How good the model is on rows that were held out."""
    if not at_hand(opened) or not len(opened.rows.parts.test):
        return None
    answers = opened.answers("held_out")
    asked = np.isin(answers.rows, some(answers.rows))
    right = (answers.truth == answers.predicted).all(axis=1)[asked]

    def check(attempt: Attempt) -> Found:
        commands = [one for one in attempt.of("evaluate") if _names(one, "model", MODEL)]
        if not commands:
            return Found("other-command")
        if not any(_names(one, "file", HELD_OUT) for one in commands):
            return Found("other-rows", {"file": str(commands[0].asked.given["file"])})
        return Found(DONE)

    words = {
        "file": HELD_OUT,
        "training": TRAINING,
        "rows": numbers.count(len(right)),
        "accuracy": numbers.percent(float(right.mean())),
    }
    return Task("evaluated", "easy", "commands", wordglass("evaluate", MODEL, HELD_OUT), check, words)


def neighbours(opened: Opened) -> Task | None:
    """The neighbours of a word that tells of a class, in the model's own table."""
    name, table = opened.model.vectors, table_of(opened)
    if table is None:
        return None
    told = [(one, word) for one, words in telling(opened).items() for word in words]
    known = [(one, word) for one, word in told if table.vocabulary.row(word)]
    if not known:
        return None
    of_class, word = known[0]
    near, cosine = table.neighbours(word, 1)[0]

    def check(attempt: Attempt) -> Found:
        commands = attempt.of("vectors neighbors")
        if not commands:
            return Found("other-command")
        words = [str(one.asked.given["word"]).lower() for one in commands]
        if word not in words:
            return Found("other-word", {"asked": words[-1]})
        asked = [one.asked.given["name"] for one in commands if str(one.asked.given["word"]).lower() == word]
        if name not in asked:
            return Found("other-table", {"asked": str(asked[-1])})
        return Found(DONE)

    words = {"word": word, "name": of_class, "table": name, "near": near, "cosine": f"{cosine:.4f}"}
    command = wordglass("vectors", "neighbors", word, "--vectors", name)
    return Task("neighbours", "medium", "commands", command, check, words)


def another_pooling(opened: Opened) -> Task | None:
    """A model with max pooling, trained in so many epochs."""
    if not at_hand(opened):
        return None
    parts = opened.rows.parts
    rows = some(parts.train)
    labels = [parts.targets.names_of(row) for row in rows.tolist()]
    several = parts.targets.multi_label
    texts = to_arrow(take(parts.texts, rows).to_pylist())
    sha256 = data_sha256(texts, labels if several else [names[0] for names in labels])

    def check(attempt: Attempt) -> Found:
        commands = attempt.of("train")
        if not commands:
            return Found("other-command")
        made = load(_output(commands[-1], attempt.folder))
        trace = made.trace_
        epochs = trace["training"]["epochs"][-1]["epoch"]
        if trace["provenance"]["data_sha256"] != sha256:
            return Found("other-rows")
        if made.model_.pooling != "max":
            return Found("other-pooling", {"pooling": made.model_.pooling})
        if epochs != EPOCHS:
            return Found("other-epochs", {"made": numbers.plural(epochs, "epoch")})
        scores = trace["scores"]
        return Found(DONE, {"accuracy": numbers.percent(scores["accuracy"]["value"]) if scores else "–"})

    options = ("--pooling", "max", "--epochs", str(EPOCHS), "--no-baselines", "-o", "max.model")
    words = {"epochs": str(EPOCHS), "file": TRAINING, "pooling": opened.model.pooling}
    return Task("another-pooling", "medium", "commands", wordglass("train", TRAINING, *options), check, words)


def smaller(opened: Opened) -> Task | None:
    """A model that weighs less and says the same of most texts."""
    texts = to_arrow(beginnings(opened))
    if not len(texts):
        return None
    keep = max(1, opened.trace["kept"]["words"] // 2)
    try:
        small = opened.classifier.shrink(keep=keep, int8=True)
    except WordglassError:
        return None
    before, after = _bytes(opened.classifier), _bytes(small)
    most = round(after * 1.02)
    if most > LIGHTER * before:
        return None
    agree = min(0.95, int(_agree(opened, small, texts) * 20) / 20)

    def check(attempt: Attempt) -> Found:
        commands = attempt.of("shrink")
        if not commands:
            return Found("other-command")
        folder = attempt.folder / commands[-1].asked.given["output"]
        made = load(folder)
        weighs, alike = _weight(folder), _agree(opened, made, texts)
        words = {"weighs": numbers.size(weighs), "alike": numbers.percent(alike)}
        if weighs > most:
            return Found("heavy", words)
        return Found(DONE if alike >= agree else "other-answers", words)

    words = {
        "before": numbers.size(before),
        "most": numbers.size(most),
        "agree": numbers.percent(agree),
        "texts": numbers.count(len(texts)),
        "words": numbers.count(opened.trace["kept"]["words"]),
    }
    command = wordglass("shrink", MODEL, "--keep", str(keep), "--int8", "-o", "small.model")
    return Task("smaller", "hard", "commands", command, check, words)


def _names(command: Command, parameter: str, name: str) -> bool:
    """Whether a command was given something of this folder."""
    return str(command.asked.given[parameter]).rstrip("/").removeprefix("./") == name


def _output(command: Command, folder: Path) -> Path:
    """Where a training saved its model."""
    asked = command.asked.given
    return folder / (asked["output"] or f"{Path(asked['file']).stem}.model")


def _agree(opened: Opened, other: TextClassifier, texts: pa.LargeStringArray) -> float:
    """The share of texts that two models call the same."""
    one, two = (model.decide(model.probabilities(texts)) for model in (opened.model, other.model_))
    same = one == two if one.shape == two.shape else np.zeros(len(texts), bool)
    return float(np.mean(same.all(axis=1) if same.ndim == 2 else same))


def _bytes(classifier: TextClassifier) -> int:
    """What a classifier weighs as a model folder."""
    with TemporaryDirectory() as folder:
        classifier.save(Path(folder) / MODEL)
        return _weight(Path(folder) / MODEL)


def _weight(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
