"""A model as a page carries it, for ``live.js`` to classify and explain texts with.

The payload is JSON, in which numbers and words are compressed (zlib) and written in base64. Its model is
another than the one it is made from where that is too large: fewer words and weights, all in 8 bits. It gives
the numbers that the library gives for that smaller model, which ``live`` hands over beside it.
"""

import json
import re
import sys
import zlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from wordglass.arrow import strings, take
from wordglass.errors import ArgumentError
from wordglass.kernels.unicode import PAGES, TABLE
from wordglass.lexical import WORD
from wordglass.model import Model
from wordglass.quantise import to_steps
from wordglass.scoring import WordScores
from wordglass.tfidf import CountScores
from wordglass.vectors.settings import to_dict
from wordglass.views.html.live_model import (
    LOW,
    NAME,
    has_vectors,
    live_model,
    refuse_what_a_page_cannot,
    shared_exponents,
    strings_of,
)

SCRIPT = Path(__file__).with_name("live.js")
FULL = 0.96  # of the room: more is not worth another try
LISTED = 0.3  # of the room, at most, is for counted features that weigh nothing, about
TRIES = 10


class Live(NamedTuple):
    """What a page carries, and the model that this is."""

    payload: str  # JSON without <, > and &
    model: Model


def live_payload(model: Model, most_bytes: int = 1_000_000, texts: Sequence[str] = ()) -> str:
    """The model as JSON of at most so many bytes, to be put into a page.

    With ``texts``, such as held-out ones, it says for how many the page predicts what the model does.
    ``ArgumentError`` for a model that a page cannot have, and where ``most_bytes`` is too few.

    >>> from wordglass import TextClassifier
    >>> texts = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]
    >>> clf = TextClassifier(held_out=0, C=1.0).fit(texts, ["pos"] * 3 + ["neg"] * 3)
    >>> payload = live_payload(clf.model_, 100_000, texts)
    >>> json.loads(payload)["agreement"]
    {'texts': 6, 'same': 6}
    """
    return live(model, most_bytes, texts).payload


def live(model: Model, most_bytes: int = 1_000_000, texts: Sequence[str] = ()) -> Live:
    """The same, and the model that the page has."""
    refuse_what_a_page_cannot(model)
    most = most_bytes - len(_dumped({"agreement": {"texts": len(texts), "same": len(texts)}}))
    least = len(_dumped(_content(model, live_model(model, 0.0, 0.0))))
    room = most - least
    if room < 0:
        raise ArgumentError(f"most_bytes={most_bytes:,}: a live report takes {most_bytes - room:,} at least")
    features = sum(len(part.block) for part in (model.lexical, model.characters) if part)
    listed = min(1.0, LISTED * room / (1 + NAME * features))
    share, best = min(1.0, room / _size(model)), None
    for _ in range(TRIES):
        reduced = live_model(model, share, listed)
        content = _content(model, reduced)
        size = len(_dumped(content)) - least
        if size <= room and (best is None or share > best[0]):
            best = share, reduced, content
        if size <= room and (share == 1 or size > FULL * room):
            break
        share = min(1.0, share * (FULL + 1) / 2 * room / max(size, 1))
    if best is None:
        reduced = live_model(model, 0.0, 0.0)
        best = 0.0, reduced, _content(model, reduced)
    _, reduced, content = best
    if texts:
        content["agreement"] = {"texts": len(texts), "same": _same(model, reduced, texts)}
    return Live(_dumped(content), reduced)


@cache
def live_script() -> str:
    """``live.js`` without comments and indentation, as a page carries it."""
    bare = re.sub(r"/\*\*[\s\S]*?\*/|^\s*//.*$|(?<=[;,{]) // .*$", "", SCRIPT.read_text("utf-8"), flags=re.M)
    return re.sub(r"^\s+", "", bare, flags=re.M)


def _same(model: Model, reduced: Model, texts: Sequence[str]) -> int:
    """How many texts both models call the same."""
    rows = strings(list(texts))
    of = [one.decide(one.probabilities(rows)).reshape(len(rows), -1) for one in (model, reduced)]
    return int(np.count_nonzero((of[0] == of[1]).all(axis=1)))


def _size(model: Model) -> int:
    """About how many bytes the payload of all of a model has."""
    counted = sum(len(part.block) for part in (model.lexical, model.characters) if part)
    return 1 + (len(model.scorer.vocabulary) + counted) * (len(model.scorer.bias) + NAME)


