import bz2
import gzip
import io
import lzma
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from wordglass.errors import ArgumentError, DataError
from wordglass.vectors.formats import source as module
from wordglass.vectors.formats.source import Source, printable

CONTENT = b"".join(b"w%d 0.%d -%d.5\n" % (i, i * 7919, i % 9) for i in range(60_000))


def zstd(data):
    import pyarrow as pa

    return pa.compress(data, "zstd", asbytes=True)


def zipped(data, method=zipfile.ZIP_DEFLATED, name="vectors.txt", **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, archive.open(name, "w", **options) as member:
        member.write(data)
    return file.getvalue()


HALF = len(CONTENT) // 2
PACKED = {
    "plain": CONTENT,
    "gzip": gzip.compress(CONTENT),
    "gzip of two members": gzip.compress(CONTENT[:HALF]) + gzip.compress(CONTENT[HALF:]) + b"\0" * 512,
    "bzip2": bz2.compress(CONTENT),
    "bzip2 of three streams": bz2.compress(CONTENT[:HALF]) + bz2.compress(b"") + bz2.compress(CONTENT[HALF:]),
    "xz": lzma.compress(CONTENT),
    "xz of two streams": lzma.compress(CONTENT[:HALF]) + b"\0" * 8 + lzma.compress(CONTENT[HALF:]),
    "zstd": zstd(CONTENT),
    "zstd of two frames": zstd(CONTENT[:HALF]) + zstd(CONTENT[HALF:]),
    "zip": zipped(CONTENT),
    "zip, stored": zipped(CONTENT, zipfile.ZIP_STORED),
    "zip, bzip2": zipped(CONTENT, zipfile.ZIP_BZIP2),
    "zip64": zipped(CONTENT, force_zip64=True),
}
COMPRESSED = [name for name in PACKED if name not in ("plain", "zip, stored")]


def file_of(folder, content, name="vectors.txt"):
    path = folder / name
    path.write_bytes(content)
    return path


def content_of(source, at=0):
    with source.open(at) as file:
        return file.read()


@pytest.mark.parametrize("kind", PACKED)
def test_every_compression_gives_the_same_bytes_from_anywhere_on(tmp_path, kind):
    source = Source(file_of(tmp_path, PACKED[kind]))
    assert source.head == CONTENT[: module.HEAD]
    assert source.size == (len(CONTENT) if kind == "plain" else None)
    for at in (0, 1, 70_000, len(CONTENT), len(CONTENT) + 5):
        assert content_of(source, at) == CONTENT[at:]
    with source.open() as file:
        room = bytearray(1000)
        assert (file.readinto(room), bytes(room), file.readline()) == (
            1000,
            CONTENT[:1000],
            CONTENT[1000 : CONTENT.index(b"\n", 1000) + 1],
        )


@pytest.mark.parametrize("kind", COMPRESSED)
def test_a_compressed_file_can_be_had_on_disk_and_goes_away_again(tmp_path, monkeypatch, kind):
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    with Source(file_of(tmp_path, PACKED[kind])).on_disk() as path:
        assert path.read_bytes() == CONTENT
    assert not path.exists()


@pytest.mark.parametrize("kind", COMPRESSED)
def test_a_truncated_or_damaged_archive_is_refused_by_name(tmp_path, kind):
    packed = PACKED[kind]
    if kind == "zstd":  # as Arrow writes it, without a checksum, only truncation shows
        zstandard = pytest.importorskip("zstandard")
        packed = zstandard.ZstdCompressor(write_checksum=True).compress(CONTENT)
    elif kind == "zstd of two frames":
        packed = packed[:-100] + b"garbage" * 10
    for damage in (
        packed[: len(packed) // 2],
        packed[: len(packed) // 3] + b"\x55" * 40 + packed[len(packed) // 3 + 40 :],
        packed[: max(20, len(packed) // 100)],
    ):
        path = file_of(tmp_path, damage)
        with pytest.raises(DataError) as refused:
            content_of(Source(path))
        assert str(refused.value).startswith(str(path))
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd"])
def test_what_follows_a_compressed_stream_is_refused_as_damage(tmp_path, kind):
    with pytest.raises(DataError, match=f"the {kind} data are damaged"):
        content_of(Source(file_of(tmp_path, PACKED[kind] + b"garbage")))


def test_a_text_that_begins_like_bzip2_is_a_text(tmp_path):
    source = Source(file_of(tmp_path, b"BZh9 0.1 0.2\n"))
    assert source.compression is None


def test_memory_that_an_xz_file_asks_for_is_bounded(tmp_path):
    small = lzma.compress(CONTENT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])
    assert content_of(Source(file_of(tmp_path, small))) == CONTENT
    # The dictionary's size stands in the block's header, under a checksum: 1 MiB is 16, 1 GiB is 36.
    size = (small[12] + 1) * 4
    header = bytearray(small[12 : 12 + size - 4])
    header[header.index(b"\x21\x01\x10") + 2] = 36
    large = small[:12] + bytes(header) + struct.pack("<L", zlib.crc32(header)) + small[12 + size :]
    with pytest.raises(DataError, match=r"[Mm]emory"):
        content_of(Source(file_of(tmp_path, large)))


def test_a_member_of_a_zip_archive_is_named_like_a_file_in_a_folder(tmp_path):
    path = tmp_path / "glove.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("sub") if hasattr(archive, "mkdir") else archive.writestr("sub/", b"")
        archive.writestr("sub/a.txt", b"one")
        archive.writestr("__MACOSX/sub/._a.txt", b"nothing of worth")
    assert content_of(Source(path)) == b"one"
    assert Source(path).name == f"{path}/sub/a.txt"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.txt", b"two")
    with pytest.raises(ArgumentError, match=r"holds 2 files: name one of them, as .*glove.zip/sub/a.txt"):
        Source(path)
    assert content_of(Source(path / "b.txt")) == b"two"
    assert content_of(Source(path / "sub" / "a.txt")) == b"one"
    with pytest.raises(ArgumentError, match="name one of them"):
        Source(path / "c.txt")


@pytest.mark.parametrize(
    "name", ["../../../../../../tmp/escaped", "/etc/passwd", "a\nb\x1b[31m", "..\\x", "é" * 3]
)
def test_whatever_a_member_is_called_nothing_is_written_and_messages_are_one_line(
    tmp_path, monkeypatch, name
):
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    path = file_of(tmp_path, zipped(CONTENT, name=name), "a.zip")
    source = Source(path)
    assert content_of(source) == CONTENT
    assert source.name == printable(f"{path}/{name}")
    assert source.name.isprintable()
    with source.on_disk() as unpacked:
        assert unpacked.parent == tmp_path / "cache" / "vectors"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip", "cache"]


def test_member_names_in_no_utf8_are_read_or_refused(tmp_path):
    for name, flag in ((b"v\xff\xfe.txt", 0), (b"v\xff\xfe.txt", 0x800)):
        packed = bytearray(zipped(CONTENT, name="v12.txt"))
        for at in (packed.find(b"PK\x03\x04"), packed.find(b"PK\x01\x02")):
            place = 6 if packed[at + 2] == 3 else 8
            struct.pack_into("<H", packed, at + place, struct.unpack_from("<H", packed, at + place)[0] | flag)
        path = file_of(tmp_path, bytes(packed).replace(b"v12.txt", name), "a.zip")
        if flag:
            with pytest.raises(DataError, match="a damaged zip archive"):
                Source(path)
        else:
            assert content_of(Source(path)) == CONTENT


def test_an_encrypted_or_oddly_compressed_member_is_refused_with_the_way_out(tmp_path):
    packed = bytearray(zipped(CONTENT))
    for at, place in ((packed.find(b"PK\x03\x04"), 6), (packed.find(b"PK\x01\x02"), 8)):
        packed[at + place] |= 1
    with pytest.raises(DataError, match="is encrypted: unpack it first"):
        Source(file_of(tmp_path, bytes(packed)))
    with pytest.raises(DataError, match="in a way that is not read here: unpack it first"):
        Source(file_of(tmp_path, zipped(CONTENT, zipfile.ZIP_LZMA)))


def test_an_archive_without_files_and_one_with_endless_listings_are_refused(tmp_path):
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    with pytest.raises(DataError, match="an empty zip archive"):
        Source(file_of(tmp_path, empty.getvalue()))
    packed = bytearray(zipped(CONTENT))
    struct.pack_into("<L", packed, packed.rfind(b"PK\x05\x06") + 12, 1 << 30)
    with pytest.raises(DataError, match=r"list of members takes 1,073,741,824 bytes"):
        Source(file_of(tmp_path, bytes(packed)))
    large = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    large += b"PK\x06\x07" + struct.pack("<LQL", 0, len(packed), 1)
    last = packed.rfind(b"PK\x05\x06")
    struct.pack_into("<L", packed, last + 12, 60)
    with pytest.raises(DataError, match=r"list of members takes 1,099,511,627,776 bytes"):
        Source(file_of(tmp_path, bytes(packed[:last]) + large + bytes(packed[last:])))


def test_a_file_that_is_not_there_or_not_a_file_is_an_error(tmp_path):
    plain = file_of(tmp_path, b"x")
    for path in (
        tmp_path / "none",
        tmp_path / "none" / "none",
        tmp_path,
        Path("none"),
        tmp_path / ("n" * 300),
    ):
        with pytest.raises((ArgumentError, DataError)):
            Source(path)
    with pytest.raises(DataError, match="no zip archive"):
        Source(plain / "member")
    if os.getuid():
        plain.chmod(0)
        with pytest.raises(DataError, match="Permission denied"):
            Source(plain)


def test_what_unpacks_without_end_is_not_unpacked_to_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("WORDGLASS_CACHE", str(tmp_path / "cache"))
    path = file_of(tmp_path, gzip.compress(bytes(50_000_000), 1))
    monkeypatch.setattr(module, "UNPACKED_AT_LEAST", 1 << 20)
    with (
        pytest.raises(DataError, match="over 100 times its size unpacked"),
        Source(path).on_disk(),
    ):
        pytest.fail("it was unpacked")
    assert list((tmp_path / "cache" / "vectors").iterdir()) == []


BOMB = r"""
import re, sys
from pathlib import Path
import numpy, pyarrow
from wordglass.vectors.formats.source import Source, fill
def peak():  # not ru_maxrss, which a process takes over from the one that started it
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
size, room = 0, numpy.empty(1 << 22, numpy.uint8)
source = Source(Path(sys.argv[1]))
assert not source.head.strip(b"\0")
with source.open() as file:
    while count := fill(file, room):
        size += count
print(size, (peak() - before) // 1024)
"""
ZEROS = bytes(1 << 24)


def repeated(kind, times):
    """A stream of ``times`` 16 MiB of zeros."""
    if kind == "zip":
        file = io.BytesIO()
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("zeros", "w", force_zip64=True) as member,
        ):
            for _ in range(times):
                member.write(ZEROS)
        return file.getvalue()
    pack = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd}[kind]
    return pack(ZEROS) * times


# 10 GiB take a while in bzip2 and xz: WORDGLASS_BOMB=640 in the environment makes the bombs so large.
TIMES = int(os.environ.get("WORDGLASS_BOMB", "12"))


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd", "zip"])
def test_a_bomb_of_zeros_is_read_in_bounded_memory(tmp_path, kind):
    path = file_of(tmp_path, repeated(kind, TIMES))
    run = [sys.executable, "-c", BOMB, str(path)]
    size, megabytes = subprocess.run(run, capture_output=True, check=True).stdout.split()
    assert int(size) == TIMES << 24
    assert int(megabytes) < 120
