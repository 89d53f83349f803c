"""Words of a run from which tasks are made."""

import shlex

from wordglass.errors import WordglassError
from wordglass.opened import Opened
from wordglass.vectors import VectorTable, load_vectors


def telling(opened: Opened) -> dict[str, list[str]]:
    """Single words that tell of each class, the most telling first; of classes that have at least three.

    Only words that stand for themselves when they are typed again: of letters and digits.
    """
    found = {
        one["name"]: [word["text"] for word in one["words"] if not word["pair"] and word["text"].isalnum()]
        for one in opened.trace["telling"]
    }
    return {name: words for name, words in found.items() if len(words) >= 3}


def beginnings(opened: Opened) -> list[str]:
    """Beginnings of texts that were held out, where the trace has samples; of those that can be typed."""
    mapped = opened.trace["map"]
    texts = [point["text"] for point in (mapped["points"] if mapped else opened.trace["mistakes"])]
    texts += [trace["text"] for trace in opened.trace["predictions"]]
    texts = [" ".join(text.split()) for text in texts]
    return [text for text in dict.fromkeys(texts) if text.isprintable() and text[:1].isalnum()]


def table_of(opened: Opened) -> VectorTable | None:
    """The table of the model as another process finds it, by its name; None where it does not."""
    try:
        table = load_vectors(opened.model.vectors)
    except WordglassError:
        return None
    return table if table.manifest["sha256"] == opened.model.vectors_sha256 else None


def wordglass(*words: str) -> str:
    """A command line."""
    return shlex.join(["wordglass", *words])
