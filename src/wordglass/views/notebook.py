"""Classifiers, traces and explanations as a notebook shows them: HTML that has no script and loads nothing.

A view is at home on a page that is not ours, beside others of its kind: it has no ids, every rule of its
style is of its own class, and its colours are those of the notebook's theme, light or dark.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from markupsafe import Markup

from wordglass.trace import numbers
from wordglass.trace.claim import ClaimTrace
from wordglass.trace.document import ClassTelling, PredictionTrace, TokenTrace, TrainingTrace
from wordglass.views import written
from wordglass.views.heads import heads_in_words
from wordglass.views.html.claim import claim_parts
from wordglass.views.html.environment import render
from wordglass.views.html.page import asset
from wordglass.views.html.prediction import (
    by_source,
    likeliest,
    missing,
    named,
    parts_of_pairs,
    parts_of_tokens,
    running,
    sigmoid,
)
from wordglass.views.html.svg.bars import both_sides, one_side
from wordglass.views.html.svg.claim import accuracy_by_labels
from wordglass.views.html.svg.curve import Values, curve
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.explaining.edits import Edits
    from wordglass.explaining.explanation import Versus

TEXT_SHOWN = 800  # characters
NAME = 48  # characters of a class or a token
SENTENCE = 240
FINDING = 720  # of a claim: a sentence with its numbers, which come last
TOKENS_SHOWN = 24
ROWS_SHOWN = 8  # of a table before it is unfolded
ROWS_UNFOLDED = 32
CLASSES_SHOWN = 8
EPOCHS_DRAWN = 40
WEIGHT = 3  # how often each rule of the style names its class, to outweigh the rules of notebooks for tables

# Who says which theme it is: JupyterLab and its exports, VS Code, Sphinx, Colab; where none does, the system
LIGHT = (
    '[data-jp-theme-light="true"]',
    ".vscode-light",
    ".vscode-high-contrast-light",
    '[data-theme="light"]',
)
DARK = (
    '[data-jp-theme-light="false"]',
    ".vscode-dark",
    ".vscode-high-contrast:not(.vscode-high-contrast-light)",
    '[data-theme="dark"]',
    '[theme="dark"]',
)
Document = TypeVar("Document")
_COLOUR = re.compile(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\)")


class Row(NamedTuple):
    """What a word says for a class, for another, and for the one rather than the other."""

    name: str
    share: float
    other: float

    @property
    def difference(self) -> float:
        """For the one rather than the other."""
        return self.share - self.other


def classifier_view(trace: TrainingTrace, code: str) -> str:
    """Show a fitted classifier, which ``code`` makes: how good it is, how it learned, how to go on."""
    return _training("notebook/classifier.html", trace, code)


def trace_view(trace: Mapping[str, object]) -> str | None:
    """Show a trace, of a training run, of a prediction or of a claim; None for another."""
    if trace.get("kind") == "training":
        training = cast(TrainingTrace, trace)
        return _training("notebook/training.html", training, training["provenance"]["command"])
    if trace.get("kind") == "claim":
        return claim_view(cast(ClaimTrace, trace))
    if trace.get("kind") == "prediction":
        return prediction_view(cast(PredictionTrace, trace))
    return None


def claim_view(trace: ClaimTrace) -> str:
    """Show a claim: the verdicts, and the accuracies that they stand on."""
    given = claim_parts(_brief(trace, FINDING))
    points = trace["points"]
    overall = [one for _, _, overall, _ in given["questions"] for one in overall]
    return _view(
        "notebook/claim.html",
        "; ".join(f"{one['question']}: {one['verdict']}" for one in overall) or "a claim, not finished",
        "notebook_claim.css",
        claim={**given, "by_labels": accuracy_by_labels("", points) if points else None},
    )


def explanation_view(trace: PredictionTrace, edits: "Sequence[Edits]") -> str:
    """Show an explanation: the prediction, and the last of the edits that it was asked for."""
    asks = "" if edits else ".edits() for what would change it, "
    further = f"It answers, too: {asks}.versus(one, other) for any two classes, .nearest() for texts like it."
    return prediction_view(trace, edits[-1] if edits else None, further)


def prediction_view(trace: PredictionTrace, edits: "Edits | None" = None, further: str = "") -> str:
    """Show one text's five layers and why it is called what it is, with the edits that would change it."""
    chosen = likeliest(trace)
    text, tokens = trace["text"], trace["tokens"]
    bare: PredictionTrace = {**trace, "text": "", "tokens": [], "pairs": []}
    shown = visible(_brief(bare, NAME))
    shown["vectors"] = visible(_cropped(trace["vectors"], SENTENCE))
    alone = sigmoid(trace["outputs"])  # then no other class has a say
    ranked = sorted(range(len(trace["outputs"])), key=lambda k: -trace["outputs"][k]["probability"])
    rival = None if alone or len(ranked) < 2 else ranked[1]
    rows = _rows(tokens, chosen, rival)
    output = shown["outputs"][chosen]
    words, pairs = parts_of_tokens(tokens, chosen), parts_of_pairs(trace["pairs"], chosen)
    softmax = None if alone else written.written_softmax(shown["outputs"], chosen)
    return _view(
        "notebook/prediction.html",
        f"{_joined(shown['predicted'])} {numbers.percent(output['probability'])}",
        trace=shown,
        title=_joined(shown["predicted"]),
        right=trace["truth"] == trace["predicted"],
        truth=None if shown["truth"] is None else _joined(shown["truth"]),
        output=output,
        rival=None if rival is None else shown["outputs"][rival],
        characters=len(text),
        cut=len(text) > TEXT_SHOWN,
        pieces=list(running(text[:TEXT_SHOWN], [t for t in tokens if t["end"] <= TEXT_SHOWN], chosen)),
        tokens=[(named(token["token"]), token["start"], token["end"]) for token in tokens[:TOKENS_SHOWN]],
        more_tokens=max(len(tokens) - TOKENS_SHOWN, 0),
        missing=missing(tokens),
        counted=sum(token["counted"] for token in tokens),
        counted_pairs=len(trace["pairs"]),
        levels=by_source(output, words, pairs),
        softmax=softmax,
        sigmoid=written.written_sigmoid(output) if alone else None,
        ranked=[shown["outputs"][k] for k in ranked],
        rows=rows,
        most=max((abs(row.difference) for row in rows), default=0.0) or 1.0,
        edits=edits and _edits(edits),
        further=further,
    )


