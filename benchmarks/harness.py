"""What every benchmark shares: the data, interleaved rounds, whole processes, and a result written as JSON.

A result is ``{"benchmark", "question", "measured", "environment", "tables", "goals"}``: the JSON file holds
all that ``tables.py`` puts into the documentation, and the terminal shows the same.
"""

import argparse
import importlib
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"  # public data sets and yardsticks, where the checkout has them beside it
RESULTS = Path(__file__).parent / "results"
PACKAGES = ("wordglass", "numpy", "numba", "llvmlite", "pyarrow", "scikit-learn")

EPOCHS = 5
SETTINGS = ("--epochs", EPOCHS, "--C", 1.0)  # of every training, so that none searches
RATIOS = "ratios are medians of the rounds' ratios"

Name = TypeVar("Name")  # of a contender
Row = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """A figure to reach, and what was measured; ``least`` or ``most`` is the bound."""

    what: str
    measured: float
    least: float = -math.inf
    most: float = math.inf

    def row(self) -> Row:
        """The goal as a row of a table."""
        return {
            "goal": self.what,
            "wanted": f"at most {self.most:g}" if self.least == -math.inf else f"at least {self.least:g}",
            "measured": self.measured,
            "reached": "yes" if self.least <= self.measured <= self.most else "no",
        }


@dataclass
class Result:
    """What a benchmark found."""

    benchmark: str
    question: str
    measured: str  # what was timed and on what, in a sentence or two
    tables: dict[str, list[Row]] = field(default_factory=dict)  # by caption
    goals: list[Goal] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)  # that a page of its own is made of

    def finish(self, peers: tuple[str, ...] = ()) -> None:
        """Print the result and write it to ``results/NAME.json``."""
        document = {
            "benchmark": self.benchmark,
            "question": self.question,
            "measured": self.measured,
            "environment": environment(peers),
            "tables": self.tables,
            "goals": [goal.row() for goal in self.goals],
            **self.more,
        }
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.benchmark}.json"
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        print(markdown(document))
        print(f"\nwritten: {path.relative_to(ROOT)}", file=sys.stderr)


def markdown(document: dict[str, Any]) -> str:
    """A result as Markdown, which is also what the terminal shows."""
    parts = [document["question"], document["measured"]]
    for caption, rows in document["tables"].items():
        parts += [f"{caption}:", table(rows)]
    if document["goals"]:
        parts.append(table(document["goals"]))
    return "\n\n".join([*parts, f"On {document['environment']['line']}."])


def table(rows: list[Row]) -> str:
    """Rows as an aligned Markdown table, numbers to the right."""
    names = list(rows[0])
    cells = [[figure(row[name]) for name in names] for row in rows]
    right = [all(isinstance(row[name], int | float) for row in rows) for name in names]
    widths = [max(len(name), 3, *(len(line[i]) for line in cells)) for i, name in enumerate(names)]

    def line(parts: list[str]) -> str:
        padded = (
            part.rjust(width) if number else part.ljust(width)
            for part, width, number in zip(parts, widths, right, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    ruler = ["-" * (w - 1) + (":" if number else "-") for w, number in zip(widths, right, strict=True)]
    return "\n".join([line(names), line(ruler), *map(line, cells)])


def figure(value: object) -> str:
    """A number to three significant digits, but at most three decimals; anything else as it is."""
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return str(value)
    decimals = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{value:,.{min(max(decimals, 0), 3)}f}"


def environment(peers: tuple[str, ...] = ()) -> dict[str, Any]:
    """The machine, the versions and how busy the machine was."""
    facts = {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in (*PACKAGES, *peers)},
        "load": round(os.getloadavg()[0], 2),
        "date": datetime.now(UTC).date().isoformat(),
    }
    packages = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    facts["line"] = (
        f"{facts['processor']}, {facts['cores']} cores, {facts['system']}, Python {facts['python']}, "
        f"{packages}; load average {facts['load']} at the end; {facts['date']}"
    )
    return facts


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def interleaved(contenders: Mapping[Name, Callable[[], object]], rounds: int) -> dict[Name, list[float]]:
    """Seconds of every contender, round by round: A B C, A B C, ... after one round that is not counted.

    What disturbs the machine for a while disturbs all of them, and ratios within a round stay true.
    """
    seconds: dict[Name, list[float]] = {name: [] for name in contenders}
    for counted in range(-1, rounds):
        for name, work in contenders.items():
            clock = time.perf_counter()
            work()
            if counted >= 0:
                seconds[name].append(time.perf_counter() - clock)
    return seconds


def times_faster(seconds: Mapping[Name, list[float]], name: Name, other: Name) -> float:
    """How many times faster ``name`` is than ``other``: the median of the rounds' ratios."""
    return statistics.median(b / a for a, b in zip(seconds[name], seconds[other], strict=True))


@dataclass(frozen=True)
class Process:
    """What a finished process took."""

    code: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


# A small process starts the measured one, whose peak would otherwise count the memory of this one: Linux
# carries it over.
_LAUNCHER = """
import json, os, sys, time
report = int(sys.argv[1])
os.set_inheritable(report, False)
clock = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - clock
processor, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6
os.write(report, json.dumps([os.waitstatus_to_exitcode(status), seconds, processor, peak]).encode())
"""


def run(command: list[str], *, stdin: str = "", check: bool = True, **variables: str) -> Process:
    """Run a command to its end, with more environment variables; where ``check``, its failure ends it all."""
    read, write = os.pipe()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(write), *command],
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[write],
        env={**os.environ, **variables},
        check=False,
    )
    os.close(write)
    with os.fdopen(read) as report:
        code, seconds, cpu, peak = json.loads(report.read() or "[1, 0, 0, 0]")
    if code and check:
        sys.exit(f"{' '.join(command)} ended with code {code}:\n{done.stdout[-2000:]}")
    return Process(code, seconds, cpu, peak, done.stdout)


