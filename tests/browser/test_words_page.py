"""The page of words in a browser: by keyboard, without scripts, and nothing for axe to object to."""

import pytest
from test_axe import UNFOLD, check
from waiting import drawn

ASKED = "learn/words?near=goal&map=goal+match+film+market+economy&from=loss&to=profit&test=career"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(theme, visit, address):
    page = visit(address + ASKED, theme=theme)
    check(page, runOnly=["color-contrast"])
    page.evaluate(UNFOLD)
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        drawn(page)
        check(page, rules={"color-contrast": {"enabled": False}})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_is_sent_by_keyboard_and_keeps_what_the_others_ask(scripts, visit, address):
    page = visit(address + ASKED, scripts=scripts)
    page.locator("#field-near").fill("film")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learn/words?*near=film*")
    assert page.locator("#field-from").input_value() == "loss"
    assert page.locator("#field-test").input_value() == "career"
    assert page.locator("#near tbody th").first.text_content() == "films"
    page.locator("#field-map").fill("king queen man woman")
    page.locator("#map button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**map=king*")
    assert page.evaluate("document.activeElement.id") == "field-map"
    assert page.locator("#map path.class").count() == 4
    assert page.locator("#field-near").input_value() == "film"
    page.locator("#near tbody a").first.click()
    page.wait_for_url("**near=films*")
    assert page.locator("#map path.class").count() == 4
    page.go_back()
    page.wait_for_url("**near=film&*")
