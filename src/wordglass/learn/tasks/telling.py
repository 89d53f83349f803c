"""Words of a run from which tasks are made."""

import shlex

from wordglass.opened import Opened


def telling(opened: Opened) -> dict[str, list[str]]:
    """Single words that tell of each class, the most telling first; of classes that have at least three.

    Only words that stand for themselves when they are typed again: letters alone.
    """
    found = {
        one["name"]: [word["text"] for word in one["words"] if not word["pair"] and word["text"].isalpha()]
        for one in opened.trace["telling"]
    }
    return {name: words for name, words in found.items() if len(words) >= 3}


def beginnings(opened: Opened) -> list[str]:
    """Beginnings of texts that were held out, where the trace has samples."""
    mapped = opened.trace["map"]
    texts = [point["text"] for point in (mapped["points"] if mapped else opened.trace["mistakes"])]
    texts += [trace["text"] for trace in opened.trace["predictions"]]
    return list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))


def wordglass(*words: str) -> str:
    """A command line."""
    return shlex.join(["wordglass", *words])
