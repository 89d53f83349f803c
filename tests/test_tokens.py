import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordglass.arrow import buffers, strings
from wordglass.kernels import native, unicode
from wordglass.tokens import Settings, looked_up, tokenise
from wordglass.vectors.vocabulary import Vocabulary, token_blocks

# Text that is dense in what the rules are about, and text that is anything at all.
TELLING = st.text(
    alphabet="aNntTsSlLrReEvVmMdDoO'’.,-–0123 9é\u0301中あ，。\u00ad\u200d\ufe0f<!\x00\n\x85🙂ßİKſกิー",
    max_size=90,
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
UNSPACED = "東京都にコービกข้า中"
WORDS = st.lists(st.text(UNSPACED, min_size=1, max_size=6) | st.text("ab'nt", min_size=1), max_size=30)
SETTINGS = st.builds(
    Settings,
    case=st.sampled_from(["lower", "keep"]),
    contractions=st.sampled_from(["penn", "whole", "elision"]),
    unspaced=st.sampled_from(["characters", "words"]),
)
TEXTS = st.lists(TELLING | ANYTHING | st.text(alphabet="ab n't.", min_size=60, max_size=200), max_size=8)


def words(text: str) -> list[str]:
    return [token.text for token in tokenise(text)]


def kernel_tokens(
    texts: list[str], rules: native.Rules | None = None
) -> tuple[list[int], list[tuple[int, int]], list[int]]:
    """Hashes, byte spans within their text, and counts, as the kernel gives them."""
    source = buffers(pa.array(texts, pa.large_string()))
    counts = np.zeros(len(texts), np.int64)
    blocks = [
        tuple(part.copy() for part in block) for block in token_blocks(source, 0, len(texts), counts, rules)
    ]
    if not blocks:
        return [], [], counts.tolist()
    hashes, starts, ends = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    begins = np.repeat(source.offsets[:-1], counts)
    return (
        hashes.tolist(),
        list(zip((starts - begins).tolist(), (ends - begins).tolist(), strict=True)),
        counts.tolist(),
    )


def word_hashes(found: list[str]) -> list[int]:
    return native.hash_words(*buffers(strings(found))).tolist()


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example(["x" * 200 + " don't " + "y" * 64, "", "." * 70, "a.b." * 40, "'s" * 50])
@example(["中" * 100 + "don’t" * 20, "\u00ad" * 70 + "n't"])
def test_the_kernel_and_its_plain_python_twin_agree_on_any_text(texts):
    expected = [tokenise(text) for text in texts]
    hashes, spans, counts = kernel_tokens(texts)
    assert counts == [len(tokens) for tokens in expected]
    assert spans == [(token.start_byte, token.end_byte) for tokens in expected for token in tokens]
    assert hashes == word_hashes([token.text for tokens in expected for token in tokens])


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(TELLING | ANYTHING | st.text(UNSPACED + " a\u200b。", max_size=90), max_size=4), WORDS, SETTINGS
)
@example(["東京都" * 30 + "ก" * 40], ["東京", "京都", "都東", "ก" * 30, "ก" * 31], Settings(unspaced="words"))
@example(["DON'T l'été O’Neill's rock'n'roll'x"], [], Settings("keep", "whole"))
@example(["L'été qu’il 90's aujourd'hui'"], [], Settings("keep", "elision"))
def test_kernel_and_twin_agree_under_all_settings_and_with_any_vocabulary(texts, known, chosen):
    vocabulary = Vocabulary.of(known, chosen)
    expected = [tokenise(text, chosen, set(known).__contains__) for text in texts]
    hashes, spans, counts = kernel_tokens(texts, vocabulary.rules)
    assert counts == [len(tokens) for tokens in expected]
    assert spans == [(token.start_byte, token.end_byte) for tokens in expected for token in tokens]
    assert hashes == word_hashes([token.text for tokens in expected for token in tokens])
    assert [vocabulary.tokens(text) for text in texts] == expected


