"""What texts may name: facts of a run, each a pure function of it, worked out for the text that names it."""

from collections.abc import Callable
from typing import Any

from wordglass.learn.facts.run import run
from wordglass.opened import Opened

FACTS: dict[str, Callable[[Opened], Any]] = {
    "run": run,
}
