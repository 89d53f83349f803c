"""The pages of the demo: the lesson's run and its predictions, then what ``balanced`` adds to them."""

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

from wordglass.trace.document import DemoTrace
from wordglass.views.terminal.page import Page, indented, section, title
from wordglass.views.terminal.prediction import show_prediction, why
from wordglass.views.terminal.training import how_good, next_commands, selection_table, show_training
from wordglass.views.visible import visible

ADDS = (
    "The lesson reads a text as the mean of its words' vectors in GloVe. The preset balanced, which "
    "wordglass train uses if told nothing else, reads it twice: as the mean of its words' vectors in "
    "wordglass-en, a table that comes along, and as counts of its words and pairs of words. Several linear "
    "heads are trained on the one and on the other and added up. The sum is one linear head, so that every "
    "share stays exact."
)


def show_demo(trace: DemoTrace, console: Console, model: str) -> None:
    """Print the demo; ``model`` is the folder named in the commands to run next."""
    show_training(trace["lesson"], console, model=None)
    for prediction in (*trace["lesson"]["predictions"], trace["sentence"][0]):
        show_prediction(prediction, console)
    console.print(Page(*_balanced(visible(trace, console.options.ascii_only), console, model)))


def _balanced(trace: DemoTrace, console: Console, model: str) -> Iterator[RenderableType]:
    balanced = trace["balanced"]
    sentence = trace["sentence"][1]
    yield title("balanced", "on the same rows, what wordglass does if told nothing else")
    yield indented(Text(f"\n{ADDS}"))
    yield section("Model selection", *selection_table(balanced["selection"]))
    yield how_good(balanced, "balanced")
    yield section("The same text, scored by balanced", Text(sentence["text"]))
    yield from why(sentence, console)
    yield next_commands(model)
