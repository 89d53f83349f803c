"""Whether a model leaves out classes that the rows have, as it does where one class outweighs all others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordglass.trace import numbers
from wordglass.trace.document import Check

NAMED = 5  # classes never predicted that are named, those of most rows first


def never_predicted(
    true: NDArray[np.bool_], guessed: NDArray[np.bool_], classes: Sequence[str], multi_label: bool
) -> list[Check]:
    """What to say of classes that rows have and no row gets; nothing where there are none.

    ``true`` and ``guessed`` are (rows, classes).

    >>> always = np.array([[True, False]] * 2)
    >>> never_predicted(np.eye(2, dtype=bool), always, ["ham", "spam"], False)[0]["sentence"]
    'only ham is ever predicted, and 1 row of 2 is something else: try balanced class weights (--balanced)'
    """
    support = true.sum(axis=0)
    missed = np.flatnonzero((support > 0) & ~guessed.any(axis=0))
    if not len(missed):
        return []
    count = int(true[:, missed].any(axis=1).sum())
    rows, all_rows = numbers.plural(count, "row"), numbers.count(len(true))
    if not multi_label and guessed.any(axis=0).sum() == 1:
        only = classes[int(guessed[0].argmax())]
        sentence = (
            f"only {only} is ever predicted, and {rows} of {all_rows} "
            f"{'is' if count == 1 else 'are'} something else: try balanced class weights (--balanced)"
        )
        return [Check(check="one class predicted", mark="bad", sentence=sentence, count=count)]
    noun = "label" if multi_label else "class"
    names = [classes[k] for k in missed[np.argsort(-support[missed], kind="stable")].tolist()]
    more = ", ..." if len(names) > NAMED else ""
    sentence = (
        f"{len(names)} of {numbers.plural(len(classes), noun)} never predicted, "
        f"of {rows} of {all_rows}: {', '.join(names[:NAMED])}{more}"
    )
    return [Check(check="never predicted", mark="warning", sentence=sentence, count=count)]
