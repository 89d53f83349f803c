"""Damage that knows the formats: numbers of headers, fields of JSON, opcodes of pickles, packed data."""

import gzip
import io
import json
import pickletools
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from mutations import mutate
from samples import PACKINGS, Sample

NUMBERS = (0, 1, 2, 3, 7, 127, 128, 255, 256, 65_535, 65_536, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**32)
LARGE = (2**40, 2**53, 2**62, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**17, 10**18, 10**30)
ASCII_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
VALUES = (None, True, False, "", "x", "\udcff", "\0", "../..", "/", [], {}, [[]], 0.5, -1, "é" * 300, 1e308)
OPCODES = b"(.01NIJKMLTUXCB]}GQl)tdieaurstbchpqgjRQ\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f"
OPCODES += bytes(range(0x90, 0x99))
MESSAGE_PACK = b"\x80\x81\x8f\x90\xc0\xc4\xca\xcb\xcc\xcd\xce\xcf\xd0\xd3\xd9\xdb\xdc\xdd\xde\xdf\xe0\xff"


def number(chance: random.Random) -> int:
    """A number such as headers should not have."""
    n = chance.choice(NUMBERS if chance.random() < 0.7 else LARGE)
    return chance.choice((n, n, n, -n, n + chance.randint(-2, 2)))


def with_text_number(data: bytes, chance: random.Random) -> bytes:
    """Another number in the place of one in digits, more often one at the beginning."""
    found = list(ASCII_NUMBER.finditer(data, 0, 20_000))
    if not found:
        return with_binary_number(data, chance)
    match = found[min(chance.randrange(len(found)), chance.randrange(len(found)))]
    new = b"%d" % number(chance)
    if chance.random() < 0.3:
        new = chance.choice((b"nan", b"-inf", b"1e39", b"", b"0x7", b"1_0", b"1e-400", b"+5", b"--1", b"."))
    return data[: match.start()] + new + data[match.end() :]


