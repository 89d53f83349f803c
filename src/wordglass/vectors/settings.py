"""How the texts that a table of vectors was made from were split, told from its words; and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from wordglass.arrow import take
from wordglass.errors import ArgumentError
from wordglass.tokens import Case, Contractions, Rung, Settings, Unspaced

if TYPE_CHECKING:
    from wordglass.vectors.vocabulary import Vocabulary

SAMPLE = 20_000  # words looked at, spread evenly over all
CASED = 0.02  # of the words with letters of two cases: in a table that keeps case, half or so have capitals
WORDS_WITHOUT_SPACES = 0.001  # of all words: with fewer, a table is not of such a language
CASED_LADDER: tuple[Rung, ...] = ("lower", "title", "upper", "nfkc", "fold")

CHOICES: dict[str, tuple[str, ...]] = {
    "case": get_args(Case),
    "contractions": get_args(Contractions),
    "unspaced": get_args(Unspaced),
}


def infer(vocabulary: "Vocabulary") -> Settings:
    """The settings that fit a table, told from the words themselves; ``vocabulary.settings`` do not count.

    >>> from wordglass.vectors import Vocabulary
    >>> infer(Vocabulary.of(["Paris", "does", "n't", "##"]))
    Settings(case='keep', contractions='penn', unspaced='characters', ladder=('lower', 'title', 'upper', \
'nfkc', 'fold', 'digits'))
    """
    count = len(vocabulary)
    places = np.unique(np.linspace(0, max(count - 1, 0), min(count, SAMPLE)).astype(np.int64))
    words = take(vocabulary.words, places).to_pylist()
    cased = [word for word in words if word.lower() != word.upper()]
    capitals = sum(word != word.lower() for word in cased)
    keep = capitals > CASED * len(cased)
    ladder = CASED_LADDER if keep else ()
    if vocabulary.row("##") and not vocabulary.row("25"):
        ladder += ("digits",)
    return Settings(
        case="keep" if keep else "lower",
        contractions=_contractions(vocabulary),
        unspaced="words" if vocabulary.unspaced_words > WORDS_WITHOUT_SPACES * count else "characters",
        ladder=ladder,
    )


def _contractions(vocabulary: "Vocabulary") -> Contractions:
    if vocabulary.row("n't"):
        return "penn"
    if vocabulary.row("don't"):
        return "whole"
    return "elision" if vocabulary.row("l'") or vocabulary.row("dell'") else "penn"


def published(settings: Settings, written: Mapping[str, object]) -> Settings:
    """Settings told from the words, with what the publisher says of them, as the catalogue has it."""
    if "case" in written:
        keep = written["case"] == "keep"
        ladder = settings.ladder if keep == (settings.case == "keep") else CASED_LADDER if keep else ()
        settings = replace(settings, case="keep" if keep else "lower", ladder=ladder)
    if written.get("contractions") == "cut":
        settings = replace(settings, contractions="penn")
    if written.get("digits") == "#" and "digits" not in settings.ladder:
        settings = replace(settings, ladder=(*settings.ladder, "digits"))
    return settings


def to_dict(settings: Settings) -> dict[str, Any]:
    """The settings as an object of JSON."""
    return {**asdict(settings), "ladder": list(settings.ladder)}


def from_dict(document: Mapping[str, Any]) -> Settings:
    """The settings that ``to_dict`` wrote. Raises ``ArgumentError`` for what none can be.

    >>> from_dict(to_dict(Settings(ladder=("fold",)))).ladder
    ('fold',)
    """
    names = {field.name for field in fields(Settings)}
    if set(document) != names:
        raise ArgumentError(f"the settings of the tokeniser are {', '.join(sorted(names))}")
    for name, choices in CHOICES.items():
        if document[name] not in choices:
            raise ArgumentError(f"{name} is {document[name]!r}: it can be {', '.join(choices)}")
    ladder, rungs = document["ladder"], get_args(Rung)
    if not isinstance(ladder, list) or any(rung not in rungs for rung in ladder):
        raise ArgumentError(f"ladder is {ladder!r}: it can have {', '.join(rungs)}")
    if len(set(ladder)) < len(ladder):
        raise ArgumentError(f"ladder is {ladder!r}: each rung can be there once")
    return Settings(**{**document, "ladder": tuple(ladder)})
