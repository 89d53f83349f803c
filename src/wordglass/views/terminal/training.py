"""The page of a training run: data, stages, coverage, selection, epochs, scores, what to run next."""

import shlex
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import (
    Coverage,
    DataReport,
    Default,
    Epoch,
    Provenance,
    Scores,
    Selection,
    Stage,
    Training,
    TrainingTrace,
    Trial,
)
from wordglass.views.forms import found_in_forms
from wordglass.views.heads import SHORT, heads_in_words
from wordglass.views.kept import HEADINGS, kept_sentence, size_rows
from wordglass.views.terminal.chart import loss_chart
from wordglass.views.terminal.explanation import telling
from wordglass.views.terminal.mistakes import mistakes, on_one_line
from wordglass.views.terminal.page import (
    INDENT,
    Page,
    bar,
    cropped,
    dim,
    indented,
    marked,
    section,
    table,
    title,
)
from wordglass.views.terminal.scores import ABSTAINING, abstaining, checks, comparison
from wordglass.views.visible import visible

CLASSES_SHOWN = 12
MISSING_SHOWN = 12
NAME_WIDTH = 24
MISTAKES = "and the words that spoke for them"
TELLING = "by what they add where they stand"
_EPOCH_WIDTHS = (5, 8, 6, 9, 6)  # epoch, training loss and accuracy, held-out loss and accuracy


def show_training(trace: TrainingTrace, console: Console, model: str | None = "MODEL") -> None:
    """Print a training run; ``model`` is the folder that the commands to run next name, None for none."""
    in_lines: TrainingTrace = {**trace, "mistakes": on_one_line(trace["mistakes"])}
    trace = visible(in_lines, console.options.ascii_only)
    console.print(Page(*_sections(trace, console.width - INDENT, model)))


def show_coverage(coverage: Coverage, console: Console, subject: str = "") -> None:
    """Print how many words of some texts a table of vectors has."""
    coverage = visible(coverage, console.options.ascii_only)
    console.print(
        Page(title("coverage", subject), *(indented(part) for part in (Text(), *_coverage(coverage))))
    )


def epoch_heading() -> Page:
    """Write the headings above the rows of ``epoch_row``."""
    over = ("", "training", "", "held-out", "", "")
    under = ("epoch", "loss", "acc", "loss", "acc", "what it shows")
    return Page(_epoch_line(*(dim(f"{a}\n{b}") for a, b in zip(over, under, strict=True))))


def epoch_row(epoch: Epoch) -> Page:
    """Write one epoch as a line, for a run that is going on and for one that is over."""
    held_out_loss, held_out_accuracy = epoch["held_out_loss"], epoch["held_out_accuracy"]
    return Page(
        _epoch_line(
            Text(str(epoch["epoch"])),
            Text(numbers.loss(epoch["train_loss"])),
            Text(numbers.percent(epoch["train_accuracy"])),
            Text("-" if held_out_loss is None else numbers.loss(held_out_loss)),
            Text("-" if held_out_accuracy is None else numbers.percent(held_out_accuracy)),
            Text(epoch["observation"]["sentence"]),
        )
    )


def _sections(trace: TrainingTrace, width: int, model: str | None) -> Iterator[RenderableType]:
    data, training = trace["data"], trace["training"]
    yield title("training", data["source"])
    yield section("The data", *_data(data))
    yield section("Five stages, from text to prediction", stages_table(trace["stages"]))
    yield section("Words found in the table of vectors", *_coverage(trace["coverage"], trace["default"]))
    yield section("Model selection", *selection_table(trace["selection"]))
    yield section("Training, epoch by epoch", note="mean log loss in nats; acc: share of right answers")
    yield epoch_heading()
    for epoch in training["epochs"]:
        yield epoch_row(epoch)
    yield indented(Group(Text(), loss_chart(training["epochs"], width), Text(_outcome(training))))
    if trace["scores"] is not None:
        yield how_good(trace)
        if trace["mistakes"]:
            yield section("Most confident mistakes", *mistakes(trace["mistakes"], width), note=MISTAKES)
        if trace["scores"]["abstaining"]:
            yield section("Where it answers only when sure", abstaining(trace["scores"]), note=ABSTAINING)
    if trace["telling"]:
        yield section("The most telling words of each class", *telling(trace["telling"]), note=TELLING)
    yield section("What the model keeps", *_kept(trace))
    yield section("Where the numbers come from", _provenance(trace["provenance"]))
    if model is not None:
        yield next_commands(model)


def how_good(trace: TrainingTrace, name: str = "wordglass") -> Group:
    """Set the scores of a run on held-out rows, under a ``name``, beside those of simpler ways."""
    scores = trace["scores"]
    assert scores is not None
    rows = numbers.plural(scores["rows"], "held-out row")
    compared = comparison(name, scores, trace["provenance"]["seconds"], trace["baselines"])
    remarks = (*_thresholds(scores), *checks(scores))
    return section("How good it is", compared, *remarks, note=f"on {rows}, with 95% intervals")


