"""Ready-made choices: what a head is fitted to, and how much is tried before one setting is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from wordglass.errors import ArgumentError
from wordglass.features import Counts, Setting
from wordglass.selection import Axis, Search


@dataclass(frozen=True)
class Preset:
    """What holds where the user says nothing else."""

    what: str  # in words
    vectors: str  # the name of a table
    poolings: tuple[str, ...]  # the first at the start
    counts: tuple[Counts, ...]  # how words and pairs may be weighed, the first at the start
    searched: bool  # else the setting at the start is taken
    calibrated: bool


PRESETS = {
    "fast": Preset(
        "vectors and counts of words side by side, at strengths that suit most data: nothing is tried",
        vectors="wordglass-en",
        poolings=("mean",),
        counts=("tf-idf",),
        searched=False,
        calibrated=False,
    ),
    "balanced": Preset(
        "the same, with the strengths chosen by cross-validation and the probabilities calibrated",
        vectors="wordglass-en",
        poolings=("mean",),
        counts=("tf-idf", "nb"),
        searched=True,
        calibrated=True,
    ),
    "best": Preset(
        "the same with more kinds of features tried, which takes several times as long",
        vectors="wordglass-en",
        poolings=("mean", "usif", "mean+max+min"),
        counts=("tf-idf", "nb"),
        searched=True,
        calibrated=True,
    ),
    "lesson": Preset(
        "the five stages alone: the mean of GloVe's vectors and logistic regression",
        vectors="glove-6b-50d",
        poolings=("mean",),
        counts=("none",),
        searched=True,
        calibrated=False,
    ),
}

# The penalty says that weights are spread around 0 with variance C (MacKay, 1992, A practical Bayesian
# framework for backpropagation networks). How large useful weights are does not depend on the number of
# rows, nor then does the grid: for standardised features it allows weights of about 0.03 to 30.
PLAIN = (1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3)
HYBRID = (1.0, 10.0, 100.0)
MIXED = ((1.0, 0.0), (1.0, 0.1), (1.0, 1.0), (0.1, 1.0), (0.01, 1.0), (0.0, 1.0))  # of vectors and words
NAMED = (0.0, 3.0, 30.0)  # texts that the name of a class counts as
MOST_NAMED = 2_000  # training rows up to which names are worth trying: beyond, they change nothing


def preset_of(name: str) -> Preset:
    """The preset of a name."""
    if name not in PRESETS:
        raise ArgumentError(f"no preset {name!r}: there are {', '.join(PRESETS)}")
    return PRESETS[name]


def search_of(
    poolings: Sequence[str], counts: Sequence[Counts], features: int, names: bool, C: float | None
) -> Search:
    """The settings of some kinds of features. ``features`` is how many vectors have as they are pooled.

    ``names`` is whether the names of classes may count as texts; ``C`` is fixed where it is given.
    """
    strengths = [{"pooling": pooling} for pooling in poolings]
    if counts[0] == "none":  # vectors are penalised as they are standardised
        start = Setting(poolings[0], "none", float(features), 0.0, PLAIN[0] if C is None else C, 0.0)
        axes = [Axis([{"C": C} for C in PLAIN], 0), Axis(strengths, 0)]
        return Search(start, axes, worse=2)
    start = Setting(poolings[0], counts[0], 1.0, 1.0, 10.0 if C is None else C, 3.0 if names else 0.0)
    axes = [
        Axis([{"vectors": vectors, "words": words} for vectors, words in MIXED], MIXED.index((1.0, 1.0))),
        Axis([{"C": C} for C in HYBRID], HYBRID.index(10.0)),
        Axis([{"names": texts} for texts in NAMED], NAMED.index(3.0)),
        Axis([{"counts": kind} for kind in counts], 0),
        Axis(strengths, 0),
    ]
    return Search(start, axes if names else [*axes[:2], *axes[3:]], worse=1)
