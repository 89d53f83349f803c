"""Every question has exactly one right answer, whatever the run: another implementation answers them all."""

import json
import string
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import ORACLES, TRUE, is_right, look, resolve
from runs import drawn, opened, table

from wordglass.classifier import TextClassifier
from wordglass.learn.answering import option_of, options_of, without_key
from wordglass.learn.challenge import KINDS, challenge, points
from wordglass.learn.questions import GENERATORS
from wordglass.learn.quiz import quiz
from wordglass.learn.wording import wording
from wordglass.views.html.report import report_parts

RUNS = (
    "many",
    "two",
    "several",
    "77",
    "hostile",
    "alike",
    "nothing held out",
    "no samples",
    "neither",
    "plain",
)


@cache
def trace_of(kind):
    made = {
        "nothing held out": {"held_out": 0.0},
        "no samples": {"samples": False},
        "neither": {"samples": False, "held_out": 0.0},
        "plain": {"lexical": False},
        "alike": {},
    }
    if kind not in made:
        return opened(kind).trace
    names = (
        ["e\u0301", "é", "x" * 90 + "a" + "x" * 30, "x" * 90 + "b" + "x" * 30] if kind == "alike" else None
    )
    texts, labels = drawn(4, rows=120, names=names)
    return TextClassifier(table(), random_state=1, **made[kind]).fit(texts, labels).trace_


def judged(trace, question):
    right = [is_right(trace, question, option) for option in question["options"]]
    assert right == [k == question["right"] for k in range(4)], question
    assert len(set(map(look, question["options"]))) == 4, question
    assert [not why for why in question["wrong"]] == right
    resolve(trace, question["evidence"])


