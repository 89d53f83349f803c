"""The words of a table and the index that finds them: stage 3's first half, from words to row numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings, take
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.tokens import CONTRACTIONS, DEFAULT, Settings, Token, looked_up
from wordglass.vectors.ladder import Memory, climb

BLOCK = 32768  # tokens on their way at a time: their hashes and offsets stay in the processor's caches


class Block(NamedTuple):
    """Up to ``BLOCK`` tokens of consecutive texts."""

    hashes: NDArray[np.uint64]  # (tokens,)
    starts: NDArray[np.int64]  # (tokens,) bytes of the Arrow buffer
    ends: NDArray[np.int64]


def token_blocks(
    texts: Buffers,
    first: int,
    last: int,
    counts: NDArray[np.int64],
    rules: native.Rules | None = None,
    spans: bool = True,
) -> Iterator[Block]:
    """Split the texts ``first`` to ``last - 1`` block by block; adds to ``counts`` each text's tokens.

    The arrays of a block are views that the next block overwrites. Without ``spans``, the blocks do not say
    where their tokens stand.
    """
    hashes = np.empty(BLOCK, np.uint64)
    starts, ends = np.empty((2, BLOCK if spans else 0), np.int64)
    row, at = first, int(texts.offsets[first])
    rules = rules or native.rules()
    while row < last:
        n, row, at = native.split(
            texts.data, texts.offsets, first, last, row, at, rules, hashes, starts, ends, counts
        )
        yield Block(hashes[:n], starts[:n], ends[:n])


@dataclass(frozen=True)
class Lookup:
    """The rows of a table that the tokens of some texts found: 0 for a word that it does not have."""

    ids: NDArray[np.int32]  # (tokens,)
    offsets: NDArray[np.int64]  # (rows + 1,) where each text's tokens begin
    missing: Block | None = None  # the tokens not found, where they were asked for
    seconds: tuple[float, float] = (0.0, 0.0)  # of splitting and of finding, summed over threads
    words: int = 0  # of the vocabulary
    composed: pa.LargeStringArray | None = None  # distinct words to compose a vector for: ids above ``words``

    @property
    def known(self) -> int:
        """How many tokens were found, or have a vector composed."""
        return int(np.count_nonzero(self.ids))

    @cached_property
    def distinct(self) -> NDArray[np.int64]:
        """The rows that were found, each once, rising."""
        found = np.zeros(self.ids.max(initial=0) + 1, bool)
        for begin in range(0, len(self.ids), BLOCK):  # NumPy widens row numbers: a block of them, not all
            found[self.ids[begin : begin + BLOCK].astype(np.intp)] = True
        return np.flatnonzero(found[1:]) + 1

    @property
    def composed_tokens(self) -> int:
        """How many tokens have a vector composed."""
        return int(np.count_nonzero(self.ids > self.words)) if self.composed is not None else 0

    def composed_word(self, row: int) -> str | None:
        """The word composed for these texts that has this number; None for a row of the table."""
        if self.composed is None or row <= self.words:
            return None
        return str(self.composed[row - self.words - 1])

    def rows(self, first: int, last: int) -> "Lookup":
        """The part of the texts ``first`` to ``last - 1``."""
        offsets = self.offsets[first : last + 1]
        ids = self.ids[offsets[0] : offsets[-1]]
        return Lookup(ids, offsets - offsets[0], words=self.words, composed=self.composed)


class Vocabulary:
    """Words numbered from 1, found by the hash of their bytes; ``settings`` say how texts are split for them.

    >>> words = Vocabulary.of(["sunny", "days"])
    >>> words.lookup(["Sunny days, always"]).ids.tolist()
    [1, 2, 0, 0]
    """

    composes = False  # whether a vector is composed for tokens that are not found

    def __init__(
        self, words: pa.LargeStringArray, slots: NDArray[np.uint64], settings: Settings = DEFAULT
    ) -> None:
        self.words = words
        self.slots = slots  # (a power of two,) see wordglass.kernels.find
        self.settings = settings
        self.memory = Memory()

    @classmethod
    def of(cls, words: "pa.LargeStringArray | list[str]", settings: Settings = DEFAULT) -> Self:
        """Build the index of these words; of equal words the first is found."""
        words = strings(words) if isinstance(words, list) else words
        hashes = native.hash_words(*buffers(words))
        return cls(words, native.build_index(hashes, index_bits(len(words))), settings)

    def with_settings(self, settings: Settings) -> Self:
        """The same words, for texts that are split in another way."""
        other = type(self)(self.words, self.slots, settings)
        other.composes = self.composes
        if "lengths" in vars(self):
            vars(other)["lengths"] = self.lengths
        return other

    def only(self, rows: NDArray[np.int64]) -> Self:
        """The words of some rows, (kept,), numbered anew in that order.

        >>> Vocabulary.of(["sunny", "days", "rain"]).only(np.array([1, 3])).words.to_pylist()
        ['sunny', 'rain']
        """
        other = self.of(take(self.words, rows - 1), self.settings)
        other.composes = self.composes
        return other

    def __getstate__(self) -> dict[str, Any]:
        state = vars(self).copy()
        state.pop("rules", None)  # it has addresses in this process
        return state

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def rules(self) -> native.Rules:
        """How the kernels split texts for these words."""
        settings = self.settings
        return native.rules(
            settings.case == "keep",
            CONTRACTIONS.index(settings.contractions),
            self.slots,
            self.lengths if settings.unspaced == "words" else native.NO_LENGTHS,
        )

    @property
    def unspaced_words(self) -> int:
        """How many words of two characters or more begin in a script without spaces."""
        return native.word_lengths(*buffers(self.words))[0]

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Where words of scripts without spaces are worth looking for; see wordglass.kernels.split."""
        words = self.unspaced_words
        bits = max(6, words.bit_length())  # half of them for lengths, half for 16 or more bits a word
        return native.word_lengths(*buffers(self.words), bits)[1] if words else native.NO_LENGTHS

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The row of each hashed word, 0 where there is none."""
        return native.find(hashes, self.slots)

    def find_words(self, words: "pa.LargeStringArray | list[str]") -> NDArray[np.int32]:
        """The row of each word as it stands, (words,), 0 where the table does not have it."""
        words = strings(words) if isinstance(words, list) else words
        return self.find(native.hash_words(*buffers(words)))

    def lookup_words(self, words: pa.LargeStringArray) -> Lookup:
        """Tokens as they are looked up, each a text of its own that is not split: found as in any text."""
        ids = self.find_words(words)
        if self.settings.ladder and len(lacking := np.flatnonzero(ids == 0)):
            others = take(words, lacking).to_pylist()
            ids[lacking] = climb(others, self.settings.ladder, self.find_words)
        composed = None
        if self.composes:
            left = np.flatnonzero(ids == 0)
            ids[left] = len(self) + np.arange(1, len(left) + 1)
            composed = take(words, left)
        return Lookup(ids, np.arange(len(words) + 1), words=len(self), composed=composed)

    def row(self, word: str) -> int:
        """The row of one word as it stands, 0 where the table does not have it."""
        return int(self.find_words([word])[0])

    def word(self, row: int) -> str:
        """The word of a row from 1 on."""
        return str(self.words[row - 1])

    def tokens(self, text: str) -> list[Token]:
        """The tokens of one text, one for each id that ``lookup`` gives."""
        source = buffers(strings([text]))
        begun = np.cumsum((source.data & 0xC0) != 0x80)  # (bytes,) characters that have begun
        case, tokens = self.settings.case, []
        for block in token_blocks(source, 0, 1, np.zeros(1, np.int64), self.rules):
            starts, ends = begun[block.starts] - 1, begun[block.ends - 1]
            for start, end, *of_bytes in zip(
                *(places.tolist() for places in (starts, ends, block.starts, block.ends)), strict=True
            ):
                tokens.append(Token(looked_up(text[start:end], case), start, end, *of_bytes))
        return tokens

    def lookup(
        self, texts: "pa.LargeStringArray | list[str]", threads: int | None = None, keep_missing: bool = False
    ) -> Lookup:
        """Split texts and look their tokens up; on request, keep the tokens that are not found."""
        texts = strings(texts) if isinstance(texts, list) else texts
        source = buffers(texts)
        return join(
            in_order(
                lambda rows: self._lookup_rows(source, *rows, keep_missing),
                row_chunks(source.offsets),
                threads,
            )
        )

    def lookup_rows(self, texts: Buffers, first: int, last: int) -> Lookup:
        """Look up the texts ``first`` to ``last - 1``, in one thread and one go."""
        if self.rules.plain and not self.settings.ladder and not self.composes:
            ids, counts = native.look_up(texts.data, texts.offsets, first, last, self.slots)
            return Lookup(ids, _offsets(counts), words=len(self))
        further = Further(self, texts.data)
        ids, counts = native.look_further(
            texts.data,
            texts.offsets,
            first,
            last,
            self.rules,
            self.memory.arrays,
            self.composes,
            further.rows,
        )
        return Lookup(ids, _offsets(counts), words=len(self), composed=further.compose(ids))

    def _lookup_rows(self, texts: Buffers, first: int, last: int, keep_missing: bool) -> Lookup:
        """The same step by step: timed, and with the tokens that are not found."""
        counts = np.zeros(last - first, np.int64)
        parts, missing = [], []
        searching = bool(self.settings.ladder) or self.composes
        further = Further(self, texts.data)
        splitting = finding = 0.0
        total = 0
        clock = perf_counter()
        for block in token_blocks(texts, first, last, counts, self.rules, keep_missing or searching):
            splitting -= clock - (clock := perf_counter())
            ids = self.find(block.hashes)
            if searching:
                places = np.flatnonzero(ids == 0)
                lacking = native.Lacking(*block, np.arange(total, total + len(ids))).at(places)
                ids[places] = further.rows(lacking)
            parts.append(ids)
            if keep_missing:
                nowhere = (ids == 0) & (not self.composes)
                missing.append(Block(*(column[nowhere] for column in block)))
            finding -= clock - (clock := perf_counter())
            total += len(ids)
        ids = concatenate(parts, np.int32)
        composed = further.compose(ids)
        return Lookup(ids, _offsets(counts), stack(missing), (splitting, finding), len(self), composed)


class Further:
    """The search for tokens of some texts that a vocabulary does not have as they stand."""

    def __init__(self, vocabulary: Vocabulary, data: NDArray[np.uint8]) -> None:
        self.vocabulary = vocabulary
        self.data = data  # of the texts
        self.left: list[native.Lacking] = []  # tokens to compose a vector for

    def rows(self, lacking: native.Lacking) -> NDArray[np.int32]:
        """The rows that the forms of these tokens find, (tokens,), 0 where none is found."""
        vocabulary = self.vocabulary
        ids = vocabulary.memory.recall(lacking.hashes)
        new = np.flatnonzero(ids < 0)
        if len(new):
            hashes, first, inverse = np.unique(lacking.hashes[new], return_index=True, return_inverse=True)
            words = self.words(lacking.starts[new[first]], lacking.ends[new[first]])
            found = climb(words, vocabulary.settings.ladder, vocabulary.find_words)
            vocabulary.memory.remember(hashes, found)
            ids[new] = found[inverse]
        if vocabulary.composes:
            self.left.append(lacking.at(ids == 0))
        return ids

    def words(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[str]:
        """The tokens at some stretches of the texts, as they are looked up."""
        case = self.vocabulary.settings.case
        return [
            looked_up(self.data[start:end].tobytes().decode(errors="replace"), case)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def compose(self, ids: NDArray[np.int32]) -> pa.LargeStringArray | None:
        """Number the distinct words that are left, in the order of the texts, in ``ids`` after all rows."""
        if not self.vocabulary.composes:
            return None
        if not self.left:
            return strings([])
        left = native.Lacking(*map(np.concatenate, zip(*self.left, strict=True)))
        _, first, inverse = np.unique(left.hashes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        numbers = np.empty(len(order), np.int32)
        numbers[order] = np.arange(1, len(order) + 1)
        ids[left.places] = len(self.vocabulary) + numbers[inverse]
        return strings(self.words(left.starts[first[order]], left.ends[first[order]]))


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)])


def index_bits(words: int) -> int:
    """The size of an index, as a power of two: between a sixth and a third full, so that probes are few."""
    return max(4, (3 * words).bit_length())


def concatenate(parts: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    """Join arrays, of which there may be none."""
    return np.concatenate([np.zeros(0, kind), *parts])


def stack(blocks: list[Block]) -> Block | None:
    """Join blocks; None where there are none."""
    return Block(*(np.concatenate(columns) for columns in zip(*blocks, strict=True))) if blocks else None


def join(lookups: Iterable[Lookup]) -> Lookup:
    """Join the lookups of consecutive texts; the words composed are numbered anew."""
    parts = list(lookups)
    counts = concatenate([np.diff(part.offsets) for part in parts], np.int64)
    words = parts[0].words if parts else 0
    composed: dict[str, int] = {}
    renumbered = [_renumbered(part, composed) for part in parts]
    return Lookup(
        concatenate(renumbered, np.int32),
        _offsets(counts),
        stack([part.missing for part in parts if part.missing]),
        (sum(part.seconds[0] for part in parts), sum(part.seconds[1] for part in parts)),
        words,
        strings(list(composed)) if any(part.composed is not None for part in parts) else None,
    )


def _renumbered(lookup: Lookup, composed: dict[str, int]) -> NDArray[np.int32]:
    """The ids of a lookup whose composed words are added to all of them, ``composed``."""
    if lookup.composed is None or not len(lookup.composed):
        return lookup.ids
    numbers = [composed.setdefault(word, len(composed)) for word in lookup.composed.to_pylist()]
    ids, above = lookup.ids.copy(), lookup.ids > lookup.words
    ids[above] = lookup.words + 1 + np.array(numbers, np.int32)[ids[above] - lookup.words - 1]
    return ids
