import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordglass.classes import as_text, as_texts


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sports", "sports"),
        ("card_payment.notRecognised", "card payment not Recognised"),
        ("talk.politics.mideast", "talk politics mideast"),
        ("Sci/Tech", "Sci Tech"),
        ("  a -- b ", "a b"),
        ("天气", "天气"),
        ("4 stars", "4 stars"),
        ("4", ""),
        ("__", ""),
        ("", ""),
        ("-1.5", ""),
    ],
)
def test_a_name_is_its_words_and_empty_without_any(name, text):
    assert as_text(name) == text


@given(st.text())
def test_a_text_has_single_spaces_between_words_and_is_its_own_text(name):
    text = as_text(name)
    assert text == " ".join(text.split(" ")).strip()
    assert "  " not in text
    assert as_text(text) == text


def test_where_one_name_has_no_words_there_are_texts_of_none():
    assert as_texts(["sports", "sci_tech"]) == ["sports", "sci tech"]
    assert as_texts(["sports", "4"]) == []
    assert as_texts([]) == []
