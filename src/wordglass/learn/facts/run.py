"""What a run is about: its data, its vectors, and how good it is."""

import shlex
from dataclasses import dataclass

from wordglass.opened import Opened
from wordglass.trace.document import Interval

NAMED = 6  # classes that a sentence names


@dataclass(frozen=True)
class Run:
    """The figures that every text may need."""

    name: str
    model: str  # as a command names it
    saved: bool
    source: str
    classes: list[str]  # the first ones
    more_classes: int
    n_classes: int
    several: bool  # any number of labels a row
    train_rows: int
    held_out_rows: int
    vectors: str
    words: int  # of the table
    dim: int
    tokens: int
    known: int
    known_share: float
    seconds: float
    epochs: int
    accuracy: Interval | None  # None where no row is held out
    macro_f1: Interval | None
    lost: str  # why the texts are not at hand; empty where they are
    table: bool  # whether the table of vectors is at hand


def run(opened: Opened) -> Run:
    """The figures of a run."""
    trace, model = opened.trace, opened.model
    data, scores, coverage = trace["data"], trace["scores"], trace["coverage"]
    names = [of["name"] for of in data["classes"]]
    return Run(
        name=opened.name,
        model=shlex.quote(str(opened.path or opened.name)),
        saved=opened.path is not None,
        source=data["source"],
        classes=names[:NAMED],
        more_classes=max(len(names) - NAMED, 0),
        n_classes=len(names),
        several=data["multi_label"],
        train_rows=data["train_rows"],
        held_out_rows=data["held_out_rows"],
        vectors=model.vectors,
        words=trace["kept"]["of"],
        dim=model.dim,
        tokens=coverage["tokens"],
        known=coverage["known"],
        known_share=coverage["known"] / max(coverage["tokens"], 1),
        seconds=trace["provenance"]["seconds"],
        epochs=trace["training"]["epochs"][-1]["epoch"],
        accuracy=scores["accuracy"] if scores else None,
        macro_f1=scores["macro_f1"] if scores else None,
        lost=lost(opened),
        table=model.table is not None,
    )


def lost(opened: Opened) -> str:
    """Why the texts of a run are not at hand; empty where they are."""
    from wordglass.errors import DataError

    try:
        _ = opened.rows.parts
    except DataError as error:
        return str(error)
    return ""
