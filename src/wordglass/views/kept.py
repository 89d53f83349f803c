"""What a model keeps, in words, and what each size has on the held-out rows: for every view alike."""

from wordglass.trace import numbers
from wordglass.trace.document import Kept, TrainingTrace

HEADINGS = ("words kept", "int8", "size", "accuracy", "macro-F1", "")


def kept_sentence(trace: TrainingTrace) -> str:
    """Say which words the model has and how it holds their numbers, and what the scores speak of."""
    kept, before = trace["kept"], trace["cut_from"]
    others = "have only the numbers of their n-grams"
    if not trace["coverage"]["composed"]:
        others = "are unknown to the model"
    all_words = f"the {numbers.count(kept['of'])} words of the table of vectors"
    words = {
        "all": f"All of {all_words} are kept",
        "frequent": f"Of {all_words} the first {numbers.count(kept['words'])} are kept, the most frequent "
        f"where it is sorted so; others {others}",
        "seen": f"Of {all_words} {numbers.count(kept['words'])} are kept, all of them seen in training; "
        f"others {others}",
    }
    counted = trace["counted"]
    beside = ""
    if counted:
        beside = (
            f" {numbers.plural(counted['words'], 'word')} and {numbers.plural(counted['pairs'], 'pair')} of "
            "the training texts are counted, and kept in every size."
        )
    rounded = ". Their numbers are rounded to steps of 8 bits" if kept["int8"] else ""
    sentence = f"{words[kept['which']]}{rounded}.{beside}"
    if before:
        had = f"{numbers.plural(before['words'], 'word')}{', in int8' if before['int8'] else ''}"
        sentence += f" It was cut down after training: the scores are those of the model of {had}."
    return sentence


def size_rows(trace: TrainingTrace, mark: str) -> list[tuple[str, ...]]:
    """A line under ``HEADINGS`` for each size measured, with a mark beside that of the model."""
    return [
        (
            _words(size["kept"]),
            "yes" if size["kept"]["int8"] else "no",
            numbers.size(size["bytes"]),
            numbers.percent(size["accuracy"]),
            numbers.ratio(size["macro_f1"]),
            mark if size["kept"] == trace["kept"] else "",
        )
        for size in trace["sizes"]
    ]


def _words(kept: Kept) -> str:
    number = numbers.count(kept["words"])
    return {"all": f"all {number}", "frequent": f"the first {number}", "seen": f"{number} seen in training"}[
        kept["which"]
    ]
