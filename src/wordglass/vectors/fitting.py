"""A table's settings fitted to some texts: of all ways to cut and to look for words, those that find any.

Nothing is learnt from labels: what is counted is how many tokens of a sample of the texts have a vector.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import buffers
from wordglass.tokens import CONTRACTIONS, Rung, Settings
from wordglass.trace.document import FormFound
from wordglass.vectors.ladder import RUNGS, new_forms
from wordglass.vectors.vocabulary import Further, Vocabulary

if TYPE_CHECKING:
    from wordglass.vectors.table import VectorTable

ROWS, BYTES = 2000, 1 << 20  # of a sample, its first row apart
LEAST = 0.0002  # of all tokens that a rung must find to be kept
COMMONEST = 2000  # distinct words, of those not found, by which the ladder is chosen
ENOUGH = 0.995  # of all tokens: where as many are found as they stand, there is little left to find


@dataclass(frozen=True)
class Fit:
    """Settings for a table and some texts, and what was counted on a sample of them."""

    settings: Settings
    tokens: int
    gains: list[FormFound]  # in the order in which they are tried

    @property
    def share(self) -> float:
        """How many of the tokens are found in all."""
        return sum(gain["tokens"] for gain in self.gains) / max(self.tokens, 1)


class TableFit(TypedDict):
    """How many tokens of a sample a table knows."""

    name: str
    tokens: int
    known: int
    share: float


def sample_of(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """The first texts: at most ``ROWS``, of at most ``BYTES`` together, but one at least."""
    offsets = buffers(texts[:ROWS]).offsets
    rows = int(np.searchsorted(offsets, offsets[0] + BYTES, side="right")) - 1
    return texts[: max(rows, 1)]


def fit_settings(texts: pa.LargeStringArray, vocabulary: Vocabulary) -> Fit:
    """The settings of ``vocabulary`` with the contractions and the ladder that find most in these texts.

    >>> from wordglass.arrow import strings
    >>> words = Vocabulary.of(["paris", "café", "##"], Settings(case="keep"))
    >>> fit_settings(strings(["Paris", "CAFÉ in 2024", "paris"]), words).settings.ladder
    ('lower',)
    """
    sample = sample_of(texts)
    plain = replace(vocabulary.settings, ladder=())
    unfound = _Unfound(sample, vocabulary, plain)
    if unfound.share < ENOUGH:
        for contractions in CONTRACTIONS if _has_apostrophe(sample) else ():
            other = _Unfound(sample, vocabulary, replace(plain, contractions=contractions))
            if other.share > unfound.share + LEAST:
                unfound = other
        ladder = _ladder(unfound)
    else:
        ladder = vocabulary.settings.ladder
    return Fit(replace(unfound.settings, ladder=ladder), unfound.tokens, _gains(unfound, ladder))


def fit_of_tables(texts: pa.LargeStringArray, tables: "Iterable[VectorTable]") -> list[TableFit]:
    """How many tokens of a sample each table knows, by its own settings: the best first."""
    sample = sample_of(texts)
    fits = []
    for table in tables:
        lookup = table.vocabulary.lookup(sample)
        tokens = len(lookup.ids)
        share = lookup.known / max(tokens, 1)
        fits.append(TableFit(name=table.name, tokens=tokens, known=lookup.known, share=share))
    return sorted(fits, key=lambda fit: (-fit["share"], fit["name"]))


class _Unfound:
    """The distinct tokens of some texts that a vocabulary does not have as they stand."""

    def __init__(self, texts: pa.LargeStringArray, vocabulary: Vocabulary, settings: Settings) -> None:
        self.settings = settings
        self.vocabulary = vocabulary.with_settings(settings)
        self.vocabulary.composes = False
        lookup = self.vocabulary.lookup(texts, keep_missing=True)
        self.tokens = len(lookup.ids)
        self.known = lookup.known
        self.texts, self.missing = texts, lookup.missing

    @property
    def share(self) -> float:
        """How many of the tokens are found."""
        return self.known / max(self.tokens, 1)

    def commonest_first(self) -> tuple[list[str], NDArray[np.int64]]:
        """The distinct words and how often each occurs, (words,)."""
        if self.missing is None:
            return [], np.zeros(0, np.int64)
        _, first, counts = np.unique(self.missing.hashes, return_index=True, return_counts=True)
        order = np.lexsort((first, -counts))
        further = Further(self.vocabulary, buffers(self.texts).data)
        return further.words(self.missing.starts[first[order]], self.missing.ends[first[order]]), counts[
            order
        ]


class _Climb:
    """Words on their way up a ladder, and the forms that were tried of each."""

    def __init__(self, words: list[str], counts: NDArray[np.int64], vocabulary: Vocabulary) -> None:
        self.tried = [[word] for word in words]
        self.counts = counts  # (words,)
        self.vocabulary = vocabulary

    def look(self, rung: Rung) -> NDArray[np.bool_]:
        """Which words this rung finds, (words,)."""
        made = [new_forms(tried, rung) for tried in self.tried]
        sizes = [len(each) for each in made]
        rows = self.vocabulary.find_words(list(chain.from_iterable(made)))
        return np.bincount(np.repeat(np.arange(len(made)), sizes), rows > 0, len(made)) > 0

    def step(self, rung: Rung) -> int:
        """Take a rung, leave out the words that it finds, and say how many tokens they are."""
        found = self.look(rung)
        tokens = int(self.counts[found].sum())
        left = np.flatnonzero(~found)
        self.tried = [self.tried[i] + new_forms(self.tried[i], rung) for i in left.tolist()]
        self.counts = self.counts[left]
        return tokens


def _ladder(unfound: _Unfound) -> tuple[Rung, ...]:
    """Rung by rung the one that finds most of what is left, for as long as it finds enough."""
    words, counts = unfound.commonest_first()
    climb = _Climb(words[:COMMONEST], counts[:COMMONEST], unfound.vocabulary)
    ladder: tuple[Rung, ...] = ()
    while len(ladder) < len(RUNGS):
        gains = {rung: int(climb.counts[climb.look(rung)].sum()) for rung in RUNGS if rung not in ladder}
        best = max(gains, key=lambda rung: gains[rung])
        if gains[best] < max(LEAST * unfound.tokens, 1):
            break
        climb.step(best)
        ladder = (*ladder, best)
    return ladder


def _gains(unfound: _Unfound, ladder: tuple[Rung, ...]) -> list[FormFound]:
    """What each rung finds, after the words as they are written."""
    gains = [FormFound(rung="as written", tokens=unfound.known, share=unfound.share)]
    climb = _Climb(*unfound.commonest_first(), unfound.vocabulary)
    for rung in ladder:
        tokens = climb.step(rung)
        gains.append(FormFound(rung=rung, tokens=tokens, share=tokens / max(unfound.tokens, 1)))
    return gains


def _has_apostrophe(texts: pa.LargeStringArray) -> bool:
    data, offsets = buffers(texts)
    content = data[offsets[0] : offsets[-1]].tobytes()
    return b"'" in content or "’".encode() in content
