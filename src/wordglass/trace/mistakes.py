"""The held-out texts that a model is most surely wrong about."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.explain import trace_prediction
from wordglass.model import Model
from wordglass.parts import Parts
from wordglass.passes import Floats
from wordglass.trace.document import Mistake, PredictionTrace, Telling

MISTAKES = 20
WORDS = 8
SHOWN = 300  # characters of a text
READ = 10_000  # characters of a text whose words are weighed: a whole book would take long


def mistakes(parts: Parts, model: Model, probabilities: Floats) -> list[Mistake]:
    """Find the held-out rows that are called something else than what they are, the most confident first.

    ``probabilities`` (rows held out, classes) are the model's. Of several labels a row, the one that is most
    surely wrong counts: predicted and not true, or else true and not predicted.
    """
    texts, truth = parts.held_out
    guess = model.decide(probabilities)
    own = _membership(truth, probabilities.shape[1])
    given = _membership(guess, probabilities.shape[1])
    wrong = np.flatnonzero((own != given).any(axis=1))
    extra, missed = given & ~own, own & ~given  # (rows, classes)
    sure = np.where(extra.any(axis=1), np.where(extra, probabilities, 0).max(axis=1), 0.0)
    unseen = 1 - np.where(missed, probabilities, 1).min(axis=1)
    sure = np.where(extra.any(axis=1), sure, unseen)
    of_truth = np.where(own, probabilities, 1).min(axis=1)
    names = model.names
    found = []
    for row in wrong[np.argsort(-sure[wrong], kind="stable")][:MISTAKES].tolist():
        text: str = texts[row].as_py()
        against = np.where(extra[row], probabilities[row], -1).argmax() if extra[row].any() else None
        true = np.where(missed[row], probabilities[row], 2).argmin() if missed[row].any() else None
        shown = beginning(text, SHOWN)
        number = int(parts.test[row])
        found.append(
            Mistake(
                row=number - parts.own if number >= parts.own else number,
                text=shown,
                cut=len(shown) < len(text),
                truth=parts.targets.names_of(number),
                predicted=[name for name, has in zip(names, given[row], strict=True) if has],
                probability=float(sure[row]),
                of_truth=float(of_truth[row]),
                telling=_telling(trace_prediction(text[:READ], model), against, true),
            )
        )
    return found


def beginning(text: str, most: int) -> str:
    """At most so many characters of a text, to the end of a word where there is one.

    >>> beginning("one two three", 9)
    'one two'
    """
    if len(text) <= most:
        return text
    cut = text[: most + 1]
    space = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[:space] if space > 0 else text[:most]


def _membership(values: NDArray[Any], classes: int) -> NDArray[np.bool_]:
    """Which classes each row carries, (rows, classes)."""
    return np.asarray(values if values.ndim == 2 else values[:, None] == np.arange(classes), bool)


def _telling(trace: PredictionTrace, wrong: Any, true: Any) -> list[Telling]:
    """The words that say most for the wrong class rather than the true one, whichever of them there is."""
    shares: dict[str, float] = {}
    for token in trace["tokens"]:
        for_wrong = 0.0 if wrong is None else token["shares"][wrong]
        for_true = 0.0 if true is None else token["shares"][true]
        shares[token["token"]] = shares.get(token["token"], 0.0) + for_wrong - for_true
    most = sorted(shares.items(), key=lambda one: -one[1])[:WORDS]
    return [Telling(word=word, share=share) for word, share in most if share > 0]
