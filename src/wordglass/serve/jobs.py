"""Heavy work of a page: one at a time, in a thread of its own, told step by step, and stoppable."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

from wordglass.errors import WordglassError
from wordglass.serve.refused import RefusedError

LAST = ("done", "stopped", "failed")  # events after which there is none
KEPT = 50  # runs whose events are kept
GOING_ON = "a {} is going on: stop it, or wait for its end"


class StoppedError(Exception):
    """Raised out of work that was asked to end."""


@dataclass
class Run:
    """One piece of work: what was asked for, and all that happened so far."""

    number: int  # among all, from 0
    kind: str  # "training" or "claim"
    name: str  # such as "training 2"
    settings: dict[str, Any]  # what was asked for
    command: str  # that does the same outside of the page
    events: list[dict[str, Any]] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    result: Any = None  # what came of it, where that is more than events

    @property
    def ended(self) -> bool:
        """Whether its last event has happened."""
        return bool(self.events) and self.events[-1]["event"] in LAST

    def tell(self, event: str, **about: Any) -> None:
        """Add an event; work that was asked to end does so here."""
        self.events.append({"event": event, **about})
        if self.stop.is_set():
            raise StoppedError


class Jobs:
    """Starts runs and remembers them."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._lock = Lock()
        self._thread: Thread | None = None

    def start(self, kind: str, settings: dict[str, Any], command: str, work: Callable[[Run], None]) -> Run:
        """Begin work, which gives its last event itself. RefusedError while other work goes on."""
        with self._lock:
            if self.runs and not self.runs[-1].ended:
                raise RefusedError(409, GOING_ON.format(self.runs[-1].kind))
            name = f"{kind} {1 + len(self.of(kind))}"
            run = Run(len(self.runs), kind, name, settings, command)
            self.runs.append(run)
            for old in self.runs[:-KEPT]:
                old.events, old.result = old.events[-1:], None
            self._thread = Thread(target=_done, args=(run, work), daemon=True)
            self._thread.start()
        return run

    def of(self, kind: str) -> list[Run]:
        """The runs of one kind, in order."""
        return [run for run in self.runs if run.kind == kind]

    def run(self, number: str, kind: str = "") -> Run:
        """The run of a number in an address, of a kind where one is meant."""
        if number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(self.runs):
            found = self.runs[int(number)]
            if kind in ("", found.kind):
                return found
        what = kind or "training or claim"
        raise RefusedError(
            404, f"there is no {what} {number[:40]!r} here: there were {len(self.runs)}, from 0 on"
        )

    def end(self) -> None:
        """Stop what is going on, and wait a little for its end."""
        for run in self.runs:
            run.stop.set()
        if self._thread:
            self._thread.join(timeout=2)


def _done(run: Run, work: Callable[[Run], None]) -> None:
    """The work, whose failure is an event, too."""
    try:
        work(run)
    except StoppedError:
        run.events.append({"event": "stopped", "words": "stopped: the models that were there stay"})
    except WordglassError as error:
        run.events.append({"event": "failed", "words": str(error)})
    except MemoryError:
        run.events.append({"event": "failed", "words": f"not enough memory for this {run.kind}"})
    except Exception as error:
        run.events.append({"event": "failed", "words": f"the {run.kind} failed: {error!r}"})
        raise
