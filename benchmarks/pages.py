"""How soon are the report and the page of `open` there, how soon do they answer, how large are they?"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from harness import Goal, Result, Row, arguments, peer, read_texts, run, training, wordglass

from wordglass.views.html.live import live_script
from wordglass.views.html.page import asset

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REVIEWS, WINDOW = "imdb", {"width": 1280, "height": 800}
PATHS = {"Try": "", "Texts": "texts", "Compare": "compare", "Train": "train", "Report": "report"}
TYPED = "What a lovely film, and what a cast! I would see it again."
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LOAD = "performance.getEntriesByType('navigation')[0].loadEventEnd"
BYTES = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((all, one) => all + one.transferSize, 0)"""
# From the event of a key to the end of the frame in which what it changes is drawn.
WATCH = """() => {
    globalThis.taken = [];
    let began = 0;
    addEventListener("input", () => (began = performance.now()), true);
    const shown = () => setTimeout(() => taken.push(performance.now() - began));
    const watcher = new MutationObserver(() => requestAnimationFrame(shown));
    watcher.observe(document.querySelector("#panel, #live-running"), { childList: true });
}"""


def main() -> None:
    """Make the demo's report and a model of the reviews, then look at their pages in Chromium."""
    rounds = arguments(__doc__, rounds=15).rounds
    playwright = peer("playwright.sync_api", "playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed: script/browser installs it")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name, playwright.sync_playwright() as started:
        folder = Path(name)
        run(wordglass("demo", "-o", folder / "demo.model"))
        run(wordglass("report", folder / "demo.model", "-o", folder / "report.html"))
        run(wordglass("report", folder / "demo.model", "-o", folder / "live.html", "--live"))
        run(training(REVIEWS, "-o", folder / "reviews.model"))
        browser = started.chromium.launch(executable_path=chromium, args=sandbox)
        reports = [read_report(browser, folder / f"{name}.html", rounds) for name in ("report", "live")]
        with opened(folder / "reviews.model") as address:
            pages = [open_page(browser, name, address + path, rounds) for name, path in PATHS.items()]
            keys = [
                type_into(browser, "open, a short text", "#text", f"{address}?text=A"),
                type_into(
                    browser, "open, a long review", "#text", f"{address}?{urlencode({'text': long_one()})}"
                ),
                type_into(
                    browser, "open, 1,000 words", "#text", f"{address}?{urlencode({'text': of_words(1000)})}"
                ),
                type_into(
                    browser, "report --live", "#live-text", (folder / "live.html").as_uri() + "#text=A"
                ),
            ]
        measured = f"In Chromium {browser.version}, each load in a window of its own"
        browser.close()
    scripts = ("page.js", "live_page.js", "serve.js")
    sizes = {name: len(asset(name).encode()) for name in scripts} | {"live.js": len(live_script().encode())}
    Result(
        "pages",
        __doc__,
        f"{measured}, medians of {rounds} after one that is not counted. The report is the demo's, read from "
        "disk; first paint is the browser's first-contentful-paint. The page of open is that of a model of "
        "the 25,000 training reviews of IMDb; first load is the first of its kind in the server's life, kB "
        "are what one load transfers, uncompressed. A key is timed from its input event to the end of the "
        "frame that shows its answer. Scripts are as pages carry them, without lines that are comments.",
        {
            "Reports": reports,
            "wordglass open": pages,
            "From a key to what it changes": keys,
            "Scripts": [{"script": name, "bytes": size} for name, size in sizes.items()],
        },
        [
            Goal("first paint of the report, ms", reports[0]["first paint, ms"], most=300),
            Goal("the report, kB", reports[0]["kB"], most=300),
            Goal("open, its page loads the first time, ms", pages[0]["first load, ms"], most=1000),
            Goal("open, slowest page, ms", max(page["load, ms"] for page in pages), most=1000),
            Goal("open, largest page, kB", max(page["kB"] for page in pages), most=2000),
            Goal("open, a key in a short text, ms", keys[0]["median, ms"], most=50),
            Goal("open, a key in a long review, ms", keys[1]["median, ms"], most=50),
            Goal("scripts together, kB", sum(sizes.values()) / 1000, most=40),
        ],
    ).finish(("playwright",))


@contextmanager
def opened(model: Path) -> Iterator[str]:
    """The address at which a process answers."""
    command = wordglass("open", "--no-browser", model)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def read_report(browser: "Browser", file: Path, rounds: int) -> Row:
    """First paint and load of a file."""
    taken = [look(browser, file.as_uri()) for _ in range(rounds + 1)][1:]
    return {
        "file": file.name,
        "kB": file.stat().st_size / 1000,
        "first paint, ms": median(one["paint"] for one in taken),
        "load, ms": median(one["load"] for one in taken),
    }


def open_page(browser: "Browser", name: str, address: str, rounds: int) -> Row:
    """Load, first paint and bytes of a page that is served."""
    first, *taken = [look(browser, address) for _ in range(rounds + 1)]
    return {
        "page": name,
        "kB": first["bytes"] / 1000,
        "first load, ms": first["load"],
        "load, ms": median(one["load"] for one in taken),
        "first paint, ms": median(one["paint"] for one in taken),
    }


def look(browser: "Browser", address: str) -> dict[str, Any]:
    """One load in a new window with an empty cache."""
    with window(browser) as page:
        page.goto(address)
        paint, load = until(page, PAINT), until(page, LOAD)
        return {"paint": paint, "load": load, "bytes": page.evaluate(BYTES)}


def until(page: "Page", expression: str) -> Any:
    """The value of an expression once it has one; the policy of the pages forbids Playwright's own way."""
    while not (value := page.evaluate(expression)):
        time.sleep(0.005)
    return value


def type_into(browser: "Browser", name: str, field: str, address: str) -> Row:
    """Milliseconds from each key to what it changes, key by key."""
    with window(browser) as page:
        page.goto(address)
        page.wait_for_selector(f"{field}:visible")
        page.evaluate(WATCH)
        page.locator(field).focus()
        page.keyboard.press("Control+End")
        for number, key in enumerate(TYPED, 1):
            page.keyboard.type(key)
            until(page, f"taken.length >= {number}")
        taken = page.evaluate("taken")
    return {
        "where": name,
        "keys": len(taken),
        "median, ms": median(taken),
        "95 of 100 within, ms": quantiles(taken, n=20)[-1],
    }


@contextmanager
def window(browser: "Browser") -> Iterator["Page"]:
    """A window with nothing in its cache."""
    context = browser.new_context(viewport=WINDOW)
    try:
        yield context.new_page()
    finally:
        context.close()


def long_one() -> str:
    """A review of the length that a quarter of them exceeds."""
    texts = read_texts(REVIEWS)[0].to_pylist()
    return str(sorted(texts, key=len)[len(texts) * 3 // 4])


def of_words(number: int) -> str:
    """The review that has about so many words."""
    texts = read_texts(REVIEWS)[0].to_pylist()
    return str(min(texts, key=lambda text: abs(len(text.split()) - number)))


if __name__ == "__main__":
    main()
