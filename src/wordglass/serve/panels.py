"""What a page says of one text, each way to look at it a panel."""

from typing import TYPE_CHECKING, Any, TypeVar, cast

from markupsafe import Markup

from wordglass.errors import WordglassError
from wordglass.opened import Opened
from wordglass.serve.api import epochs_of, text_of
from wordglass.serve.asked import whole
from wordglass.serve.likewise import flips, nearest
from wordglass.serve.refused import RefusedError
from wordglass.serve.words import decided_in, word_of
from wordglass.trace.document import PredictionTrace
from wordglass.views.html import render_prediction
from wordglass.views.html.environment import render
from wordglass.views.html.prediction import cropped
from wordglass.views.html.svg.bars import both_sides
from wordglass.views.html.svg.epochs import by_epoch
from wordglass.views.html.text import lines
from wordglass.views.visible import visible

if TYPE_CHECKING:
    from wordglass.serve.pages import Page

T = TypeVar("T")

SLOW = ("flip", "near", "epochs")  # to work out: while one types on, they wait
CLASSES = 20
AROUND = 300  # characters shown to each side of an edit
SHOWN = {"": "The five layers", "flip": "What would flip it", "near": "Nearest texts", "epochs": "Epochs"}


def panel(page: "Page", text: str, truth: list[str] | None) -> tuple[str, Markup]:
    """Which panel is asked for, and its markup; a word that is asked about comes before it."""
    show = page.given.get("show", "")
    if show not in SHOWN:
        raise RefusedError(400, f"there is nothing called {show[:40]!r} to show of a text")
    trace = page.opened.classifier.trace(text)
    trace["truth"] = truth
    if show == "":
        body = render_prediction(trace, "layers", "ask", unfolded(page))
    else:
        try:
            body = {"flip": flip, "near": near, "epochs": epochs}[show](page, trace)
        except (WordglassError, RefusedError) as error:
            train = page.link("train") if show == "epochs" else ""
            body = render("serve/lost_panel.html", sentence=str(error), show=show, shows=SHOWN, train=train)
    return show, render(
        "serve/panel.html",
        show=show,
        shows=SHOWN,
        body=body,
        said=said(trace),
        named=visible(" + ".join(trace["predicted"]) or "no class"),
        probability=max(output["probability"] for output in trace["outputs"]),
        word=word(page),
        slow=show in SLOW,
    )


def unfolded(page: "Page") -> set[str] | None:
    """The ids of what is unfolded in a page, where its script says so: it asks for the rest later."""
    told = page.given.get("unfolded")
    return None if told is None else set(told.split())


def said(trace: PredictionTrace) -> str:
    """The prediction in a few words, for those who hear the page."""
    from wordglass.trace.numbers import percent

    best = max(trace["outputs"], key=lambda output: output["probability"])
    return f"{visible(' + '.join(trace['predicted']) or 'no class')}, {percent(best['probability'])}"


def word(page: "Page") -> Markup:
    """A word by itself, and where it decides; nothing where none is asked about."""
    asked_for = page.given.get("word", "")
    if not asked_for:
        return Markup()
    opened = page.opened
    found = opened.remembered(("word", asked_for), lambda: word_of(opened, asked_for))
    lost, decided = "", []
    try:
        decided = opened.remembered(("decided", asked_for), lambda: decided_in(opened, asked_for))
    except WordglassError as error:
        lost = str(error)
    return render(
        "serve/word.html", found=visible(found), decided=in_lists(decided), lost=lost, link=page.link
    )


def in_lists(document: T) -> T:
    """A document whose texts stand in a list: each on one line, with all that it hides shown."""
    return cast(T, visible(_on_one_line(document)))


def _on_one_line(value: Any) -> Any:
    match value:
        case list():
            return [_on_one_line(item) for item in value]
        case dict():
            return {
                key: " ".join(item.split()) if key == "text" else _on_one_line(item)
                for key, item in value.items()
            }
    return value


