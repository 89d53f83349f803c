import gzip
import pickle
import resource
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import SEEDS, damage, read, read_or_refused, refusal, resumed

from wordglass.arrow import strings
from wordglass.vectors.formats import found as contract
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.ngrams import Ngrams

gensim = pytest.importorskip("gensim")
from gensim.models import FastText, KeyedVectors, Word2Vec  # noqa: E402
from gensim.models.fasttext import ft_ngram_hashes  # noqa: E402

OLD = Path(gensim.__file__).parent / "test" / "test_data"
SENTENCES = [["sunny", "days", "日本", "naïve"], ["days", "🙂", "o'clock", "a b", "sunny"], ["x", "ß"]] * 9
RNG = np.random.default_rng(0)


def keyed(words, vectors):
    kept = KeyedVectors(vectors.shape[1], dtype=vectors.dtype)
    kept.add_vectors(words, vectors)
    return kept


@cache
def model(kind):
    sizes = {"vector_size": 7, "min_count": 1, "workers": 1, "seed": 3, "epochs": 1}
    return kind(SENTENCES, **sizes, **({"bucket": 200} if kind is FastText else {}))


def same(path, vectors, composed=False):
    """A file is read as gensim's own object has it: to the bit, or where n-grams are added up, nearly so."""
    words, rows, odd = read(path)
    assert words == vectors.index_to_key
    assert odd.count == 0
    if composed:
        np.testing.assert_allclose(rows, vectors.vectors, rtol=1e-6, atol=1e-9)
    else:
        assert rows.tobytes() == vectors.vectors.astype(np.float32).tobytes()


# What gensim wrote is what is read


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("separately", [None, ["vectors"]])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_saved_keyed_vectors_are_read_to_the_bit(protocol, separately, kind, tmp_path):
    saved = keyed(["a", "two words", "", "日本", "🙂"], RNG.normal(size=(5, 3)).astype(kind))
    saved.save(str(tmp_path / "v.kv"), pickle_protocol=protocol, separately=separately)
    assert (tmp_path / "v.kv.vectors.npy").exists() == bool(separately)
    same(tmp_path / "v.kv", KeyedVectors.load(str(tmp_path / "v.kv")))


@pytest.mark.parametrize("kind", [Word2Vec, FastText])
@pytest.mark.parametrize("sep_limit", [10, 10**7])
def test_the_vectors_of_a_saved_model_are_read(kind, sep_limit, tmp_path):
    model(kind).save(str(tmp_path / "m.model"), sep_limit=sep_limit)
    same(tmp_path / "m.model", kind.load(str(tmp_path / "m.model")).wv, composed=kind is FastText)
    found = open_vectors(tmp_path / "m.model", OddRows("m", False))
    assert (found.format, found.dim, found.words) == (f"gensim {kind.__name__}", 7, len(model(kind).wv))


def test_packed_as_a_whole_a_save_is_read_too(tmp_path):
    model(Word2Vec).wv.save(str(tmp_path / "v.kv"))
    (tmp_path / "v.kv.gz").write_bytes(gzip.compress((tmp_path / "v.kv").read_bytes()))
    same(tmp_path / "v.kv.gz", model(Word2Vec).wv)


