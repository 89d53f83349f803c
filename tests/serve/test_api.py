import re
from pathlib import Path

import numpy as np
import pytest
from sessions import HOSTILE, LABELS, TEXTS, client, opened, session, trained

from wordglass.arrow import strings
from wordglass.errors import DataError
from wordglass.opened import Opened
from wordglass.rows import Rows, Told
from wordglass.serve.api import api
from wordglass.serve.runs import Trainer
from wordglass.store.config import to_json


def test_a_prediction_is_the_trace_of_the_model_to_the_last_digit():
    found = client().post("api/predict", json={"text": "w1 w12 w65 w1"})
    left_out = found.json()
    assert left_out.pop("tokens_left_out") == 0
    assert to_json(left_out) == to_json(trained().trace("w1 w12 w65 w1"))
    assert client().get("api/predict", params={"text": "w1 w12 w65 w1"}).json() == found.json()
    assert client().post("api/predict", data={"text": "w1 w12 w65 w1"}).json() == found.json()


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_holds_it_is_text(text):
    found = client().post("api/predict", json={"text": text})
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert found.json()["text"] == text


def test_a_text_of_a_megabyte_is_answered_and_one_byte_more_is_refused():
    text = "w1" + "\u00e9" * 499_999
    assert client().post("api/predict", json={"text": text}).json()["text"] == text
    found = client().post("api/predict", json={"text": text + "x"})
    assert found.status_code == 413
    assert "1.0 MB" in found.json()["error"]


def test_of_a_long_text_the_first_tokens_are_sent_and_the_others_counted():
    found = client().post("api/predict", json={"text": "w1 " * 12_000}).json()
    assert (len(found["tokens"]), found["tokens_left_out"]) == (10_000, 2_000)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("api/predict?model=7", 404),
        ("api/predict?model=-1", 404),
        ("api/predict?row=100000", 404),
        ("api/predict?row=x", 404),
        ("api/word", 400),
        ("api/texts?part=other", 400),
        ("api/texts?truth=other", 400),
        ("api/texts?least=2", 400),
        ("api/texts?least=nan", 400),
        ("api/texts?page=1.5", 400),
        ("api/texts?order=x", 400),
        ("api/versus?with=9", 404),
        ("api/epochs?text=w1", 409),
        ("api/runs/0", 404),
        ("api/runs/x/events", 404),
        ("api/nowhere", 404),
    ],
)
def test_what_cannot_be_answered_gets_a_status_and_a_sentence(path, status):
    found = client().get(path)
    assert found.status_code == found.json()["status"] == status
    assert len(found.json()["error"].split()) > 3


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'{"text": ["a"]}', b"\xff", b'{"text": "\\ud800"}', b"[" * 100_000]
)
def test_a_body_that_cannot_be_read_is_refused(body):
    found = client().post("api/predict", content=body, headers={"Content-Type": "application/json"})
    assert found.status_code == 400
    assert found.json()["error"]


def test_a_row_of_the_data_is_predicted_with_its_label():
    found = client().get("api/predict?row=3").json()
    assert (found["text"], found["truth"]) == (TEXTS[3], [LABELS[3]])


def test_the_texts_are_those_that_the_filters_leave_page_by_page():
    ask = client()
    everything = ask.get("api/texts").json()
    clf = trained()
    held = clf.held_out_rows_
    assert everything["found"] == everything["of"] == len(held)
    sure = [text["probability"] for text in everything["texts"]]
    assert sure == sorted(sure, reverse=True)
    p = clf.predict_proba([TEXTS[row] for row in held])
    assert sorted(sure) == sorted(p.max(axis=1).tolist())

    of_train = [ask.get(f"api/texts?part=train&order=row&page={page}").json() for page in (1, 2, 3)]
    rows = [text["row"] for page in of_train for text in page["texts"]]
    assert rows == sorted(set(range(len(TEXTS))) - set(held.tolist()))
    wrong = ask.get("api/texts?part=train&wrong=1").json()
    assert {text["row"] for text in wrong["texts"]} == {
        row for row in rows if clf.predict([TEXTS[row]])[0] != LABELS[row]
    }
    some = ask.get("api/texts?part=train&truth=pos&predicted=pos&least=0.6&words=NUMBER").json()
    assert some["found"] == sum(
        LABELS[row] == "pos" and q >= 0.6 and "number" in TEXTS[row]
        for row, q in zip(rows, clf.predict_proba([TEXTS[row] for row in rows])[:, 1].tolist(), strict=True)
    )


