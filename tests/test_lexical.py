import pickle
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import data_set

from wordglass.arrow import strings
from wordglass.counting import BLOCK
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.lexical import LexicalBlock, LexicalScores, index_of, log_count_ratios
from wordglass.sparse import SparseRows
from wordglass.tokens import Settings, tokenise
from wordglass.vectors.vocabulary import Vocabulary

WORDS = st.sampled_from(["good", "Bad", "don't", "film", "été", "u.s.", "...", "中", "😀", "3.5", "a" * 40])
TEXTS = st.lists(
    st.lists(WORDS, max_size=40).map(" ".join) | st.text(st.characters(exclude_categories=["Cs"])),
    max_size=12,
)
SETTINGS = st.builds(
    Settings,
    case=st.sampled_from(["lower", "keep"]),
    contractions=st.sampled_from(["penn", "whole", "elision"]),
    unspaced=st.sampled_from(["characters", "words"]),
)


def dense(rows: SparseRows) -> np.ndarray:
    out = np.zeros(rows.shape)
    owners = np.repeat(np.arange(len(rows)), np.diff(rows.indptr))
    out[owners, rows.ids] = rows.values
    assert len(set(zip(owners.tolist(), rows.ids.tolist(), strict=True))) == len(rows.ids)
    return out


def names(block: LexicalBlock) -> list[str]:
    return block.names(np.arange(len(block))).to_pylist()


def features(text: str, vocabulary: Vocabulary) -> list[str]:
    """The words and pairs of a text, by the tokeniser's plain-Python twin; no word has a space."""
    known = set(vocabulary.words.to_pylist())
    words = [token.text for token in tokenise(text, vocabulary.settings, known.__contains__)]
    return words + [f"{one} {other}" for one, other in pairwise(words)]


@given(TEXTS, TEXTS, st.integers(1, 3), SETTINGS)
@settings(deadline=None, max_examples=200)
def test_the_features_and_their_weights_are_those_of_scikit_learn(training, others, min_df, chosen):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    vocabulary = Vocabulary.of(["été", "中文", "文中"], chosen)

    def analyse(document: str) -> list[str]:
        return features(document, vocabulary)

    theirs = text.TfidfVectorizer(analyzer=analyse, sublinear_tf=True, min_df=min_df)
    try:
        block = LexicalBlock.fit(training, vocabulary, min_df=min_df, min_df_pairs=min_df)
    except DataError:
        with pytest.raises(ValueError):
            theirs.fit(training)
        return
    theirs.fit(training)
    mine = names(block)
    assert set(mine) == set(theirs.vocabulary_)
    assert len(mine) == len(set(mine))
    columns = [theirs.vocabulary_[name] for name in mine]
    np.testing.assert_allclose(block.idf, theirs.idf_[columns], rtol=1e-14)
    for documents in (training, others):
        if documents:
            expected = theirs.transform(documents).toarray()[:, columns]
            np.testing.assert_allclose(dense(block.transform(documents)), expected, rtol=2e-7, atol=1e-12)


@given(TEXTS, st.integers(1, 3), st.integers(1, 3))
@settings(deadline=None)
def test_a_pair_is_a_feature_where_both_of_its_words_are(training, min_df, min_df_pairs):
    try:
        block = LexicalBlock.fit(training, min_df=min_df, min_df_pairs=min_df_pairs)
    except DataError:
        return
    having = [set(features(text, block.vocabulary)) for text in training]
    df = {name: sum(name in found for found in having) for found in having for name in found}
    words = {name for name, count in df.items() if " " not in name and count >= min_df}
    pairs = {
        name
        for name, count in df.items()
        if " " in name and count >= min_df_pairs and set(name.split(" ")) <= words
    }
    assert dict(zip(names(block), block.df.tolist(), strict=True)) == {
        name: df[name] for name in words | pairs
    }


def test_words_are_in_the_order_of_the_texts_and_pairs_in_that_of_their_words():
    block = LexicalBlock.fit(["b a. B c", "c c b a"], min_df_pairs=1)
    assert names(block) == ["b", "a", ".", "c", "b a", "b c", "a .", ". b", "c b", "c c"]


