"""A task is done by its solution and by nothing less, and what is missing is said."""

import pytest
import runs
from trying import tried

from wordglass.classifier import TextClassifier
from wordglass.errors import ArgumentError
from wordglass.learn.tasks import tasks
from wordglass.learn.tasks.attempt import Asked, Attempt, Command, asked_for
from wordglass.learn.tasks.place import furnish
from wordglass.learn.tasks.running import Ran
from wordglass.learn.wording import wording
from wordglass.opened import Opened
from wordglass.parts import divide
from wordglass.rows import Rows, Told

TEXTS = {
    "weather": [
        "sunny days",
        "cold rain",
        "wind and snow",
        "a storm",
        "warm sun",
        "rain all day",
        "grey clouds",
    ],
    "food": [
        "fresh bread",
        "a warm soup",
        "cheese and wine",
        "sweet cake",
        "salt and pepper",
        "an apple",
        "rice",
    ],
}


@pytest.fixture(scope="module")
def english():
    """A model on a table that every process finds."""
    rows = [(f"{text} {other}", name) for name, texts in TEXTS.items() for text in texts for other in texts]
    texts, labels = zip(*rows, strict=True)
    clf = TextClassifier("wordglass-en", C=1.0).fit(texts, labels)
    return Opened(
        "a.model", clf, Rows(lambda: divide(texts, labels, clf.held_out, 0, "rows.csv")), Told(None)
    )


@pytest.fixture(scope="module")
def folder(english, tmp_path_factory):
    made = tmp_path_factory.mktemp("tasks")
    furnish(english, made)
    return made


def task_of(opened, name):
    return next(task for task in tasks(opened) if task.id == name)


def simulated(task, *lines, out=""):
    """What is said of commands that ran and printed so much, without running them."""
    commands = [Command(asked, Ran(0, out, "", 0.1, False, False)) for asked in asked_for("\n".join(lines))]
    return task.judge(Attempt(None, commands))


def test_every_solution_is_run_and_passes_its_own_check(english, folder):
    found = tasks(english)
    assert len(found) == 12
    for task in found:
        verdict = tried(task, folder)
        assert verdict.done, (task.id, task.solution, verdict.said)


@pytest.mark.parametrize("kind", ["several", "hostile"])
def test_solutions_on_runs_of_every_kind_pass(kind, tmp_path):
    of = runs.opened(kind)
    furnish(of, tmp_path)
    for task in tasks(of):
        if task.id in ("sure-text", "one-word", "order-counts", "score-by-hand"):
            verdict = tried(task, tmp_path)
            assert verdict.done, (task.id, task.solution, verdict.said)


@pytest.mark.parametrize("kind", runs.KINDS)
def test_every_run_has_tasks_that_can_be_read(kind):
    found = tasks(runs.opened(kind))
    assert len(found) >= 2
    assert len({task.id for task in found}) == len(found)
    levels = ["easy", "medium", "hard"]
    order = [levels.index(task.level) for task in found]
    assert order == sorted(order)
    for task in found:
        assert task.title
        assert task.ask
        assert task.hint
        assert task.solution.strip()
        if task.kind == "commands":
            assert asked_for(task.solution)


WRONG = [
    ("words-used", "wordglass trace my.model sun", "look at what it holds"),
    ("words-used", "wordglass inspect --help", "help, and a good start"),
    ("unknown-words", "wordglass trace my.model 'sunny qzxvk'", "has a vector for: sunny"),
    ("unknown-words", "wordglass trace my.model qzxvk", "at least two words"),
    ("unknown-words", "wordglass inspect my.model", "No text went through"),
    ("unknown-words", "wordglass trace other.model 'qzxvk wqxzj'", "No text went through"),
    ("evaluated", "wordglass evaluate my.model rows.jsonl", "on rows that trained the model"),
    ("evaluated", "wordglass inspect my.model", "Nothing was measured"),
    ("same-in-any-order", "wordglass trace my.model 'a b c d'", "1 went through"),
    (
        "same-in-any-order",
        "wordglass trace my.model 'rain soup wind wine'\nwordglass trace my.model 'rain soup wind cake'",
        "not in both texts",
    ),
    (
        "same-in-any-order",
        "wordglass trace my.model 'rain soup wind wine'\nwordglass trace my.model 'Rain soup  wind wine'",
        "in the same order",
    ),
    (
        "same-in-any-order",
        "wordglass trace my.model 'rain wine'\nwordglass trace my.model 'wine rain'",
        "too few",
    ),
    (
        "same-in-any-order",
        "wordglass trace my.model 'cheese and wine soup'\nwordglass trace my.model 'and cheese wine soup'",
        "makes a difference",
    ),
    (
        "order-counts",
        "wordglass trace my.model 'wine storm apple snow'\nwordglass trace my.model 'apple storm wine snow'",
        "The scores are equal",
    ),
    ("neighbours", "wordglass vectors neighbors zebra", "neighbours of “zebra”"),
    ("neighbours", "wordglass inspect my.model", "No neighbours were looked up"),
    ("another-pooling", "wordglass evaluate my.model rows.jsonl", "No model was trained"),
    ("smaller", "wordglass inspect my.model", "No smaller model"),
]


