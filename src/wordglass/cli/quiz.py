"""``wordglass quiz``: three questions about a training."""

from pathlib import Path

import click

from wordglass.cli.options import ascii_option, print_json


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="Other questions for another number."
)
@click.option("--answers", metavar="A,B,C", help="The answers, rather than asking: letters or numbers.")
@click.option("--json", "as_json", is_flag=True, help="Print the questions with their key as JSON.")
@click.option("--no-key", is_flag=True, help="With --json: leave out what gives the answers away.")
@ascii_option
def quiz(model: Path, seed: int, answers: str | None, as_json: bool, no_key: bool, ascii_only: bool) -> None:
    """Put three questions about MODEL's training.

    Why pre-trained vectors, and two that are made of the run; of four answers one is right. An answer is a
    line of standard input: a letter, or a number from 1 to 4. What is answered is not kept.

    \b
    wordglass quiz reviews.model
    wordglass quiz reviews.model --seed 7 --answers a,3,b
    wordglass quiz reviews.model --json --no-key > handout.json
    """
    from wordglass.errors import ArgumentError
    from wordglass.learn import quiz as quizzes
    from wordglass.learn.answering import hits, options_of, without_key
    from wordglass.learn.wording import wording
    from wordglass.store import load

    if no_key and not as_json:
        raise ArgumentError("--no-key goes with --json: without it, the questions are put one by one")
    if as_json and answers is not None:
        raise ArgumentError("--answers and --json do not go together: give one of them")
    given = options_of(answers, quizzes.QUESTIONS) if answers is not None else None
    questions = quizzes.quiz(load(model).trace_, seed)
    if as_json:
        shown = [without_key(question) for question in questions] if no_key else questions
        print_json({"format": "wordglass-quiz", "model": model.name, "seed": seed, "questions": shown})
        return
    from wordglass.cli.learn.putting import put_all
    from wordglass.views.terminal import console
    from wordglass.views.terminal.questions import show_outcome, show_question, show_sentence

    page = console(ascii=ascii_only)
    told: list[int | None] = []
    if given is None:
        told = put_all(questions, page)
    else:
        told = [*given]
        for number, (question, answer) in enumerate(zip(questions, told, strict=True), 1):
            show_question(question, number, len(questions), page)
            show_outcome(question, answer, page)
    said = wording("asking")
    sentence = said["score"].format(right=hits(questions, told), of=len(questions))
    if left := len(questions) - len(told) + told.count(None):
        sentence += " " + said["unanswered"].format(count=left)
    show_sentence(sentence, page)