def flip(page: "Page", trace: PredictionTrace) -> Markup:
    """What would change what a text is called."""
    opened = page.opened
    found = opened.remembered(("flip", trace["text"]), lambda: flips(opened, trace))
    edits = [(found[kind], marked_up(trace["text"], found[kind])) for kind in ("removal", "replacement")]
    return render("serve/flip.html", found=visible({**found, "removal": None}), edits=edits, link=page.link)


def marked_up(text: str, edit: dict[str, Any] | None) -> Markup:
    """A text with what an edit takes out, and what it puts there."""
    marked, at = Markup(), 0
    for start, end in edit["places"] if edit else ():
        marked += ("… " if start - at > AROUND else "") + lines(text[max(at, start - AROUND) : start])
        marked += Markup("<del>{}</del>").format(lines(text[start:end]))
        if edit and edit["replacement"] is not None:
            marked += Markup(" <ins>{}</ins>").format(visible(edit["replacement"]))
        at = end
    return marked + lines(text[at : at + AROUND]) + ("…" if len(text) > at + AROUND else "")


def near(page: "Page", trace: PredictionTrace) -> Markup:
    """The training texts like a text."""
    opened = page.opened
    found = opened.remembered(("near", trace["text"]), lambda: nearest(opened, trace["text"]))
    return render("serve/near.html", found=in_lists(found), vectors=opened.model.vectors, link=page.link)


def epochs(page: "Page", trace: PredictionTrace) -> Markup:
    """What the model said of a text after each epoch."""
    found = epochs_of(page.opened, page.given)
    last = len(found["epochs"]) - 1
    at = whole(page.given, "epoch", last, 0, last)
    found = visible({**found, "text": ""})
    rows = [epoch["probabilities"] for epoch in found["epochs"]]
    drawn = by_epoch("epochs", found["classes"], rows, at)
    return render("serve/epochs.html", found=found, at=at, last=last, drawn=drawn)


def comparison(page: "Page", other: Opened | None) -> Markup:
    """Two texts in one model, or one text in two: what sets them apart, and each on its way."""
    text = text_of(page.opened, page.given)[0]
    beside = other or page.opened
    first = page.opened.classifier.trace(text)
    second = beside.classifier.trace(text if other else page.given.get("other", ""))
    of = max(first["outputs"], key=lambda output: output["probability"])["name"]
    shares = [shares_of(visible(trace), visible(of)) for trace in (first, second)]
    words = [(word, shares[0].get(word), shares[1].get(word)) for word in shares[0] | shares[1]]
    words.sort(key=lambda row: -abs((row[2] or 0.0) - (row[1] or 0.0)))
    likely = [
        {output["name"]: output["probability"] for output in trace["outputs"]} for trace in (first, second)
    ]
    classes = [(name, likely[0].get(name), likely[1].get(name)) for name in likely[0] | likely[1]]
    classes.sort(key=lambda row: -max(row[1] or 0.0, row[2] or 0.0))
    return render(
        "serve/compared.html",
        first=render_prediction(first, "first", unfolded=unfolded(page)),
        second=render_prediction(second, "second", unfolded=unfolded(page)),
        said=f"{said(first)}; {said(second)}",
        names=(page.opened.name, other.name) if other else ("First text", "Second text"),
        classes=classes[:CLASSES],
        words=words,
        of=of,
        most=max((abs((two or 0.0) - (one or 0.0)) for _, one, two in words), default=0.0) or 1.0,
        bar=both_sides,
    )


def shares_of(trace: PredictionTrace, name: str) -> dict[str, float]:
    """What each distinct word adds to the score of a class, and the bias; nothing for a class it has not."""
    names = [output["name"] for output in trace["outputs"]]
    if name not in names:
        return {}
    k = names.index(name)
    sums: dict[str, float] = {"(bias)": trace["outputs"][k]["bias"]}
    for token in trace["tokens"]:
        if any(token["shares"]):
            word = cropped(token["token"])
            sums[word] = sums.get(word, 0.0) + token["shares"][k]
    return sums
