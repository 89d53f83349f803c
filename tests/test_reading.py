"""A trace that is read from a file is whole and of this version, or refused in one line."""

import copy
import json

import jsonschema
import pytest
from claims import claim
from examples import prediction, training
from hypothesis import given
from hypothesis import strategies as st

from wordglass.errors import ArgumentError, DataError
from wordglass.trace.claim import ClaimTrace
from wordglass.trace.document import PredictionTrace, TrainingTrace
from wordglass.trace.reading import read_document, what_is_wrong
from wordglass.trace.schema import build_schema

SCHEMA = build_schema()


def read(path, text):
    path.write_text(text)
    return read_document(path, ClaimTrace, "wordglass claim")


def test_a_document_is_read_as_it_was_written(tmp_path):
    assert read(tmp_path / "claim.json", json.dumps(claim())) == claim()
    assert what_is_wrong(training(), TrainingTrace) == what_is_wrong(prediction(), PredictionTrace) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[]", "this is not the trace of a claim"),
        ("null", "this is not the trace of a claim"),
        (json.dumps(training()), "this is not the trace of a claim"),
        (json.dumps(claim() | {"version": 1}), "version 1 of the trace"),
        (json.dumps(claim() | {"rows": "\x1b[2Jmany"}), "/rows is not a whole number"),
        (json.dumps(claim() | {"coverage": float("nan")}), "this is not JSON"),
        (json.dumps(claim()).replace("0.93", "1e999"), "/coverage is not a number"),
        (json.dumps(claim()).replace('"rows": 1200', '"rows": 1' + "0" * 400), "/rows is not a whole number"),
        (json.dumps(claim() | {"\x1b]0;": 1}), "has '\\x1b]0;', which is unknown"),
    ],
)
def test_anything_else_is_refused_in_one_line(text, words, tmp_path):
    with pytest.raises(DataError) as found:
        read(tmp_path / "claim.json", text)
    assert words in str(found.value)
    assert str(tmp_path / "claim.json") in str(found.value)
    assert str(found.value).isprintable()


def test_a_file_that_is_not_there_is_an_argument_in_error(tmp_path):
    for path in (tmp_path / "none.json", tmp_path, tmp_path / "none" / "a.json"):
        with pytest.raises(ArgumentError, match="wordglass claim"):
            read_document(path, ClaimTrace, "wordglass claim")


def places(value, at=()):
    """Every place of a document."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from places(one, (*at, key))


SMALL = claim(sizes=(8, None), draws=1)
PLACES = list(places(SMALL))[1:]


@given(st.sampled_from(PLACES), st.sampled_from([None, True, 1, 1.5, "x", [], {}, "del"]))
def test_it_finds_wrong_what_the_schema_finds_wrong(place, put):
    document = copy.deepcopy(SMALL)
    of = document
    for key in place[:-1]:
        of = of[key]
    if put == "del":
        del of[place[-1]]
    else:
        of[place[-1]] = put
    schema = {**SCHEMA, "oneOf": [{"$ref": "#/$defs/ClaimTrace"}]}
    valid = jsonschema.Draft202012Validator(schema).is_valid(document)
    assert (what_is_wrong(document, ClaimTrace) == "") == valid
