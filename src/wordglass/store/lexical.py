"""The lexical block of a model in its folder: words as a file of their own, numbers among the arrays."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.errors import DataError
from wordglass.lexical import LexicalBlock, LexicalScores
from wordglass.vectors.vocabulary import Vocabulary


def lexical_arrays(lexical: LexicalScores) -> dict[str, NDArray[Any]]:
    """The block's numbers: pairs, in how many texts each feature is, and the head's weights."""
    block = lexical.block
    return {
        "pairs": block.pairs,
        "texts_with": block.df.astype(np.uint32),
        "lexical_weights": lexical.weights.astype(np.float32),
    }


def expected_lexical(described: dict[str, Any], outputs: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The types and shapes of these arrays."""
    if not described:
        return {}
    features = described["words"] + described["pairs"]
    return {
        "pairs": ("uint64", (described["pairs"],)),
        "texts_with": ("uint32", (features,)),
        "lexical_weights": ("float32", (features, outputs)),
    }


def read_lexical(
    words: pa.LargeStringArray, arrays: dict[str, NDArray[Any]], texts: int, vocabulary: Vocabulary
) -> LexicalScores:
    """Put the block together. Raises ``DataError`` for what does not fit together."""
    df, pairs = arrays["texts_with"].astype(np.int64), arrays["pairs"]
    halves = np.concatenate([pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)])
    if len(df) and int(df.max()) > texts:
        raise DataError("more texts have a word than there are")
    if len(halves) and (int(halves.min()) < 1 or int(halves.max()) > len(words)):
        raise DataError("a pair is of words that are not there")
    block = LexicalBlock(words, pairs, df, texts, vocabulary)
    return LexicalScores(block, arrays["lexical_weights"].astype(np.float64))
