"""From what was measured to the document: points, differences, races, rows needed, verdicts."""

from collections.abc import Sequence
from statistics import median as middle

import numpy as np

from wordglass.claiming import questions
from wordglass.claiming.intervals import difference, interval, over_draws
from wordglass.claiming.plan import FIXED, Plan
from wordglass.claiming.sweep import Key, Swept
from wordglass.trace.claim import (
    Arm,
    ClaimDifference,
    ClaimFaster,
    ClaimLess,
    ClaimPoint,
    ClaimSize,
)
from wordglass.trace.document import Interval


class Told:
    """The measured trainings, read in the ways that the questions need."""

    def __init__(self, plan: Plan, swept: Swept) -> None:
        self.plan, self.swept = plan, swept

    def points(self) -> list[ClaimPoint]:
        """Every arm at every size, where there is a draw."""
        found = []
        for size in self.plan.sizes:
            for arm in self.plan.arms:
                keys = [(arm, size["size"], draw) for draw in self.swept.draws(arm, size["size"])]
                if keys:
                    scored = [self.swept.scored[key] for key in keys]
                    found.append(
                        ClaimPoint(
                            arm=arm,
                            size=size["size"],
                            rows=size["rows"],
                            draws=len(keys),
                            accuracy=interval(scored, 0),
                            macro_f1=interval(scored, 1),
                            seconds=float(middle(self.swept.runs[key]["seconds"] for key in keys)),
                        )
                    )
        return found

    def differences(self) -> list[ClaimDifference]:
        """The pretrained arm less each other, and the shuffled one less the random one."""
        arms = self.plan.arms
        pairs: list[tuple[Arm, Arm]] = [(arms[0], other) for other in arms[1:]]
        if "random" in arms and "shuffled" in arms:
            pairs.append(("shuffled", "random"))
        found = []
        for arm, other in pairs:
            for size in self.plan.sizes:
                both = self.paired(arm, other, size)
                if both:
                    scored = [(self.swept.scored[a], self.swept.scored[b]) for a, b in both]
                    found.append(
                        ClaimDifference(
                            arm=arm,
                            other=other,
                            size=size["size"],
                            rows=size["rows"],
                            draws=len(both),
                            accuracy=difference(scored, 0),
                            macro_f1=difference(scored, 1),
                        )
                    )
        return found

    def faster(self, other: Arm) -> list[ClaimFaster]:
        """How soon the pretrained arm reaches another's best, at each size."""
        found = []
        for size in self.plan.sizes:
            races = [self._race(*pair) for pair in self.paired("pretrained", other, size)]
            if races:
                found.append(
                    ClaimFaster(
                        other=other,
                        size=size["size"],
                        target=float(np.mean([race.target for race in races])),
                        reached=sum(race.epochs < np.inf for race in races),
                        draws=len(races),
                        fewer=sum(race.epochs < race.epochs_other for race in races),
                        as_many=sum(race.epochs == race.epochs_other for race in races),
                        epochs=questions.median([race.epochs for race in races]),
                        epochs_other=questions.median([race.epochs_other for race in races]),
                        seconds=questions.median([race.seconds for race in races]),
                        seconds_other=questions.median([race.seconds_other for race in races]),
                    )
                )
        return found

    def less(self, other: Arm, points: Sequence[ClaimPoint]) -> list[ClaimLess]:
        """How many rows the pretrained arm needs for what another reaches at each size."""
        curve = [(p["rows"], p["accuracy"]["value"]) for p in points if p["arm"] == "pretrained"]
        found = []
        for point in points:
            if point["arm"] == other:
                needed = questions.rows_needed(curve, point["accuracy"]["value"])
                never = needed.rows == np.inf
                found.append(
                    ClaimLess(
                        other=other,
                        size_other=point["size"],
                        rows_other=point["rows"],
                        accuracy=point["accuracy"]["value"],
                        rows=None if never else needed.rows,
                        beyond="more" if never else "fewer" if needed.less else "within",
                    )
                )
        return found

    def share_faster(self, other: Arm) -> Interval | None:
        """The share of sizes at which fewer epochs do, over draws."""
        shares = []
        for draw in self._whole(other):
            pairs = self._pairs(other, draw)
            races = [self._race(*pair) for pair in pairs.values()]
            shares.append(np.mean([questions.won(race.epochs, race.epochs_other) for race in races]))
        return over_draws(np.array(shares))

    def share_less(self, other: Arm) -> Interval | None:
        """The share of sizes at which fewer rows do, over draws."""
        shares = []
        runs = self.swept.runs
        for draw in self._whole(other):
            pairs = self._pairs(other, draw)
            curve = [(runs[own]["rows"], runs[own]["accuracy"]) for own, _ in pairs.values()]
            won = []
            for _, theirs in pairs.values():
                needed = questions.rows_needed(curve, runs[theirs]["accuracy"])
                won.append(1.0 if needed.less else questions.won(needed.rows, runs[theirs]["rows"]))
            shares.append(np.mean(won))
        return over_draws(np.array(shares))

    def paired(self, arm: Arm, other: Arm, size: ClaimSize) -> list[tuple[Key, Key]]:
        """The draws that two arms have both finished, in pairs."""
        found = []
        for draw in range(self.plan.draws):
            one, two = self.key(arm, size["size"], draw), self.key(other, size["size"], draw)
            if one and two and (one, two) not in found:
                found.append((one, two))
        return found

    def key(self, arm: Arm, size: int | None, draw: int) -> Key | None:
        """The training of a draw: of all rows, where an arm draws nothing, there is one for all draws."""
        key = arm, size, 0 if size is None and arm in FIXED else draw
        return key if key in self.swept.runs else None

    def _pairs(self, other: Arm, draw: int) -> dict[int | None, tuple[Key, Key]]:
        """The sizes at which a draw has both the pretrained arm and another."""
        found = {}
        for size in self.plan.sizes:
            one, two = self.key("pretrained", size["size"], draw), self.key(other, size["size"], draw)
            if one and two:
                found[size["size"]] = one, two
        return found

    def _whole(self, other: Arm) -> list[int]:
        """The draws that have all sizes which any has: only they can be compared."""
        sizes = {draw: set(self._pairs(other, draw)) for draw in range(self.plan.draws)}
        every = set().union(*sizes.values())
        return [draw for draw, own in sizes.items() if own == every and every]

    def _race(self, own: Key, other: Key) -> questions.Race:
        runs = self.swept.runs
        return questions.race(runs[own]["epochs"], runs[other]["epochs"])
