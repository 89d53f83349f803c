import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("tokenizers")

from small_tokenizers import KINDS, PIECES, SENTENCES, varied_texts

from wordglass.arrow import buffers, strings
from wordglass.errors import ArgumentError, DataError
from wordglass.parallel import row_chunks
from wordglass.pooling import Pooling
from wordglass.vectors.rows import Rows
from wordglass.vectors.subwords import PARALLEL, SubwordVocabulary
from wordglass.vectors.vocabulary import Lookup

TEXTS = varied_texts(120)
TOKENIZERS = {name: make() for name, make in KINDS.items()}
VOCABULARIES = {name: SubwordVocabulary(made.to_str()) for name, made in TOKENIZERS.items()}
WORDS = '{"model": {"type": "WordLevel", "vocab": {"?": 0, "a": 1, "b": 2}, "unk_token": "?"}, %s}'
WORDS %= '"pre_tokenizer": {"type": "WhitespaceSplit"}'


def plain_ids(tokenizer, texts):
    tokenizer.no_padding()
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def rows(lookup: Lookup):
    return [part.tolist() for part in np.split(lookup.ids, lookup.offsets[1:-1])]


@pytest.mark.parametrize("kind", KINDS)
def test_the_row_of_a_token_is_its_id_and_one(kind):
    tokenizer, vocabulary = TOKENIZERS[kind], VOCABULARIES[kind]
    assert rows(vocabulary.lookup(TEXTS)) == [[i + 1 for i in ids] for ids in plain_ids(tokenizer, TEXTS)]
    assert len(vocabulary) == tokenizer.get_vocab_size()
    for i in range(len(vocabulary)):
        assert vocabulary.word(i + 1) == tokenizer.id_to_token(i)
        assert vocabulary.row(tokenizer.id_to_token(i)) == i + 1
    assert vocabulary.row("no such token") == 0


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(st.sampled_from(PIECES)))
def test_tokens_are_those_of_lookup_one_to_one(kind, text):
    text = "".join(text)
    vocabulary = SubwordVocabulary(VOCABULARIES[kind].json, leave_out=[0, 1], longest=30)
    lookup, tokens = vocabulary.lookup([text]), vocabulary.tokens(text)
    assert [
        vocabulary.row(token.text) if row else 0 for token, row in zip(tokens, lookup.ids, strict=True)
    ] == (lookup.ids.tolist())
    data = text.encode()
    for token in tokens:
        assert 0 <= token.start <= token.end <= min(30, len(text))
        assert data[token.start_byte : token.end_byte] == text[token.start : token.end].encode()


def test_tokens_left_out_are_row_0_and_missing_with_their_place():
    vocabulary = SubwordVocabulary(WORDS, leave_out=[0])
    texts = pa.array(["no", "a 天気 b 🙂", "", "b", "🙂 a"], pa.large_string())[1:]
    lookup = vocabulary.lookup(texts, keep_missing=True)
    assert rows(lookup) == [[2, 0, 3, 0], [], [3], [0, 2]]
    assert lookup.known == 4
    data = buffers(texts).data.tobytes()
    spans = zip(lookup.missing.starts, lookup.missing.ends, strict=True)
    assert [data[start:end].decode() for start, end in spans] == ["天気", "🙂", "🙂"]
    hashes = lookup.missing.hashes.tolist()
    assert hashes[1] == hashes[2] != hashes[0]
    assert [token.text for token in vocabulary.tokens("a 天気 b 🙂")] == ["a", "天気", "b", "🙂"]
    assert vocabulary.row("?") == 0
    assert SubwordVocabulary(WORDS).row("?") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_lookup_is_the_same_with_any_number_of_threads_and_in_any_part(kind):
    vocabulary = SubwordVocabulary(VOCABULARIES[kind].json, leave_out=[1])
    texts = strings(TEXTS * 5)
    assert len(row_chunks(buffers(texts).offsets)) > 1
    whole = vocabulary.lookup(texts, threads=1)
    again = vocabulary.lookup(TEXTS * 5, threads=2, keep_missing=True)
    assert np.array_equal(again.ids, whole.ids)
    assert np.array_equal(again.offsets, whole.offsets)
    assert len(again.missing.hashes) == np.count_nonzero(whole.ids == 0)
    part = vocabulary.lookup_rows(buffers(texts), 5, 90)
    assert rows(part) == rows(whole)[5:90]


def test_a_text_is_cut_off_where_the_json_and_longest_say():
    settings = json.loads(WORDS) | {
        "truncation": {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}
    }
    vocabulary = SubwordVocabulary(json.dumps(settings), longest=4)
    assert rows(vocabulary.lookup(["a b a b", "a b", "bbbbbbb a"])) == [[2, 3], [2, 3], [1]]
    vocabulary = SubwordVocabulary(json.dumps(settings))
    assert rows(vocabulary.lookup(["a b a b b"])) == [[2, 3, 2]]
    assert [token.text for token in vocabulary.tokens("a b a b b")] == ["a", "b", "a"]


