"""Training on the page: one at a time, in a thread of its own, told epoch by epoch, and stoppable."""

import shlex
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any

from wordglass.classifier import TextClassifier
from wordglass.errors import WordglassError
from wordglass.kinds import PRESETS, kinds_of
from wordglass.opened import Opened
from wordglass.parts import Parts
from wordglass.presets import preset_of
from wordglass.replay import Replay
from wordglass.rows import Rows, Told
from wordglass.serve.asked import flag, number, whole
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session
from wordglass.trace.document import Epoch
from wordglass.training import Wanted, train

MOST_EPOCHS = 1_000
KEPT = 50  # runs whose events are kept
OPTIONS = {"held_out": "--held-out", "random_state": "--seed"}  # those that have another name


class StoppedError(Exception):
    """Raised out of a training that was asked to end."""


@dataclass
class Run:
    """One training: what was asked for, and all that happened so far."""

    number: int
    settings: dict[str, Any]  # parameters of TextClassifier that differ from those of the model it began with
    command: str
    events: list[dict[str, Any]] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    ended: bool = False

    def tell(self, kind: str, **about: Any) -> None:
        """Add an event; a training that was asked to end does so here."""
        self.events.append({"event": kind, **about})
        if self.stop.is_set():
            raise StoppedError


class Trainer:
    """Starts trainings and remembers them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.runs: list[Run] = []
        self._lock = Lock()
        self._thread: Thread | None = None

    def start(self, opened: Opened, given: dict[str, str]) -> Run:
        """Train on the rows of a model with other settings. RefusedError while another training goes on."""
        settings = settings_of(given)
        parts = opened.rows.parts  # where they are not at hand, this says so before anything starts
        parameters = {**opened.classifier.get_params(), "keep": "all", "int8": False, **settings}
        with self._lock:
            if self._thread and self._thread.is_alive():
                raise RefusedError(409, "a training is going on: stop it, or wait for its end")
            run = Run(len(self.runs), settings, command_of(opened.told, parameters))
            self.runs.append(run)
            for old in self.runs[:-KEPT]:
                old.events = old.events[-1:]
            self._thread = Thread(target=self._train, args=(run, parameters, parts, opened.told), daemon=True)
            self._thread.start()
        return run

    def run(self, number: str) -> Run:
        """The run of a number in an address."""
        if number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(self.runs):
            return self.runs[int(number)]
        raise RefusedError(
            404, f"there is no training {number!r} here: there were {len(self.runs)}, from 0 on"
        )

    def end(self) -> None:
        """Stop what is going on, and wait a little for its end."""
        for run in self.runs:
            run.stop.set()
        if self._thread:
            self._thread.join(timeout=2)

    def _train(self, run: Run, parameters: dict[str, Any], parts: Parts, told: Told) -> None:
        kept: list[Replay] = []

        def on_epoch(epoch: Epoch) -> None:
            run.tell("epoch", **epoch)

        try:
            run.tell("said", words="reading words")
            classifier = TextClassifier(**parameters)
            model, trace = train(
                Wanted(**parameters),
                parts,
                None,
                perf_counter(),
                run.command,
                on_epoch=on_epoch,
                on_replay=kept.append,
                tell=lambda words: run.tell("said", words=words),
            )
            classifier.model_, classifier.trace_, classifier.classes_ = model, trace, model.classes
            name = f"training {run.number + 1}"
            number = self.session.add(Opened(name, classifier, Rows.at_hand(parts), told, kept[0]))
            scores = trace["scores"]
            run.events.append(
                {
                    "event": "done",
                    "model": number,
                    "name": name,
                    "stopped": trace["training"]["stopped"],
                    "accuracy": scores["accuracy"]["value"] if scores else None,
                    "seconds": trace["provenance"]["seconds"],
                }
            )
        except StoppedError:
            run.events.append({"event": "stopped", "words": "stopped: the models that were there stay"})
        except WordglassError as error:
            run.events.append({"event": "failed", "words": str(error)})
        except MemoryError:
            run.events.append({"event": "failed", "words": "not enough memory for this training"})
        except Exception as error:
            run.events.append({"event": "failed", "words": f"the training failed: {error!r}"})
            raise
        finally:
            run.ended = True


def settings_of(given: dict[str, str]) -> dict[str, Any]:
    """The parameters of TextClassifier that a form sets; those left empty stay as they are."""
    settings: dict[str, Any] = {}
    if preset := given.get("preset"):
        if preset not in PRESETS:
            raise RefusedError(400, f"there is no preset {preset[:40]!r}: there are {', '.join(PRESETS)}")
        settings |= {"preset": preset, "vectors": None}
    if vectors := given.get("vectors"):
        settings["vectors"] = vectors[:500]
    if pooling := given.get("pooling"):
        kinds_of(pooling[:100])
        settings["pooling"] = pooling[:100]
    for name in ("lexical", "characters"):
        if given.get(name):
            settings[name] = flag(given, name)
    if given.get("C"):
        settings["C"] = number(given, "C", 1.0, 1e-6, 1e6)
    if given.get("epochs"):
        settings["epochs"] = whole(given, "epochs", 1, 1, MOST_EPOCHS)
    return settings


def command_of(told: Told, parameters: dict[str, Any]) -> str:
    """What trains such a model outside of the page: a command, or Python where no file is known."""
    changed = {
        name: value
        for name, value in parameters.items()
        if value != getattr(TextClassifier(), name) and name != "threads"
    }
    if changed.get("vectors") == preset_of(parameters["preset"]).vectors:
        del changed["vectors"]
    if told.file is None:
        return f"{TextClassifier(**changed)!r}.fit(texts, labels)"
    words = ["wordglass", "train", told.file]
    for name, value in {"text": told.text, "label": told.label, **changed}.items():
        option = OPTIONS.get(name, f"--{name}")
        if isinstance(value, bool):
            words.append(option if value else f"--no-{name}")
        elif value == "balanced" and name == "class_weight":
            words.append("--balanced")
        elif value is not None:
            words += [option, f"{value:g}" if isinstance(value, float) else str(value)]
    if told.held_out is not None:
        words += ["--held-out", told.held_out]
    return shlex.join(words)
