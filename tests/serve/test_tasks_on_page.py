"""Try and Project on the page: real commands in a folder of their own, and no way out of it."""

import re
from pathlib import Path

import pytest
from sessions import HOSTILE, client, opened, session

from wordglass.learn.project.plan import tables_at_hand
from wordglass.learn.tasks import tasks


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def of():
    made = session(opened())
    yield made
    for end in made.at_end:
        end()


def tried(of, task, typed, asking=None):
    return (asking or client(of)).post("learn/try", data={"task": task, "typed": typed})


def test_the_list_and_every_task_are_pages(of):
    html = client(of).get("learn/try").text
    for task in tasks(of.models[0]):
        assert f"task={task.id}#task" in html
        page = client(of).get("learn/try", params={"task": task.id})
        assert page.status_code == 200
        assert ("<textarea" in page.text) == (task.kind == "commands")
        assert ("A page runs no program" in page.text) == (task.kind == "program")
    assert client(of).get("learn/try?task=nothing").status_code == 404


def test_a_command_is_run_its_output_shown_and_what_was_done_kept(of):
    task = next(task for task in tasks(of.models[0]) if task.id == "words-used")
    html = tried(of, task.id, "wordglass inspect my.model").text
    assert "wordglass  model  my.model" in html
    assert "✓ done" in html
    assert html.count("✓ done") >= 2  # in the list, too
    again = client(of).get("learn/try").text
    assert again.count("✓ done") >= 1


def test_what_fails_shows_the_reason_and_what_was_typed(of):
    html = tried(of, "words-used", "wordglass inspect my.mode").text
    assert "✗ not yet" in html
    assert "there is no my.mode in the folder" in html
    assert "wordglass inspect my.mode</textarea>" in html


@pytest.mark.parametrize(
    "typed",
    [
        "wordglass open my.model",
        "wordglass train rows.jsonl -o /etc/x",
        "wordglass predict my.model /etc/passwd",
        "wordglass vectors add https://example.org/x",
        "python -c 'print(1)'",
        "wordglass inspect my.model; id",
        "$(id)",
    ],
)
def test_what_a_page_does_not_run_is_refused_and_nothing_runs(of, typed, monkeypatch):
    monkeypatch.setattr("wordglass.learn.tasks.running.Runner._run", None)
    html = tried(of, "words-used", typed).text
    assert "✗ not yet" in html
    assert "root:" not in html


def test_no_program_is_run_for_a_page(of):
    answer = tried(of, "score-by-hand", "wordglass inspect my.model")
    assert answer.status_code == 400
    assert tried(of, "nothing", "wordglass inspect my.model").status_code == 404


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 100])
def test_whatever_is_typed_shows_as_text(of, text, monkeypatch):
    monkeypatch.setattr("wordglass.learn.tasks.running.Runner._run", None)
    html = tried(of, "words-used", text).text
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<svg onload" not in html


def test_output_shows_as_text(of):
    html = tried(of, "sure-text", "wordglass trace my.model '<script>alert(1)</script>'").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_command_that_is_too_long_is_refused(of):
    assert tried(of, "words-used", "wordglass " + "x" * 5000).status_code == 413


def test_the_folders_go_when_the_server_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    of = session(opened())
    asking = client(of)
    tried(of, "words-used", "wordglass inspect my.model --help", asking)
    assert list(Path(tmp_path).glob("wordglass-try-*"))
    for end in of.at_end:
        end()
    assert not list(Path(tmp_path).glob("wordglass-try-*"))
    assert "nothing is run any more" in tried(of, "words-used", "wordglass inspect my.model", asking).text
    for end in of.at_end:
        end()


def test_the_project_is_a_page_and_a_table_of_it_is_measured(of):
    html = client(of).get("learn/project").text
    assert html.count("<h1") == 1
    if "Train and measure" not in html:
        pytest.skip("the demo's articles are not installed")
    assert re.search(r"<option[^>]*>wordglass-en</option>", html)
    assert "wordglass-en" in tables_at_hand()
    answer = client(of).post("learn/project", data={"vectors": "wordglass-en"})
    assert "of 2 goals" in answer.text
    assert "✓" in answer.text
    for name in ("nothing", "/etc/passwd", "../x", "https://example.org"):
        assert client(of).post("learn/project", data={"vectors": name}).status_code == 400
