from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordglass.arrow import buffers, strings
from wordglass.tokens import Settings, tokenise
from wordglass.vectors import ladder as ladder_module
from wordglass.vectors.ladder import RUNGS, forms
from wordglass.vectors.vocabulary import Lookup, Vocabulary, join

ALPHABET = "aAbBéÉßΣσ19#ﬁ２ ́.' –"
LADDERS = st.lists(st.sampled_from(list(RUNGS)), unique=True).map(tuple)
SETTINGS = st.builds(Settings, case=st.sampled_from(["lower", "keep"]), ladder=LADDERS)


def found(vocabulary: Vocabulary, text: str) -> list[str | None]:
    """The words that the tokens of a text find."""
    return [vocabulary.word(row) if row else None for row in vocabulary.lookup([text]).ids.tolist()]


@pytest.mark.parametrize(
    ("words", "rungs", "text", "expected"),
    [
        (["paris", "Rome"], ("lower", "title"), "Paris PARIS ROME rome", ["paris", "paris", "Rome", "Rome"]),
        (["strasse"], ("fold",), "Straße", ["strasse"]),
        (["σοφος", "σοφός"], ("lower",), "ΣΟΦΌΣ", ["σοφός"]),
        (["##", "#.#", "7", "A#"], ("digits",), "12 3.5 7 A7", ["##", "#.#", "7", None]),
        (["cafe"], ("lower", "marks"), "CAFÉ", ["cafe"]),
        (["café"], ("nfkc",), "cafe\u0301", ["café"]),
        (["fi", "2"], ("nfkc",), "ﬁ ２", ["fi", "2"]),
        (["NATO"], ("upper",), "nato", ["NATO"]),
        (["كتاب"], ("marks",), "كِتَابٌ كـتـاب", ["كتاب", "كتاب"]),
        (["שלום"], ("marks",), "שָׁלוֹם", ["שלום"]),
        (["की", "कि"], ("marks",), "की किं", ["की", None]),
        (["❤", "👍"], (), "❤️ 👍🏽", ["❤", "👍", None]),
    ],
)
def test_a_missing_word_is_found_in_another_form(words, rungs, text, expected):
    assert found(Vocabulary.of(words, Settings(case="keep", ladder=rungs)), text) == expected


def test_a_word_is_found_as_it_stands_before_all_other_forms():
    vocabulary = Vocabulary.of(["us", "US"], Settings(case="keep", ladder=("lower", "upper")))
    assert found(vocabulary, "us US Us") == ["us", "US", "us"]


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=12), LADDERS)
def test_forms_are_distinct_and_never_the_word_itself(word, rungs):
    made = forms(word, rungs)
    assert len(set(made)) == len(made)
    assert word not in made


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(ALPHABET, max_size=60), max_size=5), st.lists(st.text(ALPHABET)), SETTINGS)
def test_both_ways_of_looking_up_find_the_first_form_that_the_words_have(texts, words, chosen):
    vocabulary = Vocabulary.of(words, chosen)
    expected = []
    for text in texts:
        for token in tokenise(text, chosen):
            tried = [token.text, *forms(token.text, chosen.ladder)]
            expected.append(next((words.index(form) + 1 for form in tried if form in words), 0))
    for _ in range(2):  # the second time from memory
        assert vocabulary.lookup(texts).ids.tolist() == expected
        assert vocabulary.lookup_rows(buffers(strings(texts)), 0, len(texts)).ids.tolist() == expected


def test_words_that_are_found_in_another_form_are_not_missing():
    vocabulary = Vocabulary.of(["paris"], Settings(case="keep", ladder=("lower",)))
    lookup = vocabulary.lookup(["Paris Rome"], keep_missing=True)
    assert lookup.known == 1
    assert lookup.missing.starts.tolist() == [6]


def test_a_memory_that_is_full_forgets_and_finds_again(monkeypatch):
    monkeypatch.setattr(ladder_module, "REMEMBERED", 50)
    words = [f"w{i}" for i in range(1000)]
    vocabulary = Vocabulary.of(words, Settings(case="keep", ladder=("lower",)))
    text = " ".join(word.upper() for word in words)
    for _ in range(2):
        assert vocabulary.lookup([text]).ids.tolist() == list(range(1, 1001))
    assert np.count_nonzero(vocabulary.memory.arrays[0]) <= 50


def test_threads_that_share_a_memory_find_the_same():
    words = [f"w{i}" for i in range(3000)]
    vocabulary = Vocabulary.of(words, Settings(case="keep", ladder=("lower",)))
    texts = [" ".join(f"W{i}" for i in range(k, k + 200)) for k in range(0, 3200, 7)]
    source = buffers(strings(texts))
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda k: vocabulary.lookup_rows(source, k, k + 1), range(len(texts))))
    for k, part in zip(range(0, 3200, 7), parts, strict=True):
        assert part.ids.tolist() == [i + 1 if i < 3000 else 0 for i in range(k, k + 200)]


def composing(words: list[str], chosen: Settings) -> Vocabulary:
    vocabulary = Vocabulary.of(words, chosen)
    vocabulary.composes = True
    return vocabulary


@pytest.mark.parametrize("case", ["lower", "keep"])
def test_words_to_compose_are_numbered_after_all_rows_in_the_order_of_the_texts(case):
    vocabulary = composing(["a", "b"], Settings(case=case, ladder=("lower",)))
    lookup = vocabulary.lookup(["a Xyz b", "foo A Xyz, foo"])
    assert lookup.ids.tolist() == [1, 3, 2, 4, 1, 3, 5, 4]
    assert lookup.composed.to_pylist() == ["xyz" if case == "lower" else "Xyz", "foo", ","]
    assert (lookup.known, lookup.composed_tokens) == (8, 5)
    assert lookup.rows(1, 2).composed.to_pylist() == lookup.composed.to_pylist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("aAbcé ", max_size=30), min_size=1, max_size=6), st.integers(0, 6), SETTINGS)
def test_lookups_that_are_joined_compose_what_one_lookup_does(texts, cut, chosen):
    vocabulary = composing(["a", "b"], chosen)
    source = buffers(strings(texts))
    cut = min(cut, len(texts))
    whole = vocabulary.lookup_rows(source, 0, len(texts))
    steps = vocabulary.lookup(texts)
    parts = join([vocabulary.lookup_rows(source, 0, cut), vocabulary.lookup_rows(source, cut, len(texts))])
    for other in (steps, parts):
        assert other.ids.tolist() == whole.ids.tolist()
        assert other.composed.to_pylist() == whole.composed.to_pylist()


def test_a_lookup_without_words_to_compose_has_none():
    lookup = Vocabulary.of(["a"]).lookup(["a b"])
    assert (lookup.composed, lookup.composed_tokens) == (None, 0)
    assert join([Lookup(np.zeros(0, np.int32), np.zeros(1, np.int64))]).composed is None
