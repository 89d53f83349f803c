"""A page runs what stays in the learner's folder, and nothing else."""

import pytest

from wordglass.errors import ArgumentError
from wordglass.learn.tasks.allowed import COMMANDS, refuse_beyond
from wordglass.learn.tasks.attempt import asked_for

TABLES = {"wordglass-en", "glove-6b-50d"}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "own"
    made.mkdir()
    (made / "my.model").mkdir()
    (made / "rows.jsonl").write_text("{}")
    (tmp_path / "secret").write_text("secret")
    (made / "link").symlink_to(tmp_path / "secret")
    return made


def refused(line, folder):
    refuse_beyond(asked_for(line)[0], folder, TABLES)


@pytest.mark.parametrize(
    "line",
    [
        "wordglass inspect my.model",
        "wordglass inspect ./my.model/",
        "wordglass trace my.model '/etc/passwd' --json",
        "wordglass train rows.jsonl --pooling max --epochs 3 -o max.model --vectors glove-6b-50d",
        "wordglass train rows.jsonl --held-out 0.5",
        "wordglass train rows.jsonl --held-out rows.jsonl --vectors wordglass-en+glove-6b-50d",
        "wordglass shrink my.model --int8 -o small.model",
        "wordglass predict my.model rows.jsonl -o out.csv",
        "wordglass vectors neighbors rain --vectors wordglass-en -n 3",
        "wordglass open --help",
        "wordglass --help",
    ],
)
def test_what_the_tasks_need_is_run(line, folder):
    refused(line, folder)


@pytest.mark.parametrize(
    "line",
    [
        "wordglass open my.model",
        "wordglass demo",
        "wordglass learn my.model",
        "wordglass report my.model -o x.html",
        "wordglass vectors add https://example.org/x.zip",
        "wordglass vectors add /etc",
        "wordglass vectors remove wordglass-en",
        "wordglass vectors export wordglass-en /tmp/x.txt",
        "wordglass vectors convert wordglass-en x",
        "wordglass vectors distill some-model",
        "wordglass vectors list",
        "wordglass inspect /etc",
        "wordglass inspect ../own/my.model",
        "wordglass inspect ..",
        "wordglass inspect .",
        "wordglass inspect ~",
        "wordglass inspect link",
        "wordglass predict my.model link",
        "wordglass predict my.model -",
        "wordglass predict my.model ../secret",
        "wordglass evaluate my.model /etc/passwd",
        "wordglass trace /etc/x.model text",
        "wordglass train /etc/passwd",
        "wordglass train rows.jsonl -o /etc/x",
        "wordglass train rows.jsonl -o ../x.model",
        "wordglass train rows.jsonl -o sub/x.model",
        "wordglass train rows.jsonl -o my.model",
        "wordglass train rows.jsonl -o rows.jsonl",
        "wordglass train rows.jsonl -o link",
        "wordglass train rows.jsonl -o .hidden",
        "wordglass train rows.jsonl -o ''",
        "wordglass train rows.jsonl -o ..",
        "wordglass train rows.jsonl --held-out ../secret",
        "wordglass train rows.jsonl --vectors ../secret",
        "wordglass train rows.jsonl --vectors wordglass-en+/etc/x",
        "wordglass train rows.jsonl --vectors rows.jsonl",
        "wordglass train rows.jsonl --vectors https://example.org/x",
        "wordglass train rows.jsonl --epochs 100000",
        "wordglass train rows.jsonl --threads 256",
        "wordglass train rows.jsonl --budget 10h",
        "wordglass vectors neighbors rain --vectors /etc/x",
        "wordglass vectors info /etc",
    ],
)
def test_all_else_is_refused_before_it_runs(line, folder):
    with pytest.raises(ArgumentError):
        refused(line, folder)


def test_every_command_that_is_named_is_there():
    for name in COMMANDS:
        assert asked_for(f"wordglass {name} --help")[0].name == name