def versus_view(versus: "Versus") -> str:
    """Show why one class has a higher score than another."""
    sums: dict[str, float] = {}
    for share in versus.shares:
        sums[share.text] = sums.get(share.text, 0.0) + share.share
    rows = [Row(named(text), share, 0.0) for text, share in sums.items()]
    rows.sort(key=lambda row: -abs(row.share))
    one, other = (_cropped(visible(name), NAME) for name in (versus.one, versus.other))
    return _view(
        "notebook/versus.html",
        f"{one} rather than {other}: {numbers.share(versus.difference)}",
        one=one,
        other=other,
        versus=versus,
        rows=[row for row in rows if row.share],
        most=max((abs(row.share) for row in rows), default=0.0) or 1.0,
    )


def edits_view(edits: "Edits") -> str:
    """Show the smallest edits that change what a text is called."""
    return _view(
        "notebook/edits.html",
        f"{numbers.plural(edits.tried, 'edited text')} tried",
        title=_joined(visible(edits.predicted)),
        edits=_edits(edits),
    )


def telling_view(classes: list[ClassTelling]) -> str:
    """Show the most telling words of each class."""
    shown = visible(_brief(classes, NAME))
    return _view("notebook/telling.html", numbers.plural(len(classes), "class"), telling=shown)


def _training(template: str, trace: TrainingTrace, code: str) -> str:
    large = ("predictions", "mistakes", "map")
    left = {key: value for key, value in trace.items() if key not in large}
    shown = cast(TrainingTrace, visible(_brief(left, SENTENCE)))
    scores = trace["scores"]
    right = f", accuracy {numbers.percent(scores['accuracy']['value'])}" if scores else ""
    return _view(
        template,
        numbers.plural(len(trace["data"]["classes"]), "class") + right,
        trace=shown,
        telling=[of for of in shown["telling"] if of["words"]],
        code=visible(_cropped(code, 4 * SENTENCE)),
        heads=heads_in_words(shown["selection"]),
        losses=_losses(trace),
        of_class={of["name"]: of for of in shown["scores"]["classes"]} if shown["scores"] else {},
    )


