"""How often analogies are solved, against gensim's answers and a plain computation, question by question."""

import sys

import numpy as np
import pytest

from wordglass.errors import ArgumentError, DataError
from wordglass.exploring.analogies import LEAST, Kind, analogies, read_kinds
from wordglass.vectors import VectorTable

RNG = np.random.default_rng(3)
WORDS = [f"w{i}" for i in range(500)]
OFFSET = RNG.normal(size=12)
VECTORS = RNG.normal(size=(500, 12))
for i in range(0, 40, 2):  # pairs that stand in one relation, more or less
    VECTORS[i + 1] = VECTORS[i] + OFFSET + RNG.normal(size=12) * RNG.choice([0.1, 0.6, 1.2])
VECTORS = (VECTORS * RNG.uniform(0.2, 3, (500, 1))).astype(np.float32)
TABLE = VectorTable.of(WORDS, VECTORS)
KINDS = {
    "close": Kind("of one relation", [(f"w{i}", f"w{i + 1}") for i in range(0, 24, 2)]),
    "far": Kind("of none", [(f"w{i}", f"w{i + 300}") for i in range(100, 107)]),
    "few": Kind("too few", [("w200", "w201")]),
}


def questions(kind):
    return [(a, b, c, d) for a, b in kind.pairs for c, d in kind.pairs if (a, b) != (c, d)]


def by_gensim(kind):
    """The rates of the usual rule, of honesty and of the nearest word, and that of the given ones."""
    models = pytest.importorskip("gensim.models")
    vectors = models.KeyedVectors(12)
    vectors.add_vectors(WORDS, VECTORS)
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    of = dict(zip(WORDS, unit, strict=True))
    right = []
    for a, b, c, d in questions(kind):
        usual = vectors.most_similar(positive=[b, c], negative=[a], topn=1)[0][0]
        honest = vectors.similar_by_vector(of[b] - of[a] + of[c], topn=1)[0][0]
        near = next(word for word, _ in vectors.most_similar(c, topn=4) if word not in (a, b, c))
        right.append((usual == d, honest == d, near == d, honest in (a, b, c)))
    return np.mean(right, axis=0)


@pytest.mark.parametrize("rows", [7, 4096])
def test_the_rates_are_those_of_gensims_answers(rows, monkeypatch):
    monkeypatch.setattr(sys.modules[analogies.__module__], "ROWS", rows)
    found = analogies(TABLE, KINDS)
    for told in found["kinds"][:2]:
        rates = told["rates"]
        ours = [rates[name]["value"] for name in ("usual", "honest", "neighbour")] + [rates["given"]]
        np.testing.assert_allclose(ours, by_gensim(KINDS[told["kind"]]), atol=1e-12)
        assert rates["questions"] == len(questions(KINDS[told["kind"]]))
    assert 0 < found["kinds"][0]["rates"]["usual"]["value"] < 1  # the oracle has something to say
    assert found["kinds"][2]["rates"] is None
    values = [kind["rates"]["usual"]["value"] for kind in found["kinds"][:2]]
    assert found["rates"]["usual"]["value"] == pytest.approx(np.mean(values))


def test_the_usual_rate_is_gensims_own_evaluation(tmp_path):
    models = pytest.importorskip("gensim.models")
    vectors = models.KeyedVectors(12)
    vectors.add_vectors(WORDS, VECTORS)
    lines = [": close", *(" ".join(asked) for asked in questions(KINDS["close"]))]
    (tmp_path / "questions.txt").write_text("\n".join(lines))
    score, _ = vectors.evaluate_word_analogies(tmp_path / "questions.txt", case_insensitive=False)
    found = analogies(TABLE, {"close": KINDS["close"]})
    assert found["rates"]["usual"]["value"] == pytest.approx(score)


