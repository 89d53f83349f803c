"""What does a process of wordglass cost before it does any work, and what does the very first one cost?"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from harness import (
    Goal,
    Result,
    Row,
    arguments,
    interleaved_processes,
    processes_table,
    run,
    seconds_of,
    training,
    wordglass,
)

HELP, LINE = "wordglass --help", "wordglass predict of one line"
PYTHON, IMPORT, LOAD = "python, nothing done", "import wordglass", "import wordglass, load a model twice"
TEXT = "I love sunny days\n"

LOADING = """
import sys, time
import wordglass.store
from wordglass import TextClassifier
for _ in range(2):  # the first load in a process loads the kernels too
    clock = time.perf_counter()
    TextClassifier.load(sys.argv[1])
    print(time.perf_counter() - clock)
"""

TRAIN, EVERY = "train, vectors converted", "every kernel"
LOADING_EVERY = """
from wordglass.cli.options import announce_compilation
from wordglass.kernels.loading import loaded
from wordglass.kernels.signatures import GROUPS
announce_compilation()
for group in GROUPS:
    loaded(group)
"""


def main() -> None:
    """Time whole processes with warm caches, interleaved, then the first ones with empty caches."""
    rounds = arguments(__doc__, rounds=9).rounds
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / "model"
        run(training("bbc_news", "--held-out", 0, "-o", model))
        processes = interleaved_processes(
            {
                PYTHON: [*python, "pass"],
                HELP: wordglass("--help"),
                IMPORT: [*python, "import wordglass"],
                LOAD: [*python, LOADING, str(model)],
                LINE: wordglass("predict", model, "-"),
            },
            rounds,
            stdin=TEXT,
        )
        compiling = first_compilation(folder)
    seconds = {name: median(taken) for name, taken in seconds_of(processes).items()}
    loads = [[float(line) for line in process.output.split()] for process in processes[LOAD]]
    first, again = map(median, zip(*loads, strict=True))
    Result(
        "startup",
        __doc__,
        f"Whole processes, files and compiled kernels in the caches; medians of {rounds} interleaved rounds. "
        "The first compilation is what a command takes longer where the cache is empty, measured once. "
        "Loading is timed within the process, after the imports: the first load, which also loads the "
        "kernels, and the next.",
        {
            "Processes": processes_table(processes),
            "Loading a saved model": [
                {"load": "first", "ms": 1000 * first},
                {"load": "next", "ms": 1000 * again},
            ],
            "First compilation": compiling,
        },
        [
            Goal(f"{HELP}, s", seconds[HELP], most=0.5),
            Goal(f"{LINE}, s", seconds[LINE], most=1.5),
            Goal("loading a saved model, ms", 1000 * first, most=50),
            Goal("first compilation in all, s", compiling[-1]["seconds more"], most=15),
        ],
    ).finish()


def first_compilation(folder: Path) -> list[Row]:
    """Seconds of what needs kernels, with an empty cache and with them kept in it."""
    commands = {
        TRAIN: training("trec6", "--held-out", 0, "-o", folder / "first"),
        EVERY: [sys.executable, "-c", LOADING_EVERY],
    }
    rows: list[Row] = []
    for name, command in commands.items():
        cache = folder / "cache"
        empty = run(command, WORDGLASS_CACHE=str(cache))
        shutil.rmtree(cache / "vectors", ignore_errors=True)  # so that they are converted both times
        filled = run(command, WORDGLASS_CACHE=str(cache))
        shutil.rmtree(cache)
        rows.append(
            {
                "command": name,
                "announced": "yes" if "compiling" in empty.output else "no",
                "seconds, empty cache": empty.seconds,
                "seconds, kernels kept": filled.seconds,
                "seconds more": empty.seconds - filled.seconds,
            }
        )
    return rows


if __name__ == "__main__":
    main()
