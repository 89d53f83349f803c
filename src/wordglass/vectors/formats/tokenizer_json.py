"""The JSON files of a folder with sub-word vectors, and the tokeniser in one of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordglass.errors import DataError
from wordglass.vectors.formats.found import damaged
from wordglass.vectors.subwords import read_tokenizer, tokens_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_JSON = 1 << 26  # bytes; the largest tokenisers have half of it


@dataclass(frozen=True)
class Splitter:
    """The tokeniser of a folder and its tokens."""

    path: Path
    json: str
    tokenizer: "Tokenizer"
    tokens: list[str]  # in the order of their ids

    @classmethod
    def read(cls, path: Path) -> "Splitter":
        """Read a tokeniser. ``DataError`` where the library cannot."""
        text = read_text(path)
        try:
            tokenizer = read_tokenizer(text)
            tokens = tokens_of(tokenizer)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
        if not tokens:
            raise DataError(f"{path}: a tokeniser without tokens")
        return cls(path, text, tokenizer, tokens)

    def unknown(self) -> list[int]:
        """The id of the unknown token as Model2Vec finds it; none where there is none."""
        if hasattr(self.tokenizer.model, "unk_token"):
            token = self.tokenizer.model.unk_token
            found = None if token is None else self.tokenizer.token_to_id(token)
        else:
            found = json.loads(self.json)["model"].get("unk_id")
        return [] if found is None else [found]


def read_object(path: Path) -> dict[str, Any]:
    """An object in a JSON file. ``DataError`` for anything else."""
    found = read_json(path)
    if not isinstance(found, dict):
        damaged(str(path), "beginning", "not a JSON object")
    return found


def read_json(path: Path) -> Any:
    """What a JSON file holds."""
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        damaged(str(path), "content", f"not JSON ({error})")


def read_text(path: Path) -> str:
    """A file of UTF-8, of bounded length."""
    try:
        if path.stat().st_size > LONGEST_JSON:
            damaged(str(path), f"byte {LONGEST_JSON:,}", "it is too long for a tokeniser")
        return path.read_bytes().decode()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        damaged(str(path), f"byte {error.start}", "not UTF-8")
