"""Pages fit a phone and a wide screen, print whole, and keep still for those who ask for it."""

import pytest

PAGES = [
    "report.html",
    "live.html",
    "?text=the+match+and+the+minister",
    "?text=the+match+and+the+minister&show=flip",
    "?text=the+match+and+the+minister&word=match",
    "texts",
    "compare?text=the+match&other=the+minister",
    "train",
    "report",
    "learn",
    "learn/start",
    "learn/why",
    "learn/deep",
    "learn/visualize",
    "learn/measure",
]
UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(path, visit, folder, address):
    page = visit((folder / path).as_uri() if path.endswith(".html") else address + path)
    page.evaluate(UNFOLD)
    for width in (320, 375, 768, 1280, 2560):
        page.set_viewport_size({"width": width, "height": 800})
        scrolled = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
        assert max(scrolled) <= width, f"{scrolled} of {width}"


@pytest.mark.parametrize("scripts", [True, False])
def test_in_print_everything_is_unfolded_and_no_control_is_seen(scripts, visit, report):
    page = visit(report, scripts=scripts)
    assert page.locator("details").count() > 3
    page.emulate_media(media="print")
    assert len(page.pdf()) > 50_000
    last = page.locator("details > :last-child")
    assert all(last.nth(i).bounding_box()["height"] > 8 for i in range(last.count()))
    assert not page.locator("nav.contents").is_visible()
    assert not page.locator(".skip").is_visible()


@pytest.mark.parametrize("path", ["live.html", "", "texts", "train"])
def test_nothing_moves_for_those_who_want_less_motion(path, visit, folder, address):
    where = (folder / path).as_uri() if path.endswith(".html") else address + path
    page = visit(where, reduced_motion="reduce")
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter(one => {
        const style = getComputedStyle(one);
        return parseFloat(style.transitionDuration) > 0.001 || style.animationName !== "none"
            || style.scrollBehavior === "smooth";
    }).map(one => one.outerHTML.slice(0, 100))""")
    assert moving == []


def test_the_theme_of_the_system_is_followed_until_one_is_chosen(visit, report, address):
    for where in (report, address):
        page = visit(where, theme="dark")
        paper = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(paper)
        page.emulate_media(color_scheme="light")
        light = page.evaluate(paper)
        assert dark != light
        page.get_by_role("button", name="Use dark colours").click()
        assert page.evaluate(paper) == dark
