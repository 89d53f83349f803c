"""The page of ``wordglass open`` in a browser: answers as one types, goes back, and works without scripts."""

from urllib.parse import parse_qs, urlsplit

from waiting import until

from wordglass.trace import numbers

LAYERS = ["Text", "Tokens", "Embedding lookup", "Pooling and counting", "Score and probability"]
ANSWERED = "!document.querySelector('#panel').hasAttribute('aria-busy')"
FIRST, SECOND = "The minister won the match", "Broadband prices rose"


def layers(page):
    return page.locator("#panel li.layer").all_inner_texts()


def type_in(page, text):
    page.locator("#text").fill(text)
    until(page, ANSWERED)


def asked(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_typing_changes_all_five_layers(visit, address):
    page = visit(f"{address}?text=film")
    before = layers(page)
    assert [layer.split("\n")[0] for layer in before] == LAYERS
    page.locator("#text").focus()
    page.keyboard.press("End")
    page.keyboard.type(" minister")
    until(page, "document.querySelector('#panel .running').textContent === 'film minister'")
    until(page, ANSWERED)
    after = layers(page)
    assert [layer.split("\n")[0] for layer in after] == LAYERS
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_what_it_tells_is_what_the_library_traces(visit, address, model):
    page = visit(address)
    for text in (FIRST, "the the THE film", "zxqv", "3.5% of 1,000", ""):
        type_in(page, text)
        outputs = sorted(model.trace(text)["outputs"], key=lambda output: -output["probability"])
        rows = page.locator("#panel table.outputs tbody tr")
        told = [row.locator("th, td").all_inner_texts()[:3] for row in rows.all()]
        assert told == [
            [one["name"], numbers.score(one["score"]), numbers.percent(one["probability"])] for one in outputs
        ]


def test_it_asks_its_own_origin_alone(visit, address):
    page = visit(address)
    for tab in ("Texts", "Compare", "Train", "Report", "Try"):
        page.get_by_role("navigation", name="pages").get_by_role("link", name=tab).click()
        page.wait_for_load_state("networkidle")
    type_in(page, FIRST)
    assert len(visit.asked) > 10
    assert all(url.startswith((address, "data:")) for url in visit.asked)


def test_its_state_is_in_its_address_and_goes_back_and_forth(visit, address):
    page = visit(address)
    page.get_by_role("button", name="Use dark colours").click()
    type_in(page, FIRST)
    page.wait_for_timeout(1100)  # a pause in typing, after which the next key is a new step
    type_in(page, SECOND)
    page.get_by_role("button", name="What would flip it").click()
    page.wait_for_selector("section.flip")
    assert (asked(page)["text"], asked(page)["show"]) == (SECOND, "flip")
    page.reload()
    assert page.locator("#text").input_value() == SECOND
    assert page.locator("section.flip").is_visible()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.go_back()
    until(page, "!document.querySelector('section.flip')")
    assert page.locator("#text").input_value() == SECOND
    page.go_back()
    until(page, f"document.querySelector('#text').value === '{FIRST}'")
    until(page, f"document.querySelector('#panel .running')?.textContent === '{FIRST}'")
    page.go_forward()
    until(page, f"document.querySelector('#panel .running')?.textContent === '{SECOND}'")


def test_the_filters_of_texts_are_in_the_address_and_the_theme_goes_along(visit, address):
    page = visit(f"{address}texts")
    page.get_by_role("button", name="Use dark colours").click()
    page.get_by_label("Label", exact=True).select_option("tech")
    page.get_by_label("Confidence from").fill("0.5")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/texts?**")
    for again in (False, True):
        if again:
            page.reload()
        assert (asked(page)["truth"], asked(page)["least"]) == ("tech", "0.5")
        assert page.get_by_label("Label", exact=True).input_value() == "tech"
        assert page.get_by_label("Confidence from").input_value() == "0.5"
        assert page.locator("html").get_attribute("data-theme") == "dark"
    page.go_back()
    assert page.get_by_label("Label", exact=True).input_value() == ""


def test_without_scripts_its_forms_and_links_do_the_same(visit, address, model):
    page = visit(address, scripts=False)
    page.get_by_label("Text", exact=True).fill(FIRST)
    page.get_by_role("button", name="Predict").click()
    page.wait_for_url("**/?*text=*")
    assert asked(page)["text"] == FIRST
    assert [layer.split("\n")[0] for layer in layers(page)] == LAYERS
    assert model.trace(FIRST)["predicted"][0] in page.locator("#panel .verdict").inner_text()
    page.locator("#panel button.in", has_text="minister").click()
    assert page.locator("#word-name").inner_text() == "minister"
    page.get_by_role("button", name="What would flip it").click()
    page.locator("section.flip").wait_for()
    page.get_by_role("link", name="Texts", exact=True).click()
    page.get_by_label("Label", exact=True).select_option("tech")
    page.get_by_role("button", name="Show").click()
    page.locator("ol.texts > li").first.wait_for()
    page.locator("ol.texts a").first.click()
    page.locator("#panel .verdict .good, #panel .verdict .bad").first.wait_for()
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("textbox", name="Second text").fill(SECOND)
    page.get_by_role("button", name="Compare").click()
    page.locator("#panel article.prediction").nth(1).wait_for()
    page.get_by_role("link", name="Report", exact=True).click()
    page.locator("#training table").first.wait_for()


def test_a_training_is_watched_epoch_by_epoch_and_its_model_opened(visit, address):
    page = visit(f"{address}train")
    page.get_by_label("Epochs").fill("4")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("link", name="try it").wait_for(timeout=60_000)
    assert page.locator(".curve tbody tr").count() == 5
    assert page.locator(".curve figure svg").is_visible()
    assert "model=1" in page.get_by_role("link", name="try it").get_attribute("href")
    page.get_by_role("link", name="Go through its epochs").click()
    page.get_by_label("Epoch", exact=True).press("ArrowLeft")
    until(page, "document.querySelector('#after h3').textContent.startsWith('After epoch 3')")
    assert asked(page)["model"] == page.get_by_label("Model").input_value() != "0"


def test_what_is_folded_comes_when_it_is_unfolded_or_once_there_is_time(visit, address):
    page = visit(address)
    for i in range(2):
        type_in(page, f"{FIRST} while {SECOND} across Europe, said one of {i + 2} new films last week.")
        later = page.locator("#panel details[data-later]")
        assert later.count() > 2
        if i:
            page.wait_for_timeout(1100)  # a pause in typing
        else:
            page.locator("#layers-terms > summary").click()
            page.locator("#layers-terms .formula").wait_for()
        until(page, "!document.querySelector('#panel details[data-later]')")
        for fold in page.locator("#panel details").all():
            assert fold.locator("table, .formula, .tokens").count() == 1
        assert page.locator("#layers-terms .formula").is_visible()
