"""Tasks on single texts, which the learner has the model trace."""

from collections.abc import Iterator
from functools import partial
from math import floor

from wordglass.learn.tasks.attempt import Attempt
from wordglass.learn.tasks.place import MODEL
from wordglass.learn.tasks.task import DONE, Found, Task
from wordglass.learn.tasks.telling import beginnings, telling, wordglass
from wordglass.opened import Opened
from wordglass.trace import numbers
from wordglass.trace.document import PredictionTrace

UNHEARD = ("qzxvk", "wqxzj", "zzkqv")
EQUAL = 1e-4  # scores are sums of float32: in another order they differ in their last digits
APART = 0.01
WORDS = 4  # of the texts whose order changes
LEAST = 0.5
LONGEST = 8  # words of a text to be changed
TRIED = 12


def sure_text(opened: Opened) -> Task | None:
    """A text that is called a class with at least some probability; as high as words of it reach."""
    found = []
    for name, words in telling(opened).items():
        for count in (3, 5, 8):
            text = " ".join(words[:count])
            found.append((_probability(opened.classifier.trace(text), name), name, text))
    if not found:
        return None
    best, name, text = max(found)
    least = min(0.9, floor(best * 20) / 20)
    if least < LEAST:
        return None

    def check(attempt: Attempt) -> Found:
        traces = _traced(opened, attempt)
        if not traces:
            return Found("no-trace")
        reached = max(_probability(trace, name) for trace in traces)
        return Found(DONE if reached >= least else "less", {"reached": numbers.percent(reached)})

    said = {"name": name, "least": numbers.percent(least)}
    return Task("sure-text", "easy", "commands", _trace(text), check, said)


def unknown_words(opened: Opened) -> Task | None:
    """A text none of whose words has a vector."""
    text = " ".join(UNHEARD[:2])
    if opened.classifier.trace(text)["known"]:
        return None

    def check(attempt: Attempt) -> Found:
        traces = _traced(opened, attempt)
        if not traces:
            return Found("no-trace")
        words = [[token for token in trace["tokens"] if token["token"].isalpha()] for trace in traces]
        long = [(trace, of) for trace, of in zip(traces, words, strict=True) if len(of) >= 2]
        if not long:
            return Found("short")
        trace, of = min(long, key=lambda one: one[0]["known"])
        if trace["known"]:
            known = [token["token"] for token in trace["tokens"] if token["known"]]
            return Found("known", {"words": ", ".join(known[:8])})
        likeliest = max(trace["outputs"], key=lambda output: output["probability"])
        return Found(
            DONE,
            {
                "tokens": ", ".join(token["token"] for token in of[:8]),
                "name": likeliest["name"],
                "probability": numbers.percent(likeliest["probability"]),
            },
        )

    return Task("unknown-words", "easy", "commands", _trace(text), check)


def same_in_any_order(opened: Opened) -> Task | None:
    """Two texts of the same words in another order whose scores are equal."""
    for words in _mixed(opened):
        for other in ([*words[::-1]], [*words[1:], words[0]], [*words[2:], *words[:2]]):
            texts = " ".join(words), " ".join(other)
            if _order(opened, *map(opened.classifier.trace, texts)).reason == "equal":
                check = partial(_check_order, opened, wanted="equal")
                pairs = opened.trace["counted"]["pairs"] if opened.trace["counted"] else 0
                words_of = {"words": str(WORDS), "pairs": numbers.count(pairs)}
                return Task(
                    "same-in-any-order", "medium", "commands", "\n".join(map(_trace, texts)), check, words_of
                )
    return None


def order_counts(opened: Opened) -> Task | None:
    """Two texts of the same words in another order whose scores differ: of a model that counts pairs."""
    for pair in _pairs(opened):
        for rest in ([], *_mixed(opened)):
            words = [*pair, *rest][: max(len(pair), WORDS)]
            texts = " ".join(words), " ".join([*reversed(words[: len(pair)]), *words[len(pair) :]])
            traces = [opened.classifier.trace(text) for text in texts]
            if len(words) >= WORDS and _order(opened, *traces).reason == "different":
                check = partial(_check_order, opened, wanted="different")
                counted = opened.trace["counted"]
                words_of = {
                    "words": str(WORDS),
                    "pairs": numbers.count(counted["pairs"] if counted else 0),
                    "apart": str(APART),
                    "pair": " ".join(pair),
                }
                return Task(
                    "order-counts", "medium", "commands", "\n".join(map(_trace, texts)), check, words_of
                )
    return None


