"""Texts of strangers are shown as texts: nothing of them runs or becomes part of the page."""

from urllib.parse import urlencode

import pytest
from waiting import until

from wordglass.classifier import TextClassifier
from wordglass.views.html import render_report
from wordglass.views.html.live import live_payload

MARKUP = [
    "<script>hacked = 1; alert(1)</script>",
    '"><img src=x onerror="hacked = 1; alert(1)"> the match',
    "</textarea></script></style></title><svg onload=alert(1)><iframe src='javascript:alert(1)'></iframe>",
    "<!-- --> <base href=//a.org> <meta http-equiv=refresh content='0;url=//a.org'> ]]> &lt;b&gt;",
    "{{ 7 * 7 }} {% raw %} ${7 * 7} javascript:alert(1)",
    "\u202eevil\u202c \u2066isolated \u2028\u2029\ufeff \u0001 \u200fmarks",
    "constructor __proto__ toString",
]
OTHERS = ["", " \n ", "zxqv qqxz"]
MEGABYTE = (
    "match " * 80_000 + "x" * 520_000
)  # many words, and a very long one; a browser takes seconds to show it
FOREIGN = "img, iframe, base, object, embed, meta[http-equiv=refresh], form[action*='a.org']"
ANSWERED = "!document.querySelector('#panel').hasAttribute('aria-busy')"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report of a model whose texts and class names mean ill, and of texts that do."""
    texts = [f"{MARKUP[i % len(MARKUP)]} {'good film' if i % 2 else 'bad match'} {i}" for i in range(60)]
    names = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>\u202e"]
    clf = TextClassifier(C=1.0, held_out=0.3).fit(texts, [names[i % 2] for i in range(60)])
    traces = [clf.trace(text) for text in [*MARKUP, *OTHERS, MEGABYTE]]
    page = render_report(
        clf.trace_, traces, live_payload(clf.model_), "wordglass report '<script>alert(1)</script>'"
    )
    file = tmp_path_factory.mktemp("hostile") / "<b>report<b>.html"
    file.write_text(page)
    return file.as_uri()


def unharmed(page):
    assert page.evaluate("globalThis.hacked === undefined")
    assert page.locator(FOREIGN).count() == 0
    assert page.locator("script:not([type=module], [type='application/json'])").count() == 0


def test_a_report_of_hostile_texts_and_class_names_is_unharmed(visit, hostile):
    page = visit(hostile)
    unharmed(page)
    for i, text in enumerate(MARKUP[:5], 1):
        assert page.locator(f"#text-{i} .running").text_content() == text
    assert "\\u202e" in page.locator("#text-6 .running").text_content()
    assert page.locator(f"#text-{len(MARKUP) + 1}").get_by_text("An empty text").is_visible()
    assert page.locator("#live-page").is_visible()


def test_the_box_of_a_live_report_takes_any_text(visit, live, hostile):
    for where, others in ((live, [*OTHERS, MEGABYTE]), (hostile, [])):
        page = visit(where)
        for text in [*MARKUP, *others]:
            page.locator("#live-text").fill(text)
            unharmed(page)
            shown = page.locator("#live-running").text_content()
            assert shown.replace("\r", "") == text if len(text) < 1000 else shown
        page.goto(f"{where}#{urlencode({'text': MARKUP[1]})}")
        page.reload()
        page.wait_for_selector("#live-page:not([hidden])")
        assert page.locator("#live-text").input_value() == MARKUP[1]
        unharmed(page)


@pytest.mark.parametrize("path", ["", "compare"])
def test_open_takes_any_text_typed_or_in_its_address(path, visit, address):
    page = visit(address + path)
    field = "other" if path else "text"
    for text in [*MARKUP, *([] if path else [*OTHERS, MEGABYTE])]:
        with page.expect_response("**/compared" if path else "**/panel") as answer:
            page.locator(f"#{field}").fill(text)
        assert answer.value.status == 200
        until(page, ANSWERED)
        unharmed(page)
        assert page.locator("#panel article.prediction").count() == (2 if path else 1)
        shown = page.locator("#panel .running").last
        if text in MARKUP[:5]:
            assert shown.text_content() == text
        assert page.locator("#panel .lost").count() == 0
    text = " ".join(MARKUP)
    page.goto(f"{address}{path}?{urlencode({field: text, 'word': MARKUP[1]})}")
    assert page.locator(f"#{field}").input_value() == text
    unharmed(page)


def test_every_field_of_every_page_takes_markup(visit, address):
    fields = {
        "": ("model", "show", "word", "epoch", "row"),
        "texts": ("truth", "least", "words", "order", "page"),
        "compare": ("with", "other"),
        "train": ("run",),
    }
    page = visit()
    for path, names in fields.items():
        for name in names:
            page.goto(f"{address}{path}?{urlencode({name: MARKUP[1]})}")
            unharmed(page)
    visit.wrong[:] = [line for line in visit.wrong if "the server responded with a status of 4" not in line]