@given(TEXTS)
@settings(deadline=None)
def test_the_counts_made_while_fitting_are_those_of_the_texts_read_again(training):
    try:
        block, counts = LexicalBlock.fit_counts(training, min_df_pairs=1)
    except DataError:
        return
    again = block.counts(training)
    for name in ("indptr", "ids", "values"):
        assert np.array_equal(getattr(counts, name), getattr(again, name))


@pytest.fixture(scope="module")
def many() -> pa.LargeStringArray:
    """Texts for several chunks, with more words than the tables begin with room for."""
    random = np.random.default_rng(1)
    drawn = (200_000 * random.random(400_000) ** 2).astype(int)
    return strings(
        [" ".join(f"w{word}" for word in part) for part in np.split(drawn, np.arange(0, 400_000, 90))]
    )


def test_the_result_has_the_same_bits_at_any_number_of_threads(many):
    one, counts = LexicalBlock.fit_counts(many, threads=1)
    other, other_counts = LexicalBlock.fit_counts(many, threads=5)
    assert len(one.words) > 2 * BLOCK
    assert one.words.equals(other.words)
    assert np.array_equal(one.pairs, other.pairs)
    assert np.array_equal(one.df, other.df)
    for rows, same in (
        (counts, other_counts),
        (one.weigh(counts, threads=1), one.weigh(counts, threads=3)),
        (one.transform(many, threads=1), one.transform(many, threads=4)),
        (one.weigh(counts), one.transform(many)),
    ):
        for name in ("indptr", "ids", "values"):
            assert np.array_equal(getattr(rows, name), getattr(same, name))


def test_many_words_are_counted_as_python_counts_them(many):
    block, counts = LexicalBlock.fit_counts(many)
    split = [text.split() for text in many.to_pylist()]
    df: dict[str, int] = {}
    for words in split:
        pairs = {f"{one} {other}" for one, other in pairwise(words)}
        for name in pairs | set(words):
            df[name] = df.get(name, 0) + 1
    expected = {name: count for name, count in df.items() if " " not in name or count > 1}
    assert dict(zip(names(block), block.df.tolist(), strict=True)) == expected
    assert counts.values[counts.ids < len(block.words)].sum() == sum(map(len, split))


def test_words_without_spaces_are_cut_by_the_vocabulary_that_splits():
    vocabulary = Vocabulary.of(["東京", "京都"], Settings(unspaced="words"))
    block = LexicalBlock.fit(["東京都", "東京都"], vocabulary)
    assert names(block) == ["東京", "都", "東京 都"]


def test_texts_without_any_known_word_are_rows_of_nothing():
    block = LexicalBlock.fit(["sunny days"])
    rows = block.transform(["", "rain", "  "])
    assert rows.indptr.tolist() == [0, 0, 0, 0]
    assert LexicalScores(block, np.ones((len(block), 2))).scores(strings(["", "rain"])).tolist() == [
        [0, 0],
        [0, 0],
    ]
    assert block.transform([]).shape == (0, 2)


def test_a_word_that_a_text_has_often_enough_to_fill_chunks_is_counted_once_a_text():
    block, counts = LexicalBlock.fit_counts(["spam " * 300_000, "spam"], min_df_pairs=1)
    assert dict(zip(names(block), block.df.tolist(), strict=True)) == {"spam": 2, "spam spam": 1}
    assert counts.values.tolist() == [300_000, 299_999, 1]


@given(TEXTS, st.integers(1, 5), st.booleans())
@settings(deadline=None)
def test_the_shares_of_tokens_and_pairs_sum_to_the_scores(training, outputs, pairs):
    texts = [*training, "good film good film, été"]
    block = LexicalBlock.fit(texts, pairs=pairs, min_df_pairs=1)
    weights = np.random.default_rng(outputs).normal(size=(len(block), outputs))
    scorer = LexicalScores(block, weights)
    scores = scorer.scores(strings(texts))
    np.testing.assert_allclose(scores, dense(block.transform(texts)) @ weights, rtol=1e-12, atol=1e-12)
    for text, score in zip(texts, scores, strict=True):
        shares = scorer.shares(text)
        assert len(shares.tokens) == len(shares.words) == len(shares.pairs)
        total = shares.words.sum(axis=0) + shares.pairs.sum(axis=0)
        size = np.abs(shares.words).sum() + np.abs(shares.pairs).sum()
        assert np.abs(total - score).max() <= 1e-12 * size


