"""The claim on the page: measured on the rows at hand, watched as it goes, and stopped with what there is."""

from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from wordglass.errors import WordglassError
from wordglass.opened import Opened
from wordglass.serve.jobs import Run
from wordglass.serve.session import Session
from wordglass.trace.claim import ClaimRun
from wordglass.trace.numbers import percent
from wordglass.views.claims import ARMS, size_name
from wordglass.views.html.claim import claim_parts, so_far
from wordglass.views.html.environment import render

if TYPE_CHECKING:
    from wordglass.serve.pages import Page


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
    settings = {"model": given.get("model") or "0"}
    return session.jobs.start("claim", settings, command_of(opened), lambda run: measure(run, opened))


def progress(page: "Page", run: Run) -> Markup:
    """What is finished so far."""
    events = list(run.events)
    words = [event["words"] for event in events if "words" in event]
    done = [event["run"] for event in events if "run" in event]
    return render(
        "serve/measured.html",
        run=run,
        said=words[-1] if words else "",
        last=events[-1]["event"] if run.ended and events else "",
        done=len(done),
        found=so_far(done),
        ARMS=ARMS,
        link=page.link,
    )


def measure(run: Run, opened: Opened) -> None:
    """Measure it on a model's rows with its vectors; when asked to end, what is finished is the result."""
    from wordglass.claim import claim

    parts = opened.rows.parts
    parameters = opened.classifier.get_params()

    def on_run(one: ClaimRun) -> None:
        bare: ClaimRun = {**one, "epochs": []}
        words = f"{ARMS[one['arm']]}, {size_name(one['size'])}: {percent(one['accuracy'])}"
        run.tell("said", words=words, run=bare)

    run.result = claim(
        parts.texts,
        parts.targets.labels(),
        vectors=parameters["vectors"],
        seed=parameters["random_state"],
        threads=parameters["threads"],
        tell=lambda words: run.tell("said", words=words),
        on_run=on_run,
    )
    missing = len(run.result["missing"])
    if run.stop.is_set():
        words = f"stopped: what is finished is kept, {missing} things are missing"
        run.events.append({"event": "stopped", "words": words})
    else:
        seconds = run.result["provenance"]["seconds"]
        run.events.append({"event": "done", "words": f"measured in {seconds}"})


def command_of(opened: Opened) -> str:
    """What measures it outside of the page."""
    return ""
