"""Words are found as those of a text are, in tables of every kind."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.exploring import analogies, association, direction, known_words, read_tests, words_map
from wordglass.tokens import Settings
from wordglass.vectors import VectorTable, load_vectors

sys.path.append(str(Path(__file__).parents[1] / "vectors"))
TABLE = VectorTable.of(["sunny", "days", "nil"], np.array([[3, 4], [0, 2], [0, 0]], np.float32))


@given(st.lists(st.one_of(st.sampled_from(["sunny", "Days", " days ", "nil"]), st.text()), max_size=6))
def test_any_words_are_known_once_or_unknown(words):
    found = known_words(TABLE, words)
    np.testing.assert_allclose(np.linalg.norm(found.units, axis=1), 1)
    assert len(set(found.rows.tolist())) == len(found.words)
    assert {word.strip() for word in words} >= {*found.words, *found.unknown}
    assert "nil" not in found.words


def test_other_forms_of_a_word_are_found_as_the_table_looks_words_up():
    cased = VectorTable.of(["Paris", "sunny"], np.eye(2, dtype=np.float32))
    assert known_words(cased.with_settings(Settings(case="keep")), ["paris"]).unknown == ["paris"]
    climbing = cased.with_settings(Settings(case="keep", ladder=("lower", "title")))
    assert known_words(climbing, ["paris", "SUNNY"]).rows.tolist() == [1, 2]


def test_words_put_together_from_n_grams_have_a_place_but_answer_no_analogy(tmp_path):
    pytest.importorskip("fasttext")
    from subword_models import trained

    path, model = trained("skipgram", tmp_path)
    table = load_vectors(str(path))
    found = known_words(table, ["ka", "unheardof"])
    assert found.rows[1] == 0
    vector = model.get_word_vector("unheardof")
    np.testing.assert_allclose(found.units[1], vector / np.linalg.norm(vector), atol=1e-5)
    drawn = words_map(table, ["ka", "unheardof", "nosuch", "ever"])
    assert len(drawn["words"]) == 4
    assert analogies(table)["rates"] is None


def test_a_table_of_parts_of_words_answers_for_words_that_are_one_part():
    pytest.importorskip("wordllama")
    pytest.importorskip("tokenizers")
    table = load_vectors("wordllama-l2-256")
    found = known_words(table, ["good", "unheardof"])
    assert (found.words, found.unknown) == (["good"], ["unheardof"])
    ends = direction(table, "bad", "good", n=3)
    assert "▁excellent" in [one["word"] for one in ends["toward_b"]]
    assert association(table, read_tests()["career"])["effect"] is not None