def _content(model: Model, reduced: Model) -> dict[str, Any]:
    scorer, lexical, characters = reduced.scorer, reduced.lexical, reduced.characters
    assert isinstance(scorer, WordScores)
    assert scorer.scales is not None  # live_model makes both so
    words, outputs = scorer.vocabulary.words, len(scorer.bias)
    counted = strings_of(lexical)
    with_vector = pc.is_in(counted, value_set=words)
    both = int(pc.sum(with_vector).as_py() or 0)
    names = words.to_pylist() + take(counted, np.flatnonzero(~with_vector.to_numpy(False))).to_pylist()
    numbers = scorer.table[1:, :outputs]
    settings = scorer.vocabulary.settings
    return {
        "format": "wordglass-live",
        "version": 1,
        "classes": model.names,
        "loss": model.loss,
        "multi_label": model.multi_label,
        "thresholds": None if model.thresholds is None else model.thresholds.tolist(),
        "bias": scorer.bias.tolist(),
        "vectors": model.vectors,
        "pooling": model.pooling,
        "settings": to_dict(settings),
        "title": _title_case() if "title" in settings.ladder else {},
        "fold": _folded() if "fold" in settings.ladder else {},
        "kinds": _kinds(),
        "words": {"names": _packed("\n".join(names).encode()), "both": both, "vectors": len(words)},
        "table": {
            "steps": _packed(to_steps(numbers, scorer.scales)),
            "scales": _packed(scorer.scales),
        },
        "lexical": lexical and _counts(lexical) | {"pairs": _packed(_pair_steps(lexical.block.pairs))},
        "characters": characters
        and _counts(characters)
        | {"buckets": _packed(_varints(np.diff(characters.block.buckets, prepend=0)))},
        "kept": _kept(model, reduced),
        "agreement": None,
    }


def _kept(model: Model, reduced: Model) -> dict[str, dict[str, int]]:
    """How much of what the model has is there, by what it is."""
    kept = {}
    if has_vectors(model):
        kept["words"] = len(reduced.scorer.vocabulary), len(model.scorer.vocabulary)
    if model.lexical and reduced.lexical:
        own, left = len(model.lexical.block.words), len(reduced.lexical.block.words)
        weighty = np.any(reduced.lexical.weights, axis=1)
        weighed = np.any(model.lexical.weights, axis=1)
        kept["counted words"] = int(weighty[:left].sum()), int(weighed[:own].sum())
        kept["pairs"] = int(weighty[left:].sum()), int(weighed[own:].sum())
    if model.characters and reduced.characters:
        of = [int(np.any(one.weights, axis=1).sum()) for one in (reduced.characters, model.characters)]
        kept["n-grams of characters"] = of[0], of[1]
    return {what: {"kept": few, "of": every} for what, (few, every) in kept.items()}


def _counts(counts: CountScores) -> dict[str, Any]:
    steps, exponents = shared_exponents(counts.weights)  # of weights that have been rounded so: exact
    return {
        "texts": counts.block.texts,
        "df": _packed(_varints(counts.block.df)),
        "steps": _packed(steps),
        "exponents": _packed(exponents),
    }


def _pair_steps(pairs: NDArray[np.uint64]) -> bytes:
    """Rising pairs as steps: of the first word's number, from 0 on, and of the second."""
    first, second = ((half.astype(np.int64) - 1) for half in (pairs >> WORD, pairs & LOW))
    up = np.diff(first, prepend=0)
    across = np.where(up > 0, second, np.diff(second, prepend=0))
    return _varints(np.stack([up, across], axis=1).ravel())


def _varints(numbers: NDArray[np.integer[Any]]) -> bytes:
    """Numbers from 0 on in bytes of seven bits each, the lowest first, all but a number's last above 127.

    >>> list(_varints(np.array([5, 300])))
    [5, 172, 2]
    """
    left = numbers.astype(np.uint64)
    parts: list[NDArray[np.uint64]] = []
    going: list[NDArray[np.bool_]] = []
    while not parts or left.any():
        going.append((left > 0) if parts else np.ones(len(left), bool))
        parts.append(left & np.uint64(127))
        left = left >> np.uint64(7)
    more = np.vstack([*going[1:], np.zeros(len(left), bool)])
    taken = np.vstack(going)
    bytes_ = (np.vstack(parts) | more * np.uint64(128)).astype(np.uint8)
    return bytes_.T[taken.T].tobytes()


def _packed(content: "bytes | NDArray[Any]") -> str:
    data = content if isinstance(content, bytes) else np.ascontiguousarray(content).tobytes()
    return b64encode(zlib.compress(data, 9)).decode()


def _dumped(content: dict[str, Any]) -> str:
    """JSON that ends no element of a page, whatever a class is called."""
    text = json.dumps(content, separators=(",", ":"))
    return re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)


@cache
def _kinds() -> str:
    """The kind of each code point: how many in a row are of which."""
    starts, pages = TABLE[:PAGES], TABLE[PAGES:] & 7
    kinds = pages.reshape(-1, 256)[(starts - PAGES) // 256].ravel()
    begins = np.concatenate([[0], np.flatnonzero(np.diff(kinds)) + 1])
    sizes = np.diff(begins, append=len(kinds))
    return _packed(_varints(np.stack([sizes, kinds[begins]], axis=1).ravel()))


@cache
def _title_case() -> dict[str, str]:
    """What begins a word with capitals otherwise than in upper case, such as a double letter."""
    return {char: char.capitalize() for char in _letters() if char.capitalize() != char.upper()}


@cache
def _folded() -> dict[str, str]:
    """What is folded otherwise than to the lower case of its upper case."""
    return {char: char.casefold() for char in _letters() if char.casefold() != char.lower().upper().lower()}


def _letters() -> list[str]:
    chars = map(chr, range(sys.maxunicode + 1))
    return [char for char in chars if char.lower() != char or char.upper() != char]