@pytest.mark.parametrize("kind", RUNS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_quiz_has_three_questions_of_other_topics_with_one_right_answer_each(kind, seed):
    trace = trace_of(kind)
    questions = quiz(trace, seed)
    assert len({question["id"] for question in questions}) == 3
    assert questions[0]["id"] == "why-pre-trained"
    topics = {generator.id: generator.topic for generator in GENERATORS}
    assert len({topics[question["id"]] for question in questions}) == 3
    for question in questions:
        judged(trace, question)


@pytest.mark.parametrize("kind", RUNS)
def test_every_generator_asks_what_has_one_right_answer_or_nothing(kind):
    trace = trace_of(kind)
    before = json.dumps(trace, sort_keys=True)
    for generator in GENERATORS:
        for seed in range(6):
            if question := generator(trace, Random(seed)):
                judged(trace, question)
    assert json.dumps(trace, sort_keys=True) == before


MUTATED = {
    "accuracy-of-counts",
    "recall-of-class",
    "precision-of-class",
    "f1-of-class",
    "macro-f1",
    "most-confused",
    "hardest-class",
    "smallest-good-enough",
    "epoch-to-keep",
    "class-least-known",
    "answer-to-nothing",
}
SHARES = st.one_of(st.sampled_from([0.0, 0.25, 0.3333, 0.5, 0.9999, 1.0]), st.floats(0.001, 0.999))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_trace_of_other_numbers_gets_no_question_of_two_right_answers(data):
    trace = json.loads(json.dumps(trace_of(data.draw(st.sampled_from(["many", "two", "77"])))))
    scores = trace["scores"]
    scores["confusion"] = [[data.draw(st.integers(0, 3)) for _ in row] for row in scores["confusion"][:4]]
    k = len(scores["confusion"])
    scores["confusion"] = [row[:k] for row in scores["confusion"]]
    scores["classes"], trace["data"]["classes"] = scores["classes"][:k], trace["data"]["classes"][:k]
    scores["rows"] = sum(map(sum, scores["confusion"])) or 1
    right = sum(row[i] for i, row in enumerate(scores["confusion"]))
    scores["accuracy"]["value"] = right / scores["rows"]
    for i, of in enumerate(scores["classes"]):
        hits, support = scores["confusion"][i][i], sum(scores["confusion"][i])
        called = sum(row[i] for row in scores["confusion"])
        of["precision"], of["recall"] = hits / called if called else 0.0, hits / support if support else 0.0
        of["f1"], of["support"] = 2 * hits / (called + support) if called + support else 0.0, support
    scores["macro_f1"]["value"] = sum(of["f1"] for of in scores["classes"]) / k
    for size in trace["sizes"]:
        size["accuracy"] = data.draw(SHARES)
    for epoch in trace["training"]["epochs"]:
        epoch["held_out_loss"] = data.draw(SHARES)
    for of in trace["coverage"]["by_class"]:
        of["known"] = data.draw(st.integers(0, of["tokens"]))
    trace["default"]["probability"] = data.draw(SHARES)
    trace["coverage"]["by_class"] = trace["coverage"]["by_class"][:k]
    trace["telling"] = trace["telling"][:k]
    for generator in GENERATORS:
        question = generator(trace, Random(0)) if generator.id in MUTATED else None
        if question:
            judged(trace, question)


@pytest.mark.parametrize("kind", ["many", "nothing held out", "no samples", "neither", "several"])
def test_the_report_has_the_section_that_a_question_points_at(kind):
    trace = trace_of(kind)
    there = {id for id, _ in report_parts(trace, trace["predictions"])["contents"]}
    for generator in GENERATORS:
        if question := generator(trace, Random(0)):
            assert question["section"] in there, question["id"]


def test_the_same_seed_gives_the_same_quiz_and_others_give_others():
    trace = trace_of("many")
    assert quiz(trace, 5) == quiz(json.loads(json.dumps(trace)), 5)
    assert len({json.dumps(quiz(trace, seed)) for seed in range(20)}) > 10


def test_every_sentence_of_the_language_is_used_and_filled():
    said = wording("questions")
    assert set(said) - {"numbered"} == {generator.id for generator in GENERATORS} == set(ORACLES) | set(TRUE)
    used = {id: set() for id in said}
    seen = {id: set() for id in said}
    for kind in RUNS:
        trace = trace_of(kind)
        for generator in GENERATORS:
            for seed in range(60 if kind in ("many", "two") else 15):
                if not (draft := generator.draft(trace, Random(seed))):
                    continue
                used[generator.id] |= {option.reason for option in draft.wrong}
                seen[generator.id] |= {draft.ask, draft.because}
                sentences = said[generator.id]
                for option in draft.wrong:  # every one that may be offered has its words
                    assert sentences["wrong"][option.reason].format_map({**draft.words, **option.words})
                if question := generator(trace, Random(seed)):
                    assert not any(f"{{{name}}}" in question["ask"] for name in draft.words)
    for id, sentences in said.items():
        if id != "numbered":
            assert seen[id] <= set(sentences)
            assert used[id] <= set(sentences["wrong"])


def test_placeholders_are_plain_names():
    for id, of in wording("questions").items():
        for text in [of] if id == "numbered" else [*flat(of)]:
            assert all(
                name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(text)
            )


def flat(of):
    for value in of.values():
        if isinstance(value, str):
            yield value
        else:
            yield from flat(value)


@pytest.mark.parametrize("kind", RUNS)
def test_a_challenge_has_five_problems_of_the_kinds_that_there_are(kind):
    trace = trace_of(kind)
    problems = challenge(trace, 3)
    assert len({problem["id"] for problem in problems}) == 5
    for problem in problems:
        judged(trace, problem)
    if kind == "many":
        assert [problem["kind"] for problem in problems] == list(KINDS)


def test_points_are_more_the_sooner_a_right_answer_comes():
    assert [points(True, seconds) for seconds in (0, 20, 40, 1e9)] == [100, 75, 50, 50]
    assert points(False, 0.0) == 0


def test_answers_are_letters_or_numbers():
    assert [option_of(told) for told in ("a", "D)", "4", "0", "", "ab", "²", "é")] == [0, 3, 3, *[None] * 5]
    assert options_of("a,2,c", 3) == [0, 1, 2]


def test_a_handout_does_not_tell_the_answers():
    question = quiz(trace_of("many"))[0]
    assert set(without_key(question)) == {"id", "kind", "level", "ask", "options"}