def wordglass(*arguments: object) -> list[str]:
    """The command line of this Python's wordglass."""
    program = Path(sys.executable).parent / "wordglass"
    if not program.exists():
        sys.exit("wordglass is not installed beside this Python: pip install -e '.[bench]'")
    return [str(program), *map(str, arguments)]


def interleaved_processes(
    commands: dict[str, list[str]], rounds: int, stdin: str = ""
) -> dict[str, list[Process]]:
    """What every command took, round by round, after one round that is not counted."""
    done: dict[str, list[Process]] = {name: [] for name in commands}
    for counted in range(-1, rounds):
        for name, command in commands.items():
            process = run(command, stdin=stdin)
            if counted >= 0:
                done[name].append(process)
    return done


def seconds_of(processes: dict[str, list[Process]]) -> dict[str, list[float]]:
    """The seconds of every process, as ``interleaved`` gives them."""
    return {name: [one.seconds for one in done] for name, done in processes.items()}


def training(data: str, *more: object) -> list[str]:
    """The command that trains on a data set, without a search and without baselines."""
    columns = ("--text", "text", "--label", "label")
    return wordglass("train", data_file(data, "train"), *columns, *SETTINGS, "--no-baselines", *more)


def processes_table(processes: dict[str, list[Process]], **columns: dict[str, Any]) -> list[Row]:
    """A row for each process: medians of its seconds, its highest peak, and further columns."""
    return [
        {
            "process": name,
            "seconds": statistics.median(one.seconds for one in done),
            "processor seconds": statistics.median(one.cpu_seconds for one in done),
            "peak MB": round(max(one.peak_mb for one in done)),
        }
        | {column.replace("_", " "): cells[name] for column, cells in columns.items()}
        for name, done in processes.items()
    ]


def peer(module: str, package: str) -> ModuleType:
    """Import a peer, or end with a line that says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        sys.exit(f"{package} is not installed: pip install -e '.[bench]'")


def data_file(name: str, part: str = "test") -> Path:
    """A public data set as Parquet with the columns text and label."""
    path = SHARED / "data" / name / f"{part}.parquet"
    if not path.exists():
        sys.exit(f"{path} is absent: the benchmarks read data sets from shared/data beside the checkout")
    return path


def read_texts(name: str, part: str = "test") -> tuple[pa.LargeStringArray, list[str]]:
    """The texts and labels of a data set."""
    rows = pq.read_table(data_file(name, part))
    return rows["text"].cast(pa.large_string()).combine_chunks(), rows["label"].to_pylist()


def repeated(texts: pa.LargeStringArray, size: int) -> pa.LargeStringArray:
    """The texts over and over, until they have at least ``size`` bytes."""
    times = -(-size // size_of(texts))
    return pa.chunked_array([texts] * times).combine_chunks()


def size_of(texts: pa.LargeStringArray) -> int:
    """The bytes of the texts in UTF-8."""
    return int(pc.sum(pc.binary_length(texts)).as_py())


def arguments(description: str | None, rounds: int, **more: int) -> argparse.Namespace:
    """Read ``--rounds`` and further whole numbers from the command line."""
    ask = argparse.ArgumentParser(description=description)
    ask.add_argument("--rounds", type=int, default=rounds, help="rounds counted (default %(default)s)")
    for name, default in more.items():
        ask.add_argument(f"--{name.replace('_', '-')}", type=int, default=default, help="default %(default)s")
    return ask.parse_args()


def write_fasttext(path: Path, texts: Iterable[str], labels: list[str]) -> None:
    """Write a training file for fastText, one text a line."""
    with path.open("w") as file:
        file.writelines(f"__label__{label} {text}\n" for text, label in zip(texts, labels, strict=True))
