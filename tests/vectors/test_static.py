"""Sub-word vectors as their libraries have them: the mean of our rows is the vector that they give a text."""

import json
import random
import shutil
import struct
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

pytest.importorskip("tokenizers")

from small_tokenizers import KINDS, varied_texts
from tokenizers import Tokenizer

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.formats.static import recognises
from wordglass.vectors.subwords import SubwordVocabulary

TEXTS = varied_texts(200)
RNG = np.random.default_rng(0)
made = {kind: cache(make) for kind, make in KINDS.items()}


def package(name):
    """The folder of an installed package, which is not imported."""
    spec = find_spec(name)
    if spec is None:
        pytest.skip(f"{name} is not installed")
    return Path(spec.origin).parent


def read(folder, skip=False):
    """What is found, and its vectors, (words, dim)."""
    found = open_vectors(folder, OddRows(str(folder), skip))
    blocks = list(found.read(0))
    return found, np.concatenate([block.vectors for block in blocks]), blocks


def text_vectors(folder, texts):
    """One vector a text: the mean of our rows over our lookup, in double precision, (texts, dim)."""
    found, vectors, blocks = read(folder)
    words = [word for block in blocks for word in block.words.to_pylist()]
    assert found.words == len(words) == len(vectors)
    assert (found.dim, vectors.dtype) == (vectors.shape[1], np.float32)
    tokenizer = found.tokenizer
    vocabulary = SubwordVocabulary(tokenizer.json, tokenizer.leave_out, tokenizer.longest)
    assert vocabulary.words.to_pylist() == words
    lookup = vocabulary.lookup(texts)
    X = np.zeros((len(texts), found.dim))
    for x, rows in zip(X, np.split(lookup.ids, lookup.offsets[1:-1]), strict=True):
        if rows.any():
            x[:] = vectors[rows[rows > 0] - 1].mean(axis=0, dtype=float)
    if tokenizer.normalise:
        X /= np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-32)
    return found, X


def assert_encodes(model, texts, X):
    """Ours are model2vec's vectors, up to the rounding of its sums; and those of its sums in doubles."""
    scale = max(1, np.abs(X).max())
    rounding = 1e-3 if model.embedding.dtype == np.float16 else 2e-5  # of sums of up to 512 numbers and more
    assert np.abs(X - model.encode(texts)).max() < rounding * scale
    short = [i for i, text in enumerate(texts) if len(text) < 100]
    if model.embedding.dtype != np.float16:
        assert np.abs(X[short] - model.encode([texts[i] for i in short])).max() < 1e-6 * scale
    model.embedding = model.embedding.astype(float)
    doubles = model.encode(texts, normalize=False)
    if model.normalize:
        doubles /= np.maximum(np.linalg.norm(doubles, axis=1, keepdims=True), 1e-32)
    assert np.abs(X - doubles).max() < 2e-7 * scale


