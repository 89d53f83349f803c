"""A table's words as sub-word tokens: the library ``tokenizers`` splits texts, as for the vectors' makers."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain, pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wordglass.arrow import Buffers, buffers, strings
from wordglass.errors import ArgumentError, DataError
from wordglass.kernels import native
from wordglass.parallel import in_order, row_chunks
from wordglass.tokens import Settings, Token
from wordglass.vectors.vocabulary import Block, Lookup, join

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

MOST_TOKENS = 1 << 23  # the largest tokenisers have half a million; ids far beyond are damage
PARALLEL = "TOKENIZERS_PARALLELISM"


class SubwordVocabulary:
    """The tokens of a sub-word tokeniser: that of id ``i`` is row ``i + 1`` of the table.

    Takes the place of ``Vocabulary``; its ``settings`` say that tokens are shown as written. Special tokens
    are not added to a text, and nothing pads it; tokens are cut off where the tokeniser's JSON says so. It
    pickles as the JSON.

    >>> json = '{"model": {"type": "WordLevel", "vocab": {"?": 0, "sunny": 1}, "unk_token": "?"}}'
    >>> words = SubwordVocabulary(json, leave_out=[0])
    >>> words.lookup(["sunny", "rain"]).ids.tolist()
    [2, 0]
    """

    settings = Settings(case="keep")

    def __init__(
        self,
        json: str,
        leave_out: "list[int] | tuple[int, ...]" = (),
        longest: int | None = None,
        words: pa.LargeStringArray | None = None,
    ) -> None:
        self.json = json  # as the library has it
        self.leave_out = list(leave_out)  # ids that count as missing: row 0
        self.longest = longest  # characters of a text that are read; None: all
        self._lock = threading.Lock()  # the library is slow to read its JSON: let one thread do it, once
        self._tokenizer: Tokenizer | None = None
        self._words = words

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.json, self.leave_out, self.longest)

    @property
    def tokenizer(self) -> "Tokenizer":
        """The library's tokeniser, made when it is first wanted."""
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = read_tokenizer(self.json)
            return self._tokenizer

    @property
    def words(self) -> pa.LargeStringArray:
        """The tokens in the order of their ids."""
        if self._words is None:
            self._words = strings(tokens_of(self.tokenizer))
        return self._words

    def __len__(self) -> int:
        return len(self.words)

    def find_words(self, words: "pa.LargeStringArray | list[str]") -> NDArray[np.int32]:
        """The row of each token as it stands, (words,), 0 where there is none or it is left out."""
        listed = words if isinstance(words, list) else words.to_pylist()
        return np.fromiter(map(self.row, listed), np.int32, len(listed))

    def lookup_words(self, words: pa.LargeStringArray) -> Lookup:
        """Tokens as they stand, each a text of its own that is not split."""
        return Lookup(self.find_words(words), np.arange(len(words) + 1), words=len(self))

    def only(self, rows: NDArray[np.int64]) -> Self:
        """Refuse: the tokeniser would split other tokens than those kept."""
        raise ArgumentError("a model on parts of words needs all of them: keep all")

    def row(self, word: str) -> int:
        """The row of one token as it stands, 0 where there is none or it is left out."""
        found = self.tokenizer.token_to_id(word)
        return 0 if found is None or found in self.leave_out else found + 1

    def word(self, row: int) -> str:
        """The token of a row from 1 on."""
        return str(self.words[row - 1])

    def tokens(self, text: str) -> list[Token]:
        """The tokens that ``lookup`` finds in a text, and where they stand.

        Bytes of one character can be several tokens, which then have the same place.
        """
        found = self._encode([text], offsets=True)[0]
        at = byte_positions(text).tolist()
        tokens = []
        for i, token, (start, end) in zip(found.ids, found.tokens, found.offsets, strict=True):
            shown = text[start:end] if i in self.leave_out else token  # what is unknown, not "[UNK]"
            tokens.append(Token(shown, start, end, at[start], at[end]))
        return tokens

    def lookup(
        self, texts: "pa.LargeStringArray | list[str]", threads: int | None = None, keep_missing: bool = False
    ) -> Lookup:
        """Split texts into tokens; on request, keep the tokens that are missing."""
        source = buffers(strings(texts) if isinstance(texts, list) else texts)
        return join(
            in_order(
                lambda rows: self._lookup_rows(source, *rows, keep_missing),
                row_chunks(source.offsets),
                threads,
            )
        )

    def lookup_rows(self, texts: Buffers, first: int, last: int) -> Lookup:
        """Look up the texts ``first`` to ``last - 1`` in one thread."""
        return self._lookup_rows(texts, first, last, keep_missing=False)

    def _lookup_rows(self, source: Buffers, first: int, last: int, keep_missing: bool) -> Lookup:
        begin = perf_counter()
        texts = decoded(source, first, last)
        found = self._encode(texts, offsets=keep_missing)
        split = perf_counter()
        ids = [encoding.ids for encoding in found]
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in ids], dtype=np.int64)])
        flat = np.fromiter(chain.from_iterable(ids), np.int64, int(offsets[-1]))
        rows = self._rows_of_ids.take(flat, mode="clip")
        missing = _missing(found, rows, offsets, texts, source.offsets[first:]) if keep_missing else None
        return Lookup(rows, offsets, missing, (split - begin, perf_counter() - split))

    @cached_property
    def _rows_of_ids(self) -> NDArray[np.int32]:
        """The row of each id, (tokens + 1,): 0 for those left out, and in the end for ids without a row."""
        rows = np.arange(1, len(self) + 2, dtype=np.int32)
        rows[[i for i in (*self.leave_out, len(self)) if i <= len(self)]] = 0
        return rows

    def _encode(self, texts: list[str], offsets: bool) -> "list[Encoding]":
        tokenizer = self.tokenizer
        encode = tokenizer.encode_batch if offsets else tokenizer.encode_batch_fast
        with one_thread(), harmless("the tokeniser of the vectors cannot split a text"):
            return encode([text[: self.longest] for text in texts], add_special_tokens=False)


