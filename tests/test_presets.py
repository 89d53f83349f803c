import pytest

from wordglass import TextClassifier, kinds
from wordglass.errors import ArgumentError
from wordglass.presets import FEW, PLAIN, PRESETS, preset_of, search_of

GOOD, BAD = ("good film", "fine story", "great cast"), ("bad film", "awful story", "dull cast")
TEXTS, LABELS = [*GOOD, *BAD] * 3, (["praise"] * 3 + ["blame"] * 3) * 3


def test_the_names_that_the_command_offers_are_those_of_the_presets():
    assert tuple(PRESETS) == kinds.PRESETS
    with pytest.raises(ArgumentError, match="no preset 'slow': there are fast, balanced, best, lesson"):
        preset_of("slow")


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("rows", [FEW, FEW + 1])
@pytest.mark.parametrize("lexical", [False, True])
def test_a_search_has_no_setting_twice_and_counts_and_names_only_where_they_are(name, rows, lexical):
    for names in (False, True):
        for C in (None, 0.3):
            search = search_of(PRESETS[name], rows, lexical, lexical, names, C)
            assert len(set(search.settings)) == len(search.settings) > 0
            assert search.combined == lexical
            assert lexical == any(setting.block != "vectors" for setting in search.settings)
            assert names or not any(setting.names for setting in search.settings)
            assert C is None or {setting.C for setting in search.settings} == {C}


def test_names_of_classes_are_tried_up_to_a_number_of_rows():
    few, many = (search_of(PRESETS["balanced"], rows, True, False, True, None) for rows in (FEW, FEW + 1))
    assert any(setting.names for setting in few.settings)
    assert not any(setting.names for setting in many.settings)


def test_the_lesson_with_counted_words_is_combined_as_balanced_is():
    assert search_of(PRESETS["lesson"], 100, True, True, True, None) == search_of(
        PRESETS["balanced"], 100, True, True, True, None
    )
    assert search_of(PRESETS["balanced"], 100, False, False, False, None).settings == PLAIN


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_trains_with_its_table_and_what_it_tries_is_in_the_trace(name):
    clf = TextClassifier(preset=name, held_out=0).fit(TEXTS, LABELS)
    preset, trace = PRESETS[name], clf.trace_
    assert trace["provenance"]["vectors"] == preset.vectors
    assert trace["selection"]["how"] == ("combined" if preset.combined else "chosen")
    assert (clf.model_.lexical is not None) <= preset.lexical
    tried = [(trial["block"], trial["C"], trial["names"]) for trial in trace["selection"]["trials"]]
    characters = [("characters", 1.0, 3.0)] if len(TEXTS) <= preset.characters else []
    assert tried == [*preset.few, *characters][: len(tried)]
    assert clf.score(TEXTS, LABELS) == 1.0


def test_what_is_given_stands_before_what_the_preset_has():
    clf = TextClassifier("glove-6b-50d", preset="fast", lexical=False, C=2.0, held_out=0).fit(TEXTS, LABELS)
    assert clf.trace_["provenance"]["vectors"] == "glove-6b-50d"
    assert clf.model_.lexical is None
    assert [trial["C"] for trial in clf.trace_["selection"]["trials"]] == [2.0]
    assert clf.trace_["selection"]["how"] == "given"
    assert TextClassifier(preset="lesson", lexical=True, held_out=0).fit(TEXTS, LABELS).model_.lexical
