"""Which words speak for which class."""

from random import Random

from wordglass.learn.questions.question import Draft, Option, asks
from wordglass.learn.questions.shown import class_names, short
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace


def _lists(trace: TrainingTrace) -> list[list[str]]:
    return [[short(word["text"]) for word in of["words"] if short(word["text"])] for of in trace["telling"]]


@asks("telling words", "reading", "easy", "telling")
def word_of_class(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Which of four words stands among the most telling of a class."""
    lists = _lists(trace)
    if not any(lists):
        return None
    k = rng.choice([k for k, words in enumerate(lists) if words])
    own = set(lists[k])
    others = sorted({(word, j) for j, words in enumerate(lists) for word in words if word not in own})
    names = class_names(trace)
    word = lists[k][0]
    return Draft(
        Option("right", word, word),
        [
            Option("other-class", other, other, {"word": other, "other": names[j]})
            for other, j in rng.sample(others, len(others))
        ],
        f"/telling/{k}/words/0/text",
        own.__contains__,
        {"name": names[k], "word": word, "share": numbers.share(trace["telling"][k]["words"][0]["share"])},
    )


@asks("telling words", "reading", "medium", "telling")
def class_of_word(trace: TrainingTrace, rng: Random) -> Draft | None:
    """In the list of which class a word stands."""
    lists = _lists(trace)
    found = [
        (k, at)
        for k, words in enumerate(lists)
        for at, word in enumerate(words[:5])
        if sum(word in other for other in lists) == 1 and len(words) == len(trace["telling"][k]["words"])
    ]
    if len(lists) < 4 or not found:
        return None
    k, at = rng.choice(found)
    word = lists[k][at]
    names = class_names(trace)
    others = [j for j in range(len(lists)) if j != k]
    told = trace["telling"][k]["words"][at]
    return Draft(
        Option("right", k, names[k]),
        [Option("not-there", j, names[j], {"other": names[j]}) for j in rng.sample(others, len(others))],
        f"/telling/{k}/words/{at}/text",
        lambda j: word in lists[j],
        {
            "word": word,
            "name": names[k],
            "texts": numbers.plural(told["texts"], "training text"),
            "share": numbers.share(told["share"]),
        },
    )


@asks("shares", "reading", "easy", "predictions")
def token_of_most(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Which of four tokens of a text adds most to the score of its likeliest class."""
    if not trace["predictions"]:
        return None
    text = trace["predictions"][0]
    k = max(range(len(text["outputs"])), key=lambda k: text["outputs"][k]["score"])
    shares: dict[str, list[float]] = {}
    for token in text["tokens"]:
        shares.setdefault(short(token["token"]), []).append(token["shares"][k])
    once = {word: of[0] for word, of in shares.items() if len(of) == 1 and word}
    if len(once) < 4:
        return None
    best = max(once, key=lambda word: once[word])
    others = [word for word in once if once[word] < once[best] - 0.001]
    at = [short(token["token"]) for token in text["tokens"]].index(best)
    return Draft(
        Option("right", best, best),
        [
            Option("less", word, word, {"word": word, "share": numbers.share(once[word])})
            for word in rng.sample(others, len(others))
        ],
        f"/predictions/0/tokens/{at}/shares/{k}",
        lambda word: once[word] == max(once.values()),
        {
            "name": short(text["outputs"][k]["name"]) or "?",
            "word": best,
            "share": numbers.share(once[best]),
            "text": short(text["text"]),
        },
    )
