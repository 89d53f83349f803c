"""What texts may name: facts of a run, each a pure function of it, worked out for the text that names it."""

from collections.abc import Callable
from typing import Any

from wordglass.learn.facts.groups import groups
from wordglass.learn.facts.heads import baselines, heads
from wordglass.learn.facts.learning import learning
from wordglass.learn.facts.measured import measured
from wordglass.learn.facts.negation import negation
from wordglass.learn.facts.order import order
from wordglass.learn.facts.run import run
from wordglass.learn.facts.unknown import unknown
from wordglass.learn.facts.unseen import unseen
from wordglass.learn.facts.worked import worked
from wordglass.learn.review.spacing import schedule
from wordglass.opened import Opened

FACTS: dict[str, Callable[[Opened], Any]] = {
    "baselines": baselines,
    "groups": groups,
    "heads": heads,
    "learning": learning,
    "measured": measured,
    "negation": negation,
    "order": order,
    "run": run,
    "schedule": schedule,
    "unknown": unknown,
    "unseen": unseen,
    "worked": worked,
}
