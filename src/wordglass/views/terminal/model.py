"""The page of a model folder: its files, whether they are whole, and the run that made it."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from wordglass.trace import numbers
from wordglass.trace.document import TrainingTrace
from wordglass.views.heads import heads_in_words
from wordglass.views.terminal.page import Page, cropped, section, table, title
from wordglass.views.terminal.training import show_training
from wordglass.views.visible import visible


def show_model(
    config: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    trace: TrainingTrace | None,
    console: Console,
    model: str,
) -> None:
    """Print what a model folder holds; ``config`` and ``files`` are those of ``store.describe``."""
    config = visible(dict(config), console.options.ascii_only)
    facts = {
        "format": f"{config['format']}, version {config['version']}",
        "classes": ", ".join(str(name) for name in config["classes"]),
        "words": f"{numbers.count(config['words'])}{', in int8' if config['int8'] else ''}",
        "pooling": f"{config['pooling']}, {config['dim']} dimensions",
        "vectors": f"{config['vectors']}, needed for showing them only",
    }
    facts = {name: cropped(fact, console.width - 20) for name, fact in facts.items()}
    if lexical := config["lexical"]:
        words, pairs = numbers.plural(lexical["words"], "word"), numbers.plural(lexical["pairs"], "pair")
        facts["counted"] = f"{words} and {pairs} of the training texts, which can be read in the folder"
    if trace:
        facts["heads"] = heads_in_words(trace["selection"])
    console.print(
        Page(
            title("model", model),
            Text(),
            table(("", ""), facts.items(), left=2),
            section(
                "Files",
                table(
                    ("file", "size", "sha256", "as saved"),
                    (
                        (
                            file["name"],
                            "-" if file["bytes"] is None else numbers.size(file["bytes"]),
                            (file["sha256"] or "-")[:12],
                            {True: "yes", False: "NO: damaged or missing", None: "not kept"}[file["intact"]],
                        )
                        for file in files
                    ),
                ),
            ),
        )
    )
    if trace:
        show_training(trace, console, model)
