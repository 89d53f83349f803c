import numpy as np
import pytest
from sessions import TEXTS, client, events, session, trained, until

from wordglass.classifier import TextClassifier
from wordglass.rows import Told
from wordglass.serve.runs import command_of


def follow(ask, run, **headers):
    with ask.stream("GET", f"api/runs/{run}/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        return events(stream.iter_lines())


def test_a_training_is_told_epoch_by_epoch_and_its_model_is_one_more():
    ask = client()
    begun = ask.post("api/train", data={"epochs": "4", "C": "0.5"})
    assert begun.status_code == 202
    told = follow(ask, begun.json()["run"])
    assert [event["epoch"] for event in told if event["event"] == "epoch"] == [0, 1, 2, 3, 4]
    assert told[-1]["event"] == "done"
    number = told[-1]["model"]
    assert number == 2
    alone = TextClassifier(**{**trained().get_params(), "epochs": 4, "C": 0.5}).fit(
        TEXTS, ["pos"] * 40 + ["neg"] * 40
    )
    found = ask.get(f"api/predict?model={number}&text=w1 w12 w40").json()
    assert found["outputs"] == alone.trace("w1 w12 w40")["outputs"]
    assert (
        ask.get("api/predict?model=0&text=w1 w12 w40").json()["outputs"]
        == (trained().trace("w1 w12 w40")["outputs"])
    )
    assert ask.get(f"api/texts?model={number}").json()["found"] == len(trained().held_out_rows_)


def test_the_stream_goes_on_where_a_browser_left_it():
    ask = client()
    run = ask.post("api/train", data={"epochs": "3"}).json()["run"]
    whole = follow(ask, run)
    assert follow(ask, run, **{"Last-Event-ID": "2"}) == whole[2:]


def test_a_training_stops_when_asked_and_leaves_the_models_as_they_were():
    ask = client()
    run = ask.post("api/train", data={"epochs": "1000"}).json()["run"]
    refused = ask.post("api/train", data={"epochs": "1"})
    assert refused.status_code == 409
    until(lambda: ask.get(f"api/runs/{run}").json()["last"]["event"] == "epoch")
    ask.post(f"api/runs/{run}/stop")
    told = follow(ask, run)
    assert told[-1]["event"] == "stopped"
    assert len(told) < 1000
    assert len(ask.get("api/models").json()) == 2
    assert ask.post("api/train", data={"epochs": "1"}).status_code == 202  # and another may begin


def test_after_each_epoch_the_text_is_called_what_a_training_of_so_many_epochs_calls_it():
    ask = client()
    run = ask.post("api/train", data={"epochs": "3"}).json()["run"]
    number = follow(ask, run)[-1]["model"]
    found = ask.get(f"api/epochs?model={number}&text=w1 w40 w12").json()["epochs"]
    for epoch in found:
        alone = TextClassifier(**{**trained().get_params(), "epochs": epoch["epoch"]})
        alone.fit(TEXTS, ["pos"] * 40 + ["neg"] * 40)
        assert np.allclose(epoch["probabilities"], alone.predict_proba(["w1 w40 w12"])[0], atol=1e-6)
    follow(ask, ask.post("api/train", data={"epochs": "1"}).json()["run"])
    lost = ask.get(f"api/epochs?model={number}&text=w1")
    assert lost.status_code == 409
    assert "train again" in lost.json()["error"]


@pytest.mark.parametrize(
    "given",
    [
        {"preset": "other"},
        {"C": "-1"},
        {"C": "x"},
        {"epochs": "0"},
        {"epochs": "1e9"},
        {"pooling": "median"},
        {"epochs": "2.5"},
    ],
)
def test_settings_that_cannot_be_are_refused_before_anything_is_trained(given):
    found = client().post("api/train", data=given)
    assert found.status_code == 400


def test_a_training_that_fails_says_why_and_another_may_begin():
    ask = client(session())
    run = ask.post("api/train", data={"vectors": "no-such-table"}).json()["run"]
    told = follow(ask, run)
    assert told[-1]["event"] == "failed"
    assert "no-such-table" in told[-1]["words"]
    assert ask.post("api/train", data={"epochs": "1"}).status_code == 202


def test_the_command_trains_the_same_outside_of_the_page():
    parameters = {
        **TextClassifier().get_params(),
        "vectors": "wordglass-en",
        "C": 0.5,
        "epochs": 3,
        "lexical": False,
        "class_weight": "balanced",
        "random_state": 7,
    }
    command = command_of(Told("my reviews.csv", text="review"), parameters)
    assert command == (
        "wordglass train 'my reviews.csv' --text review --no-lexical --C 0.5 --epochs 3 --balanced --seed 7"
    )
    assert command_of(Told(None), parameters).startswith("TextClassifier(")
