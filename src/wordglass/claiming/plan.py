"""What the experiment will do, and what of the claim it cannot answer: known before any work is done."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wordglass.claiming.material import Longs, Material
from wordglass.claiming.names import at_size
from wordglass.errors import ArgumentError
from wordglass.trace import numbers
from wordglass.trace.claim import Arm, ClaimSize
from wordglass.vectors.vocabulary import Vocabulary

FIRST = 8  # labelled rows a class; the next size is twice as many
MOST_OF_ALL = 0.8  # a size has at most this share of the training rows: more is as good as all
DRAWS = 4
MANY_CLASSES, DRAWS_OF_MANY = 20, 3  # from so many classes on, as each training takes longer
LITTLE_KNOWN = 0.3  # the share of tokens with a vector below which vectors say nothing of the language
MOST_KNOWN = 0.8  # below, it is said
FEW_HELD_OUT = 50

FIXED: tuple[Arm, ...] = ("pretrained", "tf-idf", "hybrid")  # nothing of them is drawn but the rows
ARMS: tuple[Arm, ...] = ("pretrained", "random", "shuffled", "scratch", "tf-idf", "hybrid")


@dataclass(frozen=True)
class Plan:
    """Arms, sizes in rising order, and what is to be said before work starts."""

    arms: tuple[Arm, ...]
    sizes: list[ClaimSize]
    draws: int
    cannot: list[str]  # what cannot be answered, and why, and what still can
    caution: list[str]  # what to keep in mind


def plan(material: Material, sizes: Sequence[int] | None, draws: int | None) -> Plan:
    """Plan the sweep. Errors: ArgumentError for sizes or draws that cannot be."""
    if draws is not None and draws < 1:
        raise ArgumentError(f"draws={draws}: give at least 1")
    if draws is None:
        draws = DRAWS if len(material.classes) < MANY_CLASSES else DRAWS_OF_MANY
    asked = sorted(set(_doubling(material) if sizes is None else sizes))
    if asked and asked[0] < 1:
        raise ArgumentError(f"sizes={list(sizes or [])}: a size is at least 1 labelled row a class")
    found, before = [], 0
    for size in asked:
        rows = rows_of(material, size)
        if before < rows < len(material.train):
            found.append(ClaimSize(size=size, rows=rows, draws=draws))
            before = rows
    cannot, caution = [], []
    if not found:
        cannot.append(
            f"with less data: {numbers.plural(len(material.train), 'training row')} are too few for a sweep "
            f"that begins with {FIRST} a class; what all of them make of each arm is still measured"
        )
    found.append(ClaimSize(size=None, rows=len(material.train), draws=draws))
    arms = ARMS
    share, name = numbers.percent(material.coverage), material.table.name
    if material.coverage < LITTLE_KNOWN:
        arms = ("scratch", "tf-idf")
        cannot.append(
            f"only {share} of the words have a vector in {name}, so nothing is said of pre-trained vectors: "
            "give a table of the texts' language by --vectors; TF-IDF and vectors learned from scratch are "
            "still compared"
        )
    elif material.coverage < MOST_KNOWN:
        caution.append(f"only {share} of the words have a vector in {name}: is it of the texts' language?")
    if "hybrid" in arms and not isinstance(material.table.vocabulary, Vocabulary):
        arms = tuple(arm for arm in ARMS if arm != "hybrid")
        cannot.append(f"the hybrid: {name} has parts of words, beside which no words are counted")
    if len(material.test) < FEW_HELD_OUT:
        held_out = numbers.plural(len(material.test), "held-out row")
        caution.append(f"{held_out} tell little: intervals will be wide")
    return Plan(arms, found, draws, cannot, caution)


def rows_of(material: Material, size: int) -> int:
    """How many rows a size has in all: a class that has fewer gives all that it has.

    Of several labels a row, as many rows as there would be of as many classes.
    """
    if material.multi_label:
        return min(size * len(material.classes), len(material.train))
    counts = np.bincount(material.targets[material.train], minlength=len(material.classes))
    return int(np.minimum(counts, size).sum())


def draw_rows(material: Material, size: int | None, seed: int, draw: int) -> Longs:
    """The training rows of a draw, ascending: those of a smaller size of the same draw are among them."""
    if size is None:
        return material.train
    order = np.random.default_rng([seed, draw]).permutation(material.train)
    if material.multi_label:
        return np.sort(order[: size * len(material.classes)])
    own = material.targets[order]
    return np.sort(np.concatenate([order[own == k][:size] for k in range(len(material.classes))]))


def told(plan: Plan, material: Material) -> str:
    """The plan in a sentence."""
    names = ", ".join(at_size(size["size"]) for size in plan.sizes)
    return (
        f"{numbers.plural(len(plan.arms), 'arm')}, {numbers.plural(len(plan.sizes), 'size')} ({names}), "
        f"{numbers.plural(plan.draws, 'draw')}; {numbers.plural(len(material.test), 'held-out row')}"
    )


def _doubling(material: Material) -> list[int]:
    sizes, size = [], FIRST
    while rows_of(material, size) <= MOST_OF_ALL * len(material.train):
        sizes.append(size)
        size *= 2
    return sizes
