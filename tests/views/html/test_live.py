"""The page answers as the library does: the script of a page under Node beside the model that it carries."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small import drawn, table
from test_tokens import ANYTHING, TELLING, UNSPACED

from wordglass import TextClassifier
from wordglass.arrow import strings
from wordglass.characters import CharacterBlock, CharacterScores
from wordglass.errors import ArgumentError
from wordglass.explain import trace_prediction
from wordglass.kernels.unicode import PAGES, TABLE
from wordglass.lexical import LexicalBlock, LexicalScores
from wordglass.model import Model
from wordglass.scoring import WordScores
from wordglass.tokens import Rung, Settings
from wordglass.vectors import Vocabulary
from wordglass.vectors.rows import padded
from wordglass.views.html.live import Live, live, live_payload, live_script
from wordglass.views.html.live_model import from_exponents, shared_exponents
from wordglass.weighing import NOTHING

ASK = Path(__file__).with_name("live_answers.mjs")
node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here")

RUNGS: tuple[Rung, ...] = ("lower", "title", "upper", "nfkc", "fold", "digits", "marks")
KNOWN = """
the film was not do n't 's a of and Paris PARIS NASA Nasa İstanbul istanbul ##,### ## fi straße strasse
café cafe naïve ΟΔΟΣ οδος οδός о'brien o'brien 3.5 1,000 u.s. don't l' été qu' ( ) . , ! ... -- 🙂
東京 京都 東 都 に コー ข้า ก ビ ǅungla ǆungla Ქართული ქართული ﬁne fine rock'n'roll
"""
WORDS = KNOWN.split()
TEXTS = [
    "",
    " \n\t\x00",
    "The film wasn't good; don't go. It's 3.5/5, O’Brien's (U.S.) best...",
    "THE FILM the Film, PARIS paris Paris. NASA nasa İSTANBUL ISTANBUL",
    "1,234 12 7 3.5 1,000,000.5 1. .5 a.b.c. x.y",
    "CAFÉ cafe\u0301 naïve STRASSE straße ΟΔΌΣ οδοσ ﬁne ＮＡＳＡ ǆungla ǅungla ქართული",
    "L'été qu’il aujourd'hui rock'n'roll'x ''s 'S 've' n't N'T",
    "東京都に行くコービ ข้ากก\u0e49 中文 한국어 العربية עִבְרִית",
    "🙂🙂🏽👩‍👩‍👧🇫🇷 ©™ ① Ⓐ \u00adsoft\u00ad hy\u200bphen -- --- .. ....",
    "<script>alert('&amp;')</script> <!-- \u202egnp.exe\u202c \u2028 ]]> \\u003c",
    "constructor __proto__ toString hasOwnProperty",
    "the the the film film not not do n't 🙂 a of and",
    "\U0001e030 \ua7da Ƛ \U00010d50 newer than the tables of some",
    "x" * 3000,
]
SETTINGS = {
    "lower": Settings(),
    "cased": Settings("keep", "whole", "characters", RUNGS),
    "elision": Settings("keep", "elision", "words", ("lower", "marks")),
    "words": Settings("lower", "penn", "words"),
}
ANY_TEXT = TELLING | ANYTHING | st.text(UNSPACED + " a\u200b。", max_size=60) | st.lists(
    st.sampled_from([*WORDS, *(word.swapcase() for word in WORDS)]), max_size=12
).map(" ".join)  # fmt: skip


@cache
def model(kind="many", chosen="lower"):
    """A model of the words above, with pairs and n-grams of characters, whose weights are drawn."""
    rng = np.random.default_rng(3)
    vocabulary = Vocabulary.of(WORDS, SETTINGS[chosen])
    texts = strings([" ".join(rng.choice([*WORDS, "unknown", "others"], 12)) for _ in range(60)])
    words = LexicalBlock.fit(texts, vocabulary)
    characters = CharacterBlock.fit_counts(texts, vocabulary)[0]
    classes = {"many": ["a", "b", "c"], "binary": ["& no", "</script><b>"], "labels": ["a", "b", "c"]}[kind]
    outputs = 1 if kind == "binary" else 3
    scores = np.zeros((len(WORDS) + 1, padded(outputs)), np.float32)
    scores[1:, :outputs] = rng.normal(size=(len(WORDS), outputs))
    return Model(
        classes=np.array(classes),
        loss="softmax" if kind == "many" else "sigmoid",
        multi_label=kind == "labels",
        scorer=WordScores(vocabulary, scores, rng.normal(size=outputs)),
        weights=np.zeros((5, outputs)),
        pooling="mean",
        learned=NOTHING,
        dim=5,
        vectors="drawn",
        vectors_sha256="",
        lexical=LexicalScores.of(words, rng.normal(size=(len(words), outputs)) ** 5),
        characters=CharacterScores.of(characters, rng.normal(size=(len(characters), outputs)) / 9),
        thresholds=np.array([0.2, 0.5, 0.61]) if kind == "labels" else None,
    )


def answers(carried: Live, texts: list[str], folder: Path) -> list:
    """What the script of a page answers."""
    script, payload = folder / "live.mjs", folder / "payload.json"
    script.write_text(live_script())
    payload.write_text(carried.payload)
    run = subprocess.run(
        ["node", ASK, script, payload], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def check(carried: Live, texts: list[str], folder: Path) -> None:
    for text, answer in zip(texts, answers(carried, texts, folder), strict=True):
        expected = trace_prediction(text, carried.model)
        units = text.encode("utf-16-le")
        assert len(answer["tokens"]) == len(expected["tokens"]), text
        for own, token in zip(answer["tokens"], expected["tokens"], strict=True):
            same = ("token", "known", "word", "counted")
            assert {key: own[key] for key in same} == {key: token[key] for key in same}, text
            stretch = units[2 * own["start"] : 2 * own["end"]].decode("utf-16-le")
            assert stretch == text[token["start"] : token["end"]]
            for key in ("shares", "by_vector", "as_word"):
                assert own[key] == pytest.approx(token[key], rel=1e-6, abs=1e-5)
        assert len(answer["pairs"]) == len(expected["pairs"])
        for own, pair in zip(answer["pairs"], expected["pairs"], strict=True):
            assert (own["first"], own["pair"]) == (pair["first"], pair["pair"])
            assert own["shares"] == pytest.approx(pair["shares"], rel=1e-6, abs=1e-5)
        for own, output in zip(answer["outputs"], expected["outputs"], strict=True):
            assert (own["name"], own["threshold"]) == (output["name"], output["threshold"])
            numbers = [[one[key] for key in ("bias", "score", "probability")] for one in (own, output)]
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-6, abs=1e-5)
        assert answer["known"] == expected["known"]
        assert answer["predicted"] == expected["predicted"]
        unknown = [token["token"] for token in expected["tokens"] if not token["known"]]
        assert answer["missing"] == list(dict.fromkeys(unknown))


@node
@pytest.mark.parametrize("kind", ["many", "binary", "labels"])
@pytest.mark.parametrize("chosen", SETTINGS)
def test_a_page_gives_the_numbers_that_the_library_gives(kind, chosen, tmp_path):
    check(live(model(kind, chosen)), TEXTS, tmp_path)


@node
@pytest.mark.parametrize("chosen", SETTINGS)
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink many texts takes long and tells little
    suppress_health_check=list(HealthCheck),
)
@given(texts=st.lists(ANY_TEXT, min_size=60, max_size=60))
def test_and_does_so_for_any_text(chosen, tmp_path, texts):
    check(live(model("many", chosen)), texts, tmp_path)


@node
def test_every_character_is_what_it_is_to_the_library_whatever_unicode_the_browser_knows(tmp_path):
    pages = [
        page
        for page in range(PAGES)
        if len(np.unique(TABLE[TABLE[page] :][:256])) > 1 and not 0xD8 <= page < 0xE0
    ]
    texts = [" ".join(chr(256 * page + i) for i in range(256)) for page in pages]
    carried = live(model())
    vocabulary = carried.model.scorer.vocabulary
    for text, answer in zip(texts, answers(carried, texts, tmp_path), strict=True):
        found = [token["token"] for token in answer["tokens"]]
        assert found == [token.text for token in vocabulary.tokens(text)], hex(ord(text[0]))


@node
@pytest.mark.parametrize("most", [7_000, 5_000])
def test_what_a_page_has_no_room_for_is_left_out_and_counted(most, tmp_path):
    carried = live(model(), most, TEXTS)
    assert most * 0.8 < len(carried.payload) <= most
    document = json.loads(carried.payload)
    assert any(part["kept"] < part["of"] for part in document["kept"].values())
    full, own = (one.decide(one.probabilities(strings(TEXTS))) for one in (model(), carried.model))
    assert document["agreement"] == {"texts": len(TEXTS), "same": int((full == own).sum())}
    check(carried, TEXTS, tmp_path)


def test_a_model_with_room_for_all_of_it_is_whole_and_nearly_as_it_was():
    whole = model()
    carried = live(whole)
    assert all(part["kept"] == part["of"] for part in json.loads(carried.payload)["kept"].values())
    probabilities = [one.probabilities(strings(TEXTS)) for one in (whole, carried.model)]
    assert np.abs(probabilities[0] - probabilities[1]).max() < 0.02


@node
def test_vectors_alone_are_enough(tmp_path):
    texts, targets = drawn("many")
    lesson = TextClassifier(table(), preset="lesson", C=1.0, held_out=0).fit(texts, targets)
    check(live(lesson.model_), texts[:20], tmp_path)


def test_nothing_in_the_payload_ends_an_element_of_the_page():
    payload = live_payload(model("binary"))
    assert not set("<>&") & set(payload)
    assert json.loads(payload)["classes"] == ["& no", "</script><b>"]


def test_the_script_is_small_and_has_no_comments():
    script = live_script()
    assert len(script.encode()) <= 14_000
    assert "/**" not in script
    assert "\n//" not in script


@pytest.mark.parametrize("pooling", ["max", "mean+p3"])
def test_a_pooling_that_needs_the_vectors_is_refused(pooling):
    texts, targets = drawn("binary")
    fitted = TextClassifier(table(), pooling=pooling, lexical=False, C=1.0, held_out=0).fit(texts, targets)
    with pytest.raises(ArgumentError, match="a live report cannot have the pooling"):
        live_payload(fitted.model_)


def test_too_little_room_is_said():
    with pytest.raises(ArgumentError, match="most_bytes=1,000: a live report takes"):
        live_payload(model(), 1_000)


@given(st.lists(st.tuples(*[st.floats(-1e30, 1e30)] * 3), min_size=1))
def test_rounded_weights_stay_as_they_are_and_are_near(rows):
    weights = np.array(rows)
    steps, exponents = shared_exponents(weights)
    rounded = from_exponents(steps, exponents)
    assert (from_exponents(*shared_exponents(rounded)) == rounded).all()
    most = np.abs(weights).max(axis=1, keepdims=True)
    assert (np.abs(rounded - weights) <= most / 127 + 2.0**-126).all()
