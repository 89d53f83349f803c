"""Two texts in one model, or one text in two; and the held-out texts that two models call otherwise."""

from typing import TypedDict

import numpy as np

from wordglass.errors import DataError
from wordglass.opened import Opened
from wordglass.serve.browse import beginning
from wordglass.serve.refused import RefusedError

SHOWN = 25


class Apart(TypedDict):
    """A held-out text that two models call otherwise."""

    row: int
    text: str
    cut: bool
    truth: list[str]
    first: list[str]
    second: list[str]
    first_probability: float  # of its likeliest class
    second_probability: float


class Versus(TypedDict):
    """Two models on the same held-out rows."""

    rows: int
    first_right: int  # only the first
    second_right: int
    both_right: int
    neither: int
    apart: int  # texts that they call otherwise
    texts: list[Apart]  # those of which they are surest together first


def versus(first: Opened, second: Opened) -> Versus:
    """What two models say of the rows held out of both. DataError where these are not the same."""
    if first.model.names != second.model.names:
        raise RefusedError(
            400, f"{first.name} and {second.name} have other classes: there is no row to compare"
        )
    one, other = first.answers("held_out"), second.answers("held_out")
    if not (one.rows.tolist() == other.rows.tolist() and one.texts.equals(other.texts)):
        raise DataError(f"{first.name} and {second.name} have other texts held out: compare them on a text")
    right, also = ((a.truth == a.predicted).all(axis=1) for a in (one, other))
    apart = np.flatnonzero((one.predicted != other.predicted).any(axis=1))
    sure, surer = one.probabilities.max(axis=1), other.probabilities.max(axis=1)
    apart = apart[np.argsort(-(sure + surer)[apart], kind="stable")]
    texts = []
    for i in apart[:SHOWN].tolist():
        text, cut = beginning(one.texts[i].as_py())
        texts.append(
            Apart(
                row=int(one.rows[i]),
                text=text,
                cut=cut,
                truth=first.named(one.truth[i]),
                first=first.named(one.predicted[i]),
                second=second.named(other.predicted[i]),
                first_probability=float(sure[i]),
                second_probability=float(surer[i]),
            )
        )
    return Versus(
        rows=len(right),
        first_right=int((right & ~also).sum()),
        second_right=int((also & ~right).sum()),
        both_right=int((right & also).sum()),
        neither=int((~right & ~also).sum()),
        apart=len(apart),
        texts=texts,
    )
