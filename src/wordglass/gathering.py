"""Rows that come in parts: all that ``partial_fit`` has been given so far, for the next training."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.parts import labelled
from wordglass.passes import Floats
from wordglass.scaling import checked_weights
from wordglass.targets import Targets


class Gathered(NamedTuple):
    """All rows so far, in the order in which they came."""

    texts: pa.LargeStringArray  # (rows,)
    targets: Targets
    weights: Floats  # (rows,)
    fixed: bool  # whether the classes were given, so that no other can come


def gather(
    before: Gathered | None,
    texts: Iterable[str],
    y: Iterable[Any],
    classes: Iterable[Any] | None,
    sample_weight: NDArray[Any] | None,
) -> Gathered:
    """The rows ``before`` and after them those of another part.

    ``classes`` are all that there will be; where they are given neither here nor before, each new label is a
    new class. Errors: DataError for a part without rows, a label that is none of the classes given, other
    classes than before, and what no rows can have; its row numbers are those of the part.

    >>> first = gather(None, ["good", "bad"], ["pos", "neg"], None, None)
    >>> gather(first, ["so so"], ["mixed"], None, None).targets.labels()
    ['pos', 'neg', 'mixed']
    """
    known = None if classes is None else Targets.encode(classes).classes
    if before is None:
        allowed = known
    else:
        allowed = before.targets.classes if before.fixed else None
        if known is not None and known.tolist() != before.targets.classes.tolist():
            raise DataError(
                f"classes: {_listed(known)} here, but {_listed(before.targets.classes)} before: "
                "give them with the first part only"
            )
    part, targets = labelled(texts, y, allowed)
    if not len(part):
        raise DataError("there are no rows to train on in this part: leave it out")
    ones = np.ones(len(part))
    weights = ones if sample_weight is None else checked_weights(sample_weight, len(part))
    if before is None:
        return Gathered(part, targets, weights, known is not None)
    return Gathered(
        pa.concat_arrays([before.texts, part]),
        before.targets.followed_by(targets),
        np.concatenate([before.weights, weights]),
        before.fixed,
    )


def _listed(classes: NDArray[Any]) -> str:
    return ", ".join(map(str, classes.tolist()))
