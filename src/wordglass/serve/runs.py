"""Training on the page, told epoch by epoch."""

import shlex
from time import perf_counter
from typing import Any

from wordglass.classifier import TextClassifier
from wordglass.kinds import PRESETS, kinds_of
from wordglass.opened import Opened
from wordglass.parts import Parts
from wordglass.presets import preset_of
from wordglass.replay import Replay
from wordglass.rows import Rows, Told
from wordglass.serve.asked import flag, number, whole
from wordglass.serve.jobs import Run
from wordglass.serve.refused import RefusedError
from wordglass.serve.session import Session
from wordglass.trace.document import Epoch
from wordglass.training import Wanted, train

MOST_EPOCHS = 1_000
OPTIONS = {"held_out": "--held-out", "random_state": "--seed"}  # those that have another name


class Trainer:
    """Starts trainings, whose models become the session's."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def start(self, opened: Opened, given: dict[str, str]) -> Run:
        """Train on the rows of a model with other settings. RefusedError while other work goes on."""
        settings = settings_of(given)
        parts = opened.rows.parts  # where they are not at hand, this says so before anything starts
        parameters = {**opened.classifier.get_params(), "keep": "all", "int8": False, **settings}
        command = command_of(opened.told, parameters)
        return self.session.jobs.start(
            "training", settings, command, lambda run: self._train(run, parameters, parts, opened.told)
        )

    def _train(self, run: Run, parameters: dict[str, Any], parts: Parts, told: Told) -> None:
        kept: list[Replay] = []

        def on_epoch(epoch: Epoch) -> None:
            run.tell("epoch", **epoch)

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
        number = self.session.add(Opened(run.name, classifier, Rows.at_hand(parts), told, kept[0]))
        scores = trace["scores"]
        run.events.append(
            {
                "event": "done",
                "model": number,
                "name": run.name,
                "stopped": trace["training"]["stopped"],
                "accuracy": scores["accuracy"]["value"] if scores else None,
                "seconds": trace["provenance"]["seconds"],
            }
        )


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
