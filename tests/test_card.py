import copy
import re

import pytest
from examples import training

from wordglass.views.card import model_card

SIZES = {"model.safetensors": 8_000_000, "vocabulary.arrow": 3_000_000}


def changed(value):
    """The same document with every number another one."""
    match value:
        case dict():
            return {key: changed(item) for key, item in value.items()}
        case list():
            return [changed(item) for item in value]
        case bool() | None:
            return value
        case float():
            return value * 0.71 + 0.01
        case int():
            return value * 2 + 3
        case str():
            return re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), value)
    return value


def numbers_in(card):
    return re.findall(r"\d[\d,.]*", card)


def test_no_number_in_the_card_is_typed_in():
    one = training()
    other = changed(copy.deepcopy(one))
    for trial, same in zip(other["selection"]["trials"], one["selection"]["trials"], strict=True):
        trial["share"] *= same["share"] > 0  # a head that has no say is not named
        trial["names"] *= same["names"] > 0  # nor how often names count that do not
    other["coverage"]["by_class"][0]["known"] -= 1  # or it is all of them in both
    before = numbers_in(model_card(one, "mean", 10, SIZES))
    after = numbers_in(model_card(other, "mean", 17, {name: 3 * size for name, size in SIZES.items()}))
    same = {a for a, b in zip(before, after, strict=True) if a == b}
    assert same == {"95", "1", "2", "8", "256", "3"}  # the level, F1, L2, int8, SHA-256; both have 3 classes


def test_the_card_has_the_scores_with_intervals_beside_the_baselines():
    card = model_card(training(), "mean", 10, SIZES)
    assert "| this model | 99.5% (94.3% to 100.0%) | 0.973 (0.921 to 1.000) |" in card
    assert "| majority class | 22.9% (17.7% to 27.2%) | 0.074 (0.022 to 0.118) |" in card
    assert "| TF-IDF + logistic regression | 94.6% (89.4% to 98.9%)" in card
    assert "licence: CC0" in card
    assert "41 of 43 tokens (95.3%)" in card
    assert "striker (1), snow (1)" in card


def test_the_card_says_what_was_kept_and_what_each_size_has_on_the_held_out_rows():
    trace = training()
    card = model_card(trace, "mean", 10, SIZES)
    assert "Of the 31 words of the table of vectors 29 are kept, all of them seen in training" in card
    assert "| all 31 | no | 5.3 kB | 99.5% | 0.973 |  |" in card
    assert "| all 31 | yes | 2.3 kB | 99.1% | 0.961 |  |" in card
    assert "| 29 seen in training | no | 4.8 kB | 98.6% | 0.951 | this model |" in card
    trace["cut_from"] = {**trace["kept"], "int8": True}
    trace["kept"] = {"which": "frequent", "words": 7, "of": 31, "int8": True}
    card = model_card(trace, "mean", 10, SIZES)
    assert "the first 7 are kept" in card
    assert "rounded to steps of 8 bits" in card
    assert "the scores are those of the model of 29 words, in int8" in card
    assert "| this model |" not in card.partition("## Size")[2]
    card = model_card(training(held_out=False), "mean", 10, SIZES)
    assert "words kept" not in card


def test_the_card_says_so_where_nothing_was_held_out_or_sampled():
    trace = training(held_out=False)
    trace["coverage"]["missing"] = []
    card = model_card(trace, "mean", 10, SIZES)
    assert "how well the model does on new texts is not known" in card
    assert "commonest words" not in card


@pytest.mark.parametrize("name", ["a|b", "<script>", "*x*", "`c`", "[d](e)", "f\ng", "\u202eh", "\ud800"])
def test_no_name_breaks_the_card(name):
    trace = training()
    for part in (*trace["data"]["classes"], *trace["scores"]["classes"], *trace["coverage"]["by_class"]):
        part["name"] = part["name"].replace("sport", name)
    card = model_card(trace, "mean", 10, SIZES)
    card.encode()
    plain = model_card(training(), "mean", 10, SIZES)
    bare = re.compile(r"(?<!\\)[|<>*`\[\]]|\n")
    assert len(bare.findall(card)) == len(bare.findall(plain))


def test_the_card_names_the_heads_with_something_to_say_and_their_shares():
    card = model_card(training(), "mean", 10, SIZES)
    assert "3 heads, each with an L2 penalty, added up by shares from cross-validation, on" in card
    assert (
        "on vectors (C = 0.3162, share 0.8100); words and pairs by naive Bayes (C = 1, names of classes as 3 "
        "texts, share 1.2340); words and pairs by TF-IDF (C = 10, share 0.0270)."
    ) in card
    trace = training()
    del trace["selection"]["trials"][1:]
    trace["selection"].update(how="chosen", together=None)
    card = model_card(trace, "mean", 10, SIZES)
    assert "One head with an L2 penalty, chosen by cross-validation, on vectors (C = 0.3162)." in card


def test_the_card_says_that_counted_words_and_samples_can_be_read_in_the_folder():
    trace = training()
    card = model_card(trace, "mean", 10, SIZES)
    assert "and on counts of 31 words and 17 pairs of words" in card
    assert "can read in it 31 words and 17 pairs of words of the training texts, rare ones and names" in card
    assert "and samples of the texts and words (`trace.json`)" in card
    assert "kept in every size" in card
    trace["counted"] = None
    card = model_card(trace, "mean", 10, SIZES)
    assert "can read in it samples of the texts" in card
    assert "on counts of" not in card
    for stage in trace["stages"]:
        stage["sample"] = []
    assert "No text and no word of the data is in this folder." in model_card(trace, "mean", 10, SIZES)
