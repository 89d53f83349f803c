"""Does prediction stay flat in memory and linear in time as the file grows?"""

import sys
import tempfile
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq
from harness import (
    RATIOS,
    Goal,
    Result,
    arguments,
    interleaved_processes,
    processes_table,
    read_texts,
    run,
    seconds_of,
    size_of,
    times_faster,
    training,
    wordglass,
)

ROW_GROUP = 10_000  # rows; and a whole file in one, as pandas writes up to a million rows


def main() -> None:
    """Write the files, then predict them in turn, each in a process of its own."""
    given = arguments(__doc__, rounds=3, megabytes=1000)
    reviews = read_texts("imdb")[0]
    small, large = f"{given.megabytes // 10} MB", f"{given.megabytes} MB"
    whole = f"{large}, one row group"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, output = folder / "model", folder / "out.parquet"
        run(training("imdb", "--held-out", 0, "-o", model))
        files = {
            small: write(folder / "small.parquet", reviews, given.megabytes // 10, ROW_GROUP),
            large: write(folder / "large.parquet", reviews, given.megabytes, ROW_GROUP),
            whole: write(folder / "whole.parquet", reviews, given.megabytes, sys.maxsize),
        }
        rows = {name: pq.read_metadata(path).num_rows for name, path in files.items()}
        size = {name: path.stat().st_size / 1e6 for name, path in files.items()}
        processes = interleaved_processes(
            {
                name: wordglass("predict", model, path, "--text", "text", "-o", output)
                for name, path in files.items()
            },
            given.rounds,
        )

    seconds = seconds_of(processes)
    rate = {name: size[name] / median(taken) for name, taken in seconds.items()}
    peak = {name: max(one.peak_mb for one in done) for name, done in processes.items()}
    Result(
        "scale",
        __doc__,
        "`wordglass predict MODEL FILE.parquet -o OUT.parquet` on IMDb reviews repeated, in Parquet files "
        "without compression or dictionaries, so that the size of a file is that of its texts; whole "
        "processes, texts written beside the predictions. Seconds are medians of "
        f"{given.rounds} interleaved rounds, peaks the highest; {RATIOS}.",
        {"Prediction of files": processes_table(processes, rows=rows, **{"MB/s": rate})},
        [
            Goal(f"{large}: peak memory, MB", peak[large], most=400),
            Goal(f"{whole}: peak memory, MB", peak[whole], most=400),
            Goal(f"{large} against {small}: peak memory", peak[large] / peak[small], most=1.1),
            Goal(f"{large} against {small}: seconds", times_faster(seconds, small, large), most=10.5),
        ],
    ).finish()


def write(path: Path, texts: pa.LargeStringArray, megabytes: int, row_group: int) -> Path:
    """The texts over and over as a Parquet file of about so many MB."""
    rows = round(megabytes * 1e6 / size_of(texts) * len(texts))
    column = pa.chunked_array([texts] * (rows // len(texts)) + [texts[: rows % len(texts)]])
    settings = {"compression": "none", "use_dictionary": False}
    pq.write_table(pa.table({"text": column}), path, row_group_size=row_group, **settings)
    return path


if __name__ == "__main__":
    main()
