import gzip
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from wordglass.cache import cache_folder

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    shlex.split(line, comments=True)
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("wordglass ")
]
PYTHON = "".join(block for language, block in BLOCKS if language == "python")
TEXTS = [f"{good} {thing}" for good in ("lovely", "great", "fine") for thing in ("film", "story", "cast")] + [
    f"{bad} {thing}" for bad in ("awful", "dull", "bad") for thing in ("film", "story", "cast")
]
LABELS = ["good"] * 9 + ["bad"] * 9


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a reader has the files that the README speaks of."""
    rows = "\n".join(f"{text},{label}" for text, label in zip(TEXTS, LABELS, strict=True))
    for name in ("reviews.csv", "new.csv", "test.csv"):
        (tmp_path / name).write_text(f"review,label\n{rows}\n")
    vectors = "".join(
        f"{word} {i} {i % 5} {i % 7}\n" for i, word in enumerate(sorted(set(" ".join(TEXTS).split())))
    )
    with gzip.open(tmp_path / "crawl.vec.gz", "wt") as file:
        file.write(f"{vectors.count(chr(10))} 3\n{vectors}")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kernels").symlink_to(cache_folder() / "kernels")
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_of_the_readme_runs_as_printed(folder):
    assert len(COMMANDS) >= 5
    for command in COMMANDS:
        command[0] = str(Path(sys.executable).with_name("wordglass"))
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, (command, ran.stderr)


def test_the_python_of_the_readme_runs_as_printed(folder):
    exec(PYTHON, {"texts": TEXTS, "labels": LABELS})
    assert (folder / "reviews.model").is_dir()
