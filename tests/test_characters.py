import math
import pickle
from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import data_set
from test_lexical import SETTINGS, TEXTS, dense

from wordglass import TextClassifier
from wordglass.arrow import strings
from wordglass.characters import BUCKETS, CharacterBlock, CharacterScores
from wordglass.errors import ArgumentError, DataError
from wordglass.parallel import CHUNK_BYTES
from wordglass.tokens import tokenise
from wordglass.vectors.vocabulary import Vocabulary


def ngrams(word: str) -> list[str]:
    """The plain-Python twin: three to five characters in a row of a word between two spaces."""
    marked = f" {word} "
    return [marked[i : i + n] for n in range(3, min(5, len(marked)) + 1) for i in range(len(marked) - n + 1)]


def bucket(ngram: str) -> int:
    """FNV-1a with 32 bits, whose bytes count as signed, modulo the buckets."""
    h = 2166136261
    for byte in ngram.encode():
        h = ((h ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619) % (1 << 32)
    return h % BUCKETS


def buckets_of(text: str, vocabulary: Vocabulary) -> list[list[int]]:
    known = set(vocabulary.words.to_pylist())
    tokens = tokenise(text, vocabulary.settings, known.__contains__)
    return [[bucket(ngram) for ngram in ngrams(token.text)] for token in tokens]


@given(TEXTS, TEXTS, st.integers(1, 3), SETTINGS)
@settings(deadline=None, max_examples=200)
def test_the_buckets_and_their_weights_are_those_of_scikit_learn(training, others, min_df, chosen):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    vocabulary = Vocabulary.of(["été", "中文", "文中"], chosen)

    def analyse(document: str) -> list[int]:
        return list(chain.from_iterable(buckets_of(document, vocabulary)))

    block, counts = CharacterBlock.fit_counts(strings(training), vocabulary, min_df=min_df)
    assert np.array_equal(dense(counts), dense(block.counts(training)))
    theirs = text.TfidfVectorizer(analyzer=analyse, sublinear_tf=True, min_df=min_df)
    try:
        theirs.fit(training)
    except ValueError:
        assert len(block) == 0
        return
    assert block.buckets.tolist() == sorted(theirs.vocabulary_)
    columns = [theirs.vocabulary_[number] for number in block.buckets.tolist()]
    np.testing.assert_allclose(block.idf, theirs.idf_[columns], rtol=1e-14)
    for documents in (training, others):
        if documents:
            expected = theirs.transform(documents).toarray()[:, columns]
            np.testing.assert_allclose(dense(block.transform(documents)), expected, rtol=1e-6, atol=1e-12)


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=9), max_size=6))
def test_the_ngrams_of_words_are_those_that_scikit_learn_finds_within_words(words):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    theirs = text.CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), lowercase=False).build_analyzer()
    assert Counter(theirs(" ".join(words))) == Counter(chain.from_iterable(map(ngrams, words)))


@given(TEXTS, st.integers(1, 4))
@settings(deadline=None)
def test_each_tokens_share_is_that_of_its_ngrams_and_all_sum_to_the_scores(training, outputs):
    texts = [*training, "good film good films, été 😀"]
    block, _ = CharacterBlock.fit_counts(strings(texts), Vocabulary.of([]), min_df=1)
    weights = np.random.default_rng(outputs).normal(size=(len(block), outputs))
    scorer = CharacterScores(block, weights)
    scores = scorer.scores(strings(texts))
    values = dense(block.transform(texts)).astype(float)
    np.testing.assert_allclose(scores, values @ weights, rtol=1e-12, atol=1e-12)
    for text, score, row in zip(texts, scores, values, strict=True):
        shares, counted = scorer.shares(text)
        assert counted.all()
        tokens = buckets_of(text, block.vocabulary)
        places = [np.searchsorted(block.buckets, token) for token in tokens]
        times = Counter(place for token in places for place in token.tolist())
        expected = [
            sum((row[at] / times[at] * weights[at] for at in token.tolist()), np.zeros(outputs))
            for token in places
        ]
        np.testing.assert_allclose(shares, np.reshape(expected, (-1, outputs)), rtol=1e-9, atol=1e-9)
        assert np.abs(shares.sum(axis=0) - score).max() <= 1e-12 * max(1, np.abs(shares).sum())


