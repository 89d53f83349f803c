"""The claim's page in a browser: the button measures it on real news, and stopping keeps what is finished."""

import pytest
from test_axe import UNFOLD, check
from waiting import drawn

from wordglass.trace import numbers
from wordglass.views.claims import finding


@pytest.fixture(scope="module")
def run(address, browser):
    """Where the claim is shown that the button, pressed by keyboard, has measured."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}claim")
    page.get_by_label("Seconds at most").fill("5")
    page.get_by_role("button", name="Measure it on").press("Enter")
    page.wait_for_url("**/claim?run=*")
    page.get_by_role("button", name="Stop, and keep what is finished").wait_for()
    page.locator("#curve tbody tr").nth(1).wait_for(timeout=60_000)  # drawn as it goes
    page.locator("#claim .verdicts").wait_for(timeout=120_000)  # put in without a reload
    assert page.locator("#curve [data-ended=yes]").count() == 1
    where = page.url
    context.close()
    return where


def test_the_numbers_of_the_page_are_those_of_the_document(run, address, visit):
    page = visit(run)
    number = run.partition("run=")[2]
    document = page.request.get(f"{address}api/claim/{number}").json()
    told = page.locator("#claim table").first.locator("tbody td").all_inner_texts()
    found = {(point["arm"], point["size"]): point["accuracy"] for point in document["points"]}
    of = [found.get((arm["arm"], size["size"])) for arm in document["arms"] for size in document["sizes"]]
    assert [cell.split("\n")[0].strip() for cell in told] == [
        "–" if one is None else numbers.percent(one["value"]) for one in of
    ]
    sentences = page.locator("#claim").text_content()
    for one in document["verdicts"]:
        assert " ".join(finding(one).split()) in " ".join(sentences.split())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_claim(run, theme, visit):
    page = visit(run, theme=theme)
    check(page, runOnly=["color-contrast"])
    page.evaluate(UNFOLD)
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        check(page, rules={"color-contrast": {"enabled": False}})


def test_the_charts_of_a_claim_are_read_with_the_arrow_keys(run, visit):
    page = visit(run)
    for name in ("claim-labels", "claim-differences", "claim-epochs", "claim-seconds"):
        chart = page.locator(f"[data-reads={name}]")
        chart.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        told = chart.locator("+ output").inner_text()
        assert "pre-trained" in told or name == "claim-differences"
        assert chart.locator(".hit.now title").text_content() == told


def test_without_scripts_it_is_measured_reloaded_and_stopped_with_what_is_finished(run, address, visit):
    page = visit(run, scripts=False)
    page.get_by_role("button", name="Measure it again").click()
    page.wait_for_url(f"**/claim?run={int(run.partition('run=')[2]) + 1}")
    page.locator("#curve tbody tr").first.wait_for(timeout=60_000)  # by the reload that the page asks for
    page.get_by_role("button", name="Stop, and keep what is finished").click()
    page.locator("#claim").get_by_text("What is missing").wait_for()
    assert page.locator("#claim table").first.locator("tbody td").count() > 0