def reason(folder, kind=DataError):
    """The one line that says why a folder cannot be read."""
    with pytest.raises(kind) as caught:
        read(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- against the original libraries ---


def test_the_packaged_model2vec_model_gives_the_vectors_that_model2vec_gives():
    model2vec = pytest.importorskip("model2vec")
    folder = package("static_model") / "model"
    found, X = text_vectors(folder, TEXTS)
    assert (found.format, found.dim, found.words) == ("Model2Vec", 64, 276_326)
    model = model2vec.StaticModel.from_pretrained(folder)
    assert_encodes(model, TEXTS, X)
    assert np.abs(X - model.encode(TEXTS, max_length=None)).max() > 1e-3  # it matters that texts are cut off


def test_wordllama_in_its_package_gives_the_vectors_that_wordllama_gives(tmp_path):
    wordllama = pytest.importorskip("wordllama")
    folder = package("wordllama")
    found, X = text_vectors(folder, TEXTS)
    assert (found.format, found.dim, found.words) == ("WordLlama", 256, 32_000)
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    expected = model.embed(TEXTS, batch_size=1)
    assert np.abs(X - expected).max() < 1e-6 * np.abs(expected).max()
    for file in ("weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"):
        (tmp_path / Path(file).name).symlink_to(folder / file)
    assert np.array_equal(read(tmp_path)[1], read(folder)[1])


def model2vec_folder(folder, kind="WordPiece", dim=6, dtype=np.float32, **model):
    """Let model2vec write a model of random vectors."""
    model2vec = pytest.importorskip("model2vec")
    tokenizer = made[kind]()
    vectors = RNG.normal(size=(tokenizer.get_vocab_size(), dim))
    scale = 50 if dtype == np.int8 else 1
    built = model2vec.StaticModel((vectors * scale).astype(dtype), tokenizer, **model)
    built.save_pretrained(folder)
    return model2vec.StaticModel.from_pretrained(folder)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "model",
    [
        {},
        {"normalize": True, "max_length": 7},
        {"max_length": None, "dtype": np.int8},
        {"normalize": True, "dtype": np.float64},
        {"dtype": np.float16},
    ],
    ids=str,
)
def test_what_model2vec_writes_gives_the_vectors_that_it_gives(tmp_path, kind, model):
    original = model2vec_folder(tmp_path, kind, **model)
    found, X = text_vectors(tmp_path, TEXTS)
    assert found.tokenizer.normalise == original.normalize
    assert_encodes(original, TEXTS, X)


@pytest.mark.parametrize("kind", ["WordPiece", "Unigram"])
@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_a_quantised_vocabulary_is_unfolded_by_its_mapping_and_weights(tmp_path, kind, dtype):
    quantize_model = pytest.importorskip("model2vec.model").quantize_model

    original = quantize_model(
        model2vec_folder(tmp_path / "whole", kind, normalize=True),
        vocabulary_quantization=20,
        quantize_to=dtype,
    )
    original.save_pretrained(tmp_path / "small")
    arrays = load_file(tmp_path / "small" / "model.safetensors")
    assert {name: len(array) for name, array in arrays.items()} == {
        "embeddings": 20,
        "mapping": len(original.tokens),
        "weights": len(original.tokens),
    }
    _, X = text_vectors(tmp_path / "small", TEXTS)
    assert_encodes(original, TEXTS, X)


def static_embedding(folder, kind="WordPiece", normalise=False, part="0_StaticEmbedding", dtype=np.float32):
    """Write the layout of sentence-transformers by hand: the weights, (tokens, 6)."""
    tokenizer = made[kind]()
    weights = RNG.normal(size=(tokenizer.get_vocab_size(), 6)).astype(dtype)
    (folder / part).mkdir(parents=True, exist_ok=True)
    save_file({"embedding.weight": weights}, folder / part / "model.safetensors")
    tokenizer.save(str(folder / part / "tokenizer.json"))
    modules = [{"idx": 0, "name": "0", "path": part, "type": "sentence_transformers.models.StaticEmbedding"}]
    if normalise:
        kind = "sentence_transformers.base.modules.normalize.Normalize"
        modules.append({"idx": 1, "name": "1", "path": "1_Normalize", "type": kind})
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config_sentence_transformers.json").write_text('{"default_prompt_name": null, "prompts": {}}')
    return weights


