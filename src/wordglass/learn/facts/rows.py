"""The rows that facts are searched in, where they are at hand."""

import pyarrow as pa

from wordglass.errors import DataError
from wordglass.opened import Answers, Opened

MOST = 5_000  # held-out rows that are searched
SHOWN = 240  # characters of a text


def held_out(opened: Opened) -> Answers | None:
    """The held-out rows and what the model says of them, at most ``MOST``; None where none are at hand."""
    try:
        found = opened.answers("held_out")
    except DataError:
        return None
    return Answers(*(column[:MOST] for column in found))


def training(opened: Opened) -> pa.LargeStringArray | None:
    """The training texts; None where they are not at hand."""
    try:
        return opened.rows.parts.training[0]
    except DataError:
        return None


def beginning(text: str) -> str:
    """What is shown of a text."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " ..."
