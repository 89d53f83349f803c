"""The pages, whole or in part: plain links and forms, which a script only makes faster."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

import wordglass.views.html
from wordglass.errors import WordglassError
from wordglass.kinds import KINDS, PRESETS
from wordglass.opened import Opened
from wordglass.serve.api import text_of
from wordglass.serve.asked import asked
from wordglass.serve.browse import A_PAGE, browse
from wordglass.serve.claim import claim_page, progress, start_page
from wordglass.serve.compare import versus
from wordglass.serve.jobs import Run
from wordglass.serve.panels import comparison, in_lists, panel
from wordglass.serve.refused import RefusedError
from wordglass.serve.runs import Trainer
from wordglass.serve.session import Session
from wordglass.trace import numbers
from wordglass.views.html.environment import render
from wordglass.views.html.page import asset
from wordglass.views.html.report import report_parts
from wordglass.views.html.svg.curve import curve as loss_curve
from wordglass.views.visible import visible

STATIC = {
    "page.css": "text/css",
    "serve.css": "text/css",
    "page.js": "text/javascript",
    "serve.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
HERE = Path(wordglass.views.html.__file__).parent
KEPT = 4_000  # characters of a text that an address keeps; servers and browsers take no address of any length
PARTS = ("/panel", "/compared", "/curve")  # what a script sets into pages
TABS = {"training": "train", "claim": "claim"}  # where a run of a kind is seen
FILTERS = ("part", "truth", "predicted", "wrong", "least", "most", "words", "order")

Asked = dict[str, str]


class Page:
    """One page of the session: what its templates share."""

    def __init__(self, session: Session, request: Request, given: Asked, tab: str) -> None:
        self.session, self.given, self.tab = session, given, tab
        self.number = given.get("model") or "0"
        self.opened = session.model(self.number)
        self.root: str = request.scope["root_path"] + "/"

    def link(self, path: str = "", **state: Any) -> str:
        """An address of this page's model, with what else is to be in its state."""
        state = {"model": self.number if self.number != "0" else "", **state}
        query = urlencode({name: value for name, value in state.items() if value not in ("", None)})
        return f"{self.root}{path}" + ("?" + query if query else "")

    def render(self, template: str, **given: Any) -> HTMLResponse:
        """The page whole."""
        return HTMLResponse(
            render(
                template,
                page=self,
                link=self.link,
                tab=self.tab,
                opened=self.opened,
                models=list(enumerate(self.session.models)),
                given=self.given,
                KEPT=KEPT,
                **given,
            ),
            background=BackgroundTask(self.session.work_ahead, self.opened),  # once the page is sent
        )


def endpoint(
    session: Session, tab: str, work: Callable[[Page], Response]
) -> Callable[[Request], Awaitable[Response]]:
    """What answers a request with a page of a tab."""

    async def answered(request: Request) -> Response:
        of = Page(session, request, await asked(request), tab)
        return await run_in_threadpool(work, of)

    return answered


def pages(session: Session, trainer: Trainer) -> list[Route]:
    """The routes of the pages, and of the parts that a script sets into them."""

    page = partial(endpoint, session)

    async def start(request: Request) -> Response:
        of = Page(session, request, await asked(request), "train")
        run = await run_in_threadpool(trainer.start, of.opened, of.given)
        return RedirectResponse(of.link("train", run=run.number), 303)

    async def stop(request: Request) -> Response:
        of = Page(session, request, await asked(request), "train")
        run = session.jobs.run(of.given.get("run", ""))
        run.stop.set()
        while not run.ended:
            await asyncio.sleep(0.02)
        return RedirectResponse(of.link(TABS[run.kind], run=run.number), 303)

    return [
        Route("/", page("try", try_page)),
        Route("/panel", page("try", part_of_try), methods=["POST"]),
        Route("/texts", page("texts", texts_page)),
        Route("/compare", page("compare", compare_page)),
        Route("/compared", page("compare", part_of_compare), methods=["POST"]),
        Route("/train", page("train", train_page)),
        Route("/claim", page("claim", claim_page)),
        Route("/claim", page("claim", start_page), methods=["POST"]),
        Route("/report", page("report", report_page)),
        Route("/curve", page("train", part_of_run)),
        Route("/train", start, methods=["POST"]),
        Route("/stop", stop, methods=["POST"]),
        Route("/static/{name}", static),
    ]


