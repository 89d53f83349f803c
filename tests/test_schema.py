"""The schema on disk is that of the document's classes, and tells a trace from what is none."""

import copy
import json

import jsonschema
import pytest
from examples import prediction, training

from wordglass.trace.schema import SCHEMA_FILE, build_schema, schema_text

SCHEMA = build_schema()


def broken(change):
    document = json.loads(json.dumps(training()))
    change(document)
    return document


def test_the_file_is_up_to_date():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema_of_draft_2020_12():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("held_out", [True, False])
def test_traces_of_real_runs_are_valid(held_out):
    jsonschema.validate(json.loads(json.dumps(training(held_out))), SCHEMA)
    jsonschema.validate(json.loads(json.dumps(prediction("snow and rain", truth=None))), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("coverage"),
        lambda t: t.update(extra=1),
        lambda t: t.update(kind="prediction"),
        lambda t: t["training"]["epochs"][0].update(train_loss="low"),
        lambda t: t["training"]["epochs"][0].update(train_loss=None),
        lambda t: t["data"]["checks"][0].update(mark="fine"),
        lambda t: t["data"].update(rows=1.5),
        lambda t: t["predictions"][0]["tokens"][0].pop("shares"),
        lambda t: t["predictions"][0]["outputs"][0].update(surprise=0),
        lambda t: t["provenance"]["versions"].update(numpy=2),
    ],
)
def test_a_broken_trace_is_refused(change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken(change), SCHEMA)


def test_a_field_that_is_not_required_may_be_left_out():
    document = copy.deepcopy(prediction())
    for token in document["tokens"]:
        token.pop("vector", None)
    jsonschema.validate(document, SCHEMA)