@settings(max_examples=30, deadline=None)
@given(
    words=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=20, unique=True)
)
def test_any_words_come_back(words, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "v.kv"
    saved = keyed(words, RNG.normal(size=(len(words), 2)).astype(np.float32))
    saved.save(str(path))
    same(path, saved)


def test_reading_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(contract, "BLOCK_BYTES", 7 * 4 * 3)
    for kind in (Word2Vec, FastText):
        model(kind).save(str(tmp_path / "m.model"))
        assert resumed(tmp_path / "m.model") == model(kind).wv.index_to_key


# FastText


def test_vectors_of_words_are_made_as_gensim_makes_them_when_it_loads(tmp_path):
    model(FastText).wv.save(str(tmp_path / "f.kv"))
    words, rows, _ = read(tmp_path / "f.kv")
    own = model(FastText).wv.vectors_vocab
    loaded = KeyedVectors.load(str(tmp_path / "f.kv"))
    assert words == loaded.index_to_key
    assert np.abs(rows - own).max() > 1e-4
    np.testing.assert_allclose(rows, loaded.vectors, rtol=1e-6, atol=1e-9)


def test_n_grams_are_handed_on_with_their_rule(tmp_path):
    vectors = model(FastText).wv
    vectors.save(str(tmp_path / "f.kv"))
    ngrams = open_vectors(tmp_path / "f.kv", OddRows("f", False)).ngrams
    rule = ngrams.rule
    assert (rule["kind"], rule["minn"], rule["maxn"], rule["buckets"]) == ("fasttext", 3, 6, 200)
    rows = np.concatenate(list(ngrams.read(0)))
    assert rows.tobytes() == vectors.vectors_ngrams.tobytes()
    assert np.concatenate(list(ngrams.read(190))).tobytes() == rows[190:].tobytes()
    unseen = ["unseen", "日本語", "🙂🙂"]
    composed = Ngrams(rule, rows).compose(strings(unseen))
    np.testing.assert_allclose(composed, [vectors[word] for word in unseen], rtol=1e-5, atol=1e-8)


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6),
    minn=st.integers(1, 5),
    more=st.integers(0, 4),
    buckets=st.integers(1, 3_000_000),
)
def test_buckets_are_those_of_gensim_for_any_words(words, minn, more, buckets):
    rule = {"kind": "fasttext", "minn": minn, "maxn": minn + more, "buckets": buckets}
    rule |= {"hashes": 1, "seed": 0, "begin": "<", "end": ">"}
    pieces = list(Ngrams(rule, np.zeros((buckets, 0), np.float32)).rows_of(strings(words)))
    found = [[] for _ in words]
    for rows, owners in pieces:
        for row, owner in zip(rows.tolist(), owners.tolist(), strict=True):
            found[owner].append(row)
    assert found == [list(ft_ngram_hashes(word, minn, minn + more, buckets)) for word in words]


def test_gensim_3_kept_the_buckets_that_were_used_alone():
    path = OLD / "compatible-hash-true.model"
    if not path.exists():
        pytest.skip("this gensim has no files of older ones")
    ngrams = open_vectors(path, OddRows("f", False)).ngrams
    assert ngrams.rule["buckets"] == 100
    assert ngrams.rows == 85
    assert (ngrams.index >= 0).sum() == 85
    assert ngrams.index.max() == 84


# What older versions wrote


@pytest.mark.parametrize(
    "name",
    [f"old_w2v_models/w2v_{n}.mdl" for n in ("0.13.4", "1.0.0", "2.0.0", "2.3.0", "3.0.0", "3.2.0", "3.4.0")]
    + ["word2vec_3.3", "word2vec_old", "word2vec_old_sep", "model-from-gensim-3.8.0.w2v"]
    + ["compatible-hash-true.model"],
)
def test_saves_of_older_versions_are_read_as_gensim_reads_them(name):
    if not (OLD / name).exists():
        pytest.skip("this gensim has no files of older ones")
    kind = FastText if "hash" in name else Word2Vec
    same(OLD / name, kind.load(str(OLD / name)).wv)


@pytest.mark.parametrize(
    ("name", "count", "dim"),
    [
        ("old_w2v_models/w2v_0.12.0.mdl", 3, 4),
        ("word2vec_pre_kv_py2", 9, 2),
        ("word2vec_pre_kv_sep_py3_4", 9, 2),
        ("w2v-lee-v0.12.0", 806, 100),
        ("fasttext_old_sep", 12, 100),
        ("ft_kv_3.6.0.model.gz", 12, 3),
    ],
)
def test_saves_that_gensim_itself_no_longer_reads_are_read(name, count, dim):
    if not (OLD / name).exists():
        pytest.skip("this gensim has no files of older ones")
    words, rows, odd = read(OLD / name)
    assert (len(set(words)), rows.shape, odd.count) == (count, (count, dim), 0)
    assert (np.abs(rows).sum(axis=1) > 0).all()


# What cannot be read