def read_tokenizer(json: str) -> "Tokenizer":
    """The library's tokeniser, without padding. ``ArgumentError`` where the library is not installed."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ArgumentError(
            "sub-word vectors need the library tokenizers: pip install 'wordglass[subwords]'"
        ) from error
    with harmless("no tokeniser that the library tokenizers can read"):
        tokenizer = Tokenizer.from_str(json)
    if getattr(tokenizer.model, "dropout", None):
        raise DataError('the tokeniser splits by chance: set "dropout" to null in its JSON')
    tokenizer.no_padding()
    return tokenizer


def tokens_of(tokenizer: "Tokenizer") -> list[str]:
    """The tokens in the order of their ids; an empty one for an id between that has none."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    last = max(ids.values(), default=-1)
    if last >= MOST_TOKENS:
        raise DataError(f"a tokeniser with the id {last:,}: up to {MOST_TOKENS:,} tokens are read")
    tokens = [""] * (last + 1)
    for token, i in ids.items():
        tokens[i] = token
    return tokens


def byte_positions(text: str) -> NDArray[np.int64]:
    """Where each character of a text begins in UTF-8, and where the last one ends, (characters + 1,).

    >>> byte_positions("aß中🙂").tolist()
    [0, 1, 3, 6, 10]
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def decoded(source: Buffers, first: int, last: int) -> list[str]:
    """The texts ``first`` to ``last - 1`` as strings."""
    edges = source.offsets[first : last + 1].tolist()
    data = source.data.data
    return [str(data[begin:end], "utf-8", "replace") for begin, end in pairwise(edges)]


def _missing(
    found: "list[Encoding]",
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
    texts: list[str],
    begins: NDArray[np.int64],
) -> Block:
    """The tokens without a row; ``begins`` is where each text stands in the Arrow buffer."""
    pieces: list[str] = []
    starts, ends = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for i, text in enumerate(texts):
        places = np.flatnonzero(rows[offsets[i] : offsets[i + 1]] == 0)
        if len(places):
            spans = np.array(found[i].offsets)[places]  # (missing, 2) in characters
            at = byte_positions(text) + begins[i]
            at = np.minimum(at, begins[i + 1])  # bytes that are no UTF-8 have other lengths as characters
            pieces += [text[start:end] for start, end in spans.tolist()]
            starts.append(at[spans[:, 0]])
            ends.append(at[spans[:, 1]])
    hashes = native.hash_words(*buffers(strings(pieces)))
    return Block(hashes, np.concatenate(starts), np.concatenate(ends))


@contextmanager
def harmless(problem: str) -> Iterator[None]:
    """What the library raises, its panics too, as ``DataError``."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise DataError(f"{problem}: {' '.join(str(error).split())[:200]}") from error


_entered = threading.Lock()
_inside = 0
_setting: str | None = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the library work in the thread that calls it, so that there are as many threads as were asked for.

    It reads an environment variable at every call. The first to come in sets it, and the last to leave puts
    back what was there: never while the library might be reading it.
    """
    global _inside, _setting
    with _entered:
        if not _inside:
            _setting = os.environ.get(PARALLEL)
            os.environ[PARALLEL] = "false"
        _inside += 1
    try:
        yield
    finally:
        with _entered:
            _inside -= 1
            if not _inside:
                if _setting is None:
                    del os.environ[PARALLEL]
                else:
                    os.environ[PARALLEL] = _setting
