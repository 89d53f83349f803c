import pickle
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shared import data_set

from wordglass import TextClassifier
from wordglass.arrow import strings
from wordglass.errors import ArgumentError
from wordglass.tokens import CONTRACTIONS, Settings, tokenise
from wordglass.vectors import VectorTable, Vocabulary, load_vectors
from wordglass.vectors.fitting import fit_of_tables, fit_settings, sample_of
from wordglass.vectors.ladder import RUNGS
from wordglass.vectors.settings import from_dict, infer, to_dict

GLOVE = Settings()
CASED = Settings("keep", ladder=("lower", "title", "upper", "nfkc", "fold"))


def test_glove_is_split_as_before_there_were_settings():
    assert infer(load_vectors("glove-6b-50d").vocabulary) == GLOVE == load_vectors().vocabulary.settings


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["the", "n't", "paris"], GLOVE),
        (
            ["The", "the", "n't"],
            CASED,
        ),
        (["the", "don't"], replace(GLOVE, contractions="whole")),
        (["la", "l'", "été"], replace(GLOVE, contractions="elision")),
        (["the", "##", "#.#"], replace(GLOVE, ladder=("digits",))),
        (["the", "##", "25"], GLOVE),
        (["今日", "東京"], replace(GLOVE, unspaced="words")),
        (["สวัสดี"], replace(GLOVE, unspaced="words")),
        ([*(f"w{i}" for i in range(5000)), "今日"], GLOVE),
        ([], GLOVE),
    ],
)
def test_settings_are_told_from_the_words(words, expected):
    assert infer(Vocabulary.of(words)) == expected


@pytest.mark.parametrize("ladder", [(), tuple(RUNGS)])
@pytest.mark.parametrize("contractions", CONTRACTIONS)
def test_settings_come_back_from_json(contractions, ladder):
    chosen = Settings("keep", contractions, "words", ladder)
    assert from_dict(to_dict(chosen)) == chosen


@pytest.mark.parametrize(
    "change", [{"case": "UPPER"}, {"ladder": "fold"}, {"ladder": ["fold", "fold"]}, {"ladder": [1]}, {"x": 1}]
)
def test_settings_that_cannot_be_are_refused(change):
    with pytest.raises(ArgumentError):
        from_dict({**to_dict(GLOVE), **change})


def test_a_vocabulary_pickles_with_its_settings():
    vocabulary = Vocabulary.of(["東京", "Paris"], Settings("keep", "whole", "words", ("title",)))
    texts = ["東京 paris don't"]
    expected = vocabulary.lookup(texts).ids.tolist()
    copy = pickle.loads(pickle.dumps(vocabulary))
    assert copy.settings == vocabulary.settings
    assert copy.lookup(texts).ids.tolist() == expected == [1, 2, 0]


def test_a_model_is_saved_with_the_settings_of_its_table(tmp_path):
    words = ["東京", "良い", "悪い", "Good", "bad"]
    table = VectorTable.of(words, np.eye(5, dtype=np.float32))
    chosen = Settings("keep", "whole", "words", ("lower", "title"))  # which training finds, too
    table = replace(table, vocabulary=table.vocabulary.with_settings(chosen))
    texts = ["東京良い", "東京悪い", "good", "BAD"] * 3
    trained = TextClassifier(table, held_out=0, C=1.0).fit(texts, ["+", "-", "+", "-"] * 3)
    trained.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    assert loaded.model_.scorer.vocabulary.settings == chosen
    assert loaded.predict_proba(texts).tolist() == trained.predict_proba(texts).tolist()
    assert loaded.predict(["とても良い東京", "Bad"]).tolist() == ["+", "-"]
    shown = loaded.trace("東京良い GOOD")
    assert [(token["token"], token["row"]) for token in shown["tokens"]] == [
        ("東京", 0),
        ("良い", 1),
        ("GOOD", 3),
    ]


def test_thai_and_japanese_texts_are_cut_by_longest_match():
    words = ["東京", "東京都", "京都", "コーヒー", "を", "ภาษา", "ภาษาไทย", "ไทย", "กา"]
    vocabulary = Vocabulary.of(words, infer(Vocabulary.of(words)))
    cut = [token.text for token in vocabulary.tokens("東京都を京都でコーヒー。ภาษาไทยกา้ไทย")]
    # no word ends between a letter and the mark on it
    assert cut == ["東京都", "を", "京都", "で", "コーヒー", "。", "ภาษาไทย", "ก", "า้", "ไทย"]


def is_japanese(char: str) -> bool:
    """A letter of kana, an ideograph or a mark that repeats one."""
    return unicodedata.category(char)[0] == "L" and ("\u3041" <= char <= "\u9fff" or char in "々〆")