def test_intervals_are_over_pairs_by_a_plain_jackknife():
    rates = analogies(TABLE, {"close": KINDS["close"]})["kinds"][0]["rates"]
    kind = KINDS["close"]
    left = []
    for out in kind.pairs:
        rest = Kind("", [pair for pair in kind.pairs if pair != out])
        left.append(analogies(TABLE, {"rest": rest})["rates"])
    n = len(kind.pairs)
    for name in ("usual", "gain"):
        value = rates[name]["value"]
        without = np.array([one[name]["value"] for one in left])
        variance = (n - 1) / n * ((without - without.mean()) ** 2).sum()
        if name == "gain":
            assert rates[name]["low"] == pytest.approx(max(value - 1.959964 * variance**0.5, -1), abs=1e-6)
        else:
            independent = min(value * (1 - value) / variance, n * (n - 1))
            middle = (value + 1.959964**2 / 2 / independent) / (1 + 1.959964**2 / independent)
            assert (rates[name]["low"] + rates[name]["high"]) / 2 == pytest.approx(middle, abs=1e-6)


def test_rates_of_zero_and_one_have_intervals_too():
    vectors = np.vstack([np.eye(12)[:6], np.eye(12)[:6] + np.eye(12)[11]]).astype(np.float32)
    words = [f"{side}{i}" for side in "ab" for i in range(6)]
    kinds = {"sure": Kind("", [(f"a{i}", f"b{i}") for i in range(6)])}
    rates = analogies(VectorTable.of(words, vectors), kinds)["rates"]
    assert rates["usual"]["value"] == 1
    assert 0.5 < rates["usual"]["low"] < 1
    assert rates["gain"]["low"] < rates["gain"]["value"] <= rates["gain"]["high"]


@pytest.mark.parametrize("numbers", ["float16", "int8"])
def test_a_table_in_fewer_bytes_is_measured_as_it_is_stored(tmp_path, numbers):
    TABLE.save(tmp_path / numbers, numbers)
    table = VectorTable.open(tmp_path / numbers)
    stored = VectorTable.of(WORDS, table.vectors(WORDS))
    ours, theirs = analogies(table, KINDS), analogies(stored, KINDS)
    assert ours["rates"]["usual"]["value"] == pytest.approx(theirs["rates"]["usual"]["value"], abs=0.02)


def test_pairs_that_are_unknown_or_share_a_word_are_left_out_and_named():
    pairs = [("W0", "w1"), ("w2", "w3"), ("w0", "w5"), ("w6", "nowhere"), ("w8", "w8"), ("two words", "w9")]
    (told,) = analogies(TABLE, {"odd": Kind("", pairs)})["kinds"]
    assert told["pairs"] == 2
    assert told["left_out"] == ["w0 w5", "w6 nowhere", "w8 w8", "two words w9"]


def test_a_table_that_knows_nothing_of_the_pairs_has_no_rates():
    found = analogies(VectorTable.of(["x"], np.ones((1, 3), np.float32)))
    assert found["rates"] is None
    assert all(kind["pairs"] == 0 for kind in found["kinds"])


def test_our_own_pairs_are_many_enough_and_no_word_stands_twice_in_a_kind():
    kinds = read_kinds()
    assert len(kinds) >= 8
    for name, kind in kinds.items():
        assert 15 <= len(kind.pairs) <= 30, name
        words = [word.lower() for pair in kind.pairs for word in pair]
        assert len(words) == len(set(words)), name
    assert all(len(kind.pairs) >= LEAST for kind in kinds.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a]\npairs = 3", r"\[a\] is to have"),
        ("a = 3", r"\[a\] is to have"),
        ("[a]\npairs = ['one']", "'one' is no pair of words"),
        ("[a]\npairs = ['one two three']", "is no pair of words"),
        ("[a]\npairs = []", "1 to 200 pairs"),
        ("[a\n", "is no TOML file"),
        (None, "No such file"),
    ],
)
def test_a_file_of_pairs_that_is_none_is_refused(tmp_path, text, says):
    path = tmp_path / "pairs.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError if text else ArgumentError, match=says):
        read_kinds(path)
