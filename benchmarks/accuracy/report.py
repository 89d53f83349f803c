"""The result: what the runs come to, set by set and over all sets, and the goals."""

import json
import sys
from collections import Counter, defaultdict
from itertools import product
from statistics import mean, median, stdev
from typing import Any, NamedTuple

import splits
from contenders import CONTENDERS, LEXICAL, RIVALS, TRANSFORMER
from harness import RESULTS, ROOT, Goal, Row, environment, markdown
from runs import BUDGETS, is_all, read_runs
from scipy.stats import rankdata, t

OURS = "wordglass balanced"  # what the goals are about
SETS = (*splits.SINGLE, *splits.MULTI)
MISSING = 2  # sets that a contender may lack at a budget and still be compared there, on the others
PLOTTED = (OURS, *RIVALS, TRANSFORMER)
THROUGHPUT = ROOT / "build" / "accuracy" / "throughput.json"
PEERS = ("fasttext-numpy2-wheel", "model2vec", "tokenlearn-static-model", "wordllama")

QUESTION = "How accurate is each classifier, from 8 labels a class up to all that there are?"
MEASURED = (
    f"{len(splits.SINGLE)} sets of one label a row, by accuracy, and {len(splits.MULTI)} of several, by "
    f"macro-F1; at most {splits.POOL:,} rows to draw from and {splits.TESTED:,} to test on. "
    "Up to five draws with 8 and 64 labels a class, up to three with 512, ± the half-width of the 95% "
    "interval of their mean where there are two or more; with all, one run. Seconds are those of the "
    "processor for training, from texts to model, with the "
    "choice of settings, packages and tables already loaded."
)


class Cell(NamedTuple):
    """What a contender reaches on a set with so many labels."""

    score: float
    interval: float | None  # half the width of the 95% interval over draws
    seconds: float  # of training, the median
    draws: dict[int, float]  # the score of each, by seed
    macro_f1: float  # the mean, whatever the score is


class Scores:
    """The cells of every contender, of which one that takes too long keeps those of fewer labels."""

    def __init__(self, runs: list[Row]) -> None:
        grouped: dict[Any, list[Row]] = defaultdict(list)
        for run in runs:
            grouped[run["contender"], run["set"], run["labels"]].append(run)
        self.own = {
            k: cell_of(made) for k, made in grouped.items() if not any("failed" in run for run in made)
        }
        self.failed = [k for k, made in grouped.items() if any("failed" in run for run in made)]
        for contender, data, labels in product(CONTENDERS, SETS, BUDGETS):
            below = [b for b in BUDGETS[: BUDGETS.index(labels)] if (contender, data, b) in self.own]
            if (contender, data, labels) not in self.own and self.too_long(contender, data, labels) and below:
                self.own[contender, data, labels] = self.own[contender, data, below[-1]]
        self.notes = Counter((run["contender"], note) for run in runs for note in run.get("notes", ()))
        self.contenders = [name for name in CONTENDERS if any(name == key[0] for key in self.own)]

    def too_long(self, contender: str, data: str, labels: int | None) -> bool:
        """Whether training took too long with as many labels or fewer."""
        upto = BUDGETS[: BUDGETS.index(labels) + 1]
        return any((contender, data, fewer) in self.failed for fewer in upto)

    def cell(self, contender: str, data: str, labels: int | None) -> Cell | None:
        """What it reaches; with as many labels as there are nearly, what it reaches with all."""
        return self.own.get((contender, data, None if labels and is_all(data, labels) else labels))

    def complete(self, labels: int | None) -> list[str]:
        """The contenders that have been run on nearly all sets with so many labels."""
        ran = {
            name: sum(self.cell(name, data, labels) is not None for data in SETS) for name in self.contenders
        }
        return [name for name, sets in ran.items() if sets >= len(SETS) - MISSING]

    def common(self, labels: int | None) -> list[str]:
        """The sets that all of these have been run on."""
        names = self.complete(labels)
        return [data for data in SETS if names and all(self.cell(name, data, labels) for name in names)]

    def mean(self, contender: str, labels: int | None) -> float:
        """The mean score over these sets."""
        return mean(self.cell(contender, data, labels).score for data in self.common(labels))

    def lead(self, data: str, labels: int | None, rival: str) -> float:
        """How many points ours is ahead of a rival on a set, over the draws that both were run on."""
        ours, theirs = self.cell(OURS, data, labels).draws, self.cell(rival, data, labels).draws
        return 100 * mean(ours[seed] - theirs[seed] for seed in ours.keys() & theirs.keys())

    def mean_rank(self, names: list[str]) -> dict[str, float]:
        """The mean over sets and budgets of each one's rank among some, 1 being the best."""
        ranks = [
            rankdata([-self.own[name, data, labels].score for name in names])
            for labels in BUDGETS
            for data in self.common(labels)
            if not (labels and is_all(data, labels))
        ]
        return dict(zip(names, map(mean, zip(*ranks, strict=True)), strict=True))


