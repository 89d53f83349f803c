"""Review in a browser: with the keyboard alone, without scripts, and on a phone."""

import pytest


def test_a_card_is_turned_and_known_with_the_keyboard_alone(visit, address):
    page = visit(f"{address}learn/review")
    front = page.locator("#card b").inner_text()
    assert not page.get_by_role("button", name="I knew it").is_visible()
    page.locator("#card summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="I knew it").wait_for()
    page.keyboard.press("Tab")  # what explains it
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "yes"
    page.keyboard.press("Enter")
    page.wait_for_function("front => document.querySelector('#card b').textContent !== front", arg=front)
    assert "for later" in page.locator("#standing").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_test_is_taken_and_judged(scripts, visit, address):
    page = visit(f"{address}learn/review", scripts=scripts, width=375)
    page.get_by_role("link", name="Begin the test").click()
    page.locator("fieldset.question").nth(9).wait_for()
    for number in range(10):
        page.locator("fieldset.question").nth(number).locator("input").first.check()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.locator("#result").wait_for()
    if scripts:
        page.wait_for_function(
            "document.querySelector('#result').getBoundingClientRect().top < innerHeight / 2"
        )
    assert "#result" in page.url
    assert page.locator("#result > ul").first.locator("li").count() == 3
    assert page.locator("div.question a[href*='report#']").count() >= 10
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_what_explains_a_card_is_there(visit, address):
    page = visit(f"{address}learn/review", scripts=False)
    page.locator("#card summary").click()
    page.locator("#card details a").click()
    page.wait_for_load_state()
    assert page.locator(":target").count() == 1
