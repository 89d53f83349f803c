"""How well a table's words fit some texts: how many tokens have a vector, and which words do not."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from wordglass.arrow import buffers
from wordglass.tokens import DEFAULT, Settings, looked_up
from wordglass.trace.document import ClassCoverage, Coverage, FormFound, MissingWord
from wordglass.vectors.vocabulary import Lookup

MISSING = 20  # of the commonest missing words


def coverage(
    texts: pa.LargeStringArray,
    lookup: Lookup,
    classes: dict[str, np.ndarray],
    settings: Settings = DEFAULT,
    forms: Sequence[FormFound] = (),
) -> Coverage:
    """Count the tokens found, over all texts and over the rows of each class.

    ``lookup`` keeps the missing tokens of ``texts``; ``classes`` has row numbers for each class; ``settings``
    are those of the vocabulary, ``forms`` what each form of a word finds.
    """
    tokens = np.diff(lookup.offsets)  # (rows,)
    unknown = np.flatnonzero(lookup.ids == 0)  # few, as a rule
    rows_of_unknown = np.searchsorted(lookup.offsets, unknown, side="right") - 1
    known = tokens - np.bincount(rows_of_unknown, minlength=len(tokens))  # (rows,)
    return Coverage(
        tokens=len(lookup.ids),
        known=lookup.known,
        distinct=len(lookup.distinct),
        composed=lookup.composed_tokens,
        forms=list(forms),
        rows_without_vector=int(np.count_nonzero(known == 0)),
        by_class=[
            ClassCoverage(name=name, tokens=int(tokens[rows].sum()), known=int(known[rows].sum()))
            for name, rows in classes.items()
        ],
        missing=missing_words(texts, lookup, settings),
    )


def missing_words(texts: pa.LargeStringArray, lookup: Lookup, settings: Settings) -> list[MissingWord]:
    """The commonest words that were not found, commonest first, of equals the first in the texts."""
    if lookup.missing is None:
        return []
    _, first, counts = np.unique(lookup.missing.hashes, return_index=True, return_counts=True)
    commonest = np.lexsort((first, -counts))[:MISSING]
    data = buffers(texts).data
    found = []
    for i in first[commonest].tolist():
        stretch = data[lookup.missing.starts[i] : lookup.missing.ends[i]].tobytes().decode(errors="replace")
        found.append(looked_up(stretch, settings.case))
    return [
        MissingWord(word=word, count=int(count)) for word, count in zip(found, counts[commonest], strict=True)
    ]