@pytest.mark.parametrize(("name", "typed", "said"), WRONG)
def test_what_does_not_do_a_task_is_told_what_is_missing(english, name, typed, said):
    verdict = simulated(task_of(english, name), *typed.splitlines(), out="0 and 1")
    assert not verdict.done
    assert said in verdict.said


def test_one_word_is_one_word_and_the_label_must_flip(english):
    task = task_of(english, "one-word")
    text = task.words["text"]
    same = simulated(task, f'wordglass trace my.model "{text}"')
    assert not same.done
    assert "Exactly one word" in same.said
    two = simulated(task, f'wordglass trace my.model "qzxvk wqxzj {" ".join(text.split()[2:])}"')
    assert "Exactly one word" in two.said
    kept = " ".join(["qzxvk", *text.split()[1:]])
    if english.classifier.trace(kept)["predicted"] == english.classifier.trace(text)["predicted"]:
        assert "still says" in simulated(task, f'wordglass trace my.model "{kept}"').said


def test_a_text_that_is_less_sure_is_told_how_sure_it_is(english):
    task = task_of(english, "sure-text")
    verdict = simulated(task, "wordglass trace my.model 'the of and'")
    assert not verdict.done
    assert task.words["least"] in verdict.said


def test_a_number_counts_only_where_it_stands_alone(english):
    task = task_of(english, "words-used")
    n = task.words["distinct"]
    for out, done in ((f"{n} distinct", True), (f"1{n}", False), (f"{n}7", False), (f"0.{n}", False)):
        assert simulated(task, "wordglass inspect my.model", out=out).done == done, out


def test_training_otherwise_than_asked_is_told(english, folder):
    task = task_of(english, "another-pooling")
    for options, said in (
        ("--pooling mean --epochs 3", "mean pooling, and max"),
        ("--pooling max --epochs 2", "trained in 2 epochs"),
    ):
        verdict = tried(task, folder, f"wordglass train rows.jsonl {options} --no-baselines -o w.model")
        assert not verdict.done
        assert said in verdict.said
    verdict = tried(
        task, folder, "wordglass train held-out.jsonl --pooling max --epochs 3 --no-baselines -o h.model"
    )
    assert "other rows" in verdict.said


def test_a_program_that_prints_something_else_is_told(english, folder):
    pooled, score = task_of(english, "pooled-vector"), task_of(english, "score-by-hand")
    for task, program, said in (
        (pooled, "print(1, 2)", "printed 2 numbers"),
        (pooled, f"print([0.5] * {pooled.words['size']})", "and should be"),
        (pooled, "raise ValueError('no')", "ValueError: no"),
        (score, "print('none')", "printed no number"),
        (score, "print(12345)", "is not the score"),
        (score, score.solution.replace('trace["outputs"][k]["bias"] + ', ""), "the bias"),
    ):
        verdict = tried(task, folder, program)
        assert not verdict.done
        assert said in verdict.said, (program, verdict.said)


def test_a_command_that_fails_says_why(english, folder):
    verdict = tried(task_of(english, "words-used"), folder, "wordglass inspect nothing")
    assert not verdict.done
    assert "no model folder nothing" in verdict.said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "there is no command"),
        ("ls -l", "begins with wordglass"),
        ("wordglass trace my.model 'open", "quotation"),
        ("wordglass inspect my.model | head", "means something to a shell"),
        ("wordglass inspect my.model > /etc/x", "means something to a shell"),
        ("wordglass fly", "no command fly"),
        ("wordglass vectors fly", "no command vectors fly"),
        ("wordglass inspect", "Missing argument"),
        ("wordglass inspect --nothing my.model", "No such option"),
        ("wordglass inspect a\n" * 5, "at most 4"),
    ],
)
def test_what_is_no_command_is_said(typed, said):
    with pytest.raises(ArgumentError, match=said):
        asked_for(typed)


def test_help_is_asked_for_and_prints_nothing_here(capsys):
    asked = asked_for("wordglass train --help\nwordglass\nwordglass vectors")
    assert [one.help for one in asked] == [True] * 3
    assert all(isinstance(one, Asked) for one in asked)
    assert capsys.readouterr().out == ""


def test_every_sentence_is_that_of_a_task():
    said = wording("tasks")
    for name, sentences in said.items():
        assert name == "common" or {"title", "ask", "hint", "done"} <= sentences.keys()
