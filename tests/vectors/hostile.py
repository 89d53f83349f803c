"""Hostile files of every format: cut off, flipped, lying, empty, bombs, and archives that would climb out.

``python tests/vectors/hostile.py FOLDER`` writes them all into a folder, to look at or to open.
"""

import bz2
import gzip
import io
import json
import lzma
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from samples import (
    DIM,
    MARKED,
    PACKINGS,
    VECTORS,
    WORDS,
    Sample,
    glove_text,
    npy,
    one,
    parquet,
    samples,
    table,
    tensors,
    zipped,
    zstd,
)
from structured import unpacked

HUGE = 9_999_999_999  # as many digits as any header of these has
Change = Callable[[str, bytes], bytes | None]  # of a file by its name; None: that does not fit it


class Hostile(NamedTuple):
    """A file or folder, what is wrong with it, and what is to come of it."""

    name: str
    sample: Sample
    comes: Literal["refused", "odd", "repeated", "either"]  # odd: refused, or left out and counted


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for name, sample in samples():
        yield from damaged_anyhow(name, sample)
        for kind, comes, change in CHANGES:
            for file, content in sample.files.items():
                if (new := through(file, content, change)) and new != content:
                    comes_of = "either" if comes == "odd" and not row_by_row(name, file, kind) else comes
                    yield Hostile(f"{name}, {kind}, {file}", sample.changed(file, new), comes_of)
    twice = table(words=[*WORDS[:-1], WORDS[0]])
    yield Hostile("Parquet, a word twice", one("t.parquet", parquet(twice)), "repeated")
    yield from bombs()
    yield from climbing()


def row_by_row(name: str, file: str, kind: str) -> bool:
    """Whether what is odd in a row is looked for there, and the row can be left out."""
    if file == "words.parquet" and kind != "no UTF-8":
        return False  # which has vectors, too, but they are not read
    if kind == "no UTF-8" and (file == "v.kv" or "gensim, xz" in name or "Arrow stream" in name):
        return False  # a string of a pickle or a dictionary: the file is refused as a whole
    told_otherwise = "ftz" in name or "Model2Vec" in name or name.startswith(("floret", "Static", "WordL"))
    return not file.endswith(".json") and not told_otherwise


def through(file: str, content: bytes, change: Change) -> bytes | None:
    """Change what is in a packed file, or the file."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        changed = {name: change(name, data) for name, data in members.items()}
        new = io.BytesIO()
        with zipfile.ZipFile(new, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, changed[name] or data)
        return new.getvalue() if any(changed.values()) else None
    if how := next((how for how in PACKINGS if file.endswith(f".{how}")), None):
        new_content = change(file.removesuffix(f".{how}"), unpacked(content)[1])
        return None if new_content is None else PACKINGS[how](new_content)
    return change(file, content)


def damaged_anyhow(name: str, sample: Sample) -> Iterator[Hostile]:
    """Empty, cut off and with flipped bits: what can befall any file."""
    for file, content in sample.files.items():
        yield Hostile(f"{name}, empty, {file}", sample.changed(file, b""), "refused")
        for part, size in ("half", len(content) // 2), ("a byte", 1), ("all but a byte", len(content) - 1):
            # A text without a header can end anywhere, and the last byte can be a line feed or of no use.
            fine = name == "GloVe text" or part == "all but a byte"
            short = sample.changed(file, content[:size])
            yield Hostile(f"{name}, cut to {part}, {file}", short, "either" if fine else "refused")
        for i in range(5):
            at = (len(content) - 1) * i // 4
            flipped = bytearray(content)
            flipped[at] ^= 1 << i
            bit = f"{name}, bit {i} of byte {at}, {file}"
            yield Hostile(bit, sample.changed(file, bytes(flipped)), "either")


# What is changed in a file


def texts(file: str) -> bool:
    return file.endswith((".txt", ".vec", ".floret")) and not file.startswith("matrix")


def header_number(which: int, value: int) -> Change:
    """Another number in the first line of a text, or of word2vec binary."""

    def change(file: str, content: bytes) -> bytes | None:
        line, _, rest = content.partition(b"\n")
        fields = line.split(b" ")
        binary = file == "vectors.bin"
        if not (texts(file) or binary) or not all(field.isdigit() for field in fields[:2]):
            return None
        fields[which] = b"%d" % (value if value > DIM + 9 else int(fields[which]) + value)
        return b" ".join(fields) + b"\n" + rest

    return change


def npy_shape(shape: str) -> Change:
    """Another shape in the header of an ``.npy`` file."""

    def change(file: str, content: bytes) -> bytes | None:
        if not content.startswith(b"\x93NUMPY") or b"(8, 5)" not in content:
            return None
        end = 10 + int.from_bytes(content[8:10], "little")
        header = content[10:end].replace(b"(8, 5)", shape.encode()).rstrip() + b"\n"
        return content[:8] + struct.pack("<H", len(header)) + header + content[end:]

    return change


def tensor_header(shape: list[int], length: int = 0) -> Change:
    """Another shape in the header of a safetensors file, or another length of it."""

    def change(file: str, content: bytes) -> bytes | None:
        if not file.endswith("safetensors"):
            return None
        if length:
            return struct.pack("<Q", length) + content[8:]
        end = 8 + int.from_bytes(content[:8], "little")
        header = content[8:end].replace(b"[8, 5]", json.dumps(shape).encode())
        return struct.pack("<Q", len(header)) + header + content[end:]

    return change


def fasttext_number(at: int, kind: str, value: int) -> Change:
    """Another number in the settings of a fastText model; ``at`` counts from the dictionary if negative."""

    def change(file: str, content: bytes) -> bytes | None:
        if not content.startswith(struct.pack("<i", 793712314)):
            return None
        dictionary = 72 if content[52:56] in FLORET_MODES else 64
        place = at if at >= 0 else dictionary - at - 1
        return content[:place] + struct.pack(kind, value) + content[place + struct.calcsize(kind) :]

    return change


FLORET_MODES = (struct.pack("<i", 1), struct.pack("<i", 2))


def pickled(old: bytes, new: bytes) -> Change:
    """Other bytes in a pickle."""

    def change(file: str, content: bytes) -> bytes | None:
        return content.replace(old, new) if file == "v.kv" and old in content else None

    return change


def first_bytes(magic: bytes, at: int, new: bytes) -> Change:
    """Other bytes at a place, from the end if negative, of files that begin in some way."""

    def change(file: str, content: bytes) -> bytes | None:
        place = at if at >= 0 else len(content) + at
        return content[:place] + new + content[place + len(new) :] if content.startswith(magic) else None

    return change


def number(value: float) -> Change:
    """Another number in the place of one vector's."""

    def change(file: str, content: bytes) -> bytes | None:
        if texts(file):
            return content.replace(b"0.8125", str(value).encode())
        if content.startswith(struct.pack("<i", 793712314)):
            return number_of_model(content, value)
        for kind in (np.float32, np.float16):
            old = kind(MARKED).tobytes()
            around = [old + VECTORS[1, 3].astype(kind).tobytes(), VECTORS[0, 2].astype(kind).tobytes() + old]
            for pair in around:
                new = pair.replace(old, kind(value).tobytes())
                if content.count(pair):
                    return content.replace(pair, new)
        return None

    return change