def bags(folder, weights, texts):
    """``torch.nn.EmbeddingBag`` in the mode mean, as StaticEmbedding calls it: zeros for an empty bag."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    return np.stack([weights[row].mean(axis=0, dtype=float) if row else np.zeros(6) for row in ids])


@pytest.mark.parametrize("kind", KINDS)
def test_a_static_embedding_gives_the_mean_of_all_its_tokens(tmp_path, kind):
    weights = static_embedding(tmp_path, kind)
    _, X = text_vectors(tmp_path, TEXTS)
    assert np.abs(X - bags(tmp_path / "0_StaticEmbedding", weights, TEXTS)).max() < 1e-6
    assert np.array_equal(text_vectors(tmp_path / "0_StaticEmbedding", TEXTS)[1], X)


def test_a_static_embedding_in_the_root_of_its_folder_is_scaled_where_its_modules_say_so(tmp_path):
    weights = static_embedding(tmp_path, normalise=True, part="")
    found, X = text_vectors(tmp_path, TEXTS)
    expected = bags(tmp_path, weights, TEXTS)
    expected /= np.maximum(np.linalg.norm(expected, axis=1, keepdims=True), 1e-12)
    assert found.format == "StaticEmbedding"
    assert np.abs(X - expected).max() < 1e-6


def test_a_static_embedding_cuts_a_text_off_where_its_tokenizer_says_so(tmp_path):
    weights = static_embedding(tmp_path)
    module = tmp_path / "0_StaticEmbedding"
    tokenizer = made["WordPiece"]()
    tokenizer.enable_truncation(3, direction="left")
    tokenizer.save(str(module / "tokenizer.json"))
    tokenizer.no_truncation()
    assert np.abs(text_vectors(tmp_path, TEXTS)[1] - bags(module, weights, TEXTS)).max() < 1e-6


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalise", [False, True])
def test_what_sentence_transformers_writes_gives_the_vectors_that_it_gives(tmp_path, kind, normalise):
    pytest.importorskip("sentence_transformers")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    tokenizer = Tokenizer.from_str(made[kind]().to_str())
    module = StaticEmbedding(tokenizer, embedding_weights=RNG.normal(size=(tokenizer.get_vocab_size(), 6)))
    model = SentenceTransformer(
        modules=[module, Normalize()] if normalise else [module], device="cpu"
    ).float()
    model.save(str(tmp_path))
    found, X = text_vectors(tmp_path, TEXTS)
    assert found.tokenizer.normalise == normalise
    expected = model.double().encode(TEXTS)  # as float32 it sums up to 20,000 numbers with much rounding
    assert np.abs(X - expected).max() < 2e-7 * np.abs(expected).max()


def test_bfloat16_is_the_upper_half_of_float32(tmp_path):
    static_embedding(tmp_path)
    file = tmp_path / "0_StaticEmbedding" / "model.safetensors"
    weights = load_file(file)["embedding.weight"]
    upper = (weights.view(np.uint32) >> 16).astype(np.uint16)
    about = {"dtype": "BF16", "shape": list(weights.shape), "data_offsets": [0, upper.nbytes]}
    write_tensors(file, {"embedding.weight": about}, upper.tobytes())
    vectors = read(tmp_path)[1]
    assert np.array_equal(vectors.view(np.uint32), upper.astype(np.uint32) << 16)


def test_reading_goes_on_where_a_block_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("wordglass.vectors.formats.found.BLOCK_BYTES", 4 * 6 * 10)
    static_embedding(tmp_path)
    found, vectors, blocks = read(tmp_path)
    assert [len(block.words) for block in blocks[:-1]] == [10] * (len(blocks) - 1)
    again = next(found.read(blocks[3].next))
    assert again.words.to_pylist() == blocks[4].words.to_pylist()
    assert np.array_equal(again.vectors, vectors[40:50])


# --- what bad folders get ---


def write_tensors(file, header, data=b""):
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


@pytest.fixture
def folder(tmp_path):
    """A Model2Vec folder with a mapping and weights, to be damaged."""
    tokenizer = made["WordPiece"]()
    tokens = tokenizer.get_vocab_size()
    arrays = {
        "embeddings": RNG.normal(size=(9, 4)).astype(np.float32),
        "mapping": np.arange(tokens) % 9,
        "weights": np.ones(tokens),
    }
    save_file(arrays, tmp_path / "model.safetensors")
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "config.json").write_text('{"normalize": true}')
    return tmp_path


def change(folder, **arrays):
    """Replace arrays, or take them away."""
    file = folder / "model.safetensors"
    kept = {name: array for name, array in (load_file(file) | arrays).items() if array is not None}
    save_file(kept, file)


def test_a_sound_folder_is_read(folder):
    assert read(folder)[0].format == "Model2Vec"


TOKENS = made["WordPiece"]().get_vocab_size()


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"embeddings": None}, "neither embeddings nor embedding.weight"),
        ({"embeddings": np.ones(9, np.float32)}, r"embeddings, header: the shape \[9\]"),
        ({"embeddings": np.ones((0, 4), np.float32)}, r"the shape \[0, 4\]"),
        ({"embeddings": np.ones((9, 0), np.float32)}, r"the shape \[9, 0\]"),
        ({"embeddings": np.ones((9, 70_000), np.int8)}, "70000 numbers"),
        ({"embeddings": np.ones((9, 4), np.int64)}, "numbers of type I64"),
        ({"embeddings": np.ones((9, 4), np.complex64)}, "numbers of type C64"),
        ({"mapping": None}, "ids up to"),
        ({"mapping": None, "embeddings": np.ones((TOKENS + 5, 4), np.int8)}, f"rows for {TOKENS} tokens"),
        ({"mapping": np.arange(TOKENS)}, "leads out of the 9 rows"),
        ({"mapping": np.arange(TOKENS) % 9 - 1}, "leads out of the 9 rows"),
        ({"mapping": np.zeros(TOKENS - 1, np.int64)}, f"mapping: {TOKENS - 1} numbers for {TOKENS} tokens"),
        ({"mapping": np.zeros(TOKENS, np.float32)}, "numbers of type F32"),
        ({"weights": np.ones(TOKENS - 1)}, "weights"),
        ({"weights": np.ones((TOKENS, 1))}, "weights"),
        ({"weights": np.ones(TOKENS, np.int32)}, "numbers of type I32"),
    ],
    ids=str,
)
def test_arrays_that_do_not_fit_are_refused(folder, arrays, problem):
    change(folder, **arrays)
    with pytest.raises(DataError, match=problem) as caught:
        read(folder)
    assert str(folder / "model.safetensors") in str(caught.value)


def test_a_row_that_is_not_finite_is_refused_or_zeros_in_its_place(folder):
    weights = np.ones(TOKENS)
    weights[[3, 8]] = np.nan, np.inf
    change(folder, weights=weights)
    assert "row 3: the vector of '[SEP]' has NaN" in reason(folder)
    odd = OddRows("model", skip=True)
    vectors = next(open_vectors(folder, odd).read(0)).vectors
    assert odd.count == 2
    assert np.flatnonzero((vectors == 0).all(axis=1)).tolist() == [3, 8]


def test_missing_files_are_named(folder, tmp_path, tmp_path_factory):
    for name in ("model.safetensors", "tokenizer.json"):
        part = tmp_path_factory.mktemp("part") / "model"
        shutil.copytree(folder, part)
        (part / name).unlink()
        assert not recognises(part)
        assert "no folder of word vectors" in reason(part)
    static_embedding(tmp_path / "st")
    (tmp_path / "st" / "modules.json").unlink()
    assert "modules.json is missing: give the folder" in reason(tmp_path / "st")


def test_a_huge_header_is_refused_before_it_is_read(folder):
    file = folder / "model.safetensors"
    with file.open("r+b") as out:
        out.write(struct.pack("<Q", 1 << 60))
    assert "a header of 1,152,921,504,606,846,976 bytes" in reason(folder)
    file.write_bytes(b"")
    assert "not arrays as safetensors has them" in reason(folder)


def test_arrays_that_claim_more_than_the_file_has_are_refused(folder):
    about = {"dtype": "F32", "shape": [1 << 40, 64], "data_offsets": [0, 1 << 48]}
    write_tensors(folder / "model.safetensors", {"embeddings": about}, b"\0" * 64)
    assert "not arrays as safetensors has them" in reason(folder)
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-30])
    assert "not arrays as safetensors has them" in reason(folder)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"normalize": 1}', "neither true nor false"),
        ('{"max_length": -1}', "not a number of tokens"),
        ('{"max_length": true}', "not a number of tokens"),
        ('{"max_length": 1e9}', "not a number of tokens"),
        ('{"max_length": 99999999999999999999999}', "not a number of tokens"),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(folder, config, problem):
    (folder / "config.json").write_text(config)
    assert problem in reason(folder)


def test_a_tokenizer_that_is_none_is_refused_with_its_file(folder):
    (folder / "tokenizer.json").write_text('{"model": {"type": "WordLevel", "vocab": {}, "unk_token": "?"}}')
    assert "tokenizer.json: a tokeniser without tokens" in reason(folder)
    (folder / "tokenizer.json").write_bytes(b'{"model": "\xff"}')
    assert "tokenizer.json, byte 11: not UTF-8" in reason(folder)
    with (folder / "tokenizer.json").open("wb") as file:
        file.truncate(1 << 27)
    assert "too long" in reason(folder)


@pytest.mark.parametrize(
    ("modules", "problem"),
    [
        ("{}", "not a list of modules"),
        ("[1]", "not a list of modules"),
        ('[{"type": "x.Transformer", "path": ""}]', "Transformer: more than static vectors"),
        (
            '[{"type": "x.StaticEmbedding", "path": "0_StaticEmbedding"}, {"type": "x.Dense"}]',
            "StaticEmbedding, Dense: more than static vectors",
        ),
        ('[{"type": "x.StaticEmbedding", "path": "../elsewhere"}]', "leads out of the folder"),
        ('[{"type": "x.StaticEmbedding", "path": "/etc"}]', "leads out of the folder"),
        ('[{"type": "x.StaticEmbedding", "path": "nowhere"}]', "No such file"),
        ('[{"type": "x.StaticEmbedding", "path": "a\\u0000b"}]', "leads out of the folder"),
    ],
)
def test_modules_that_cannot_be_followed_are_refused(tmp_path, modules, problem):
    static_embedding(tmp_path)
    (tmp_path / "modules.json").write_text(modules)
    assert problem in reason(tmp_path)


def test_a_prompt_before_every_text_is_refused(tmp_path):
    static_embedding(tmp_path)
    (tmp_path / "config_sentence_transformers.json").write_text('{"default_prompt_name": "query"}')
    assert "every text gets a prompt" in reason(tmp_path)


def test_an_encoder_is_told_from_static_vectors(folder):
    save_file({"embeddings.word_embeddings.weight": np.ones((3, 4))}, folder / "model.safetensors")
    assert "has to be distilled" in reason(folder)


def test_several_wordllama_files_in_a_folder_are_for_the_user_to_choose_from(tmp_path):
    for name in ("a.safetensors", "b.safetensors", "a_tokenizer_config.json"):
        (tmp_path / name).write_bytes(b"")
    assert "holds 2 files of weights" in reason(tmp_path, ArgumentError)


def mutated(data, draw):
    """Some bytes changed, taken out, or the end cut off."""
    data = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        if not data:
            break
        at = draw.randrange(len(data))
        match draw.randrange(4):
            case 0:
                data[at] ^= 1 << draw.randrange(8)
            case 1:
                del data[at : at + draw.randint(1, 9)]
            case 2:
                data[at:at] = draw.choice([b"0", b"9" * 12, b"-", b'"', b"[", b"null", b"\xff"])
            case 3:
                data[at:] = b""
    return bytes(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_damaged_folder_is_read_or_refused_but_never_crashes(folder, seed):
    draw = random.Random(seed)
    name = draw.choice(["model.safetensors", "tokenizer.json", "config.json"])
    sound = (folder / name).read_bytes()
    try:
        where = 400 if name == "model.safetensors" and draw.random() < 0.8 else len(sound)
        (folder / name).write_bytes(mutated(sound[:where], draw) + sound[where:])
        recognises(folder)
        try:
            found, vectors, _ = read(folder)
            assert np.isfinite(vectors).all()
            SubwordVocabulary(found.tokenizer.json, longest=found.tokenizer.longest).lookup(
                ["sunny delight", "🙂"]
            )
        except (DataError, ArgumentError):
            pass
    finally:
        (folder / name).write_bytes(sound)