def test_a_share_stands_at_its_word_and_at_the_first_word_of_its_pair():
    block = LexicalBlock.fit(["sunny days"], min_df_pairs=1)
    scorer = LexicalScores(block, np.array([[1.0], [10.0], [100.0]]))
    shares = scorer.shares("Sunny days? Days")
    assert [token.text for token in shares.tokens] == ["sunny", "days", "?", "days"]
    length = np.sqrt(2 + (1 + np.log(2)) ** 2)
    days = 10 * (1 + np.log(2)) / 2
    np.testing.assert_allclose(shares.words[:, 0] * length, [1, days, 0, days], rtol=1e-6)
    np.testing.assert_allclose(shares.pairs[:, 0] * length, [100, 0, 0, 0], rtol=1e-6)


@given(TEXTS, st.integers(2, 4), st.booleans(), st.floats(0.1, 2), st.booleans())
@settings(deadline=None)
def test_log_count_ratios_are_those_of_the_paper(texts, classes, multi_label, smoothing, weighted):
    texts = [*texts, "good", "bad film"]
    random = np.random.default_rng(classes)
    targets = (
        random.random((len(texts), classes)) < 0.5 if multi_label else random.integers(0, classes, len(texts))
    )
    outputs = 1 if classes == 2 and not multi_label else classes
    block, counts = LexicalBlock.fit_counts(texts)
    weights = random.uniform(0, 3, len(texts)) if weighted else None
    found = log_count_ratios(counts, targets, outputs, weights, smoothing)
    present = (dense(counts) > 0) * (weights[:, None] if weighted else 1.0)
    for output in range(outputs):
        own = targets[:, output] if multi_label else targets == (1 if outputs == 1 else output)
        p, q = smoothing + present[own].sum(axis=0), smoothing + present[~own].sum(axis=0)
        np.testing.assert_allclose(found[:, output], np.log((p / p.sum()) / (q / q.sum())), atol=1e-12)
    assert found.shape == (len(block), outputs)


def test_a_block_that_has_been_pickled_gives_the_same_rows():
    block = LexicalBlock.fit(["sunny days, sunny days", "days"], min_df_pairs=1)
    again = pickle.loads(pickle.dumps(block))
    assert np.array_equal(again.transform(["Sunny days"]).values, block.transform(["Sunny days"]).values)


def test_words_that_look_alike_in_a_small_index_are_told_apart_in_a_larger_one():
    fingerprint = np.uint64(77)
    hashes = fingerprint | np.arange(1, 9, dtype=np.uint64) << np.uint64(55)  # one slot of 2 ** 9, then eight
    slots = index_of(hashes)
    assert len(slots) == 1 << 9
    assert native.find(hashes, slots).tolist() == list(range(1, 9))


def test_words_given_twice_are_refused():
    with pytest.raises(DataError, match="twice"):
        LexicalBlock(strings(["a", "a"]), np.zeros(0, np.uint64), np.ones(2, np.int64), 2, Vocabulary.of([]))


def test_texts_without_a_word_that_is_frequent_enough_are_refused():
    with pytest.raises(DataError, match="3 or more of the 2 texts"):
        LexicalBlock.fit(["sunny", "days"], min_df=3)
    with pytest.raises(DataError, match="no word"):
        LexicalBlock.fit([])
    with pytest.raises(ArgumentError, match="min_df_pairs=0"):
        LexicalBlock.fit(["sunny"], min_df_pairs=0)


def test_on_real_texts_it_is_scikit_learn_s_vectorizer():
    text = pytest.importorskip("sklearn.feature_extraction.text")
    texts = data_set("mr").texts.to_pylist()[:2000]
    vocabulary = Vocabulary.of([])
    theirs = text.TfidfVectorizer(analyzer=lambda one: features(one, vocabulary), sublinear_tf=True, min_df=2)
    expected = theirs.fit_transform(texts)
    block, counts = LexicalBlock.fit_counts(texts, min_df=2)
    columns = [theirs.vocabulary_[name] for name in names(block)]
    assert expected.shape == (2000, len(block))
    np.testing.assert_allclose(dense(block.weigh(counts)), expected[:, columns].toarray(), rtol=2e-7)