def number_of_model(content: bytes, value: float) -> bytes:
    """The same in the first row of a fastText model's matrix, or in its centroids."""
    sizes = re.search(rb".\0{7}\x04\0{7}|.\x01\0{6}\x04\0{7}", content, re.DOTALL)
    groups = re.search(rb"\x04\0{3}\x02\0{3}[\x02\x03]\0{3}[\x01\x02]\0{3}", content)
    found = groups or sizes
    assert found
    return content[: found.end()] + struct.pack("<f", value) + content[found.end() + 4 :]


def word(new: bytes, twice: bool = False) -> Change:
    """Another word of five bytes in the place of "windy"; ``twice`` for one that is there already."""

    def change(file: str, content: bytes) -> bytes | None:
        if twice and (file.endswith(".json") or content.startswith(b"PAR1")):
            return None  # where a word twice is damage of another kind: see hostile()
        wide = "windy".encode("utf-32-le")
        if wide in content:
            letters = new.decode("latin1").replace("\xff", "\ud800")
            return content.replace(wide, letters.encode("utf-32-le", "surrogatepass"))
        return content.replace(b"windy", new) if b"windy" in content else None

    return change


def shorter_line(file: str, content: bytes) -> bytes | None:
    """A line with one number less."""
    return content.replace(b" 0.8125 ", b" ") if texts(file) else None


