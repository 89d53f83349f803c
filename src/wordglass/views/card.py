"""The model card: the README.md of a model folder, written from its trace."""

import re
from collections.abc import Iterable, Iterator, Sequence

from wordglass.trace import numbers
from wordglass.trace.document import Counted, Interval, Scores, TrainingTrace
from wordglass.views.forms import found_in_forms
from wordglass.views.heads import heads_in_words
from wordglass.views.kept import HEADINGS, kept_sentence, size_rows
from wordglass.views.visible import visible

USE = """\
```sh
pip install wordglass
wordglass predict MODEL texts.csv
wordglass trace MODEL "a text"
```

```python
from wordglass import TextClassifier

model = TextClassifier.load("MODEL")
model.predict(["a text", "another"])
```

MODEL is this folder. Predicting needs nothing else: no vectors, no network."""


def model_card(trace: TrainingTrace, pooling: str, dim: int, sizes: dict[str, int]) -> str:
    """Write the card in Markdown; ``sizes`` has the bytes of the folder's other files."""
    trace = visible(trace)
    title = f"# A text classifier of {numbers.plural(len(trace['data']['classes']), 'class')}"
    sections = {
        "Use": [USE],
        "Scores": _scores(trace),
        "Size": _size(trace),
        "Data": _data(trace),
        "What it tells of the data": [_privacy(trace)],
        "Coverage": _coverage(trace),
        "Training": [_training(trace)],
        "Vectors": [_vectors(trace)],
        "Limits": [_limits(trace)],
        "Files": [_files(sizes)],
        "Provenance": [_provenance(trace)],
    }
    parts = [part for name, body in sections.items() for part in (f"## {name}", *body)]
    return "\n\n".join([title, *_summary(trace, pooling, dim), *parts]) + "\n"


def _summary(trace: TrainingTrace, pooling: str, dim: int) -> Iterator[str]:
    data, training = trace["data"], trace["training"]
    names = ", ".join(_plain(size["name"]) for size in data["classes"])
    what = "any number of these labels" if data["multi_label"] else "one of these classes"
    features = numbers.plural(training["features"], "feature")
    counts = trace["counted"]
    counted = f" and on counts of {_words_and_pairs(counts)}" if counts else ""
    yield f"Gives a text {what}: {names}."
    yield (
        f"A wordglass model: logistic regression on the {pooling} of the {dim}-dimensional "
        f"{_plain(trace['provenance']['vectors'])} vectors of a text's words{counted}, "
        f"{features} x {numbers.plural(training['outputs'], 'output')}. "
        f"Every score is a bias plus the shares of the words{' and pairs' if counts else ''}, "
        "and can be shown as that sum."
    )


def _scores(trace: TrainingTrace) -> Iterator[str]:
    scores = trace["scores"]
    if scores is None:
        yield "No row was held out: how well the model does on new texts is not known."
        return
    right = " (a row is right when all its labels are)" if trace["data"]["multi_label"] else ""
    yield f"On {numbers.plural(scores['rows'], 'row')} held out of training, with 95% intervals{right}:"
    ways = [("this model", scores["accuracy"], scores["macro_f1"])]
    ways += [(way["name"], way["accuracy"], way["macro_f1"]) for way in trace["baselines"]]
    yield _table(
        ("", "accuracy", "macro-F1"),
        ((_plain(name), _percents(accuracy), _ratios(macro_f1)) for name, accuracy, macro_f1 in ways),
    )
    yield (
        f"Log loss {numbers.loss(scores['log_loss'])} nats, Brier score {numbers.loss(scores['brier'])}, "
        f"expected calibration error {numbers.ratio(scores['calibration_error'])}."
    )
    if scores["checks"]:
        yield _list(f"{check['mark']}: {_plain(check['sentence'])}" for check in scores["checks"])
    yield _each_class(scores)
    if scores["abstaining"]:
        yield "Where only texts are answered whose likeliest class has a probability, or a higher one:"
        yield _table(
            ("from a probability of", "answered", "accuracy"),
            (
                (
                    numbers.percent(point["least"]),
                    numbers.percent(point["coverage"]),
                    numbers.percent(point["accuracy"]),
                )
                for point in scores["abstaining"]
            ),
        )


def _size(trace: TrainingTrace) -> Iterator[str]:
    yield kept_sentence(trace)
    if trace["sizes"]:
        yield "On the held-out rows, by what is kept; the size is that of the words and their numbers:"
        yield _table(HEADINGS, size_rows(trace, mark="this model"))


def _each_class(scores: Scores) -> str:
    several = any(part["threshold"] is not None for part in scores["classes"])
    return _table(
        ("class", "precision", "recall", "F1", "rows", *["predicted from"] * several),
        (
            (
                _plain(part["name"]),
                numbers.ratio(part["precision"]),
                numbers.ratio(part["recall"]),
                numbers.ratio(part["f1"]),
                numbers.count(part["support"]),
                *[numbers.percent(part["threshold"] or 0.0)] * several,
            )
            for part in scores["classes"]
        ),
    )


def _data(trace: TrainingTrace) -> Iterator[str]:
    data = trace["data"]
    median, longest = round(data["lengths"]["median"]), data["lengths"]["longest"]
    yield (
        f"{_plain(data['source'])}: {numbers.plural(data['rows'], 'row')}, "
        f"{numbers.count(data['train_rows'])} to train on, {numbers.count(data['held_out_rows'])} held out. "
        f"The median text has {numbers.plural(median, 'character')}, the longest {numbers.count(longest)}."
    )
    yield _table(
        ("class", "training rows", "held-out rows"),
        (
            (_plain(size["name"]), numbers.count(size["train"]), numbers.count(size["held_out"]))
            for size in data["classes"]
        ),
    )
    yield _list(f"{check['mark']}: {_plain(check['sentence'])}" for check in data["checks"])