def _losses(trace: TrainingTrace) -> Markup:
    epochs = trace["training"]["epochs"]
    step = ceil(len(epochs) / EPOCHS_DRAWN)

    def some(values: Values) -> Values:
        last = len(values) - 1
        return [value if not i % step or i == last else None for i, value in enumerate(values)]

    training = some([epoch["train_loss"] for epoch in epochs])
    held_out = some([epoch["held_out_loss"] for epoch in epochs])
    return curve("", "loss", training, held_out, numbers.loss, lambda value: f"{value:g}", logarithmic=True)


def _rows(tokens: Sequence[TokenTrace], chosen: int, rival: int | None) -> list[Row]:
    """Each distinct word's shares, the largest difference first."""
    sums: dict[str, list[float]] = {}
    times: Counter[str] = Counter(token["token"] for token in tokens)
    for token in tokens:
        if token["known"] or token["counted"] or any(token["as_word"]):
            own = sums.setdefault(token["token"], [0.0, 0.0])
            own[0] += token["shares"][chosen]
            own[1] += 0.0 if rival is None else token["shares"][rival]
    rows = [
        Row(named(token) if times[token] == 1 else f"{named(token)} ×{times[token]}", *own)
        for token, own in sums.items()
    ]
    return sorted(rows, key=lambda row: -abs(row.difference))


def _edits(edits: "Edits") -> dict[str, Any]:
    """Both edits, each with the stretch of the text in which it is."""
    found = edits.to_dict()
    for kind in ("removal", "replacement"):
        if edit := found[kind]:
            begin = max(edit["places"][0][0] - SENTENCE // 3, 0)
            edit["text"] = ("…" if begin else "") + edit["text"][begin:]
    return visible(_brief(found, SENTENCE))


def _joined(names: Sequence[str]) -> str:
    return _cropped(" + ".join(names), SENTENCE) or "no class"


def _cropped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _brief(document: Document, most: int) -> Document:
    """Every text of a document cut to so many characters: a name may be as long as a book."""
    match document:
        case str():
            return cast(Document, _cropped(document, most))
        case list():
            return cast(Document, [_brief(item, most) for item in document])
        case dict():
            return cast(Document, {key: _brief(item, most) for key, item in document.items()})
    return document


def _view(template: str, plainly: str, *sheets: str, **given: object) -> str:
    """Fill a template; ``plainly`` is what is left where a notebook, not trusted, shows no style."""
    html = render(
        template,
        css=Markup(_css(*sheets)),
        plainly=plainly,
        bar=both_sides,
        one_side=one_side,
        ROWS_SHOWN=ROWS_SHOWN,
        ROWS_UNFOLDED=ROWS_UNFOLDED,
        CLASSES_SHOWN=CLASSES_SHOWN,
        TEXT_SHOWN=TEXT_SHOWN,
        **given,
    )
    return str(html)


@cache
def _css(*more: str) -> str:
    """The style: the colours of the report's page in either theme, each where someone says it is that one."""
    sheet = "\n".join(asset(name) for name in ("notebook.css", *more))
    colours = [found for found in _COLOUR.findall(asset("page.css")) if f"var({found[0]})" in sheet]
    light = "color-scheme:light;" + ";".join(f"{name}:{value}" for name, value, _ in colours)
    dark = "color-scheme:dark;" + ";".join(f"{name}:{value}" for name, _, value in colours)
    themes = [
        f".wordglass{{{light}}}",
        f"@media (prefers-color-scheme: dark){{.wordglass{{{dark}}}}}",
        f"{','.join(f'{host} .wordglass' for host in LIGHT)}{{{light}}}",
        f"{','.join(f'{host} .wordglass' for host in DARK)}{{{dark}}}",
    ]
    strong = "\n".join([*themes, sheet])
    return re.sub(r"\.wordglass\b(?!-)", ".wordglass" * WEIGHT, strong)
