"""The character block of a model in its folder: numbers among the arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordglass.characters import BUCKETS, LONGEST, SHORTEST, CharacterBlock, CharacterScores
from wordglass.errors import DataError
from wordglass.vectors.vocabulary import Vocabulary


def described_characters(characters: CharacterScores | None) -> dict[str, Any]:
    """The block of n-grams of characters as config.json has it; empty where there is none."""
    if characters is None:
        return {}
    block = characters.block
    return {
        "shortest": SHORTEST,
        "longest": LONGEST,
        "buckets": BUCKETS,
        "used": len(block),
        "texts": block.texts,
    }


def fault_in_characters(described: dict[str, Any]) -> str | None:
    """What in such a description cannot be; None where all can."""
    if not described:
        return None
    if sorted(described) != ["buckets", "longest", "shortest", "texts", "used"]:
        return "'characters' does not tell buckets, longest, shortest, texts and used"
    if any(type(number) is not int or number < 0 for number in described.values()):
        return "'characters' holds what is no number"
    found = tuple(described[name] for name in ("shortest", "longest", "buckets"))
    if found != (SHORTEST, LONGEST, BUCKETS):
        return "'characters' is of n-grams that this version does not count"
    return None


def character_arrays(characters: CharacterScores) -> dict[str, NDArray[Any]]:
    """The block's numbers: the buckets used, in how many texts each is, and the head's weights."""
    block = characters.block
    return {
        "character_buckets": block.buckets.astype(np.uint32),
        "character_texts": block.df.astype(np.uint32),
        "character_weights": characters.weights.astype(np.float32),
    }


def expected_characters(described: dict[str, Any], outputs: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The types and shapes of these arrays."""
    if not described:
        return {}
    used = described["used"]
    return {
        "character_buckets": ("uint32", (used,)),
        "character_texts": ("uint32", (used,)),
        "character_weights": ("float32", (used, outputs)),
    }


def read_characters(
    described: dict[str, Any], arrays: dict[str, NDArray[Any]], vocabulary: Vocabulary
) -> CharacterScores:
    """Put the block together. Raises ``DataError`` for numbers that do not fit together."""
    buckets, df = (arrays[name].astype(np.int64) for name in ("character_buckets", "character_texts"))
    if len(df) and int(df.max()) > described["texts"]:
        raise DataError("more texts have an n-gram than there are")
    if (np.diff(buckets) <= 0).any() or (len(buckets) and int(buckets[-1]) >= BUCKETS):
        raise DataError("the buckets of n-grams do not rise, or are more than there are")
    block = CharacterBlock(buckets, df, described["texts"], vocabulary)
    return CharacterScores(block, arrays["character_weights"].astype(np.float64))
