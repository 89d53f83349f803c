"""Ready-made choices: which heads are tried, and whether one is chosen or all are combined."""

from dataclasses import dataclass
from math import inf

from wordglass.errors import ArgumentError
from wordglass.features import Setting
from wordglass.selection import Search

# The penalty says that weights are spread around 0 with variance C (MacKay, 1992, A practical Bayesian
# framework for backpropagation networks). How large useful weights are does not depend on the number of
# rows, nor then does the grid: for standardised features it allows weights of about 0.03 to 30.
PLAIN = tuple(Setting("vectors", C) for C in (1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3))

FEW = 2_000  # training rows up to which the names of classes tell something; beyond, counts tell more
MANY = 10_000  # rows beyond which n-grams of characters cost more time than all else and tell little more

BALANCED_FEW = (
    Setting("vectors", 1.0),
    Setting("vectors", 1.0, names=3.0),
    Setting("vectors", 1.0, names=30.0),
    Setting("nb", 1.0, names=3.0),
)
BALANCED = (Setting("vectors", 1.0), Setting("nb", 1.0), Setting("tf-idf", 10.0))


@dataclass(frozen=True)
class Preset:
    """What holds where the user says nothing else."""

    what: str  # in words
    vectors: str  # the name of a table
    lexical: bool  # whether words and pairs are counted
    characters: float  # and up to so many training rows n-grams of characters
    few: tuple[Setting, ...]  # heads for few rows
    many: tuple[Setting, ...]
    combined: bool  # else one is chosen


PRESETS = {
    "fast": Preset(
        "a head on vectors and one on counts of words, their shares found by cross-validation",
        vectors="wordglass-en",
        lexical=True,
        characters=0,
        few=(Setting("vectors", 1.0, names=3.0), Setting("nb", 1.0, names=3.0)),
        many=(Setting("vectors", 1.0), Setting("nb", 1.0)),
        combined=True,
    ),
    "balanced": Preset(
        "the same with a head on n-grams of characters, and names of classes where rows are few",
        vectors="wordglass-en",
        lexical=True,
        characters=MANY,
        few=BALANCED_FEW,
        many=BALANCED,
        combined=True,
    ),
    "best": Preset(
        "the same with more penalties, which takes several times as long",
        vectors="wordglass-en",
        lexical=True,
        characters=inf,
        few=(*BALANCED_FEW, Setting("vectors", 10.0, names=3.0), Setting("tf-idf", 10.0, names=3.0)),
        many=(
            *BALANCED,
            Setting("vectors", 0.1),
            Setting("vectors", 10.0),
            Setting("nb", 0.3),
            Setting("nb", 10.0),
        ),
        combined=True,
    ),
    "lesson": Preset(
        "the five stages alone: the mean of GloVe's vectors and logistic regression",
        vectors="glove-6b-50d",
        lexical=False,
        characters=0,
        few=PLAIN,
        many=PLAIN,
        combined=False,
    ),
}


def preset_of(name: str) -> Preset:
    """The preset of a name."""
    if name not in PRESETS:
        raise ArgumentError(f"no preset {name!r}: there are {', '.join(PRESETS)}")
    return PRESETS[name]


def search_of(
    preset: Preset, rows: int, lexical: bool, characters: bool, names: bool, C: float | None
) -> Search:
    """The heads that a preset tries on so many rows.

    ``lexical`` is whether words are counted at all, ``characters`` whether n-grams of characters are, too,
    ``names`` whether the names of classes are texts. ``C`` stands in the place of every other, where it is
    given.

    >>> balanced = PRESETS["balanced"]
    >>> [setting.block for setting in search_of(balanced, 10_000, True, True, False, None).settings]
    ['vectors', 'nb', 'tf-idf', 'characters']
    """
    if lexical and not preset.lexical:
        preset = PRESETS["balanced"]
    settings = preset.few if rows <= FEW else preset.many
    if not lexical:
        settings = PLAIN
    if characters:
        settings = (*settings, Setting("characters", 1.0, names=3.0))
    if not names:
        settings = tuple(setting._replace(names=0.0) for setting in settings)
    if C is not None:
        settings = tuple(setting._replace(C=C) for setting in settings)
    return Search(tuple(dict.fromkeys(settings)), combined=lexical)