@given(TELLING | ANYTHING, SETTINGS)
def test_a_token_is_known_from_the_stretch_of_text_that_it_stands_in(text, chosen):
    for token in tokenise(text, chosen):
        assert looked_up(text[token.start : token.end], chosen.case) == token.text


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_utf8_neither_crash_nor_reach_past_their_text(data):
    source = buffers(
        pa.LargeStringArray.from_buffers(
            2, pa.py_buffer(np.array([0, len(data) // 2, len(data)])), pa.py_buffer(data)
        )
    )
    counts = np.zeros(2, np.int64)
    for block in token_blocks(source, 0, 2, counts):
        assert (block.starts < block.ends).all()
        assert (block.ends <= len(data)).all()


@given(TELLING | ANYTHING)
def test_offsets_in_characters_and_in_bytes_name_the_same_stretch(text):
    for token in tokenise(text):
        assert text[token.start : token.end].encode() == text.encode()[token.start_byte : token.end_byte]


@given(ANYTHING)
def test_every_letter_and_digit_is_in_exactly_one_token(text):
    covered = [i for token in tokenise(text) for i in range(token.start, token.end)]
    assert len(covered) == len(set(covered))
    solid = {i for i, char in enumerate(text) if char.isalnum()}
    assert solid <= set(covered)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love sunny days", "i love sunny days"),
        ("Don't, can’t, WON'T, n't", "do n't , ca n't , wo n't , n't"),
        ("It's we're I've he'd they'll I'm", "it 's we 're i 've he 'd they 'll i 'm"),
        ("it 's n't", "it 's n't"),
        ("O'Brien d'Artagnan's rock'n'roll 'em", "o'brien d'artagnan 's rock ' n'roll ' em"),
        ("$3.50 1,000,000. 3.5bn 20th 1,2,x 3.", "$ 3.50 1,000,000 . 3.5 bn 20th 1,2 , x 3 ."),
        ("the U.S. and J.R.R., e.g. a.b", "the u.s. and j.r.r. , e.g. a . b"),
        ("well... so--yes .. a-b - !!", "well ... so -- yes ... a - b - ! !"),
        ("naïve Straße ÉTÉ", "naïve straße été"),
        ("天气很好，。", "天 气 很 好 ， 。"),
        ("zero\u200dwidth soft\u00adhyphen", "zerowidth softhyphen"),
        ("#tag @user <br /> a_b", "# tag @ user < br / > a _ b"),
        ("", ""),
        (" \t\n\x00\u2003 ", ""),
    ],
)
def test_text_is_cut_where_the_makers_of_glove_cut_it(text, expected):
    assert words(text) == expected.split()


def test_the_character_table_is_pythons_own_unicode_data():
    import unicodedata

    if unicodedata.unidata_version != unicode.VERSION:
        pytest.skip(f"this Python has Unicode {unicodedata.unidata_version}")
    for code in range(0x110000):
        kind, lower = unicode.kind_and_lower(code)
        assert lower == ord(chr(code).lower()[0])
        assert (kind == unicode.DIGIT) == (unicodedata.category(chr(code)) == "Nd")


def test_equal_words_of_a_vocabulary_are_found_at_the_first():
    vocabulary = Vocabulary.of(["a", "b", "a"])
    assert [vocabulary.row(word) for word in ("a", "b", "c")] == [1, 2, 0]


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 3))
def test_looking_up_in_one_go_finds_what_step_by_step_finds(texts, times):
    vocabulary = Vocabulary.of(["a", "n't", "b", "...", "é", "中", "'s"])
    texts = texts * times + ["a b " * 3000] * (times - 1)
    once = vocabulary.lookup_rows(buffers(strings(texts)), 0, len(texts))
    steps = vocabulary.lookup(texts, keep_missing=True)
    assert once.ids.tolist() == steps.ids.tolist()
    assert once.offsets.tolist() == steps.offsets.tolist()
