"""The project's model does overfit, its mending is measured, and what is no mending is found out."""

import json
import shlex
import subprocess

import numpy as np
import pytest
import runs
from shared import data_set

from wordglass.classifier import TextClassifier
from wordglass.corpus import read
from wordglass.errors import DataError
from wordglass.learn.project import plan as plans
from wordglass.learn.project.folder import command, project_of, read_project, write_project
from wordglass.learn.project.judging import judge
from wordglass.learn.project.plan import BY_HEART, GAP, RANDOM, SETTINGS, plan
from wordglass.learn.project.rows import ENOUGH, drawn
from wordglass.learn.tasks.running import WORDGLASS
from wordglass.opened import Opened
from wordglass.parts import divide
from wordglass.rows import Rows, Told
from wordglass.vectors import load_vectors


def opened(name, rows=3_000):
    corpus = data_set(name)
    texts, labels = corpus.texts[:rows], corpus.labels[:rows]
    clf = TextClassifier(lexical=False, C=1.0, epochs=2).fit(texts, labels)
    return Opened(name, clf, Rows(lambda: divide(texts, labels, clf.held_out, 0, name)), Told(None))


@pytest.fixture(scope="module")
def trec():
    return opened("trec6")


@pytest.fixture(scope="module")
def made(trec, tmp_path_factory):
    folder = tmp_path_factory.mktemp("here") / "project"
    return write_project(plan(trec), [], folder)


def trained(folder, vectors, output, **other):
    """A model of the project's rows, as the command would train it."""
    training, held_out = (read(folder / name, "text", "label") for name in ("train.csv", "held-out.csv"))
    clf = TextClassifier(vectors, **{**SETTINGS, **other})
    clf.fit(training.texts, training.labels, held_out=(held_out.texts, held_out.labels))
    clf.save(folder / output)
    return folder / output


@pytest.mark.parametrize("name", ["trec6", "sms_spam", "emotion", "stackoverflow20"])
def test_random_vectors_are_learned_by_heart_and_real_ones_reach_the_goal(name):
    found = plan(opened(name))
    assert found.rows.source == name
    assert found.overfit.training >= BY_HEART
    assert found.pretrained.held_out["value"] - found.overfit.held_out["value"] >= GAP
    assert found.overfit.held_out["value"] < found.goal < found.pretrained.held_out["value"]
    assert len(found.rows.held_out.labels) >= ENOUGH
    training, held_out = (set(part.texts.to_pylist()) for part in (found.rows.training, found.rows.held_out))
    assert not training & held_out


def test_rows_with_several_labels_and_rows_that_are_lost_give_way_to_the_demo(monkeypatch):
    texts, labels = runs.drawn(4, rows=400)
    parts = divide(texts, labels, 0.5, 0, "demo")
    monkeypatch.setattr(plans, "demo", lambda why: drawn(parts, why))
    for kind, why in (
        ("several", "several labels"),
        ("rows lost", "not at hand"),
        ("many", "rows to measure on"),
    ):
        found = plan(runs.opened(kind))
        assert found.rows.source == "demo"
        assert why in found.rows.instead


