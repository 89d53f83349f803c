"""The report in a browser: by itself, whole without scripts, the trace's numbers, its state in the URL."""

import re

import pytest
from waiting import until

from wordglass.trace import numbers

UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"


def rows_of(page, table):
    """The texts of a table's body, a list a row."""
    return page.evaluate(
        "selector => [...document.querySelectorAll(selector)].flatMap(table => [...table.tBodies[0].rows]"
        ".map(row => [...row.cells].map(cell => cell.textContent.trim())))",
        table,
    )


@pytest.mark.parametrize("name", ["report", "live"])
def test_a_report_asks_for_nothing_but_itself(name, visit, request):
    where = request.getfixturevalue(name)
    page = visit(where)
    page.evaluate(UNFOLD)
    page.mouse.wheel(0, 100_000)
    assert [url for url in visit.asked if not url.startswith("data:")] == [where]


def test_the_policy_lets_nothing_else_run_or_load(visit, report):
    page = visit(report)
    page.evaluate("""() => {
        for (const [tag, given] of [["script", {textContent: "hacked = 1"}], ["img", {src: "https://example.org/i.png"}]])
            document.body.append(Object.assign(document.createElement(tag), given));
        document.body.insertAdjacentHTML("beforeend", "<b style='color:red' onclick='hacked = 1'>b</b>");
    }""")
    page.locator("b").last.click()
    assert page.evaluate("globalThis.hacked === undefined")
    assert not any("example.org" in url for url in visit.asked)
    assert len(visit.wrong) >= 3
    assert all("Content Security Policy" in line for line in visit.wrong)
    visit.wrong.clear()


def test_it_is_whole_without_scripts(visit, report, model):
    page = visit(report, scripts=False)
    links = page.locator("nav.contents a")
    assert links.count() == 13
    for i in range(links.count()):
        section = page.locator(links.nth(i).get_attribute("href"))
        assert section.locator("h1, h2").first.is_visible()
    tables = page.locator("table:not(details table)")
    assert tables.count() > 10
    assert all(tables.nth(i).is_visible() for i in range(tables.count()))
    charts = page.locator("figure > svg")
    assert charts.count() >= 4
    assert all(charts.nth(i).bounding_box()["height"] > 100 for i in range(charts.count()))
    fold = page.locator("details").first
    fold.locator("summary").click()
    assert fold.locator("table").first.is_visible()
    assert page.locator("#try").count() == 0


def test_its_numbers_are_those_of_the_trace(visit, report, model):
    trace = model.trace_
    page = visit(report)
    figures = dict(
        zip(*(page.locator(f".figures {tag}").all_inner_texts() for tag in ("dt", "dd")), strict=True)
    )
    accuracy = trace["scores"]["accuracy"]
    assert figures["accuracy"].split("\n") == [
        numbers.percent(accuracy["value"]),
        f"{numbers.percent(accuracy['low'])} to {numbers.percent(accuracy['high'])}",
    ]
    told = [row[:5] for row in rows_of(page, "#training table")]
    assert told == [
        [
            str(epoch["epoch"]),
            numbers.loss(epoch["train_loss"]),
            numbers.percent(epoch["train_accuracy"]),
            numbers.loss(epoch["held_out_loss"]),
            numbers.percent(epoch["held_out_accuracy"]),
        ]
        for epoch in trace["training"]["epochs"]
    ]
    cells = [row[1 : 1 + len(model.classes_)] for row in rows_of(page, ".confusion")]
    assert [[0 if cell == "·" else int(cell) for cell in row] for row in cells] == trace["scores"][
        "confusion"
    ]