def test_a_word_has_its_vector_neighbours_and_scores():
    found = client().get("api/word?word=w1").json()
    table = trained().model_.table
    assert found["vector"] == table.vector("w1").astype(float).tolist()
    assert [(n["word"], n["cosine"]) for n in found["neighbours"]] == table.neighbours("w1", 10)
    for near in found["neighbours"]:
        scores = trained().decision_function([near["word"]])[0] - trained().model_.scorer.bias[0]
        assert near["scores"][1] == pytest.approx(scores)
    assert found["token"]["token"] == "w1"
    unknown = client().get("api/word?word=unheard").json()
    assert unknown["vector"] is None
    assert "no vector" in unknown["why_none"]


def test_the_texts_that_a_word_decides_are_called_otherwise_without_it():
    found = client().get("api/decided?word=w12").json()
    clf = trained()
    held = set(clf.held_out_rows_.tolist())
    for part in found:
        rows = [r for r in range(len(TEXTS)) if (r in held) == (part["part"] == "held_out")]
        having = [r for r in rows if "w12" in TEXTS[r].split()]
        assert part["have"] == len(having)
        flipped = [
            r for r in having if clf.predict([TEXTS[r]])[0] != clf.predict([TEXTS[r].replace("w12", "")])[0]
        ]
        assert part["decided"] == len(flipped)
        assert {text["row"] for text in part["texts"]} <= set(flipped)
    assert sum(part["decided"] for part in found) > 0


def test_two_texts_or_two_models_are_compared():
    two = client().post("api/compare", json={"text": "w1", "other": "w12"}).json()
    assert (two["first"]["predicted"], two["second"]["predicted"]) == (["pos"], ["neg"])
    models = client().post("api/compare", json={"text": "w1 w12", "with": 1}).json()
    assert models["second"]["outputs"] == trained(lexical=False).trace("w1 w12")["outputs"]
    apart = client().get("api/versus?with=1").json()
    first, second = trained(), trained(lexical=False)
    texts = strings([TEXTS[row] for row in first.held_out_rows_])
    truth = np.array([LABELS[row] for row in first.held_out_rows_])
    one, other = first.predict(texts), second.predict(texts)
    assert apart["apart"] == (one != other).sum()
    assert apart["both_right"] == ((one == truth) & (other == truth)).sum()
    assert apart["rows"] == sum(
        apart[name] for name in ("first_right", "second_right", "both_right", "neither")
    )


def test_where_the_data_is_not_at_hand_the_rest_works_and_this_says_why():
    def find():
        raise DataError("the texts are not at hand: --data FILE")

    ask = client(session(Opened("lost", trained(), Rows(find), Told(None))))
    for path in ("api/predict?text=w1", "api/word?word=w1", "api/edits?text=w1", "", "?text=w1&word=w1"):
        assert ask.get(path).status_code == 200
    for path in ("api/texts", "api/nearest?text=w1", "api/decided?word=w1", "api/predict?row=1"):
        found = ask.get(path)
        assert found.status_code == 400
        assert "--data FILE" in found.json()["error"]
    for path in ("texts", "train", "?text=w1&show=near", "?text=w1&word=w1"):
        found = ask.get(path)
        assert found.status_code == 200
        assert "--data FILE" in found.text
    assert ask.post("api/train").status_code == 400


def test_the_models_are_listed():
    found = client(session(opened("only"))).get("api/models").json()
    assert [(model["model"], model["name"]) for model in found] == [(0, "only")]


def test_an_edit_that_flips_a_text_does_so():
    clf = trained()
    text = "w1 w2 w12 w40"
    found = client().post("api/edits", json={"text": text}).json()
    assert found["predicted"] == [clf.predict([text])[0]]
    for kind in ("removal", "replacement"):
        if edit := found[kind]:
            assert [clf.predict([edit["text"]])[0]] == edit["predicted"] != found["predicted"]
    k = clf.classes_.tolist().index(found["class"])
    for without in found["without"]:
        rest = " ".join("" if word == without["word"] else word for word in text.split())
        assert without["probability"] == pytest.approx(clf.predict_proba([rest])[0, k])


def test_the_nearest_texts_are_training_texts_with_their_labels_most_alike_first():
    found = client().get("api/nearest", params={"row": 3}).json()
    held = set(trained().held_out_rows_.tolist())
    assert not held & {near["row"] for near in found}
    assert [near["truth"] for near in found] == [[LABELS[near["row"]]] for near in found]
    cosines = [near["cosine"] for near in found]
    assert cosines == sorted(cosines, reverse=True)
    if 3 not in held:
        assert (found[0]["row"], round(cosines[0], 5)) == (3, 1.0)
    assert client().get("api/nearest?text=unheard").json() == []


def test_the_page_of_the_docs_lists_every_question():
    page = (Path(__file__).parents[2] / "docs" / "open.md").read_text()
    of = session()
    listed = set(re.findall(r"^\| `(api/[\w/]+)`", page, re.MULTILINE))
    asked = {route.path[1:].replace("{run}", "N") for route in api(of, Trainer(of))}
    assert listed == asked