def with_binary_number(data: bytes, chance: random.Random) -> bytes:
    """Another number of 1 to 8 bytes, more often near the beginning or the end."""
    size = chance.choice((1, 2, 4, 4, 8, 8))
    if len(data) < size:
        return data
    last = len(data) - size
    place = chance.choice((last, last, min(last, 64), min(last, 200)))
    at = chance.randint(0, place) if chance.random() < 0.75 else max(0, last - chance.randint(0, 200))
    old = int.from_bytes(data[at : at + size], "little")
    new = chance.choice((number(chance), old + 1, old - 1, old * 2, old // 2, -old)) % (1 << 8 * size)
    return data[:at] + new.to_bytes(size, chance.choice(("little", "little", "big"))) + data[at + size :]


def with_json(data: bytes, chance: random.Random) -> bytes:
    """Another value, a missing key, one more, or a deep or long one."""
    root = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        holder, key = _somewhere(root, chance)
        if holder is None:
            return json.dumps(chance.choice(VALUES)).encode()
        old = holder[key]
        match chance.randrange(8):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 0:
                holder.insert(key, old)
            case 1:
                holder[key] = number(chance)
            case 2 if isinstance(old, int | float):
                holder[key] = chance.choice((-old, old + 1, old - 1, old * 2**31, str(old), [old]))
            case 3 if isinstance(old, str):
                holder[key] = chance.choice(
                    (old[:9999] * 2, old[1:], old + "\0", old.upper(), old[:500] * 500)
                )
            case 4 if isinstance(holder, dict):
                holder[chance.choice((key + "x", "", "mode", "__metadata__", "\udc80"))] = old
            case 5:
                holder[key] = json.loads("[" * 60 + "]" * 60)
            case _:
                holder[key] = chance.choice(VALUES)
    text = json.dumps(root, ensure_ascii=chance.random() < 0.3)
    if chance.random() < 0.05:
        text = '{"a":' * 50_000 if chance.random() < 0.5 else "[" * 100_000 + "]" * 100_000
    return text.encode("utf-8", "surrogatepass")


def _somewhere(root, chance: random.Random):
    """A place in nested lists and dictionaries: what holds it, and its key or index."""
    holder, key = None, None
    while isinstance(root, list | dict) and root and (holder is None or chance.random() < 0.8):
        holder = root
        key = chance.choice(list(root)) if isinstance(root, dict) else chance.randrange(len(root))
        root = root[key]
    return holder, key


def with_tensors(data: bytes, chance: random.Random) -> bytes:
    """A safetensors file with another header, of the length that it says or nearly."""
    length = int.from_bytes(data[:8], "little")
    header = with_json(data[8 : 8 + length], chance)
    said = len(header) + (chance.choice((-1, 1, 8, 2**20, 2**63)) if chance.random() < 0.1 else 0)
    return struct.pack("<Q", max(0, said)) + header + data[8 + length :]


@lru_cache(256)
def _opcodes(data: bytes) -> list[int]:
    """The places of a pickle's opcodes, and its end."""
    places = [at for _, _, at in pickletools.genops(data) if at is not None]
    return [*places, len(data)]


def with_opcodes(data: bytes, chance: random.Random) -> bytes:
    """Opcodes left out, doubled, swapped, replaced or put in, and other arguments."""
    places = _opcodes(data)
    pieces = [data[a:b] for a, b in pairwise(places)]
    for _ in range(chance.randint(1, 4)):
        i = chance.randrange(len(pieces))
        piece = pieces[i]
        match chance.randrange(7):
            case 0:
                pieces[i] = b""
            case 1:
                pieces[i] = piece[:500] * chance.choice((2, 3, 1000))
            case 2:
                j = chance.randrange(len(pieces))
                pieces[i], pieces[j] = pieces[j], piece
            case 3:
                pieces[i] = bytes([chance.choice(OPCODES)]) + piece[1:]
            case 4:
                pieces[i] = piece + bytes([chance.choice(OPCODES)]) * chance.choice((1, 1, 2, 500))
            case 5 if len(piece) > 1:
                size = chance.choice((1, 4, 8))
                pieces[i] = piece[:1] + (number(chance) % (1 << 8 * size)).to_bytes(size, "little")
            case _ if len(piece) > 1:
                pieces[i] = piece[:1] + with_binary_number(piece[1:], chance)
    return b"".join(pieces)


def with_tags(data: bytes, chance: random.Random) -> bytes:
    """MessagePack with other tags, or a head that tells of more."""
    at = chance.choice((0, chance.randrange(max(1, len(data)))))
    size = chance.choice((0, 1, 2, 4))
    new = bytes([chance.choice(MESSAGE_PACK)]) + (number(chance) % (1 << 8 * size)).to_bytes(size, "big")
    return data[:at] + new + data[at + chance.choice((0, 1, len(new))) :]


def with_inner(data: bytes, chance: random.Random) -> bytes:
    """What is packed unpacked, damaged, and packed again."""
    if not data.startswith(b"PK"):
        how, content = unpacked(data)
        return PACKINGS[how](changed("", content, chance))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    which = chance.randrange(len(members))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", chance.choice((0, 8, 8, 12, 14))) as archive:
        for i, (name, content) in enumerate(members):
            if chance.random() < 0.02:
                name = chance.choice(("../../x.npy", "/etc/passwd", "a\nb", "", "words.npy", "é"))
            archive.writestr(name, changed(name, content, chance) if i == which else content)
    return file.getvalue()


@lru_cache(256)
def unpacked(data: bytes) -> tuple[str, bytes]:
    import bz2
    import lzma

    import pyarrow as pa

    ways: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
        "gz": (b"\x1f\x8b", gzip.decompress),
        "bz2": (b"BZh", bz2.decompress),
        "xz": (b"\xfd7z", lzma.decompress),
        "zst": (b"\x28\xb5", lambda content: pa.input_stream(io.BytesIO(content), compression="zstd").read()),
    }
    how = next(how for how, (magic, _) in ways.items() if data.startswith(magic))
    return how, ways[how][1](data)


def with_good_sums(data: bytes, chance: random.Random) -> bytes:
    """A gzip stream of raw noise whose check sum is that of what it gives."""
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(changed("", gzip.decompress(data), chance)) + packer.flush()
    return data[:10] + mutate(body, chance) + data[-8:]


def ways(name: str, data: bytes) -> list[Callable[[bytes, random.Random], bytes]]:
    """The kinds of damage that fit what a file is."""
    head = data[:6]
    if head.startswith((b"{", b"[")):
        return [with_json] * 4 + [with_text_number]
    if head.startswith((b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        return [with_inner] * 3 + [with_binary_number]
    if head.startswith(b"\x1f\x8b"):
        return [with_inner] * 3 + [with_binary_number, with_good_sums]
    if head[:1] == b"\x80" and data.endswith(b"."):
        return [with_opcodes] * 3 + [with_binary_number]
    if name.endswith("safetensors"):
        return [with_tensors] * 4 + [with_binary_number]
    if name == "key2row":
        return [with_tags] * 3 + [with_binary_number]
    if head == b"\x93NUMPY":
        return [with_text_number, with_text_number, with_binary_number]
    if data.isascii() or b"\0" not in data:
        return [with_text_number] * 3
    return [with_binary_number] * 3 + [with_text_number]


def changed(name: str, data: bytes, chance: random.Random) -> bytes:
    """A file of a sample, damaged with or without knowledge of what it is."""
    if chance.random() < 0.35:
        return mutate(data, chance)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        try:
            data = chance.choice(ways(name, data))(data, chance)
        except Exception:  # damaged before, so that it is no longer what it was
            data = mutate(data, chance)
    return data


def damaged(sample: Sample, others: list[bytes], chance: random.Random) -> tuple[Sample, list[str]]:
    """A sample with one or two files damaged, and which; now and then with a piece of another format."""
    names = list(sample.files)
    which = chance.sample(names, min(len(names), chance.choice((1, 1, 1, 1, 2))))
    for name in which:
        data = sample.files[name]
        if chance.random() < 0.03:
            other = chance.choice(others)
            cut = chance.randint(0, len(data))
            data = chance.choice((other, data[:cut] + other, data + other, other[:cut] + data[cut:]))
        else:
            data = changed(name, data, chance)
        sample = sample.changed(name, data[: 1 << 20])
    return sample, which
