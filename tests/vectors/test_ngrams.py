"""A word's vector from its n-grams is that of fastText, floret and spaCy, whatever the word."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from subword_models import OOV, trained, vectors_of

from wordglass.arrow import strings
from wordglass.errors import DataError
from wordglass.vectors.ngrams import Ngrams

BUCKETS = 97
MASK_32, MASK_64 = (1 << 32) - 1, (1 << 64) - 1


def rule(kind="fasttext", **changes):
    plain = {"minn": 2, "maxn": 4, "buckets": BUCKETS, "hashes": 1, "seed": 0, "begin": "<", "end": ">"}
    return {"kind": kind, **plain, **changes}


def fnv(data: bytes) -> int:
    h = 2166136261
    for byte in data:
        h = ((h ^ (byte | 0xFFFFFF00 if byte > 127 else byte)) * 16777619) & MASK_32
    return h


def murmur(data: bytes, seed: int) -> list[int]:
    """The four quarters of MurmurHash3's x64 form with 128 bits."""

    def rotate(x, bits):
        return (x << bits | x >> (64 - bits)) & MASK_64

    def spread(x):
        x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD & MASK_64
        x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53 & MASK_64
        return x ^ x >> 33

    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    h1 = h2 = seed
    for at in range(0, len(data) // 16 * 16, 16):
        k1, k2 = (int.from_bytes(data[at + i : at + i + 8], "little") for i in (0, 8))
        h1 ^= rotate(k1 * c1 & MASK_64, 31) * c2 & MASK_64
        h1 = ((rotate(h1, 27) + h2) * 5 + 0x52DCE729) & MASK_64
        h2 ^= rotate(k2 * c2 & MASK_64, 33) * c1 & MASK_64
        h2 = ((rotate(h2, 31) + h1) * 5 + 0x38495AB5) & MASK_64
    tail = data[len(data) // 16 * 16 :]
    h2 ^= rotate(int.from_bytes(tail[8:], "little") * c2 & MASK_64, 33) * c1 & MASK_64
    h1 ^= rotate(int.from_bytes(tail[:8], "little") * c1 & MASK_64, 31) * c2 & MASK_64
    h1, h2 = h1 ^ len(data), h2 ^ len(data)
    h1 = (h1 + h2) & MASK_64
    h2 = (h2 + h1) & MASK_64
    h1, h2 = spread(h1), spread(h2)
    h1 = (h1 + h2) & MASK_64
    h2 = (h2 + h1) & MASK_64
    return [h1 & MASK_32, h1 >> 32, h2 & MASK_32, h2 >> 32]


def twin(word: str, rule) -> list[int]:
    """The buckets of a word's n-grams, in no order."""
    kind, least = rule["kind"], rule["minn"]
    if (kind != "spacy" and word == "</s>") or (kind == "spacy" and not word):
        return []
    whole = rule["begin"] + word + rule["end"]
    ngrams = [] if kind == "fasttext" else [whole]
    for size in range(least if kind == "spacy" else max(1, least), rule["maxn"] + 1):
        for at in range(len(whole) - size + 1):
            if kind == "spacy" or size > 1 or 0 < at < len(whole) - 1:
                ngrams.append(whole[at : at + size])
    if kind == "fasttext":
        return [fnv(ngram.encode()) % BUCKETS for ngram in ngrams]
    return [h % BUCKETS for ngram in ngrams for h in murmur(ngram.encode(), rule["seed"])[: rule["hashes"]]]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text("aé中🙂<>/s", max_size=9)
RULES = st.builds(
    rule,
    st.sampled_from(["fasttext", "floret", "spacy"]),
    minn=st.integers(0, 4),
    maxn=st.integers(0, 7),
    hashes=st.integers(1, 4),
    seed=st.sampled_from([0, 1, 2166136261]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=6), RULES)
@example(["</s>", "", "a"], rule(minn=1))
@example(["ab" * 3000, "x", "中" * 2000], rule(maxn=5))
@example(["ab" * 3000, "x", "中" * 2000], rule("floret", hashes=4))
@example(["ab" * 900, ""], rule("spacy", minn=0, hashes=4))
def test_the_kernel_and_its_plain_python_twin_take_words_apart_alike(words, rule):
    rows = np.random.default_rng(0).normal(size=(BUCKETS, 5)).astype(np.float32)
    ngrams = Ngrams(rule, rows)
    found = [[] for _ in words]
    for ids, owners in ngrams.rows_of(strings(words)):
        for row, owner in zip(ids.tolist(), owners.tolist(), strict=True):
            found[owner].append(row)
    expected = [twin(word, rule) for word in words]
    assert [sorted(buckets) for buckets in found] == [sorted(buckets) for buckets in expected]
    means = [rows[buckets].mean(axis=0) if buckets else np.zeros(5) for buckets in expected]
    np.testing.assert_allclose(ngrams.compose(strings(words)), np.reshape(means, (-1, 5)), atol=1e-4)


@pytest.mark.parametrize("name", ["skipgram", "cbow", "floret", "floret, whole words"])
def test_unknown_words_have_the_vectors_that_fasttext_and_floret_give_them_to_the_last_bit(name, tmp_path):
    _, model = trained(name, tmp_path)
    args = model.f.getArgs()
    kind = "floret" if "floret" in name else "fasttext"
    own = rule(kind, minn=args.minn, maxn=args.maxn, buckets=args.bucket)
    if kind == "floret":
        own |= {"hashes": args.hashCount, "seed": 2166136261}
    rows = np.ascontiguousarray(model.get_input_matrix()[len(model.words) :])
    words = [*OOV, *(a + b for a in OOV for b in OOV if a + b not in model.words)]
    assert (Ngrams(own, rows).compose(strings(words)) == vectors_of(model, words)).all()


@pytest.mark.parametrize("own", [{}, {"minn": 1}, {"minn": 0, "maxn": 0}, {"begin": "[[", "end": ""}])
def test_every_word_has_the_vector_that_spacy_gives_it(own):
    Vectors = pytest.importorskip("spacy.vectors").Vectors
    own = rule("spacy", hashes=2, seed=7, **own)
    rows = np.random.default_rng(0).normal(size=(BUCKETS, 5)).astype(np.float32)
    settings = {"minn": own["minn"], "maxn": own["maxn"], "hash_count": 2, "hash_seed": 7}
    marks = {"bow": own["begin"], "eow": own["end"]}
    original = Vectors(data=rows, mode="floret", **settings, **marks)
    words = [*OOV, "</s>"]
    for word, vector in zip(words, original.get_batch(words), strict=True):
        np.testing.assert_allclose(Ngrams(own, rows).compose(strings([word]))[0], vector, atol=3e-5)


def test_a_table_of_scores_gives_the_scores_of_the_vectors():
    random = np.random.default_rng(0)
    rows = np.zeros((BUCKETS, 16), np.float32)
    rows[:, :10] = random.normal(size=(BUCKETS, 10))
    weights = random.normal(size=(16, 3)).astype(np.float32)
    scores = np.zeros((BUCKETS, 4), np.float32)
    scores[:, :3] = rows @ weights
    ngrams = Ngrams(rule(), rows)
    expected = ngrams.compose(strings(OOV)) @ weights
    np.testing.assert_allclose(ngrams.compose(strings(OOV), scores)[:, :3], expected, atol=1e-4)


def test_ngrams_that_were_pruned_do_not_count():
    index = np.full(BUCKETS, -1, np.int32)
    index[::3] = np.arange(len(index[::3]))[::-1]
    rows = np.random.default_rng(0).normal(size=(len(index[::3]), 5)).astype(np.float32)
    vectors = Ngrams(rule(), rows, index).compose(strings(OOV))
    for word, vector in zip(OOV, vectors, strict=True):
        kept = [index[bucket] for bucket in twin(word, rule()) if index[bucket] >= 0]
        expected = rows[kept].mean(axis=0) if kept else np.zeros(5)
        np.testing.assert_allclose(vector, expected, atol=1e-6)


def test_a_slice_of_an_arrow_array_is_read_where_it_begins():
    ngrams = Ngrams(rule(), np.eye(BUCKETS, dtype=np.float32))
    assert (ngrams.compose(strings(OOV)[3:7]) == ngrams.compose(strings(OOV))[3:7]).all()


def test_several_threads_at_once_get_what_one_gets():
    ngrams = Ngrams(rule(), np.random.default_rng(0).normal(size=(BUCKETS, 50)).astype(np.float32))
    words = strings([f"{word}{i}" for i in range(500) for word in OOV])
    expected = ngrams.compose(words).tobytes()
    with ThreadPoolExecutor(4) as pool:
        assert {result.tobytes() for result in pool.map(ngrams.compose, [words] * 8)} == {expected}


@pytest.mark.parametrize(
    ("changes", "rows", "index"),
    [
        ({"buckets": 0}, 97, None),
        ({"buckets": 1 << 31}, 97, None),
        ({"maxn": 5000}, 97, None),
        ({"minn": -1}, 97, None),
        ({"hashes": 5}, 97, None),
        ({"seed": 1 << 32}, 97, None),
        ({}, 96, None),
        ({}, 97, np.zeros(96, np.int32)),
        ({}, 97, np.full(97, 97, np.int32)),
    ],
)
def test_a_rule_that_would_read_past_its_rows_is_refused(changes, rows, index):
    with pytest.raises(DataError, match="n-grams"):
        Ngrams(rule(**changes), np.zeros((rows, 4), np.float32), index)


def test_a_table_of_another_number_of_rows_is_refused():
    with pytest.raises(DataError, match="a table of 5 rows, not 97"):
        Ngrams(rule(), np.zeros((97, 4), np.float32)).compose(strings(["a"]), np.zeros((5, 4), np.float32))
