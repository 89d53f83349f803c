"""Which option is right, worked out again from the trace and from the words that a reader sees.

Nothing of the package is used: numbers are written anew, and what a question is about is read off its
evidence and its words. An oracle says of one option whether it is right.
"""

import math
import re
import unicodedata

TRUE = {  # of questions whose options are sentences: what the true one says, as a reader of the field knows
    "why-pre-trained": "similar vectors",
    "sign-of-overfitting": "falling while held-out loss rises",
    "loss-before-training": "shares of the classes alone",
    "what-interval-says": "Which accuracies on all texts",
    "raising-a-threshold": "it cannot rise",
    "what-calibrated-means": "about 80% are right",
    "metric-of-missed": "the recall of",
    "metric-of-false-alarms": "the precision of",
    "metric-of-rare-classes": "macro-F1",
    "metric-of-probabilities": "calibration error",
    "what-training-changes": "weights and biases of the head",
    "order-of-words": "They are the same",
    "word-without-vector": "leaves it out",
    "why-held-out": "has not seen",
    "leakage": "look better",
}


def resolve(trace, pointer):
    """What a JSON pointer points at."""
    for part in pointer.split("/")[1:]:
        trace = trace[int(part)] if isinstance(trace, list) else trace[part]
    return trace


def look(text):
    """What a reader can tell apart."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def shown(text):
    """A name or word as a question shows it."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    seen = "".join(
        c.encode("unicode_escape").decode() if unicodedata.category(c) in hidden else c for c in text
    )
    seen = " ".join(seen.split())
    return seen if len(seen) <= 40 else f"{seen[:20]}...{seen[-17:]}"


def percent(value):
    text = f"{value:.1%}"
    return ">99.9%" if text == "100.0%" and value < 1 else "<0.1%" if text == "0.0%" and value > 0 else text


def class_of(trace, text):
    """The number of a class by the name that is shown."""
    numbered = re.search(r"\(class (\d+)\)$", text)
    names = [of["name"] for of in trace["data"]["classes"]]
    if numbered and shown(names[int(numbered[1]) - 1]) in text:
        return int(numbered[1]) - 1
    return next(k for k, name in enumerate(names) if shown(name) == text)


def is_right(trace, question, option):
    """Whether an option is right."""
    if question["id"] in TRUE:
        return TRUE[question["id"]] in option
    return ORACLES[question["id"]](trace, question, option)


def _is(value, write):
    """Written like the true figure; as near to it as its last place where the two round apart."""

    def same(trace, question, option):
        true = value(trace, question)
        if option == write(true):
            return True
        figure = float(re.sub(r"[,%<>]", "", option)) / (100 if "%" in option else 1)
        places = len(option.rstrip("%").partition(".")[2]) + (2 if "%" in option else 0)
        return abs(figure - true) < 1.01 * 10.0**-places

    return same


def whole(value):
    return lambda trace, question, option: option == f"{value(trace, question):,}"


def _parts(question):
    return [int(part) for part in question["evidence"].split("/") if part.isdigit()]


def _dims(trace):
    shapes = [re.findall(r"\d[\d,]*", stage["shape_out"])[-1] for stage in trace["stages"]]
    return int(shapes[2]), int(shapes[3])


def _asked(question):
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", question["ask"])]


def _outputs(trace, _):
    classes = len(trace["data"]["classes"])
    return 1 if classes == 2 and not trace["data"]["multi_label"] else classes


def _cells(trace, question):
    (k,) = _parts(question)
    matrix = trace["scores"]["confusion"]
    return matrix[k][k], sum(matrix[k]), sum(row[k] for row in matrix)


def _recall(trace, question):
    hits, support, _ = _cells(trace, question)
    return hits / support


def _precision(trace, question):
    hits, _, called = _cells(trace, question)
    return hits / called


def _f1(trace, question):
    of = trace["scores"]["classes"][_parts(question)[0]]
    return 2 / (1 / of["precision"] + 1 / of["recall"])


def _macro(trace, _):
    values = []
    matrix = trace["scores"]["confusion"]
    for k, row in enumerate(matrix):
        said = sum(row) + sum(other[k] for other in matrix)
        values.append(2 * row[k] / said)
    return math.fsum(values) / len(values)


def _accuracy(trace, _):
    matrix = trace["scores"]["confusion"]
    return sum(matrix[k][k] for k in range(len(matrix))) / sum(map(sum, matrix))


def _least_known(trace, question, option):
    shares = [of["known"] / of["tokens"] if of["tokens"] else 2 for of in trace["coverage"]["by_class"]]
    return shares[class_of(trace, option)] == min(shares)


def _confused(trace, question, option):
    row = list(trace["scores"]["confusion"][_parts(question)[0]])
    row[_parts(question)[0]] = -1
    return row[class_of(trace, option)] == max(row)


def _hardest(trace, question, option):
    f1 = [of["f1"] for of in trace["scores"]["classes"]]
    return f1[class_of(trace, option)] == min(f1)


def _bin(trace, question, option):
    of = resolve(trace, question["evidence"].rsplit("/", 1)[0])
    gap = of["confidence"] - of["accuracy"]
    if "agree" in option:
        return abs(gap) < 0.01
    by = float(re.search(r"([\d.]+) points", option)[1]) / 100
    return abs(by - abs(gap)) < 0.001 and option.startswith("Too sure") == (gap > 0)


def _word_of(trace, question, option):
    words = trace["telling"][_parts(question)[0]]["words"]
    return option in [shown(word["text"]) for word in words]