def _data(data: DataReport) -> Iterator[RenderableType]:
    yield Text(
        f"{numbers.plural(data['train_rows'], 'training row')}, "
        f"{numbers.count(data['held_out_rows'])} held out, "
        f"{numbers.plural(len(data['classes']), 'class')}"
        f"{', any number of them a row' if data['multi_label'] else ''}\n"
    )
    most = max((size["train"] for size in data["classes"]), default=0) or 1
    yield table(
        ("class", "training", "held out", ""),
        (
            (
                cropped(size["name"], NAME_WIDTH),
                numbers.count(size["train"]),
                numbers.count(size["held_out"]),
                bar(size["train"] / most, 16),
            )
            for size in data["classes"][:CLASSES_SHOWN]
        ),
    )
    yield from _more(len(data["classes"]) - CLASSES_SHOWN, "class")
    lengths = data["lengths"]
    yield Text(
        f"\ncharacters a text: {numbers.count(lengths['shortest'])} to {numbers.count(lengths['longest'])}, "
        f"median {numbers.count(round(lengths['median']))}, mean {numbers.count(round(lengths['mean']))}, "
        f"95% have at most {numbers.count(round(lengths['p95']))}\n"
    )
    for check in data["checks"]:
        yield marked(check["mark"], check["sentence"])


def stages_table(stages: list[Stage]) -> Table:
    """Set the stages below each other: what goes in, what is done, what comes out."""
    sheet = Table(box=None, padding=(0, 2, 1, 0), header_style="dim", pad_edge=False, expand=True)
    sheet.add_column(Text("stage"), width=12)
    sheet.add_column(Text("what happens"), ratio=5)
    sheet.add_column(Text("sample"), ratio=6)
    for stage in stages:
        shapes = Text(f"{stage['shape_in']}\n→ {stage['shape_out']}", "cyan")
        sample = Text("\n".join(stage["sample"]), no_wrap=True, overflow="ellipsis")
        sheet.add_row(
            Group(
                Text(f"{stage['number']} {stage['name']}", "bold"),
                dim(f"  {numbers.seconds(stage['seconds'])}"),
            ),
            Group(Text(stage["what"]), shapes),
            Group(sample, dim(stage["sample_note"])) if stage["sample_note"] else sample,
        )
    return sheet


def _coverage(coverage: Coverage, default: Default | None = None) -> Iterator[RenderableType]:
    yield Text(
        f"{_found(coverage['known'], coverage['tokens'])}; "
        f"{numbers.plural(coverage['distinct'], 'distinct word')} among them\n"
        f"{numbers.plural(coverage['rows_without_vector'], 'text')} without any known word"
    )
    if coverage["composed"]:
        yield Text(f"{numbers.plural(coverage['composed'], 'token')} put together from n-grams")
    if forms := found_in_forms(coverage):
        yield Text(f"of a sample: {forms}")
    if default:
        named = ", ".join(default["predicted"]) or "without a label"
        yield Text(
            f"such a text is called {named}, with probability {numbers.percent(default['probability'])}"
        )
    yield Text()
    if coverage["by_class"]:
        yield table(
            ("class", "tokens", "found", "share"),
            (
                (
                    cropped(part["name"], NAME_WIDTH),
                    numbers.count(part["tokens"]),
                    numbers.count(part["known"]),
                    numbers.percent(_part(part["known"], part["tokens"])),
                )
                for part in coverage["by_class"][:CLASSES_SHOWN]
            ),
        )
    yield from _more(len(coverage["by_class"]) - CLASSES_SHOWN, "class")
    missing = coverage["missing"][:MISSING_SHOWN]
    if missing:
        words = "   ".join(
            f"{cropped(word['word'], NAME_WIDTH)} {numbers.count(word['count'])}" for word in missing
        )
        yield Text.assemble("\n", ("the commonest without a vector: ", "dim"), words)


