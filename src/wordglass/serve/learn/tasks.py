"""Try, on the page: a task, a field for commands, what they really said, and whether the task is done."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from starlette.responses import Response
from starlette.routing import Route

from wordglass.errors import WordglassError
from wordglass.learn.tasks import tasks
from wordglass.learn.tasks.allowed import refuse_beyond
from wordglass.learn.tasks.attempt import Attempt, asked_for, run_commands
from wordglass.learn.tasks.kept import done_before, keep_done
from wordglass.learn.tasks.place import furnish
from wordglass.learn.tasks.running import Runner
from wordglass.learn.tasks.task import Task, Verdict
from wordglass.opened import Opened
from wordglass.serve.learn.lessons import TAB, mode_page
from wordglass.serve.pages import Page, endpoint
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session
from wordglass.vectors.listing import at_hand
from wordglass.vectors.names import NAME

SECONDS = 30.0  # that a command has
MOST = 4_000  # characters that may be typed
SHOWN = 20_000  # characters of an output


class Bench:
    """Where the commands of a page are run: a folder a model, which goes when the server ends."""

    def __init__(self) -> None:
        self.runner = Runner(SECONDS)
        self._lock = Lock()
        self._folders: dict[int, TemporaryDirectory[str]] = {}

    def folder(self, opened: Opened) -> Path:
        """The folder of a model, furnished when it is first asked for."""
        with self._lock:
            self.runner.refuse_if_ended()
            if id(opened) not in self._folders:
                made = TemporaryDirectory(prefix="wordglass-try-")
                furnish(opened, Path(made.name))
                self._folders[id(opened)] = made
            return Path(self._folders[id(opened)].name)

    def end(self) -> None:
        """Kill what is running, and take the folders away."""
        self.runner.end()
        with self._lock:
            for folder in self._folders.values():
                folder.cleanup()


def routes(session: Session) -> list[Route]:
    """The page of the tasks, and what runs commands."""
    bench = Bench()
    session.at_end.append(bench.end)

    def run(page: Page) -> Response:
        task = _chosen(page)
        if task is None:
            raise RefusedError(400, "there is no such task")
        typed = page.given.get("typed", "")
        if len(typed) > MOST:
            raise RefusedError(413, f"a command of more than {MOST:,} characters: give a shorter one")
        if task.kind == "program":
            raise RefusedError(400, "no program is run for a page: use the terminal")
        attempt: Attempt | None = None
        try:
            asked, folder = asked_for(typed), bench.folder(page.opened)
            for one in asked:
                refuse_beyond(one, folder, _tables(page.opened))
            attempt = run_commands(asked, folder, bench.runner)
            verdict = task.judge(attempt)
            if verdict.done:
                keep_done(page.opened, task)
        except WordglassError as error:
            verdict = Verdict(False, str(error))
        return _page(page, task, typed, attempt, verdict)

    def look(page: Page) -> Response:
        return _page(page, _chosen(page))

    return [
        Route("/learn/try", endpoint(session, TAB, look), methods=["GET"]),
        Route("/learn/try", endpoint(session, TAB, run), methods=["POST"]),
    ]


def _chosen(page: Page) -> Task | None:
    """The task that is asked for; None where none is."""
    asked = page.given.get("task")
    if not asked:
        return None
    for task in tasks(page.opened):
        if task.id == asked:
            return task
    raise RefusedError(404, f"there is no task {asked[:40]!r} here")


def _page(
    page: Page,
    task: Task | None,
    typed: str = "",
    attempt: Attempt | None = None,
    verdict: Verdict | None = None,
) -> Response:
    try:
        done = done_before(page.opened)
    except WordglassError:
        done = set()  # the frame of the page says why
    return mode_page(
        page,
        "try",
        "serve/learn/try.html",
        tasks=tasks(page.opened),
        done_tasks=done,
        task=task,
        typed=typed,
        outputs=_outputs(attempt),
        verdict=verdict,
        MOST=MOST,
    )


def _outputs(attempt: Attempt | None) -> list[dict[str, str | bool]]:
    """The commands that were run, and what they said."""
    if attempt is None:
        return []
    return [
        {
            "line": command.asked.line,
            "said": _clean((command.ran.out + command.ran.err)[:SHOWN]),
            "cut": command.ran.cut or len(command.ran.out) + len(command.ran.err) > SHOWN,
        }
        for command in attempt.commands
    ]


def _clean(said: str) -> str:
    """Without what would control a terminal or turn the direction of what follows."""
    return "".join(char for char in said if char.isprintable() or char in "\n\t")


def _tables(opened: Opened) -> set[str]:
    """The tables that a page may read: by name, and the model's own."""
    return {opened.model.vectors, *(entry["name"] for entry in at_hand() if NAME.fullmatch(entry["name"]))}
