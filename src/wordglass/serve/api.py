"""What the page asks, as JSON: every function of it, for scripts, too. docs/open.md lists them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from wordglass.arrow import strings
from wordglass.opened import Opened
from wordglass.serve.asked import asked
from wordglass.serve.browse import browse
from wordglass.serve.claim import start_claim
from wordglass.serve.compare import versus
from wordglass.serve.jobs import Run
from wordglass.serve.likewise import flips, nearest
from wordglass.serve.refused import RefusedError
from wordglass.serve.runs import Trainer
from wordglass.serve.session import Session
from wordglass.serve.words import decided_in, word_of
from wordglass.store.config import to_json
from wordglass.trace.document import PredictionTrace

TOKENS = 10_000  # of a traced text that are sent: their numbers take far more room than the text
LOOK = 0.05  # seconds between two looks at a training

Asked = dict[str, str]


def answer(document: object, status: int = 200) -> Response:
    """A document as JSON, every number as computed."""
    return Response(to_json(document), status, media_type="application/json")


def text_of(opened: Opened, given: Asked) -> tuple[str, list[str] | None]:
    """The text that is asked about, and its label where it is a row of the data.

    A form sends the row with its text, which may have been changed: then it is a row no longer.
    """
    text = given.get("text", "")
    if row := given.get("row"):
        parts = opened.rows.parts
        if not (row.isascii() and row.isdigit() and len(row) < 12 and int(row) < len(parts.texts)):
            raise RefusedError(
                404, f"there is no row {row[:40]!r} in the data: there are {len(parts.texts)}, from 0"
            )
        own = parts.texts[int(row)].as_py()
        if not text or text.splitlines() == own.splitlines():
            return own, parts.targets.names_of(int(row))
    return text, None


def predicted(opened: Opened, given: Asked) -> PredictionTrace:
    """One text on its way through a model."""
    text, truth = text_of(opened, given)
    trace = opened.classifier.trace(text)
    trace["truth"] = truth
    return trace


def sent(trace: PredictionTrace) -> dict[str, Any]:
    """A trace as it is sent, and how many of its tokens, and pairs after them, are left out."""
    left_out = max(len(trace["tokens"]) - TOKENS, 0)
    pairs = [pair for pair in trace["pairs"] if pair["first"] < TOKENS]
    return {**trace, "tokens": trace["tokens"][:TOKENS], "pairs": pairs, "tokens_left_out": left_out}


def epochs_of(opened: Opened, given: Asked) -> dict[str, Any]:
    """What a model that was trained here said of a text after each epoch."""
    if opened.replay is None:
        raise RefusedError(
            409,
            f"the epochs of {opened.name} are not at hand, only those of the model trained here last: "
            "train again",
        )
    text, truth = text_of(opened, given)
    replay = opened.replay
    found = opened.remembered(("epochs", text), lambda: replay.probabilities(strings([text])))[:, 0]
    epochs = opened.trace["training"]["epochs"]
    return {
        "text": text,
        "truth": truth,
        "classes": opened.model.names,
        "epochs": [
            {
                "epoch": epoch["epoch"],
                "probabilities": row.tolist(),
                "predicted": opened.model.named(row[None, :])[0],
                "train_loss": epoch["train_loss"],
                "held_out_loss": epoch["held_out_loss"],
                "held_out_accuracy": epoch["held_out_accuracy"],
            }
            for epoch, row in zip(epochs, found, strict=True)
        ],
    }


def models_of(session: Session) -> list[dict[str, Any]]:
    """The models that are open."""
    return [
        {
            "model": number,
            "name": opened.name,
            "classes": opened.model.names,
            "source": opened.trace["data"]["source"],
            "accuracy": scores["accuracy"]["value"] if (scores := opened.trace["scores"]) else None,
            "epochs_at_hand": opened.replay is not None,
            "command": opened.trace["provenance"]["command"],
        }
        for number, opened in enumerate(session.models)
    ]


def compared(session: Session, given: Asked) -> dict[str, Any]:
    """Two texts in one model, or one in two."""
    first = session.model(given.get("model") or "0")
    if "with" in given:
        second = session.model(given["with"])
        return {"first": sent(predicted(first, given)), "second": sent(predicted(second, given))}
    other = first.classifier.trace(given.get("other", ""))
    return {"first": sent(predicted(first, given)), "second": sent(other)}


def started(run: Run) -> dict[str, Any]:
    """A training or a claim that has begun, or how far it is."""
    return {
        "run": run.number,
        "command": run.command,
        "settings": run.settings,
        "ended": run.ended,
        "last": run.events[-1] if run.events else None,
    }


async def follow(run: Run, seen: int) -> AsyncIterator[bytes]:
    """The events of a run as they happen (text/event-stream), from one on; ends as it does."""
    while True:
        ended = run.ended  # before the events are read: none comes after
        for event in run.events[seen:]:
            seen += 1
            name = event["event"]
            yield f"id: {seen}\nevent: {name}\ndata: {json.dumps(event)}\n\n".encode()
        if ended:
            return
        await asyncio.sleep(LOOK)


def api(session: Session, trainer: Trainer) -> list[Route]:
    """The routes below ``api/``."""

    def of_model(work: Callable[[Opened, Asked], object]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            given = await asked(request)
            opened = session.model(given.get("model") or "0")
            return await run_in_threadpool(lambda: answer(work(opened, given)))

        return endpoint

    async def models(request: Request) -> Response:
        return answer(models_of(session))

    async def compare(request: Request) -> Response:
        given = await asked(request)
        return await run_in_threadpool(lambda: answer(compared(session, given)))

    async def start(request: Request) -> Response:
        given = await asked(request)
        opened = session.model(given.get("model") or "0")
        return answer(started(await run_in_threadpool(trainer.start, opened, given)), 202)

    async def measure(request: Request) -> Response:
        given = await asked(request)
        opened = session.model(given.get("model") or "0")
        return answer(started(await run_in_threadpool(start_claim, session, opened, given)), 202)

    async def measured(request: Request) -> Response:
        one = session.jobs.run(request.path_params["run"], "claim")
        if one.result is None:
            raise RefusedError(409, f"there is nothing of {one.name}{'' if one.ended else ' yet'}")
        return await run_in_threadpool(lambda: answer(one.result))

    async def run(request: Request) -> Response:
        return answer(started(session.jobs.run(request.path_params["run"])))

    async def stop(request: Request) -> Response:
        one = session.jobs.run(request.path_params["run"])
        one.stop.set()
        return answer(started(one))

    async def events(request: Request) -> Response:
        one = session.jobs.run(request.path_params["run"])
        last = request.headers.get("last-event-id", "0")
        seen = int(last) if last.isascii() and last.isdigit() and len(last) < 9 else 0
        return StreamingResponse(follow(one, seen), media_type="text/event-stream")

    both = ["GET", "POST"]
    of_models: dict[str, Callable[[Opened, Asked], object]] = {
        "predict": lambda opened, given: sent(predicted(opened, given)),
        "word": lambda opened, given: word_of(opened, given.get("word", "")),
        "decided": lambda opened, given: decided_in(opened, given.get("word", "")),
        "edits": lambda opened, given: flips(opened, predicted(opened, given)),
        "nearest": lambda opened, given: nearest(opened, text_of(opened, given)[0]),
        "texts": browse,
        "epochs": epochs_of,
        "versus": lambda opened, given: versus(opened, session.model(given.get("with", ""))),
    }
    return [
        *(Route(f"/api/{name}", of_model(work), methods=both) for name, work in of_models.items()),
        Route("/api/models", models),
        Route("/api/compare", compare, methods=both),
        Route("/api/train", start, methods=["POST"]),
        Route("/api/claim", measure, methods=["POST"]),
        Route("/api/claim/{run}", measured),
        Route("/api/runs/{run}", run),
        Route("/api/runs/{run}/stop", stop, methods=["POST"]),
        Route("/api/runs/{run}/events", events),
    ]
