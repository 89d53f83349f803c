import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sessions import HOSTILE, LABELS, PORT, TEXTS, TOKEN, client, opened, session, until
from small import table

import wordglass.views.html
from wordglass.classifier import TextClassifier
from wordglass.errors import DataError
from wordglass.opened import Opened
from wordglass.parts import divide
from wordglass.rows import Rows, Told

PAGES = [
    "",
    "?text=w1 w12",
    "?text=w1 w12&word=w12",
    "?row=3",
    "?text=w1&show=epochs",
    "?text=w1 w12&show=flip",
    "?text=w1 w12&show=near",
    "report",
    "texts",
    "texts?wrong=1&part=train",
    "texts?part=train&page=2&order=row",
    "compare?text=w1&other=w12",
    "compare?text=w1&with=1",
    "train",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_without_a_script_and_takes_all_from_here(path):
    found = client().get(path)
    assert found.status_code == 200
    html = found.text
    assert "<main" in html
    assert html.count("<h1>") == 1
    assert not re.search(r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son\w+=|javascript:", html)
    for address in re.findall(r'(?:href|src|action)="([^"]+)"', html):
        assert address.startswith(("#", f"/{TOKEN}/")), address
    for address in re.findall(r'(?:href|src)="(/[^"]+/static/[^"]+)"', html):
        assert client().get(f"http://127.0.0.1:{PORT}{address}").status_code == 200
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label for="([^"]+)"', html))
    fields = re.findall(r'<(?:input(?![^>]*type="hidden")|textarea|select)[^>]*\sid="([^"]+)"', html)
    assert set(fields) == labelled


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_holds_a_page_shows_it_as_text(text):
    for html in (
        client().get("", params={"text": text, "word": text[:50]}).text,
        *(client().post("panel", data={"text": text, "show": show}).text for show in ("", "flip", "near")),
        client().get("compare", params={"text": text, "other": text}).text,
        client().get("texts", params={"words": text[:50]}).text,
    ):
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "<svg onload" not in html
        assert "\u202e" not in html.replace(text, "")


def test_typing_changes_the_panel_alone_and_it_says_what_is_predicted():
    html = client().post("panel", data={"text": "w1 w2"}).text
    assert html.startswith('<div data-said="pos, ')
    assert "<html" not in html


def test_a_row_stays_one_until_its_text_is_changed():
    whole = client().get("?row=3").text
    assert 'name="row" value="3"' in whole
    assert "the label is" in client().post("panel", data={"row": "3", "text": TEXTS[3]}).text
    changed = client().get("", params={"row": "3", "text": f"{TEXTS[3]} w2"}).text
    assert "the label is" not in changed
    assert 'name="row" value=""' in changed
    assert f"{TEXTS[3]} w2</textarea>" in changed


def test_a_word_of_a_text_is_a_button_that_asks_about_it():
    html = client().get("?text=w1 w12").text
    assert '<button class="in" form="ask" name="word" value="w12">' in html
    assert 'id="word-name"' in client().get("?text=w1 w12&word=w12").text


def test_a_page_that_cannot_be_has_a_sentence():
    for path, status in (("?model=9", 404), ("nowhere", 404), ("texts?page=x", 400), ("train?run=4", 404)):
        found = client().get(path)
        assert found.status_code == status
        assert "<h1>This cannot be answered</h1>" in found.text
    assert client().post("panel", data={"show": "x"}).text.startswith('<p class="lost">')


def test_a_training_without_a_script_begins_goes_on_and_has_its_epochs():
    ask = client(session())
    begun = ask.post("train", data={"epochs": "3", "C": "", "preset": ""})
    assert begun.status_code == 303
    assert begun.headers["location"] == f"/{TOKEN}/train?run=0"
    until(lambda: ask.get("api/runs/0").json()["ended"])
    page = ask.get("train?run=0").text
    assert "Its model is open" in page
    assert "3 epochs" in page
    assert '<svg class="chart' in page
    through = ask.get("?model=2&text=w1 w12&show=epochs&epoch=1").text
    assert "After epoch 1:" in through
    assert ask.post("stop", data={"run": "0"}).status_code == 303