def test_the_folder_has_all_that_its_command_needs_and_the_result_is_judged(made):
    for vectors in (RANDOM, "wordglass-en"):
        line = shlex.split(command(vectors, f"{vectors}.model"))
        ran = subprocess.run(
            [*WORDGLASS, *line[1:]], cwd=made.folder, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
    overfit, mended = (judge(made, made.folder / f"{vectors}.model") for vectors in (RANDOM, "wordglass-en"))
    assert (overfit.reason, overfit.goals) == ("short", 0)
    assert (mended.reason, mended.goals) == (
        "second",
        2,
    )  # of no other tables the pre-trained one is the best
    readme = (made.folder / "README.md").read_text()
    assert command("wordglass-en") in readme
    assert f"{made.goal:.1%}" in readme


def test_a_project_that_was_made_is_read_again_and_anything_else_is_left_alone(made, tmp_path):
    assert read_project(made.folder) == made
    assert read_project(tmp_path / "none") is None
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("mine")
    with pytest.raises(DataError, match="holds no project"):
        read_project(tmp_path / "other")
    (tmp_path / "other" / "project.json").write_text("[]")
    with pytest.raises(DataError, match="holds no project"):
        read_project(tmp_path / "other")


def test_other_settings_are_told(made):
    for settings, said in (
        ({"C": 2.0}, "C = 2.0"),
        ({"pooling": "max"}, "pooling = max"),
        ({"int8": True}, "int8"),
    ):
        judged = judge(made, trained(made.folder, "wordglass-en", "other.model", **settings))
        assert (judged.reason, judged.goals) == ("other-settings", 0)
        assert said in judged.said


def test_training_on_held_out_rows_is_found_out(made):
    training, held_out = (read(made.folder / name, "text", "label") for name in ("train.csv", "held-out.csv"))
    texts, labels = training.texts.to_pylist() + held_out.texts.to_pylist(), training.labels + held_out.labels
    clf = TextClassifier("wordglass-en", **SETTINGS)
    clf.fit(texts, labels).save(made.folder / "all.model")  # the same rows, and the same hash, none held out
    assert judge(made, made.folder / "all.model").reason == "other-split"
    clf.fit(texts, labels, held_out=(held_out.texts, held_out.labels)).save(made.folder / "both.model")
    assert judge(made, made.folder / "both.model").reason == "other-rows"


def test_a_folder_that_tells_of_another_training_than_its_own_is_found_out(made):
    """Of a model trained on all rows, whose trace and settings are those of an honest one."""
    honest = TextClassifier.load(trained(made.folder, "wordglass-en", "honest.model"))
    held_out = read(made.folder / "held-out.csv", "text", "label")
    cheat = TextClassifier("wordglass-en", **SETTINGS).fit(held_out.texts, held_out.labels)
    cheat.trace_ = honest.trace_
    cheat.save(made.folder / "cheat.model")
    assert judge(made, made.folder / "honest.model").goals
    assert judge(made, made.folder / "cheat.model").reason == "other-model"


def test_files_that_were_changed_are_told(made, tmp_path):
    for name in ("train.csv", "held-out.csv"):
        content = (made.folder / name).read_text()
        (tmp_path / name).write_text(content)
    rows = (tmp_path / "held-out.csv").read_text().splitlines(keepends=True)
    (tmp_path / "held-out.csv").write_text("".join(rows[:-1]))
    told = {**json.loads((made.folder / "project.json").read_text())}
    (tmp_path / "project.json").write_text(json.dumps(told))
    judged = judge(read_project(tmp_path), tmp_path / "none.model")
    assert judged.reason == "rows-changed"


def test_vectors_of_a_file_in_the_project_are_found_from_elsewhere(made, monkeypatch):
    words = [line.split(" ")[0] for line in (made.folder / RANDOM).read_text().splitlines()[1:]]
    table = load_vectors("wordglass-en")
    known = [word for word in words if table.vocabulary.row(word)]
    lines = [
        f"{w} " + " ".join(f"{n:.4f}" for n in v) for w, v in zip(known, table.vectors(known), strict=True)
    ]
    (made.folder / "mine.txt").write_text("\n".join([f"{len(known)} {table.dim}", *lines]) + "\n")
    monkeypatch.chdir(made.folder)
    path = trained(made.folder, "mine.txt", "mine.model")
    monkeypatch.chdir("/")
    assert judge(made, path).goals


def test_the_random_vectors_of_the_file_are_those_that_were_measured(made, trec):
    table = load_vectors(str(made.folder / RANDOM))
    found = plan(trec)
    np.testing.assert_array_equal(table.vectors(found.words[:50]), found.random[:50])
    assert project_of(found, [], made.folder) == made