def one_word(opened: Opened) -> Task | None:
    """A text that is called something else once one word is another."""
    for text in _short_texts(opened):
        explanation = opened.classifier.explain(text)
        edit = explanation.edits(1).replacement
        if edit is None or not edit.predicted or not explanation.predicted:
            continue
        before = explanation.trace

        def check(attempt: Attempt, before: PredictionTrace = before) -> Found:
            traces = _traced(opened, attempt)
            if not traces:
                return Found("no-trace")
            one = [trace for trace in traces if _changed(before, trace)]
            if not one:
                return Found("more-changed")
            flipped = [trace for trace in one if trace["predicted"] != before["predicted"]]
            trace = (flipped or one)[-1]
            words = {"after": _called(trace["predicted"]), "change": _changed(before, trace)}
            return Found(DONE if flipped else "not-flipped", words)

        words = {"text": text, "before": _called(before["predicted"])}
        task = Task("one-word", "medium", "commands", _trace(edit.text), check, words)
        if _changed(before, opened.classifier.trace(edit.text)):
            return task
    return None


def _trace(text: str) -> str:
    return wordglass("trace", MODEL, text)


def _traced(opened: Opened, attempt: Attempt) -> list[PredictionTrace]:
    """What the model makes of the texts that were traced."""
    texts = [
        command.asked.given["text"]
        for command in attempt.of("trace")
        if str(command.asked.given["model"]).rstrip("/") == MODEL
    ]
    return [opened.classifier.trace(text) for text in texts]


def _probability(trace: PredictionTrace, name: str) -> float:
    return next(output["probability"] for output in trace["outputs"] if output["name"] == name)


def _called(predicted: list[str]) -> str:
    return " + ".join(predicted) or "–"


def _check_order(opened: Opened, attempt: Attempt, wanted: str) -> Found:
    traces = _traced(opened, attempt)
    if len(traces) != 2:
        return Found("not-two", {"count": str(len(traces))})
    found = _order(opened, *traces)
    return Found(DONE, found.words) if found.reason == wanted else found


def _order(opened: Opened, one: PredictionTrace, other: PredictionTrace) -> Found:
    """Whether two texts have the same words in another order, and how far their scores are apart."""
    first, second = ([token["token"] for token in trace["tokens"]] for trace in (one, other))
    if sorted(first) != sorted(second):
        missing = sorted(set(first) ^ set(second)) or ["…"]
        return Found("other-words", {"words": ", ".join(missing[:6])})
    if first == second:
        return Found("same-order")
    if len(first) < WORDS:
        return Found("too-short", {"words": str(len(first))})
    apart = max(abs(a["score"] - b["score"]) for a, b in zip(one["outputs"], other["outputs"], strict=True))
    size = max(abs(a["score"]) for a in one["outputs"])
    pairs = sorted({pair["pair"] for pair in one["pairs"]} ^ {pair["pair"] for pair in other["pairs"]})
    words = {"difference": numbers.score(apart), "pairs_met": ", ".join(pairs[:4]) or "–"}
    if apart <= EQUAL * max(1.0, size):
        return Found("equal", words)
    return Found("different" if apart >= APART else "nearly", words)


def _mixed(opened: Opened) -> Iterator[list[str]]:
    """Texts of as many words, told of by different classes one after the other."""
    lists = list(telling(opened).values())
    if not lists:
        return
    for first in range(TRIED):
        turns = [words[(first + i) % len(words)] for i in range(WORDS) for words in lists]
        words = list(dict.fromkeys(turns))[:WORDS]
        if len(words) == WORDS:
            yield words


def _pairs(opened: Opened) -> list[list[str]]:
    """Pairs of words that the model counts, the most telling first."""
    if not opened.trace["counted"]:
        return []
    told = [word for one in opened.trace["telling"] for word in one["words"] if word["pair"]]
    told.sort(key=lambda word: -word["share"])
    met = [
        (max(map(abs, pair["shares"])), pair["pair"])
        for text in beginnings(opened)[:TRIED]
        for pair in opened.classifier.trace(text)["pairs"]
    ]
    pairs = [word["text"] for word in told] + [pair for _, pair in sorted(met, reverse=True)]
    apart = [pair.split(" ") for pair in dict.fromkeys(pairs)]
    return [pair for pair in apart if len(pair) == 2 and pair[0] != pair[1]][: 2 * TRIED]


def _short_texts(opened: Opened) -> Iterator[str]:
    """Beginnings of texts that were held out; then words of two classes, and of one."""
    begun = [" ".join(text.split()[:LONGEST]) for text in beginnings(opened)]
    yield from [text for text in dict.fromkeys(begun) if len(text.split()) >= 3][:TRIED]
    lists = list(telling(opened).values())
    for one, other in zip(lists, lists[1:] + lists[:1], strict=True):
        yield " ".join([*one[:2], *other[:1]])
        yield one[0]


def _changed(before: PredictionTrace, after: PredictionTrace) -> str:
    """The word that is another one, and what it was; empty where it is not one that differs."""
    for one, other in (
        (before["text"].split(), after["text"].split()),
        ([token["token"] for token in before["tokens"]], [token["token"] for token in after["tokens"]]),
    ):
        if len(one) == len(other):
            differ = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
            if len(differ) == 1:
                return f"{differ[0][0]} → {differ[0][1]}"
    return ""
