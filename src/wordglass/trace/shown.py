"""A trace as a notebook shows it, and otherwise the plain dictionary that it is."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

Trace = TypeVar("Trace", bound=Mapping[str, Any])


class Shown(dict[str, Any]):
    """A dictionary that a notebook shows as the trace that it is."""

    def _repr_html_(self) -> str | None:
        from wordglass.views.notebook import trace_view

        return trace_view(self)


def show(trace: Trace) -> Trace:
    """The same trace, of a training run or of a prediction, which a notebook shows as a page instead of text.

    ``trace_`` of a classifier and what its ``trace`` gives are so already; it is for one that is read from a
    file, or is part of another.

    >>> show({"kind": "prediction"}) == {"kind": "prediction"}
    True
    """
    return cast(Trace, Shown(trace))
