"""The run that a lesson is about: a model that was named, or the demo's."""

from pathlib import Path
from typing import TYPE_CHECKING

from wordglass.cli.opening import open_path
from wordglass.cli.options import note, progress

if TYPE_CHECKING:
    from wordglass.opened import Opened

DEMO = (
    Path("bbc-news.model"),
    Path("build") / "bbc-news.model",
)  # where script/demo and wordglass demo save it


def run_of(path: Path | None) -> "Opened":
    """The model of a folder; without one the demo's, which is trained where it is not here."""
    if path is not None:
        return open_path(path)
    for place in DEMO:
        if (place / "config.json").exists():
            note(f"no MODEL given: this is about {place}, the demo's")
            return open_path(place)
    return _demo()


def _demo() -> "Opened":
    """The demo's model, trained and not saved."""
    from wordglass.classifier import TextClassifier
    from wordglass.cli.train import fit
    from wordglass.corpus.bbc import SOURCE, demo_rows
    from wordglass.opened import Opened
    from wordglass.parts import divide
    from wordglass.rows import Rows, Told

    note("no MODEL given, and no bbc-news.model here: the demo's is trained, some seconds")
    with progress("reading the articles") as tell:
        training, others = demo_rows()
        classifier = TextClassifier()
        fit(classifier, training, others, tell)
    held_out = (others.texts, others.labels or [])
    seed = classifier.random_state
    rows = Rows(lambda: divide(training.texts, training.labels or [], held_out, seed, SOURCE))
    return Opened("bbc-news", classifier, rows, Told(None))
