"""Axe finds nothing to object to: every rule, both themes, a phone and a desktop."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from waiting import drawn

PAGES = {
    "report": "report.html",
    "live": "live.html",
    "try": "?text=the+match+and+the+minister",
    "flip": "?text=the+match+and+the+minister&show=flip",
    "word": "?text=the+match+and+the+minister&word=match",
    "texts": "texts",
    "compare": "compare?text=the+match&other=the+minister",
    "train": "train",
    "report of open": "report",
    "learn": "learn",
    "why": "learn/why",
    "deep": "learn/deep",
    "measure": "learn/measure",
    "quiz": "learn/quiz?seed=1",
    "challenge": "learn/challenge",
    "review": "learn/review?test=1",
    "cards": "learn/review",
    "what cannot be": "nothing",
}
# Contrast takes seconds, which grow with the square of a page: of a report seen again, a part is enough.
ONLY = {"live": "#try", "report of open": "#data, #scores"}
# As where all has been scrolled through: what never came near the window has no size yet.
UNFOLD = """() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    for (const part of document.querySelectorAll('section')) part.style.contentVisibility = 'visible';
}"""
KEEP = (
    "kept => document.querySelectorAll('section.part').forEach(part => part.matches(kept) || part.remove())"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, theme, visit, folder, address):
    path = PAGES[name]
    page = visit((folder / path).as_uri() if path.endswith(".html") else address + path, theme=theme)
    if name == "what cannot be":
        visit.wrong.clear()  # the browser itself notes the status 404
    if name in ONLY:
        page.evaluate(KEEP, ONLY[name])
    check(page, runOnly=["color-contrast"])  # of what is folded, too, which has no colours of its own
    page.evaluate(UNFOLD)
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        drawn(page)
        check(page, rules={"color-contrast": {"enabled": False}})


def check(page, **options):
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False, **options})
    told = [
        (rule["id"], node["html"][:200], node["failureSummary"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    assert told == [], f"{len(told)}: {told[:5]}"
