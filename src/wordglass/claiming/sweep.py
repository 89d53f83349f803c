"""The trainings, in an order in which stopping early leaves the most: a draw of every size, then the next."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import NamedTuple

from wordglass.claiming.arms import Bench
from wordglass.claiming.intervals import Resamples, Scored
from wordglass.claiming.names import NAMES, at_size
from wordglass.claiming.plan import FIXED, Plan, draw_rows
from wordglass.trace import numbers
from wordglass.trace.claim import Arm, ClaimRun

Key = tuple[Arm, int | None, int]  # arm, size, draw
OnRun = Callable[[ClaimRun, int, int], None]


class Swept(NamedTuple):
    """What was finished, and why no more was."""

    runs: dict[Key, ClaimRun]
    scored: dict[Key, Scored]
    asked: int  # trainings
    stopped: str  # "" where all was finished
    interrupted: bool

    def draws(self, arm: Arm, size: int | None) -> list[int]:
        """The draws of an arm at a size that were finished; of an arm that draws nothing there, all."""
        return [draw for a, s, draw in self.runs if a == arm and s == size]


def jobs(plan: Plan) -> Iterator[Key]:
    """Every training, in order: all arms at the smallest size first, all sizes before the next draw.

    Of all rows nothing is drawn but some arms' vectors: the other arms are trained once.
    """
    for draw in range(plan.draws):
        for size in plan.sizes:
            for arm in plan.arms:
                if draw == 0 or size["size"] is not None or arm not in FIXED:
                    yield arm, size["size"], draw


def sweep(bench: Bench, plan: Plan, budget: float | None, on_run: OnRun | None) -> Swept:
    """Train every arm on every draw, until the budget (seconds) would be spent or the user has had enough."""
    began = perf_counter()
    m = bench.material
    resamples = Resamples(len(m.test), bench.seed)
    every = list(jobs(plan))
    runs: dict[Key, ClaimRun] = {}
    scored: dict[Key, Scored] = {}
    spent: dict[tuple[Arm, int | None], float] = {}
    stopped, interrupted = "", False
    try:
        for arm, size, draw in every:
            expected = perf_counter() - began + spent.get((arm, size), 0.0)
            if budget is not None and runs and expected > budget:
                stopped = f"the budget of {numbers.seconds(budget)} was spent"
                break
            rows = draw_rows(m, size, bench.seed, draw)
            outcome = bench.run(arm, rows, draw)
            found = resamples.score(m.truth, outcome.guess, len(m.classes))
            accuracy, macro_f1 = found.value.tolist()
            run = ClaimRun(
                arm=arm,
                size=size,
                rows=len(rows),
                draw=draw,
                C=outcome.C,
                chosen=outcome.chosen,
                accuracy=accuracy,
                macro_f1=macro_f1,
                seconds=outcome.seconds,
                epochs=outcome.epochs,
            )
            scored[arm, size, draw] = found  # first: what is among the runs has been scored
            runs[arm, size, draw] = run
            spent[arm, size] = outcome.seconds
            if on_run:
                on_run(run, len(runs), len(every))
    except KeyboardInterrupt:
        if not runs:
            raise
        stopped, interrupted = "interrupted", True
    return Swept(runs, scored, len(every), stopped, interrupted)


def missing(plan: Plan, swept: Swept) -> list[str]:
    """What of the plan was not finished, and why, size by size."""
    if not swept.stopped:
        return []
    left = numbers.count(swept.asked - len(swept.runs))
    lines = [f"{swept.stopped}: {left} of {numbers.plural(swept.asked, 'training')} were not done"]
    asked: dict[tuple[Arm, int | None], int] = {}
    for arm, size, _ in jobs(plan):
        asked[arm, size] = asked.get((arm, size), 0) + 1
    for name in [size["size"] for size in plan.sizes]:
        done = {arm: len(swept.draws(arm, name)) for arm in plan.arms}
        if nobody := [NAMES[arm] for arm in plan.arms if not done[arm]]:
            who = "nothing" if len(nobody) == len(plan.arms) else f"all but {', '.join(nobody)}"
            lines.append(f"{at_size(name)}: {who}")
        if few := [arm for arm in plan.arms if 0 < done[arm] < asked[arm, name]]:
            counts = ", ".join(f"{NAMES[arm]} {done[arm]}" for arm in few)
            lines.append(f"{at_size(name)}: of {numbers.plural(plan.draws, 'draw')} {counts}")
    return lines
