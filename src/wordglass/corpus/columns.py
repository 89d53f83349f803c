"""Which column of a file holds the texts and which the labels: as told, or guessed where that is safe."""

from difflib import get_close_matches

import pyarrow as pa

from wordglass.corpus.texts import is_text
from wordglass.errors import ArgumentError, DataError

# As public data sets call them; the first name that a file has wins.
TEXT_NAMES = (
    "text", "texts", "sentence", "review", "content", "body", "message", "comment", "tweet", "document",
    "article", "utterance", "question", "query", "description", "headline", "title",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "class", "category", "target", "sentiment", "topic", "intent", "emotion", "genre",
    "tag", "tags", "y",
)  # fmt: skip


def choose_text(source: str, first: pa.RecordBatch, name: str | None, label: str | None) -> tuple[str, str]:
    """The name of the text column and how it was guessed ("" where it was given), from a file's first rows.

    Errors: ArgumentError where the column does not exist or no guess is safe.
    """
    if name is not None:
        return _existing(source, first, name), ""
    label = label or _by_name(first.schema.names, LABEL_NAMES)
    strings = [c for c in first.schema.names if c != label and is_text(first.schema.field(c).type)]
    named = _by_name(strings, TEXT_NAMES)
    if named is not None:
        return named, "by its name"
    strings = [column for column in strings if _has_letters(first[column])]
    if len(strings) == 1:
        return strings[0], "the only column of texts"
    by_length = sorted(strings, key=lambda column: first[column].nbytes, reverse=True)
    if strings and first[by_length[0]].nbytes > 4 * first[by_length[1]].nbytes:
        return by_length[0], "by far the longest values"
    raise _undecided(source, first, "texts")


def choose_label(source: str, first: pa.RecordBatch, name: str | None, text: str) -> tuple[str, str]:
    """The name of the label column and how it was guessed ("" where it was given), from a file's first rows.

    Errors: ArgumentError where the column does not exist, is the text column, or no guess is safe; DataError
    where the column that would be guessed has a label for its name.
    """
    if name == text:
        raise ArgumentError(f"{source}: column {text!r} cannot hold both the texts and the labels")
    if name is not None:
        return _existing(source, first, name), ""
    others = [column for column in first.schema.names if column != text]
    named = _by_name(others, LABEL_NAMES)
    if named is not None:
        return named, "by its name"
    few = [column for column in others if _few_distinct(first[column])]
    if len(few) == 1 and few[0] in first[few[0]].unique().to_pylist():
        raise DataError(
            f"{source}: no header, as {few[0]!r} is a label: begin with a line of column names, "
            f"or say that it is one: --label {few[0]}"
        )
    if len(few) == 1:
        return few[0], "the only other column with few distinct values"
    raise _undecided(source, first, "labels")


def _existing(source: str, first: pa.RecordBatch, name: str) -> str:
    if name in first.schema.names:
        return name
    near = get_close_matches(name, first.schema.names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ArgumentError(f"{source}: no column {name!r} among {_listed(first)}{hint}")


def _by_name(columns: list[str], names: tuple[str, ...]) -> str | None:
    lower = {column.strip().lower(): column for column in reversed(columns)}
    return next((lower[name] for name in names if name in lower), None)


def _has_letters(values: pa.Array) -> bool:
    """A CSV file's numbers and dates are strings too."""
    import pyarrow.compute as pc

    values = values.dictionary if pa.types.is_dictionary(values.type) else values
    return bool(pc.match_substring_regex(values.cast(pa.large_string()), r"\pL").true_count)


def _few_distinct(values: pa.Array) -> bool:
    if pa.types.is_nested(values.type) or pa.types.is_floating(values.type):
        return False
    distinct = len(values.unique())
    return 2 <= distinct <= max(2, len(values) // 2)


def _undecided(source: str, first: pa.RecordBatch, what: str) -> ArgumentError:
    return ArgumentError(
        f"{source}: no safe guess which column holds the {what} among {_listed(first)}; "
        "say which: --text COLUMN --label COLUMN; if these are values, add a line of column names"
    )


def _listed(first: pa.RecordBatch) -> str:
    names = [repr(name[:40]) for name in first.schema.names[:20]]
    return ", ".join(names) + (", ..." if len(first.schema.names) > 20 else "")
