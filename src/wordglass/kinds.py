"""Choices by name alone; ``wordglass.pooling`` and ``wordglass.presets`` say what each does."""

from wordglass.errors import ArgumentError

KINDS = ("mean", "max", "min", "p3", "sif", "usif", "tfidf")
LINEAR = ("mean", "sif", "usif", "tfidf")  # each word adds its part: scores can be folded into the words


PRESETS = ("fast", "balanced", "best", "lesson")


def kinds_of(pooling: str) -> tuple[str, ...]:
    """The kinds that a pooling's name joins. ``ArgumentError`` where there is no such pooling.

    >>> kinds_of("mean+max")
    ('mean', 'max')
    """
    kinds = tuple(pooling.split("+"))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ArgumentError(f"pooling {pooling!r}: {unknown[0]!r} is none of {', '.join(KINDS)}")
    if len(set(kinds)) < len(kinds):
        raise ArgumentError(f"pooling {pooling!r} names a kind twice")
    return kinds