def test_a_matrix_that_was_not_copied_along_is_asked_for_by_name(tmp_path):
    model(Word2Vec).wv.save(str(tmp_path / "v.kv"), separately=["vectors"])
    (tmp_path / "v.kv.vectors.npy").unlink()
    assert "put v.kv.vectors.npy back beside it" in refusal(tmp_path / "v.kv")


def test_a_matrix_that_is_cut_off_is_refused_with_its_byte(tmp_path):
    model(Word2Vec).wv.save(str(tmp_path / "v.kv"), separately=["vectors"])
    beside = tmp_path / "v.kv.vectors.npy"
    beside.write_bytes(beside.read_bytes()[:-3])
    with pytest.raises(
        contract.DataError, match=rf"v\.kv\.vectors\.npy, byte {beside.stat().st_size}: the file"
    ):
        read(tmp_path / "v.kv")


def test_a_cut_off_save_is_refused_with_its_byte(tmp_path):
    model(Word2Vec).wv.save(str(tmp_path / "v.kv"))
    whole = (tmp_path / "v.kv").read_bytes()
    for size in (10, 200, len(whole) - 1):
        (tmp_path / "v.kv").write_bytes(whole[:size])
        assert f"byte {size}: the pickle ends" in refusal(tmp_path / "v.kv")


def test_packed_arrays_are_told_with_the_way_out(tmp_path):
    model(Word2Vec).wv.save(str(tmp_path / "v.kv.gz"), separately=["vectors"])
    assert "save_word2vec_format" in refusal(tmp_path / "v.kv.gz")


@pytest.mark.parametrize("value", [{"sunny": [0.1]}, [], "sunny", 3, None])
def test_a_pickle_that_gensim_did_not_save_is_told(value, tmp_path):
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(value))
    assert "not one that gensim's save() wrote" in refusal(tmp_path / "x.pkl")


def test_a_model_without_words_is_told(tmp_path):
    gensim.models.TfidfModel([[(0, 1)]]).save(str(tmp_path / "t.model"))
    refusal(tmp_path / "t.model")


def test_more_words_than_rows_are_refused_and_more_rows_than_words_are_room(tmp_path):
    saved = keyed(["a", "b", "c"], RNG.normal(size=(3, 2)).astype(np.float32))
    saved.vectors = np.vstack([saved.vectors, np.zeros((4, 2), np.float32)])
    saved.save(str(tmp_path / "v.kv"))
    assert read(tmp_path / "v.kv")[0] == ["a", "b", "c"]
    saved.vectors = saved.vectors[:2]
    saved.save(str(tmp_path / "v.kv"))
    assert "2 rows for 3 words" in refusal(tmp_path / "v.kv")


def test_odd_rows_are_told_with_their_word_or_left_out(tmp_path):
    saved = keyed(["a", "b", "c", "\ud800", 7, "d"], np.arange(12, dtype=np.float32).reshape(6, 2))
    saved.vectors[1, 1] = np.nan
    saved.save(str(tmp_path / "v.kv"))
    assert "word 4: the word is not UTF-8" in refusal(tmp_path / "v.kv")
    words, rows, odd = read(tmp_path / "v.kv", skip=True)
    assert (words, odd.count) == (["a", "c", "d"], 3)
    assert rows.tolist() == [[0, 1], [4, 5], [10, 11]]


@settings(max_examples=60, deadline=None)
@given(chance=SEEDS)
def test_a_damaged_save_is_read_or_refused(chance, tmp_path_factory):
    path = tmp_path_factory.mktemp("damaged") / "v.kv"
    kind = chance.choice([Word2Vec, FastText])
    model(kind).wv.save(str(path), pickle_protocol=chance.choice([2, 4, 5]))
    path.write_bytes(damage(path.read_bytes(), chance))
    read_or_refused(path)
    shutil.rmtree(path.parent)


def test_many_words_stay_within_bounds(tmp_path):
    count = 200_000
    saved = KeyedVectors(1)
    saved.index_to_key = [f"word-{i}" for i in range(count)]
    saved.key_to_index = {word: i for i, word in enumerate(saved.index_to_key)}
    saved.vectors = np.zeros((count, 1), np.float32)
    saved.save(str(tmp_path / "v.kv"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read(tmp_path / "v.kv")[0][-1] == f"word-{count - 1}"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10