def cell_of(runs: list[Row]) -> Cell:
    """The runs of different draws as one."""
    metric = "macro_f1" if runs[0]["set"] in splits.MULTI else "accuracy"
    draws = {run["seed"]: run[metric] for run in runs}
    scores = list(draws.values())
    n = len(scores)
    half = float(t.ppf(0.975, n - 1)) * stdev(scores) / n**0.5 if n > 1 else None
    return Cell(
        mean(scores),
        half,
        median(run["train_cpu_seconds"] for run in runs),
        draws,
        mean(run["macro_f1"] for run in runs),
    )


def write() -> None:
    """Write ``results/accuracy.json`` and show its head."""
    scores = Scores(list(read_runs()))
    if not any(map(scores.common, BUDGETS)):
        sys.exit("no set has been run with all contenders yet: nothing to report")
    document = {
        "benchmark": "accuracy",
        "question": QUESTION,
        "measured": measured(scores),
        "environment": environment(PEERS),
        "tables": {"Means": overview(scores), f"Where a rival is ahead of {OURS}": behind(scores)},
        "goals": [goal.row() for goal in goals(scores)],
        "plots": plots(scores),
        "sets": {data: table_of(scores, data) for data in SETS},
    }
    (RESULTS / "accuracy.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    print(markdown(document))


def measured(scores: Scores) -> str:
    """What was run, and what is lacking."""
    counts = ", ".join(f"{len(scores.common(b))} with {b or 'all'}" for b in BUDGETS)
    late = sorted({f"{name} on {data} with {labels or 'all'}" for name, data, labels in scores.failed})
    more = (
        f" Over three minutes of both cores, so that fewer labels stand for them: {'; '.join(late)}."
        if late
        else ""
    )
    more += "".join(f" {name}, {runs} runs: {note}." for (name, note), runs in sorted(scores.notes.items()))
    over = f"Means are over the sets that all contenders in their column have been run on: {counts}."
    return f"{MEASURED} {over}{more}"


def overview(scores: Scores) -> list[Row]:
    """Mean scores and mean ranks of every contender."""
    budgets = [b for b in BUDGETS if scores.common(b)]
    ranks = scores.mean_rank(ranked(scores))
    return [
        {"contender": name}
        | {
            str(b or "all"): round(scores.mean(name, b), 4) if name in scores.complete(b) else ""
            for b in budgets
        }
        | {"mean rank": round(ranks[name], 2) if name in ranks else ""}
        for name in scores.contenders
    ]


def behind(scores: Scores) -> list[Row]:
    """The sets and budgets at which a rival reaches more, over the draws that both were run on."""
    rows = []
    for labels, data, rival in product(BUDGETS, SETS, RIVALS):
        both = scores.cell(OURS, data, labels), scores.cell(rival, data, labels)
        if all(both) and not (labels and is_all(data, labels)):
            points = scores.lead(data, labels, rival)
            if points < 0:
                draws = len(both[0].draws.keys() & both[1].draws.keys())
                rows.append(
                    {"labels": labels or "all", "set": data, "rival": rival, "points": round(-points, 2)}
                    | {"draws": draws, "its macro-F1": round(both[1].macro_f1, 3)}
                    | {"ours": round(both[0].macro_f1, 3)}
                )
    return rows


def ranked(scores: Scores) -> list[str]:
    """Who is ranked: all but the transformer, and of wordglass one."""
    budgets = [b for b in BUDGETS if scores.common(b)]
    always = [name for name in scores.contenders if all(name in scores.complete(b) for b in budgets)]
    others = (name for name in always if not name.startswith("wordglass") and name != TRANSFORMER)
    return [*(name for name in (OURS,) if name in scores.contenders), *others]


def goals(scores: Scores) -> list[Goal]:
    """What the figures are to reach, at every budget, as far as there are runs."""
    found = []
    for labels in BUDGETS:
        rivals = [name for name in RIVALS if name in scores.complete(labels)]
        if OURS not in scores.complete(labels) or not rivals:
            continue
        at = f"{labels or 'all'} labels"
        leads = {
            data: min(scores.lead(data, labels, rival) for rival in rivals) for data in scores.common(labels)
        }
        if not leads:
            continue
        worst = min(leads, key=leads.__getitem__)
        best = max(rivals, key=lambda name: scores.mean(name, labels))
        ours, theirs = scores.mean(OURS, labels), scores.mean(best, labels)
        found += [
            Goal(f"{at}: points over the best rival on the worst set, {worst}", leads[worst], least=-0.5),
            Goal(
                f"{at}: points over the best single rival, {best}, in the mean",
                100 * (ours - theirs),
                least=1,
            ),
        ]
        if TRANSFORMER in scores.complete(labels):
            ceiling = scores.mean(TRANSFORMER, labels)
            if labels != 8:
                found.append(
                    Goal(f"{at}: points over {TRANSFORMER} in the mean", 100 * (ours - ceiling), least=0)
                )
            elif LEXICAL in rivals:
                floor = scores.mean(LEXICAL, labels)
                share = (ours - floor) / (ceiling - floor)
                found.append(
                    Goal(f"{at}: share of the way from {LEXICAL} to {TRANSFORMER}", share, least=0.85)
                )
    ranks = scores.mean_rank(ranked(scores))
    if len(ranks) > 1:
        nearest = min((name for name in ranks if name != OURS), key=ranks.__getitem__)
        found.append(Goal(f"mean rank, that of {nearest} being the next", ranks[OURS], most=ranks[nearest]))
    if THROUGHPUT.exists():
        rates = json.loads(THROUGHPUT.read_text())
        found.append(
            Goal("texts/s against the transformer's", rates["wordglass"] / rates["minilm"], least=1000)
        )
    return found


def plots(scores: Scores) -> dict[str, list[Row]]:
    """The mean score of some contenders at every budget, and the mean of their seconds."""
    return {
        name: [
            {
                "labels": labels or "all",
                "score": round(scores.mean(name, labels), 4),
                "seconds": round(mean(scores.cell(name, data, labels).seconds for data in sets), 3),
            }
            for labels in BUDGETS
            if name in scores.complete(labels) and (sets := scores.common(labels))
        ]
        for name in PLOTTED
        if name in scores.contenders
    }


def table_of(scores: Scores, data: str) -> list[Row]:
    """A set: a row a contender."""
    budgets = [b for b in BUDGETS if not (b and is_all(data, b))]
    rows = []
    for name in scores.contenders:
        cells = {b: scores.own.get((name, data, b)) for b in budgets}
        if any(cells.values()):
            last = cells[None]
            rows.append(
                {"contender": name}
                | {str(b or "all"): shown(cell, scores.too_long(name, data, b)) for b, cell in cells.items()}
                | {
                    "seconds, all": round(last.seconds, 2)
                    if last and not scores.too_long(name, data, None)
                    else ""
                }
            )
    return rows


def shown(cell: Cell | None, too_long: bool) -> str:
    """A score as text, with its interval where there is one."""
    if too_long or cell is None:
        return "too long" if too_long else ""
    return f"{cell.score:.3f}" + (f" ± {cell.interval:.3f}" if cell.interval is not None else "")