async def static(request: Request) -> Response:
    """A style sheet, a script or the icon."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise RefusedError(404, "there is no such file here")
    content = asset(name) if name.endswith((".css", ".js")) else (HERE / name).read_bytes()
    return Response(content, media_type=STATIC[name])


def try_page(page: Page) -> Response:
    """A text and what the model makes of it."""
    text, truth = text_of(page.opened, page.given)
    shown, body = panel(page, text, truth)
    return page.render("serve/try.html", text=text, truth=truth, show=shown, panel=body)


def part_of_try(page: Page) -> Response:
    """What changes of it as one types."""
    text, truth = text_of(page.opened, page.given)
    return HTMLResponse(panel(page, text, truth)[1])


def texts_page(page: Page) -> Response:
    """The texts of the data, filtered."""
    found = in_lists(unless_lost(lambda: browse(page.opened, page.given)))
    state = {name: page.given.get(name, "") for name in FILTERS}
    names = page.opened.model.names
    classes = [("", "any"), *zip(names, visible(names), strict=True)]
    return page.render("serve/texts.html", found=found, state=state, classes=classes, A_PAGE=A_PAGE)


def compare_page(page: Page) -> Response:
    """Two texts, or two models."""
    other = model_beside(page)
    apart = unless_lost(lambda: versus(page.opened, other)) if other else None
    return page.render(
        "serve/compare.html",
        first=text_of(page.opened, page.given)[0],
        other=other,
        second=page.given.get("other", ""),
        apart=in_lists(apart),
        panel=comparison(page, other),
    )


def part_of_compare(page: Page) -> Response:
    """What changes of it as one types."""
    return HTMLResponse(comparison(page, model_beside(page)))


def model_beside(page: Page) -> Opened | None:
    """The other model of a comparison; None where two texts are compared."""
    return page.session.model(page.given["with"]) if page.given.get("with") else None


def train_page(page: Page) -> Response:
    """The settings of a training, and how it goes."""
    jobs = page.session.jobs
    run = jobs.run(page.given["run"], "training") if page.given.get("run") else None
    lost = unless_lost(lambda: page.opened.rows.parts)
    return page.render(
        "serve/train.html",
        run=run,
        curve=curve(page, run) if run else "",
        runs=jobs.of("training"),
        lost=lost if isinstance(lost, str) else "",
        parameters=page.opened.classifier.get_params(),
        PRESETS=PRESETS,
        KINDS=KINDS,
    )


def part_of_run(page: Page) -> Response:
    """How a training or a claim goes."""
    run = page.session.jobs.run(page.given.get("run", ""))
    return HTMLResponse(progress(page, run) if run.kind == "claim" else curve(page, run))


def curve(page: Page, run: Run) -> Markup:
    """The epochs that there are, drawn and as a table."""
    events = list(run.events)
    epochs = [event for event in events if event["event"] == "epoch"]
    words = [event["words"] for event in events if "words" in event]
    done = events[-1] if run.ended and events else None
    return render(
        "serve/curve.html",
        run=run,
        epochs=epochs,
        said=words[-1] if words else "",
        done=done,
        drawn=losses(epochs) if len(epochs) > 1 else "",
        opened=page.opened,
        link=page.link,
    )


def losses(epochs: list[dict[str, Any]]) -> Markup:
    """Draw the losses of the epochs that there are."""
    training = [epoch["train_loss"] for epoch in epochs]
    held_out = [epoch["held_out_loss"] for epoch in epochs]
    return Markup("<figure>{}</figure>").format(
        loss_curve("losses", "loss", training, held_out, numbers.loss, "{:g}".format, logarithmic=True)
    )


def report_page(page: Page) -> Response:
    """The report of the training."""
    trace = page.opened.trace
    return page.render("report.html", layout="serve/base.html", **report_parts(trace, trace["predictions"]))


def unless_lost(work: Callable[[], Any]) -> Any:
    """What comes of it, or where the data is not at hand the sentence that says so."""
    try:
        return work()
    except WordglassError as error:
        return str(error)
