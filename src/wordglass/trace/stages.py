"""The five stages of a training run as the trace shows them: observed shapes and real samples."""

import json
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.head import LinearHead
from wordglass.lexical import LexicalBlock
from wordglass.sparse import SparseRows
from wordglass.trace import numbers
from wordglass.trace.document import Stage, Trial
from wordglass.vectors.subwords import SubwordVocabulary
from wordglass.vectors.table import VectorTable
from wordglass.vectors.vocabulary import Lookup, Vocabulary

ROWS = 3  # sampled
CHARACTERS = 60  # of a text
TOKENS = 8  # of a text
NUMBERS = 8  # of a vector


def raw_text(texts: pa.LargeStringArray, source: str, seconds: float) -> Stage:
    """Stage 1: what was read."""
    rows = numbers.plural(len(texts), "row")
    return Stage(
        number=1,
        name="raw text",
        what=f"read {source} into one Arrow string array of {numbers.size(texts.nbytes)}",
        shape_in=source,
        shape_out=f"{rows} x 1",
        sample=[json.dumps(_cropped(text), ensure_ascii=False) for text in texts[:ROWS].to_pylist()],
        sample_note=f"the first {CHARACTERS} characters of {numbers.plural(min(ROWS, len(texts)), 'row')}",
        seconds=seconds,
    )


def tokens(texts: pa.LargeStringArray, lookup: Lookup, vocabulary: Vocabulary | SubwordVocabulary) -> Stage:
    """Stage 2: texts into tokens."""
    rows = numbers.plural(len(texts), "row")
    counts = np.diff(lookup.offsets)
    words = [[token.text for token in vocabulary.tokens(text)[:TOKENS]] for text in texts[:ROWS].to_pylist()]
    return Stage(
        number=2,
        name="tokens",
        what=_splitting(vocabulary),
        shape_in=f"{rows} x 1",
        shape_out=f"{rows} x {_variable(counts)} tokens",
        sample=[json.dumps(row, ensure_ascii=False) for row in words],
        sample_note=f"the first {TOKENS} tokens of each row",
        seconds=lookup.seconds[0],
    )


CASES = {"lower": "lower case", "keep": "upper and lower case kept"}
CONTRACTIONS = {"penn": "", "whole": ", don't and it's whole", "elision": ", cut after an apostrophe"}
UNSPACED = {"characters": "", "words": "; where no spaces are written, into the longest words known"}


def _splitting(vocabulary: Vocabulary | SubwordVocabulary) -> str:
    """How texts are split, in words."""
    if isinstance(vocabulary, SubwordVocabulary):
        return "split into parts of words by the tokeniser that came with the vectors"
    settings = vocabulary.settings
    how = f"{CASES[settings.case]}, split into words, numbers and punctuation marks"
    return how + CONTRACTIONS[settings.contractions] + UNSPACED[settings.unspaced]


def embedding_lookup(lookup: Lookup, table: VectorTable) -> Stage:
    """Stage 3: tokens into rows of the table of vectors."""
    rows = numbers.plural(len(lookup.offsets) - 1, "row")
    counts = np.diff(lookup.offsets)
    sample = []
    for row in islice(filter(None, lookup.ids.tolist()), ROWS):
        word = lookup.composed_word(row)
        if word is None:
            word, vector = table.vocabulary.word(row), table.rows.take(np.array([row]))[0, : table.dim]
        else:
            vector = table.vectors([word])[0]
        sample.append(f"{word} -> {_numbers(vector)}")
    return Stage(
        number=3,
        name="embedding lookup",
        what=f"each word becomes its vector in {table.name}, which has {numbers.count(len(table))} words",
        shape_in=f"{rows} x {_variable(counts)} tokens",
        shape_out=f"{rows} x {_variable(counts)} x {table.dim}",
        sample=sample,
        sample_note=_shown(table.dim),
        seconds=lookup.seconds[1],
    )