def test_models_of_one_name_are_told_apart():
    of = session(opened("reviews"), opened("reviews"))
    assert [one.name for one in of.models] == ["reviews", "reviews (2)"]


def test_an_address_that_lost_its_last_slash_leads_to_the_page():
    found = client().get(f"http://127.0.0.1:{PORT}/{TOKEN}")
    assert found.status_code == 307
    assert found.headers["location"] in (f"/{TOKEN}/", f"http://127.0.0.1:{PORT}/{TOKEN}/")


@pytest.mark.parametrize(
    "path", [*PAGES, "api/versus?with=1", "api/decided?word=w12", "api/edits?text=w1+w2"]
)
def test_a_model_of_several_labels_a_text_has_every_page_too(path):
    sets = [["even", label] if i % 2 == 0 else [label] for i, label in enumerate(LABELS)]
    sets[5] = []
    clf = TextClassifier(table(), characters=False, C=1.0).fit(TEXTS, sets)
    rows = Rows(lambda: divide(TEXTS, sets, clf.held_out, clf.random_state, "sentences.csv"))
    of = [Opened(name, clf, rows, Told(None)) for name in ("one", "other")]
    assert client(session(*of)).get(path).status_code == 200


@pytest.mark.parametrize("pooling", ["max", "mean+min", "sif"])
def test_a_model_of_another_pooling_has_every_page_too(pooling):
    ask = client(session(opened(pooling=pooling), opened(pooling=pooling, held_out=0)))
    for path in PAGES:
        assert ask.get(path).status_code == 200
    for path in ("?model=1&text=w1&word=w1", "texts?model=1&part=train", "report?model=1", "train?model=1"):
        assert ask.get(path).status_code == 200
    assert "no row was held out" in ask.get("texts?model=1").text


@pytest.mark.parametrize("name", ["page.js", "serve.js"])
def test_a_script_is_served_without_comments_and_with_every_line_of_code(name):
    served = client().get(f"static/{name}").text
    source = (Path(wordglass.views.html.__file__).parent / name).read_text()
    alone = r"/\*(?:[^*]|\*(?!/))*\*/|(?m:^\s*//.*$)"
    assert re.sub(r"\s", "", re.sub(alone, "", served)) == re.sub(r"\s", "", re.sub(alone, "", source))
    if node := shutil.which("node"):
        ran = subprocess.run(
            [node, "--input-type=module", "--check"], input=served.encode(), capture_output=True
        )
        assert ran.returncode == 0, ran.stderr


def test_what_is_folded_is_left_for_later_only_where_the_script_says_what_is_open():
    def folds(**asked):
        html = client().post("panel", data={"text": " ".join(TEXTS[:40]), **asked}).text
        return dict(
            re.findall(r'<details id="layers-(\w+)"((?: data-later)?><summary>.*?)</details>', html, re.S)
        )

    whole, none, one = folds(), folds(unfolded=""), folds(unfolded="layers-terms layers-nothing")
    assert whole.keys() == none.keys() == one.keys() > {"tokens", "lookup", "terms", "words"}
    assert not any(content.startswith(" data-later") for content in whole.values())
    assert all(re.fullmatch(r" data-later><summary>[^<]*</summary>\s*", content) for content in none.values())
    assert one == {**none, "terms": whole["terms"]}


def test_the_first_page_has_the_rows_held_out_scored_once_it_is_sent():
    of = session()
    client(of).get("")
    assert [set(one._answers) for one in of.models] == [{"held_out"}, set()]


def test_a_page_of_a_model_whose_rows_are_not_at_hand_is_as_any_other():
    lost = opened()
    lost.rows = Rows(lambda: (_ for _ in ()).throw(DataError("not at hand")))
    ask = client(session(lost))
    assert [ask.get("").status_code for _ in range(2)] == [200, 200]
    assert "not at hand" in ask.get("texts").text
