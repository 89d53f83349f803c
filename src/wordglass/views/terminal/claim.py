"""The page of the claim: verdicts on top, every arm's accuracy with its band, then the tables."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.claim import Answer, Arm, ClaimPoint, ClaimTrace, Verdict
from wordglass.trace.document import Interval
from wordglass.views.terminal.page import INDENT, Page, dim, section, table, title
from wordglass.views.visible import visible

SHOWN = 4  # sizes of the chart, the smallest and all rows among them
LEFT = 24  # cells left of a band

ANSWERS: dict[Answer, tuple[str, str]] = {
    "holds": ("✓ holds", "green"),
    "fails": ("✗ fails", "red"),
    "cannot tell": ("! cannot tell", "yellow"),
}


def show_claim(trace: ClaimTrace, console: Console) -> None:
    """Print what the experiment found."""
    trace = visible(trace, console.options.ascii_only)
    console.print(Page(*_sections(trace, console.width - INDENT)))


def _sections(trace: ClaimTrace, width: int) -> Iterator[RenderableType]:
    yield title("claim", trace["source"])
    rows = (
        f"{numbers.plural(trace['train_rows'], 'training row')}, {numbers.count(trace['held_out_rows'])} "
        f"held out, {numbers.plural(len(trace['classes']), 'class')}"
    )
    in_all = [verdict for verdict in trace["verdicts"] if verdict["other"] is None]
    yield section(
        "Are pre-trained vectors ...", _verdicts(in_all, [v["question"] for v in in_all]), note=rows
    )
    if trace["missing"]:
        yield section("What is missing", *(Text(f"! {line}", "yellow") for line in trace["missing"]))
    if trace["points"]:
        note = "held-out rows; a band is the 95% interval over draws and held-out rows"
        yield section("Accuracy", *_chart(trace, width), note=note)
        yield section("At every size", _points(trace), note="accuracy, the mean over draws")
    for question in in_all:
        own = [v for v in trace["verdicts"] if v["question"] == question["question"] and v["other"]]
        if own:
            yield section(
                f"{question['question'].capitalize()}?",
                dim(f"{own[0]['rule']}\n"),
                _verdicts(own, [f"than {v['other']}" for v in own]),
            )
    if trace["faster"]:
        yield section(
            "How soon", _faster(trace), note="to the other's best held-out accuracy; medians of draws"
        )
    if trace["less"]:
        yield section("With how many rows", _less(trace), note="pre-trained vectors reach what the other has")
    yield section("The arms", table(("", ""), ((a["arm"], a["what"]) for a in trace["arms"]), left=2))
    made = trace["provenance"]
    facts = (
        ("vectors", f"{made['vectors']}, {numbers.percent(trace['coverage'])} of the training words"),
        ("seed", str(made["seed"])),
        ("took", f"{numbers.seconds(made['seconds'])} with {numbers.plural(made['threads'], 'thread')}"),
        ("command", made["command"]),
    )
    yield section("Where the numbers come from", table(("", ""), facts, left=2))


def _verdicts(verdicts: Sequence[Verdict], names: Sequence[str]) -> Table:
    sheet = Table.grid(Column(width=15), Column(width=15), Column(ratio=1), padding=(0, 1, 0, 0), expand=True)
    for verdict, name in zip(verdicts, names, strict=True):
        words, colour = ANSWERS[verdict["verdict"]]
        sheet.add_row(Text(name), Text(words, colour), Text(verdict["sentence"]))
    return sheet


def _chart(trace: ClaimTrace, width: int) -> Iterator[RenderableType]:
    """A band for each arm at a few sizes, all on one scale."""
    sizes = [size["size"] for size in trace["sizes"]]
    kept = sorted({round(i * (len(sizes) - 1) / (SHOWN - 1)) for i in range(SHOWN)})
    bands = [point["accuracy"] for point in trace["points"] if sizes.index(point["size"]) in kept]
    if not bands:
        return
    low, high = min(band["low"] for band in bands), max(band["high"] for band in bands)
    room = max(width - LEFT, 10)
    for at in kept:
        own = [point for point in trace["points"] if point["size"] == sizes[at]]
        if own:
            drawn = numbers.plural(own[0]["draws"], "draw")
            yield Text(f"{_size(sizes[at])}, {numbers.plural(own[0]['rows'], 'row')}, {drawn}", "bold")
        for point in own:
            value = numbers.percent(point["accuracy"]["value"])
            yield Text.assemble(f"{point['arm']:<12}{value:>7}  ", _band(point["accuracy"], low, high, room))
        yield Text()
    ends = numbers.percent(low), numbers.percent(high)
    yield dim(" " * (LEFT - 3) + ends[0] + ends[1].rjust(room - len(ends[0])))


def _band(interval: Interval, low: float, high: float, room: int) -> Text:
    def cell(value: float) -> int:
        return round((value - low) / (high - low) * (room - 4)) if high > low else 0

    first, middle, last = (cell(interval[end]) for end in ("low", "value", "high"))
    band = Text(" " * first + "─" * (last - first + 1), "cyan")
    return Text.assemble(band[:middle], ("●", "bold"), band[middle + 1 :])


def _points(trace: ClaimTrace) -> Table:
    found: dict[tuple[Arm, int | None], ClaimPoint] = {(p["arm"], p["size"]): p for p in trace["points"]}
    arms = [told["arm"] for told in trace["arms"]]

    def row(size: int | None, rows: int) -> list[str | Text]:
        values = {arm: found[arm, size]["accuracy"]["value"] for arm in arms if (arm, size) in found}
        best = max(values.values(), default=0.0)
        cells: list[str | Text] = [_size(size), numbers.count(rows)]
        for arm in arms:
            text = numbers.percent(values[arm]) if arm in values else "-"
            cells.append(Text(text, "bold" if values.get(arm) == best else ""))
        return cells

    heads = ("a class", "rows", *arms)
    return table(heads, (row(size["size"], size["rows"]) for size in trace["sizes"]), gap=2)


def _faster(trace: ClaimTrace) -> Table:
    heads = ("other", "a class", "accuracy", "reached", "epochs", "other's", "time", "other's")
    return table(
        heads,
        (
            (
                one["other"],
                _size(one["size"]),
                numbers.percent(one["target"]),
                f"{one['reached']}/{one['draws']}",
                *(("-" if n is None else f"{n:g}") for n in (one["epochs"], one["epochs_other"])),
                *(("-" if s is None else numbers.seconds(s)) for s in (one["seconds"], one["seconds_other"])),
            )
            for one in trace["faster"]
        ),
        gap=2,
    )


def _less(trace: ClaimTrace) -> Table:
    def needed(rows: float | None, beyond: str) -> str:
        if rows is None:
            return "never"
        return f"below {numbers.count(round(rows))}" if beyond == "fewer" else numbers.count(round(rows))

    return table(
        ("other", "its rows", "its accuracy", "rows for as much"),
        (
            (
                one["other"],
                numbers.count(one["rows_other"]),
                numbers.percent(one["accuracy"]),
                needed(one["rows"], one["beyond"]),
            )
            for one in trace["less"]
        ),
    )


def _size(size: int | None) -> str:
    return "all" if size is None else str(size)
