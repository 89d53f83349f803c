"""Around a text: what would change what it is called, and the training texts like it."""

from typing import Any, TypedDict

from wordglass.arrow import strings
from wordglass.explaining.edits import smallest_edits
from wordglass.opened import Opened
from wordglass.serve.browse import beginning
from wordglass.serve.words import taken_out
from wordglass.trace.document import PredictionTrace

NEAREST = 10
WORDS = 40  # that are taken out one by one


class Without(TypedDict):
    """A text without one of its words."""

    word: str
    predicted: list[str]
    probability: float  # of the class that is likeliest for the whole text


class Near(TypedDict):
    """A training text whose pooled vector points nearly the same way."""

    row: int
    text: str
    cut: bool
    truth: list[str]
    cosine: float


def flips(opened: Opened, trace: PredictionTrace) -> dict[str, Any]:
    """The smallest edits that change what a text is called, and the text without each of its words."""
    model = opened.model
    chosen = max(range(len(trace["outputs"])), key=lambda k: trace["outputs"][k]["probability"])
    shares: dict[str, float] = {}
    for token in trace["tokens"]:
        shares[token["token"]] = shares.get(token["token"], 0.0) + token["shares"][chosen]
    words = sorted((word for word in shares if shares[word]), key=lambda word: -abs(shares[word]))[:WORDS]
    texts = [taken_out(model, trace["text"], word) or "" for word in words]
    found = model.probabilities(strings(texts))
    return {
        **smallest_edits(model, trace).to_dict(),
        "class": trace["outputs"][chosen]["name"],
        "probability": trace["outputs"][chosen]["probability"],
        "without": [
            Without(word=word, predicted=named, probability=float(row[chosen]))
            for word, named, row in zip(words, model.named(found), found, strict=True)
        ],
    }


def nearest(opened: Opened, text: str) -> list[Near]:
    """The training texts nearest to one; none where no word of it is known."""
    found = []
    for near in opened.neighbourhood.nearest(text, NEAREST):
        shown, cut = beginning(near.text)
        found.append(Near(row=near.row, text=shown, cut=cut, truth=near.labels or [], cosine=near.cosine))
    return found
