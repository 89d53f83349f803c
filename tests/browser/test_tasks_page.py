"""The tasks and the project in a browser: by keyboard, without scripts, and nothing for axe to object to."""

import pytest
from test_axe import check


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["learn/try", "learn/try?task=words-used", "learn/try?task=score-by-hand", "learn/project"]
)
def test_axe_finds_nothing(path, theme, visit, address):
    page = visit(f"{address}{path}", theme=theme)
    for summary in page.locator("main details summary").all():
        summary.click()
    check(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_task_is_done_by_keyboard(scripts, visit, address):
    page = visit(f"{address}learn/try", scripts=scripts, width=375)
    page.get_by_role("link", name="Count the words that the model uses").press("Enter")
    page.wait_for_url("**task=words-used**")
    page.get_by_label("Commands, one a line").fill("wordglass inspect my.model")
    page.get_by_role("button", name="Run", exact=True).press("Enter")
    page.locator("#done").wait_for()
    assert "✓ done" in page.locator("#done").inner_text()
    assert "wordglass  model  my.model" in page.locator("main pre").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
