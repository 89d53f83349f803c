"""Whatever a pointer can do, the keyboard can, and it shows where it is."""

import re

import pytest
from waiting import until

from wordglass.trace import numbers

CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
ALL = f"""() => [...document.querySelectorAll("{CONTROLS}")].filter(one => one.checkVisibility())
    .map((one, i) => {{ one.dataset.control = i; return one.outerHTML.slice(0, 120); }})"""
FOCUSED = """() => {
    const style = getComputedStyle(document.activeElement);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    return [document.activeElement.dataset.control ?? "", outlined];
}"""


@pytest.mark.parametrize(
    "path", ["live.html", "", "texts?truth=tech", "compare", "train", "?text=match&word=match"]
)
def test_tab_reaches_every_control_in_order_and_shows_where_it_is(path, visit, folder, address):
    page = visit((folder / path).as_uri() if path.endswith(".html") else address + path)
    until(page, "document.querySelector('.tools button')")
    controls = page.evaluate(ALL)
    reached, hidden = [], []
    for _ in range(len(controls) + 30):
        page.keyboard.press("Tab")
        at, outlined = page.evaluate(FOCUSED)
        if at and int(at) in reached:
            break
        if at:
            reached.append(int(at))
            hidden += [] if outlined else [controls[int(at)]]
    assert [controls[i] for i in range(len(controls)) if i not in reached] == []
    assert hidden == []
    first = reached.index(min(reached))  # a page that has a text to be typed begins there
    assert reached[first:] + reached[:first] == sorted(reached)


def test_the_values_of_a_chart_are_read_with_the_arrow_keys(visit, report, model):
    page = visit(report)
    epochs = model.trace_["training"]["epochs"]
    readout = page.locator("[data-reads=losses] + output")
    page.locator("[data-reads=losses]").focus()
    for key, epoch in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", -1)):
        page.keyboard.press(key)
        one = epochs[epoch]
        losses = f"training {numbers.loss(one['train_loss'])}, held-out {numbers.loss(one['held_out_loss'])}"
        assert readout.inner_text() == f"epoch {one['epoch']}: loss {losses}"


def test_every_drawing_and_text_that_tells_values_tells_them_to_the_keyboard(visit, report):
    page = visit(report)
    readers = page.locator("[data-reads]:visible")
    assert readers.count() >= 5
    for i in range(readers.count()):
        readers.nth(i).focus()
        page.keyboard.press("End")
        assert readers.nth(i).locator("+ output").inner_text()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_theme_and_folds_work_with_enter_and_space(key, visit, report):
    page = visit(report)
    page.get_by_role("button", name="Use dark colours").press(key)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Use light colours").press(key)
    assert page.locator("html").get_attribute("data-theme") == "light"
    fold = page.locator("details").first
    fold.locator("summary").first.press(key)
    assert fold.get_attribute("open") is not None
    page.get_by_role("button", name="Unfold all").press(key)
    until(page, "[...document.querySelectorAll('details')].every(fold => fold.open)")
    page.get_by_role("button", name="Fold all", exact=True).press(key)
    until(page, "[...document.querySelectorAll('details')].every(fold => !fold.open)")


def test_the_link_past_the_contents_leads_to_the_content_and_keeps_the_theme(visit, report, address):
    for where in (f"{report}#theme=dark", f"{address}report#theme=dark"):
        page = visit(where)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        until(page, "document.activeElement.id === 'main'")
        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_words_are_opened_and_closed_with_the_keyboard(visit, address, model):
    page = visit(f"{address}?text=the+match+was+lovely")
    page.locator("#panel .running").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#word-name")
    assert page.locator("#word-name").inner_text() == "match"
    until(page, "document.activeElement.id === 'word-name'")
    page.get_by_role("button", name="Close").press("Enter")
    until(page, "!document.querySelector('#word-name')")
    page.locator("#panel button.in").first.press("Space")
    page.wait_for_selector("#word-name")
    assert re.search(r"[?&]word=", page.url)