def pooling(X: NDArray[np.float32], lookup: Lookup, name: str, dim: int, seconds: float) -> Stage:
    """Stage 4: the vectors of a text into one."""
    rows, features = X.shape
    return Stage(
        number=4,
        name="pooling",
        what=f"the {name} of the vectors of a text's known words: one vector a text",
        shape_in=f"{numbers.plural(rows, 'row')} x {_variable(np.diff(lookup.offsets))} x {dim}",
        shape_out=f"{numbers.plural(rows, 'row')} x {features}",
        sample=[_numbers(row) for row in X[:ROWS]],
        sample_note=_shown(features),
        seconds=seconds,
    )


def counting(
    texts: pa.LargeStringArray, block: LexicalBlock, counts: SparseRows, ngrams: int, seconds: float
) -> Stage:
    """Stage 4, beside pooling: the words and pairs of words of a text, counted and weighed.

    ``ngrams`` is how many buckets of n-grams of characters are counted, too.
    """
    rows = numbers.plural(len(texts), "row")
    words, pairs = numbers.plural(len(block.words), "word"), numbers.plural(len(block.pairs), "pair")
    what, shape = "the words and pairs of words", [words, pairs]
    if ngrams:
        what = "the words, pairs of words and n-grams of characters"
        shape.append(numbers.plural(ngrams, "n-gram"))
    sample = []
    for row in range(min(ROWS, len(texts))):
        own = slice(counts.indptr[row], min(counts.indptr[row + 1], counts.indptr[row] + TOKENS))
        names = block.names(counts.ids[own]).to_pylist()
        pieces = [f"{name} {int(n)}" for name, n in zip(names, counts.values[own].tolist(), strict=True)]
        sample.append(", ".join(pieces))
    return Stage(
        number=4,
        name="counting",
        what=f"beside it, {what} of each text, weighed by sublinear TF-IDF",
        shape_in=f"{rows} x 1",
        shape_out=f"{rows} x ({' + '.join(shape)})",
        sample=sample,
        sample_note=f"how often each row has the first {TOKENS} of its words and pairs",
        seconds=seconds,
    )


def training(
    head: LinearHead, counted: int, trials: list[Trial], rows: int, names: list[str], seconds: float
) -> Stage:
    """Stage 5: linear heads are trained on the blocks and added up; the numbers are those on raw features."""
    features, outputs = head.weights.shape
    shown = (
        names[-1:] if outputs == 1 and len(names) == 2 else names
    )  # one output speaks for the second class
    both = f"({numbers.count(features)} + {numbers.count(counted)})" if counted else str(features)
    what = "logistic regression: a weight for each feature and class, a bias for each class"
    heads = sum(trial["share"] > 0 for trial in trials)
    if heads > 1:
        what += f"; {heads} heads, added up into one by their shares"
    return Stage(
        number=5,
        name="training",
        what=what,
        shape_in=f"{numbers.plural(rows, 'row')} x {both}",
        shape_out=f"{both} x {outputs} weights, {numbers.plural(outputs, 'bias')}",
        sample=[
            f"{name}: bias {numbers.score(head.bias[k])}, weights {_numbers(head.weights[:, k])}"
            for k, name in enumerate(shown[:ROWS])
        ],
        sample_note=_shown(features),
        seconds=seconds,
    )


def _variable(counts: NDArray[np.int64]) -> str:
    """How many tokens rows have: the range and the mean."""
    if not len(counts):
        return "0"
    least, most = int(counts.min()), int(counts.max())
    return numbers.count(most) if least == most else f"({numbers.count(least)} to {numbers.count(most)})"


def _numbers(vector: NDArray[np.floating]) -> str:
    return (
        "["
        + ", ".join(numbers.entry(float(x)) for x in vector[:NUMBERS])
        + (", ...]" if len(vector) > NUMBERS else "]")
    )


def _shown(features: int) -> str:
    return f"{min(NUMBERS, features)} of {features} numbers shown"


def _cropped(text: str) -> str:
    return text[:CHARACTERS]
