"""A small valid file or folder of every format of vectors that is read, as bytes: what damage is done to."""

import bz2
import gzip
import io
import json
import lzma
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pyarrow as pa

WORDS = ["the", "sunny", "windy", "café", "a1", "日本", "days", "rain"]
DIM = 5
VECTORS = np.random.default_rng(7).normal(size=(len(WORDS), DIM)).round(4).astype(np.float32)
VECTORS[1, 2] = MARKED = 0.8125  # a number that can be found and changed in any file


class Sample(NamedTuple):
    """The files of a folder, and which of them is opened: "" for the folder itself."""

    files: dict[str, bytes]
    opened: str

    def write(self, folder: Path) -> Path:
        """Write the files; gives the path to open."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder / self.opened if self.opened else folder

    def changed(self, name: str, content: bytes) -> "Sample":
        """The same with another content of one file."""
        return self._replace(files={**self.files, name: content})


def one(name: str, content: bytes) -> Sample:
    return Sample({name: content}, name)


# Text and word2vec


def rows(words=WORDS, vectors=VECTORS) -> str:
    return "".join(
        f"{word} {' '.join(map(str, row.tolist()))}\n" for word, row in zip(words, vectors, strict=True)
    )


def glove_text() -> Sample:
    return one("glove.txt", rows().replace("days", ". . days").encode())


def word2vec_text() -> Sample:
    return one("vectors.txt", f"{len(WORDS)} {DIM}\n{rows()}".encode())


def fasttext_vec() -> Sample:
    """fastText ends its lines with a space."""
    return one("wiki.vec", f"{len(WORDS)} {DIM}\n{rows()}".replace("\n", " \n").encode())


def word2vec_binary(end=b"\n") -> Sample:
    records = (word.encode() + b" " + row.tobytes() + end for word, row in zip(WORDS, VECTORS, strict=True))
    return one("vectors.bin", b"%d %d\n" % (len(WORDS), DIM) + b"".join(records))


# fastText and floret


def trained(library: str, quantised: dict | None = None, **settings) -> bytes:
    """A model that fastText or floret trains on the words."""
    if not find_spec(library):
        return b""
    module = __import__(library)
    with TemporaryDirectory() as name:
        folder = Path(name)
        text = folder / "text"
        supervised = settings.get("model", "supervised") == "supervised"
        labels = ["__label__a ", "__label__b "] if supervised else ["", ""]
        text.write_text("".join(f"{labels[i % 2]}{' '.join(WORDS[i % 5 :])}\n" for i in range(40)))
        # fastText initialises a matrix whole only with ten threads, and where it has so many equal parts;
        # and what ten threads learn is never the same.
        usual = {"dim": 4, "bucket": 31, "thread": 10, "verbose": 0, "epoch": 1, "minCount": 1, "lr": 0.0}
        train = module.train_supervised if supervised else module.train_unsupervised
        model = train(str(text), **{**usual, **settings})
        if quantised is not None:
            model.quantize(str(text), thread=10, verbose=0, **quantised)
        model.save_model(str(folder / "model"))
        return (folder / "model").read_bytes()


def model_file(name: str, library: str, **settings) -> Callable[[], Sample]:
    return lambda: one(name, trained(library, **settings))


def floret_vectors() -> Sample:
    lines = "".join(f"{i} {' '.join(map(str, row.tolist()))}\n" for i, row in enumerate(VECTORS))
    return one("vectors.floret", f"{len(VECTORS)} {DIM} 2 3 2 2166136261 < >\n{lines}".encode())


# gensim


def gensim_save(protocol=4, kind="KeyedVectors", **settings) -> Callable[[], Sample]:
    def make() -> Sample:
        if not find_spec("gensim"):
            return one("", b"")
        from gensim import models

        if kind == "KeyedVectors":
            saved = models.KeyedVectors(DIM, dtype=np.float32)
            saved.add_vectors(WORDS, VECTORS)
        else:
            sizes = {"vector_size": 4, "min_count": 1, "workers": 1, "seed": 3, "epochs": 1}
            sizes |= {"bucket": 40} if kind == "FastText" else {}
            saved = getattr(models, kind)([WORDS] * 3, **sizes)
        with TemporaryDirectory() as folder:
            saved.save(str(Path(folder) / "v.kv"), pickle_protocol=protocol, **settings)
            files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        return Sample(files, "v.kv")

    return make


# spaCy


def packed_map(numbers: dict[int, int]) -> bytes:
    """A MessagePack map of numbers, as spaCy writes it."""
    items = b"".join(struct.pack(">BQB", 0xCF, key, value) for key, value in numbers.items())
    return bytes([0x80 | len(numbers)]) + items


def spacy_folder() -> Sample:
    from wordglass.arrow import buffers, strings
    from wordglass.kernels import native

    keys = native.spacy_keys(*buffers(strings(WORDS))).tolist()
    return Sample(
        {
            "vectors": npy(VECTORS),
            "key2row": packed_map({key: i for i, key in enumerate(keys)}),
            "strings.json": json.dumps(WORDS, ensure_ascii=False).encode(),
            "vectors.cfg": b'{"mode": "default"}',
        },
        "",
    )


def spacy_floret() -> Sample:
    config = {"mode": "floret", "minn": 2, "maxn": 3, "hash_count": 2, "hash_seed": 7, "bow": "<", "eow": ">"}
    return Sample({"vectors": npy(VECTORS), "vectors.cfg": json.dumps(config).encode()}, "")


# Static sub-word vectors


def tokenizer(kind="WordLevel") -> bytes:
    if kind == "Unigram":
        model = {"type": kind, "unk_id": 0, "vocab": [[word, -float(i)] for i, word in enumerate(WORDS)]}
    elif kind == "BPE":
        model = {"type": kind, "vocab": {word: i for i, word in enumerate("thesunyw")}, "merges": []}
    else:
        vocab = {word: i for i, word in enumerate(WORDS)}
        model = {"type": kind, "vocab": vocab, "unk_token": "the"}
        if kind == "WordPiece":
            model |= {"continuing_subword_prefix": "##", "max_input_chars_per_word": 9}
    added = {"id": 0, "content": "the", "special": True}
    added |= dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [] if kind == "BPE" else [added],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": None,
            "decoder": None,
            "model": model,
        },
        ensure_ascii=False,
    ).encode()


def tensors(**arrays) -> bytes:
    """A safetensors file."""
    kinds = {"float32": "F32", "float16": "F16", "int8": "I8", "int32": "I32", "int64": "I64"}
    header, at = {}, 0
    for name, array in arrays.items():
        name = name.replace("embedding_weight", "embedding.weight")
        end = at + array.nbytes
        header[name] = {"dtype": kinds[str(array.dtype)], "shape": array.shape, "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in arrays.values())


def model2vec(kind="WordPiece", **arrays) -> Sample:
    return Sample(
        {
            "config.json": b'{"normalize": true, "max_length": 512, "hidden_dim": 5}',
            "model.safetensors": tensors(**(arrays or {"embeddings": VECTORS})),
            "tokenizer.json": tokenizer(kind),
        },
        "",
    )


def model2vec_mapped() -> Sample:
    mapping = np.arange(len(WORDS), dtype=np.int32)[::-1].copy() // 2
    return model2vec("Unigram", embeddings=VECTORS, mapping=mapping, weights=np.ones(len(WORDS), np.float32))


def static_embedding() -> Sample:
    modules = [
        {"idx": 0, "name": "0", "path": "0_StaticEmbedding", "type": "x.models.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": "x.models.Normalize"},
    ]
    return Sample(
        {
            "modules.json": json.dumps(modules).encode(),
            "config_sentence_transformers.json": b'{"default_prompt_name": null}',
            "0_StaticEmbedding/model.safetensors": tensors(embedding_weight=VECTORS),
            "0_StaticEmbedding/tokenizer.json": tokenizer("BPE"),
        },
        "",
    )


def wordllama() -> Sample:
    return Sample(
        {
            "weights/l2.safetensors": tensors(embedding_weight=VECTORS),
            "tokenizers/l2_tokenizer_config.json": tokenizer(),
        },
        "",
    )


# NumPy


def npy(array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npy_and(name: str, words: Callable[[], bytes], matrix=VECTORS) -> Callable[[], Sample]:
    return lambda: Sample({"matrix.npy": npy(matrix), name: words()}, "matrix.npy")


def npz(save=np.savez) -> Sample:
    file = io.BytesIO()
    save(file, vectors=VECTORS, words=np.array(WORDS))
    return one("both.npz", file.getvalue())


# Arrow and Parquet


def table(lists="list", words=WORDS) -> pa.Table:
    """Words and vectors as a table, the vectors in lists or in columns."""
    texts = pa.array(words, pa.string())
    if lists == "columns":
        return pa.table({"word": texts} | {f"d{k}": pa.array(VECTORS[:, k]) for k in range(DIM)})
    kind = pa.list_(pa.float32()) if lists == "list" else pa.list_(pa.float32(), DIM)
    return pa.table({"word": texts, "vector": pa.array(VECTORS.tolist(), kind)})


def parquet(rows: pa.Table | None = None, compression="NONE", **settings) -> bytes:
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(table() if rows is None else rows, file, compression=compression, **settings)
    return file.getvalue()


def arrow(new=pa.ipc.new_file, lists="list", dictionary=False, compression=None) -> bytes:
    file = io.BytesIO()
    rows = table(lists)
    if dictionary:
        rows = rows.set_column(0, "word", rows["word"].dictionary_encode())
    with new(file, rows.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(rows)
    return file.getvalue()


# Packed


def zipped(name: str, content: bytes, how=zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def zstd(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


PACKINGS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
    "zip": lambda content: zipped("vectors.txt", content),
}


def packed(make: Callable[[], Sample], how: str) -> Callable[[], Sample]:
    def made() -> Sample:
        files, opened = make()
        rest = {name: content for name, content in files.items() if name != opened}
        return Sample({f"{opened}.{how}": PACKINGS[how](files[opened]), **rest}, f"{opened}.{how}")

    return made


QUANTISED = {"minn": 2, "maxn": 3, "bucket": 401}  # of fewer than 256 rows there is no quantised matrix
MAKERS: dict[str, Callable[[], Sample]] = {
    "GloVe text": glove_text,
    "word2vec text": word2vec_text,
    "fastText vec": fasttext_vec,
    "word2vec binary": word2vec_binary,
    "word2vec binary of gensim": lambda: word2vec_binary(b""),
    "fastText bin": model_file("m.bin", "fasttext", model="skipgram", minn=2, maxn=3),
    "fastText bin, supervised": model_file("m.bin", "fasttext", minn=2, maxn=3),
    "fastText ftz": model_file("m.ftz", "fasttext", quantised={"qnorm": True, "dsub": 3}, **QUANTISED),
    "fastText ftz, cut off": model_file("m.ftz", "fasttext", quantised={"cutoff": 300}, **QUANTISED),
    "floret bin": model_file("m.bin", "floret", model="skipgram", mode="floret", hashCount=2, minn=2, maxn=3),
    "floret vectors": floret_vectors,
    "gensim": gensim_save(),
    "gensim, protocol 2": gensim_save(2),
    "gensim, protocol 5": gensim_save(5),
    "gensim, arrays beside": gensim_save(separately=["vectors"]),
    "gensim Word2Vec": gensim_save(kind="Word2Vec"),
    "gensim FastText": gensim_save(kind="FastText"),
    "spaCy": spacy_folder,
    "spaCy floret": spacy_floret,
    "Model2Vec": model2vec,
    "Model2Vec, mapped": model2vec_mapped,
    "StaticEmbedding": static_embedding,
    "WordLlama": wordllama,
    "npy and words": npy_and("matrix.txt", lambda: "\n".join(WORDS).encode()),
    "npy and JSON": npy_and("words.json", lambda: json.dumps(WORDS).encode(), VECTORS.astype(np.float16)),
    "npy and Parquet": npy_and("words.parquet", parquet, np.asfortranarray(VECTORS)),
    "npz": npz,
    "npz, compressed": lambda: npz(np.savez_compressed),
    "Parquet": lambda: one("t.parquet", parquet()),
    "Parquet of columns": lambda: one("t.parquet", parquet(table("columns"), "snappy")),
    "Parquet, zstd": lambda: one("t.parquet", parquet(table("fixed"), "zstd", data_page_version="2.0")),
    "Arrow file": lambda: one("t.arrow", arrow()),
    "Arrow file, zstd": lambda: one("t.arrow", arrow(lists="fixed", compression="zstd")),
    "Arrow stream": lambda: one("t.arrows", arrow(pa.ipc.new_stream, dictionary=True)),
    **{f"GloVe text, {how}": packed(glove_text, how) for how in PACKINGS},
    "word2vec binary, gz": packed(word2vec_binary, "gz"),
    "fastText bin, gz": packed(model_file("m.bin", "fasttext", model="cbow", minn=2, maxn=3), "gz"),
    "gensim, xz": packed(gensim_save(), "xz"),
    "npy and words, zst": packed(npy_and("matrix.txt", lambda: "\n".join(WORDS).encode()), "zst"),
    "Parquet, bz2": packed(lambda: one("t.parquet", parquet()), "bz2"),
}


@cache
def sample(name: str) -> Sample | None:
    """A sample by its name; None where the library that writes it is not installed."""
    made = MAKERS[name]()
    return made if made.files.get(made.opened, b"x") else None


def samples() -> Iterator[tuple[str, Sample]]:
    """All that can be made."""
    return ((name, made) for name in MAKERS if (made := sample(name)))
