"""The page of an evaluation: accuracy and macro-F1, each class, confusions, calibration."""

from collections.abc import Iterator
from operator import itemgetter

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import Baseline, ClassScores, Interval, ReliabilityBin, Scores
from wordglass.views.terminal.page import GAP, INDENT, Page, bar, cropped, dim, marked, section, table, title
from wordglass.views.visible import visible

NAME_WIDTH = 20
MISTAKES_SHOWN = 10
BAR_WIDTH = 20
ABSTAINING = "predict --abstain-below P"


def show_scores(scores: Scores, console: Console, subject: str = "") -> None:
    """Print how well a model does; ``subject`` names what it was evaluated on."""
    ascii_only = console.options.ascii_only
    sections = _sections(visible(scores, ascii_only), visible(subject, ascii_only), console.width - INDENT)
    console.print(Page(*sections))


def comparison(name: str, scores: Scores, seconds: float, baselines: list[Baseline]) -> Table:
    """Set the accuracy, macro-F1 and time of a model of a name beside those of simpler ways."""
    heads = ("", "accuracy", "95% interval", "macro-F1", "95% interval", "time")
    model = (name, scores["accuracy"], scores["macro_f1"], numbers.seconds(seconds))
    others = (
        (
            way["name"],
            way["accuracy"],
            way["macro_f1"],
            numbers.seconds(way["seconds"]),
        )
        for way in baselines
    )
    return table(
        heads,
        (
            (
                name,
                numbers.percent(accuracy["value"]),
                _percents(accuracy),
                numbers.ratio(macro_f1["value"]),
                _ratios(macro_f1),
                time,
            )
            for name, accuracy, macro_f1, time in (model, *others)
        ),
        gap=2,
    )


def checks(scores: Scores) -> Iterator[RenderableType]:
    """Set what is wrong with the answers as a whole below their scores; nothing where nothing is."""
    if scores["checks"]:
        yield Text()
    for check in scores["checks"]:
        yield marked(check["mark"], check["sentence"])


def abstaining(scores: Scores) -> Table:
    """Set how many rows a model answers from a probability on, and how often it is then right."""
    return table(
        ("answered", "rows", "from a probability of", "accuracy"),
        (
            (
                numbers.percent(point["coverage"]),
                numbers.count(point["rows"]),
                numbers.percent(point["least"]),
                numbers.percent(point["accuracy"]),
            )
            for point in scores["abstaining"]
        ),
        left=0,
    )


def _sections(scores: Scores, subject: str, width: int) -> Iterator[RenderableType]:
    yield title("evaluation", subject)
    note = f"on {numbers.plural(scores['rows'], 'row')}"
    yield section("Scores", _headline(scores), *checks(scores), note=note)
    yield section("Each class", _classes(scores["classes"]))
    if scores["confusion"] is not None:
        names = [part["name"] for part in scores["classes"]]
        yield section("Confusion", *confusion_matrix(names, scores["confusion"], width))
    note = f"expected calibration error {numbers.ratio(scores['calibration_error'])}"
    key = dim("a bar is the accuracy, ● the mean confidence: where calibrated, both end alike\n")
    yield section("Calibration", key, _reliability(scores["reliability"]), note=note)
    if scores["abstaining"]:
        yield section("Where it answers only when sure", abstaining(scores), note=ABSTAINING)


def _headline(scores: Scores) -> Table:
    return table(
        ("", "value", "95% interval"),
        (
            ("accuracy", numbers.percent(scores["accuracy"]["value"]), _percents(scores["accuracy"])),
            ("macro-F1", numbers.ratio(scores["macro_f1"]["value"]), _ratios(scores["macro_f1"])),
            ("log loss", numbers.loss(scores["log_loss"]), ""),
            ("Brier score", numbers.loss(scores["brier"]), ""),
        ),
    )


def _classes(classes: list[ClassScores]) -> Table:
    several = any(part["threshold"] is not None for part in classes)
    return table(
        ("class", "precision", "recall", "F1", "rows", *["predicted from"] * several),
        (
            (
                cropped(part["name"], NAME_WIDTH),
                numbers.ratio(part["precision"]),
                numbers.ratio(part["recall"]),
                numbers.ratio(part["f1"]),
                numbers.count(part["support"]),
                *[numbers.percent(part["threshold"] or 0.0)] * several,
            )
            for part in classes
        ),
    )


def confusion_matrix(names: list[str], confusion: list[list[int]], width: int) -> Iterator[RenderableType]:
    """Write the whole matrix where it fits, else its largest wrong cells."""
    largest = max((cell for row in confusion for cell in row), default=0)
    column = max(len(numbers.count(largest)), len(str(len(names)))) + GAP
    if NAME_WIDTH + 8 + column * len(names) <= width:
        yield dim("a row is a true class, a column a predicted one\n")
        heads = ("", "class", *(str(number) for number in range(1, len(names) + 1)))
        yield table(heads, _matrix_rows(names, confusion), left=2)
        return
    wrong = [
        (cell, names[true], names[predicted])
        for true, row in enumerate(confusion)
        for predicted, cell in enumerate(row)
        if cell and true != predicted
    ]
    yield dim("the commonest mistakes\n")
    yield table(
        ("true", "predicted", "rows"),
        (
            (cropped(true, NAME_WIDTH), cropped(predicted, NAME_WIDTH), numbers.count(cell))
            for cell, true, predicted in sorted(wrong, key=itemgetter(0), reverse=True)[:MISTAKES_SHOWN]
        ),
        left=2,
    )


def _matrix_rows(names: list[str], confusion: list[list[int]]) -> Iterator[list[Text]]:
    for true, (name, row) in enumerate(zip(names, confusion, strict=True)):
        cells = [
            Text(numbers.count(cell), "bold" if predicted == true else "") if cell else dim("·")
            for predicted, cell in enumerate(row)
        ]
        yield [dim(str(true + 1)), Text(cropped(name, NAME_WIDTH)), *cells]


def _reliability(bins: list[ReliabilityBin]) -> Table:
    return table(
        ("confidence", "rows", "mean", "accuracy", ""),
        (
            (
                f"{numbers.percent(step['low'])} to {numbers.percent(step['high'])}",
                numbers.count(step["rows"]),
                numbers.percent(step["confidence"]),
                numbers.percent(step["accuracy"]),
                _with_mark(bar(step["accuracy"], BAR_WIDTH), step["confidence"]),
            )
            for step in bins
            if step["rows"]
        ),
    )


def _with_mark(drawn: Text, part: float) -> Text:
    """Set a mark at a part (0 to 1) of the width of a bar, over the bar or behind it."""
    cell = min(int(part * BAR_WIDTH), BAR_WIDTH - 1)
    drawn.pad_right(max(cell - len(drawn), 0))
    return Text.assemble(drawn[:cell], ("●", "bold"), drawn[cell + 1 :])


def _percents(interval: Interval) -> str:
    return f"{numbers.percent(interval['low'])}–{numbers.percent(interval['high'])}"


def _ratios(interval: Interval) -> str:
    return f"{numbers.ratio(interval['low'])}–{numbers.ratio(interval['high'])}"