def _words_and_pairs(counted: Counted) -> str:
    words, pairs = numbers.plural(counted["words"], "word"), numbers.plural(counted["pairs"], "pair")
    return f"{words} and {pairs} of words"


def _privacy(trace: TrainingTrace) -> str:
    counted, sampled = trace["counted"], any(stage["sample"] for stage in trace["stages"])
    if not counted and not sampled:
        return "No text and no word of the data is in this folder."
    held = []
    if counted:
        held.append(
            f"{_words_and_pairs(counted)} of the training texts, rare ones and names among them "
            "(`counted.arrow`, `model.safetensors`)"
        )
    if sampled:
        held.append("samples of the texts and words (`trace.json`)")
    without = "--no-samples (`samples=False`) trains a model that has none of them"
    return f"Whoever has this folder can read in it {', and '.join(held)}. {without}" + (
        ", and so counts no words." if counted else "."
    )


def _coverage(trace: TrainingTrace) -> Iterator[str]:
    coverage = trace["coverage"]
    yield (
        f"{_tokens(coverage['known'], coverage['tokens'])} of the training texts have a vector: "
        f"{numbers.plural(coverage['distinct'], 'different word')}. "
        f"Texts in which no word has one: {numbers.count(coverage['rows_without_vector'])}."
    )
    if coverage["composed"]:
        yield f"Vectors put together from n-grams: those of {numbers.plural(coverage['composed'], 'token')}."
    if forms := found_in_forms(coverage):
        yield f"How words are found, in a sample: {forms}."
    yield _table(
        ("class", "tokens with a vector"),
        ((_plain(part["name"]), _tokens(part["known"], part["tokens"])) for part in coverage["by_class"]),
    )
    if coverage["missing"]:
        words = (f"{_plain(word['word'])} ({numbers.count(word['count'])})" for word in coverage["missing"])
        yield f"The commonest words without one: {', '.join(words)}."


def _training(trace: TrainingTrace) -> str:
    training, selection = trace["training"], trace["selection"]
    last = training["epochs"][-1]
    held_out = last["held_out_loss"]
    heads = sum(trial["share"] > 0 for trial in selection["trials"])
    each = f"{heads} heads, each with" if heads > 1 else "One head with"
    how = {
        "given": "as given",
        "chosen": "chosen by cross-validation",
        "combined": "added up by shares from cross-validation",
    }
    return (
        f"Logistic regression ({training['loss']}). {each} an L2 penalty, {how[selection['how']]}, on "
        f"{heads_in_words(selection)}. "
        f"{numbers.plural(last['epoch'], 'epoch')} of at most {numbers.count(training['epochs_allowed'])}, "
        f"with a log loss of {numbers.loss(last['train_loss'])} nats on the training rows"
        + (f" and {numbers.loss(held_out)} on those held out" if held_out is not None else "")
        + f". Why it ended: {_plain(training['stopped'])}."
    )


def _vectors(trace: TrainingTrace) -> str:
    source = trace["provenance"]
    return _list(
        (
            f"name: {_plain(source['vectors'])}",
            f"source: {_plain(source['vectors_source'])}",
            f"licence: {_plain(source['vectors_licence'])}",
            f"SHA-256: {_plain(source['vectors_sha256'])}",
        )
    )


def _limits(trace: TrainingTrace) -> str:
    coverage, scores = trace["coverage"], trace["scores"]
    missing = _tokens(coverage["tokens"] - coverage["known"], coverage["tokens"])
    measured = f"on {numbers.plural(scores['rows'], 'text')}" if scores else "on no text"
    counts = trace["counted"]
    order = "beyond pairs of neighbours is not seen" if counts else "is not seen"
    unknown = "a vector count only where training texts had them" if counts else "a vector count for nothing"
    return _list(
        (
            f"The order of words {order}: a text counts as its words, however they stand.",
            f"Words without {unknown}: {missing} of the training texts had none.",
            "A text without any known word gets the class that the biases favour.",
            f"How good it is was measured {measured}; others may fare worse.",
            "What the texts and the vectors are biased to, the model is biased to.",
        )
    )


def _files(sizes: dict[str, int]) -> str:
    return _table(("file", "size"), ((f"`{name}`", numbers.size(size)) for name, size in sizes.items()))


def _provenance(trace: TrainingTrace) -> str:
    source = trace["provenance"]
    versions = ", ".join(f"{_plain(name)} {_plain(number)}" for name, number in source["versions"].items())
    took = f"{numbers.seconds(source['seconds'])} on {numbers.plural(source['threads'], 'thread')}"
    return _list(
        (
            f"trained: {source['created']}, in {took}",
            f"command: {_plain(source['command'])}",
            f"seed: {source['seed']}",
            f"SHA-256 of the texts and labels: {source['data_sha256']}",
            f"versions: {versions}",
        )
    )


def _percents(score: Interval) -> str:
    value, low, high = (numbers.percent(score[end]) for end in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _ratios(score: Interval) -> str:
    value, low, high = (numbers.ratio(score[end]) for end in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _tokens(part: int, whole: int) -> str:
    percent = numbers.percent(part / max(whole, 1))
    return f"{numbers.count(part)} of {numbers.plural(whole, 'token')} ({percent})"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruler = ["---", *["---:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, ruler, *rows))


def _plain(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is.

    >>> print(_plain("<b> a|b_c"))
    \<b\> a\|b\_c
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~&!$])", r"\\\1", text)
