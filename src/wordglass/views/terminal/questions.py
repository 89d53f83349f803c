"""Questions and what became of the answers, on a terminal."""

from rich.console import Console
from rich.text import Text

from wordglass.learn.answering import LETTERS
from wordglass.learn.questions.question import Question
from wordglass.learn.wording import wording
from wordglass.views.terminal.page import Page, dim
from wordglass.views.visible import visible

MOST = 90  # cells of a line of text


def show_question(question: Question, number: int, of: int, console: Console) -> None:
    """Print a question and its options."""
    title = wording("asking")["title"].format(number=number, of=of)
    lines = [Text(f"\n{title}", "bold"), _text(question["ask"], console), Text()]
    lines += [
        Text.assemble((f"{letter}  ", "cyan"), _text(option, console))
        for letter, option in zip(LETTERS, question["options"], strict=True)
    ]
    _print(console, *lines, Text())


def show_outcome(question: Question, answer: int | None, console: Console) -> None:
    """Print whether an answer is right, why, and where the trace shows it."""
    said = wording("asking")
    letter = LETTERS[question["right"]]
    if answer == question["right"]:
        verdict = Text(said["right"], "green")
    elif answer is None:
        verdict = Text(said["skipped"].format(letter=letter), "yellow")
    else:
        verdict = Text(said["wrong"].format(letter=letter), "red")
    lines = [Text(), verdict]
    if answer is not None and answer != question["right"]:
        lines.append(_text(question["wrong"][answer], console))
    where = said["evidence"].format(pointer=question["evidence"], section=question["section"])
    _print(console, *lines, _text(question["explanation"], console), dim(_plain(where, console)))


def show_sentence(sentence: str, console: Console) -> None:
    """Print a sentence, such as the score."""
    _print(console, Text(), _text(sentence, console))


def _print(console: Console, *lines: Text) -> None:
    console.print(Page(*lines), width=min(console.width, MOST))


def _text(text: str, console: Console) -> Text:
    return Text(_plain(text, console))


def _plain(text: str, console: Console) -> str:
    ascii_only = console.options.ascii_only
    plain = text.replace("“", '"').replace("”", '"') if ascii_only else text
    return visible(plain, ascii_only)