def test_counts_are_the_same_at_any_number_of_threads_and_wherever_chunks_end():
    random = np.random.default_rng(0)
    words = ["".join(chr(97 + c) for c in random.integers(0, 26, 6)) for _ in range(500)]
    texts = [" ".join(random.choice(words, 20)) for _ in range(CHUNK_BYTES // 50)]
    assert sum(map(len, texts)) > 2 * CHUNK_BYTES
    (one, first), (two, second) = (
        CharacterBlock.fit_counts(strings(texts), Vocabulary.of([]), threads=threads) for threads in (1, 3)
    )
    assert np.array_equal(one.buckets, two.buckets)
    for mine, other in ((first, second), (one.transform(texts, 1), one.transform(texts, 4))):
        assert np.array_equal(mine.indptr, other.indptr)
        assert np.array_equal(mine.ids, other.ids)
        assert np.array_equal(mine.values, other.values)


def test_a_word_that_training_did_not_see_has_the_ngrams_of_its_kin():
    block, _ = CharacterBlock.fit_counts(strings(["raining", "raining"]), Vocabulary.of([]))
    assert len(block) == len(ngrams("raining"))
    assert len(block.transform(["trained"]).ids) == len(set(ngrams("trained")) & set(ngrams("raining")))
    assert block.transform(["xyz", ""]).indptr.tolist() == [0, 0, 0]
    assert math.isclose(float((block.transform(["raining rains"]).values ** 2).sum()), 1, rel_tol=1e-6)


TRAINING = ["good film", "fine films", "great casting", "bad film", "awful films", "dull casting"]
LABELS = ["pos"] * 3 + ["neg"] * 3


def trained(**parameters):
    return TextClassifier("glove-6b-50d", held_out=0, **parameters).fit(TRAINING * 3, LABELS * 3)


def test_a_model_on_characters_explains_saves_and_pickles_as_it_predicts(tmp_path):
    classifier = trained(characters=True)
    assert [trial["block"] for trial in classifier.trace_["selection"]["trials"]][-1] == "characters"
    assert classifier.model_.characters is not None
    texts = ["fantastical filmography 😀", "goodish", "", "été awfully 中文"]
    scores = classifier.decision_function(texts)
    for text, score in zip(texts, scores, strict=True):
        trace = classifier.trace(text)
        total = trace["outputs"][1]["bias"] + sum(token["shares"][1] for token in trace["tokens"])
        assert abs(total - score) < 1e-5
    classifier.save(tmp_path / "model")
    for again in (TextClassifier.load(tmp_path / "model"), pickle.loads(pickle.dumps(classifier))):
        assert np.array_equal(again.decision_function(texts), scores)


def test_characters_need_words_and_texts_that_share_some():
    with pytest.raises(ArgumentError, match="leave lexical=False out"):
        trained(characters=True, lexical=False)
    assert trained(characters=False).model_.characters is None
    assert trained(preset="fast").model_.characters is None
    alone = TextClassifier("glove-6b-50d", held_out=0, characters=True).fit(["abc", "xyz"], ["a", "b"])
    assert alone.model_.characters is None


def test_a_damaged_block_of_characters_is_refused(tmp_path):
    import safetensors.numpy

    from wordglass.store.characters import character_arrays, described_characters, read_characters

    scorer = trained(characters=True).model_.characters
    arrays = safetensors.numpy.load(safetensors.numpy.save(character_arrays(scorer)))
    described = described_characters(scorer)
    again = read_characters(described, arrays, scorer.block.vocabulary)
    assert np.array_equal(again.weights, scorer.weights)
    for name, change in (("character_buckets", np.uint32(BUCKETS)), ("character_texts", np.uint32(1 << 20))):
        broken = {**arrays, name: arrays[name].copy()}
        broken[name][-1] = change
        with pytest.raises(DataError):
            read_characters(described, broken, scorer.block.vocabulary)
    twice = {**arrays, "character_buckets": np.zeros_like(arrays["character_buckets"])}
    with pytest.raises(DataError):
        read_characters(described, twice, scorer.block.vocabulary)


def test_characters_tell_more_than_words_alone_where_labels_are_few():
    questions, tested = data_set("trec6", "train"), data_set("trec6", "test")
    scores = {}
    for characters in (False, True):
        classifier = TextClassifier(held_out=0, characters=characters)
        classifier.fit(questions.texts[:400], questions.labels[:400])
        scores[characters] = classifier.score(tested.texts, tested.labels)
    assert scores[True] > scores[False]
