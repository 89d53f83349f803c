"""Why a text is called what it is: its prediction trace as an object that answers questions."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from wordglass.arrow import strings
from wordglass.errors import ArgumentError
from wordglass.explain import by_class
from wordglass.explaining.edits import MOST, Edits, smallest_edits
from wordglass.explaining.many import explain_many
from wordglass.explaining.nearest import Neighbour, Neighbourhood
from wordglass.model import Model
from wordglass.trace.document import PredictionTrace

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderResult


class Share(NamedTuple):
    """What a token or a pair of neighbouring ones adds to a score, or to the difference of two."""

    text: str
    start: int  # in characters
    end: int
    pair: bool
    share: float  # all of it: the parts below
    by_vector: float
    as_word: float  # counted
    by_characters: float  # their n-grams, counted
    in_pairs: float  # of a token that shares its pairs, half of each; of a pair all


@dataclass(frozen=True)
class Versus:
    """Why one class has a higher score than another: ``bias`` and the shares sum to ``difference``."""

    one: str
    other: str
    difference: float  # of their scores
    bias: float  # the difference of their biases
    shares: list[Share]  # tokens and pairs, the one that speaks most for ``one`` first

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON has."""
        return {**vars(self), "shares": [share._asdict() for share in self.shares]}

    def __str__(self) -> str:
        from wordglass.views.terminal.explanation import versus_page

        return versus_page(self)

    def _repr_html_(self) -> str:
        from wordglass.views.notebook import versus_view

        return versus_view(self)


@dataclass(frozen=True)
class Explanation:
    """The exact parts of one text's scores, and what would change them.

    ``trace`` is the prediction trace, all of whose numbers are the model's own. ``print`` shows it.

    >>> from wordglass import TextClassifier
    >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
    >>> why = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3).explain("a fine film")
    >>> [share.text for share in why.top(1)], why.edits().replacement.replacement
    (['fine'], 'dull')
    """

    trace: PredictionTrace
    _model: Model = field(repr=False)
    _among: "Callable[[], Neighbourhood]" = field(repr=False)
    _edits: dict[int, Edits] = field(default_factory=dict, repr=False, compare=False)  # that were asked for

    @property
    def predicted(self) -> list[str]:
        """What the text is called: one class, or any number of labels."""
        return self.trace["predicted"]

    def tokens(self, name: str | None = None) -> list[Share]:
        """Each token's share of a class's score, in the order of the text, with half of each of its pairs.

        With the bias they sum to the score. ``name`` is a class, the likeliest where not given.
        ArgumentError for a class that the model does not have.
        """
        k = self._index(name)
        found = []
        for token, by_characters in zip(self.trace["tokens"], self._by_characters(k), strict=True):
            share, by_vector, as_word = (token[of][k] for of in ("shares", "by_vector", "as_word"))
            found.append(
                Share(
                    *(token["token"], token["start"], token["end"], False, share, by_vector),
                    *(as_word - by_characters, by_characters, share - by_vector - as_word),
                )
            )
        return found

    def ngrams(self, name: str | None = None) -> list[Share]:
        """The same with every pair as a share of its own, after the tokens."""
        k = self._index(name)
        alone = [
            share._replace(share=share.share - share.in_pairs, in_pairs=0.0) for share in self.tokens(name)
        ]
        pairs = []
        for pair in self.trace["pairs"]:
            first, second = self.trace["tokens"][pair["first"]], self.trace["tokens"][pair["first"] + 1]
            share = pair["shares"][k]
            place = first["start"], second["end"]
            pairs.append(Share(pair["pair"], *place, True, share, 0.0, 0.0, 0.0, share))
        return [*alone, *pairs]

    def top(self, n: int = 10, name: str | None = None) -> list[Share]:
        """The ``n`` tokens and pairs with the largest shares, for the class or against it, largest first."""
        return sorted(self.ngrams(name), key=lambda share: -abs(share.share))[:n]

    def versus(self, one: str, other: str) -> Versus:
        """Why ``one`` has a higher score than ``other``, or a lower: the differences of all shares.

        ArgumentError for a class that the model does not have.
        """
        i, j = self._index(one), self._index(other)
        outputs = self.trace["outputs"]
        shares = [
            Share(*a[:4], *(x - y for x, y in zip(a[4:], b[4:], strict=True)))
            for a, b in zip(self.ngrams(one), self.ngrams(other), strict=True)
        ]
        return Versus(
            one=str(one),
            other=str(other),
            difference=outputs[i]["score"] - outputs[j]["score"],
            bias=outputs[i]["bias"] - outputs[j]["bias"],
            shares=sorted(shares, key=lambda share: -share.share),
        )

    def edits(self, most: int = MOST) -> Edits:
        """The smallest edits found that change what the text is called, each predicted anew.

        Taken out are up to ``most`` words: every single one is tried, and of more the most promising.
        Replaced is one word by another that tells of another class. Where none is found it says so, and how
        many were tried.
        """
        if most < 1:
            raise ArgumentError(f"most={most}: give the number of words to take out, at least 1")
        if most not in self._edits:
            self._edits[most] = smallest_edits(self._model, self.trace, most)
        return self._edits[most]

    def nearest(self, n: int = 5) -> list[Neighbour]:
        """The ``n`` training texts whose pooled vectors point most nearly the same way, nearest first.

        None where no word of the text is known. ArgumentError where the texts or the vectors are not at hand.
        """
        if n < 1:
            raise ArgumentError(f"n={n}: give the number of texts, at least 1")
        return self._among().nearest(self.trace["text"], n)

    def to_dict(self) -> PredictionTrace:
        """The prediction trace; see ``wordglass.trace.document``."""
        return self.trace

    def to_json(self) -> str:
        """The prediction trace as JSON, every number as computed."""
        return json.dumps(self.trace, ensure_ascii=False, allow_nan=False)

    def to_arrow(self) -> pa.Table:
        """A row a token, as ``TextClassifier.explain_many`` has them."""
        return explain_many(self._model, strings([self.trace["text"]]), threads=1)

    def __str__(self) -> str:
        from wordglass.views.terminal.explanation import explanation_page

        return explanation_page(self.trace)

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from wordglass.views.terminal.page import Page
        from wordglass.views.terminal.prediction import why

        yield Page(*why(self.trace, console))

    def _repr_html_(self) -> str:
        from wordglass.views.notebook import explanation_view

        return explanation_view(self.trace, list(self._edits.values()))

    def _index(self, name: str | None) -> int:
        names = [output["name"] for output in self.trace["outputs"]]
        if name is None:
            of = [output["probability"] for output in self.trace["outputs"]]
            return max(range(len(of)), key=of.__getitem__)
        if str(name) not in names:
            listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
            raise ArgumentError(f"the model has no class {str(name)!r}: it has {listed}")
        return names.index(str(name))

    def _by_characters(self, k: int) -> list[float]:
        """What the n-grams of each token's characters add to a class's score."""
        tokens = len(self.trace["tokens"])
        if self._model.characters is None:
            return [0.0] * tokens
        shares, _ = self._model.characters.shares(self.trace["text"])
        of_class: list[float] = by_class(shares, len(self.trace["outputs"]))[:, k].tolist()
        return of_class
