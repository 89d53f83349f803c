"""How accurate is each classifier at every budget of labels? Runs what is missing, then writes the result.

Each run is a line of ``build/accuracy/runs.jsonl``; what stands there is not run again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))  # for what all benchmarks share

import report
import splits
from contenders import CONTENDERS, TORCH, settings
from runs import BUDGETS, RUNS, budget, is_all, key, read_runs

ROOT = Path(__file__).resolve().parents[2]
SEEDS = {8: 5, 64: 5, 512: 3, None: 1}
# Fits of few rows take many times as long where each product of small matrices is split among threads.
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
LONGEST = 1800  # seconds after which a run is taken to hang
TORCH_PYTHON = ROOT / "build" / "distill" / "bin" / "python"

Job = dict[str, Any]


def main() -> None:
    """Run what is asked for and missing, the cheapest first."""
    asked = arguments()
    done = {key(run): run for run in read_runs() if run["contender"] not in asked.again}
    jobs = [job for job in wanted(asked) if key(job) not in done]
    if old := {
        run["contender"] for run in done.values() if run.get("settings") != settings(run["contender"])
    }:
        say(f"of other code than now, unless run --again: {', '.join(sorted(old))}")
    RUNS.parent.mkdir(parents=True, exist_ok=True)
    workers = Workers()
    with RUNS.open("a") as file:
        for number, job in enumerate(jobs):
            if beyond(job, done.values()):
                continue
            result = workers.run(job)
            if "error" in result:  # such as a peer that is not installed, or vectors that are not there yet
                say(f"{' '.join(map(str, key(job)))}: {result['error']}")
                continue
            done[key(job)] = result
            file.write(json.dumps(result) + "\n")
            file.flush()
            say(
                f"{number + 1} of {len(jobs)}, {left(jobs[number + 1 :], done.values())} left: {line(result)}"
            )
    report.write()


def arguments() -> argparse.Namespace:
    """Which sets, budgets, contenders and seeds."""
    every = (*splits.SINGLE, *splits.MULTI)
    ask = argparse.ArgumentParser(prog="benchmarks/accuracy", description=__doc__)
    ask.add_argument("--sets", nargs="*", metavar="SET", choices=every, default=every)
    ask.add_argument(
        "--labels",
        nargs="*",
        metavar="N",
        type=budget,
        choices=BUDGETS,
        default=BUDGETS,
        help="labels a class, or all",
    )
    ask.add_argument("--contenders", nargs="*", metavar="NAME", choices=CONTENDERS, default=list(CONTENDERS))
    ask.add_argument("--seeds", type=int, default=5, help="at most; 3 at 512 labels a class, 1 at all")
    ask.add_argument(
        "--again", nargs="*", metavar="NAME", choices=CONTENDERS, default=[], help="run though they stand"
    )
    return ask.parse_args()


def wanted(asked: argparse.Namespace) -> Iterator[Job]:
    """Every run asked for: few labels before many, and cheap contenders before others."""
    for labels in sorted(asked.labels, key=lambda n: n or sys.maxsize):
        for contender in sorted({*asked.contenders, *asked.again}, key=list(CONTENDERS).index):
            for data in asked.sets:
                for seed in range(0 if labels and is_all(data, labels) else min(asked.seeds, SEEDS[labels])):
                    yield {"contender": contender, "set": data, "labels": labels, "seed": seed}


def beyond(job: Job, done: Any) -> bool:
    """Whether the contender took too long on this set with as many labels or fewer."""
    return any(
        "failed" in run
        and (run["contender"], run["set"]) == (job["contender"], job["set"])
        and (run["labels"] or sys.maxsize) <= (job["labels"] or sys.maxsize)
        for run in done
    )


class Workers:
    """A process for each Python that contenders need; one that a run has ended is started anew."""

    def __init__(self) -> None:
        self.running: dict[Path, subprocess.Popen[str]] = {}

    def run(self, job: Job) -> Job:
        """What a run gave, or that it did not end in time."""
        python = TORCH_PYTHON if job["contender"] in TORCH else Path(sys.executable)
        if not python.exists():
            return {**job, "error": f"{python} is absent: see benchmarks/README.md"}
        if python not in self.running:
            command = [str(python), str(Path(__file__).with_name("worker.py"))]
            self.running[python] = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
            )
        worker = self.running[python]
        assert worker.stdin
        assert worker.stdout
        worker.stdin.write(json.dumps(job) + "\n")
        worker.stdin.flush()
        guard = threading.Timer(LONGEST, worker.kill)
        guard.start()
        answer = worker.stdout.readline()
        guard.cancel()
        if answer:
            return json.loads(answer)
        code = self.running.pop(python).wait()
        if code == -signal.SIGXCPU:
            return {**job, "failed": "too long", "settings": settings(job["contender"])}
        return {**job, "error": f"its process ended with code {code}"}


def left(jobs: list[Job], done: Any) -> str:
    """How long the runs to come take, if they take what the same contender took with as many labels."""
    took: dict[Any, list[float]] = {}
    for run in done:
        if "failed" not in run:
            seconds = run["train_seconds"] + run["predict_seconds"]
            for group in ((run["contender"], run["labels"]), run["labels"], None):
                took.setdefault(group, []).append(seconds)
    known = {group: mean(seconds) for group, seconds in took.items()}
    seconds = sum(
        known.get((job["contender"], job["labels"]), known.get(job["labels"], known.get(None, 0)))
        for job in jobs
    )
    return f"{seconds / 3600:.1f} h" if seconds > 3600 else f"{seconds / 60:.0f} min"


def line(run: Job) -> str:
    """A run in a line."""
    what = f"{run['contender']}, {run['set']}, {run['labels'] or 'all'} labels, seed {run['seed']}"
    if "failed" in run:
        return f"{what}: {run['failed']}"
    scores = f"accuracy {run['accuracy']:.3f}, macro-F1 {run['macro_f1']:.3f}"
    return f"{what}: {scores}, {run['train_seconds']:.1f} s"


def say(what: str) -> None:
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