def _class_of_word(trace, question, option):
    word = resolve(trace, question["evidence"])
    words = trace["telling"][class_of(trace, option)]["words"]
    return shown(word) in [shown(of["text"]) for of in words]


def _most(trace, question, option):
    _, _, k = _parts(question)
    tokens = trace["predictions"][0]["tokens"]
    options = {
        one: sum(of["shares"][k] for of in tokens if shown(of["token"]) == one) for one in question["options"]
    }
    return options[option] == max(options.values())


def _missing(trace, question, option):
    return option in [shown(of["word"]) for of in trace["coverage"]["missing"]]


def _figures(text):
    return [float(n) for n in re.findall(r"-?\d+\.\d+", text)]


def _average(trace, question):
    given = _figures(question["ask"].rsplit(" have ", 1)[1].rsplit(" at place", 1)[0])
    return math.fsum(given) / 3


def _dot(trace, question):
    given = _figures(question["ask"])
    return sum(a * b for a, b in zip(given[:3], given[3:], strict=True))


def _score(trace, question):
    k = _parts(question)[1]
    text = trace["predictions"][0]
    return text["outputs"][k]["bias"] + math.fsum(token["shares"][k] for token in text["tokens"])


def _times(trace, question):
    one, other = _figures(question["ask"].rsplit("The score of", 1)[1])[-2:]
    return math.exp(one - other)


def _times_right(trace, question, option):
    return abs(float(option) - _times(trace, question)) < 0.006 + 0.001 * _times(trace, question)


def _logistic(trace, question):
    return 1 / (1 + math.exp(-trace["predictions"][0]["outputs"][_parts(question)[1]]["score"]))


def _log_loss(trace, question):
    return -math.log(resolve(trace, question["evidence"]))


def _kept(trace, question, option):
    held = [of["held_out_loss"] for of in trace["training"]["epochs"]]
    epoch = int(re.match(r"epoch (\d+)", option)[1])
    return held[epoch] == min(held)


def _head(trace, question, option):
    trials = [of for of in trace["selection"]["trials"] if of["loss"] is not None]
    best = min(trials, key=lambda of: of["loss"])
    return (
        option.startswith(f"{best['block']}, C = {best['C']:.4g},") and f"loss {best['loss']:.4f}" in option
    )


def _smallest(trace, question, option):
    bar = float(re.search(r"at least [<>]?([\d.]+)%", question["ask"])[1])
    units = {"GB": 1e9, "MB": 1e6, "kB": 1e3, "bytes": 1, "byte": 1}

    def read(text):
        size, unit, share = re.match(r"([\d.,]+) (\w+), accuracy [<>]?([\d.]+)%", text).groups()
        return float(size.replace(",", "")) * units[unit], float(share)

    good = [size for size, share in map(read, question["options"]) if share >= bar]
    return read(option)[1] >= bar and read(option)[0] == min(good)


def _abstaining(trace, question):
    of = resolve(trace, question["evidence"].rsplit("/", 1)[0])
    answered = of["rows"]
    return round(of["accuracy"] * answered) / answered


def _commonest(trace, _):
    classes = trace["data"]["classes"]
    return max(classes, key=lambda of: of["train"])["held_out"] / trace["data"]["held_out_rows"]


ORACLES = {
    "shape-after": lambda t, q, o: o == resolve(t, q["evidence"]),
    "numbers-after-lookup": whole(lambda t, q: _asked(q)[0] * _dims(t)[0]),
    "pooled-of-longer": whole(lambda t, q: _dims(t)[1]),
    "weights-of-head": whole(lambda t, q: t["training"]["features"] * _outputs(t, q)),
    "outputs-of-head": whole(_outputs),
    "share-known": _is(lambda t, q: t["coverage"]["known"] / t["coverage"]["tokens"], percent),
    "without-vector": _missing,
    "class-least-known": _least_known,
    "answer-to-nothing": _is(lambda t, q: t["default"]["probability"], percent),
    "passes": whole(lambda t, q: len(t["training"]["epochs"]) - 1),
    "loss-fell": _is(
        lambda t, q: t["training"]["epochs"][0]["train_loss"] - t["training"]["epochs"][-1]["train_loss"],
        "{:.4f}".format,
    ),
    "epoch-to-keep": _kept,
    "loss-of-one": _is(_log_loss, "{:.4f}".format),
    "accuracy-of-counts": _is(_accuracy, percent),
    "recall-of-class": _is(_recall, "{:.3f}".format),
    "precision-of-class": _is(_precision, "{:.3f}".format),
    "f1-of-class": _is(_f1, "{:.3f}".format),
    "macro-f1": _is(_macro, "{:.3f}".format),
    "most-confused": _confused,
    "hardest-class": _hardest,
    "answering-the-surest": _is(_abstaining, percent),
    "too-sure": _bin,
    "word-of-class": _word_of,
    "class-of-word": _class_of_word,
    "token-of-most": _most,
    "average-of-three": _is(_average, "{:.3f}".format),
    "dot-product": _is(_dot, "{:.3f}".format),
    "score-of-shares": _is(_score, "{:.4f}".format),
    "times-as-likely": _times_right,
    "probability-of-score": _is(_logistic, percent),
    "always-the-commonest": _is(_commonest, percent),
    "best-head": _head,
    "smallest-good-enough": _smallest,
    "share-held-out": _is(
        lambda t, q: t["data"]["held_out_rows"] / (t["data"]["train_rows"] + t["data"]["held_out_rows"]),
        percent,
    ),
}
