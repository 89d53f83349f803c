"""A newcomer's walk through the modes in a browser, with and without scripts."""

import pytest
from playwright.sync_api import expect
from waiting import until

from wordglass.learn.modes import modes

TITLES = [mode.title for mode in modes()]


def open_learn(page):
    page.get_by_role("navigation", name="pages", exact=True).get_by_role("link", name="Learn").click()
    page.wait_for_url("**/learn*")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_walk_through_all_modes(visit, address, scripts):
    page = visit(address, scripts=scripts)
    open_learn(page)
    page.get_by_role("link", name=TITLES[0], exact=True).click()
    for number, title in enumerate(TITLES, 1):
        assert page.locator("h1").first.inner_text() == title
        assert f"{number} of {len(TITLES)}" in page.locator(".kicker").inner_text()
        page.locator("form.onward button").click()
        page.wait_for_load_state()
    assert page.locator(".modes .good").count() == len(TITLES)


def test_terms_lead_to_what_they_mean_and_modes_to_each_other(visit, address):
    page = visit(f"{address}learn/start")
    page.locator("a.term", has_text="word vectors").click()
    expect(page.locator("#term-vector dd")).to_be_in_viewport()
    page.get_by_role("main").get_by_role("link", name="Why", exact=True).first.click()
    page.wait_for_url("**/learn/why**")
    page.locator("nav[aria-label='modes'] a[rel=next]").click()
    page.wait_for_url("**/learn/deep**")


def test_charts_are_of_this_run(visit, address, model):
    page = visit(f"{address}learn/visualize")
    epochs = model.trace_["training"]["epochs"]
    rows = page.locator(".chart-of table").first.locator("tbody tr")
    assert rows.count() == min(len(epochs), 16)
    assert page.locator(".chart-of .layers").count() == 1
    until(page, "document.querySelectorAll('.chart-of svg.chart').length > 3")


def test_what_there_is_not_is_said(visit, address):
    page = visit(f"{address}learn/nothing")
    visit.wrong.clear()  # the browser itself notes the status 404
    assert "no such page" in page.locator("main").inner_text()
