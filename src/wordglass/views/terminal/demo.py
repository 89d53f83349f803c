"""The pages of the demo: the lesson's run and its predictions, then what ``balanced`` adds to them."""

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

from wordglass.trace.document import DemoTrace
from wordglass.views.terminal.page import Page, indented, section, title
from wordglass.views.terminal.prediction import show_prediction, why
from wordglass.views.terminal.training import how_good, next_commands, selection_table, show_training
from wordglass.views.visible import visible

ADDS = """
The lesson reads a text as the mean of its words' vectors. What wordglass train does if
told nothing else, the preset balanced, reads it twice: as the mean of vectors of another
table, wordglass-en, which comes along; and as its words and pairs of words, counted.
Several linear heads are trained on the one and on the other, and added up."""


def show_demo(trace: DemoTrace, console: Console, model: str) -> None:
    """Print the demo; ``model`` is the folder named in the commands to run next."""
    show_training(trace["lesson"], console, model=None)
    for prediction in (*trace["lesson"]["predictions"], trace["sentence"][0]):
        show_prediction(prediction, console)
    console.print(Page(*_balanced(visible(trace, console.options.ascii_only), console, model)))


def _balanced(trace: DemoTrace, console: Console, model: str) -> Iterator[RenderableType]:
    balanced = trace["balanced"]
    sentence = trace["sentence"][1]
    yield title("balanced", "the same rows, with all that wordglass does unasked")
    yield indented(Text(" ".join(ADDS.split("\n"))))
    yield section("Model selection", *selection_table(balanced["selection"]))
    yield how_good(balanced, "balanced")
    yield section(
        "The same text once more", Text(sentence["text"]), note="a sum is a linear model, too: exact"
    )
    yield from why(sentence, console)
    yield next_commands(model)
