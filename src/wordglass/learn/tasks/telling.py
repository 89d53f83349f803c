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


def wordglass(*words: str) -> str:
    """A command line."""
    return shlex.join(["wordglass", *words])
