"""What arms and sizes are called in sentences."""

from wordglass.claiming.learned import DIM
from wordglass.claiming.material import Material
from wordglass.trace import numbers
from wordglass.trace.claim import Arm, ArmTold

NAMES: dict[Arm, str] = {
    "pretrained": "pre-trained vectors",
    "random": "random vectors",
    "shuffled": "shuffled vectors",
    "scratch": "vectors learned from scratch",
    "tf-idf": "TF-IDF",
    "hybrid": "vectors with counts",
}


def at_size(size: int | None) -> str:
    """A size in a few words.

    >>> at_size(8), at_size(None)
    ('8 a class', 'all rows')
    """
    return "all rows" if size is None else f"{numbers.count(size)} a class"


def arm_told(arm: Arm, material: Material) -> ArmTold:
    """What an arm is, with its numbers."""
    words, dim = len(material.vectors) - 1, material.table.dim
    of = f"{numbers.count(words)} words of these texts x {dim}"
    head = "their mean and a linear head, its C by cross-validation"
    what = {
        "pretrained": f"the vectors of {material.table.name}, {of}; {head}",
        "random": f"random numbers, {of}, each column from a normal with the mean and spread that it has in "
        f"{material.table.name}, drawn anew for each draw and not trained; {head}",
        "shuffled": f"the vectors of {material.table.name}, {of}, dealt anew among the words for each draw: "
        f"the same numbers without their meaning; {head}",
        "scratch": f"{DIM} numbers for each word of the labelled training texts alone, learned with the "
        "head, row by row; rate and epochs by cross-validation in the same folds",
        "tf-idf": "words and pairs of words of the training texts, counted and weighed; a linear head, its C "
        "by the same cross-validation",
        "hybrid": f"the vectors of {material.table.name} and counts of words and n-grams of characters: what "
        "wordglass train makes of the rows",
    }
    return ArmTold(arm=arm, what=what[arm])