def test_the_probabilities_and_shares_of_a_text_are_those_of_the_trace(visit, report, model):
    page = visit(report)
    for i, prediction in enumerate(model.trace_["predictions"], 1):
        outputs = sorted(prediction["outputs"], key=lambda output: -output["probability"])
        told = [row[:3] for row in rows_of(page, f"#text-{i} table.outputs")]
        assert told == [
            [one["name"], numbers.score(one["score"]), numbers.percent(one["probability"])] for one in outputs
        ]
        chosen = prediction["outputs"].index(outputs[0])
        shares = {}
        for token in prediction["tokens"]:
            shares[token["token"]] = shares.get(token["token"], 0) + token["shares"][chosen]
        words = page.locator(f"#text-{i} table", has=page.get_by_role("columnheader", name="in pairs"))
        rows = words.first.locator("tbody tr")
        assert rows.count() > 0
        for row in rows.all():
            cells = row.locator("th, td").all_text_contents()
            assert cells[5] == numbers.share(shares[cells[0]])


def test_its_state_is_in_its_address_and_comes_back(visit, live):
    page = visit(live)
    page.get_by_role("button", name="Use dark colours").click()
    page.locator("#live-text").fill("the goal & the cup")
    page.locator("details[id]").first.locator("summary").first.click()
    page.locator("[data-reads=losses]").focus()
    page.keyboard.press("End")
    page.locator("nav.contents a", has_text="Training").click()
    until(page, "location.hash.startsWith('#training')")
    said = page.locator("[data-reads=losses] + output").inner_text()
    fold = page.locator("details[id]").first.get_attribute("id")

    def as_it_was(page):
        page.wait_for_selector("#live-page:not([hidden])", state="attached")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert page.locator("#live-text").input_value() == "the goal & the cup"
        assert page.locator(f"#{fold}").get_attribute("open") is not None
        assert page.locator("[data-reads=losses] + output").inner_text() == said
        until(page, "Math.abs(document.querySelector('#training').getBoundingClientRect().top) < 100")

    as_it_was(visit(page.url))
    page.reload()
    as_it_was(page)
    page.evaluate("location.hash = '#theme=light&text=a+film'")
    until(page, "document.documentElement.dataset.theme === 'light'")
    assert page.locator("#live-text").input_value() == "a film"
    assert page.locator(f"#{fold}").get_attribute("open") is None
    page.go_back()
    until(page, "document.documentElement.dataset.theme === 'dark'")
    as_it_was(page)


def test_a_sentence_that_is_typed_gets_the_librarys_numbers(visit, live, model):
    from wordglass.explain import trace_prediction
    from wordglass.views.html.live import live as carried

    reduced = carried(model.model_).model
    page = visit(live)
    for text in (
        "The minister won the match, didn't he?",
        "Broadband prices rose 3.5%",
        "",
        "zxqv qqxz",
        "ÉTÉ \U0001f642",
    ):
        page.locator("#live-text").fill(text)
        trace = trace_prediction(text, reduced)
        outputs = sorted(trace["outputs"], key=lambda output: -output["probability"])
        found = [row[:3] for row in rows_of(page, "table:has(#live-classes)")]
        assert [row[0] for row in found] == [one["name"] for one in outputs]
        for row, one in zip(found, outputs, strict=True):
            assert abs(float(row[1]) - one["score"]) < 0.000_06
            assert row[2] == numbers.percent(one["probability"])
        chosen = trace["outputs"].index(outputs[0])
        shares = [token["shares"][chosen] for token in trace["tokens"]]
        largest = sorted(shares, key=lambda share: -abs(share))[:12]
        told = [float(row[4]) for row in rows_of(page, "table:has(#live-words)")]
        assert len(told) == len(largest)
        assert all(abs(a - b) < 0.000_06 for a, b in zip(told, largest, strict=True))
        assert page.locator("#live-running").text_content() == text
        terms = re.sub(r"[^\d.+−=-]", "", page.locator("#live-score").inner_text().split("score =")[1])
        left, _, result = terms.replace("−", "-").rpartition("=")
        assert abs(sum(map(float, re.findall(r"[+-]?[\d.]+", left))) - float(result)) < 0.000_05
