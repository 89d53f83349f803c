"""The claim on the page: measured on the rows at hand, watched as it goes, and stopped with what there is."""

import shlex
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from wordglass.errors import WordglassError
from wordglass.opened import Opened
from wordglass.presets import preset_of
from wordglass.serve.asked import number
from wordglass.serve.jobs import Run
from wordglass.serve.session import Session
from wordglass.targets import Targets
from wordglass.trace.claim import ClaimRun
from wordglass.trace.numbers import percent, plural, seconds
from wordglass.views.claims import ARMS, size_name
from wordglass.views.html.claim import claim_parts, so_far
from wordglass.views.html.environment import render

if TYPE_CHECKING:
    from wordglass.serve.pages import Page

HELD_OUT = 0.2  # of the rows, where none was held out of the training
LONGEST = 86_400  # seconds


def claim_page(page: "Page") -> Response:
    """The button that measures it, how that goes, and what came of it: of this model the last one."""
    jobs = page.session.jobs
    own = [run for run in jobs.of("claim") if run.settings["model"] == page.number]
    if not page.given.get("run") and own:
        return RedirectResponse(page.link("claim", run=own[-1].number), 303)
    run = jobs.run(page.given["run"], "claim") if page.given.get("run") else None
    try:
        lost, rows = "", len(page.opened.rows.parts.texts)
    except WordglassError as error:
        lost, rows = str(error), 0
    return page.render(
        "serve/claim.html",
        run=run,
        progress=progress(page, run) if run else "",
        claim=claim_parts(run.result) if run and run.result else None,
        lost=lost,
        rows=rows,
    )


def start_page(page: "Page") -> Response:
    """Begin to measure it, and show how it goes."""
    run = start_claim(page.session, page.opened, page.given)
    return RedirectResponse(page.link("claim", run=run.number), 303)


def start_claim(session: Session, opened: Opened, given: dict[str, str]) -> Run:
    """Begin to measure it on the rows of a model. RefusedError while other work goes on."""
    _ = opened.rows.parts  # where they are not at hand, this says so before anything starts
    budget = number(given, "budget", 0, 1, LONGEST) or None
    settings = {"model": given.get("model") or "0", "budget": budget}
    return session.jobs.start("claim", settings, command_of(opened, budget), lambda run: measure(run, opened))


def progress(page: "Page", run: Run) -> Markup:
    """What is finished so far."""
    events = list(run.events)
    words = [event["words"] for event in events if "words" in event]
    told = [event for event in events if "run" in event]
    return render(
        "serve/measured.html",
        run=run,
        said=words[-1] if words else "",
        last=events[-1]["event"] if run.ended and events else "",
        share=told[-1]["done"] / told[-1]["of"] if told else 0.0,
        found=so_far([event["run"] for event in told]),
        ARMS=ARMS,
        link=page.link,
    )


def measure(run: Run, opened: Opened) -> None:
    """Measure it on a model's rows, divided as they were, with its vectors.

    When it is asked to end, what is finished is the result.
    """
    from wordglass.claiming import prepare

    def on_run(one: ClaimRun, done: int, of: int) -> None:
        bare: ClaimRun = {**one, "epochs": []}
        words = f"{ARMS[one['arm']]}, {size_name(one['size'])}: {percent(one['accuracy'])}"
        run.events.append({"event": "said", "words": words, "run": bare, "done": done, "of": of})
        if run.stop.is_set():
            raise KeyboardInterrupt  # as Ctrl-C does in the terminal: what is finished is kept

    run.tell("said", words="reading words")
    parts, parameters = opened.rows.parts, opened.classifier.get_params()
    own, targets = parts.own, parts.targets
    held_out: Any = parameters["held_out"] or HELD_OUT
    if own < len(parts.texts):  # they have a file of their own
        held_out = (parts.texts[own:], Targets(targets.classes, targets.values[own:]))
    experiment = prepare(
        parts.texts[:own],
        Targets(targets.classes, targets.values[:own]),
        vectors=vectors_of(opened),
        held_out=held_out,
        seed=parameters["random_state"],
        threads=parameters["threads"],
        source=parts.report["source"],
    )
    for words in experiment.words():
        run.tell("said", words=words)
    run.result, interrupted = experiment.carry_out(
        budget=run.settings["budget"], command=run.command, on_run=on_run
    )
    about = f"measured in {seconds(run.result['provenance']['seconds'])}"
    if interrupted:
        words = f"stopped: {plural(len(run.result['runs']), 'training')} finished and kept"
        run.events.append({"event": "stopped", "words": words})
    else:
        run.events.append({"event": "done", "words": about})


def vectors_of(opened: Opened) -> Any:
    """The table that the model was trained on, by name or as it was given."""
    parameters = opened.classifier.get_params()
    given = parameters["vectors"]
    return preset_of(parameters["preset"]).vectors if given is None else given


def command_of(opened: Opened, budget: float | None) -> str:
    """What measures the same outside of the page: a command, or Python where no file is known."""
    told, parameters = opened.told, opened.classifier.get_params()
    vectors, seed = vectors_of(opened), parameters["random_state"]
    if told.file is None:
        return f"wordglass.claim(texts, labels, vectors={vectors!r}, seed={seed})"
    words = ["wordglass", "claim", told.file]
    options = {
        "--text": told.text,
        "--label": told.label,
        "--vectors": str(vectors),
        "--held-out": told.held_out or parameters["held_out"] or HELD_OUT,
        "--seed": seed or None,
        "--budget": None if budget is None else f"{budget:g}",
    }
    for option, value in options.items():
        words += [] if value is None else [option, str(value)]
    return shlex.join(words)
