"""``wordglass report``: one file that is written whole or not at all."""

import json

import pytest
from claims import claim
from small import drawn, table
from test_cli import call, done

from wordglass.classifier import TextClassifier
from wordglass.trace import numbers


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A folder with a model in it."""
    folder = tmp_path_factory.mktemp("report")
    texts, targets = drawn("many", rows=90)
    TextClassifier(table(), threads=1).fit(texts, targets.astype(str)).save(folder / "a.model")
    (folder / "notes").mkdir()
    return folder


def test_a_report_is_one_file_of_the_held_out_text_or_of_those_asked_for(here, tmp_path):
    done("report", "a.model", "-o", tmp_path / "page.html", cwd=here)
    page = (tmp_path / "page.html").read_text()
    assert page.count('class="prediction"') == 1
    assert f"wordglass report a.model -o {tmp_path / 'page.html'}" in page
    found = call(
        "report", "a.model", "-o", tmp_path / "page.html", "--text", "w1 <b>", "--text", "", cwd=here
    )
    assert found.code == 0
    page = (tmp_path / "page.html").read_text()
    assert page.count('class="prediction"') == 2
    assert "&lt;" in page
    assert found.err == f"saved: {tmp_path / 'page.html'}, {numbers.size(len(page.encode()))}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_report_that_predicts_is_larger_by_its_model(here, tmp_path):
    done("report", "a.model", "-o", tmp_path / "live.HTM", "--live", cwd=here)
    assert 'id="live-text"' in (tmp_path / "live.HTM").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("a.model", "-o", "page.pdf"), 2, "page.pdf: the name must end in .html"),
        (("a.model", "-o", "nowhere/page.html"), 2, "nowhere: no such folder to write page.html to"),
        (("notes", "-o", "page.html"), 1, "notes"),
        (("none.model", "-o", "page.html"), 2, "no model folder none.model"),
        (("a.model",), 2, "Missing option '-o'"),
        (("a.model", "-o", "page.html", "--text", "w" * 1_000_001), 2, "text 1 has 1,000,001 characters"),
        (("a.model", "-o", "page.html", "--text", "\udcff"), 2, "character 1 is not UTF-8"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_and_leaves_nothing(arguments, code, words, here):
    before = sorted(here.iterdir())
    found = call("report", *arguments, cwd=here)
    assert found.code == code
    assert words in found.err
    assert found.err.count("\n") == 1
    assert sorted(here.iterdir()) == before


def test_a_claim_is_a_section_of_the_report_and_what_is_none_is_refused_in_a_line(here, tmp_path):
    (tmp_path / "claim.json").write_text(json.dumps(claim()))
    done("report", "a.model", "-o", tmp_path / "page.html", "--claim", tmp_path / "claim.json", cwd=here)
    page = (tmp_path / "page.html").read_text()
    assert 'id="claim"' in page
    assert claim()["verdicts"][1]["sentence"] in page
    for text, code in (("{}", 1), ("\x1b[2J", 1), (json.dumps(claim() | {"version": 0}), 1), (None, 2)):
        bad = tmp_path / "bad.json"
        bad.write_text(text) if text is not None else bad.unlink()
        found = call("report", "a.model", "-o", tmp_path / "other.html", "--claim", bad, cwd=here)
        assert found.code == code
        assert str(bad) in found.err
        assert "wordglass claim" in found.err
        assert found.err.count("\n") == 1
        assert not (tmp_path / "other.html").exists()


def test_a_report_that_cannot_be_written_leaves_the_old_one(here, tmp_path):
    (tmp_path / "folder.html").mkdir()
    found = call("report", "a.model", "-o", tmp_path / "folder.html", cwd=here)
    assert found.code == 2
    assert "is a folder: name a file" in found.err