def longest_match(text: str, words: set[str]) -> list[str]:
    """Cut a text of Japanese letters alone, the plain way."""
    cut, at = [], 0
    while at < len(text):
        size = next((n for n in range(30, 1, -1) if text[at : at + n] in words and at + n <= len(text)), 1)
        cut.append(text[at : at + size])
        at += size
    return cut


def test_japanese_reviews_are_cut_by_the_longest_words_of_ginza():
    spacy_vocab = pytest.importorskip("spacy.vocab")
    package = pytest.importorskip("ja_ginza")
    folder = next(Path(package.__file__).parent.glob("ja_ginza-*"))
    loaded = spacy_vocab.Vocab().from_disk(folder / "vocab")
    words = [loaded.strings[key] for key in loaded.vectors.key2row]
    vocabulary = Vocabulary.of(words)
    vocabulary = vocabulary.with_settings(infer(vocabulary))
    assert vocabulary.settings.unspaced == "words"
    texts = data_set("amazon_ja").texts[:100]
    known = set(words)
    for text in texts.to_pylist():
        expected = [token.text for token in tokenise(text, vocabulary.settings, known.__contains__)]
        assert [token.text for token in vocabulary.tokens(text)] == expected
        runs = "".join(char if is_japanese(char) else " " for char in text).split()
        by_hand = [token for run in runs for token in longest_match(run, known)]
        assert by_hand == [token for token in expected if is_japanese(token[0])]
    singles = vocabulary.with_settings(replace(vocabulary.settings, unspaced="characters"))
    assert len(vocabulary.lookup(texts).ids) < 0.7 * len(singles.lookup(texts).ids)


def test_a_cased_table_with_number_signs_finds_english_news_by_its_ladder():
    texts = data_set("bbc_news").texts
    seen = {token.text for text in texts[:150].to_pylist() for token in tokenise(text, Settings("keep"))}
    words = sorted({"".join("#" if c.isdecimal() and len(word) > 1 else c for c in word) for word in seen})
    vocabulary = Vocabulary.of(words)
    vocabulary = vocabulary.with_settings(infer(vocabulary))
    assert vocabulary.settings.case == "keep"
    assert "digits" in vocabulary.settings.ladder
    fit = fit_settings(texts, vocabulary)
    assert {"digits"} <= set(fit.settings.ladder) <= set(RUNGS)
    assert fit.gains[0]["rung"] == "as written"
    lookup = vocabulary.with_settings(fit.settings).lookup(sample_of(texts))
    assert lookup.known == sum(gain["tokens"] for gain in fit.gains)
    assert len(lookup.ids) == fit.tokens
    assert fit.share > fit.gains[0]["share"] + 0.005


def test_only_rungs_that_find_something_are_kept_the_best_first():
    vocabulary = Vocabulary.of(["paris", "##", "the"], Settings(case="keep", ladder=tuple(RUNGS)))
    fit = fit_settings(strings(["Paris Paris the 2024 10", "PARIS"]), vocabulary)
    assert fit.settings.ladder == ("lower", "digits")
    found = [(gain["rung"], gain["tokens"]) for gain in fit.gains]
    assert found == [("as written", 1), ("lower", 3), ("digits", 1)]


def test_contractions_are_cut_as_the_words_have_them():
    french = Vocabulary.of(["l'", "été", "qu'", "il"])
    assert fit_settings(strings(["L’été qu'il l'été"]), french).settings.contractions == "elision"
    whole = Vocabulary.of(["don't", "it's"])
    assert fit_settings(strings(["Don't! it’s"]), whole).settings.contractions == "whole"
    assert fit_settings(strings(["do"]), whole).settings.contractions == "penn"  # as it was: nothing to tell


def test_texts_whose_words_are_all_found_are_not_looked_into():
    vocabulary = Vocabulary.of(["a"], Settings(ladder=("marks",)))
    assert fit_settings(strings(["a a"]), vocabulary).settings == vocabulary.settings
    assert fit_settings(strings([]), vocabulary).settings.ladder == ()


def test_the_table_that_knows_most_tokens_comes_first():
    tables = [
        VectorTable.of(words, np.ones((len(words), 2), np.float32), name=name)
        for name, words in (("few", ["a"]), ("most", ["a", "b"]), ("more", ["b", "a"]))
    ]
    fits = fit_of_tables(strings(["a b", "a c"]), tables)
    assert [(fit["name"], fit["known"], fit["tokens"]) for fit in fits] == [
        ("more", 3, 4),
        ("most", 3, 4),
        ("few", 2, 4),
    ]


def test_a_sample_is_the_first_rows_and_one_at_least():
    texts = strings(["x" * (1 << 21), "b"])
    assert len(sample_of(texts)) == 1
    assert len(sample_of(strings(["a"] * 5000))) == 2000
    assert sample_of(strings([])).to_pylist() == []