CHANGES: list[tuple[str, Literal["refused", "odd", "repeated", "either"], Change]] = [
    ("huge number of words", "refused", header_number(0, HUGE)),
    ("huge dimension", "refused", header_number(1, HUGE)),
    ("huge header", "refused", npy_shape("(80000000000000, 5)")),
    ("huge dimension", "refused", npy_shape("(8, 5000000000)")),
    ("huge header", "refused", tensor_header([], 2**63 - 1)),
    ("long header", "refused", tensor_header([], 2**19)),
    ("huge shape", "refused", tensor_header([2**40, 2**20])),
    ("huge dimension", "refused", fasttext_number(8, "<i", 2**31 - 1)),
    ("huge dictionary", "refused", fasttext_number(-1, "<i", 2**31 - 1)),
    ("huge shape", "refused", pickled(b"K\x08K\x05\x86", b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86")),
    ("huge bytes", "refused", pickled(b"K\x08K\x05\x86", b"K\x08K\x05\x86\x8e" + b"\xff" * 7 + b"\x7f")),
    ("huge memo", "refused", pickled(b"K\x08K\x05\x86", b"K\x08K\x05\x86r\xff\xff\xff\xff")),
    ("huge map", "refused", first_bytes(b"\x88\xcf", 0, b"\xdf\xff\xff\xff\xff")),
    ("huge footer", "refused", first_bytes(b"PAR1", -8, b"\xff\xff\xff\x7f")),
    ("huge message", "refused", first_bytes(b"ARROW1", 12, b"\xff\xff\xff\x7f")),
    ("huge message", "refused", first_bytes(b"\xff\xff\xff\xff", 4, b"\xff\xff\xff\x7f")),
    ("wrong dimension", "refused", header_number(1, 1)),
    ("wrong dimension", "odd", shorter_line),
    ("wrong dimension", "refused", npy_shape("(8, 4)")),
    ("wrong dimension", "refused", npy_shape("(40,)")),
    ("wrong dimension", "refused", tensor_header([8, 4])),
    ("wrong dimension", "refused", tensor_header([40])),
    ("wrong dimension", "refused", fasttext_number(8, "<i", 5)),
    ("wrong dimension", "refused", pickled(b"K\x08K\x05\x86", b"K\x08K\x04\x86")),
    ("NaN", "odd", number(float("nan"))),
    ("infinity", "odd", number(float("-inf"))),
    ("a word twice", "repeated", word(b"sunny", twice=True)),
    ("no UTF-8", "odd", word(b"w\xff\xfey.")),
]


# Bombs, and names that lead elsewhere

MEGABYTES = 300
ENDLESS = {
    "zeros": (b"", bytes(1 << 20)),
    "a line without an end": (b"the 1 2 3\nsunny 1 2 3\n", b"1" * (1 << 20)),
    "fields without an end": (b"the 1 2 3\nsunny 1 2 3\n", b"1 " * (1 << 19)),
    "a header and zeros": (b"80000000 5\nthe ", bytes(1 << 20)),
    "a pickle": (b"\x80\x04", b"]" * (1 << 20)),
}


def bombs() -> Iterator[Hostile]:
    """Small files that unpack to hundreds of megabytes, and small files that ask for as much memory."""
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}
    for kind, (begin, more) in ENDLESS.items():
        for how, pack in packers.items() if kind != "a pickle" else [("gz", gzip.compress)]:
            content = pack(begin) + pack(more) * MEGABYTES
            yield Hostile(f"bomb of {kind}, {how}", one(f"vectors.txt.{how}", content), "refused")
        yield Hostile(f"bomb of {kind}, zip", one("v.zip", zip_of(begin, more, 64)), "refused")
    yield Hostile("zip in zip", one("v.zip", zipped("a.zip", zipped("b.txt", b"a 1 2\n" * 9))), "refused")
    lying = bytearray(zipped("v.txt", b"a 1 2\n" * 500))
    at = lying.rindex(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 7)
    yield Hostile("zip that lies about a size", one("v.zip", bytes(lying)), "either")
    wide = np.zeros((8, 1), np.float32)
    many = io.BytesIO()
    np.savez_compressed(many, vectors=wide, words=np.zeros(8, "U60000"))
    yield Hostile("npz of wide words", one("b.npz", many.getvalue()), "either")
    deep = b"[" * 1_000_000 + b"]" * 1_000_000
    base = Sample({"model.safetensors": tensors(embeddings=VECTORS), "config.json": b"{}"}, "")
    yield Hostile("deep JSON", base.changed("tokenizer.json", deep), "refused")
    yield Hostile("deep pickle", one("v.kv", b"\x80\x04" + b"]" * 1_000_000 + b"."), "refused")


def zip_of(begin: bytes, more: bytes, times: int) -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("vectors.txt", "w") as member,
    ):
        member.write(begin)
        for _ in range(times):
            member.write(more)
    return file.getvalue()


CLIMBING = (
    "../../evil.txt",
    "/tmp/evil.txt",
    "..\\..\\evil.txt",
    "a/../../evil.txt",
    "e\0vil",
    "e\x1b[2Jvil\n",
)


def climbing() -> Iterator[Hostile]:
    """Archives and modules whose names lead out of their folder."""
    text = next(iter(glove_text().files.values()))
    for name in CLIMBING:
        yield Hostile(f"zip of {name!a}", one("v.zip", zipped(name, text)), "either")
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(f"{name}.npy", npy(VECTORS))
            archive.writestr("words.npy", npy(np.array(WORDS)))
        yield Hostile(f"npz of {name!a}", one("b.npz", file.getvalue()), "either")
        static = dict(samples())["StaticEmbedding"]
        modules = json.loads(static.files["modules.json"])
        modules[0]["path"] = name
        changed = static.changed("modules.json", json.dumps(modules).encode())
        yield Hostile(f"module at {name!a}", changed, "refused")


if __name__ == "__main__":
    for i, each in enumerate(hostile()):
        plain = re.sub(r"[^A-Za-z0-9.]+", "-", each.name)
        each.sample.write(Path(sys.argv[1]) / f"{i:04}-{plain}")
