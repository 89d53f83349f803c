"""The claim on the page: the real thing on small rows, one heavy job at a time, stoppable."""

from html import unescape

import pytest
from sessions import client, events, opened, session, until

from wordglass.errors import DataError
from wordglass.rows import Rows
from wordglass.trace.claim import ClaimTrace
from wordglass.trace.reading import what_is_wrong
from wordglass.views.claims import finding
from wordglass.views.html.claim import claim_parts

BUSY = "is going on: stop it, or wait for its end"


def follow(ask, run):
    with ask.stream("GET", f"api/runs/{run}/events") as stream:
        return events(stream.iter_lines())


@pytest.fixture(scope="module")
def measured():
    """A client whose first model's claim has been measured to the end, and what was told of it."""
    ask = client()
    begun = ask.post("api/claim", data={"budget": "2"})
    assert begun.status_code == 202
    return ask, begun.json()["run"], follow(ask, begun.json()["run"])


def test_what_is_measured_is_a_whole_document_and_the_page_shows_its_numbers(measured):
    ask, run, told = measured
    assert told[-1]["event"] == "done"
    document = ask.get(f"api/claim/{run}").json()
    assert what_is_wrong(document, ClaimTrace) == ""
    assert document["source"] == "sentences.csv"
    finished = [event["run"] for event in told if "run" in event]
    kept = [run | {"epochs": []} for run in document["runs"]]
    assert sorted(kept, key=str) == sorted(finished, key=str)
    page = ask.get(f"claim?run={run}")
    assert page.status_code == 200
    parts = claim_parts(document)
    assert str(parts["by_labels"]) in page.text
    for one in document["verdicts"]:
        assert finding(one) in unescape(page.text)


def test_the_page_without_a_run_shows_the_last_one_of_its_model(measured):
    ask, run, _ = measured
    found = ask.get("claim")
    assert (found.status_code, found.headers["location"].endswith(f"claim?run={run}")) == (303, True)
    assert "Measure it on 80 rows" in ask.get("claim?model=1").text
    assert ask.get("claim?run=99").status_code == 404
    assert ask.get("train?run=0").status_code == 404  # which is a claim


def test_one_heavy_job_goes_on_at_a_time_and_stopping_keeps_what_is_finished():
    ask = client()
    run = ask.post("api/claim", data={}).json()["run"]
    for path in ("api/train", "api/claim", "train", "claim"):
        refused = ask.post(path, data={})
        assert refused.status_code == 409
        assert f"a claim {BUSY}" in refused.text
    assert ask.get(f"api/claim/{run}").status_code == 409
    until(lambda: "run" in (ask.get(f"api/runs/{run}").json()["last"] or {}))
    assert "accuracy so far" in ask.get(f"curve?run={run}").text
    assert 'http-equiv="refresh"' in ask.get(f"claim?run={run}").text
    stopped = ask.post("stop", data={"run": run})
    assert stopped.headers["location"].endswith(f"claim?run={run}")
    told = follow(ask, run)
    document = ask.get(f"api/claim/{run}").json()
    assert told[-1]["event"] == "stopped"
    assert len(document["runs"]) == sum("run" in event for event in told) > 0
    page = ask.get(f"claim?run={run}").text
    assert document["missing"]
    assert "What is missing" in page
    training = ask.post("api/train", data={"epochs": "1000"})
    assert training.status_code == 202
    refused = ask.post("claim", data={})
    assert refused.status_code == 409
    assert f"a training {BUSY}" in refused.text
    ask.post(f"api/runs/{training.json()['run']}/stop")


def test_where_the_rows_are_not_at_hand_the_page_says_so_and_nothing_begins():
    def lost():
        raise DataError("the texts are not at hand: name the file with --data FILE")

    one = opened()
    one.rows = Rows(lost)
    ask = client(session(one))
    page = ask.get("claim").text
    assert "name the file with --data FILE" in page
    assert "Measure it" not in page
    assert ask.post("claim", data={}).status_code == 400
    assert ask.get("api/runs/0").status_code == 404
