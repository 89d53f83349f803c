"""Which tokens have a vector."""

from random import Random

from wordglass.learn.questions.question import Draft, Option, asks, percent
from wordglass.learn.questions.shown import class_names, short
from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace

POINT = 0.01  # shares on offer differ by as much


@asks("coverage", "number", "easy", "coverage")
def share_known(trace: TrainingTrace, rng: Random) -> Draft | None:
    """The share of the tokens that have a vector."""
    found = trace["coverage"]
    tokens, known = found["tokens"], found["known"]
    if not known:
        return None
    return Draft(
        percent("right", known / tokens),
        [
            percent("missing", 1 - known / tokens),
            percent("distinct", found["distinct"] / tokens),
            percent("distinct", found["distinct"] / known),
            percent("half", 0.5),
            percent("quarter", 0.25),
        ],
        "/coverage/known",
        lambda share: abs(share * tokens - known) < POINT / 2 * tokens,
        {
            "tokens": numbers.count(tokens),
            "known": numbers.count(known),
            "missing": numbers.count(tokens - known),
            "distinct": numbers.count(found["distinct"]),
            "share": numbers.percent(known / tokens),
        },
        apart=POINT,
    )


@asks("coverage", "reading", "easy", "coverage")
def without_vector(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Which word has no vector, among words of a text that have one."""
    missing = [(at, of) for at, of in enumerate(trace["coverage"]["missing"]) if short(of["word"])]
    if not missing or not trace["predictions"]:
        return None
    at, asked = rng.choice(missing)
    none = {of["word"] for of in trace["coverage"]["missing"]}
    known = sorted(
        {of["token"] for of in trace["predictions"][0]["tokens"] if of["known"] and of["token"] not in none}
    )
    return Draft(
        Option("right", asked["word"], short(asked["word"])),
        [Option("known", word, short(word)) for word in rng.sample(known, len(known)) if short(word)],
        f"/coverage/missing/{at}/word",
        none.__contains__,
        {"word": short(asked["word"]), "count": numbers.plural(asked["count"], "time")},
    )


@asks("coverage", "reading", "medium", "coverage")
def class_least_known(trace: TrainingTrace, rng: Random) -> Draft | None:
    """Of which of four classes the smallest share of the tokens has a vector."""
    shares = {
        k: of["known"] / of["tokens"] for k, of in enumerate(trace["coverage"]["by_class"]) if of["tokens"]
    }
    if len(shares) < 4:
        return None
    least = min(shares, key=lambda k: shares[k])
    others = [k for k in shares if shares[k] > shares[least] + 0.002]
    names = class_names(trace)

    def option(reason: str, k: int) -> Option:
        return Option(reason, k, names[k], {"name": names[k], "share": numbers.percent(shares[k])})

    by_class = trace["coverage"]["by_class"]
    return Draft(
        option("right", least),
        [option("more", k) for k in rng.sample(others, len(others))],
        f"/coverage/by_class/{least}/known",
        lambda k: all(
            by_class[k]["known"] * of["tokens"] <= of["known"] * by_class[k]["tokens"] for of in by_class
        ),
        {"name": names[least], "share": numbers.percent(shares[least])},
    )


@asks("coverage", "output", "medium", "coverage")
def answer_to_nothing(trace: TrainingTrace, rng: Random) -> Draft:
    """How likely the likeliest class of an empty text is."""
    said, classes = trace["default"]["probability"], trace["data"]["classes"]
    return Draft(
        percent("right", said),
        [
            percent("nothing", 0.0),
            percent("sure", 1.0),
            percent("alike", 1 / len(classes)),
            percent("other", 1 - said),
            percent("half", 0.5),
            percent("quarter", 0.25),
            percent("quarter", 0.75),
        ],
        "/default/probability",
        lambda share: share == trace["default"]["probability"],
        {"share": numbers.percent(said), "classes": str(len(classes))},
        apart=0.02,
    )