def selection_table(selection: Selection) -> Iterator[RenderableType]:
    """Set the heads that were tried below each other, with what each has to say."""
    trials, together = selection["trials"], selection["together"]
    if selection["how"] == "given":
        yield Text(f"{heads_in_words(selection)}, as given")
        return
    parts = "one part" if selection["folds"] == 1 else f"{selection['folds']} parts"
    yield Text(
        f"{numbers.plural(len(trials), 'head')} tried by cross-validation on the training rows: "
        f"{numbers.plural(selection['rows'], 'row')} in {parts}, scored by heads fitted without them\n"
    )
    named = any(trial["names"] for trial in trials)
    last = "share" if together else ""
    yield table(
        ("a head on", "C", *(["names"] if named else []), "loss", "std error", "accuracy", "time", last),
        (
            (
                SHORT[trial["block"]],
                numbers.strength(trial["C"]),
                *([numbers.strength(trial["names"])] if named else []),
                *_measured(trial),
                _share(trial["share"], selection["how"]),
            )
            for trial in trials
        ),
        gap=2,
    )
    if any(trial["block"] != "vectors" for trial in trials):
        yield dim("counts: of the words and pairs of words of the training texts")
    if named:
        yield dim("names: how many texts the name of a class counts as")
    if together:
        yield dim("share: what a head's scores are multiplied by before all are added up")
        summed = "added up by their shares" if len(trials) > 1 else "times its share"
        yield Text(
            f"\n{summed}: loss {numbers.loss(together['loss'])}, "
            f"accuracy {numbers.percent(together['accuracy']['value'])}"
        )
    yield dim(selection["stopped"])


def _measured(trial: Trial) -> tuple[str, ...]:
    """Loss, standard error, accuracy and seconds of a trial."""
    if trial["loss"] is None or trial["loss_error"] is None or trial["accuracy"] is None:
        return ("-", "-", "-", "-")
    seconds = trial.get("seconds")
    return (
        numbers.loss(trial["loss"]),
        numbers.loss(trial["loss_error"]),
        numbers.percent(trial["accuracy"]["value"]),
        numbers.seconds(seconds) if isinstance(seconds, float) else "-",
    )


def _share(share: float, how: str) -> str:
    if how == "chosen":
        return "← chosen" if share else ""
    return numbers.score(share) if share else "-"


def _epoch_line(*cells: Text) -> RenderableType:
    columns = [Column(width=width, justify="right", no_wrap=True) for width in _EPOCH_WIDTHS]
    grid = Table.grid(*columns, Column(ratio=1), padding=(0, 2, 0, 0), expand=True)
    grid.add_row(*cells)
    return indented(grid)


def _outcome(training: Training) -> str:
    return f"stopped: {training['stopped']}"


def _thresholds(scores: Scores) -> Iterator[Text]:
    """Say from where on labels are predicted, where each has a threshold of its own."""
    found = [part["threshold"] for part in scores["classes"] if part["threshold"] is not None]
    if len(set(found)) > 1:
        low, high = numbers.percent(min(found)), numbers.percent(max(found))
        yield Text(f"\na label is predicted from its own probability on, of {low} to {high}")


def _kept(trace: TrainingTrace) -> Iterator[RenderableType]:
    yield Text(kept_sentence(trace))
    if trace["sizes"]:
        yield Text()
        yield table(HEADINGS, size_rows(trace, mark="← this model"))


def _provenance(provenance: Provenance) -> Table:
    sheet = Table.grid(Column(width=9, style="dim"), Column(ratio=1), padding=(0, 2, 0, 0), expand=True)
    versions = ", ".join(f"{name} {version}" for name, version in provenance["versions"].items())
    facts = {
        "vectors": provenance["vectors"],
        "source": f"{provenance['vectors_source']}, licence {provenance['vectors_licence']}",
        "sha256": f"vectors {provenance['vectors_sha256'][:12]}…, data {provenance['data_sha256'][:12]}…",
        "versions": versions,
        "run": f"{provenance['created']}, seed {provenance['seed']}, "
        f"{numbers.plural(provenance['threads'], 'thread')}, {numbers.seconds(provenance['seconds'])} in all",
        "again": provenance["command"],
    }
    for name, fact in facts.items():
        sheet.add_row(Text(name), Text(fact))
    return sheet


def next_commands(model: str) -> Group:
    """Set what can be run next on a model below each other."""
    model = shlex.quote(model)
    commands = {
        f'wordglass trace {model} "I love sunny days"': "see one text on its way through the model",
        f"wordglass predict {model} FILE": "label new texts",
        f"wordglass evaluate {model} FILE": "score it on other labelled texts",
        f"wordglass inspect {model}": "see all of the run that made it",
    }
    sheet = Table.grid(
        Column(no_wrap=True, overflow="fold"), Column(style="dim", ratio=1), padding=(0, 3, 0, 0)
    )
    for command, purpose in commands.items():
        sheet.add_row(Text(command), Text(purpose))
    return section("What to run next", sheet)


def _found(known: int, tokens: int) -> str:
    share = numbers.percent(_part(known, tokens))
    return f"{share} of tokens found: {numbers.count(known)} of {numbers.count(tokens)}"


def _part(some: int, all_: int) -> float:
    return some / all_ if all_ else 0.0


def _more(hidden: int, noun: str) -> Iterator[Text]:
    if hidden > 0:
        yield dim(f"… {numbers.plural(hidden, f'more {noun}')}")
