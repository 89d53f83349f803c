"""Static sub-word vectors: a folder with a safetensors file and a tokeniser, of one of three makers.

A text's vector is the mean of its tokens' rows, and where the original says so scaled to length 1. None of
the three adds special tokens to a text. What each does besides, read from its source:

Model2Vec (model2vec 0.10, ``StaticModel``)
    A token's row is ``embeddings[mapping[id]] * weights[id]``, both arrays optional; an int8 file has no
    scale, and its numbers are taken as they are. Of a text as many characters are read as ``max_length``
    tokens of the median length have, then the first ``max_length`` tokens are kept (``config.json``; 512
    where it says nothing, all where it says null), and of these the unknown token is dropped. ``normalize``
    in ``config.json`` scales to length 1.
StaticEmbedding (sentence-transformers 6.2)
    ``embedding.weight``, or Model2Vec's arrays under their names. Nothing is dropped, and a text is cut off
    only where ``tokenizer.json`` says so. A ``Normalize`` in ``modules.json`` scales to length 1.
WordLlama (wordllama 0.4, ``WordLlamaInference.embed``)
    ``embedding.weight``. Nothing is dropped or cut off, and nothing is scaled unless ``norm`` is asked for.
"""

from pathlib import Path

import numpy as np

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats.found import Found, FoundTokenizer, OddRows, damaged
from wordglass.vectors.formats.tensors import Tensor, tensors
from wordglass.vectors.formats.token_rows import TokenRows
from wordglass.vectors.formats.tokenizer_json import Splitter, read_json, read_object

WEIGHTS, TOKENIZER, CONFIG, MODULES = "model.safetensors", "tokenizer.json", "config.json", "modules.json"
SETTINGS = "config_sentence_transformers.json"
NESTED = "0_StaticEmbedding"
MAX_LENGTH = 512  # tokens, where config.json does not say
MOST_LENGTH = 1 << 31
MODEL2VEC, TORCH = "embeddings", "embedding.weight"  # names of the array


def recognises(folder: Path) -> bool:
    """Whether the files of one of the three are there."""
    if any(
        (folder / part / WEIGHTS).is_file() and (folder / part / TOKENIZER).is_file() for part in ("", NESTED)
    ):
        return True
    return any(weights and tokenizers for weights, tokenizers in _wordllama_files(folder))


def find(folder: Path, odd: OddRows) -> Found:
    """Read the tokeniser, and check the arrays' headers against it."""
    if (folder / WEIGHTS).is_file():
        arrays = tensors(folder / WEIGHTS)
        if MODEL2VEC in arrays and (folder / CONFIG).is_file():
            return _model2vec(folder, arrays, odd)
        if not arrays.keys() & {MODEL2VEC, TORCH}:
            raise DataError(
                f"{folder / WEIGHTS}: neither {MODEL2VEC} nor {TORCH} in it, so no static vectors: a sentence"
                " encoder has to be distilled into word vectors first"
            )
        return _static_embedding(folder, odd)
    if (folder / NESTED).is_dir():
        return _static_embedding(folder, odd)
    return _wordllama(folder, odd)


def _model2vec(folder: Path, arrays: dict[str, Tensor], odd: OddRows) -> Found:
    config = read_object(folder / CONFIG)
    length, normalise = config.get("max_length", MAX_LENGTH), config.get("normalize", False)
    if length is not None and not (type(length) is int and 1 <= length < MOST_LENGTH):
        damaged(str(folder / CONFIG), "max_length", "not a number of tokens from 1 on, nor null")
    if type(normalise) is not bool:
        damaged(str(folder / CONFIG), "normalize", "neither true nor false")
    splitter = Splitter.read(folder / TOKENIZER)
    longest = None
    if length is None:
        splitter.tokenizer.no_truncation()
    else:
        splitter.tokenizer.enable_truncation(length)
        longest = length * int(np.median([len(token) for token in splitter.tokenizer.get_vocab()]))
    tokenizer = FoundTokenizer(splitter.tokenizer.to_str(), normalise, splitter.unknown(), longest)
    rows = TokenRows.of(folder / WEIGHTS, arrays, MODEL2VEC, splitter)
    if rows.mapping is None and len(rows.embeddings) != len(splitter.tokens):
        damaged(rows.name, MODEL2VEC, f"{len(rows.embeddings):,} rows for {len(splitter.tokens):,} tokens")
    return rows.found("Model2Vec", tokenizer, odd)


def _static_embedding(folder: Path, odd: OddRows) -> Found:
    module, normalise = _module(folder)
    arrays = tensors(module / WEIGHTS)
    splitter = Splitter.read(module / TOKENIZER)
    rows = TokenRows.of(module / WEIGHTS, arrays, TORCH if TORCH in arrays else MODEL2VEC, splitter)
    return rows.found("StaticEmbedding", FoundTokenizer(splitter.json, normalise), odd)


def _wordllama(folder: Path, odd: OddRows) -> Found:
    weights, tokenizers = next((pair for pair in _wordllama_files(folder) if all(pair)), ([], []))
    if len(weights) != 1 or len(tokenizers) != 1:
        raise ArgumentError(
            f"{folder} holds {len(weights)} files of weights and {len(tokenizers)} tokenisers:"
            " put one of each into a folder of their own"
        )
    splitter = Splitter.read(tokenizers[0])
    splitter.tokenizer.no_truncation()
    rows = TokenRows.of(weights[0], tensors(weights[0]), TORCH, splitter)
    return rows.found("WordLlama", FoundTokenizer(splitter.tokenizer.to_str(), normalise=False), odd)


def _wordllama_files(folder: Path) -> list[tuple[list[Path], list[Path]]]:
    """The weights and tokenisers, in the two folders of the package and of its cache, or in one."""
    return [
        (sorted(weights.glob("*.safetensors")), sorted(tokenizers.glob("*_tokenizer_config.json")))
        for weights, tokenizers in ((folder / "weights", folder / "tokenizers"), (folder, folder))
    ]


def _module(folder: Path) -> tuple[Path, bool]:
    """Where the module with the vectors is, and whether another one scales to length 1."""
    if not (folder / MODULES).is_file():
        if (folder / WEIGHTS).is_file():
            return folder, False
        raise DataError(f"{folder / MODULES} is missing: give the folder {folder / NESTED} to do without it")
    if (folder / SETTINGS).is_file() and read_object(folder / SETTINGS).get("default_prompt_name"):
        raise DataError(
            f"{folder / SETTINGS}: every text gets a prompt: make default_prompt_name null to go without"
        )
    modules = read_json(folder / MODULES)
    if not (isinstance(modules, list) and modules and all(isinstance(module, dict) for module in modules)):
        damaged(str(folder / MODULES), "beginning", "not a list of modules")
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    if kinds[0] != "StaticEmbedding" or set(kinds[1:]) - {"Normalize"}:
        raise DataError(f"{folder / MODULES}: {', '.join(kinds)}: more than static vectors and their scaling")
    path = str(modules[0].get("path", ""))
    if "\0" in path or not (folder / path).resolve().is_relative_to(folder.resolve()):
        damaged(str(folder / MODULES), "path", f"{path!r} leads out of the folder")
    return folder / path, len(kinds) > 1