def test_padding_in_the_json_never_reaches_a_text():
    padded = json.loads(WORDS) | {
        "padding": {
            "strategy": {"Fixed": 10**12},  # would also need more memory than there is
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "?",
        }
    }
    assert rows(SubwordVocabulary(json.dumps(padded)).lookup(["a b"])) == [[2, 3]]


def test_it_pickles_as_its_json():
    vocabulary = SubwordVocabulary(VOCABULARIES["Unigram"].json, [0, 1], 50)
    expected = vocabulary.lookup(TEXTS)
    frozen = pickle.dumps(vocabulary)
    assert len(frozen) < len(vocabulary.json.encode()) + 300
    again = pickle.loads(frozen)
    assert (again.leave_out, again.longest) == ([0, 1], 50)
    assert np.array_equal(again.lookup(TEXTS).ids, expected.ids)


def test_words_that_are_at_hand_are_not_made_again():
    words = strings(["?", "a", "b"])
    assert SubwordVocabulary("not read", words=words).words is words
    assert len(SubwordVocabulary("not read", words=words)) == 3


def test_no_more_threads_work_than_were_asked_for():
    script = f"""
import os
from wordglass.vectors.subwords import SubwordVocabulary
vocabulary = SubwordVocabulary({WORDS!r})
vocabulary.words
before = len(os.listdir("/proc/self/task"))
vocabulary.lookup(["a b " * 20000] * 8, threads=1)
print(len(os.listdir("/proc/self/task")) - before, os.environ.get({PARALLEL!r}))
"""
    for setting, expected in (({}, "0 None"), ({PARALLEL: "true"}, "0 true")):
        environment = {name: value for name, value in os.environ.items() if name != PARALLEL}
        run = subprocess.run(
            [sys.executable, "-c", script],
            env=environment | setting,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == expected


def test_the_environment_is_as_before_after_lookups_that_cross_and_fail(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setenv(PARALLEL, "maybe")
    vocabulary = SubwordVocabulary(WORDS)
    failing = SubwordVocabulary(WORDS.replace('"?": 0, ', ""))

    def look(i):
        if i % 3:
            vocabulary.lookup(["a b"] * 50)
        else:
            with pytest.raises(DataError, match="cannot split a text"):
                failing.lookup(["zzz"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(60)))
    assert os.environ[PARALLEL] == "maybe"


def test_ids_without_a_row_never_reach_the_table():
    vocabulary = SubwordVocabulary(WORDS, words=strings(["?", "a"]))  # a store that does not fit the JSON
    assert rows(vocabulary.lookup(["a b ?"])) == [[2, 0, 1]]


def test_bytes_that_are_no_utf8_do_no_harm():
    data = b"a \xff\xfe\xff b\xe5 zz\xf0\x9f"
    offsets = np.array([0, 6, 9, len(data)])
    texts = pa.LargeStringArray.from_buffers(3, pa.py_buffer(offsets), pa.py_buffer(data))
    lookup = SubwordVocabulary(WORDS, leave_out=[0]).lookup(texts, keep_missing=True)
    assert rows(lookup)[0][0] == 2
    assert (lookup.missing.starts <= lookup.missing.ends).all()
    assert (lookup.missing.ends <= len(data)).all()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "EOF"),
        ("{}", "Model missing"),
        ("[" * 10_000, "line 1"),
        ('{"model": {"type": "Marvel"}}', "line 1"),
        (WORDS[:-1] + ', "normalizer": {"type": "Precompiled", "precompiled_charsmap": "////"}}', "charsmap"),
        (
            '{"model": {"type": "WordLevel", "vocab": {"a": 9000000}, "unk_token": "a"}}',
            "tokens are read",
        ),
        ('{"model": {"type": "BPE", "dropout": 0.5, "vocab": {"a": 0}, "merges": []}}', "by chance"),
    ],
)
def test_a_damaged_tokeniser_is_refused_in_one_line(text, reason):
    with pytest.raises(DataError, match=reason) as caught:
        SubwordVocabulary(text).lookup(["a"])
    assert "\n" not in str(caught.value)


def test_without_the_library_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ArgumentError, match=r"pip install 'wordglass\[subwords\]'"):
        SubwordVocabulary(WORDS).lookup(["a"])


def test_a_table_of_tokens_is_pooled_and_explained_like_any_other():
    vocabulary = SubwordVocabulary(VOCABULARIES["WordPiece"].json, leave_out=[1])
    vectors = np.random.default_rng(0).normal(size=(len(vocabulary), 5)).astype(np.float32)
    table = np.zeros((len(vectors) + 1, 16), np.float32)
    table[1:, :5] = vectors
    pooling = Pooling("mean+max", 5, Rows(table))
    for text in SENTENCES:
        lookup = vocabulary.lookup([text])
        kept = vectors[lookup.ids[lookup.ids > 0] - 1]
        pooled = pooling.pool(lookup)[0]
        assert np.allclose(pooled, np.concatenate([kept.mean(axis=0), kept.max(axis=0)]), atol=1e-6)
        assert np.allclose(pooling.parts(lookup).sum(axis=0), pooled, atol=1e-6)
